"""Why a result is not known: the missing facts, open points and questions that it really hangs on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thuocdo.engine.blocks.segments import segment_any
from thuocdo.engine.columns import Mask
from thuocdo.engine.schemes import nodes
from thuocdo.engine.schemes.columns import UNRATED, SchemeColumns
from thuocdo.engine.schemes.conditions import Evaluator
from thuocdo.engine.schemes.levels import Possible, chosen_below, gap_bit, single, under, weighed, worst_related
from thuocdo.engine.schemes.plan import GroupPlan, LimitRule, SchemePlan
from thuocdo.engine.schemes.truth import Flags, as_mask, measured


@dataclass(eq=False)
class Causes:
    """Rows by cause. `missing` by key of the case format, `points` by place in the plan, `holes` by condition
    (nothing to take a share of), `unrated` by relation (somebody of whom there is no level, and no text that says what
    follows), `triggers` and `limits` by place where the authority is asked, `gap` where no
    level's conditions are met.
    """

    rows: int
    missing: dict[str, Mask] = field(default_factory=dict)
    points: dict[int, Mask] = field(default_factory=dict)
    holes: dict[int, Mask] = field(default_factory=dict)
    triggers: dict[int, Mask] = field(default_factory=dict)
    limits: dict[int, Mask] = field(default_factory=dict)
    scale_holes: dict[int, Mask] = field(default_factory=dict)
    unrated: dict[str, Mask] = field(default_factory=dict)
    gap: Mask | None = None

    def add(self, where: dict[Any, Mask], key: Any, mask: Flags) -> None:
        """Add rows to a cause."""
        found = np.zeros(self.rows, dtype=np.bool_) | mask
        if found.any():
            where[key] = where[key] | found if key in where else found


def causes_of(evaluator: Evaluator, found: Possible) -> Causes:
    """Walk from the rules that leave a result open down to the facts and figures below them."""
    return _Walk(evaluator, found).run()


class _Walk:
    def __init__(self, evaluator: Evaluator, found: Possible) -> None:
        self.evaluator, self.found = evaluator, found
        self.plan: SchemePlan = evaluator.plan
        self.columns: SchemeColumns = evaluator.columns
        self.causes = Causes(evaluator.rows)

    def run(self) -> Causes:
        bits = self.found.bits
        gap = bits.dtype.type(gap_bit(self.plan))
        self.causes.gap = np.asarray(bits == gap, dtype=np.bool_)
        live = ~single(bits)
        if live.any():
            self._not_rated(live)
            self._triggers(live)
            self._levels(live)
            self._limits(live)
        return self.causes

    def _not_rated(self, live: Mask) -> None:
        for truth in self.found.not_rated:
            live = live & ~as_mask(truth.yes, len(live))
        for rule, truth in zip(self.plan.not_rated, self.found.not_rated, strict=True):
            for number in (*rule.when, *rule.unless):
                self.descend(number, live & truth.unknown)

    def _triggers(self, live: Mask) -> None:
        worst = np.full(len(live), -1, dtype=np.int64)
        for rule, truth in zip(self.plan.triggers, self.found.triggers, strict=True):
            worst = np.where(truth.yes, np.maximum(worst, rule.level), worst)
        kind = self.found.bits.dtype.type
        for place, (rule, truth) in enumerate(zip(self.plan.triggers, self.found.triggers, strict=True)):
            moot = (worst < 0) & (self.found.before_triggers == kind(1 << rule.level))
            here = live & truth.unknown & (worst < rule.level) & ~moot
            if not here.any():
                continue
            fires, weighs = self.evaluator.all_of(rule.when), weighed(self.evaluator, rule)
            self.causes.add(self.causes.triggers, place, here & fires.yes & weighs.yes)
            for number in rule.when:
                self.descend(number, here)
            for number in rule.mitigation or ():
                self.descend(number, here & weighs.unknown)

    def _levels(self, live: Mask) -> None:
        left = live & ~as_mask(self.found.triggered, len(live))
        for rule, truth in zip(self.plan.levels, self.found.levels, strict=True):
            for number in rule.when:
                self.descend(number, left & truth.unknown)
            left = left & ~as_mask(truth.yes, len(live))

    def _limits(self, live: Mask) -> None:
        kind = self.found.bits.dtype.type
        for place, (rule, truth) in enumerate(zip(self.plan.limits, self.found.limits, strict=True)):
            before = self.found.before_limits[place]
            lowered = under(self.plan, self.columns, rule, before)
            differs = np.asarray(lowered != before, dtype=np.bool_)
            applies = live & ~as_mask(truth.no, len(live))
            if rule.spec.chooses:
                free = ~as_mask(self.found.triggered, len(live))
                asks = applies & truth.yes & free
                asks = asks & ~chosen_below(self.plan, self.columns, place, rule)
                self.causes.add(self.causes.limits, place, asks & self._height_known(rule))
                differs = differs | free
            for number in rule.when:
                self.descend(number, applies & truth.unknown & differs)
            if rule.relation is not None:
                rank = worst_related(self.columns, rule.relation)
                lowest = kind(1 << (len(self.plan.codes) - 1))
                lacking = applies & (before != lowest) & (True if rank is None else rank < 0)
                self._no_level(rule.relation, lacking & differs)

    def _height_known(self, rule: LimitRule) -> Flags:
        rank = None if rule.relation is None else worst_related(self.columns, rule.relation)
        return rule.relation is None if rank is None else rank >= 0

    # --- below the rules ---

    def descend(self, number: int, mask: Flags) -> None:
        """Rows of `mask` on which this condition is not known, down to its facts and figures."""
        mask = as_mask(mask & self.evaluator.truth(number).unknown, self.evaluator.rows)
        if not mask.any():
            return
        node = self.plan.nodes[number]
        match node:
            case nodes.JoinNode():
                if node.waits:
                    self._waits(node.waits, mask)
                for child in node.children:
                    self.descend(child, mask)
            case nodes.ScoreNode() | nodes.ScoreKnown():
                lacking = self._score(mask & ~as_mask(self.evaluator.score.known, len(mask)))
                self._waits(node.waits, mask & ~lacking)
            case nodes.ShareNode():
                self._measures(number, node.waits, [*node.part, *(node.of or ())], mask)
            case nodes.NumberNode():
                self._measures(number, node.waits, [(node.of, 1)], mask)
            case nodes.AbsenceNode():
                self._measures(number, node.waits, [node.of] if node.of else [], mask)
            case nodes.GradesNode():
                lacking = self._lacking([(slug, 1) for slug in node.slugs], mask) if node.grade is not None else mask
                self._waits(node.waits, mask if node.grade is None else mask & ~lacking)
            case nodes.LevelsNode():
                self._related(node, mask)
            case _:
                assert isinstance(node, nodes.DisciplineNode)  # a flag is always known
                self._waits(node.waits, mask)

    def _waits(self, waits: nodes.Waits, mask: Flags) -> None:
        for point in waits:
            self.causes.add(self.causes.points, point, mask)

    def _lacking(self, measures: list[tuple[str, int]], mask: Mask) -> Mask:
        """Rows on which one of the measures is not given; each is recorded as missing."""
        lacking = np.zeros(len(mask), dtype=np.bool_)
        for name, _ in measures:
            column = self.columns.values.get(name)
            here: Any = mask
            if column is not None:
                here = mask & ~as_mask(measured(column, name in self.columns.complete), len(mask))
            self.causes.add(self.causes.missing, name, here)
            lacking = lacking | here
        return lacking

    def _measures(self, number: int, waits: nodes.Waits, measures: list[tuple[str, int]], mask: Mask) -> None:
        there = mask & ~self._lacking(measures, mask)
        if waits:
            self._waits(waits, there)
        else:
            self.causes.add(self.causes.holes, number, there)

    def _related(self, node: nodes.LevelsNode, mask: Mask) -> None:
        related = self.columns.related.get(node.relation)
        if related is None:
            self.causes.add(self.causes.missing, f"related.{node.relation}", mask)
            return
        if related.offsets is None:
            lacking = mask & (related.rank < 0)
        else:
            rank = worst_related(self.columns, node.relation)
            assert rank is not None
            none = np.diff(related.offsets) == 0
            given = np.ones(len(mask), dtype=np.bool_) if related.given is None else related.given
            lacking = mask & ((~none & (rank < 0)) | (none & ~given))
            if not node.waits:
                self.causes.add(self.causes.holes, self.plan.nodes.index(node), mask & none & given)
        self._no_level(node.relation, lacking)
        self._waits(node.waits, mask & ~lacking)

    def _no_level(self, relation: str, mask: Mask) -> None:
        """Rows without a level to compare with: nobody has stated it yet, or it is stated that there is none."""
        related, none = self.columns.related.get(relation), np.zeros(len(mask), dtype=np.bool_)
        if related is not None:
            unrated, known = related.rank == UNRATED, (related.rank == UNRATED) | (related.rank >= 0)
            if related.offsets is None:
                none = unrated
            else:
                none = segment_any(unrated, related.offsets) & ~segment_any(~known, related.offsets)
        self.causes.add(self.causes.unrated, relation, mask & none)
        self.causes.add(self.causes.missing, f"related.{relation}", mask & ~none)

    # --- the score ---

    def _score(self, mask: Mask) -> Mask:
        """What rows without a score wait for; returns those that lack facts."""
        lacking = np.zeros(len(mask), dtype=np.bool_)
        if not mask.any():
            return lacking
        plan, columns, score = self.plan, self.columns, self.evaluator.score
        rolled = np.zeros(len(mask), dtype=np.bool_) if score.rolled is None else score.rolled
        if plan.rollup is not None:
            self._waits(plan.rollup.waits, mask & rolled)
            lacking = mask & (rolled | (not plan.groups)) & ~(rolled & bool(plan.rollup.waits))
            self.causes.add(self.causes.missing, plan.rollup.spec.parts, lacking)
        mask = mask & ~rolled
        by_members = np.isin(columns.roles, plan.mean_roles)
        for place, group in enumerate(plan.groups):
            held = mask & np.isin(columns.roles, group.roles)
            if held.any():
                lacking = lacking | self._group(place, group, held, by_members)
        return lacking

    def _group(self, place: int, group: GroupPlan, held: Mask, by_members: Mask) -> Mask:
        found = self.evaluator.score.groups[place]
        waits, known = as_mask(found.open, len(held)), as_mask(found.known, len(held))
        if group.scale is not None:
            lacking = self._lacking([*group.scale.part, *group.scale.of], held)
            self._waits(group.waits.union(*group.scale.waits), held & waits)
            self.causes.add(self.causes.scale_holes, place, held & ~lacking & ~waits & ~known)
            return lacking
        own = held & ~by_members
        self._waits(group.waits, own & waits)
        lacking = np.zeros(len(held), dtype=np.bool_)
        if by_members.any():
            sheets = held & by_members
            self._waits(group.waits, sheets)
            lacking = sheets & (not group.waits)
            self.causes.add(self.causes.missing, "member_marks", lacking)
        if not group.spec.bonus:
            lacking = lacking | self._lacking([(slot.name, 1) for slot in group.slots], own)
        return lacking
