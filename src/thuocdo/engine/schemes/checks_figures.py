"""Figures of a scheme fit together: bands leave no gap, maxima add up, every comparison stays within int64."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.checks_refs import conditions_of
from thuocdo.engine.source import SourceFile

INT64 = 2**63 - 1
# The widest sum that a comparison multiplies: six measures of hundredths (scheme_facts.MAX_NUMBER and money).
WIDEST = 6 * 10**11
HUNDRED, MONTHS = 100, 12


def check_figures(scheme: schema.Scheme, source: SourceFile, *, touching: bool) -> None:
    """All sums and ranges of one scheme. `touching`: whether two bands may both hold the point where they meet
    (a chosen reading of the text; the better level then counts). Raises `RulebookError`.
    """
    _check_maxima(scheme, source)
    _check_bands(scheme, source, touching)
    _check_scales(scheme, source)
    _check_percents(scheme, source)
    _check_width(scheme, source)


# --- maxima --------------------------------------------------------------------------------------


def _known(values: Iterator[Any]) -> tuple[Decimal, bool]:
    """The sum of the known maxima, and whether all are known."""
    listed = list(values)
    total = sum((value for value in listed if isinstance(value, Decimal)), Decimal(0))
    return total, all(isinstance(value, Decimal) for value in listed)


def _check_maxima(scheme: schema.Scheme, source: SourceFile) -> None:
    if scheme.score is None:
        return
    for i, group in enumerate(scheme.score.groups):
        if not group.parts or not isinstance(group.max, Decimal):
            continue
        total, known = _known(part.max for part in group.parts)
        if total > group.max or (known and total != group.max):
            raise source.error(
                ("score", "groups", i, "max"),
                f"điểm tối đa của nhóm “{group.slug}” là {group.max} nhưng cộng các mục được {total}",
                "Sửa cho tổng bằng nhau.",
                article=", ".join(group.cite),
            )
    for role in scheme.roles:
        _check_role(scheme.score, role, source)


def _check_role(score: schema.Score, role: str, source: SourceFile) -> None:
    if not isinstance(score.max, Decimal):
        return
    groups = [group for group in score.groups if role in group.roles]
    plain, known = _known(group.max for group in groups if not group.bonus)
    total, all_known = _known(group.max for group in groups)
    fits = plain <= score.max if not known else plain == score.max or (all_known and total == score.max)
    if not fits:
        raise source.error(
            ("score", "max"),
            f"thang điểm là {score.max} nhưng cộng các nhóm của vai trò “{role}” được {plain}",
            "Sửa cho tổng bằng nhau (nhóm điểm thưởng ghi bonus = true).",
            article=", ".join(score.cite),
        )


# --- bands ---------------------------------------------------------------------------------------


class Range:
    """The scores at which a level may hold, as far as the text bounds them."""

    def __init__(self, level: schema.Level, index: int, tests: list[schema.ScoreTest]) -> None:
        self.level, self.index = level, index
        self.low_open = any("open" in (test.at_least, test.more_than) for test in tests)
        self.high_open = any("open" in (test.at_most, test.below) for test in tests)
        self.open = self.low_open or self.high_open
        lows = [(b, False) for t in tests if isinstance(b := t.at_least, Fraction)]
        lows += [(b, True) for t in tests if isinstance(b := t.more_than, Fraction)]
        highs = [(b, True) for t in tests if isinstance(b := t.at_most, Fraction)]
        highs += [(b, False) for t in tests if isinstance(b := t.below, Fraction)]
        self.low: tuple[Fraction, bool] = max(lows, default=(Fraction(0), False))  # True: the bound itself is out
        self.high: tuple[Fraction, bool] | None = min(highs, default=None)  # True: the bound itself is in


def _check_bands(scheme: schema.Scheme, source: SourceFile, touching: bool) -> None:
    found: list[Range] = []
    for index, level in enumerate(scheme.levels):
        tests = [test for test in level.when if isinstance(test, schema.ScoreTest)]
        if tests:
            found.append(Range(level, index, tests))
    for band in found:
        _check_band(scheme, source, band)
    for above, band in pairwise([band for band in found if not band.low_open]):
        _check_falling(source, above, band)
    for above, band in pairwise(found):
        if not above.low_open:
            _check_pair(scheme, source, above, band, touching)
    covered = scheme.gap is not None or any(level.otherwise for level in scheme.levels)
    only = len(found) == len([level for level in scheme.levels if not level.otherwise])
    if found and only and not covered and not found[-1].low_open and found[-1].low != (Fraction(0), False):
        raise _wrong(
            source, found[-1], "mức thấp nhất không bắt đầu từ 0", "Ghi mức cho phần còn lại, hoặc khai báo gap."
        )


def _check_band(scheme: schema.Scheme, source: SourceFile, band: Range) -> None:
    if band.open:
        return
    if band.high is not None:
        end, included = band.high
        start, left_out = band.low
        if end < start or (end == start and (left_out or not included)):
            raise _wrong(source, band, f"mức “{band.level.code}” không chứa điểm nào", "Sửa cận dưới hoặc cận trên.")
    if scheme.score is None:
        return
    groups = [group.max for group in scheme.score.groups]
    if not isinstance(scheme.score.max, Decimal) or not all(isinstance(m, Decimal) for m in groups):
        return
    top = max(scheme.score.max, sum((m for m in groups if isinstance(m, Decimal)), Decimal(0)))
    if band.low[0] > top:
        raise _wrong(source, band, f"ngưỡng {band.low[0]} cao hơn tổng điểm tối đa {top}", "Sửa ngưỡng.")


def _check_falling(source: SourceFile, above: Range, band: Range) -> None:
    if band.low >= above.low:
        raise _wrong(
            source,
            band,
            f"ngưỡng {band.low[0]} không thấp hơn mức đứng trên ({above.low[0]})",
            "Xếp các mức từ cao xuống thấp, không chồng nhau.",
        )


def _check_pair(scheme: schema.Scheme, source: SourceFile, above: Range, band: Range, touching: bool) -> None:
    if band.high is None or band.high_open:
        return
    end, included = band.high
    start, left_out = above.low
    apart = end < start or (end == start and not included and left_out)
    both = end == start and included and not left_out
    if apart and scheme.gap is None:
        raise _wrong(
            source,
            band,
            f"có khoảng trống giữa “{band.level.code}” (đến {end}) và “{above.level.code}” (từ {start})",
            "Sửa cận cho liền nhau; nếu văn bản bỏ trống thì khai báo gap hoặc ghi “open”.",
        )
    if end > start or (both and not touching):
        raise _wrong(
            source,
            band,
            f"“{band.level.code}” (đến {end}) chồng lên “{above.level.code}” (từ {start})",
            "Sửa cận; nếu văn bản không rõ điểm nào thuộc mức nào thì ghi “open” và nêu ở open.toml.",
        )


def _wrong(source: SourceFile, band: Range, problem: str, remedy: str) -> Exception:
    return source.error(("levels", band.index), problem, remedy, article=", ".join(band.level.cite))


# --- scales and widths -----------------------------------------------------------------------------


def _check_scales(scheme: schema.Scheme, source: SourceFile) -> None:
    for i, group in enumerate(scheme.score.groups if scheme.score is not None else ()):
        if group.scale is None:
            continue
        for j, step in enumerate(group.scale.steps):
            if isinstance(step.points, Decimal) and isinstance(group.max, Decimal) and step.points > group.max:
                raise source.error(
                    ("score", "groups", i, "scale", "steps", j),
                    f"bậc “{step.id}” cho {step.points} điểm, hơn điểm tối đa {group.max} của nhóm",
                    "Sửa điểm của bậc hoặc điểm tối đa.",
                    article=", ".join(group.scale.cite),
                )
        steps = sorted(group.scale.steps, key=lambda step: step.at_least or Fraction(0))
        for low, high in pairwise(steps):
            if low.below != high.at_least:
                raise source.error(
                    ("score", "groups", i, "scale"),
                    f"hai bậc “{low.id}” và “{high.id}” chồng nhau hoặc không liền nhau",
                    "Cho below của bậc dưới bằng at_least của bậc trên.",
                    article=", ".join(group.scale.cite),
                )


def _check_percents(scheme: schema.Scheme, source: SourceFile) -> None:
    for i, quota in enumerate(scheme.quotas):
        raised = quota.raised.percent if quota.raised is not None else None
        for percent in (quota.percent, raised):
            if isinstance(percent, Decimal) and percent > HUNDRED:
                raise source.error(
                    ("quotas", i, "percent"), "tỷ lệ phải không quá 100%", "Sửa tỷ lệ.", article=", ".join(quota.cite)
                )
        if isinstance(quota.percent, Decimal) and raised is not None and raised < quota.percent:
            raise source.error(
                ("quotas", i, "raised"),
                f"tỷ lệ nâng {raised} thấp hơn tỷ lệ thường {quota.percent}",
                "Sửa tỷ lệ.",
                article=", ".join(quota.cite),
            )


def _check_width(scheme: schema.Scheme, source: SourceFile) -> None:
    """No product of a comparison leaves int64, whatever the facts are."""
    for path, condition, cite in conditions_of(scheme):
        item: Any = condition.share if isinstance(condition, schema.LevelsTest) else condition
        if not isinstance(item, schema.Comparison):
            continue
        for name in schema.Comparison.model_fields:
            bound = getattr(item, name)
            if isinstance(bound, Fraction) and _too_wide(bound):
                raise source.error(
                    (*path, name),
                    "con số quá dài nên phép so sánh không còn chính xác trong 64 bit",
                    "Viết con số ngắn hơn (không quá 4 chữ số thập phân, không quá 10000000).",
                    article=", ".join(cite),
                )


def _too_wide(bound: Fraction) -> bool:
    return max(WIDEST * HUNDRED * bound.denominator, WIDEST * bound.numerator) > INT64
