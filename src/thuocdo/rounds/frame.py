"""What stands still in a round while its people are frozen: the tree of organisations, collectives, agencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from thuocdo.organisation.models import ActingHead, Employment, Unit, UnitLink
from thuocdo.organisation.queries import descendants, on_day
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyOrganisation
from thuocdo.rounds.models import Round
from thuocdo.rounds.rules import SEAT_ROLES, committee_seats

HEAD, NONE = "head", "none"
Seats = Mapping[int, str]
"""Person and role in one collective."""


@dataclass(frozen=True)
class Frame:
    """Facts of a day. `above`: the organisation directly above; `up`: the unit directly above; `beside`: the
    organisation to which a unit belongs; `committees` and `leaderships`: who sits, by organisation and by unit."""

    root: int
    organisations: Mapping[int, PartyOrganisation]
    above: Mapping[int, int]
    units: Mapping[int, Unit]
    up: Mapping[int, int]
    beside: Mapping[int, int]
    committees: Mapping[int, Seats]
    leaderships: Mapping[int, Seats]

    def seats(self) -> Iterator[tuple[str, Seats]]:
        """Every collective by the key of its subject."""
        for organisation, seats in self.committees.items():
            yield committee_key(organisation), seats
        for unit, seats in self.leaderships.items():
            yield leadership_key(unit), seats

    def nearest(self, unit: int | None, wanted: Mapping[int, object]) -> int | None:
        """The unit itself or the nearest one above it that is wanted."""
        for _ in range(len(self.up) + 1):
            if unit is None or unit in wanted:
                return unit
            unit = self.up.get(unit)
        return None


def organisation_key(pk: int) -> str:
    return f"to-chuc-dang/{pk}"


def committee_key(pk: int) -> str:
    return f"cap-uy/{pk}"


def leadership_key(pk: int) -> str:
    return f"lanh-dao/{pk}"


def agency_key(pk: int) -> str:
    return f"don-vi/{pk}"


def read_frame(root: PartyOrganisation, on: date, leaderships: str) -> Frame:
    """The tree below the organisation as it stood on the day; `leaderships` says which units have a leadership
    collective. Eight queries."""
    above = tree_below(root.pk, on)
    known = PartyOrganisation.objects.filter(on_day(on), pk__in=[root.pk, *above]).order_by("pk")
    organisations = {one.pk: one for one in known}
    above = {child: up for child, up in above.items() if child in organisations and up in organisations}
    below = descendants({one.unit_id for one in organisations.values()}, on)
    units = {unit.pk: unit for unit in Unit.objects.filter(on_day(on), pk__in=below).order_by("pk")}
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.STRUCTURE, child_id__in=list(units))
    up = dict(links.values_list("child_id", "parent_id"))
    return Frame(
        root.pk,
        organisations,
        above,
        units,
        up,
        _beside(organisations, above, units, up),
        _committees(organisations, on),
        _leaderships({pk: unit for pk, unit in units.items() if _leads(unit, leaderships)}, on),
    )


def tree_below(root: int, on: date) -> dict[int, int]:
    """Child and parent of everything below the root."""
    children: dict[int, list[int]] = {}
    for child, parent in PartyLink.objects.filter(on_day(on)).values_list("child_id", "parent_id"):
        children.setdefault(parent, []).append(child)
    found: dict[int, int] = {}
    level = [root]
    while level:
        pairs = [(child, up) for up in level for child in children.get(up, ()) if child not in found and child != root]
        found.update(pairs)
        level = [child for child, _ in pairs]
    return found


def _beside(
    organisations: Mapping[int, PartyOrganisation],
    above: Mapping[int, int],
    units: Mapping[int, Unit],
    up: Mapping[int, int],
) -> dict[int, int]:
    """The highest organisation beside a unit; a unit with none belongs where the unit above it does."""
    highest: dict[int, int] = {}
    for pk, one in sorted(organisations.items(), key=lambda item: (_depth(item[0], above), item[0])):
        highest.setdefault(one.unit_id, pk)
    found: dict[int, int] = {}
    for unit in units:
        here: int | None = unit
        for _ in range(len(up) + 1):
            if here is None or here in highest:
                break
            here = up.get(here)
        if here is not None and here in highest:
            found[unit] = highest[here]
    return found


def _depth(pk: int, above: Mapping[int, int]) -> int:
    depth = 0
    while pk in above:
        pk, depth = above[pk], depth + 1
    return depth


def _committees(organisations: Mapping[int, PartyOrganisation], on: date) -> dict[int, dict[int, str]]:
    """Who sits on each committee. A cell in which only a secretary and deputies were elected has no committee."""
    found: dict[int, dict[int, str]] = {}
    rows = CommitteeSeat.objects.filter(on_day(on), organisation__in=list(organisations)).order_by("pk")
    kept: dict[int, list[tuple[int, str]]] = {}
    for organisation, person, role in rows.values_list("organisation_id", "person_id", "role"):
        kept.setdefault(organisation, []).append((person, role))
    for organisation, seats in kept.items():
        one = organisations[organisation]
        if one.is_cell and not any(role in ("member", "standing") for _, role in seats):
            continue
        wanted = committee_seats(one.kind)
        found[organisation] = {person: SEAT_ROLES[role] for person, role in seats if role in wanted}
    return {organisation: seats for organisation, seats in found.items() if seats}


def _leads(unit: Unit, leaderships: str) -> bool:
    return leaderships != Round.Leaderships.AGENCIES or unit.kind != Unit.Kind.COMPONENT


def _leaderships(units: Mapping[int, Unit], on: date) -> dict[int, dict[int, str]]:
    """Head and deputies of each unit; who acts as head where no one holds the post."""
    found: dict[int, dict[int, str]] = {}
    posts = Employment.objects.filter(on_day(on), unit__in=list(units)).exclude(leadership=NONE).order_by("pk")
    for unit, person, role in posts.values_list("unit_id", "person_id", "leadership"):
        seats = found.setdefault(unit, {})
        if seats.get(person) != HEAD:
            seats[person] = role
    acting = ActingHead.objects.filter(on_day(on), unit__in=list(units)).order_by("pk")
    for unit, person in acting.values_list("unit_id", "person_id"):
        seats = found.setdefault(unit, {})
        if HEAD not in seats.values():
            seats[person] = HEAD
    return found
