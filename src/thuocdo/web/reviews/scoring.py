"""Self-scoring of Party organisations: the list of a round, and the year of one organisation."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import Reading
from thuocdo.kernel.text import clean
from thuocdo.reviews import actions
from thuocdo.reviews.scoring import queries
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.attempts import attempt, unknown_act
from thuocdo.web.decisions.typed import number
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.organisation_office.people_typed import page_number

DONE = {"score": "Đã ghi kỳ tự chấm điểm.", "say": "Đã ghi ý kiến của cấp trên."}


@needs(Permission.SIGNED_IN)
@require_safe
def overview(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Organisations of a round with how many meetings were scored and recognised."""
    typed = clean(request.GET.get("tim", ""))[:80]
    found = queries.overview(user_of(request), party_round_id, typed, page_number(request.GET), now())
    keep = urlencode({"tim": typed}) + "&" if typed else ""
    context = {"found": found, "round": found.round, "typed": typed, "keep": keep}
    return render(request, "web/reviews/scorings.html", context)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, party_organisation_id: int, year: int) -> HttpResponse:
    """The meetings of a year: scores, and what the superior says of each."""
    act = request.POST.get("do", "")
    tried = attempt(request, lambda: _act(request, act, party_organisation_id, year), DONE.get(act, ""))
    if tried.went:
        return redirect("review_scoring", party_organisation_id, year)
    found = queries.scored(user_of(request), party_organisation_id, year, now())
    waiting = [p for p in found.places if p.standing is not None and p.standing.score.could]
    context = {
        "found": found,
        "round": found.round,
        "waiting": waiting,
        "typed": request.POST if tried.refusal else {"could": "1"},
        "act": act,
        **tried.shown,
    }
    return render(request, "web/reviews/scoring.html", context, status=tried.status)


def _act(request: HttpRequest, act: str, organisation_id: int, year: int) -> None:
    posted = request.POST
    given: dict[str, Any] = {"by": user_of(request), "at": now()}
    if act == "score":
        read = Reading()
        held = read(parse_day, posted.get("held_on", ""), label="Ngày sinh hoạt", field="held_on")
        read.done()
        kind, _, place = posted.get("place", "").partition("-")
        actions.score_itself(
            organisation_id=organisation_id,
            year=year,
            kind=kind,
            number=number(place),
            held_on=held,
            could=posted.get("could") == "1",
            marks={name.removeprefix("mark-"): posted.get(name, "") for name in posted if name.startswith("mark-")},
            total=posted.get("total", ""),
            reason=posted.get("reason", ""),
            **given,
        )
    elif act == "say":
        score, _, seen = posted.get("score", "").partition(".")
        actions.recognise_score(
            score_id=number(score),
            seen=number(seen),
            recognised=posted.get("recognised") == "1",
            words=posted.get("words", ""),
            **given,
        )
    else:
        raise unknown_act()
