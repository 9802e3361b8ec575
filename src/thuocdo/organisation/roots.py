"""For which units an officer can open a period: the own ones, and the places and agencies below with people."""

from dataclasses import dataclass
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.kept import posts_of
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import forest, officer_units, roots_for_officer

DIRECT = "Đơn vị ông/bà trực tiếp phụ trách"


@dataclass(frozen=True)
class RootGroup:
    """Units to choose from that belong together: `label` names the unit above them."""

    label: str
    units: tuple[Unit, ...]


def openable_units(user: User, on: date, typed: str = "", chosen: int = 0) -> tuple[list[RootGroup], UnitChoice]:
    """The units of the role itself, then those below by the unit above them, and how they were chosen: of many those
    below that were found by the typed words. Constant queries."""
    direct, tree = roots_for_officer(user, on), forest(on)
    inside = officer_units(user, on)
    peopled = {above for unit in inside & posts_of(on).served.keys() for above in tree.path(unit)}
    below = peopled & inside - {u.pk for u in direct}
    kinds = (Unit.Kind.PLACE, Unit.Kind.AGENCY)
    groups: dict[int, list[Unit]] = {}
    found = choice(Unit.objects.filter(pk__in=below, kind__in=kinds), typed, chosen)
    for unit in found.units:
        groups.setdefault(tree.parent[unit.pk], []).append(unit)
    above = Unit.objects.filter(pk__in=groups).order_by("order", "code")
    first = [RootGroup(DIRECT, tuple(direct))] if direct else []
    return [*first, *(RootGroup(f"Thuộc {u.name}", tuple(groups[u.pk])) for u in above)], found
