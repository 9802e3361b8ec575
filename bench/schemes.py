"""A year of the Party's rulebook of 2025 with an overlay: collectives, ceilings, quotas; every contender in one run.

./td bench schemes [--people N] [--rounds N]
"""

import argparse
from dataclasses import replace
from typing import Any

import numpy as np

from bench import nation_by_hand
from bench.nation import Year, year
from bench.timing import HEADS, Times, in_turns, ratios
from thuocdo.engine import Period, SchemeBook, load_book
from thuocdo.engine.schemes.arrays import columns_from_arrays, quota_counts, ranks_for
from thuocdo.engine.schemes.columns import SchemeColumns
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.rate import rate_scheme

RULEBOOK, OVERLAYS = "party/qd-366-2025", ("overlays/vi-du-dang-uy-xa",)
PERIOD = Period(kind="year", year=2026)
SCHEMES = ("collective", "leader", "member")
GOAL = 1.5  # the engine may take so many times as long as the hand-written version


def plans() -> dict[str, SchemePlan]:
    """The three schemes of the year, compiled."""
    book = load_book(RULEBOOK, OVERLAYS)
    assert isinstance(book, SchemeBook)
    return {name: compile_scheme(book, name) for name in SCHEMES}


def columns(compiled: dict[str, SchemePlan], given: Year) -> dict[str, SchemeColumns]:
    """The generated arrays under the engine's names; leaders have no quarters and no units of their own."""
    nobody = np.zeros(len(given.roles["leader"]) + 1, dtype=np.int64)
    none = np.zeros(0, dtype=np.int8)
    more: dict[str, Any] = {
        f"related.{relation}.{part}": array
        for relation in ("units", "quarters")
        for part, array in (("rank", none), ("offsets", nobody))
    }
    more["related.collective"] = np.zeros(len(given.collective), dtype=np.int8)
    return {
        name: columns_from_arrays(
            compiled[name],
            {"roles": given.roles[name], **given.columns[name], **(more if name == "leader" else {})},
            PERIOD,
            range(len(given.roles[name])),  # type: ignore[arg-type]
        )
        for name in SCHEMES
    }


def rate(compiled: dict[str, SchemePlan], given: Year, by_name: dict[str, SchemeColumns]) -> tuple[Any, Any]:
    """Collectives, then leaders under the ceiling of their collective, then members; then the quota of every group."""
    found = {"collective": rate_scheme(compiled["collective"], by_name["collective"])}
    above = ranks_for(found["collective"], compiled["leader"])[given.collective]
    leaders = by_name["leader"]
    related = {**leaders.related, "collective": replace(leaders.related["collective"], rank=above)}
    found["leader"] = rate_scheme(compiled["leader"], replace(leaders, related=related))
    found["member"] = rate_scheme(compiled["member"], by_name["member"])
    cells = {}
    for name, plan in compiled.items():
        rule = plan.scheme.quotas[0]
        groups = given.groups[name]
        cells[name] = quota_counts(plan, rule, found[name], groups, int(groups[-1]) + 1, "floor")
    return found, cells


def disagreements(ours: tuple[Any, Any], hand: tuple[Any, Any]) -> list[str]:
    """Every level and every cell of both, compared."""
    problems = []
    for name in SCHEMES:
        kind, level, score = hand[0][name]
        result, cells = ours[0][name], ours[1][name]
        if not ((result.kind == kind).all() and (result.level == level).all()):
            problems.append(f"{name}: levels differ")
        if not (result.num == score)[result.known].all():
            problems.append(f"{name}: scores differ")
        for one, other in zip((cells.at_level, cells.base, cells.places, cells.stable), hand[1][name], strict=True):
            if not (one == other).all():
                problems.append(f"{name}: quota cells differ")
    return problems


def print_growth(compiled: dict[str, SchemePlan], people: int, rounds: int) -> None:
    """A quarter, a half, one and two times the people: the time for each should stay."""
    print("engine alone, growing population:")
    for size in (people // 4, people // 2, people, people * 2):
        given, times = year(size), Times()
        by_name = columns(compiled, given)
        rate(compiled, given, by_name)
        for _ in range(rounds):
            times.run(lambda: rate(compiled, given, by_name))  # noqa: B023
        least = min(times.cpu)
        print(
            f"{size:>9,} people: wall median {times.middle:.4f} s; CPU min {least:.4f} s, {least / size * 1e9:.0f} ns each"
        )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./td bench schemes")
    parser.add_argument("--people", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args(arguments)
    given, compiled = year(options.people), plans()
    by_name = columns(compiled, given)
    problems = disagreements(rate(compiled, given, by_name), nation_by_hand.rate(given))
    engine, floor = in_turns(lambda: rate(compiled, given, by_name), lambda: nation_by_hand.rate(given), options.rounds)
    print(
        f"{given.subjects:,} subjects ({options.people:,} people and their collectives), {options.rounds} rounds in turns"
    )
    print(f"{'seconds':<46}" + "".join(f"{head:>13}" for head in HEADS))
    print(floor.row("hand-written NumPy, this rulebook only (floor)"))
    print(engine.row("engine, rulebook and overlay from data"))
    wall, cpu = ratios(engine.wall, floor.wall), ratios(engine.cpu, floor.cpu)
    for name, (middle, least) in (("wall", wall), ("CPU", cpu)):
        print(f"engine / floor, {name}: {middle:.2f} median of the rounds' ratios, {least:.2f} ratio of minima")
    if wall[0] > GOAL:
        problems.append(f"engine takes {wall[0]:.2f} times the floor, the goal is {GOAL}")
    print_growth(compiled, options.people, max(options.rounds // 3, 3))
    for problem in problems:
        print(f"NOT MET: {problem}")
    return 1 if problems else 0
