"""The level as a set of levels that remain possible: one bit each. A result is known when one bit is left.

Unknown conditions leave several bits, so a missing fact stops a result only where the result hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from thuocdo.engine.columns import Bytes, Mask
from thuocdo.engine.schemes.columns import SchemeColumns
from thuocdo.engine.schemes.conditions import Evaluator
from thuocdo.engine.schemes.gaps import choosable
from thuocdo.engine.schemes.plan import LimitRule, SchemePlan, TriggerRule
from thuocdo.engine.schemes.truth import FALSE, TRUE, Flags, Truth, both, inverse, negated

Bits = Any  # an array of uint8, or of uint32 for schemes of more than six levels


@dataclass(frozen=True, eq=False)
class Possible:
    """Sets of possible results, and the rules on the way to them as they came out.

    Bit i stands for level i; then come the gap and “not rated”.
    """

    bits: Bits
    not_rated: tuple[Truth, ...]
    triggers: tuple[Truth, ...]
    asked: tuple[Flags, ...]
    levels: tuple[Truth, ...]
    limits: tuple[Truth, ...]
    before_triggers: Bits
    before_limits: tuple[Bits, ...]
    triggered: Flags


def gap_bit(plan: SchemePlan) -> int:
    return 1 << len(plan.codes)


def not_rated_bit(plan: SchemePlan) -> int:
    return 2 << len(plan.codes)


def bits_type(plan: SchemePlan) -> Any:
    return np.uint8 if len(plan.codes) + 2 <= 8 else np.uint32


def possible(evaluator: Evaluator) -> Possible:
    """Not rated, then triggers, then the best level that holds, then limits."""
    plan, columns = evaluator.plan, evaluator.columns
    levels, bits = _by_conditions(evaluator)
    bits = _gap_decided(evaluator, bits)
    before = bits
    fired, asked = _fired(evaluator)
    bits, triggered = _triggered(plan, fired, bits)
    limits: list[Truth] = []
    steps: list[Bits] = []
    for place, rule in enumerate(plan.limits):
        truth = _for_roles(evaluator.all_of(rule.when), rule.roles, columns.roles)
        limits.append(truth)
        steps.append(bits)
        bits = _limited(plan, columns, place, rule, truth, bits, triggered)
    not_rated = tuple(
        both(evaluator.all_of(rule.when), inverse(evaluator.any_of(rule.unless))) for rule in plan.not_rated
    )
    for truth in not_rated:
        bits = _or_unless(bits, truth, not_rated_bit(plan))
    for truth in not_rated:
        bits = _where(truth.yes, not_rated_bit(plan), bits)
    return Possible(bits, not_rated, fired, asked, levels, tuple(limits), before, tuple(steps), triggered)


def meets_open_places(evaluator: Evaluator, found: Possible) -> bool:
    """Whether a rule that is not known on some row looks at an open place, or the score waits for one."""
    plan = evaluator.plan
    if plan.groups and any(bool(np.any(group.open)) for group in evaluator.score.groups):
        return True
    if plan.rollup is not None and plan.rollup.waits:
        return True
    looked_at = [
        *((rule.when, truth) for rule, truth in zip(plan.levels, found.levels, strict=True)),
        *(
            ((*rule.when, *(rule.mitigation or ())), truth)
            for rule, truth in zip(plan.triggers, found.triggers, strict=True)
        ),
        *((rule.when, truth) for rule, truth in zip(plan.limits, found.limits, strict=True)),
        *(((*rule.when, *rule.unless), truth) for rule, truth in zip(plan.not_rated, found.not_rated, strict=True)),
    ]
    return any(not plan.waiting.isdisjoint(numbers) and bool(np.any(truth.unknown)) for numbers, truth in looked_at)


def _where(mask: Flags, value: Any, bits: Bits) -> Bits:
    if isinstance(mask, bool):
        return bits if not mask else np.full_like(bits, value) if np.isscalar(value) else value
    if not np.isscalar(value):
        return np.where(mask, value, bits)
    held = -mask.view(np.uint8).astype(bits.dtype, copy=False)  # all bits set where the mask is, by wrapping around
    return (bits & ~held) | (held & bits.dtype.type(value))


def _with(bits: Bits, mask: Flags, value: int) -> Bits:
    """Add a possibility on the rows of `mask`."""
    one = bits.dtype.type(value)
    if isinstance(mask, bool):
        return bits | one if mask else bits
    return bits | mask.view(np.uint8).astype(bits.dtype, copy=False) * one


def _or_unless(bits: Bits, truth: Truth, value: int) -> Bits:
    """Add a possibility where the truth is not known."""
    return _with(bits, truth.unknown, value)


def _for_roles(truth: Truth, roles: tuple[int, ...], column: Bytes) -> Truth:
    if len(roles) == 3:
        return truth
    held = np.isin(column, roles)
    return Truth(truth.yes & held, truth.no | ~held)


def _by_conditions(evaluator: Evaluator) -> tuple[tuple[Truth, ...], Bits]:
    """Levels that may be the best one that holds; the gap where none surely holds."""
    plan = evaluator.plan
    kind = bits_type(plan)
    bits = np.zeros(evaluator.rows, dtype=kind)
    left: Flags = True
    truths: list[Truth] = []
    for index, rule in enumerate(plan.levels):
        otherwise = rule.spec is not None and rule.spec.otherwise
        truth = TRUE if otherwise else evaluator.all_of(rule.when)
        truths.append(truth)
        bits = _with(bits, left & truth.maybe, 1 << index)
        left = left & negated(truth.yes) if isinstance(truth.yes, bool) else left > truth.yes
    return tuple(truths), _with(bits, left, gap_bit(plan))


def _gap_decided(evaluator: Evaluator, bits: Bits) -> Bits:
    decided = evaluator.columns.decided
    if decided is None:
        return bits
    kind = bits.dtype.type
    gap = kind(gap_bit(evaluator.plan))
    here = choosable(evaluator, decided.gap) & ((bits & gap) != 0)
    level = np.left_shift(kind(1), np.maximum(decided.gap, 0).astype(kind))
    return np.where(here, (bits & ~gap) | level, bits).astype(kind)


def _fired(evaluator: Evaluator) -> tuple[tuple[Truth, ...], tuple[Flags, ...]]:
    """Each trigger, and where it asks the authority: `unknown` there unless decided."""
    fired: list[Truth] = []
    asked: list[Flags] = []
    for place, rule in enumerate(evaluator.plan.triggers):
        truth = _for_roles(evaluator.all_of(rule.when), rule.roles, evaluator.columns.roles)
        weighs = weighed(evaluator, rule)
        asks = truth.maybe & weighs.yes
        # Where it is unknown whether the authority weighs it, the trigger may stand or fall.
        nobody = weighs.sure and not np.any(asks)
        result = truth if nobody else Truth(truth.yes & weighs.no, maybe=truth.maybe)
        decided = evaluator.columns.decided
        if decided is not None:
            choice = decided.triggers[:, place]
            result = Truth(result.yes | (truth.yes & asks & (choice == 1)), result.no | (asks & (choice == 0)))
        fired.append(result)
        asked.append(asks)
    return tuple(fired), tuple(asked)


def weighed(evaluator: Evaluator, rule: TriggerRule) -> Truth:
    """Whether the authority weighs this trigger: always at its discretion, or with mitigating circumstances."""
    if rule.spec.discretion:
        return TRUE
    return FALSE if rule.mitigation is None else evaluator.all_of(rule.mitigation)


def _triggered(plan: SchemePlan, fired: tuple[Truth, ...], bits: Bits) -> tuple[Bits, Flags]:
    """The worst level that a trigger fixes, or may fix."""
    triggered: Flags = False
    for level in sorted({rule.level for rule in plan.triggers}):
        bit = bits.dtype.type(1 << level)
        here = [truth for rule, truth in zip(plan.triggers, fired, strict=True) if rule.level == level]
        perhaps: Flags = False
        certain: Flags = False
        for truth in here:  # what certainly holds is written over what only may
            perhaps = perhaps if truth.sure else perhaps | truth.maybe
            certain = certain | truth.yes
        bits = _where(certain, bit, _with(bits, perhaps, int(bit)))
        triggered = triggered | certain
    return bits, triggered


def _limited(
    plan: SchemePlan,
    columns: SchemeColumns,
    place: int,
    rule: LimitRule,
    truth: Truth,
    bits: Bits,
    triggered: Flags,
) -> Bits:
    if truth.no is True:
        return bits
    lowered = under(plan, columns, rule, bits)
    if rule.spec.chooses:
        free = _choices(plan, columns, place, rule, bits)
        lowered = _where(negated(triggered), free, lowered)
    return _where(truth.yes, lowered, _where(truth.unknown, bits | lowered, bits))


def under(plan: SchemePlan, columns: SchemeColumns, rule: LimitRule, bits: Bits) -> Bits:
    """The possible levels held to the limit's level, or to the level of the related subject."""
    kind = bits.dtype.type
    if rule.at_most is not None:
        return _held(plan, bits, kind(1 << rule.at_most))
    assert rule.relation is not None
    rank = worst_related(columns, rule.relation)
    filled = _filled(plan, bits)
    if rank is None:
        return filled
    top = np.left_shift(kind(1), np.take(np.array(plan.level_at, dtype=kind), np.maximum(rank, 0)))
    held: Bits = np.where(rank >= 0, _held(plan, bits, top), filled)
    return held.astype(kind)


