"""Levels of the year, decided on the month side, taken into a round by its officer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.conclusions import actions, year_taking
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.decisions.typed import numbers
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.people_typed import page_number


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Each civil servant's level of the year beside the round's step; those chosen or all are taken in."""
    user, refusal = user_of(request), None
    ticked = numbers(request.POST.getlist("subject"))
    typed = clean(request.GET.get("to-chuc-dang", ""))[:120]
    if request.method == "POST":
        chosen = None if request.POST.get("do") == "all" else ticked
        try:
            made, early = actions.take_year_levels(
                round_id=party_round_id, chosen=chosen, by=user, at=now(), typed=typed
            )
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            said = f"Đã đưa {made} mức năm vào đợt." if made else "Không có mức năm nào mới để đưa vào đợt."
            messages.success(request, said + (f" {early} người còn phải chờ bước trước." if early else ""))
            return redirect(request.get_full_path())
    page = year_taking.page(user, party_round_id, page_number(request.GET), now(), typed)
    problems = problems_of(refusal) if refusal else []
    context = {
        "found": page,
        "round": page.round,
        "ticked": ticked,
        "typed": typed,
        "keep": f"{urlencode({'to-chuc-dang': typed})}&" if typed else "",
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/rounds/year_levels.html", context, status=status_of(refusal))
