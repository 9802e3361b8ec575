"""Publishing looks at quotas: levels are decided, places hold, a recommended line is passed with a reason alone."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import page_of, signed_in
from tests.factories.months import OPENED, exempted, sheet_of
from tests.factories.people import give_role
from tests.factories.schemes import FIELDS, HA_NOI, bound, judged, opened_period, under_review
from tests.guards import outside_actions
from tests.integration.decisions.conftest import AT, CLOSED, choose
from tests.integration.intake.files import cells_of, written
from thuocdo.appraisals import actions as appraisals
from thuocdo.appraisals import level_counts, unit_levels
from thuocdo.appraisals.actions import levels
from thuocdo.appraisals.actions.second import ask_second, set_second_officer
from thuocdo.appraisals.level_checks import Wanted
from thuocdo.appraisals.models import LevelProposal, QuotaPlaces, Sheet
from thuocdo.cycles.models import Cycle, Member
from thuocdo.decisions import actions, queries
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.decisions.models import Publication
from thuocdo.decisions.office import office
from thuocdo.decisions.working import work_once
from thuocdo.engine.schemes.schema import SchemeQuota
from thuocdo.intake.actions import export_list, preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import head_of
from thuocdo.organisation.waiting import todo

FULL = {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "30", "marks.bonus": "5"}
GOOD = FULL | {"marks.urgent": "15"}


@pytest.fixture
def month(cast: Cast) -> Cycle:
    """February under Hà Nội 2018: everybody of the economy division confirmed, three of them from 90 points."""
    return made_month(cast)


@pytest.fixture
def month_but_one(cast: Cast) -> Cycle:
    """The same, with one sheet still to be filed."""
    return made_month(cast, without=1)


def made_month(cast: Cast, without: int = 0) -> Cycle:
    bound(cast, "local/ha-noi-3814-2018", ("overlays/vi-du-ha-noi-2018",))
    cycle = opened_period(cast)
    best = excellent(cast)
    inside = Member.objects.filter(cycle=cycle, agency=cast.economy, standing="in").select_related("person")
    late = inside.filter(evaluator_unit=cast.economy).exclude(person__in=best).order_by("-leadership", "pk")[:without]
    for member in inside.exclude(pk__in=[one.pk for one in late]):
        judged(under_review(cycle, member.person, FULL if member.person in best else GOOD))
    appraisals.freeze_places(cycle_id=cycle.pk, rounding={}, by=cast.organisation_officer.user, at=OPENED)
    return cycle


def excellent(cast: Cast) -> list[Person]:
    return [cast.colleague, cast.officer_appraised, cast.task_giver]


def close(cast: Cast, cycle: Cycle) -> None:
    for sheet in cycle.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        exempted(sheet, cast.organisation_officer, AT)
    appraisals.close_cycle(cycle_id=cycle.pk, by=cast.organisation_officer.user, at=CLOSED)
    choose(cast)


def propose(cast: Cast, cycle: Cycle, levels: list[str], reason: str = "Theo kết quả") -> None:
    wanted = [
        Wanted(sheet_of(cycle, person).pk, 0, 0, level, reason)
        for person, level in zip(excellent(cast), levels, strict=True)
    ]
    appraisals.propose_levels(wanted=wanted, by=cast.head.user, at=OPENED)


def decide(cast: Cast, cycle: Cycle, level: str = "", number: int = 0, **more: Any) -> None:
    wanted = []
    for person in more.get("people", excellent(cast)):
        sheet = sheet_of(cycle, person)
        proposal = sheet.level_proposal
        chosen = level or proposal.level
        wanted.append(Wanted(sheet.pk, number, proposal.version, chosen, more.get("reason", "")))
    appraisals.decide_levels(wanted=wanted, by=cast.head.user, at=more.get("at", CLOSED))


def publish(cast: Cast, cycle: Cycle, reason: str = "") -> actions.Published:
    by = cast.organisation_officer.user
    return actions.publish_units(cycle_id=cycle.pk, unit_ids=[cast.economy.pk], quota_reason=reason, by=by, at=CLOSED)


def test_levels_of_a_quota_are_decided_before_they_are_published(cast: Cast, month: Cycle) -> None:
    close(cast, month)
    why = "Hoàn thành xuất sắc nhiệm vụ: còn 3 phiếu chưa được đề xuất hoặc chưa được quyết định mức"
    assert publish(cast, month, "Vội").failed[cast.economy.pk].startswith(why)
    row = next(
        r for r in office(cast.organisation_officer.user, month.pk, CLOSED.date()).rows if r.unit == cast.economy
    )
    assert row.stops.startswith(why)
    assert not Publication.objects.exists()
    propose(cast, month, ["excellent", "excellent", "good"])
    assert cast.economy.pk in publish(cast, month).failed
    decide(cast, month)
    (made,) = publish(cast, month).created
    listed = queries.published_list(cast.organisation_officer.user, made.pk, CLOSED.date())
    level = {line.line.name: line.line.level for line in listed.lines}
    assert level[cast.task_giver.full_name] == "Hoàn thành tốt nhiệm vụ"
    assert level[cast.colleague.full_name] == "Hoàn thành xuất sắc nhiệm vụ"
    with pytest.raises(Conflict, match="đã được công bố nên mức không đổi"):
        decide(cast, month, "good", number=1, reason="Đổi ý", people=[cast.colleague])


def test_a_level_moved_after_two_officers_agreed_is_agreed_to_anew(cast: Cast, month: Cycle) -> None:
    """A level may change until its result is published, and is printed: it waits for two officers like a result."""
    me, other = cast.organisation_officer.user, cast.deputy.user
    with outside_actions():
        give_role(cast.deputy, cast.ward, "officer")
    set_second_officer(
        unit_id=cast.ward.pk, closing=False, publishing=True, decided_by="Chủ tịch", start=date(2026, 1, 1),
        by=me, at=AT,
    )  # fmt: skip
    propose(cast, month, ["excellent", "excellent", "good"])
    decide(cast, month)
    close(cast, month)
    ask = {"cycle_id": month.pk, "step": "publish", "at": CLOSED}
    units = {"cycle_id": month.pk, "unit_ids": [cast.economy.pk], "at": CLOSED}
    ask_second(**ask, by=me)
    run = start_publishing(cycle_id=month.pk, by=other, at=CLOSED)
    decide(cast, month, "good", number=1, reason="Đổi ý", people=[cast.colleague], at=AT)
    assert work_once()
    run.refresh_from_db()
    assert (run.state, "kết quả hoặc mức mới được quyết định" in run.problem) == ("failed", True)
    for alone in (me, other):
        with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
            actions.publish_units(**units, by=alone)
    assert not Publication.objects.exists()
    ask_second(**ask, by=other)
    (made,) = actions.publish_units(**units, by=me).created
    listed = queries.published_list(me, made.pk, CLOSED.date())
    assert {one.line.level for one in listed.lines if one.line.name == cast.colleague.full_name} == {
        "Hoàn thành tốt nhiệm vụ"
    }


def test_a_hard_quota_is_counted_from_the_results_and_no_reason_passes_it(cast: Cast, month: Cycle) -> None:
    """Two places of eight rated; six are exempted afterwards, so 30% of the rest is less than what was decided."""
    propose(cast, month, ["excellent", "excellent", "good"])
    decide(cast, month)
    places = QuotaPlaces.objects.get(cycle=month, agency=cast.economy)
    assert places.places == 2
    with outside_actions():
        others = Sheet.objects.filter(cycle=month, member__agency=cast.economy).exclude(person__in=excellent(cast))
        others.update(state="exempted")
    close(cast, month)
    said = publish(cast, month, "Thành tích tốt").failed[cast.economy.pk]
    assert "2 người, quá 0 suất (30% của 3 người được xếp loại, phần lẻ bỏ đi)" in said
    assert not Publication.objects.exists()
    decide(cast, month, "good", number=1, reason="Quá số suất", people=excellent(cast)[:2])
    assert publish(cast, month).created


def test_a_raised_line_is_recommended_and_passed_with_a_reason_that_is_kept(cast: Cast, month: Cycle) -> None:
    places = QuotaPlaces.objects.get(cycle=month, agency=cast.economy)
    officer: dict[str, Any] = {"by": cast.organisation_officer.user, "at": OPENED, "places_id": places.pk}
    with pytest.raises(Refusal, match="cả cấp quyết định"):
        appraisals.settle_places(raised_by="Ban Thường vụ", **officer)
    with pytest.raises(Refusal, match="Văn bản đã nêu tỷ lệ bằng số"):
        appraisals.settle_places(share="45", **officer)
    with pytest.raises(NotYours):
        appraisals.settle_places(places_id=places.pk, by=cast.head.user, at=OPENED)
    raised = appraisals.settle_places(raised_by="Ban Thường vụ, QĐ 9", raised_reason="Tập thể xuất sắc", **officer)
    staff = Member.objects.filter(cycle=month, agency=cast.economy).count()
    assert (raised.base, raised.places, raised.hard) == (staff, staff * 40 // 100, False)
    with_reason = ["excellent"] * 3
    propose(cast, month, with_reason)
    decide(cast, month)
    with outside_actions():  # two of those counted were never there
        Member.objects.filter(cycle=month, agency=cast.economy).exclude(person__in=excellent(cast)).update(agency=None)
    close(cast, month)
    said = publish(cast, month).failed[cast.economy.pk]
    assert "quá 1 suất (40% của 3 người của đơn vị, tỷ lệ cao hơn được quyết định" in said
    assert "công bố thì phải ghi lý do" in said
    (made,) = publish(cast, month, "Ban Thường vụ đồng ý").created
    assert made.quota_note == "Ban Thường vụ đồng ý"


def test_months_of_the_decree_have_no_quota_to_look_at(cast: Cast, closed: Cycle) -> None:
    (made,) = publish(cast, closed, "Không cần").created
    assert made.quota_note == ""


def test_a_head_above_the_level_decided_for_the_unit_since_is_not_published(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    full = {"marks.discipline": "20", "marks.quantity": "25", "marks.quality": "25", "marks.progress": "20"}
    sheet = under_review(cycle, cast.head, full | {"marks.bonus": "5"} | FIELDS)
    unit = {"fields": {"related.unit": "excellent"}, "reasons": {"related.unit": "Theo dự kiến"}}
    assert judged(sheet, **unit).band == "excellent"
    close(cast, cycle)
    monkeypatch.setattr(unit_levels, "_ANSWERS", [lambda units, *period: {cast.economy.pk: "good"}])
    wanted: dict[str, Any] = {"cycle_id": cycle.pk, "unit_ids": [cast.committee.pk], "at": CLOSED}
    by = cast.organisation_officer.user
    said = actions.publish_units(**wanted, quota_reason="Vội", by=by).failed[cast.committee.pk]
    assert said.startswith("Lê Minh Đức: mức “Hoàn thành xuất sắc nhiệm vụ” cao hơn mức “Hoàn thành tốt nhiệm vụ”")
    assert "Mức của người đứng đầu không cao hơn mức của đơn vị" in said
    monkeypatch.setattr(unit_levels, "_ANSWERS", [lambda units, *period: {cast.economy.pk: "excellent"}])
    assert actions.publish_units(**wanted, by=by).created


@pytest.mark.parametrize(("level", "passes"), [("excellent", True), ("good", False), (None, False)])
def test_a_line_raised_for_an_excellent_agency_needs_its_decision(
    cast: Cast, month: Cycle, monkeypatch: pytest.MonkeyPatch, level: str | None, passes: bool
) -> None:
    """NĐ 233 Điều 12 khoản 6 laid on the quota of the month."""
    monkeypatch.setattr(
        "thuocdo.appraisals.actions.levels.levels_of_units", lambda units, _: dict.fromkeys(units, level)
    )
    monkeypatch.setattr("thuocdo.appraisals.actions.levels.quotas_of", raised_for_excellent(levels.quotas_of))
    places = QuotaPlaces.objects.get(cycle=month, agency=cast.economy)
    asked: dict[str, Any] = {"by": cast.organisation_officer.user, "at": OPENED, "places_id": places.pk,
                             "raised_by": "Ban Thường vụ, QĐ 9", "raised_reason": "Tập thể xuất sắc"}  # fmt: skip
    if passes:
        assert appraisals.settle_places(**asked).raised_by
    else:
        with pytest.raises(Refusal, match="chưa có quyết định xếp loại đơn vị ở mức ấy"):
            appraisals.settle_places(**asked)


def raised_for_excellent(read: Any) -> Any:
    def ruled(*asked: Any) -> Any:
        return {cell: (with_level(rule), rest) for cell, (rule, rest) in read(*asked).items()}

    def with_level(rule: SchemeQuota) -> SchemeQuota:
        assert rule.raised is not None
        return rule.model_copy(update={"raised": rule.raised.model_copy(update={"needs_level": "excellent"})})

    return ruled


def test_places_are_counted_over_the_whole_again_at_a_supplement(cast: Cast, month_but_one: Cycle) -> None:
    """Published within two places of eight; a late sheet comes, and the base has shrunk meanwhile."""
    cycle = month_but_one
    late = cycle.sheets.get(state="drafting", member__agency=cast.economy).person
    propose(cast, cycle, ["excellent", "excellent", "good"])
    decide(cast, cycle)
    officer = cast.organisation_officer
    appraisals.extend(
        sheet_id=sheet_of(cycle, late).pk, reason="Đi công tác", until=CLOSED.replace(day=20),
        by=officer.user, at=OPENED,
    )  # fmt: skip
    for sheet in cycle.sheets.filter(state="drafting").exclude(person=late).select_related("person", "cycle__root"):
        exempted(sheet, officer, AT)
    appraisals.close_cycle(cycle_id=cycle.pk, by=officer.user, at=CLOSED)
    choose(cast)
    (first,) = publish(cast, cycle).created
    too_late(cast, cycle)
    judged(under_review(cycle, late, FULL, CLOSED), CLOSED)
    said = publish(cast, cycle, "Vội").failed[cast.economy.pk]
    assert said.startswith("Hoàn thành xuất sắc nhiệm vụ: còn 1 phiếu chưa được đề xuất hoặc chưa được quyết định mức")
    wanted = [Wanted(sheet_of(cycle, late).pk, 0, 0, "good", "Hết suất")]
    appraisals.propose_levels(wanted=wanted, by=cast.head.user, at=CLOSED)
    decide(cast, cycle, people=[late])
    others = Sheet.objects.filter(cycle=cycle, member__agency=cast.economy).exclude(person__in=[*excellent(cast), late])
    before = {sheet.pk: sheet.state for sheet in others}
    with outside_actions():
        others.update(state="exempted")
    said = publish(cast, cycle, "Thành tích tốt").failed[cast.economy.pk]
    assert "2 người, quá 1 suất (30% của 4 người được xếp loại, phần lẻ bỏ đi)" in said
    assert list(Publication.objects.all()) == [first]
    with outside_actions():
        for pk, state in before.items():
            Sheet.objects.filter(pk=pk).update(state=state)
    (second,) = publish(cast, cycle).created
    assert (second.number, len(second.results)) == (2, 1)
    with pytest.raises(Conflict, match="đã được công bố nên mức không đổi"):
        decide(cast, cycle, "excellent", number=1, reason="Đổi ý", people=[late])


def too_late(cast: Cast, cycle: Cycle) -> None:
    """A level of a published result: nobody proposes one, and one proposed all the same, as earlier versions let a head
    do, waits for nobody."""
    mine = Sheet.objects.filter(cycle=cycle, evaluator=cast.head, state="confirmed").exclude(person__in=excellent(cast))
    sheet = mine.exclude(person=cast.head).first()
    assert sheet is not None
    name, path = sheet.person.full_name, reverse("evaluate_levels", args=[cycle.pk])
    typed = {f"level-{sheet.pk}": "complete", f"reason-{sheet.pk}": "Muộn"}
    client = signed_in(cast.head)
    refused = client.post(path, typed)
    assert (refused.status_code, "đã được công bố nên mức không đổi" in page_of(refused)) == (409, True)
    late = {"account_id": sheet.person.user_id, "by": cast.head.user, "at": CLOSED, "version": 1}
    with outside_actions():
        LevelProposal.objects.create(sheet=sheet, level="complete", reason="Muộn", **late)
    assert not {"levels.to_decide", "levels.to_propose"} & {line.kind for line in todo(cast.head.user, CLOSED)}
    for page in (path, reverse("decide_levels", args=[cycle.pk])):
        shown = page_of(client.get(page))
        assert (name in shown, "đã công bố" in shown, f'name="level-{sheet.pk}"' in shown) == (True, True, False)
    act: dict[str, Any] = {"kind": "levels", "scope": str(cycle.pk), "by": cast.head.user, "at": CLOSED}
    header, *rows = cells_of(export_list(**act))
    again = preview_import(file_name="t.xlsx", content=written([header, *rows]), **act)
    assert (again.state, stored_problems(again)) == ("ready", [])
    place = header.index("Mức đề xuất")
    rows = [[*row[:place], "Hoàn thành tốt nhiệm vụ", *row[place + 1 :]] for row in rows if name in row]
    assert "đã được công bố" in stored_problems(
        preview_import(file_name="t.xlsx", content=written([header, *rows]), **act)
    )[0].message


def of_the_good(read: Any) -> Any:
    """The quota as instruments of the Party and of public employees count it: a share of those at “good”."""
    changed = {"base": "levels", "base_levels": ("good",), "percent": 40, "rounding": "floor"}

    def ruled(*asked: Any) -> Any:
        return {cell: (rule.model_copy(update=changed), rest) for cell, (rule, rest) in read(*asked).items()}

    return ruled


def test_a_replacement_takes_no_ground_from_places_of_others_unseen(
    cast: Cast, month: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """40 % of five good ones is two places, of four one: who replaces the fifth says why, and who publishes it."""
    for room in ("appraisals.quota_check", "appraisals.actions.levels"):
        monkeypatch.setattr(f"thuocdo.{room}.quotas_of", of_the_good(level_counts.quotas_of))
    propose(cast, month, ["excellent", "excellent", "good"])
    decide(cast, month)
    close(cast, month)
    assert publish(cast, month).created
    sheet = sheet_of(month, cast.head)
    elsewhere: dict[str, Any] = {"cycle_id": month.pk, "unit_ids": [sheet.member.evaluator_unit_id], "at": CLOSED,
                                 "by": cast.organisation_officer.user}  # fmt: skip
    assert actions.publish_units(**elsewhere).created
    (row,) = actions.propose_reopening(
        cycle_id=month.pk, sheet_ids=[sheet.pk], reason="Số liệu sai", by=cast.organisation_officer.user, at=CLOSED
    )
    decider = head_of(row.authority, CLOSED.date())
    assert decider is not None
    actions.agree_reopening(reopening_id=row.pk, by=decider.user, at=CLOSED)
    changed = {"comment": "Sửa", "fields": {"marks.planned": "15"}, "reasons": {"marks.planned": "Theo kiểm tra"}}
    act: dict[str, Any] = {"reopening_id": row.pk, "judgement": changed, "reason": "Theo kết luận",
                           "by": decider.user, "at": CLOSED}  # fmt: skip
    with pytest.raises(Refusal) as ground:
        actions.replace_result(**act)
    said = f"“Hoàn thành xuất sắc nhiệm vụ”, {cast.economy.name}: 2 người, chỉ còn 1 suất (40% của 4 người"
    assert (ground.value.field, said in ground.value.message) == ("quota_reason", True)
    with pytest.raises(Refusal, match="Hãy rút gọn") as long:
        actions.replace_result(**act | {"reason": "x" * 990, "quota_reason": "Đã xem lại"})
    assert long.value.field == "answer"
    new = actions.replace_result(**act, quota_reason="Đã xem lại cả phòng")
    assert new.replace_reason.startswith(f"Theo kết luận Khi thay đã biết tỷ lệ bị vượt: {said}")
    assert new.replace_reason.endswith("Lý do vẫn thay: Đã xem lại cả phòng")
    assert new.band == "complete"
    page = page_of(signed_in(decider).get(reverse("reopening", args=[row.pk])))
    assert "Lý do vẫn thay: Đã xem lại cả phòng" in page
    assert "quá 1 suất" in next(iter(actions.publish_units(**elsewhere).failed.values()))
    (made,) = actions.publish_units(**elsewhere, quota_reason="Thay theo kết luận").created
    assert made.quota_note == "Thay theo kết luận"