def _held(plan: SchemePlan, bits: Bits, top: Any) -> Bits:
    """Levels better than `top` become `top`. Under the lowest level even a gap is decided: nothing else remains."""
    kind = bits.dtype.type
    better = top - kind(1)
    lowest = kind(1 << (len(plan.codes) - 1)) if plan.codes else kind(0)
    better = np.where(top == lowest, better | kind(gap_bit(plan)), better).astype(kind)
    return np.where(bits & better, (bits & ~better) | top, bits).astype(kind)


def _filled(plan: SchemePlan, bits: Bits) -> Bits:
    """Every level from the best possible one down: what a limit of unknown height leaves possible."""
    kind = bits.dtype.type
    levels = kind((1 << len(plan.codes)) - 1)
    result = bits
    for _ in range(len(plan.codes) - 1):
        result = result | ((result & levels) << kind(1)) & levels
    return result.astype(kind)


def worst_related(columns: SchemeColumns, relation: str) -> Bytes | None:
    """The worst level among the related subjects of each row; negative where one is not known or none given."""
    related = columns.related.get(relation)
    if related is None:
        return None
    if related.offsets is None:
        return related.rank
    lengths = np.diff(related.offsets)
    worst = np.full(len(lengths), -1, dtype=np.int8)
    filled = lengths > 0
    if filled.any():
        starts = related.offsets[:-1][filled]
        high = np.maximum.reduceat(related.rank, starts)
        low = np.minimum.reduceat(related.rank, starts)
        worst[filled] = np.where(low < 0, -1, high)
    return worst


