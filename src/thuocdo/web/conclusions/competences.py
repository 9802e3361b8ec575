"""Who decides for whom: the rows that hold, writing another, ending one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.conclusions import actions, queries
from thuocdo.conclusions.competence_steps import ROLES
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds import books
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.units import asked_for


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The rows; a POST of an officer adds or ends one."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            words = _end(request) if request.POST.get("do") == "end" else _add(request)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, words)
            return redirect("competences")
    found_now = queries.competences(
        user_of(request), now(), asked_for(request), asked_for(request, "body_unit", "tim-cap")
    )
    problems = problems_of(refusal) if refusal else []
    context = {
        "found": found_now,
        "rows": [(row, books.LABELS[row.kind], ROLES[row.role]) for row in found_now.rows],
        "kinds": list(books.LABELS.items()),
        "roles": list(ROLES.items()),
        "party_kinds": PartyOrganisation.Kind.choices,
        "typed": request.POST,
        "today": today(),
        "act": request.POST.get("do", "add" if request.POST else ""),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/conclusions/competences.html", context, status=status_of(refusal))


def _add(request: HttpRequest) -> str:
    posted: QueryDict = request.POST
    read = Reading()
    start = read(parse_day, posted.get("start", ""), label="Từ ngày", field="start")
    read.done()
    words: dict[str, Any] = {
        name: posted.get(name, "") for name in ("kind", "role", "party_kind", "body", "verifier", "basis")
    }
    keys: dict[str, Any] = {f"{name}_id": number(posted.get(name, "")) for name in ("unit", "party", "body_unit")}
    actions.record_competence(**words, **keys, start=start, by=user_of(request), at=now())
    return "Đã ghi phân cấp."


def _end(request: HttpRequest) -> str:
    key = number(request.POST.get("competence", ""))
    last = parse_day(request.POST.get(f"last-{key}", ""), label="Ngày cuối", field=f"last-{key}")
    actions.end_competence(competence_id=key, last=last, by=user_of(request), at=now())
    return "Đã ghi ngày cuối của dòng phân cấp."
