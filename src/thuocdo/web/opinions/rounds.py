"""Rounds of opinions: the first page, beginning one, and its organiser's page."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals.actions import record_view
from thuocdo.appraisals.opinions_beside import opinions_beside
from thuocdo.ballots.voting import voters_about
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.typed import format_points
from thuocdo.opinions import actions, organising, queries, rules
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.asks import Suggested
from thuocdo.opinions.models import OpinionParty, OpinionQuestion, OpinionRound
from thuocdo.web import forms
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.decisions.typed import number, numbers
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.units import asked_for

PLACES = range(1, rules.MOST_QUESTIONS + 1)


@needs(Permission.SIGNED_IN)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What to answer, what was said about oneself, the rounds one prepares."""
    desk = queries.desk(user_of(request), now(), typed=asked_for(request).typed)
    return render(request, "web/opinions/desk.html", {"desk": desk})


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose whom to ask about and what, and how it is kept; a POST begins the round."""
    asked = request.POST if request.method == "POST" else request.GET
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _begin(request)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    shown = organising.preparing(user_of(request), number(asked.get("ky", "")), number(asked.get("don-vi", "")), now())
    problems = problems_of(refusal)
    chosen = set(numbers(request.POST.getlist("subjects")))
    every = not request.POST and len(shown.people) <= rules.MOST_SUBJECTS
    context: dict[str, Any] = {
        "found": shown,
        "people": [
            (str(one.pk), one.person.full_name, one.position, taken, one.pk in chosen or (every and not taken))
            for one, taken in shown.people
        ],
        "cut": len(shown.people) == queries.LISTED,
        "questions": question_lines(request, shown.suggested),
        "kinds": OpinionQuestion.Kind.choices,
        "told": OpinionRound.Told.choices,
        "typed": typed_settings(request, secret=shown.asked is None or shown.asked.secret is not False),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/opinions/new.html", context, status=status_of(refusal))


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_safe
def beside(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """What was said about a sheet's person, as a part of the sheet's page or alone. Who is not the evaluator leaves a
    trace, as with the sheet itself."""
    user, at = user_of(request), now()
    found = opinions_beside(user, sheet_id, at)
    if not found.evaluates:
        record_view(sheet_id=sheet_id, by=user, at=at)
    page = "web/opinions/_beside.html" if request.headers.get("HX-Request") else "web/opinions/beside.html"
    return render(request, page, {"sheet": found.sheet, "result": found.result, "evaluates": found.evaluates})


def problems_of(refusal: Refusal | None) -> list[Problem]:
    """Every problem, linked to its input."""
    return forms.problems_of(refusal) if refusal else []


def typed_settings(request: HttpRequest, *, secret: bool) -> dict[str, str]:
    """How the round is done, as typed or as usual."""
    usual = {
        "basis_text": "", "secret": "1" if secret else "0", "threshold": str(rules.USUAL), "told": "figures",
        "closes_on": "",
    }  # fmt: skip
    return {name: request.POST.get(name, usual[name]) for name in usual}


def question_lines(request: HttpRequest, suggested: Sequence[Suggested]) -> list[tuple[int, str, str, str, str]]:
    """Place, label, kind, maximum and the name of its input of every line, as typed or as suggested."""
    rows = []
    for place in PLACES:
        label, kind, most = (request.POST.get(f"{name}-{place}", "") for name in ("question", "kind", "maximum"))
        if not request.POST and place <= len(suggested):
            one = suggested[place - 1]
            label, most = one.label, format_points(one.maximum) if one.maximum else ""
        rows.append((place, label, kind or "points", most, f"maximum-{place}"))
    return rows


def settings_of(request: HttpRequest) -> dict[str, Any]:
    """How the round is done and what is asked, for the action. Raises Refusal for the day."""
    posted = request.POST
    return {
        "basis_text": posted.get("basis_text", ""),
        "secret": posted.get("secret") != "0",
        "threshold": posted.get("threshold", ""),
        "told": posted.get("told", ""),
        "closes_on": parse_day(posted.get("closes_on", ""), label="Hạn trả lời", field="closes_on"),
        "questions": [
            Asking(*(posted.get(f"{name}-{place}", "") for name in ("question", "kind", "maximum"))) for place in PLACES
        ],
        "by": user_of(request),
        "at": now(),
    }


def _begin(request: HttpRequest) -> HttpResponse:
    posted = request.POST
    made = actions.prepare_round(
        cycle_id=number(posted.get("ky", "")),
        unit_id=number(posted.get("don-vi", "")),
        members=numbers(posted.getlist("subjects")),
        **settings_of(request),
    )
    messages.success(request, "Đã lập đợt lấy ý kiến. Bây giờ hãy chọn các bên được hỏi, rồi gửi.")
    return redirect("opinions_round", made.pk)


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def prepared(request: HttpRequest, round_id: int) -> HttpResponse:
    """A round: its parties while it is prepared, the count while it runs, the counts by person at the end."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _act(request, round_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    from_unit = number(request.GET.get("tu", request.POST.get("tu", "")))
    shown = organising.prepared(user_of(request), round_id, from_unit, now(), typed=asked_for(request).typed)
    problems = problems_of(refusal)
    chosen = set(numbers(request.POST.getlist("raters")))
    context: dict[str, Any] = {
        "found": shown,
        "one": shown.round,
        "voters": _voters(shown),
        "from_unit": from_unit or shown.round.unit_id,
        "groups": OpinionParty.Group.choices,
        "people": [(post, away, post.person_id in chosen if request.POST else not away) for post, away in shown.people],
        "fields": [
            (q, not request.POST or str(q.number) in request.POST.getlist("questions")) for q in shown.questions
        ],
        "typed": {name: request.POST.get(name, "") for name in ("group", "label", "each", "bodies", "reason", "do")},
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/opinions/round.html", context, status=status_of(refusal))


def _voters(shown: organising.Prepared) -> list[tuple[str, str]]:
    """Raters who may also vote about the same person or body, by name."""
    asked = [one for _, every in shown.parties for one in every]
    people = {one.about_id for one in asked if one.about_id is not None}
    subjects = {one.subject.year_subject_id for one in asked if one.subject.year_subject_id is not None}
    if not asked or shown.round.year_round is None:
        return []
    found = voters_about(shown.round.year_round, people, subjects, {one.rater_id for one in asked})
    return [
        (one.rater.full_name, one.about.full_name if one.about else one.subject.name)
        for one in asked
        if (one.rater_id, ("person", one.about_id)) in found
        or (one.rater_id, ("subject", one.subject.year_subject_id)) in found
    ]


def _check(request: HttpRequest, paper: int, do: str) -> None:
    posted, by, at = request.POST, user_of(request), now()
    if do == "confirm":
        actions.confirm_paper(paper_id=paper, same=posted.get("same") == "1", by=by, at=at)
        messages.success(request, "Đã xác nhận phiếu của tập thể, cơ quan.")
    else:
        actions.return_paper(paper_id=paper, reason=posted.get("reason", ""), by=by, at=at)
        messages.success(request, "Đã trả lại; hãy ghi lại theo bản chụp.")


def _act(request: HttpRequest, round_id: int) -> HttpResponse:
    posted = request.POST
    what: dict[str, Any] = {
        "round_id": round_id, "version": number(posted.get("version", "")), "by": user_of(request), "at": now()
    }  # fmt: skip
    do = posted.get("do")
    if do == "party":
        actions.add_party(
            group=posted.get("group", ""),
            label=posted.get("label", ""),
            questions=numbers(posted.getlist("questions")),
            raters=numbers(posted.getlist("raters")),
            each=number(posted.get("each", "")),
            **what,
        )
        messages.success(request, "Đã thêm bên được hỏi và phân phiếu.")
    elif do == "bodies":
        actions.add_bodies(
            group=posted.get("group", ""),
            label=posted.get("label", ""),
            questions=numbers(posted.getlist("questions")),
            bodies=posted.get("bodies", ""),
            **what,
        )
        messages.success(request, "Đã thêm tập thể, cơ quan được hỏi.")
    elif do in ("confirm", "return"):
        _check(request, number(posted.get("paper", "")), do)
    elif do == "unparty":
        actions.drop_party(party_id=number(posted.get("party", "")), **what)
        messages.success(request, "Đã bỏ bên được hỏi.")
    elif do == "send":
        actions.send_round(**what)
        messages.success(request, "Đã gửi. Người được hỏi thấy việc này trong “Việc cần làm”.")
    elif do == "close":
        actions.close_opinions(**what)
        messages.success(request, "Đã kết thúc; số liệu đã chốt.")
    elif do == "drop":
        actions.drop_round(**what)
        messages.success(request, "Đã bỏ đợt lấy ý kiến; phiếu đã gửi bị hủy, không mở.")
        return redirect("opinions")
    else:
        raise NotYours()
    return redirect("opinions_round", round_id)
