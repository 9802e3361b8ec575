"""The score as it builds up: what each field adds, group by group, and the total so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from thuocdo.appraisals.previous import LastTime
from thuocdo.appraisals.typed import Problems, Step, mark_step, read_marks
from thuocdo.engine import Finding, Outcome, Rulebook
from thuocdo.engine.rulebook import Citation
from thuocdo.kernel.exact import decimal_vi
from thuocdo.kernel.typed import format_points, parse_points

CHOICES = 5
_CHOSEN = ("settled_by_overlay", "settled_by_decision")


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
    """A group of criteria with the points it has so far. `keep` names the marks of the period before, one
    for each criterion, where the whole group can be kept; `keep_from` is that period."""

    slug: str
    code: str
    label: str
    maximum: str
    points: str
    fields: tuple[MarkField, ...]
    keep: tuple[str, ...] = ()
    keep_from: str = ""


@dataclass(frozen=True)
class Choice:
    """A point the law leaves open that this result used, as somebody chose it: what, by whom, where."""

    question: str
    reading: str
    by: str
    cite: str


@dataclass(frozen=True)
class Running:
    """The running total. `band` is empty while something is missing or left open; `open` says what.

    `interim` is the result part if every task not yet reported stays undone; empty when not asked for. `unclear` names
    the tasks of which it must be said which products had how many occurrences: the id of the field, and words.
    """

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
    chosen: tuple[Choice, ...]
    interim: str
    unclear: tuple[tuple[str, str], ...] = ()


def kept_marks(book: Rulebook, slug: str, last: LastTime | None) -> dict[str, str]:
    """The marks of the period before for one group, if the rule of this sheet takes every one of them."""
    group = next((g for g in book.criteria_groups if g.slug == slug), None)
    if group is None or last is None or any(c.slug not in last.marks for c in group.criteria):
        return {}
    marks = {c.slug: last.marks[c.slug] for c in group.criteria}
    problems = Problems()
    read_marks(book, marks, problems, complete=False)
    return {} if problems else marks


def mark_groups(
    book: Rulebook, marks: Mapping[str, Any], problems: Mapping[str, str], last: LastTime | None = None
) -> tuple[MarkGroup, ...]:
    """The form's groups. A mark with a problem (by `marks.<slug>`) counts nothing and says why."""
    groups, so_far, step = [], 0, mark_step(book)
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
                    _choices(most, step),
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
                tuple(kept_marks(book, group.slug, last).values()),
                last.label if last is not None else "",
            )
        )
    return tuple(groups)


def _choices(most: int, step: Step | None) -> tuple[str, ...]:
    """Points offered as buttons: even fifths of the maximum, or only its ends where those are not plain or
    off the written step."""
    fifths = [most * k // CHOICES for k in range(CHOICES + 1)]
    off = most % CHOICES or (step and step.settled and any(value % step.hundredths for value in fifths))
    return tuple(format_points(value) for value in ((0, most) if off else fifths))


def running(
    book: Rulebook,
    groups: tuple[MarkGroup, ...],
    outcome: Outcome,
    if_undone: Outcome | None = None,
    unclear: tuple[tuple[str, str], ...] = (),
) -> Running:
    """The total so far, from the engine's findings for what was readable. `if_undone` is the engine's result
    with the tasks not yet reported taken as not done."""
    fields = [f for g in groups for f in g.fields]
    values = {f.id: f.value for f in outcome.findings}
    general = values.get("general.total") or Fraction(0)
    results = values.get("results.points")
    total = outcome.score if outcome.score is not None else general + (results or 0)
    band = book.level(outcome.band).label if outcome.band and outcome.kind == "scored" else ""
    return Running(
        general=decimal_vi(general),
        general_max=decimal_vi(Fraction(book.book.general.max)),
        results=decimal_vi(results) if results is not None else "chưa tính được" if unclear else "chưa có",
        results_max=decimal_vi(Fraction(book.book.total.ceiling)),
        total=decimal_vi(total),
        exact=f"{total.numerator}/{total.denominator}" if total.denominator != 1 else "",
        band=band,
        unread=tuple((f.slug, f.problem) for f in fields if f.problem),
        empty_marks=sum(1 for f in fields if not f.typed.strip()),
        open=tuple(p.question_vi for p in outcome.open_points),
        chosen=tuple(_chosen(book, f) for f in outcome.findings if f.effect in _CHOSEN),
        interim=_results(if_undone) if if_undone is not None else "",
        unclear=unclear,
    )


def _chosen(book: Rulebook, found: Finding) -> Choice:
    said = dict(found.inputs)
    question = book.point(found.id.removeprefix("open.")).question_vi
    cite = "; ".join(c.text() for c in found.cite)
    return Choice(question, said["Cách hiểu"], said["Người quyết định"], cite)


def _results(outcome: Outcome) -> str:
    found = next((f.value for f in outcome.findings if f.id == "results.points"), None)
    return decimal_vi(found) if found is not None else ""
