"""Conditions compiled to integers: what `conditions.py` evaluates, each distinct one once.

A bound of a share is a pair (a, b): `part × a` compared with `whole × b`. Open figures carry the open points
that they wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from thuocdo.engine.schemes.schema import WhenNone

Word = Literal["at_least", "more_than", "at_most", "below"]
WORDS: tuple[Word, ...] = ("at_least", "more_than", "at_most", "below")
Waits = frozenset[int]  # open points, by place in the plan


@dataclass(frozen=True)
class Bound:
    """One side of a comparison: `value`, or None where the text leaves it open."""

    word: Word
    value: Fraction | None


@dataclass(frozen=True)
class ScoreNode:
    bounds: tuple[Bound, ...]
    waits: Waits


@dataclass(frozen=True)
class ScoreKnown:
    """Holds as soon as there is a score: the one “level” of a scheme that only scores."""

    waits: Waits = frozenset()


@dataclass(frozen=True)
class ShareNode:
    """`part` over `of`, each (measure, multiplier); `of` is None where the text does not say of what."""

    part: tuple[tuple[str, int], ...]
    of: tuple[tuple[str, int], ...] | None
    bounds: tuple[Bound, ...]
    when_none: WhenNone
    waits: Waits


@dataclass(frozen=True)
class NumberNode:
    of: str
    unit: int
    bounds: tuple[Bound, ...]
    waits: Waits


@dataclass(frozen=True)
class FlagNode:
    """`unrated`: the relation whose subject, decided to be not rated, sets the flag; empty for none."""

    fact: str
    value: bool
    unrated: str = ""
    waits: Waits = frozenset()


@dataclass(frozen=True)
class GradesNode:
    """`grade` indexes GRADES; None where the text does not say which grade it asks for."""

    slugs: tuple[str, ...]
    quantifier: Literal["all", "any"]
    exactly: bool
    grade: int | None
    waits: Waits


@dataclass(frozen=True)
class LevelsNode:
    relation: str
    quantifier: Literal["all", "any", "share"]
    exactly: bool
    rank: int
    bounds: tuple[Bound, ...]
    when_none: WhenNone
    waits: Waits


@dataclass(frozen=True)
class DisciplineNode:
    """`forms` are indexes, none for all; `open_forms` where the text does not say which forms count. It waits for that,
    and for the year in which several decisions on one act count."""

    value: bool
    about: tuple[int, ...]
    sides: tuple[int, ...]
    forms: tuple[int, ...]
    open_forms: bool
    waits: Waits
    earlier: bool | None = None


@dataclass(frozen=True)
class AbsenceNode:
    reasons: tuple[int, ...]
    of: tuple[str, int] | None
    bounds: tuple[Bound, ...]
    waits: Waits


@dataclass(frozen=True)
class JoinNode:
    """Several conditions: any, all, or one of the two, the text does not say which."""

    need: Literal["any", "all", "open"]
    children: tuple[int, ...]
    waits: Waits


Node = (
    ScoreNode
    | ScoreKnown
    | ShareNode
    | NumberNode
    | FlagNode
    | GradesNode
    | LevelsNode
    | DisciplineNode
    | AbsenceNode
    | JoinNode
)
