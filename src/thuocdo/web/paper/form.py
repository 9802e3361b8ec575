"""The form of a paper sheet: what it shows and what it sends, for either shape of rulebook."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict

from thuocdo.appraisals.actions.paper import Paper, TaskOnPaper
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import is_unreported, of_points
from thuocdo.appraisals.paper.queries import PaperForm
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.typed import mark_step, read_self
from thuocdo.kernel.errors import Refusal
from thuocdo.web.forms import Problem, by_field, problem_of
from thuocdo.web.my_month import page, scheme, typed
from thuocdo.web.my_month.scheme_rows import own_rows
from thuocdo.web.my_month.scheme_rows import running as scheme_running
from thuocdo.web.my_month.scores import mark_groups, running
from thuocdo.web.my_work.typed import uploaded
from thuocdo.web.organisation_office.people_typed import day_typed

Problems = tuple[Problem, ...]


def document_of(form: PaperForm, posted: Mapping[str, str]) -> dict[str, Any]:
    """The self document as the paper says it."""
    return scheme.document_of(posted) if isinstance(form.shape, SchemeShape) else typed.self_document(posted)


def tasks_of(form: PaperForm, posted: QueryDict) -> tuple[list[TaskOnPaper], list[Problem]]:
    """The results typed that differ from what is recorded, and what cannot be read of them."""
    raw = typed.typed_tasks(posted)
    found: list[TaskOnPaper] = []
    problems: list[Problem] = []
    for task in form.tasks:
        fields = raw.get(task.pk, {})
        if not fields or not typed.changed(task, fields):
            continue
        read = typed.read_report(task, fields)
        problems += read.problems
        version = fields.get("version", "")
        if read.report is not None:
            seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
            found.append(TaskOnPaper(task.pk, seen, read.report))
    return found, problems


def paper_of(request: HttpRequest) -> Paper:
    """The ground of the entry. Raises Refusal with the field."""
    signed = day_typed(request.POST, "signed_on", "Ngày ký bản giấy")
    return Paper(signed, request.POST.get("number", ""), uploaded(request))


def problems_of(refusal: Refusal) -> Problems:
    """What the action refused, by the ids of the inputs."""
    return page.problems_of(refusal) if isinstance(refusal, Refused) else (problem_of(refusal),)


def context(form: PaperForm, posted: QueryDict, problems: Problems = ()) -> dict[str, Any]:
    """Everything the page shows; what was typed stays as typed."""
    document, errors = document_of(form, posted), by_field(problems)
    if not posted:
        document |= form.shape.start(form.sheet)
    outcome = form.preview(document)
    shown = {
        "form": form, "sheet": form.sheet, "label": form.label, "document": document, "posted": posted,
        "problems": problems, "errors": errors,
    }
    if isinstance(form.shape, SchemeShape):
        asked = form.shape.asked(form.sheet)
        return shown | {
            "scheme": asked.scheme, "groups": own_rows(asked.own, document.get("fields", {}), errors),
            "running": scheme_running(outcome, form.shape.label(outcome.level or outcome.band)),
        }
    book = of_points(form.shape.book)
    refused = read_self(book, document, complete=False)[1]
    groups = mark_groups(book, document["marks"], refused | _refused_marks(problems))
    raw = {str(key): fields for key, fields in typed.typed_tasks(posted).items()}
    return shown | {
        "scheme": None, "groups": groups, "step": mark_step(book),
        "running": running(book, groups, outcome, unclear=page.unclear(form.tasks, outcome)),
        "tasks": page.task_rows(form.tasks, raw, outcome, book, problems),
        "unreported": sum(1 for task in form.tasks if is_unreported(task)),
    }


def _refused_marks(problems: Problems) -> dict[str, str]:
    return {f"marks.{p.field.removeprefix('mark-')}": p.message for p in problems if p.field.startswith("mark-")}
