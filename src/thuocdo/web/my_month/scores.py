"""The score as it builds up: what each field adds, group by group, and the total so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuocdo.engine import Outcome, Rulebook
from thuocdo.engine.rulebook import Citation
from thuocdo.kernel.exact import decimal_vi
from thuocdo.kernel.typed import format_points, parse_points

CHOICES = 5


@dataclass(frozen=True)
class MarkField:
    """One general criterion on the form: its rule, what was typed, and the general points so far."""

    id: str
    slug: str
    code: str
    label: str
    maximum: str
    cite: tuple[Citation, ...]
    typed: str
    choices: tuple[str, ...]
    so_far: str
    problem: str


@dataclass(frozen=True)
class MarkGroup:
    """A group of criteria with the points it has so far."""

    slug: str
    code: str
    label: str
    maximum: str
    points: str
    fields: tuple[MarkField, ...]


@dataclass(frozen=True)
class Running:
    """The running total. `band` is empty while something is missing or left open; `open` says what."""

    general: str
    general_max: str
    results: str
    results_max: str
    total: str
    exact: str
    band: str
    unread: tuple[tuple[str, str], ...]
    empty_marks: int
    open: tuple[str, ...]


def mark_groups(
    book: Rulebook, marks: Mapping[str, Any], problems: Mapping[str, str]
) -> tuple[MarkGroup, ...]:
    """The form's groups. A mark with a problem (by `marks.<slug>`) counts nothing and says why."""
    groups, so_far = [], 0
    for group in book.criteria_groups:
        fields, points = [], 0
        for item in group.criteria:
            typed, most = str(marks.get(item.slug, "")), int(item.max * 100)
            problem = problems.get(f"marks.{item.slug}", "")
            value = parse_points(typed) if typed.strip() and not problem else None
            points, so_far = points + (value or 0), so_far + (value or 0)
            fields.append(
                MarkField(
                    f"mark-{item.slug}",
                    item.slug,
                    item.code,
                    item.label,
                    format_points(most),
                    book.cite(item.cite),
                    typed,
                    _choices(most),
                    "" if value is None else f"cộng dồn {format_points(so_far)}",
                    problem,
                )
            )
        groups.append(
            MarkGroup(
                group.slug,
                group.code,
                group.label,
                format_points(int(group.max * 100)),
                format_points(points),
                tuple(fields),
            )
        )
    return tuple(groups)


def _choices(most: int) -> tuple[str, ...]:
    """Points offered as buttons: even fifths of the maximum, or only its ends where those are not plain."""
    if most % CHOICES:
        return (format_points(0), format_points(most))
    return tuple(format_points(most * k // CHOICES) for k in range(CHOICES + 1))


def running(book: Rulebook, groups: tuple[MarkGroup, ...], outcome: Outcome) -> Running:
    """The total so far, from the engine's findings for what was readable."""
    fields = [f for g in groups for f in g.fields]
    values = {f.id: f.value for f in outcome.findings}
    general = values.get("general.total") or Fraction(0)
    results = values.get("results.points")
    total = outcome.score if outcome.score is not None else general + (results or 0)
    band = book.level(outcome.band).label if outcome.band and outcome.kind == "scored" else ""
    return Running(
        general=decimal_vi(general),
        general_max=decimal_vi(Fraction(book.book.general.max)),
        results=decimal_vi(results) if results is not None else "chưa có",
        results_max=decimal_vi(Fraction(book.book.total.ceiling)),
        total=decimal_vi(total),
        exact=f"{total.numerator}/{total.denominator}" if total.denominator != 1 else "",
        band=band,
        unread=tuple((f.slug, f.problem) for f in fields if f.problem),
        empty_marks=sum(1 for f in fields if not f.typed.strip()),
        open=tuple(p.question_vi for p in outcome.open_points),
    )
