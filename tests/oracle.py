"""An independent reading of Nghị định 335/2025/NĐ-CP: one person at a time, plain fractions, written like the law.

It knows nothing of the engine. It takes the same facts (plain dictionaries in the case format) and the readings an
agency has settled, tries every combination of the readings that are still open, and says `needs_decision` when they
do not agree. Numbers of the law stand here a second time, on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

MAXIMA = {
    "political_ethics": Fraction(5),
    "discipline": Fraction(5),  # Mẫu 01, I
    "professional_competence": Fraction(5, 2),
    "task_response": Fraction(5, 2),  # II
    "responsibility": Fraction(5, 2),
    "service_attitude": Fraction(5, 2),
    "breakthrough": Fraction(5, 2),
    "hard_tasks": Fraction(5, 2),  # III
    "accountability": Fraction(5, 2),
    "decisiveness": Fraction(5, 2),
}
STEPS = {"hundredths": Fraction(1, 100), "quarter_point": Fraction(1, 4), "half_point": Fraction(1, 2)}
OPEN_MONTH = {
    "rounding": ("none", "hundredths"),
    "ratio_cap": ("result_70", "each_ratio_100"),
    "deduction_floor": ("zero", "literal"),
    "general_steps": tuple(STEPS),
}
LEVELS = ("excellent", "good", "complete", "incomplete")


@dataclass(frozen=True)
class Verdict:
    """What the law gives: kind, exact score, band or level, and the open points the result hangs on."""

    kind: str
    score: Fraction | None = None
    level: str | None = None
    open_points: frozenset[str] = frozenset()


def band(score: Fraction) -> str:
    """Điều 20: from 90, from 70, from 50, below."""
    return "excellent" if score >= 90 else "good" if score >= 70 else "complete" if score >= 50 else "incomplete"


def half_up(score: Fraction) -> Fraction:
    """Two decimals, half a unit goes up."""
    return Fraction((score * 200 + 1) // 2, 100)


def month(person: dict[str, Any], settled: dict[str, str]) -> Verdict:
    """Điều 12 to 18: points of a month or quarter scored from products."""
    marks = {slug: Fraction(str(mark)) for slug, mark in person.get("marks", {}).items()}
    lines = [_Line(line) for line in person.get("products", [])]
    leader = person["leadership"] != "none"
    factors = _factors(person) if leader else []
    waiting = set()
    if "general_steps" in settled and _off(marks, STEPS[settled["general_steps"]]):
        return Verdict("refused")  # an input error comes before every question of law
    if set(marks) != set(MAXIMA) or (leader and _waits_for_staff(person, factors)):
        return Verdict("needs_decision")  # facts are missing: there is nothing to decide yet
    if any(None in (line.errors, line.delays) for line in lines):
        return Verdict("needs_decision")  # nobody said which products the occurrences befell
    if None in factors:
        waiting.add("leadership_between")
    assigned = sum((line.assigned for line in lines if not line.outside), Fraction(0))
    if assigned == 0:
        if settled.get("empty_denominator") == "not_scored_this_period":
            return Verdict("not_rated")
        waiting.add("empty_denominator")
    if waiting:
        return Verdict("needs_decision", open_points=frozenset(waiting))

    def under(choice: dict[str, str]) -> tuple[str, Fraction, str]:
        step = STEPS[choice["general_steps"]]
        if _off(marks, step):
            return "refused", Fraction(0), ""
        ratios = _ratios(lines, assigned, choice)
        parts = ratios + [Fraction(factor, 100) for factor in factors]
        result = min(Fraction(70), 70 * sum(parts, Fraction(0)) / len(parts))
        score = sum(marks.values(), Fraction(0)) + result
        if choice["rounding"] == "hundredths":
            score = half_up(score)
        return "scored", score, band(score)

    return _agree(OPEN_MONTH, settled, under)


def _agree(points: dict[str, tuple[str, ...]], settled: dict[str, str], under: Any) -> Verdict:
    results = {tuple(c.values()): under(c) for c in _choices(points, settled)}
    first = next(iter(results.values()))
    hanging = set()
    for at, point in enumerate(points):
        for combo, result in results.items():
            for other, outcome in results.items():
                if combo[:at] + combo[at + 1 :] == other[:at] + other[at + 1 :] and _differ(point, result, outcome):
                    hanging.add(point)
    if hanging:
        return Verdict("needs_decision", open_points=frozenset(hanging))
    kind, score, level = first
    return Verdict(kind, score if kind == "scored" else None, level or None)


def _differ(point: str, one: tuple[str, Fraction, str], other: tuple[str, Fraction, str]) -> bool:
    if one[0] != other[0]:
        return True
    return one[0] == "scored" and (one[2] != other[2] if point == "rounding" else one[1:] != other[1:])


def _choices(points: dict[str, tuple[str, ...]], settled: dict[str, str]) -> Iterator[dict[str, str]]:
    for combo in product(*((settled[p],) if p in settled else readings for p, readings in points.items())):
        yield dict(zip(points, combo, strict=True))


class _Line:
    """One product in standard units (Điều 13, 14, 18)."""

    def __init__(self, line: dict[str, Any]) -> None:
        unit = Fraction(str(line["coefficient"]))
        back = line.get("handed_back", False)
        self.outside = line.get("outside_plan", False)
        self.assigned = unit * Fraction(str(line["assigned"]))
        self.completed, self.good, self.timely = (
            Fraction(0) if back else unit * Fraction(str(line[key])) for key in ("completed", "quality_met", "on_time")
        )
        self.unit, self.back, self.piece = unit, back, line.get("one_piece", False)
        self.errors = self._spread(line, "quality_met", line.get("quality_errors", 0), "quality_errors_each")
        late = line.get("late", 0) - line.get("late_excused", 0)
        self.delays = self._spread(line, "on_time", late, "late_each")

    def _spread(self, line: dict[str, Any], counted: str, times: int, each: str) -> list[tuple[Fraction, int]] | None:
        """Every product that counts, one by one, with its size and occurrences; None where nobody can say which."""
        size = Fraction(0) if self.back else Fraction(str(line[counted]))
        said = line.get(each)
        if size == 0 or times == 0:
            return [(size, 0)]
        if size < Fraction(str(line["completed"])) and said is None:
            return None
        if size <= 1 or self.piece:
            return [(size, times if said is None else said[0])]
        pieces = [Fraction(1)] * int(size) + [size % 1] * (size.denominator > 1)
        if said is None:
            if size.denominator > 1:
                return None
            said = [1] * times if times <= len(pieces) else [times]
            if times > 4:
                return None
        return list(zip(pieces, [*said, *[0] * (len(pieces) - len(said))], strict=True))


def _left(line: _Line, spread: list[tuple[Fraction, int]] | None, choice: dict[str, str]) -> Fraction:
    """Điều 14.2: a quarter of the points of that product goes each time."""
    left = Fraction(0)
    for size, times in spread or []:
        share = 1 - Fraction(times, 4)
        left += size * (max(Fraction(0), share) if choice["deduction_floor"] == "zero" else share)
    return left * line.unit


def _ratios(lines: list[_Line], assigned: Fraction, choice: dict[str, str]) -> list[Fraction]:
    quantity = sum((line.completed for line in lines), Fraction(0)) / assigned
    quality = sum((_left(line, line.errors, choice) for line in lines), Fraction(0)) / assigned
    progress = sum((_left(line, line.delays, choice) for line in lines), Fraction(0)) / assigned
    ratios = [quantity, quality, progress]
    return [min(Fraction(1), r) for r in ratios] if choice["ratio_cap"] == "each_ratio_100" else ratios


def _factors(person: dict[str, Any]) -> list[int | None]:
    """Điều 15.3: 100 or 50, the first derived from the subordinates where they are listed."""
    given = person.get("leadership_factors", {})
    result = given.get("unit_results")
    staff = person.get("subordinates", [])
    if staff and result is None:
        scores = [None if s.get("score") is None else Fraction(s["score"]) for s in staff]
        if any(s is not None and s < 50 for s in scores):
            result = 50
        elif None not in scores:
            result = 100
    return [result, given.get("organising"), given.get("solidarity")]


def _off(marks: dict[str, Fraction], step: Fraction) -> bool:
    return any((mark / step).denominator != 1 for mark in marks.values())


def _waits_for_staff(person: dict[str, Any], factors: list[int | None]) -> bool:
    return factors[0] is None and bool(person.get("subordinates"))


def year(person: dict[str, Any], settled: dict[str, str]) -> Verdict:
    """Điều 11, 17.3, 20: the year's level of somebody scored monthly, without open points of dating."""
    facts = person["year"]
    worked = Fraction(str(facts["months_worked"]))
    exempt = facts.get("maternity_leave") or facts.get("sick_leave")
    if worked < 6 and not exempt:
        return Verdict("not_rated")
    scores = [Fraction(str(m["score"])) for m in person["months"] if "score" in m]
    reasons = {m["not_scored"] for m in person["months"] if "not_scored" in m}
    if _fallen(person):
        return Verdict("rated", None, "incomplete")  # Điều 20.4.b to d: whatever the points are
    if reasons - {"maternity", "sick_leave", "unpaid_leave"} or not scores:
        return Verdict("needs_decision")
    mean = sum(scores, Fraction(0)) / len(scores)
    rounded = {"none": mean, "hundredths": half_up(mean)}
    wanted = [settled["rounding"]] if "rounding" in settled else list(rounded)
    levels = {_level(person, band(rounded[r])) for r in wanted}
    if None in levels or len(levels) > 1:
        hanging = frozenset() if None in levels else frozenset({"rounding"})
        return Verdict("needs_decision", open_points=hanging)
    return Verdict("rated", rounded[wanted[0]], levels.pop())


def _level(person: dict[str, Any], reached: str) -> str | None:
    facts = person["year"]
    if person["leadership"] == "head" and reached != "incomplete":
        if "organisation_level" not in facts:
            return None
        return max(reached, facts["organisation_level"], key=LEVELS.index)
    return reached


def _fallen(person: dict[str, Any]) -> bool:
    facts = person["year"]
    leader = person["leadership"] != "none"
    return bool(
        facts.get("degradation_concluded")
        or (leader and facts.get("unit_involved_in_corruption"))
        or any(d["about"] in ("duty", "degradation") for d in facts.get("disciplines", []))
    )
