"""What is typed about a result from outside (pure)."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.exact import decimal_vi, is_terminating
from thuocdo.kernel.typed import parse_points, text_from

TOP = 10_000
"""100 points in hundredths: the scale of NĐ 335. Another scale is converted by nobody here."""
FIRST_YEAR = 2000
_PERIOD = re.compile(r"(tháng|quý)\s+([0-9]{1,2})\s*/\s*([0-9]{4})", re.ASCII | re.IGNORECASE)
_RATIO = re.compile(r"([0-9]{1,12})\s*/\s*([0-9]{1,12})", re.ASCII)
MOST = {"month": 12, "quarter": 4}


@dataclass(frozen=True)
class Typed:
    """One result as it was typed; all texts, the day read already (None where it could not be)."""

    period: str
    place: str
    basis: str
    score: str
    level: str
    document: str
    signed_on: date | None


@dataclass(frozen=True)
class Entry:
    """One result as it is stored; `period` is kind, year and number."""

    period: tuple[str, int, int]
    place: str
    basis: str
    score: Fraction
    level: str
    document: str
    signed_on: date


def period_from(typed: str, today: date) -> tuple[str, int, int]:
    """Kind, year, number from `tháng 3/2026` or `quý 1/2026`. Raises Refusal, also for a period that is not over."""
    match = _PERIOD.fullmatch(" ".join(typed.split()))
    if match is None:
        raise _wrong("period", "Kỳ: hãy ghi “tháng 3/2026” hoặc “quý 1/2026”.")
    kind = "month" if match[1].casefold() == "tháng" else "quarter"
    number, year = int(match[2]), int(match[3])
    if not 1 <= number <= MOST[kind] or year < FIRST_YEAR:
        raise _wrong("period", f"Kỳ: không có {match[1].lower()} {number}/{year}. Hãy sửa lại.")
    last = number if kind == "month" else 3 * number
    if (year, last) >= (today.year, today.month):
        raise _wrong("period", f"Kỳ: {match[1].lower()} {number}/{year} chưa kết thúc. Hãy ghi kỳ đã qua.")
    return kind, year, number


def score_from(typed: str) -> Fraction:
    """From 0 to 100: at most two decimals, or an exact fraction as `1023/12`. Raises Refusal; nothing is rounded.

    >>> score_from("85,25"), score_from("1023/12")
    (Fraction(341, 4), Fraction(341, 4))
    """
    ratio = _RATIO.fullmatch(typed.strip())
    try:
        if ratio is None:
            return Fraction(parse_points(typed, TOP, label="Điểm"), 100)
    except Refusal as refusal:
        raise _wrong("score", refusal.message) from refusal
    if int(ratio[2]) == 0:
        raise _wrong("score", "Điểm: mẫu số bằng 0. Hãy sửa lại phân số.")
    score = Fraction(int(ratio[1]), int(ratio[2]))
    if score > Fraction(TOP, 100):
        raise _wrong("score", f"Điểm: “{typed.strip()}” lớn hơn mức tối đa 100. Hãy ghi từ 0 đến 100.")
    return score


def score_words(score: Fraction) -> str:
    """As `score_from` reads it back: `85,25`, or the fraction where two decimals do not hold it."""
    return decimal_vi(score) if is_terminating(score, 2) else f"{score.numerator}/{score.denominator}"


def entry_from(typed: Typed, today: date) -> Entry:
    """Raises Several with all faults by field."""
    read = Reading()
    period = read(period_from, typed.period, today)
    place = read(text_from, typed.place, "Nơi gửi", "place", 200)
    basis = read(text_from, typed.basis, "Quy định đã áp dụng", "basis", 300)
    score = read(score_from, typed.score)
    level = read(text_from, typed.level, "Mức nơi gửi đã ghi", "level", 120, needed=False)
    document = read(text_from, typed.document, "Số, ký hiệu văn bản gửi", "document", 80)
    day = read(_day, typed.signed_on, today)
    read.done()
    return Entry(period, place, basis, score, level, document, day)


def _day(day: date | None, today: date) -> date:
    if day is None or day > today:
        raise _wrong("signed_on", "Ngày văn bản: hãy ghi ngày không sau hôm nay, ví dụ 05/08/2026.")
    return day


def _wrong(field: str, message: str) -> Refusal:
    return Refusal(f"outside_result.{field}", message, field=field)
