"""What the page of one sheet shows to its evaluator, whatever state the sheet is in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, queries, stored
from thuocdo.appraisals.changed import changes
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.seals import page_seal
from thuocdo.appraisals.shapes import Shape
from thuocdo.appraisals.sheets import Judging
from thuocdo.appraisals.year_sources import frozen_words
from thuocdo.engine import Outcome
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import now, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.judgement_form import form_of
from thuocdo.web.my_unit.judgement_scheme import judged_form
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.work.how_given import is_outside
from thuocdo.work.plausibility import Plausibility
from thuocdo.work.queries_evidence import beside_tasks
from thuocdo.work.volumes import plausibility

PANEL = "ben-phieu"
"""The place beside the head's table where a sheet is shown and judged without leaving the table."""
MODES = {"submitted": "open", "under_review": "judge", "confirmed": "done", "exempted": "exempted"}


def page(
    request: HttpRequest,
    sheet_id: int,
    document: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    *,
    reason: str = "",
    stand_in: bool = False,
    case: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The page in the sheet's present state; what was typed is kept beside a refusal."""
    judging = queries.sheet_to_evaluate(user_of(request), sheet_id, now())
    view, sheet = judging.view, judging.view.sheet
    typed = document if document is not None else view.document
    mode = MODES.get(sheet.state, "wait")
    if mode == "wait" and stand_in and judging.stand_in:
        mode = "stand_in"
    problems = problems_of(refusal) if refusal else []
    found = _found(user_of(request), judging, mode, typed)
    outcome = found.get("outcome")
    beside = beside_tasks(facts.base_lines(judging.base["subject"]), view.tasks)
    beside_table = request.headers.get("HX-Target") == PANEL
    context = {
        "base": "web/panel.html" if beside_table else "web/base.html",
        "panel": beside_table,
        "judging": judging,
        "beside": beside,
        "plausible": _plausible(judging),
        "unanswered": any(one.unanswered for one in beside.values()),
        "view": view,
        "sheet": sheet,
        "label": view.label,
        "mode": mode,
        "reason": reason,
        "version": sheet.version,
        "seen": page_seal(judging, beside),
        "changes": changes(judging),
        "flags": judging.flags,
        "situations": judging.situations,
        "sources": frozen_words(judging.base.get("sources", {})),
        "case": case or {},
        "on_paper": judging.view.paper,
        "judged_paper": judging.view.judged_paper,
        "proposal": judging.proposal,
        "due": view.due,
        "document": judging.base,
        "remarks": view.remarks,
        "confirmation": view.confirmation,
        "petition": view.petitions[-1] if view.petitions else None,
        "with_marks": mode == "stand_in",
        "problems": problems,
        "errors": by_field(problems),
        "unsent": _unsent(document, reason, mode),
        "try_problems": [],
        "outcome": None,
        **found,
        **shape_form(judging, outcome if mode in ("judge", "stand_in") else None, typed, mode, by_field(problems)),
    }
    return render(request, "web/my_unit/sheet.html", context, status=status_of(refusal))


def shape_form(
    judging: Judging, outcome: Outcome | None, typed: Mapping[str, Any], mode: str, errors: Mapping[str, str]
) -> dict[str, Any]:
    """The form of the sheet's shape: `form`, or `scheme_form` with the questions of the text."""
    view = judging.view
    if isinstance(view.shape, SchemeShape):
        if mode == "done" and view.confirmation:
            said = stored.read(view.confirmation.submission)
            typed = view.shape.typed_judgement(said, with_marks=False, recorded={})
        form = judged_form(view.shape, view.sheet, judging.base, outcome, typed, errors)
        return {"scheme_form": form, "comment": form.comment, "comment_label": "Ý kiến nhận xét của người đánh giá"}
    return {
        "outside": {t.code for t in view.tasks if is_outside(t)},
        "comment": str(typed.get("comment", "")),
        "comment_label": "Ý kiến nhận xét của người đánh giá (mục 6 Mẫu 01)",
        "form": form_of(
            view.book, judging.base, outcome, typed, leader=view.leader, with_marks=mode == "stand_in"
        )
    }


def _plausible(judging: Judging) -> Plausibility | None:
    """The month's volume beside the person's own months and like posts; only for a month, before deciding."""
    sheet = judging.view.sheet
    agency = sheet.member.agency_id
    if sheet.cycle.kind != "month" or agency is None or not judging.base["subject"].get("products"):
        return None
    if sheet.state not in ("drafting", "returned"):
        return judging.plausible
    month = date(sheet.cycle.year, sheet.cycle.number, 1)
    return plausibility(agency, [sheet.person_id], month).get(sheet.person_id)


def result(user: User, sheet_id: int, document: Mapping[str, Any]) -> dict[str, Any]:
    """Context of the result fragment: the outcome of a typed judgement, or what is wrong with it."""
    tried = _tried(user, queries.sheet_to_evaluate(user, sheet_id, now()), document)
    return {"outcome": None, **tried, "problems": tried.get("try_problems", [])}


def _found(user: User, judging: Judging, mode: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    view = judging.view
    if mode in ("judge", "stand_in", "open"):
        return _tried(user, judging, typed)
    return shown(queries.rate_document(view.confirmation), view.shape) if view.confirmation else {}


def _tried(user: User, judging: Judging, document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return shown(queries.preview_judgement(user, judging, document), judging.view.shape)
    except NotYours:
        raise
    except Refusal as refusal:
        return {"try_problems": problems_of(refusal)}


def shown(outcome: Outcome, shape: Shape) -> dict[str, Any]:
    """What the result fragment says of an outcome."""
    return {
        "outcome": outcome,
        "band_label": shape.label(outcome.band or outcome.level),
        "rated": outcome.level is not None,
    }


def _unsent(document: Mapping[str, Any] | None, reason: str, mode: str) -> str:
    """Texts typed into a form that the new state no longer has, so that they can be copied."""
    if mode in ("judge", "stand_in"):
        return ""
    typed = document or {}
    notes = [task.get("note", "") for task in typed.get("tasks", {}).values()]
    return "\n".join(text for text in (reason, typed.get("comment", ""), *notes) if text.strip())
