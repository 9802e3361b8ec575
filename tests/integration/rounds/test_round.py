"""A round of a ward: who is in it and why not, and no step before those it waits for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from tests.factories import rounds as world
from tests.factories.party import seat
from tests.factories.people import give_role
from tests.factories.rounds import AT, RATING, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.organisation.models import Role
from thuocdo.organisation.waiting import todo
from thuocdo.reviews.access import prompted_by
from thuocdo.reviews.layouts import layouts_for
from thuocdo.reviews.meeting_rules import summoned
from thuocdo.rounds import actions, gate, queries
from thuocdo.rounds.access import cells_led, recordable
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.on_paper import paper_words, writable

pytestmark = pytest.mark.django_db
DAY = date(2025, 12, 1)


@standing
def ward(db: None) -> Ward:
    """With a second officer, who leads nobody."""
    made = world.open_ward()
    give_role(made.people["excused"], made.units["place"], Role.Kind.OFFICER)
    return made


def take(ward: Ward, *steps: tuple[str, RoundSubject], by: str = "officer", **more: Any) -> list[StepDone]:
    given: dict[str, Any] = {"on": DAY, "place": "Hội trường", "number": "1", "levels": {}, "by": ward.user(by)}
    given |= {"body": "Ủy ban", "at": AT} | more
    return actions.take_steps(round_id=ward.round.pk, steps=[(node, one.pk) for node, one in steps], **given)


def unrecorded() -> list[str]:
    return [problem.message for problem in verify().problems if problem.kind.startswith("rounds.")]


def decide(ward: Ward, one: RoundSubject, **more: Any) -> None:
    given = {"standing": "exempt", "reason": "Vì sao", "cite": "12-QĐ/ĐU", "holds": False, "with_id": None} | more
    actions.decide_subjects(round_id=ward.round.pk, subject_ids=[one.pk], by=ward.user("officer"), at=AT, **given)


def test_everybody_is_in_once_in_each_procedure_and_who_is_not_has_an_article(ward: Ward) -> None:
    kinds = {
        kind: RoundSubject.objects.filter(kind=kind).count() for kind in ("party_member", "civil_servant", "leader")
    }
    assert kinds == {"party_member": 7, "civil_servant": 8, "leader": 10}
    out = RoundSubject.objects.exclude(standing="in")
    assert {(one.name, one.standing) for one in out} == {
        ("Vũ Mới Vào", "exempt"),
        ("Bùi Được Miễn", "exempt"),
        ("Tập thể lãnh đạo Văn phòng", "open"),
    }
    assert {one.cite for one in out} == {"Điều 5 Quy định 366-QĐ/TW", "Mục 7.4 Hướng dẫn 43-HD/BTCTW"}
    assert (ward.round.state, ward.round.opening.created, ward.round.opening.failed) == ("open", 32, 1)
    assert unrecorded() == []


def test_where_a_whole_collective_sits_in_the_committee_it_is_reviewed_once(ward: Ward) -> None:
    twice = ward.subject("leader", "Trần Chủ Tịch", of="Ủy ban")
    once = ward.subject("leader", "Trần Chủ Tịch", of="Ban Thường vụ")
    assert twice.reviewed_with == once
    with pytest.raises(Conflict, match="một lần"):
        take(ward, ("review_head", twice))


def test_a_head_before_the_collective_and_a_member_before_the_civil_servant_are_refused_with_the_article(
    ward: Ward,
) -> None:
    with pytest.raises(
        Conflict, match=r"phải chờ “Xếp loại tập thể lãnh đạo, cấp ủy” của Ban Thường vụ.*Điều 12 khoản 2"
    ):
        take(ward, ("rate_head", ward.subject("leader", "Trần Chủ Tịch", of="Ban Thường vụ")))
    member = ward.subject("party_member", "Lê Phó Một")
    with pytest.raises(Conflict, match=r"phải chờ “Xếp loại công chức.*Điều 3 khoản 4"):
        take(ward, ("rate_member", member), by="excused")
    take(ward, ("rate_work", ward.subject("civil_servant", "Lê Phó Một")), levels={}, number="15/QĐ-UBND")
    assert gate.waiting(ward.round, "rate_member", member) == ()
    take(ward, ("rate_member", member), by="excused")


def test_a_party_organisation_before_its_cells_is_refused(ward: Ward) -> None:
    with pytest.raises(Conflict, match=r"“Xếp loại tổ chức đảng” của Chi bộ"):
        take(ward, ("rate_organisation", ward.subject("party_organisation", "Đảng bộ")))


def test_one_meeting_serves_several_steps_that_wait_for_each_other(ward: Ward) -> None:
    government, committee = (
        ward.subject("collective", "Tập thể lãnh đạo Ủy ban"),
        ward.subject("collective", "Ban Thường"),
    )
    made = take(ward, ("review_collective", committee), ("review_collective", government), place="Phòng họp 1")
    assert [one.subject_id for one in made] == [government.pk, committee.pk]
    assert {(one.place, one.on) for one in made} == {("Phòng họp 1", DAY)}
    assert take(ward, ("review_collective", committee)) == []


def test_whoever_is_exempt_holds_nobody_and_whoever_is_open_is_decided_first(ward: Ward) -> None:
    office = ward.subject("collective", "Tập thể lãnh đạo Văn phòng")
    with pytest.raises(Conflict, match="quyết định về đối tượng này trước"):
        take(ward, ("rate_collective", office))
    government = ward.subject("collective", "Tập thể lãnh đạo Ủy ban")
    with pytest.raises(Conflict, match="Tập thể lãnh đạo Văn phòng"):
        take(ward, ("rate_collective", government))
    decide(ward, office)
    take(ward, ("rate_collective", government))


def test_a_small_collective_is_reviewed_with_the_committee(ward: Ward) -> None:
    office, cell = ward.subject("collective", "Tập thể lãnh đạo Văn phòng"), ward.subject("collective", "Chi ủy")
    decide(ward, office, standing="in", with_id=cell.pk)
    take(ward, ("review_collective", cell))
    found = gate.standing_of(ward.round, [RoundSubject.objects.get(pk=office.pk)])[office.pk]
    assert {one.node.id: one.state for one in found} == {"review_collective": "done", "rate_collective": "free"}


def test_nobody_is_reviewed_with_one_that_is_reviewed_elsewhere(ward: Ward) -> None:
    names = ("Tập thể lãnh đạo Văn phòng", "Chi ủy", "Ban Thường")
    office, cell, committee = (ward.subject("collective", name) for name in names)
    decide(ward, office, standing="in", with_id=cell.pk)
    with pytest.raises(Several, match="Tập thể lãnh đạo Văn phòng đang kiểm điểm cùng Chi ủy"):
        decide(ward, cell, standing="in", with_id=committee.pk)
    decide(ward, office, standing="in", with_id=committee.pk)
    decide(ward, cell, standing="in", with_id=committee.pk)
    with pytest.raises(Several, match="tự tổ chức kiểm điểm"):
        decide(ward, office, standing="in", with_id=cell.pk)


def test_postponed_others_wait_or_not_as_decided(ward: Ward) -> None:
    work, member = ward.subject("civil_servant", "Lê Phó Một"), ward.subject("party_member", "Lê Phó Một")
    decide(ward, work, standing="postponed", holds=True)
    assert gate.waiting(ward.round, "rate_member", member)
    decide(ward, work, standing="postponed", holds=False)
    assert gate.waiting(ward.round, "rate_member", member) == ()


def test_a_step_is_taken_back_by_a_row_and_only_before_what_waited_for_it(ward: Ward) -> None:
    work, member = ward.subject("civil_servant", "Lê Phó Một"), ward.subject("party_member", "Lê Phó Một")
    [first] = take(ward, ("rate_work", work))
    [later] = take(ward, ("rate_member", member), by="excused")
    by = ward.user("excused")
    with pytest.raises(Conflict, match="“Xếp loại đảng viên” của Lê Phó Một"):
        actions.undo_step(step_id=first.pk, reason="Ghi nhầm", by=by, at=AT)
    with pytest.raises(Refusal, match="Lý do"):
        actions.undo_step(step_id=later.pk, reason=" ", by=by, at=AT)
    actions.undo_step(step_id=later.pk, reason="Ghi nhầm", by=by, at=AT)
    actions.undo_step(step_id=first.pk, reason="Ghi nhầm", by=by, at=AT)
    assert gate.waiting(ward.round, "rate_member", member)
    [again] = take(ward, ("rate_work", work))
    assert (again.turn, StepDone.objects.filter(subject=work).count()) == (3, 3)
    assert unrecorded() == []


def test_a_rating_on_paper_is_written_by_an_officer_who_does_not_lead_from_a_numbered_decision(ward: Ward) -> None:
    """Neither the cell's secretary nor an officer who is its deputy types a level of the cell or its members."""
    cell = ward.subject("party_organisation", "Chi bộ Văn phòng")
    work, member = ward.subject("civil_servant", "Lê Phó Một"), ward.subject("party_member", "Lê Phó Một")
    take(ward, ("rate_work", work))
    for by in ("chief", "officer"):
        with pytest.raises(Forbidden, match=r"cán bộ tổ chức phụ trách.*Bùi Được Miễn"):
            take(ward, ("rate_member", member), by=by, levels={member.pk: "excellent"})
    with pytest.raises(Several) as told:
        take(ward, ("rate_member", member), by="excused", number=" ", body="")
    assert told.value.problems.keys() == {"number", "body"}
    [made] = take(ward, ("rate_member", member), by="excused", number="15-QĐ", levels={member.pk: "good"})
    assert paper_words(made) == "theo quyết định giấy số 15-QĐ ngày 01/12/2025"
    assert made.place == "Ủy ban"
    with pytest.raises(Forbidden, match="không phải người đứng đầu"):
        actions.undo_step(step_id=made.pk, reason="Nhầm", by=ward.user("chief"), at=AT)
    seen = {who: queries.view(ward.user(who), ward.round.pk, cell.pk, AT).line.subject for who in ("chief", "excused")}
    assert {who: one.rates for who, one in seen.items()} == {"chief": False, "excused": True}  # type: ignore[attr-defined]


