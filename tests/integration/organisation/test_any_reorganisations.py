"""Whatever is renamed, merged, split or moved, and in whatever order: nobody loses or gains a post, no day that is past
changes, and the last act can be taken back."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.factories.people import add_post, give_role, make_person, make_unit
from thuocdo.accounts.models import User
from thuocdo.organisation import actions
from thuocdo.organisation.changes.mapping import PlacementLine, SuccessionLine
from thuocdo.organisation.changes.reading import read_facts
from thuocdo.organisation.models import Employment, Reorganisation, Unit, UnitLink
from thuocdo.organisation.queries import on_day

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 8, 0, tzinfo=timezone(timedelta(hours=7)))
FIRST = date(2026, 2, 1)
BOUNDED = settings(max_examples=8, deadline=None, derandomize=True, database=None,
                   suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@dataclass(frozen=True)
class Step:
    """One reorganisation: what, of which living unit (by index), with which other one."""

    what: str
    unit: int
    other: int


STEPS = st.lists(
    st.builds(Step, st.sampled_from(("rename", "merge", "split", "move")), st.integers(0, 9), st.integers(0, 9)),
    min_size=1, max_size=3,
)


def build() -> tuple[Unit, User]:
    """Three agencies below a place, a team below one of them; one person serves in two of them."""
    place = make_unit("NOI", "Phường", Unit.Kind.PLACE)
    agencies = [make_unit(code, f"Phòng {code}", under=place) for code in ("A", "B", "C")]
    team = make_unit("A-T", "Tổ", Unit.Kind.COMPONENT, under=agencies[0])
    for unit in (*agencies, team):
        make_person(f"{unit.code}1", f"Trưởng {unit.code}", unit, "Trưởng", leadership="head", account=False)
        make_person(f"{unit.code}2", f"Viên {unit.code}", unit, account=False)
    both = make_person("KN", "Kiêm Nhiệm", agencies[1], account=False)
    add_post(both, agencies[2], "Kiêm nhiệm")
    officer = make_person("TC", "Tổ Chức", place)
    give_role(officer, place, "officer")
    assert officer.user is not None
    return place, officer.user


def as_it_stood(day: date) -> tuple[set[tuple[int, str]], set[tuple[str, int, int]], set[tuple[int, int, str, str]]]:
    """Units with their names, links, and posts of the day."""
    units = Unit.objects.filter(on_day(day)).values_list("pk", "name")
    links = UnitLink.objects.filter(on_day(day)).values_list("tree", "child_id", "parent_id")
    posts = Employment.objects.filter(on_day(day)).values_list("person_id", "unit_id", "position", "leadership")
    return set(units), set(links), set(posts)


def posts_of(day: date) -> Counter[tuple[int, str, str, str]]:
    """What everybody holds, wherever it is."""
    posts = Employment.objects.filter(on_day(day))
    return Counter(posts.values_list("person_id", "kind", "position", "task_group"))


def lines(step: Step, units: list[Unit], number: int, day: date) -> list[SuccessionLine]:
    one, other = units[step.unit % len(units)], units[step.other % len(units)]
    new = f"M{number}"
    if step.what == "move":
        return [SuccessionLine(one.code, one.code, parent=other.code)]
    if step.what == "split":
        below = UnitLink.objects.filter(on_day(day), tree="structure", parent=one).values_list("child__code", flat=True)
        return [
            SuccessionLine(one.code, f"{new}A", "Nửa thứ nhất", one.kind, records=True),
            SuccessionLine(one.code, f"{new}B", "Nửa thứ hai", one.kind),
            *(SuccessionLine(code, code, parent=f"{new}A") for code in sorted(below)),
        ]
    olds = {one.code, other.code} if step.what == "merge" else {one.code}
    return [SuccessionLine(code, new, "Đơn vị mới", one.kind, parent="NOI") for code in sorted(olds)]


def places(step: Step, found: list[SuccessionLine], day: date) -> list[PlacementLine]:
    """In a split every second person goes to the second half; of several heads in a merger the first stays head."""
    olds = {line.old for line in found}
    posts = Employment.objects.filter(on_day(day), unit__code__in=olds).select_related("person", "unit")
    held = posts.order_by("pk")
    if step.what == "split":
        halves = [line.code for line in found[:2]]
        return [PlacementLine(p.person.code, p.unit.code, halves[n % 2])
                for n, p in enumerate(held.filter(unit__code=found[0].old))]
    if step.what == "merge":
        heads = held.filter(leadership="head")[1:]
        return [PlacementLine(p.person.code, p.unit.code, found[0].code, leadership="deputy") for p in heads]
    return []


def applied(step: Step, number: int, place: Unit, officer: User) -> Reorganisation | None:
    """The plan, applied; None where it asks the officer for something (and then writes nothing)."""
    day = FIRST + timedelta(days=28 * number)
    units = list(Unit.objects.filter(on_day(day)).exclude(pk=place.pk).order_by("code"))
    found = lines(step, units, number, day)
    act: dict[str, Any] = {"by": officer, "at": AT}
    plan = actions.begin_reorganisation(root_id=place.pk, title="Sắp xếp", decision="1/NQ", decided_on=FIRST,
                                        start=day, rows=found, **act)
    act["plan_id"] = plan.pk
    plan = actions.save_reorganisation(version=plan.version, placements=places(step, found, day), **act)
    if not read_facts(plan).outline.ready:
        return None
    return actions.apply_reorganisation(version=plan.version, **act)


@BOUNDED
@given(steps=STEPS)
def test_nobody_loses_a_post_and_no_past_day_changes(steps: list[Step]) -> None:
    with transaction.atomic():
        place, officer = build()
        past = {FIRST - timedelta(days=1): as_it_stood(FIRST - timedelta(days=1))}
        last: tuple[Reorganisation, date, object] | None = None
        for number, step in enumerate(steps):
            day = FIRST + timedelta(days=28 * number)
            held, before = posts_of(day), as_it_stood(day)
            plan = applied(step, number, place, officer)
            event(f"{step.what}: {'applied' if plan else 'asks'}")
            if plan is None:
                assert as_it_stood(day) == before
                last = None
                continue
            last = (plan, day, before)
            assert posts_of(day) == held
            past[day] = as_it_stood(day)
            for when, stood in past.items():
                assert when >= day or as_it_stood(when) == stood, (step, when)
        if last is not None:
            plan, day, before = last
            actions.undo_reorganisation(plan_id=plan.pk, version=plan.version, by=officer, at=AT)
            assert as_it_stood(day) == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("what", ["rename", "merge", "split", "move"])
def test_each_kind_is_really_applied(what: str) -> None:
    """The property above is not about plans that never apply."""
    place, officer = build()
    assert applied(Step(what, 0, 2), 0, place, officer) is not None