def _choices(plan: SchemePlan, columns: SchemeColumns, place: int, rule: LimitRule, bits: Bits) -> Bits:
    """What the authority may choose from: every level that the limit leaves, or the one it has chosen."""
    kind = bits.dtype.type
    levels = (1 << len(plan.codes)) - 1
    if rule.at_most is not None:
        free = np.full_like(bits, levels & ~((1 << rule.at_most) - 1))
    else:
        free = under(plan, columns, rule, np.full_like(bits, levels))
    if columns.decided is None:
        return free
    pick = np.left_shift(kind(1), np.maximum(columns.decided.limits[:, place], 0).astype(kind))
    return np.where(chosen_below(plan, columns, place, rule), pick, free).astype(kind)


def chosen_below(plan: SchemePlan, columns: SchemeColumns, place: int, rule: LimitRule) -> Mask:
    """Rows for which the authority has chosen a level that this limit leaves, as far as its height is known."""
    if columns.decided is None:
        return np.zeros(len(columns), dtype=np.bool_)
    chosen = columns.decided.limits[:, place]
    top: Any = rule.at_most
    if rule.relation is not None:
        rank = worst_related(columns, rule.relation)
        if rank is None:
            return np.zeros(len(columns), dtype=np.bool_)
        top = np.where(rank < 0, len(plan.codes), np.take(plan.level_at, np.maximum(rank, 0)))
    return np.asarray((chosen >= 0) & (chosen >= top), dtype=np.bool_)


def single(bits: Bits) -> Mask:
    """Rows whose result is known: one bit alone."""
    return cast(Mask, (bits & (bits - bits.dtype.type(1))) == 0)
