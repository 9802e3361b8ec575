"""One paper: what it says, number and signer while it is a draft, issuing, replacing, sending; and its files."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.decisions import actions, queries
from thuocdo.decisions.rules import SIGNING_WORDS, number_shown, signing_lines
from thuocdo.documents.decisions import decision_paper
from thuocdo.documents.decisions_word import decision_docx
from thuocdo.documents.render import decision_pdf
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import day_or_none, number, numbers
from thuocdo.web.forms import by_field
from thuocdo.web.my_unit.replies import problems_of, status_of

_MAKERS = {
    "pdf": (decision_pdf, "application/pdf"),
    "docx": (decision_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
_FIELDS = ("subject", "number", "symbol", "place", "signing_form", "on_behalf", "signer", "recipients")


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, decision_id: int) -> HttpResponse:
    """A paper; a POST saves, issues, drops, replaces, delivers it or says that it came, as `do` says."""
    if request.method != "POST":
        return _page(request, decision_id, None)
    try:
        return _do(request, decision_id)
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, decision_id, refusal)


def _do(request: HttpRequest, decision_id: int) -> HttpResponse:
    posted, by, at = request.POST, user_of(request), now()
    version, todo = number(posted.get("version", "")), posted.get("do", "")
    if todo == "issue":
        actions.issue_decision(decision_id=decision_id, version=version, by=by, at=at)
        words = "Đã ban hành; văn bản không sửa được nữa."
    elif todo == "drop":
        actions.drop_decision(decision_id=decision_id, version=version, by=by, at=at)
        words = "Đã bỏ dự thảo."
    elif todo == "replace":
        made = actions.draft_replacement(decision_id=decision_id, reason=posted.get("reason", ""), by=by, at=at)
        messages.success(request, "Đã soạn văn bản thay thế từ các kết quả đang có hiệu lực.")
        return redirect("decision", made.pk)
    elif todo == "deliver":
        sent = actions.deliver(decision_id=decision_id, to_ids=numbers(posted.getlist("to")), by=by, at=at)
        words = f"Đã gửi tới {len(sent)} đơn vị."
    elif todo == "receive":
        actions.receive_decision(delivery_id=number(posted.get("id", "")), by=by, at=at)
        words = "Đã ghi nhận: đã nhận văn bản."
    else:
        read = Reading()
        actions.save_decision(
            decision_id=decision_id,
            version=version,
            typed={name: posted.get(name, "") for name in _FIELDS},
            signed_on=read(day_or_none, posted.get("signed_on", ""), label="Ngày ký", field="signed_on"),
            read=read,
            by=by,
            at=at,
        )
        words = "Đã lưu dự thảo."
    messages.success(request, words)
    return redirect("decision", decision_id)


def _page(request: HttpRequest, decision_id: int, refusal: Refusal | None) -> HttpResponse:
    found = queries.paper(user_of(request), decision_id, today())
    one = found.decision
    problems = problems_of(refusal) if refusal else []
    stored = {
        "subject": one.subject,
        "number": one.number,
        "symbol": one.symbol,
        "place": one.place,
        "signed_on": f"{one.signed_on:%d/%m/%Y}" if one.signed_on else "",
        "signing_form": one.signing_form or "own",
        "on_behalf": one.on_behalf,
        "signer": str(one.signer_id or ""),
        "recipients": "\n".join(one.recipients),
    }
    kept = {name: request.POST[name] for name in stored if name in request.POST}
    context = {
        "found": found,
        "one": one,
        "number": f"{number_shown(one.number)}/{one.symbol or '…'}",
        "signing": signing_lines(one.signing_form, one.on_behalf, one.signer_position) if one.signer else (),
        "typed": stored | kept,
        "forms": tuple(SIGNING_WORDS.items()),
        "reason": request.POST.get("reason", ""),
        "problems": problems,
        "errors": by_field(problems),
    }
    return render(request, "web/decisions/paper.html", context, status=status_of(refusal))


@needs(Permission.SIGNED_IN)
@require_safe
def file(request: HttpRequest, decision_id: int, kind: str) -> HttpResponse:
    """The paper as PDF or DOCX."""
    if kind not in _MAKERS:
        raise NotYours()
    maker, content_type = _MAKERS[kind]
    made = decision_paper(user_of(request), decision_id, today())
    answer = HttpResponse(maker(made), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.reference}.{kind}"'
    return answer
