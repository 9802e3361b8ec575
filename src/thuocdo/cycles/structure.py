"""The trees of units and the heads on one day, read in a few queries and walked in memory."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Value

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
    """The trees as of `day` and the heads as of `heads_on`. Three queries."""
    heads = _heads(heads_on)
    names, kinds = {}, {}
    for pk, name, kind in Unit.objects.values_list("pk", "name", "kind"):
        names[pk], kinds[pk] = name, kind
    parents: dict[str, dict[int, int]] = {tree: {} for tree in UnitLink.Tree.values}
    links = UnitLink.objects.filter(on_day(day)).values_list("tree", "child_id", "parent_id")
    for tree, child, parent in links:
        parents[tree][child] = parent
    structure, management = UnitLink.Tree.STRUCTURE, UnitLink.Tree.MANAGEMENT
    return Structure(names, Forest(parents[structure], kinds), Forest(parents[management], kinds), heads)


def _heads(day: date) -> dict[int, tuple[int, ...]]:
    """Who heads each unit: whoever acts as head comes before the holder of the post."""
    found: dict[str, dict[int, tuple[int, ...]]] = {"post": {}, "acting": {}}
    posts = Employment.objects.filter(on_day(day), leadership=Employment.Leadership.HEAD)
    acting = ActingHead.objects.filter(on_day(day)).values_list(Value("acting"), "start", "pk", "unit_id", "person_id")
    rows = posts.values_list(Value("post"), "start", "pk", "unit_id", "person_id").union(acting, all=True)
    for what, _, _, unit, person in sorted(rows):
        found[what][unit] = (*found[what].get(unit, ()), person)
    return found["post"] | found["acting"]
