"""Blocks on their own: sums over ragged rows, bounds, intervals, quotas, lines of TOML, selection."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from tests.unit.engine.support import BOOK, year
from thuocdo.engine import Period, Selection, compile_plan, parse_subject, rate_columns, select_rulebook
from thuocdo.engine.blocks import bands, quota, rollup, segments
from thuocdo.engine.convert import rollup_columns
from thuocdo.engine.schema import ReadingSpec
from thuocdo.engine.toml_lines import line_of

HALF_UP = ReadingSpec(id="h", label="l", source="s", confidence="I", places=2)


@pytest.mark.parametrize("kind", [np.int64, object])
def test_rows_without_lines_sum_to_zero(kind: type) -> None:
    values = np.array([1, 2, 3], dtype=kind)
    assert segments.segment_sum(values, np.array([0, 0, 2, 2, 3, 3])).tolist() == [0, 3, 0, 3, 0]
    assert segments.segment_sum(values[:0], np.array([0, 0])).tolist() == [0]
    assert segments.segment_any(np.array([True, False, False]), np.array([0, 0, 2, 3])).tolist() == [
        False, True, False,
    ]  # fmt: skip


def test_a_bound_belongs_to_the_band_above_it() -> None:
    bounds = (9000, 7000, 5000, 0)
    num = np.array([9000 * 7, 9000 * 7 - 1, 7000 * 7, 7000 * 7 - 1, 5000 * 7, 5000 * 7 - 1, 0, -5])
    assert bands.apply(num, np.full(8, 7), bounds).tolist() == [0, 1, 1, 2, 2, 3, 3, 3]


def test_a_rounded_mean_moves_the_bound_by_half_a_unit() -> None:
    assert rollup.thresholds((9000, 7000), None) == (18000, 14000)
    assert rollup.thresholds((9000, 7000), HALF_UP) == (17999, 13999)
    tenths = HALF_UP.model_copy(update={"places": 1})
    assert rollup.thresholds((6995,), tenths) == (13990,)


@pytest.mark.parametrize("bound", [Fraction(90), Fraction(70), Fraction(50)])
@pytest.mark.parametrize("away", [Fraction(1, 10**12), Fraction(1, 7 * 10**9), Fraction(1, 997), Fraction(0)])
def test_means_near_a_bound_are_decided_exactly(bound: Fraction, away: Fraction) -> None:
    plan = compile_plan(BOOK)
    scores = [bound - away, bound + away / 3]
    for score in scores:
        facts = year(f"{score.numerator}/{score.denominator}", decisions={
            "rounding": {"reading": "none", "by": "x", "reason": "y"}})  # fmt: skip
        columns = rollup_columns(plan, [parse_subject(facts)], Period(kind="year", year=2026))
        result = rate_columns(plan, columns)
        place = [Fraction(90), Fraction(70), Fraction(50)].index(bound)
        assert int(result.band[0]) == (place if score >= bound else place + 1)


@pytest.mark.parametrize("total", range(61))
@pytest.mark.parametrize(("rate", "part"), [(2000, 6), (2500, 5)])
def test_the_stable_number_of_places(total: int, rate: int, part: int) -> None:
    at_level = total // 2
    levels = np.array([0] * at_level + [1] * (total - at_level), dtype=np.int8)
    cells = quota.apply(np.zeros(total, dtype=np.int64), levels, limited=0, base=1, rates=np.array([rate]))
    stable = int(cells.stable[0])
    assert stable == total // part
    assert stable * 10_000 <= rate * (total - stable)
    assert (stable + 1) * 10_000 > rate * (total - stable - 1)
    assert int(cells.places[0]) * 10_000 <= rate * int(cells.base[0])


def test_lines_are_found_in_nested_tables() -> None:
    text = '[a]\nx = 1\n[[b]]\ny = 1\n[b.c]\nz = 2\n[[b]]\n"y" = 3\n[b.c]\nz = 4\n[[b.d]]\ne = 1\n'
    assert line_of(text, ("a", "x")) == 2
    assert line_of(text, ("b", 1, "c", "z")) == 10
    assert line_of(text, ("b", 1, "d", 0, "e")) == 12
    assert line_of(text, ("b", 1, "y", "deeper")) == 8
    assert line_of(text, ("none",)) is None


SELECTED = [
    ("civil_servant", date(2026, 1, 1), "state/nd-335-2025", "H"),
    ("civil_servant", date(2025, 12, 31), "state/nd-90-2020-nd-48-2023", "H"),
    ("cadre", date(2026, 6, 30), None, None),
    ("cadre", date(2026, 7, 1), None, "L"),
    ("public_employee", date(2026, 6, 30), None, None),
    ("public_employee", date(2026, 7, 1), None, None),
    ("contract_worker", date(2026, 3, 1), None, "H"),
    ("contract_worker", date(2019, 3, 1), None, "L"),
    ("contract_worker", date(2015, 3, 1), None, None),
]


@pytest.mark.parametrize(("kind", "on", "key", "confidence"), SELECTED)
def test_what_governs_whom(kind: str, on: date, key: str | None, confidence: str | None) -> None:
    found: Selection = select_rulebook(kind, on)
    assert (found.rulebook, found.confidence) == (key, confidence)
    assert found.sentence_vi.endswith(".")


def test_the_missing_instrument_is_named() -> None:
    assert "Nghị định 90/2020" in select_rulebook("cadre", date(2026, 3, 1)).sentence_vi
    assert "Quy chế" in select_rulebook("public_employee", date(2026, 8, 1)).sentence_vi
    assert select_rulebook("contract_worker", date(2026, 8, 1)).by_choice == "state/nd-335-2025"
