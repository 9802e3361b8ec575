"""Which rule applies to whom in the officer's units, and recording a decision about it."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.rulesets import actions
from thuocdo.rulesets.queries import bindings_page
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problems_of, words_typed
from thuocdo.web.organisation_office.people_typed import day_typed, one_id
from thuocdo.web.units import asked_for


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """The rule of each kind of people, or the sentence saying which is missing; a POST records a decision."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            _bind(request)
            messages.success(request, "Đã ghi quy định áp dụng.")
            return redirect("rule_bindings")
        except NotYours:
            raise
        except Refusal as refusal:
            problems = problems_of(refusal)
    found = bindings_page(user_of(request), today(), *asked_for(request))
    return render(request, "web/organisation_office/people/rules.html", {
        "page_of": found, "typed": request.POST, "problems": problems,
        "chosen_overlays": request.POST.getlist("overlay"), "errors": by_field(problems),
    }, status=400 if problems else 200)


def _bind(request: HttpRequest) -> None:
    posted, read = request.POST, Reading()
    unit = read(one_id, posted, "unit", "Đơn vị")
    kind = read(_kind, posted)
    start = read(day_typed, posted, "start", "Áp dụng từ ngày")
    decided_by = read(words_typed, posted, "decided_by", "Cấp quyết định")
    reason = read(words_typed, posted, "reason", "Căn cứ, lý do")
    read.done()
    actions.bind(
        by=user_of(request), at=now(), unit_id=unit, subject_kind=kind,
        rulebook=posted.get("rulebook", ""), overlays=posted.getlist("overlay"), periods=posted.get("periods", ""),
        start=start, decided_by=decided_by, reason=reason,
    )


def _kind(posted: Mapping[str, str]) -> str:
    if not posted.get("subject_kind"):
        said = "Chưa chọn đối tượng. Hãy chọn đối tượng theo quy định này."
        raise Refusal("binding.kind", said, field="subject_kind")
    return posted["subject_kind"]
