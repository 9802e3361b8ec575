"""From the months or quarters of one person to the parts of a roll-up, in words; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from thuocdo.engine import Period
from thuocdo.kernel.exact import fraction_text, parse_fraction

NOT_YET = "not_yet"
NOT_SENT = "kết quả ở {}, nơi công tác mới chưa nhận bàn giao"
ELSEWHERE = "ở cơ quan khác, kết quả chưa bàn giao cho nơi này"
NOT_CAME = "chưa có kết quả nơi cũ gửi"
HELD_THERE = "kết quả nơi khác gửi do {} giữ, nơi công tác mới chưa nhập"
BOTH = "{} {} có cả kết quả ở đây và kết quả nơi khác gửi"
MOVED_ON = (
    "Người này đã chuyển công tác trong kỳ; cơ quan nơi đến tổng hợp, từ kết quả của mình và kết quả được bàn giao."
)
OWN_REASON = {
    "maternity": "nghỉ thai sản",
    "sick_leave": "nghỉ ốm theo chế độ",
    "unpaid_leave": "nghỉ không hưởng lương",
}
"""Kinds of absence for which the case format has a reason of its own (docs/case-format.md)."""
PARTS = {"month": "Tháng", "quarter": "Quý"}


@dataclass(frozen=True)
class Part:
    """One month or quarter: its exact score, or why there is none (`reason` of the case format, `words` for people).

    `confirmation` is the result in force it comes from; `sent_by` names the former agency where that sent it, and
    `outside` is the result that came from outside the installation. `before`: before anything is known here.
    `conflict` says what stands in the way of averaging at all. `agency` and `member` are the membership it is of.
    """

    number: int
    score: Fraction | None = None
    confirmation: int | None = None
    sheet: int | None = None
    reason: str = NOT_YET
    words: str = ""
    sent_by: str = ""
    conflict: str = ""
    agency: int | None = None
    member: int | None = None
    outside: int | None = None
    before: bool = False

    def as_included(self) -> dict[str, Any]:
        """The part as it is frozen. Only for one with a score."""
        assert self.score is not None
        return {
            "number": self.number,
            "confirmation": self.confirmation,
            "score": fraction_text(self.score),
            "sent_by": self.sent_by,
        }

    def as_left_out(self) -> dict[str, Any]:
        return {"number": self.number, "reason": self.reason, "words": self.words}


def period_of(kind: str, year: int, number: int) -> Period:
    """The period as the engine names it; a year has no number. Raises ValueError for one that there is not."""
    return Period.model_validate({"kind": kind, "year": year, "number": None if kind == "year" else number})


def quarters_of(period: Period) -> tuple[int, ...]:
    """The quarters inside a half year or year, in order."""
    return tuple(sorted({(month + 2) // 3 for month in period.months}))


def month_range(year: int, month: int) -> tuple[date, date]:
    """First day, and the first day after the month."""
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def subject_of(base: dict[str, Any], unit: str, parts: Sequence[Part], decisions: dict[str, Any]) -> dict[str, Any]:
    """The facts of the roll-up in the case format; `unit` is month or quarter."""
    rows = [
        {unit: part.number, "score": fraction_text(part.score)}
        if part.score is not None
        else {unit: part.number, "not_scored": part.reason}
        for part in parts
    ]
    recorded = base.get("decisions", {})
    both = {**decisions, **recorded}
    return {**base, f"{unit}s": rows, **({"decisions": both} if both else {})}


def readable(parts: Sequence[Part], reached: Collection[int]) -> tuple[tuple[Part, ...], frozenset[int]]:
    """The parts without those of periods that are not `reached`, and the numbers of the latter."""
    hidden = frozenset(p.number for p in parts if p.member is not None and p.member not in reached)
    return tuple(Part(p.number, words=ELSEWHERE) if p.number in hidden else p for p in parts), hidden


def stale(
    included: Sequence[dict[str, Any]], left_out: Sequence[dict[str, Any]], now: Sequence[Part], unit: str
) -> str:
    """What changed since the roll-up was frozen, in words; empty where it still stands."""
    known = {one["number"]: one for one in included}
    words = []
    for part in now:
        before, name = known.get(part.number), f"{PARTS[unit].lower()} {part.number}"
        if before is None:
            words += [f"{name} đã có điểm"] if part.score is not None else []
        elif part.score is None:
            words.append(f"{name} không còn điểm đang có hiệu lực")
        elif part.confirmation != before["confirmation"] or part.score != parse_fraction(before["score"]):
            words.append(f"{name} đã sửa")
    fewer = {one["number"] for one in (*included, *left_out)} - {part.number for part in now}
    words += [f"{PARTS[unit].lower()} {number} không còn trong kỳ" for number in sorted(fewer)]
    return f"{', '.join(words)}: cần tính lại" if words else ""
