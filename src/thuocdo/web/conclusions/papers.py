"""Papers of an assessment, and files sent up: their pages and files."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.conclusions import actions
from thuocdo.conclusions.papers import actions as papers
from thuocdo.conclusions.papers import queries
from thuocdo.decisions.rules import SIGNING_WORDS
from thuocdo.documents.assessments import assessment_paper, sent_list
from thuocdo.documents.decisions import DecisionPaper
from thuocdo.documents.decisions_word import decision_docx
from thuocdo.documents.render import decision_pdf
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.attempts import attempt, unknown_act
from thuocdo.web.decisions.typed import number
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.my_unit.replies import problems_of, status_of

_MAKERS = {
    "pdf": (decision_pdf, "application/pdf"),
    "docx": (decision_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
_SENT = {
    "send": "Đã gửi hồ sơ; chờ nhận.", "receive": "Đã ghi nhận: đã nhận hồ sơ.",
    "return": "Đã trả lại hồ sơ; nơi gửi được báo.",
}  # fmt: skip
_TYPED = ("place", "signing_form", "on_behalf", "signer", "signer_position", "paper_reason")


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def sent(request: HttpRequest, subject_id: int) -> HttpResponse:
    """What goes up of a subject; a POST sends, receives or returns it."""
    acts = {"send": lambda: _send(request, subject_id), "receive": lambda: _answer(request),
            "return": lambda: _answer(request)}  # fmt: skip
    act = request.POST.get("do", "")
    tried = attempt(request, acts.get(act, _unknown), _SENT.get(act, ""))
    if tried.went:
        return redirect("assessment_sent", subject_id)
    user, at = user_of(request), now()
    page = queries.sent_page(user, subject_id, at)
    actions.record_assessment_view(assessment_id=page.one.pk, by=user, at=at)
    posted = request.POST
    items = [
        (item, field, posted.get(f"how.{item.paper.id}", ""), posted.get(field, ""))
        for item in page.items
        for field in [f"paper.{item.paper.id}"]
    ]
    context = {
        "found": page, "one": page.one, "items": items, "typed": posted, "today": today(), **tried.shown
    }
    return render(request, "web/conclusions/sent.html", context, status=tried.status)


def _unknown() -> None:
    raise unknown_act()


def _send(request: HttpRequest, subject_id: int) -> None:
    """Sends; where the day cannot be read, everything else that is missing is told with it."""
    posted = request.POST
    page = queries.sent_page(user_of(request), subject_id, now())
    read = Reading()
    on: date | None = read(parse_day, posted.get("on", ""), label="Ngày gửi", field="on")
    typed = {
        item.paper.id: (posted.get(f"how.{item.paper.id}", ""), posted.get(f"paper.{item.paper.id}", ""))
        for item in page.items
    }
    given: dict[str, Any] = {"number": posted.get("number", ""), "by": user_of(request), "at": now()}
    if on is None:
        read(papers.send_file, assessment_id=page.one.pk, papers=typed, on=None, **given)
    read.done()
    papers.send_file(assessment_id=page.one.pk, papers=typed, on=on, **given)


def _answer(request: HttpRequest) -> None:
    received = request.POST.get("do") == "receive"
    papers.answer_file(
        file_id=number(request.POST.get("file", "")), received=received, answer=request.POST.get("answer", ""),
        by=user_of(request), at=now(),
    )  # fmt: skip


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, part_id: int) -> HttpResponse:
    """The papers of a part; a POST makes one."""
    refusal: Refusal | None = None
    if request.method == "POST":
        given: dict[str, Any] = {name: request.POST.get(name, "") for name in _TYPED[:-1]}
        recipients = request.POST.get("recipients", "").splitlines()
        reason = request.POST.get("paper_reason", "")
        try:
            papers.make_paper(
                part_id=part_id, recipients=recipients, reason=reason, **given, by=user_of(request), at=now()
            )
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "Đã lập văn bản; nội dung được chốt.")
            return redirect("assessment_paper", part_id)
    user, at = user_of(request), now()
    page = queries.paper_page(user, part_id, at)
    actions.record_assessment_view(assessment_id=page.one.pk, by=user, at=at)
    last = page.rows[0][1] if page.rows else {}
    typed = {name: request.POST.get(name, "") for name in (*_TYPED, "recipients")}
    if request.method != "POST":
        typed |= {"place": last.get("place", ""), "signer": last.get("signer", ""), "signing_form": "own"}
        typed["recipients"] = "\n".join(last.get("recipients", ()))
    problems = problems_of(refusal) if refusal else []
    context = {
        "found": page, "one": page.one, "part": page.part, "typed": typed, "forms": tuple(SIGNING_WORDS.items()),
        "problems": problems, "errors": by_field(problems),
    }  # fmt: skip
    return render(request, "web/conclusions/paper.html", context, status=status_of(refusal))


@needs(Permission.SIGNED_IN)
@require_safe
def paper_file(request: HttpRequest, paper_id: int, kind: str) -> HttpResponse:
    """A paper as PDF or DOCX; a look at somebody else's is recorded."""
    user, at = user_of(request), now()
    row, _ = queries.paper(user, paper_id, at)
    actions.record_assessment_view(assessment_id=row.part.assessment_id, by=user, at=at)
    return _file(assessment_paper(user, paper_id, at), kind)


@needs(Permission.SIGNED_IN)
@require_safe
def sent_file(request: HttpRequest, file_id: int, kind: str) -> HttpResponse:
    """Mẫu 04 as PDF or DOCX; a look at somebody else's is recorded."""
    user, at = user_of(request), now()
    row = queries.sent_file(user, file_id, at)
    actions.record_assessment_view(assessment_id=row.assessment_id, by=user, at=at)
    return _file(sent_list(user, file_id, at), kind)


def _file(made: DecisionPaper, kind: str) -> HttpResponse:
    if kind not in _MAKERS:
        raise NotYours()
    maker, content_type = _MAKERS[kind]
    answer = HttpResponse(maker(made), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.reference}.{kind}"'
    return answer
