"""Which rule applies to whom in the officer's units, and recording a decision about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.rulesets import actions
from thuocdo.rulesets.queries import bindings_page
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problem_of
from thuocdo.web.organisation_office.people_typed import day_typed, one_id
from thuocdo.web.units import asked_for


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rule of each kind of people, or the sentence saying which is missing; a POST records a decision."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            actions.bind(
                by=user_of(request), at=now(), unit_id=one_id(request.POST, "unit", "Đơn vị"),
                subject_kind=request.POST.get("subject_kind", ""), rulebook=request.POST.get("rulebook", ""),
                overlays=request.POST.getlist("overlay"), periods=request.POST.get("periods", ""),
                start=day_typed(request.POST, "start", "Áp dụng từ ngày"),
                decided_by=request.POST.get("decided_by", ""), reason=request.POST.get("reason", ""),
            )
            messages.success(request, "Đã ghi quy định áp dụng.")
            return redirect("rule_bindings")
        except NotYours:
            raise
        except Refusal as refusal:
            problems = [problem_of(refusal)]
    found = bindings_page(user_of(request), today(), *asked_for(request))
    return render(request, "web/organisation_office/people/rules.html", {
        "page_of": found, "typed": request.POST, "problems": problems,
        "chosen_overlays": request.POST.getlist("overlay"), "errors": by_field(problems),
    }, status=400 if problems else 200)
