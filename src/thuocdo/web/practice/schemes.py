"""The practised sheet of a scheme: the real form, check-answers page and “Vì sao?”, kept in the session alone."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import practice_schemes as practice
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.sheets import SheetView
from thuocdo.kernel.errors import NotYours
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem
from thuocdo.web.my_month import scheme
from thuocdo.web.my_month.views import rule_path
from thuocdo.web.practice.state import State

SLUGS = {"thang": "month", "quy": "quarter", "nam": "year"}
NAMES = {period: slug for slug, period in SLUGS.items()}
NONE = "Không có bài tập này: quy định áp dụng cho đơn vị của ông/bà hôm nay không có phiếu của kỳ đó. Hãy về Tập làm."


@dataclass(frozen=True)
class _Open:
    """The exercise of this request."""

    state: State
    slug: str
    view: SheetView
    shape: SchemeShape
    filed: bool

    @property
    def path(self) -> str:
        return reverse("practice_scheme", args=[self.slug])

    def keep(self, document: dict[str, Any], *, filed: bool = False) -> None:
        self.state.keep_scheme(SLUGS[self.slug], self.shape.book.hash, document, filed=filed)

    def typed(self, request: HttpRequest) -> dict[str, Any]:
        """What was posted, of the fields that there are."""
        document, asked = scheme.document_of(request.POST), self.shape.asked(self.view.sheet)
        return document | {"fields": {n: text for n, text in document["fields"].items() if asked.spec(n)}}

    def problems(self, document: dict[str, Any], *, complete: bool) -> tuple[Problem, ...]:
        found = self.shape.problems(self.view.sheet, document, complete=complete)
        return tuple(Problem(message, field) for field, message in found.items())

    def context(self, document: dict[str, Any], problems: tuple[Problem, ...] = ()) -> dict[str, Any]:
        found = scheme.shown(self.view, self.shape, document, problems, partial(practice.rated, self.view))
        return found | {"sheet": replace(found["sheet"], practice=self.path)}


def _open(request: HttpRequest, slug: str) -> _Open:
    exercise = practice.exercises(user_of(request), today()).get(SLUGS.get(slug, ""))
    if exercise is None:
        raise NotYours(NONE)
    state = State(request)
    kept = state.scheme(exercise.period, exercise.book.hash)
    view = practice.view_of(exercise, kept.get("document", {"fields": {}}), now())
    return _Open(state, slug, view, SchemeShape(exercise.book), bool(kept.get("filed")))


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; POST saves or goes on, as on the real one."""
    one = _open(request, slug)
    if request.method == "GET":
        return render(request, "web/my_month/scheme_sheet.html", one.context(one.view.document))
    document, on = one.typed(request), request.POST.get("do") == "review"
    one.keep(document)
    problems = one.problems(document, complete=on)
    if problems:
        filled = one.context(document, problems)
        return render(request, "web/my_month/scheme_sheet.html", filled, status=400 if on else 200)
    return redirect("practice_scheme_review" if on else "practice_scheme", slug)


@needs(Permission.SIGNED_IN)
@require_POST
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Autosave into the session (htmx fragment)."""
    one = _open(request, slug)
    document = one.typed(request)
    one.keep(document)
    return render(request, "web/my_month/_scheme_running.html", one.context(document) | {"saved_at": now()})


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Check the answers; POST files the exercise, which goes nowhere."""
    one = _open(request, slug)
    if request.method == "GET":
        return render(request, "web/my_month/scheme_review.html", one.context(one.view.document))
    document = one.typed(request)
    problems = one.problems(document, complete=True)
    if problems:
        return render(request, "web/my_month/scheme_sheet.html", one.context(document, problems), status=400)
    one.keep(document, filed=True)
    return redirect("practice_scheme_result", slug)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET"])
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """“Vì sao?” of the exercise."""
    one = _open(request, slug)
    if not one.filed:
        return redirect("practice_scheme", slug)
    bill = practice.explained(one.view, one.view.document)
    context = {"bill": bill, "why": None, "rule_path": rule_path(bill), "again": one.path}
    return render(request, "web/practice/result.html", context)
