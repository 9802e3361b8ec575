"""The documents that submissions freeze: texts plus `subject`, as canonical JSON, and reading them back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from thuocdo.appraisals.facts import Subject, canonical, digest_of, is_unreported, period_data
from thuocdo.appraisals.models import Sheet, Submission
from thuocdo.appraisals.typed import SelfDocument
from thuocdo.appraisals.typed_judgement import Judgement
from thuocdo.work.models import Task


def frame(sheet: Sheet) -> dict[str, Any]:
    """What every stored document says about its sheet: the period and the pinned rule."""
    cycle, member = sheet.cycle, sheet.member
    return {
        "period": period_data(cycle),
        "rulebook": {"key": member.rulebook, "overlays": list(member.overlays), "hash": member.rulebook_hash},
        "position": member.position,
        "unit": member.unit.name,
        "task_group": member.task_group,
    }


def self_json(sheet: Sheet, document: SelfDocument, tasks: Iterable[Task], subject: Subject) -> str:
    """The owner's submitted document."""
    rows = list(tasks)
    return canonical(
        frame(sheet)
        | {
            "strengths": document.strengths,
            "shortcomings": document.shortcomings,
            "unreported": [t.code for t in rows if is_unreported(t)],
            "reports": {
                t.code: {"cause": t.cause, "evidence": t.evidence, "due": t.due_date.isoformat(), **_conversion(t)}
                for t in rows
            },
            "subject": subject,
        }
    )


def _conversion(task: Task) -> dict[str, str]:
    """How work that is hard to count was converted, by whose choice; nothing for other work."""
    return {"conversion": task.conversion_note} if task.conversion_note else {}


def judgement_json(
    sheet: Sheet, judgement: Judgement, base: Mapping[str, Any], subject: Subject, *, over: int | None
) -> str:
    """The evaluator's document over submission number `over` (None for a stand-in); the owner's texts stay
    with it."""
    return canonical(
        frame(sheet)
        | {
            "over": over,
            "comment": judgement.comment,
            "factor_reasons": judgement.factor_reasons,
            "notes": {code: line.note for code, line in judgement.tasks.items() if line.note},
            "strengths": base.get("strengths", ""),
            "shortcomings": base.get("shortcomings", ""),
            "unreported": base.get("unreported", []),
            "reports": base.get("reports", {}),
            "subject": subject,
        }
        | paper_of(base)
    )


def paper_of(base: Mapping[str, Any]) -> dict[str, Any]:
    """What a judged document says about the paper its owner's part was entered from; nothing where there is none."""
    return {"paper": base["paper"]} if "paper" in base else {}


def read(submission: Submission) -> dict[str, Any]:
    """The document of a submission."""
    return parsed(submission.document)


def parsed(text: str) -> dict[str, Any]:
    """The same of its text."""
    document: dict[str, Any] = json.loads(text)
    return document


def add(sheet: Sheet, part: Submission.Part, text: str, *, number: int, **who: Any) -> Submission:
    """Append a submission to a sheet; `who` is `author` and `at`."""
    return Submission.objects.create(
        sheet=sheet, number=number, part=part, document=text, digest=digest_of(text), **who
    )


def latest(sheet: Sheet, part: Submission.Part | None = None) -> Submission | None:
    """The last submission of a sheet, of one part or of any."""
    rows = sheet.submissions.all() if part is None else sheet.submissions.filter(part=part)
    return rows.order_by("-number").first()


def next_number(sheet: Sheet) -> int:
    """The number of the next submission; the sheet is locked."""
    last = latest(sheet)
    return last.number + 1 if last else 1
