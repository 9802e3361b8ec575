"""The two-tier reform of 1 July 2025 in Hà Nội: 30 districts and 526 wards and communes become 126, as one act.

Abuse case 41: the old tree answers for June 2025, new units from the date.
"""

from collections import Counter
from datetime import datetime, timedelta, timezone
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.guards import outside_actions
from tests.integration.organisation.hanoi import (
    REFORM,
    City,
    build_city,
    june_of,
    mapping,
    mapping_file,
    placement_file,
)
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation import actions
from thuocdo.organisation.changes.mapping import read_placements, read_successions
from thuocdo.organisation.changes.reading import read_facts
from thuocdo.organisation.models import Employment, Person, Reorganisation, Unit
from thuocdo.organisation.queries import forest, officer_units, on_day

pytestmark = pytest.mark.django_db
AT = datetime(2025, 7, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))
JUNE = REFORM - timedelta(days=1)
WARD_STAFF = 2


@pytest.fixture
def city(db) -> City:
    return build_city(staff=WARD_STAFF)


def prepared(city: City) -> Reorganisation:
    plan = actions.begin_reorganisation(
        by=city.officer.user, at=AT, root_id=city.root.pk, title="Sắp xếp đơn vị hành chính hai cấp",
        decision="1656/NQ-UBTVQH15", decided_on=REFORM.replace(month=6, day=16), start=REFORM,
    )
    return actions.save_reorganisation(
        by=city.officer.user, at=AT, plan_id=plan.pk, version=plan.version, rows=read_successions(mapping_file())
    )


def tree_of(day) -> tuple[dict[int, int], dict[int, str], dict[int, int]]:
    """Everything a page about that day reads: the links, the names, the unit of each person."""
    units = Unit.objects.filter(on_day(day))
    posts = Employment.objects.filter(on_day(day))
    return dict(forest(day).parent), dict(units.values_list("pk", "name")), dict(posts.values_list("person", "unit"))


def test_the_mapping_is_the_real_one():
    found = mapping()
    assert (len(found.districts), len(found.wards), len(found.new)) == (30, 526, 126)
    assert found.to.keys() == found.wards.keys()
    assert {code for targets in found.to.values() for code in targets} == found.new.keys()
    assert Counter(len(targets) > 1 for targets in found.to.values()) == {False: 327, True: 199}


def test_hanoi_from_30_districts_and_526_wards_to_126(city, record_property):
    plan = prepared(city)
    before, people = tree_of(JUNE), Person.objects.count()
    split_wards = [ward for ward, targets in mapping().to.items() if len(targets) > 1]
    facts = read_facts(plan)
    waiting = Counter(facts.units[p.unit].code[0] for p in facts.outline.to_place)
    assert waiting == {"P": len(split_wards) * (1 + WARD_STAFF), "Q": 30 * 2}
    act = {"by": city.officer.user, "at": AT, "plan_id": plan.pk}
    with pytest.raises(Refusal, match=r"chưa rõ|chưa được bố trí"):
        actions.apply_reorganisation(version=plan.version, **act)
    placements = read_placements(placement_file())
    plan = actions.save_reorganisation(version=plan.version, placements=placements, **act)
    assert read_facts(plan).outline.problems == []
    begun = perf_counter()
    with CaptureQueriesContext(connection) as queries:
        plan = actions.apply_reorganisation(version=plan.version, **act)
    record_property("seconds", round(perf_counter() - begun, 2))
    record_property("queries", len(queries))
    assert len(queries) < 150, "sets, not one query for each of 1,638 people"
    links, names, posts = tree_of(REFORM)
    assert (len(links), len(names)) == (126, 127)
    assert {links[pk] for pk in links} == {city.root.pk}
    assert len(posts) == people == Employment.objects.filter(on_day(REFORM)).count()
    assert tree_of(JUNE) == before
    heads = Employment.objects.filter(on_day(REFORM), leadership="head").values_list("unit", flat=True)
    assert max(Counter(heads).values()) == 1
    assert set(before[1]) <= officer_units(city.officer.user, REFORM)
    wanted = {p.person: p.code for p in placements}
    landed = Employment.objects.filter(on_day(REFORM), person__code__in=wanted)
    assert {code: wanted[code] for code in wanted} == dict(landed.values_list("person__code", "unit__code"))


def hands_of(month: Cycle) -> dict[str, list[str]]:
    """Of each sheet's person: the evaluator, the unit of the month and of the evaluator, the state."""
    rows = month.sheets.values_list("person__code", "evaluator__code", "member__unit__code",
                                    "member__evaluator_unit__code", "state")
    return {person: rest for person, *rest in rows}


def test_june_left_open_in_hoan_kiem_goes_on_by_either_rule_and_comes_back(city):
    """Wards of a district that split among several new ones, by Hà Nội's rules of that time."""
    [month] = june_of(city, ["Q003"])
    before, old_tree = hands_of(month), tree_of(JUNE)
    assert len(before) == 25
    assert before["P00097-1"] == ["P00097-0", "P00097", "P00097", "drafting"]
    for rule, expected in (("old", before["P00097-1"]), ("new", ["P00094-0", "P00097", "X00103", "drafting"])):
        plan = prepared(city)
        act = {"by": city.officer.user, "at": AT, "plan_id": plan.pk}
        plan = actions.save_reorganisation(version=plan.version, placements=read_placements(placement_file()), **act)
        with pytest.raises(Refusal, match="Có phiếu chưa xác nhận"):
            actions.apply_reorganisation(version=plan.version, **act)
        plan = actions.save_reorganisation(version=plan.version, month_rule=rule, month_reason="Đã thống nhất", **act)
        done = actions.apply_reorganisation(version=plan.version, **act)
        hands = hands_of(month)
        assert hands["P00097-1"] == expected
        assert (hands == before) is (rule == "old")
        assert {code: (unit, state) for code, (_, unit, _, state) in hands.items()} == {
            code: (unit, state) for code, (_, unit, _, state) in before.items()
        }
        month.refresh_from_db()
        assert (month.root.code, tree_of(JUNE)) == ("Q003", old_tree)
        actions.undo_reorganisation(version=done.version, **act)
        assert hands_of(month) == before


def test_an_applied_reform_can_be_taken_back_until_something_is_built_on_it(city):
    plan = prepared(city)
    before, july = tree_of(JUNE), tree_of(REFORM)
    act = {"by": city.officer.user, "at": AT, "plan_id": plan.pk}
    plan = actions.save_reorganisation(version=plan.version, placements=read_placements(placement_file()), **act)
    applied = actions.apply_reorganisation(version=plan.version, **act)
    assert actions.apply_reorganisation(version=plan.version, **act).version == applied.version
    with outside_actions():
        post = Employment.objects.filter(unit__code="X00097", start=REFORM).first()
        Employment.objects.filter(pk=post.pk).update(end=REFORM + timedelta(days=9))
    with pytest.raises(Conflict, match="Không hoàn tác được"):
        actions.undo_reorganisation(version=applied.version, **act)
    with outside_actions():
        Employment.objects.filter(pk=post.pk).update(end=None)
    actions.undo_reorganisation(version=applied.version, **act)
    assert (tree_of(JUNE), tree_of(REFORM)) == (before, july)
