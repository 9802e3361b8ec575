"""What was typed, month by month, and what the independent oracle makes of it. Nothing here asks the product."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests import oracle

SETTLED = {
    "rounding": "none",
    "ratio_cap": "result_70",
    "deduction_floor": "zero",
    "general_steps": "quarter_point",
}
"""What the regulation of both agencies (overlays/vi-du-phuong) settles."""
FULL = {"completed": "4", "quality_met": "4", "on_time": "4"}


@dataclass
class Entry:
    """One person's month as the evaluator judged it, in plain facts. `judge` is the unit whose head judges, `rank` the
    turn; both are fixed when the month is opened."""

    leadership: str
    rank: int
    judge: str
    marks: dict[str, str]
    products: list[dict[str, Any]] = field(default_factory=list)
    factors: dict[str, int] = field(default_factory=dict)
    below: list[str] = field(default_factory=list)

    def line(self, number: int) -> dict[str, Any]:
        """The facts of a product, to be changed where somebody saw it differently."""
        return self.products[number]


@dataclass
class Ledger:
    """All months of all people."""

    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)

    def score(self, code: str, month: int) -> Fraction:
        """The exact points of a month, by the oracle."""
        entry = self.entries[code, month]
        person: dict[str, Any] = {
            "leadership": entry.leadership,
            "marks": entry.marks,
            "products": entry.products,
            "leadership_factors": entry.factors,
            "subordinates": [{"score": self.score(one, month)} for one in entry.below],
        }
        verdict = oracle.month(person, SETTLED)
        assert verdict.kind == "scored", (code, month, verdict)
        assert verdict.score is not None
        return verdict.score

    def months(self, code: str) -> list[int]:
        """The months in which the person has a result."""
        return sorted(month for who, month in self.entries if who == code)

    def mean(self, code: str, months: range) -> Fraction | None:
        """The mean of a quarter or half year (Điều 17 khoản 3); None where there is nothing to average."""
        scores = [self.score(code, one) for one in self.months(code) if one in months]
        return sum(scores, Fraction(0)) / len(scores) if scores else None

    def year(self, code: str, away: dict[int, str]) -> Fraction:
        """The mean of the year by the oracle's own reading of Điều 11 and 17. `away`: month -> reason."""
        rows: list[dict[str, Any]] = [{"month": one, "score": self.score(code, one)} for one in self.months(code)] + [
            {"month": one, "not_scored": why} for one, why in away.items()
        ]
        facts: dict[str, Any] = {"months_worked": "12", "maternity_leave": bool(away)}
        verdict = oracle.year({"leadership": "none", "year": facts, "months": rows}, SETTLED)
        assert verdict.kind == "rated", (code, verdict)
        assert verdict.score is not None
        return verdict.score
