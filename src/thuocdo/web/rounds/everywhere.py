"""One page of work over every open round: own steps, those that the user records, one meeting for several rounds."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.rounds import books
from thuocdo.rounds.everywhere import STEPS, everywhere, take_in_all
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.people_typed import page_number
from thuocdo.web.rounds.work import shown_line, steps_typed


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest) -> HttpResponse:
    """Own steps and those that the user records, in every open round; day and place of a meeting typed once."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            typed = steps_typed(request.POST)
            given = {name: typed[name] for name in ("steps", "on", "place", "number")}
            made = take_in_all(by=user_of(request), at=now(), **given)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"Đã ghi {len(made)} bước." if made else "Các bước này đã được ghi trước đó.")
            return redirect(request.get_full_path())
    user, step, name = user_of(request), request.GET.get("viec", ""), clean(request.GET.get("tim", ""))[:80]
    found_now = everywhere(user, step, name, page_number(request.GET), now())
    problems, ticked = problems_of(refusal) if refusal else [], request.POST.getlist("step")
    lines = [
        [
            shown_line(line, books.rules_of(line.subject.round).graph, user, about=step, typed=ticked)
            for line in part
        ]
        for part in (found_now.own, found_now.others)
    ]
    context = {
        "found": found_now,
        "own": lines[0],
        "others": lines[1],
        "sorts": STEPS.items(),
        "step": step,
        "name": name,
        "keep": "".join(f"{urlencode({key: value})}&" for key, value in (("viec", step), ("tim", name)) if value),
        "typed": request.POST,
        "ticked": ticked,
        "today": today(),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/rounds/everywhere.html", context, status=status_of(refusal))
