"""“Vì sao?” of another person's sheet, for evaluators, officers, inspectors and answering heads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.queries import explanation, may_see_year_of
from thuocdo.web.access import allowed, needs, now, user_of
from thuocdo.web.my_month.views import rule_path
from thuocdo.web.my_month.why import explain
from thuocdo.web.versions import version_asked


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES, Permission.EVALUATE, Permission.ANSWER_PETITIONS)
@require_safe
def look(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The bill of the result, or of an earlier one (`ban`), read-only. The look is recorded first; the owner
    sees who looked and when."""
    user, at = user_of(request), now()
    actions.record_view(sheet_id=sheet_id, by=user, at=at)
    version = version_asked(request)
    bill = explanation(user, sheet_id, version, at=at)
    return render(
        request,
        "web/inspection/look.html",
        {
            "bill": bill,
            "sheet": bill.sheet,
            "inspects": bool(allowed(request) & {Permission.INSPECT, Permission.MANAGE_CYCLES}),
            "why": explain(bill),
            "rule_path": rule_path(bill),
            "may_year": version is None and may_see_year_of(bill.sheet, user, at),
        },
    )
