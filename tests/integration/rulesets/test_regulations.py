"""A unit's own regulation: two people, never into an open period, unchangeable, and used by the periods."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tests.agreement import all_disagree
from tests.cast import Cast
from tests.factories import months
from tests.factories.people import add_post
from tests.guards import outside_actions
from tests.integration.rulesets.conftest import AT, KEY, TYPED, begun, user
from thuocdo.appraisals.queries import rate_document
from thuocdo.appraisals.situations import situations_for
from thuocdo.audit.models import Event
from thuocdo.cycles.actions import approve_regulation, propose_regulation
from thuocdo.engine.loader import _load
from thuocdo.engine.situations import TITLES
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.rulesets import actions, catalogue, stored
from thuocdo.rulesets.drafting import read_draft, typed_of
from thuocdo.rulesets.models import Binding, Regulation, RegulationText
from thuocdo.rulesets.queries import rule_for
from thuocdo.rulesets.versions import past_book, variant_of
from thuocdo.web.overlays.editor import editor
from thuocdo.web.rules.reader import situation_rows


def proposed(cast: Cast, **changed: str) -> Regulation:
    made = begun(cast, **changed)
    return propose_regulation(by=user(cast.organisation_officer), at=AT, regulation_id=made.pk, revision=made.revision)


def approved(cast: Cast, **changed: str) -> RegulationText:
    made = proposed(cast, **changed)
    return approve_regulation(by=user(cast.chairman), at=AT, regulation_id=made.pk, revision=made.revision)


def test_two_people_bring_it_into_force_from_its_month(cast: Cast) -> None:
    text = approved(cast)
    before, after = (rule_for(cast.economy, "civil_servant", day) for day in (date(2026, 1, 31), date(2026, 2, 1)))
    assert (before.overlays, after.overlays) == ((), (text.key,))
    assert "Quy chế đánh giá của phường Bồ Đề" in after.sentence
    book = catalogue.load(KEY, after.overlays)
    point = next(p for p in book.open_points if p.id == "general_steps")
    assert point.settled is not None
    assert (point.settled.reading, point.settled.by) == ("quarter_point", "Chủ tịch UBND phường")
    assert point.settled.cite[0].text() == "Điều 5 khoản 1 Quy chế đánh giá của phường Bồ Đề"
    assert book.book.quotas[0].percent == 15
    assert after.hash == book.hash != catalogue.load(KEY).hash
    codes = list(Event.objects.order_by("pk").values_list("code", flat=True))
    assert codes == [f"regulation.{step}" for step in ("begun", "saved", "proposed", "approved")]


def test_periods_pin_it_and_results_use_it(cast: Cast) -> None:
    months.make_task(cast.colleague, cast.economy, giver=cast.task_giver.user)
    text = approved(cast)
    cycle = months.open_month(cast.ward, cast.organisation_officer)
    member = cycle.members.get(person=cast.colleague)
    assert (member.standing, member.overlays) == ("in", [text.key])
    assert any(pin["overlays"] == [text.key] and pin["hash"] == member.rulebook_hash for pin in cycle.pins)
    result = months.confirmed(cycle, cast.colleague, months.OPENED)
    stored._approved.cache_clear()
    _load.cache_clear()
    assert rate_document(result).to_json() == result.outcome
    assert past_book(member.rulebook_hash).hash == member.rulebook_hash
    varied = variant_of(KEY, member.overlays, member.rulebook_hash, {"quotas.excellent.percent": 5})
    assert varied.book.quotas[0].percent == 5


def test_it_answers_who_came_back_and_who_changed_posts_and_nobody_is_asked(cast: Cast) -> None:
    """The decree has no row of either case; a case of which it leaves something open is answered alike."""
    says = {
        f"say-{kind}{part}": text
        for kind, words in (("gap", "Tính việc của cả hai đợt"), ("changed", "Đánh giá ở vị trí sau"))
        for part, text in (("", words), ("-article", "Điều 7"), ("-reason", "Để các đơn vị làm như nhau."))
    }
    text = approved(cast, **says)
    page = editor(read_draft(Regulation.objects.get(), TYPED), {})
    blocks = next(section.blocks for section in page.sections if section.kind == "say")
    assert {block.item.target for block in blocks} == set(TITLES)
    for person, position in ((cast.officer_appraised, "Chuyên viên"), (cast.colleague, "Chuyên viên chính")):
        with outside_actions():
            person.employments.update(end=date(2026, 2, 5))
        add_post(person, cast.economy, position, start=date(2026, 2, 12))
    last = cast.colleague.employments.order_by("start").last()
    cycle = months.open_month(cast.ward, cast.organisation_officer,
                              choices={cast.colleague.pk: {"employment": last.pk, "reason": "Vị trí sau."}})
    found = {one.case.kind: one for person in (cast.officer_appraised, cast.colleague)
             for one in situations_for(months.sheet_of(cycle, person))}
    assert {kind: (one.says[0][0], one.asks, one.waits) for kind, one in found.items()} == {
        "gap": ("Tính việc của cả hai đợt", "", False), "changed": ("Đánh giá ở vị trí sau", "", False)
    }
    assert found["gap"].says[0][1].startswith("Điều 7 Quy chế đánh giá của phường Bồ Đề")
    assert "Tính việc của cả hai đợt" in {row.words for row in situation_rows(catalogue.load(KEY, (text.key,)))}


def test_those_who_may_decide_are_told(cast: Cast) -> None:
    made = proposed(cast)
    told = set(Notice.objects.filter(kind="regulation.proposed").values_list("user__person__code", flat=True))
    assert told == {cast.chairman.code}
    actions.return_regulation(
        by=user(cast.chairman), at=AT, regulation_id=made.pk, revision=made.revision, reason="Bổ sung Điều 7."
    )
    back = Regulation.objects.get()
    assert (back.state, back.returned) == ("drafting", "Bổ sung Điều 7.")
    assert Notice.objects.filter(kind="regulation.returned", user=cast.organisation_officer.user).count() == 1


@pytest.mark.parametrize("who", ["organisation_officer", "head", "stranger", "inspector", "head_elsewhere"])
def test_nobody_else_approves(cast: Cast, who: str) -> None:
    made = proposed(cast)
    with pytest.raises((Forbidden, NotYours)):
        approve_regulation(by=user(getattr(cast, who)), at=AT, regulation_id=made.pk, revision=made.revision)
    assert not Binding.objects.exists()


def test_the_database_itself_demands_two_people_and_keeps_the_text(cast: Cast) -> None:
    text = approved(cast)
    with outside_actions():
        for change in ({"approved_by": text.proposed_by}, {"content": "x"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                RegulationText.objects.filter(pk=text.pk).update(**change)
        same: dict[str, Any] = {"approved_by": text.proposed_by, "key": "quy-che-don-vi/x/y", "pk": None, "id": None}
        made = Regulation.objects.get()
        other = Regulation(
            unit=cast.economy, rulebook=KEY, number=1, document="{}", changed_by=made.changed_by, changed_at=AT
        )
        other.save()
        for name, value in {**same, "regulation": other}.items():
            setattr(text, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            text.save(force_insert=True)
        second = Regulation(
            unit=cast.economy, rulebook=KEY, number=2, document="{}", changed_by=made.changed_by, changed_at=AT
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            second.save()


def test_looser_than_the_law_is_refused_with_the_article(cast: Cast) -> None:
    made = begun(cast, **{"lower-excellent": "25"})
    with pytest.raises(Refusal) as refused:
        propose_regulation(by=user(cast.organisation_officer), at=AT, regulation_id=made.pk, revision=made.revision)
    assert refused.value.field == "lower-excellent"
    assert "25% cao hơn 20%" in refused.value.message
    assert "Điều 20 khoản 5 điểm a" in refused.value.message
    assert '"lower-excellent": "25"' in Regulation.objects.get().document


def test_a_month_that_is_open_or_over_is_refused(cast: Cast) -> None:
    made = proposed(cast)
    months.open_month(cast.ward, cast.organisation_officer)
    with pytest.raises(Refusal) as refused:
        approve_regulation(by=user(cast.chairman), at=AT, regulation_id=made.pk, revision=made.revision)
    assert refused.value.field == "month"
    assert "03/2026" in refused.value.message
    later = AT + timedelta(days=60)
    with pytest.raises(Refusal, match="đã có kỳ mở hoặc khóa"):
        approve_regulation(by=user(cast.chairman), at=later, regulation_id=made.pk, revision=made.revision)


def test_a_month_that_is_over_without_a_period_needs_its_reason_and_a_coming_one_none(cast: Cast) -> None:
    later = AT + timedelta(days=60)
    made = proposed(cast)
    with pytest.raises(Refusal, match="đã qua: hãy ghi vì sao") as refused:
        approve_regulation(by=user(cast.chairman), at=later, regulation_id=made.pk, revision=made.revision)
    assert refused.value.field == "past_reason"
    act = {"by": user(cast.organisation_officer), "at": later, "regulation_id": made.pk}
    made = actions.withdraw_regulation(revision=made.revision, **act)
    made = actions.save_regulation(revision=made.revision, typed={**TYPED, "past_reason": "Theo công văn số 9."}, **act)
    made = propose_regulation(revision=made.revision, **act)
    text = approve_regulation(by=user(cast.chairman), at=later, regulation_id=made.pk, revision=made.revision)
    assert text.start == date(2026, 2, 1)
    assert Binding.objects.get(overlays=[text.key]).reason.endswith("Theo công văn số 9.")
    made = actions.begin_regulation(by=act["by"], at=later, unit_id=cast.ward.pk, rulebook=KEY)
    assert "past_reason" not in typed_of(made)
    act["regulation_id"] = made.pk
    made = actions.save_regulation(revision=made.revision, typed={**TYPED, "month": "01/2025"}, **act)
    with pytest.raises(Refusal, match="có hiệu lực từ 01/01/2026"):
        propose_regulation(revision=made.revision, **act)
    made = actions.save_regulation(revision=made.revision, typed={**TYPED, "month": "11/2026"}, **act)
    assert propose_regulation(revision=made.revision, **act).state == "proposed"


def test_races(cast: Cast) -> None:
    made = begun(cast)
    officer = user(cast.organisation_officer)
    step: dict[str, Any] = {"at": AT, "regulation_id": made.pk}
    with pytest.raises(Conflict, match="đã sửa bản này"):
        actions.save_regulation(by=officer, revision=made.revision - 1, typed=TYPED, **step)
    ready = propose_regulation(by=officer, revision=made.revision, **step)
    assert all_disagree(AT) == []
    with pytest.raises(Conflict):
        actions.save_regulation(by=officer, revision=ready.revision, typed=TYPED, **step)
    actions.withdraw_regulation(by=officer, revision=ready.revision, **step)
    with pytest.raises(Conflict, match="đang soạn"):
        approve_regulation(by=user(cast.chairman), revision=ready.revision, **step)
    again = propose_regulation(by=officer, revision=ready.revision + 1, **step)
    approve_regulation(by=user(cast.chairman), revision=again.revision, **step)
    assert all_disagree(AT) == []
    with pytest.raises(Conflict, match="đã phê duyệt"):
        approve_regulation(by=user(cast.chairman), revision=again.revision + 1, **step)
    assert Binding.objects.count() == 1


def test_only_the_proposer_withdraws(cast: Cast) -> None:
    made = proposed(cast)
    with pytest.raises(NotYours):
        actions.withdraw_regulation(by=user(cast.chairman), at=AT, regulation_id=made.pk, revision=made.revision)
    with pytest.raises(NotYours):
        begun_by_stranger(cast)


def begun_by_stranger(cast: Cast) -> None:
    actions.begin_regulation(by=user(cast.stranger), at=AT, unit_id=cast.ward.pk, rulebook=KEY)


def test_a_new_version_begins_with_the_words_of_the_last_and_takes_its_place(cast: Cast) -> None:
    first = approved(cast)
    officer = user(cast.organisation_officer)
    second = actions.begin_regulation(by=officer, at=AT, unit_id=cast.ward.pk, rulebook=KEY)
    assert (second.number, second.base) == (2, [])
    with pytest.raises(Conflict):
        actions.begin_regulation(by=officer, at=AT, unit_id=cast.ward.pk, rulebook=KEY)
    typed = {
        **TYPED,
        "month": "04/2026",
        "settle-rounding": "none",
        "settle-rounding-article": "Điều 4",
        "settle-rounding-reason": "Theo câu chữ.",
    }
    step: dict[str, Any] = {"at": AT, "regulation_id": second.pk}
    saved = actions.save_regulation(by=officer, revision=second.revision, typed=typed, **step)
    ready = propose_regulation(by=officer, revision=saved.revision, **step)
    last = approve_regulation(by=user(cast.chairman), revision=ready.revision, **step)
    days = {day: rule_for(cast.economy, "civil_servant", day).overlays for day in (date(2026, 3, 31), date(2026, 4, 1))}
    assert list(days.values()) == [(first.key,), (last.key,)]


def test_a_unit_below_builds_on_the_regulation_above(cast: Cast) -> None:
    above = approved(cast)
    later = AT + timedelta(days=15)
    made = actions.begin_regulation(by=user(cast.organisation_officer), at=later, unit_id=cast.economy.pk, rulebook=KEY)
    assert made.base == [above.key]


def test_drafts_and_regulations_of_others_bind_nobody(cast: Cast) -> None:
    text = approved(cast)
    mine = cast.economy
    for unit, key in ((cast.other_ward, text.key), (mine, "ban-soan/1-abc"), (mine, "quy-che-don-vi/x/y")):
        with pytest.raises(Refusal):
            actions.bind(
                by=None,
                at=AT,
                unit_id=unit.pk,
                subject_kind="civil_servant",
                start=date(2026, 3, 1),
                rulebook=KEY,
                overlays=[key],
                decided_by="Chủ tịch",
                reason="Thử",
            )
