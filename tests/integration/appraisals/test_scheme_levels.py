"""Levels as places: frozen head-counts, proposals within them, the last place given once, the authority's decision."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.factories.months import OPENED, sheet_of
from tests.factories.people import add_post, make_person
from tests.factories.schemes import bound, filed, judged, opened_period, under_review
from tests.guards import outside_actions, refused_by_database
from thuocdo.appraisals import actions
from thuocdo.appraisals.counts.keeping import recount_cycle
from thuocdo.appraisals.deciding import deciding
from thuocdo.appraisals.level_checks import Wanted
from thuocdo.appraisals.level_counts import counted, taken, taken_in
from thuocdo.appraisals.levels import level_table
from thuocdo.appraisals.models import LevelDecision, LevelProposal, QuotaPlaces, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.queries import head_ids
from thuocdo.organisation.waiting import todo

BOOK = "local/ha-noi-3814-2018"
FULL = {"marks.discipline": "20", "marks.planned": "40", "marks.urgent": "30", "marks.bonus": "5"}
GOOD = FULL | {"marks.urgent": "15"}


@pytest.fixture
def month(cast: Cast) -> Cycle:
    bound(cast, BOOK, ("overlays/vi-du-ha-noi-2018",))
    return opened_period(cast)


def rated(cycle: Cycle, person: Person, fields: dict[str, str] = FULL) -> Sheet:
    judged(under_review(cycle, person, fields))
    return sheet_of(cycle, person)


def proposing(cast: Cast) -> list[str]:
    """What the head's to-do list says about proposals."""
    return [line.text for line in todo(cast.head.user, OPENED) if line.kind == "levels.to_propose"]


def test_the_to_do_list_asks_for_proposals_while_a_level_with_places_has_none(cast: Cast, month: Cycle) -> None:
    sheet = rated(month, cast.colleague)
    rated(month, cast.task_giver, GOOD)
    assert proposing(cast) == [], "nobody froze places yet"
    freeze(cast, month)
    assert proposing(cast) == ["1 phiếu tháng 2/2026 có tỷ lệ theo mức chờ ông/bà đề xuất mức"]
    with outside_actions():
        QuotaPlaces.objects.update(roles=["head"])
    assert proposing(cast) == [], "the places are for heads"
    with outside_actions():
        QuotaPlaces.objects.update(roles=["none", "deputy", "head"])
    actions.propose_levels(wanted=[Wanted(sheet.pk, 0, 0, "excellent")], by=cast.head.user, at=OPENED)
    assert proposing(cast) == []


def freeze(cast: Cast, cycle: Cycle) -> QuotaPlaces:
    by = cast.organisation_officer.user
    rows = actions.freeze_places(cycle_id=cycle.pk, rounding={}, by=by, at=OPENED)
    return next(row for row in rows if row.agency_id == cast.economy.pk)


def propose(
    sheet: Sheet, level: str = "excellent", reason: str = "", by: Any = None, version: int = 0
) -> LevelProposal:
    by = by or sheet.evaluator.user
    wanted = [Wanted(sheet.pk, 0, version, level, reason)]
    return actions.propose_levels(wanted=wanted, by=by, at=OPENED)[0]


def decide(sheet: Sheet, level: str, by: Any, reason: str = "", version: int = 1) -> LevelDecision:
    wanted = [Wanted(sheet.pk, 0, version, level, reason)]
    return actions.decide_levels(wanted=wanted, by=by, at=OPENED)[0]


