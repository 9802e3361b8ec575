"""Opinions about subjects of the year's round: beginning one, what a body answers, what was said about a subject."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.opinions import actions, organising, queries, rules
from thuocdo.opinions.about_subject import about_subject, lines_of
from thuocdo.opinions.bodies.asked import asked_body, scan_of
from thuocdo.opinions.models import OpinionQuestion, OpinionRound
from thuocdo.opinions.rules import OUTSIDE
from thuocdo.reviews.queries import own_levels
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.decisions.typed import number, numbers
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import status_of
from thuocdo.web.opinions.rounds import problems_of, question_lines, settings_of, typed_settings
from thuocdo.web.scans import scan_sent
from thuocdo.work.storage import stored


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def new_year(request: HttpRequest) -> HttpResponse:
    """Choose subjects of one kind, what they are asked about and how; a POST begins the round."""
    asked = request.POST if request.method == "POST" else request.GET
    year, unit, kind = number(asked.get("dot", "")), number(asked.get("don-vi", "")), asked.get("loai", "")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            return _begin(request, year, unit)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    shown = organising.preparing_year(user_of(request), year, unit, kind, now())
    problems = problems_of(refusal)
    chosen = set(numbers(request.POST.getlist("subjects")))
    own = {} if request.POST else own_levels(user_of(request), [one.subject for one in shown.people], now())
    ratings = [(one, f"self-{one.subject.pk}") for one in shown.people]
    context: dict[str, Any] = {
        "found": shown,
        "people": [
            (one, one.subject.pk in chosen, name, request.POST.get(name, own.get(one.subject.pk, "")))
            for one, name in ratings
        ],
        "most": rules.MOST_SUBJECTS,
        "cut": len(shown.people) == queries.LISTED,
        "questions": question_lines(request, ()),
        "kinds": OpinionQuestion.Kind.choices,
        "told": OpinionRound.Told.choices,
        "typed": typed_settings(request, secret=True) | {"shows_self": request.POST.get("shows_self", "0")},
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/opinions/new_year.html", context, status=status_of(refusal))


def _begin(request: HttpRequest, year: int, unit: int) -> HttpResponse:
    posted = request.POST
    made = actions.prepare_year_round(
        year_round_id=year,
        unit_id=unit,
        subjects=numbers(posted.getlist("subjects")),
        shows_self=posted.get("shows_self") == "1",
        self_ratings={key: posted.get(f"self-{key}", "") for key in numbers(posted.getlist("subjects"))},
        **settings_of(request),
    )
    messages.success(request, "Đã lập đợt lấy ý kiến. Bây giờ hãy chọn các bên được hỏi, rồi gửi.")
    return redirect("opinions_round", made.pk)


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def body(request: HttpRequest, body_id: int) -> HttpResponse:
    """What a body is asked: answered by who speaks for it, or entered from its printed form by an organiser."""
    refusal: Refusal | None = None
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    if request.method == "POST":
        try:
            return _answer(request, body_id, typed)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
    shown = asked_body(user_of(request), body_id, now())
    problems = problems_of(refusal)
    context: dict[str, Any] = {
        "found": shown,
        "forms": [
            (
                form,
                [(f"{form.name}.{q.number}", q, typed.get(f"{form.name}.{q.number}", "")) for q in form.questions],
                f"{form.name}.{OUTSIDE}", f"{form.name}.text",
            )
            for form in shown.forms
        ],
        "typed": typed,
        "problems": problems,
        "errors": by_field(problems),
    }  # fmt: skip
    return render(request, "web/opinions/body.html", context, status=status_of(refusal))


def _answer(request: HttpRequest, body_id: int, typed: dict[str, str]) -> HttpResponse:
    paper = actions.answer_for_body(
        body_id=body_id,
        typed=typed,
        number=typed.get("number", ""),
        on=parse_day(typed.get("on", ""), label="Ngày văn bản", field="on"),
        upload=scan_sent(request),
        by=user_of(request),
        at=now(),
    )
    if paper.digest:
        messages.success(request, "Đã ghi. Một người phụ trách khác đối chiếu với bản chụp rồi xác nhận.")
        return redirect("opinions_round", paper.body.party.round_id)
    messages.success(request, "Đã gửi ý kiến của tập thể, cơ quan.")
    return redirect("opinions")


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_safe
def printed(request: HttpRequest, body_id: int) -> HttpResponse:
    """The form of a body that answers on paper, to print, sign and send back."""
    return render(request, "web/opinions/printed.html", {"found": asked_body(user_of(request), body_id, now())})


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES)
@require_safe
def scan(request: HttpRequest, paper_id: int) -> HttpResponse:
    """The signed form that an entry was made from."""
    paper = scan_of(user_of(request), paper_id, now())
    response = HttpResponse(stored(paper.digest), content_type=paper.media)
    response["Content-Disposition"] = f"attachment; filename=\"phieu\"; filename*=UTF-8''{quote(paper.name)}"
    return response


@needs(Permission.SIGNED_IN)
@require_safe
def about(request: HttpRequest, subject_id: int) -> HttpResponse:
    """What was said about a subject of the year, by side."""
    user, at = user_of(request), now()
    found = about_subject(user, subject_id, at)
    lines = list(lines_of(found.gathered)) if found.gathered else []
    if lines:
        actions.record_look(subject_id=subject_id, by=user, at=at)
    return render(request, "web/opinions/about.html", {"found": found, "lines": lines})
