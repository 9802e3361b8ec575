"""A rulebook compiled to integers: what the blocks need, once, immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

import numpy as np
import numpy.typing as npt

from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schema import Joint, LineNumber, ReadingSpec
from thuocdo.kernel.exact import scaled

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Choice = Mapping[Joint, ReadingSpec | None]
ROLES = ("none", "head", "deputy")
WHOLE = 1 << 62


@dataclass(frozen=True)
class RatioPlan:
    """One ratio in integers: `lost` of `scale` parts go at each occurrence."""

    slug: str
    counts: LineNumber
    occurrences: str | None
    excused: str | None
    per_product: bool
    lost: int
    excluded: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything in hundredths of a point. `sum_limit` bounds a row's converted sums for int64 to be safe."""

    rulebook: Rulebook
    maxima: Ints
    step_lcm: int
    ratios: tuple[RatioPlan, ...]
    denominator: LineNumber
    denominator_excluded: tuple[str, ...]
    scale: int
    factor_roles: tuple[int, ...]
    factor_slugs: tuple[str, ...]
    factor_values: tuple[int, ...]
    derived: int | None
    weight: tuple[int, int]
    ceiling: int
    bounds: tuple[int, ...]
    codes: tuple[str, ...]
    sum_limit: int
    total_max: int
    base: Choice


@lru_cache(maxsize=64)
def compile_plan(rulebook: Rulebook) -> Plan:
    """Compile once per loaded rulebook.

    >>> from thuocdo.engine import load_rulebook
    >>> compile_plan(load_rulebook("state/nd-335-2025")).bounds
    (9000, 7000, 5000, 0)
    """
    book = rulebook.book
    parts = {r.slug: _lost(r.deduction.percent) if r.deduction else Fraction(0) for r in book.products.ratios}
    scale = lcm(*(part.denominator for part in parts.values()))
    ratios = tuple(
        RatioPlan(
            slug=r.slug,
            counts=r.counts,
            occurrences=r.deduction.occurrences if r.deduction else None,
            excused=r.deduction.excused if r.deduction else None,
            per_product=r.deduction is not None and r.deduction.per == "product",
            lost=int(parts[r.slug] * scale),
            excluded=_excluded(rulebook, r.counts),
        )
        for r in book.products.ratios
    )
    factors = book.factors
    weight = Fraction(scaled(book.total.weight), 100)
    ceiling = scaled(book.total.ceiling)
    general_max = scaled(book.general.max)
    components = len(ratios) + (len(factors.items) if factors else 0)
    growth = weight.denominator * components * (general_max + ceiling + 10_000)
    growth += weight.numerator * 100 * (components + 1)
    steps = [scaled(r.spec.step) for p in rulebook.open_points for r in p.readings if r.spec.step is not None]
    return Plan(
        rulebook=rulebook,
        maxima=np.array([scaled(item.max) for item in rulebook.criteria], dtype=np.int64),
        step_lcm=lcm(*steps) if steps else 1,
        ratios=ratios,
        denominator=book.products.denominator,
        denominator_excluded=_excluded(rulebook, book.products.denominator),
        scale=scale,
        factor_roles=tuple(ROLES.index(role) for role in factors.roles) if factors else (),
        factor_slugs=tuple(item.slug for item in factors.items) if factors else (),
        factor_values=tuple(int(value) for value in factors.allowed) if factors else (),
        derived=next((i for i, item in enumerate(factors.items) if item.derived), None) if factors else None,
        weight=(weight.numerator, weight.denominator),
        ceiling=ceiling,
        bounds=tuple(scaled(band.at_least) for band in book.bands),
        codes=tuple(band.code for band in book.bands),
        sum_limit=WHOLE // (4 * growth),
        total_max=general_max + ceiling,
        base=base_choice(rulebook),
    )


def base_choice(rulebook: Rulebook) -> Choice:
    """The reading each calculation starts from: the settled one, else the first; none where the law gives
    none.
    """
    choice: dict[Joint, ReadingSpec | None] = {}
    for point in rulebook.open_points:
        if point.settled is not None:
            choice[point.joint] = point.readings[point.index_of(point.settled.reading)].spec
        else:
            choice[point.joint] = None if point.always else point.readings[0].spec
    return choice


def _lost(percent: Decimal) -> Fraction:
    return Fraction(percent) / 100


def _excluded(rulebook: Rulebook, name: LineNumber) -> tuple[str, ...]:
    return tuple(item.flag for item in rulebook.book.products.exclusions if name in item.not_counted_in)