def test_places_come_from_the_frozen_head_count_and_say_how(cast: Cast, month: Cycle) -> None:
    places = freeze(cast, month)
    inside = Sheet.objects.filter(cycle=month, member__agency=cast.economy).count()
    assert (places.base, places.places) == (inside, inside * 30 // 100)
    waiting = f"gồm {inside} người chưa có kết quả"
    assert places.sentence == f"30% của {inside} người được xếp loại ({waiting}), phần lẻ bỏ đi"
    assert places.hard


def test_a_place_is_taken_given_up_and_taken_by_another(cast: Cast, month: Cycle) -> None:
    places = freeze(cast, month)
    assert places.places == 2
    first, second, third = (rated(month, p) for p in (cast.colleague, cast.officer_appraised, cast.task_giver))
    propose(first)
    propose(second)
    with pytest.raises(Conflict, match=r"đã đề xuất 2/2 suất .* Không còn suất"):
        propose(third)
    propose(second, "good", "Nhường theo kết quả quý", version=1)
    assert taken(places) == 1
    propose(third)
    assert taken(places) == 2
    assert propose(third).version == 1  # a second click changes nothing


def test_a_proposal_never_goes_above_the_rule_and_a_lower_one_has_a_reason(cast: Cast, month: Cycle) -> None:
    freeze(cast, month)
    sheet = rated(month, cast.colleague, GOOD)
    with pytest.raises(Refusal, match="không đề xuất mức cao hơn"):
        propose(sheet)
    with pytest.raises(Refusal, match="Hãy ghi lý do đề xuất mức thấp hơn"):
        propose(sheet, "complete")
    with pytest.raises(Refusal, match="Hãy chọn một mức"):
        propose(sheet, "superb")
    with pytest.raises(NotYours):
        propose(sheet, "good", by=cast.colleague.user)
    assert propose(sheet, "good").level == "good"


def test_without_frozen_places_or_a_result_nothing_is_proposed(cast: Cast, month: Cycle) -> None:
    sheet = filed(month, cast.colleague, FULL)
    with pytest.raises(Refusal, match="Hãy xác nhận kết quả"):
        propose(sheet)
    with pytest.raises(Refusal, match="chưa được chốt"):
        propose(rated(month, cast.officer_appraised))


def test_a_result_that_is_judged_anew_stands_in_no_table_and_takes_no_place(cast: Cast, month: Cycle) -> None:
    sheet = rated(month, cast.colleague)
    freeze(cast, month)
    propose(sheet)
    table = level_table(cast.head.user, month.pk, OPENED)
    assert (len(table.rows), sum(bar.taken for bar in table.bars), table.anew) == (1, 1, 0)
    counted_so = [one.level for one in counted(month) if one.member == sheet.member]
    with outside_actions():
        Sheet.objects.filter(pk=sheet.pk).update(state="under_review")
    table = level_table(cast.head.user, month.pk, OPENED)
    assert (len(table.rows), sum(bar.taken for bar in table.bars), table.anew) == (0, 0, 1)
    assert [one.level for one in counted(month) if one.member == sheet.member] == [""] != counted_so
    decides = sheet.member.rating_unit
    assert decides is not None
    (head,) = Person.objects.filter(pk__in=head_ids(decides.pk, OPENED.date()))
    assert head.user is not None
    shown = deciding(head.user, month.pk, OPENED)
    assert (shown.rows, shown.waiting, shown.anew) == ((), 0, 1)


def test_a_proposal_for_a_replaced_result_takes_no_place_until_it_is_decided_again(cast: Cast, month: Cycle) -> None:
    first, again = rated(month, cast.colleague), rated(month, cast.task_giver)
    places = freeze(cast, month)
    for sheet in (first, again):
        propose(sheet)
    assert taken(places) == 2
    with outside_actions():
        LevelProposal.objects.update(at=OPENED - timedelta(days=1))
    assert taken(places) == 0, "what was proposed before the result in force holds no more"
    assert sum(taken_in(month).values()) == 0
    assert proposing(cast) == ["2 phiếu tháng 2/2026 có tỷ lệ theo mức chờ ông/bà đề xuất mức"]
    decide(first, "excellent", cast.head.user)
    assert taken(places) == 1
    assert proposing(cast) == ["1 phiếu tháng 2/2026 có tỷ lệ theo mức chờ ông/bà đề xuất mức"]
    propose(rated(month, cast.officer_appraised))
    assert taken(places) == places.places == 2
    full = r"đã đề xuất 2/2 suất .* Không còn suất"
    with pytest.raises(Conflict, match=full):
        decide(again, "excellent", cast.head.user)
    with pytest.raises(Conflict, match=full):
        propose(again, version=1)
    decide(again, "good", cast.head.user, "Hết suất")
    assert (taken(places), proposing(cast)) == (2, [])


def test_people_who_move_later_change_no_place(cast: Cast, month: Cycle) -> None:
    """Abuse case 13: people hired, moved in, moved out around the day of counting; the frozen members are counted."""
    before = freeze(cast, month)
    day = OPENED.date()
    for number in range(10):
        make_person(f"MOI{number:02d}", f"Người Mới {number}", cast.economy)
    with outside_actions():
        Employment.objects.filter(person=cast.colleague).update(end=day)
    for person, unit in ((cast.colleague, cast.culture), (cast.head_elsewhere, cast.economy)):
        add_post(person, unit, "Chuyên viên", start=day)
    with outside_actions():
        Employment.objects.filter(person=cast.officer_appraised).update(unit=cast.culture)
    after = freeze(cast, month)
    assert (after.base, after.places, after.sentence) == (before.base, before.places, before.sentence)
    there = QuotaPlaces.objects.filter(cycle=month, agency=cast.culture).values_list("base", flat=True)
    assert list(there) == [Sheet.objects.filter(cycle=month, member__agency=cast.culture).count()]


def test_the_authority_decides_with_reasons_and_never_on_itself(cast: Cast, month: Cycle) -> None:
    freeze(cast, month)
    sheet = rated(month, cast.colleague)
    refused_by_database(propose(sheet), "nobody_proposes_own_level", by_id=cast.colleague.user_id)
    decider = sheet.member.rating_unit and cast.head
    with pytest.raises(NotYours):
        decide(sheet, "excellent", cast.deputy.user)
    with pytest.raises(Refusal, match="khác với đề xuất"):
        decide(sheet, "good", decider.user)
    made = decide(sheet, "good", decider.user, "Cân đối toàn phòng")
    assert (made.level, made.decided_by) == ("good", cast.head)
    assert LevelProposal.objects.get(sheet=sheet).level == "good"
    with pytest.raises(Conflict):
        decide(sheet, "good", decider.user)
    with pytest.raises(Conflict, match="không chốt lại được nữa"):
        freeze(cast, month)
    assert LevelDecision.objects.count() == 1


def test_nobody_decides_the_own_level(cast: Cast, month: Cycle) -> None:
    sheet = sheet_of(month, cast.head)
    with pytest.raises((Forbidden, NotYours)):
        decide(sheet, "good", cast.head.user, version=0)


def test_a_rule_without_quota_has_no_places(cast: Cast) -> None:
    from tests.factories.schemes import HA_NOI

    bound(cast, *HA_NOI)
    cycle = opened_period(cast)
    with pytest.raises(Refusal, match="không có tỷ lệ nào"):
        freeze(cast, cycle)


def test_an_officer_chooses_among_the_roundings_of_the_text(cast: Cast, month: Cycle) -> None:
    by = cast.organisation_officer.user
    with pytest.raises(Refusal, match="cách làm tròn"):
        actions.freeze_places(cycle_id=month.pk, rounding={"excellent": "nearest"}, by=by, at=OPENED)
    with pytest.raises(Refusal, match="hãy ghi lý do chọn"):
        actions.freeze_places(cycle_id=month.pk, rounding={"excellent": "up"}, by=by, at=OPENED)
    with pytest.raises(NotYours):
        actions.freeze_places(cycle_id=month.pk, rounding={}, by=cast.head.user, at=OPENED)


def test_undecided_levels_are_named_before_closing(cast: Cast, month: Cycle, client: Client) -> None:
    freeze(cast, month)
    sheet = rated(month, cast.colleague)
    propose(sheet)
    client.force_login(cast.organisation_officer.user)
    following = reverse("cycle_progress", args=[month.pk])

    def shown(path: str) -> str:
        return client.get(path).content.decode()

    assert "1 mức đã đề xuất, chưa được quyết định" in shown(reverse("cycle_close", args=[month.pk]))
    with outside_actions():
        Sheet.objects.filter(cycle=month).exclude(pk=sheet.pk).update(extended_until=month.confirm_by)
        Sheet.objects.filter(cycle=month, member__unit=sheet.member.unit).exclude(pk=sheet.pk).update(state="exempted")
        recount_cycle(month.pk)
    assert "1 mức đã đề xuất, chưa quyết định</span>" in shown(following)
    decide(sheet, "excellent", cast.head.user)
    assert "chưa quyết định</span>" not in shown(following)
    assert "chưa được quyết định" not in shown(reverse("cycle_close", args=[month.pk]))
