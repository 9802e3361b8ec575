"""Who reads, drafts, merges and approves the catalogue of an agency on a day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.kept import forest_of
from thuocdo.organisation.models import Employment, Role, Unit, UnitLink
from thuocdo.organisation.queries import head_ids, headed_exactly, officer_units, on_day, units_headed
from thuocdo.organisation.rules import Forest


@dataclass(frozen=True)
class Reach:
    """Ids of units by what the user does there on a day.

    `reads`: agencies whose catalogue in force is open to the user; `officer`: agencies whose drafts the user prepares;
    `approves`: agencies whose catalogue the user decides as head of the agency or of its managing authority;
    `drafts`: units whose inventory the user keeps; `serves`: units where the user holds a post;
    `agency`: the agency of each of those units.
    """

    reads: frozenset[int]
    officer: frozenset[int]
    approves: frozenset[int]
    drafts: frozenset[int]
    serves: frozenset[int]
    agency: dict[int, int]


@dataclass(frozen=True)
class Ground:
    """The structure on a day, and who manages whom."""

    tree: Forest
    managed: Mapping[int, int]

    def manager(self, unit: int) -> int | None:
        """The managing authority stated on the unit or on the nearest unit above."""
        return next((self.managed[u] for u in self.tree.path(unit) if u in self.managed), None)

    def agencies_of(self, units: Collection[int]) -> frozenset[int]:
        """Agencies among these units, and those that one of these units manages."""
        found = set(self.tree.agencies.values())
        return frozenset(a for a in found if a in units or self.manager(a) in units)


def ground(on: date) -> Ground:
    """The trees on a day, as this process keeps them. Two queries."""
    managed = forest_of(on, UnitLink.Tree.MANAGEMENT).parent
    return Ground(forest_of(on, UnitLink.Tree.STRUCTURE), managed)


def managers(agencies: Collection[int], on: date) -> dict[int, int | None]:
    """The managing authority of each of these agencies. Two queries."""
    here = ground(on)
    return {agency: here.manager(agency) for agency in agencies}


def reach(user: User, on: date) -> Reach:
    """What the user reaches on that day. Six queries, whatever there is."""
    mine = Employment.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    serves = set(mine.values_list("unit_id", flat=True))
    over = officer_units(user, on)
    drafts = over | units_headed(user, on)
    here = ground(on)
    agency = here.tree.agencies
    belongs = {unit: agency[unit] for unit in serves | drafts if unit in agency}
    officer, approves = here.agencies_of(over), here.agencies_of(headed_exactly(user, on))
    reads = frozenset(belongs.values()) | officer | approves
    return Reach(reads, officer, approves, frozenset(drafts), frozenset(serves), belongs)


def require(unit_id: int, allowed: frozenset[int], words: str) -> None:
    """Raises NotYours with what was looked for."""
    if unit_id not in allowed:
        raise NotYours(words)


def agencies(ids: frozenset[int]) -> QuerySet[Unit]:
    """These agencies by rank order."""
    return Unit.objects.filter(pk__in=ids).order_by("order", "code")


def officers_of(agency_id: int, on: date) -> QuerySet[User]:
    """Accounts that look after the agency: officers of it or of a unit above, in structure and management."""
    here = ground(on)
    path = [*here.tree.path(agency_id)]
    manager = here.manager(agency_id)
    if manager is not None:
        path += here.tree.path(manager)
    roles = Role.objects.filter(on_day(on), unit_id__in=path, kind=Role.Kind.OFFICER)
    return User.objects.filter(is_active=True, person__in=roles.values("person_id")).order_by("pk")


def authorities_of(agency_id: int, on: date) -> QuerySet[User]:
    """Accounts of the heads of the agency and of its managing authority, acting heads before holders of the post."""
    manager = ground(on).manager(agency_id)
    people = [*head_ids(agency_id, on), *(head_ids(manager, on) if manager is not None else [])]
    return User.objects.filter(is_active=True, person__in=people).order_by("pk")
