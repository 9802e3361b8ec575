"""The subjects of a round: the list with its filters, decisions about several, and one subject with its steps."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.rounds import actions, books, queries
from thuocdo.rounds.models import Round, RoundSubject, StepDone
from thuocdo.rounds.on_paper import paper_words
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number, numbers
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of
from thuocdo.web.organisation_office.people_typed import page_number
from thuocdo.web.rounds.work import STATES, shown_line, steps_typed
from thuocdo.web.tables.filters import asked_of, kept

NOT_RATED = "-"
"""Chosen as the level of a decision on paper that rates no longer."""
CHOICES = (("exempt", "được miễn"), ("postponed", "tạm hoãn"), ("in", "thuộc đợt"))


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, party_round_id: int) -> HttpResponse:
    """Subjects that the user sees, filtered; the officer decides about those ticked."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = _decide(request, party_round_id, numbers(request.POST.getlist("subject")))
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, done)
            return redirect(request.get_full_path())
    asked = asked_of(request, "round-subjects")
    filters = queries.Filters.of(asked)
    found_now = queries.subjects(user_of(request), party_round_id, filters, page_number(request.GET), now())
    graph = found_now.rules.graph
    problems = problems_of(refusal) if refusal else []
    context = {
        "found": found_now,
        "round": found_now.round,
        "filters": filters,
        "filtered": any(asked.values()),
        "keep": kept(asked),
        "lines": [
            shown_line(line, graph, user_of(request), about=filters.node, ticks=False) for line in found_now.lines
        ],
        "kinds": [(kind, label) for kind, label in books.LABELS.items() if kind in found_now.rules.kinds],
        "standings": RoundSubject.Standing.choices,
        "nodes": [one for rank in graph.ranks() for one in rank],
        "choices": CHOICES,
        "typed": request.POST,
        "ticked": numbers(request.POST.getlist("subject")),
        "problems": problems,
        "errors": by_field(problems),
        "step_words": STATES,
    }
    return render(request, "web/rounds/subjects.html", context, status=status_of(refusal))


def _decide(request: HttpRequest, party_round_id: int, keys: list[int]) -> str:
    posted = request.POST
    if not keys:
        raise Refusal("round.nobody", "Chưa chọn đối tượng nào. Hãy đánh dấu ít nhất một đối tượng.", field="subjects")
    rows = actions.decide_subjects(
        round_id=party_round_id,
        subject_ids=keys,
        standing=posted.get("standing", ""),
        reason=posted.get("reason", ""),
        cite=posted.get("cite", ""),
        holds=posted.get("holds") == "1",
        with_id=number(posted.get("with", "")) or None,
        by=user_of(request),
        at=now(),
    )
    return f"Đã ghi quyết định về {len(rows)} đối tượng."


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def subject(request: HttpRequest, party_round_id: int, subject_id: int) -> HttpResponse:
    """One subject: record a step, take one back, decide about it."""
    refusal: Refusal | None = None
    act = request.POST.get("do", "")
    if request.method == "POST":
        try:
            done = _act(request, act, party_round_id, subject_id)
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, done)
            return redirect("round_subject", party_round_id, subject_id)
    found_now = queries.view(user_of(request), party_round_id, subject_id, now())
    if found_now.only_looks:
        actions.record_subject_view(subject_id=subject_id, by=user_of(request), at=now())
    graph = found_now.rules.graph
    problems, line = problems_of(refusal) if refusal else [], shown_line(found_now.line, graph, user_of(request))
    if act == "replace":
        problems = [replace(one, field=f"new_{one.field}") if one.field else one for one in problems]
    context = {
        "found": found_now,
        "round": found_now.round,
        "row": found_now.line.subject,
        "act": act,
        "line": line,
        "same": [shown_line(one, graph, user_of(request)) for one in found_now.same],
        "people": [shown_line(one, graph, user_of(request)) for one in found_now.people],
        "choices": CHOICES,
        "today": today(),
        "history": [(one, found_now.rules.label(one.node), paper_words(one)) for one in found_now.history],
        "on_paper": _on_paper(found_now),
        "not_rated": NOT_RATED,
        "rates": [step for step in line.steps if step.node.step == "rating" and step.ticked],
        "scheme": _scheme(found_now),
        "cite": _cite(found_now),
        "typed": request.POST,
        "ticked": request.POST.getlist("step"),
        "problems": problems,
        "errors": by_field(problems),
        "step_words": STATES,
    }
    return render(request, "web/rounds/subject.html", context, status=status_of(refusal))


def _scheme(found: queries.View) -> Scheme | None:
    """By which the rulebook of the round rates such a subject for the year; None where it does not."""
    one = found.line.subject
    return books.scheme_of(found.rules.book, one.kind, one.role)


def _cite(found: queries.View) -> tuple[Citation, ...]:
    scheme = _scheme(found)
    return found.rules.book.cite(scheme.cite) if scheme is not None else ()


def _on_paper(found: queries.View) -> StepDone | None:
    """The rating that stands by a decision on paper, which the user may replace by another one."""
    writes = getattr(found.line.subject, "rates", False)
    if not writes or found.round.state not in (Round.State.OPEN, Round.State.CLOSED):
        return None
    return next((one for one in reversed(found.history) if paper_words(one) and not hasattr(one, "undone")), None)


def _act(request: HttpRequest, act: str, party_round_id: int, subject_id: int) -> str:
    posted: QueryDict = request.POST
    user, at = user_of(request), now()
    if act == "decide":
        return _decide(request, party_round_id, [subject_id])
    if act == "undo":
        actions.undo_step(step_id=number(posted.get("taken", "")), reason=posted.get("undo_reason", ""), by=user, at=at)
        return "Đã hủy bước; dòng cũ vẫn còn trong lịch sử."
    if act == "replace":
        paper = {name: posted.get(f"new_{name}", "") for name in ("number", "body", "group", "reason")}
        on = parse_day(posted.get("new_on", ""), label="Ngày quyết định thay thế", field="on")
        chosen = posted.get("new_level", NOT_RATED)
        level = "" if chosen == NOT_RATED else chosen or None
        actions.replace_paper(level=level, step_id=number(posted.get("taken", "")), on=on, by=user, at=at, **paper)
        return "Đã ghi quyết định thay thế; dòng cũ vẫn còn trong lịch sử."
    given: dict[str, Any] = steps_typed(posted)
    made = actions.take_steps(round_id=party_round_id, by=user, at=at, **given)
    return f"Đã ghi {len(made)} bước." if made else "Các bước này đã được ghi trước đó."
