"""Who reads, drafts, merges and approves the catalogue of an agency on a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Employment, Role, Unit, UnitLink
from thuocdo.organisation.queries import forest, officer_units, on_day, units_headed
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


def reach(user: User, on: date) -> Reach:
    """What the user reaches on that day. Seven queries, whatever there is."""
    mine = Employment.objects.filter(on_day(on), person__user_id=user.pk, person__user__is_active=True)
    posts = list(mine.values_list("unit_id", "leadership"))
    serves = {unit for unit, _ in posts}
    heads = {unit for unit, leadership in posts if leadership == Employment.Leadership.HEAD}
    tree = forest(on)
    over = officer_units(user, on)
    drafts = over | units_headed(user, on)
    managed = _managed(on)
    manager = {pk: _manager(pk, tree, managed) for pk, kind in tree.kind.items() if kind == Unit.Kind.AGENCY}
    belongs = {u: a for u in serves | drafts if (a := tree.agency(u)) is not None}
    officer = frozenset(a for a, above in manager.items() if {a, above} & over)
    approves = frozenset(a for a, above in manager.items() if {a, above} & heads)
    reads = frozenset(belongs.values()) | officer | approves
    return Reach(reads, officer, approves, frozenset(drafts), frozenset(serves), belongs)


def _managed(on: date) -> dict[int, int]:
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.MANAGEMENT)
    return dict(links.values_list("child_id", "parent_id"))


def _manager(unit: int, tree: Forest, managed: dict[int, int]) -> int | None:
    """The managing authority stated on the unit or on the nearest unit above."""
    return next((managed[u] for u in tree.path(unit) if u in managed), None)


def require(unit_id: int, allowed: frozenset[int], words: str) -> None:
    """Raises NotYours with what was looked for."""
    if unit_id not in allowed:
        raise NotYours(words)


def agencies(ids: frozenset[int]) -> QuerySet[Unit]:
    """These agencies by rank order."""
    return Unit.objects.filter(pk__in=ids).order_by("order", "code")


def officers_of(agency_id: int, on: date) -> QuerySet[User]:
    """Accounts that look after the agency: officers of it or of a unit above, in structure and management."""
    tree = forest(on)
    path = [*tree.path(agency_id)]
    manager = _manager(agency_id, tree, _managed(on))
    if manager is not None:
        path += tree.path(manager)
    roles = Role.objects.filter(on_day(on), unit_id__in=path, kind=Role.Kind.OFFICER)
    return User.objects.filter(is_active=True, person__in=roles.values("person_id")).order_by("pk")


def authorities_of(agency_id: int, on: date) -> QuerySet[User]:
    """Accounts of the heads of the agency and of its managing authority."""
    manager = _manager(agency_id, forest(on), _managed(on))
    posts = Employment.objects.filter(
        on_day(on), leadership=Employment.Leadership.HEAD, unit_id__in=[agency_id, manager or agency_id]
    )
    return User.objects.filter(is_active=True, person__in=posts.values("person_id")).order_by("pk")