def test_nobody_records_the_own_rating_and_the_database_refuses_it_too(ward: Ward) -> None:
    own = ward.subject("civil_servant", "Đỗ Tổ Chức")
    with pytest.raises(Forbidden, match="chính ông/bà"):
        take(ward, ("rate_work", own))
    row = StepDone(
        round=ward.round, subject=own, node="rate_work", step="rating", on=DAY, source="x", person=own.person,
        by=ward.user("officer"), by_person=own.person, at=AT,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        row.save()


def test_steps_are_added_and_never_changed(ward: Ward) -> None:
    [step] = take(ward, ("rate_work", ward.subject("civil_servant", "Lê Phó Một")))
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        StepDone.objects.filter(pk=step.pk).update(place="Nơi khác")


def test_who_leads_records_the_steps_of_those_led_and_others_find_nothing(ward: Ward) -> None:
    member = ward.subject("party_member", "Lê Phó Một")
    take(ward, ("review_in_cell", member), by="chief")
    with pytest.raises(NotYours):
        take(ward, ("review_in_cell", member), by="outside")
    with pytest.raises(NotYours):
        take(ward, ("review_in_cell", member), by="vice2")


def test_a_cell_without_a_committee_is_led_by_its_secretary_and_deputies(ward: Ward) -> None:
    """They lead it in the round although no leader of it stands in the list, and so do not write its levels."""
    seat(ward.people["vice2"], ward.party["economy"], "secretary")
    seat(ward.people["excused"], ward.party["economy"], "deputy")
    cell, member = ward.subject("party_organisation", "Chi bộ Kinh tế"), ward.subject("party_member", "Vũ Mới Vào")
    assert cell.collective_id is None
    other, day = ward.subject("party_organisation", "Chi bộ Văn phòng"), AT.date()
    asked = RoundSubject.objects.filter(pk__in=[cell.pk, member.pk, other.pk])
    chief, late = ward.user("vice2"), ward.user("chair")
    assert set(asked.filter(recordable(chief, day))) == {cell, member}
    assert set(asked.filter(prompted_by(chief, day))) == {member}
    assert set(asked.filter(writable(ward.user("excused"), day))) == {other}, "an officer, but leads the cell"
    seat(ward.people["chair"], ward.party["economy"], "deputy", start=ward.round.facts_on + timedelta(days=1))
    assert cell not in asked.filter(Q(pk__in=cells_led(late).values("pk"))), "not on the day of the list"
    RoundSubject.objects.filter(pk=member.pk).update(standing="in", reason="")
    lines = [one for one in todo(chief, AT) if one.kind == "rounds.members"]
    assert any("1 đảng viên chưa có mức" in one.text and "Chi bộ Kinh tế" in one.text for one in lines)


def test_a_meeting_about_a_party_organisation_above_cells_summons_its_committee(ward: Ward) -> None:
    above = ward.subject("party_organisation", "Đảng bộ Phường Một")
    assert summoned([above]) == sorted(ward.people[name].pk for name in ("chair", "vice", "vice2"))


def test_a_meeting_in_the_future_or_before_the_year_and_too_long_words_are_told_together(ward: Ward) -> None:
    member = ward.subject("party_member", "Lê Phó Một")
    with pytest.raises(Several) as told:
        take(ward, ("review_in_cell", member), on=DAY + timedelta(days=9), place="x" * 201)
    assert told.value.problems.keys() == {"on", "place"}
    with pytest.raises(Several, match="trước năm 2025"):
        take(ward, ("review_in_cell", member), on=date(2024, 12, 31))


def test_a_plan_tells_every_fault_at_once_and_a_year_has_one_round(ward: Ward) -> None:
    with pytest.raises(Several) as told:
        world.plan(ward, year=2026, rating_date=date(2025, 12, 20), basis=" ", overlays=["overlays/hoa-binh-2018"],
                   leaderships="")  # fmt: skip
    assert told.value.problems.keys() == {"rating_date", "basis", "overlays", "leaderships"}
    with pytest.raises(Conflict, match="đã có rồi"):
        world.plan(ward)
    with pytest.raises(Several, match="chờ"):
        world.plan(ward, year=2026, rating_date=date(2026, 12, 20),
                   deadlines={"rate_work": date(2026, 12, 15), "rate_member": date(2026, 12, 1)})  # fmt: skip


def test_which_units_have_a_leadership_collective_is_chosen_in_the_plan(ward: Ward) -> None:
    actions.close_round(round_id=ward.round.pk, version=2, by=ward.user("officer"), at=AT)
    planned = world.plan(ward, year=2026, rating_date=RATING.replace(year=2026), leaderships="agencies")
    actions.open_round(round_id=planned.pk, version=1, by=ward.user("officer"), at=AT)
    found = RoundSubject.objects.filter(round=planned)
    units = set(found.filter(kind="collective", party__isnull=True).values_list("name", flat=True))
    assert units == {"Tập thể lãnh đạo Ủy ban nhân dân Phường Một"}
    assert not found.filter(kind="leader", person=ward.people["chief"], party__isnull=True).exists()
    chief = found.select_related("round").get(kind="party_member", person=ward.people["chief"])
    assert "không coi là có tập thể lãnh đạo" in chief.notes[-1]
    assert [one.form for one in layouts_for(chief)] == ["02A", "02B", "02C"]
    other = found.select_related("round").get(kind="party_member", name__startswith="Vũ Mới Vào")
    assert [one.form for one in layouts_for(other)] == ["02B", "02C"]


def test_a_round_of_2018_follows_the_province_and_needs_who_is_reviewed(ward: Ward) -> None:
    old = {"year": 2018, "rating_date": date(2018, 12, 20), "overlays": ["overlays/hoa-binh-2018"]}
    with pytest.raises(Several, match="ai phải kiểm điểm"):
        world.plan(ward, **old)
    planned = world.plan(ward, whom="Kế hoạch 183-KH/TU", **old)
    assert planned.rulebook == "party/qd-132-2018"
    with pytest.raises(Refusal, match="Không có đối tượng"):
        actions.open_round(round_id=planned.pk, version=1, by=ward.user("officer"), at=AT)


def test_opening_twice_is_one_opening_and_a_dropped_plan_makes_room(ward: Ward) -> None:
    again = actions.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=AT)
    assert (again.pk, RoundSubject.objects.count()) == (ward.round.pk, 35)
    later = {"year": 2026, "rating_date": RATING.replace(year=2026)}
    first = world.plan(ward, **later)
    actions.drop_plan(round_id=first.pk, version=1, by=ward.user("officer"), at=AT)
    assert world.plan(ward, **later).pk != first.pk
    assert Round.objects.filter(state="dropped").count() == 1
