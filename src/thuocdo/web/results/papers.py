"""The papers filed with a person's year: the list with the officer's form, and one PDF."""

from datetime import date
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.results import actions
from thuocdo.results.models import YearPaper
from thuocdo.results.papers.queries import year_paper_file, year_papers
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import day_or_none, number
from thuocdo.web.forms import by_field, problems_of
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.my_work.typed import uploaded
from thuocdo.web.results.kept import by_kept_code


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
@by_kept_code
def papers(request: HttpRequest, person_id: int, year: int) -> HttpResponse:
    """The list; a POST of the officer files a paper or puts it in the place of `replaces`. A look is recorded."""
    user, at = user_of(request), now()

    def page(refusal: Refusal | None) -> HttpResponse:
        actions.record_results_view(person_id=person_id, year=year, by=user, at=at)
        found = year_papers(user, person_id, year, today())
        wanted = number(request.POST.get("replaces", "") or request.GET.get("thay", ""))
        problems = problems_of(refusal) if refusal else []
        context = {
            "found": found,
            "old": next((row for row in found.rows if row.pk == wanted), None),
            "kinds": YearPaper.Kind.choices,
            "typed": request.POST,
            "problems": problems,
            "errors": by_field(problems),
        }
        return render(request, "web/results/year_papers.html", context, status=status_of(refusal))

    if request.method != "POST":
        return page(None)
    try:
        _file(request, person_id, year)
    except NotYours:
        raise
    except Refusal as refusal:
        return page(refusal)
    messages.success(request, "Đã đính kèm giấy tờ; người này được báo.")
    return redirect("year_papers", person_id, year)


def _file(request: HttpRequest, person_id: int, year: int) -> None:
    posted = request.POST
    actions.file_year_paper(
        person_id=person_id, year=year, kind=posted.get("kind", ""), number=posted.get("number", ""),
        signed_on=_day(posted.get("signed_on", "")), issued_by=posted.get("issued_by", ""), upload=uploaded(request),
        replaces_id=number(posted.get("replaces", "")), reason=posted.get("reason", ""), by=user_of(request), at=now(),
    )  # fmt: skip


def _day(typed: str) -> date | None:
    """The day, None where it cannot be read: the action tells it with the form's other faults."""
    try:
        return day_or_none(typed, label="Ngày văn bản", field="signed_on")
    except Refusal:
        return None


@needs(Permission.SIGNED_IN)
@require_safe
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """One PDF as an attachment, never shown inside the product. A look of somebody else is recorded."""
    user = user_of(request)
    row, content = year_paper_file(user, paper_id, today())
    actions.record_results_view(person_id=row.person_id, year=row.year, by=user, at=now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename=\"giay-to.pdf\"; filename*=UTF-8''{quote(row.file_name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
