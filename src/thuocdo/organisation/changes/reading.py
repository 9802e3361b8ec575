"""The facts a reorganisation is worked out from: read in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from thuocdo.organisation.changes.planning import Outline, Place, Post, Row, Wish, outline
from thuocdo.organisation.models import Employment, Placement, Reorganisation, Succession, Unit, UnitLink
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.rules import Forest


@dataclass
class Facts:
    """One plan with the units and posts that it touches. `posts` and `units` are rows by id."""

    plan: Reorganisation
    place: Place
    rows: list[Row]
    posts: dict[int, Employment]
    units: dict[int, Unit]
    outline: Outline


def living(on: date) -> Q:
    """Dated rows that hold on the day or begin later."""
    return Q(end__isnull=True) | Q(end__gt=on)


def place_on(on: date) -> tuple[Place, dict[int, Unit], list[tuple[int, int]]]:
    """The units and trees as of a day, and (child, parent) of the links recorded from that day on. Two queries."""
    units = Unit.objects.in_bulk()
    parents: dict[str, dict[int, int]] = {tree: {} for tree in UnitLink.Tree.values}
    later: list[tuple[int, int]] = []
    links = UnitLink.objects.filter(on_day(on) | Q(start__gte=on))
    for tree, child, parent, start, end in links.values_list("tree", "child_id", "parent_id", "start", "end"):
        if start <= on and (end is None or on < end):
            parents[tree][child] = parent
        if start >= on:
            later.append((child, parent))
    kinds = {pk: str(unit.kind) for pk, unit in units.items()}
    alive = {pk: unit for pk, unit in units.items() if unit.end is None or unit.end > on}
    place = Place(
        on,
        Forest(parents[UnitLink.Tree.STRUCTURE], kinds),
        parents[UnitLink.Tree.MANAGEMENT],
        {unit.code: pk for pk, unit in units.items()},
        {pk: unit.code for pk, unit in units.items()},
        {pk: unit.name for pk, unit in alive.items()} | {pk: u.name for pk, u in units.items() if pk not in alive},
    )
    return place, units, later


def read_facts(
    plan: Reorganisation, successions: Iterable[Succession] | None = None, placements: Iterable[Placement] | None = None
) -> Facts:
    """Work a stored plan out against the present record, or its lines and placements where they are read already. At
    most five queries."""
    place, units, later = place_on(plan.start)
    if successions is None:
        successions = Succession.objects.filter(plan=plan).order_by("pk")
    if placements is None:
        placements = Placement.objects.filter(plan=plan)
    rows = [
        Row(s.old_id, place.codes[s.old_id], s.code, s.name, s.kind, s.parent_code, s.managed_code, s.records)
        for s in successions
    ]
    touched = {r.old for r in rows} | {place.ids[r.code] for r in rows if r.code in place.ids}
    found = Employment.objects.filter(living(plan.start), unit_id__in=touched).select_related("person")
    posts = {p.pk: p for p in found.order_by("person__sort_key", "person__code", "pk")}
    wishes = {p.employment_id: Wish(p.code, p.position, p.leadership) for p in placements}
    worked = outline(rows, [_post(p, units) for p in posts.values()], wishes, place)
    worked.problems += _not_possible(plan, rows, units, later)
    return Facts(plan, place, rows, posts, units, worked)


def _post(row: Employment, units: dict[int, Unit]) -> Post:
    label = f"{row.person.full_name} ({row.person.code}; {row.position}, {units[row.unit_id].name})"
    return Post(row.pk, row.person_id, row.unit_id, row.position, row.leadership, label)


def _not_possible(
    plan: Reorganisation, rows: list[Row], units: dict[int, Unit], later: list[tuple[int, int]]
) -> list[str]:
    found = []
    for old in sorted({r.old for r in rows}):
        unit = units[old]
        if unit.start >= plan.start or (unit.end is not None and unit.end <= plan.start):
            found.append(
                f"“{unit.name}” không tồn tại trước ngày {plan.start:%d/%m/%Y}. Hãy sửa ngày hoặc bỏ dòng này."
            )
    olds = {r.old for r in rows}
    for name in sorted({units[child].name for child, parent in later if child in olds or parent in olds}):
        found.append(f"“{name}” đã có thay đổi được ghi từ ngày sắp xếp trở đi. Hãy chọn ngày muộn hơn.")
    return found
