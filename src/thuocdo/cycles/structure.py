"""The trees of units and the heads on one day, read in a few queries and walked in memory."""

from dataclasses import dataclass
from datetime import date

from thuocdo.organisation.models import ActingHead, Employment, Unit, UnitLink
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.rules import Forest


@dataclass(frozen=True)
class Structure:
    """Unit names, the structure tree, who manages whom, and the people heading each unit (acting heads first)."""

    names: dict[int, str]
    tree: Forest
    management: Forest
    heads: dict[int, tuple[int, ...]]

    def managing(self, unit: int) -> int | None:
        """The managing unit stated on `unit` or on the nearest unit above it."""
        return next(
            (self.management.parent[u] for u in self.tree.path(unit) if u in self.management.parent), None
        )


def structure_on(day: date, heads_on: date) -> Structure:
    """The trees as of `day` and the heads as of `heads_on`. Four queries."""
    heads: dict[int, tuple[int, ...]] = {}
    rows = Employment.objects.filter(on_day(heads_on), leadership=Employment.Leadership.HEAD)
    for unit, person in rows.order_by("start", "pk").values_list("unit_id", "person_id"):
        heads[unit] = (*heads.get(unit, ()), person)
    heads |= _acting(heads_on)
    names, kinds = {}, {}
    for pk, name, kind in Unit.objects.values_list("pk", "name", "kind"):
        names[pk], kinds[pk] = name, kind
    parents: dict[str, dict[int, int]] = {tree: {} for tree in UnitLink.Tree.values}
    links = UnitLink.objects.filter(on_day(day)).values_list("tree", "child_id", "parent_id")
    for tree, child, parent in links:
        parents[tree][child] = parent
    structure, management = UnitLink.Tree.STRUCTURE, UnitLink.Tree.MANAGEMENT
    return Structure(names, Forest(parents[structure], kinds), Forest(parents[management], kinds), heads)


def _acting(day: date) -> dict[int, tuple[int, ...]]:
    """The units that somebody heads without holding the post: they come before the holder."""
    found: dict[int, tuple[int, ...]] = {}
    rows = ActingHead.objects.filter(on_day(day)).order_by("start", "pk")
    for unit, person in rows.values_list("unit_id", "person_id"):
        found[unit] = (*found.get(unit, ()), person)
    return found
