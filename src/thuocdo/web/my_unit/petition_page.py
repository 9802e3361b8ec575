"""What the page of one petition shows to the head who answers it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from thuocdo.accounts.models import User
from thuocdo.appraisals import queries
from thuocdo.appraisals.corrections import Correcting, correcting, preview_correction
from thuocdo.appraisals.models import Confirmation, Petition
from thuocdo.appraisals.shapes import Shape
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import now, today, user_of
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_unit.judged_anew import form_anew, shown
from thuocdo.web.my_unit.replies import problems_of, status_of


def due_words(petition: Petition, on: date) -> str:
    """How long is left until the answer is due, in words; nothing once it is answered."""
    if petition.state != Petition.State.RECEIVED or petition.answer_by is None:
        return ""
    left = (petition.answer_by - on).days
    if left < 0:
        return f"quá hạn {-left} ngày"
    return "hạn là hôm nay" if left == 0 else f"còn {left} ngày"


def page(
    request: HttpRequest,
    petition_id: int,
    document: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    *,
    reasons: str = "",
    answer: str = "",
) -> HttpResponse:
    """The petition, the result it is about, and while it waits both ways to answer, typed text kept."""
    found = correcting(user_of(request), petition_id, now())
    typed = document if document is not None else found.document
    tried = _tried(user_of(request), found, typed) if _waits(found) else {}
    problems = problems_of(refusal) if refusal else []
    if document is None:
        problems = [Problem(p.message, "reasons" if p.field == "answer" else p.field) for p in problems]
    return render(
        request,
        "web/my_unit/petition.html",
        {
            "found": found,
            "petition": found.petition,
            "sheet": found.sheet,
            "label": found.sheet.cycle.label,
            "waits": _waits(found),
            "due": due_words(found.petition, today()),
            "reasons": reasons,
            "answer": answer,
            "quota_reason": request.POST.get("quota_reason", ""),
            "recusal": request.POST.get("recusal", ""),
            "versions": [_version(c, found.shape) for c in found.confirmations],
            "proposal": found.proposal,
            "with_marks": found.with_marks,
            "document": found.base,
            "problems": problems,
            "errors": by_field(problems),
            "correcting": document is not None,
            "try_problems": [],
            "outcome": None,
            **tried,
            **form_anew(
                found.sheet,
                found.shape,
                found.base,
                tried.get("outcome"),
                typed,
                by_field(problems),
                with_marks=found.with_marks,
            ),
        },
        status=status_of(refusal),
    )


def result(user: User, petition_id: int, document: Mapping[str, Any]) -> dict[str, Any]:
    """Context of the result fragment."""
    tried = _tried(user, correcting(user, petition_id, now()), document)
    return {"outcome": None, **tried, "problems": tried.get("try_problems", [])}


def _waits(found: Correcting) -> bool:
    return found.petition.state == Petition.State.RECEIVED


def _tried(user: User, found: Correcting, document: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return shown(preview_correction(user, found, document), found.shape)
    except NotYours:
        raise
    except Refusal as refusal:
        return {"try_problems": problems_of(refusal)}


def _version(confirmation: Confirmation, shape: Shape) -> dict[str, Any]:
    return {"confirmation": confirmation, **shown(queries.rate_document(confirmation), shape)}
