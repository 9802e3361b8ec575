"""A scheme compiled: rules as numbers of conditions, figures as integers, open places as open points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from thuocdo.engine.schemes import nodes, schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.nodes import Waits

LEVEL_ORDER = ("excellent", "good", "complete", "limited", "incomplete")
ROLES = ("none", "head", "deputy")
WHOLE_SECTIONS = ("tasks", "led", "defects", "votes")
Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Slot:
    """One number of a marked group: a group's own mark, or that of one of its parts. Hundredths."""

    name: str  # as in the columns: marks.<slug>
    slug: str
    label: str
    most: int | None  # None while the text leaves it open


@dataclass(frozen=True, eq=False)
class ScalePlan:
    part: tuple[tuple[str, int], ...]
    of: tuple[tuple[str, int], ...]
    steps: tuple[tuple[Fraction | None, Fraction | None, int | None], ...]
    waits: tuple[Waits, ...]  # of the points of each step


@dataclass(frozen=True, eq=False)
class GroupPlan:
    """A criteria group. Its points are in units of the plan: hundredths times `SchemePlan.unit`."""

    spec: schema.Group
    roles: tuple[int, ...]
    slots: tuple[Slot, ...]
    most: int | None
    percent: bool | None  # None while the text leaves open what is marked
    percent_cap: int | None
    scale: ScalePlan | None
    waits: Waits  # points that a mark of this group waits for


@dataclass(frozen=True, eq=False)
class LevelRule:
    spec: schema.Level | None
    when: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class TriggerRule:
    spec: schema.SchemeTrigger
    roles: tuple[int, ...]
    level: int
    when: tuple[int, ...]
    mitigation: tuple[int, ...] | None


@dataclass(frozen=True, eq=False)
class NotRatedRule:
    spec: schema.NotRated
    when: tuple[int, ...]
    unless: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class LimitRule:
    spec: schema.Limit
    roles: tuple[int, ...]
    when: tuple[int, ...]
    at_most: int | None
    relation: str | None


@dataclass(frozen=True, eq=False)
class RollUpPlan:
    spec: schema.RollUp
    waits: Waits


@dataclass(frozen=True, eq=False)
class SchemePlan:
    """Everything that rating needs of one scheme, immutable.

    `codes`: levels, best first; `order`: the levels that related subjects may hold, best first; `level_at`: for each
    of them the best own level that is not above it. `points`: the unsettled open points that this scheme waits
    for. `at`: the number of the condition at each location of the rulebook.
    """

    book: SchemeBook
    scheme: schema.Scheme
    nodes: tuple[nodes.Node, ...]
    at: dict[Location, int]
    codes: tuple[str, ...]
    order: tuple[str, ...]
    level_at: tuple[int, ...]
    levels: tuple[LevelRule, ...]
    triggers: tuple[TriggerRule, ...]
    not_rated: tuple[NotRatedRule, ...]
    limits: tuple[LimitRule, ...]
    dating: Mapping[str, str | None]
    groups: tuple[GroupPlan, ...]
    unit: int
    mean_roles: tuple[int, ...]
    rollup: RollUpPlan | None
    points: tuple[schema.SchemePoint, ...]

    @property
    def band_only(self) -> bool:
        """Whether the scheme only scores: a period's result is a score and a band, not a rating."""
        return self.scheme.result == "band"

    @cached_property
    def most(self) -> int:
        """The most hundredths that all groups together can give, those of an open maximum aside."""
        return sum(group.most or 0 for group in self.groups)

    @cached_property
    def waiting(self) -> frozenset[int]:
        """Conditions that look at an open place, themselves or in a condition inside them."""
        found: set[int] = set()
        for number in sorted(range(len(self.nodes)), key=self._depth):
            node = self.nodes[number]
            inside = node.children if isinstance(node, nodes.JoinNode) else ()
            if node.waits or not found.isdisjoint(inside):
                found.add(number)
        return frozenset(found)

    def _depth(self, number: int) -> int:
        node = self.nodes[number]
        return 1 + max(map(self._depth, node.children)) if isinstance(node, nodes.JoinNode) else 0

    def level(self, index: int) -> schema.Level:
        """Level by index, best first."""
        return self.scheme.levels[index]

    @property
    def gap_id(self) -> str:
        """The question when no level's conditions are met, as decisions name it."""
        return self.scheme.gap.id if self.scheme.gap else "gap"

    @property
    def gap_levels(self) -> list[str]:
        """Levels that the authority may choose from in the gap."""
        listed = self.scheme.gap.levels if self.scheme.gap else ()
        return list(listed or self.codes)

    def unit_of(self, measure: str) -> int:
        """1 where the column of a measure holds whole numbers, 100 where it holds hundredths."""
        section, _, key = measure.partition(".")
        counted = any(fact.id == key and fact.kind == "count" for fact in self.scheme.facts)
        return 1 if section in WHOLE_SECTIONS or (section == "facts" and counted) else 100

    @property
    def relations_used(self) -> frozenset[str]:
        """Relations whose levels decide something here; the others only say who belongs to whom."""
        found = {node.relation for node in self.nodes if isinstance(node, nodes.LevelsNode)}
        found |= {node.unrated for node in self.nodes if isinstance(node, nodes.FlagNode) and node.unrated}
        return frozenset(found | {rule.relation for rule in self.limits if rule.relation is not None})
