"""One month of 150,000 people, every contender in one run: medians, spreads and ratios.

The engine and the floor take turns, and the engine is judged by the median of the rounds' own ratios: a machine
that slows down for a while slows both halves of a round. OpenFisca follows in rounds of its own, so that what it
leaves in the caches falls on nobody else.

./td bench month [--people N] [--rounds N]
"""

import argparse
import statistics
from typing import Any

import numpy as np

from bench import by_hand, openfisca_rule
from bench.population import Month, month
from bench.timing import HEADS, Times, in_turns, ratios
from thuocdo.engine import Period, compile_plan, load_rulebook, parse_subject, rate_columns, rate_subject
from thuocdo.engine.columns import Lines, ProductColumns, Ragged
from thuocdo.engine.plan import Plan

RULEBOOK, OVERLAYS = "state/nd-335-2025", ("overlays/vi-du-phuong",)
BOUNDS = (90, 70, 50)
GOAL = 1.5  # the engine may take so many times as long as the hand-written version


def as_columns(given: Month) -> ProductColumns:
    """The generated arrays under the engine's names (no copy)."""
    people = given.people
    lines = Lines(**{name: getattr(given, name) for name in Lines.__dataclass_fields__})
    nobody = Ragged(np.zeros(people + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.ones(0, dtype=np.int64))
    no = np.zeros(people, dtype=np.bool_)
    return ProductColumns(
        ids=tuple(map(str, range(people))),
        period=Period(kind="month", year=2026, number=10),
        marks=given.marks,
        roles=given.roles,
        lines=lines,
        factors=given.factors,
        subordinates=nobody,
        unreported=no,
        optional=no,
    )


def one_sheet() -> dict[str, Any]:
    """A leader's sheet of ten products."""
    slugs = [item.slug for item in load_rulebook(RULEBOOK).criteria]
    return {
        "id": "CC001",
        "kind": "civil_servant",
        "leadership": "head",
        "marks": dict.fromkeys(slugs, "2.25"),
        "products": [
            {
                "id": f"SP{i}",
                "coefficient": "1.5",
                "assigned": "4",
                "completed": "4",
                "quality_met": "3",
                "on_time": "4",
                "quality_errors": 1,
                "late": 1,
                "late_excused": i % 2,
            }
            for i in range(10)
        ],
        "leadership_factors": {"unit_results": 100, "organising": 50, "solidarity": 100},
    }


def disagreements(given: Month, ours: Any, scores: Any, hand: Any) -> list[str]:
    """What must hold between the contenders; an empty list is agreement."""
    kind, num, den, band = hand
    problems = []
    decided = kind == 0
    if not (
        (ours.kind == kind).all()
        and (ours.band == band)[decided].all()
        and (ours.num * den == num * ours.den)[decided].all()
    ):
        problems.append("engine and hand-written version differ")
    exact = num / den / 100
    gap = float(np.abs(scores - exact)[decided].max())
    print(f"OpenFisca's floats differ by at most {gap:.7f} points from the exact scores")
    if gap >= 0.005:
        problems.append(f"OpenFisca differs by {gap}")
    float_band = sum((scores < bound).astype(int) for bound in BOUNDS)
    for row in np.flatnonzero(decided & (float_band != band)):
        near = min(abs(exact[row] - bound) for bound in BOUNDS)
        print(f"  band differs for row {row}: exact {int(num[row])}/{int(den[row]) * 100}, float {scores[row]:.7f}")
        if near > 0.0001:
            problems.append(f"row {row}: band differs although {near} away from a bound")
    return problems


def print_growth(plan: Plan, people: int, rounds: int) -> None:
    """The engine alone on a quarter, a half, one and two times the people: the time for each should stay."""
    print("engine alone, growing population:")
    for size in (people // 4, people // 2, people, people * 2):
        columns, times = as_columns(month(size)), Times()
        rate_columns(plan, columns)
        for _ in range(rounds):
            times.run(lambda: rate_columns(plan, columns))  # noqa: B023
        least = min(times.cpu)
        print(
            f"{size:>9,} people: wall median {times.middle:.4f} s, min {min(times.wall):.4f} s; "
            f"CPU min {least:.4f} s, {least / size * 1e9:.0f} ns each"
        )


def one_sheet_seconds() -> float:
    """Processor seconds for one explained sheet, rated and written as JSON: the best median of ten batches."""
    book, facts = load_rulebook(RULEBOOK, OVERLAYS), parse_subject(one_sheet())
    period, times = Period(kind="month", year=2026, number=10), Times()
    rate_subject(book, facts, period)
    for _ in range(200):
        times.run(lambda: rate_subject(book, facts, period).to_json())
    return min(statistics.median(times.cpu[start : start + 20]) for start in range(0, 200, 20))


def unmet(engine: Times, floor: Times, openfisca: Times, sheet: float) -> list[str]:
    """Prints the ratios; returns the goals that are not met."""
    wall, cpu = ratios(engine.wall, floor.wall), ratios(engine.cpu, floor.cpu)
    for name, (middle, least) in (("wall", wall), ("CPU", cpu)):
        print(f"engine / floor, {name}: {middle:.2f} median of the rounds' ratios, {least:.2f} ratio of minima")
    problems = []
    if wall[0] > GOAL:
        problems.append(f"engine takes {wall[0]:.2f} times the floor, the goal is {GOAL}")
    if engine.middle > openfisca.middle:
        problems.append("engine is slower than OpenFisca-Core")
    if sheet > 0.002:
        problems.append(f"one explained sheet takes {sheet * 1000:.2f} ms, the goal is 2")
    return problems


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./td bench month")
    parser.add_argument("--people", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args(arguments)
    given = month(options.people)
    plan = compile_plan(load_rulebook(RULEBOOK, OVERLAYS))
    columns, rules = as_columns(given), openfisca_rule.system()
    ours, hand = rate_columns(plan, columns), by_hand.rate(given)
    engine, floor = in_turns(lambda: rate_columns(plan, columns), lambda: by_hand.rate(given), options.rounds)
    prepared, calculated = Times(), Times()
    for _ in range(max(options.rounds // 3, 3)):
        simulation = prepared.run(lambda: openfisca_rule.prepare(rules, given))
        scores = calculated.run(lambda: openfisca_rule.rate(simulation))  # noqa: B023
    openfisca = prepared.plus(calculated)
    problems = disagreements(given, ours, scores, hand)
    sheet = one_sheet_seconds()
    print(f"{options.people:,} people, {len(given.assigned):,} product lines, {options.rounds} rounds in turns")
    print(f"{'seconds':<46}" + "".join(f"{head:>13}" for head in HEADS))
    print(floor.row("hand-written NumPy, this rule only (floor)"))
    print(engine.row("engine, rulebook compiled from data"))
    print(openfisca.row("OpenFisca-Core 46.0.1, from the same columns"))
    print(calculated.row("  of which calculate() alone"))
    print(f"one explained sheet (leader, 10 products), rated and written as JSON: {sheet * 1000:.2f} ms (CPU)")
    print_growth(plan, options.people, max(options.rounds // 3, 3))
    problems += unmet(engine, floor, openfisca, sheet)
    for problem in problems:
        print(f"NOT MET: {problem}")
    return 1 if problems else 0
