"""The judgement form under a scheme: the owner's marks beside the rater's, own facts, open questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.engine import Outcome
from thuocdo.web.my_month.scheme_rows import InputGroup, judged_rows
from thuocdo.web.my_unit.judgement_form import QuestionRow, question_row


@dataclass(frozen=True)
class SchemeForm:
    """What the page shows: fields by group, questions of the text, the comment."""

    groups: tuple[InputGroup, ...]
    questions: tuple[QuestionRow, ...]
    comment: str


def judged_form(
    shape: SchemeShape,
    sheet: Sheet,
    base: Mapping[str, Any],
    outcome: Outcome | None,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
) -> SchemeForm:
    """The form over the owner's document (or what the records say, for a stand-in) and what was typed."""
    groups = judged_rows(
        shape.asked(sheet).groups,
        shape.starting(sheet, base),
        typed.get("fields", {}),
        typed.get("reasons", {}),
        errors,
    )
    questions = tuple(question_row(q, typed) for q in outcome.open_points) if outcome else ()
    decided = typed.get("decisions", {})
    return SchemeForm(groups, questions + _kept(shape, decided, questions), str(typed.get("comment", "")))


def _kept(
    shape: SchemeShape, decided: Mapping[str, Any], questions: tuple[QuestionRow, ...]
) -> tuple[QuestionRow, ...]:
    """Questions that were answered are no longer asked; the answers stay in the form."""
    points = {p.id: p for p in shape.book.open_points}

    def words(point: str, reading: str) -> str:
        found = points.get(point)
        label = next((r.label for r in found.readings if r.id == reading), reading) if found else reading
        return f"{found.question} Đã quyết định: {label}" if found else f"Đã quyết định: {label}"

    shown = {q.field for q in questions}
    return tuple(
        QuestionRow(
            f"decisions.{point}",
            words(point, str(made.get("reading"))),
            (),
            (),
            f"decisions.{point}.reason",
            str(made.get("reason", "")),
            str(made.get("reading", "")),
        )
        for point, made in decided.items()
        if f"decisions.{point}" not in shown and made.get("reading")
    )
