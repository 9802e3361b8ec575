"""Proposals for products outside the catalogue: everybody's list and form, and one proposal."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from thuocdo.accounts.permissions import Permission
from thuocdo.catalogues import actions, queries_drafts, rules
from thuocdo.kernel.errors import NotYours, Reading, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.catalogues.typed import Act, run, wording_typed
from thuocdo.web.difficulties.typed import number, problems_of, status_of
from thuocdo.web.forms import by_field, words_typed
from thuocdo.web.units import asked_for


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The own proposals, those that wait for the officer, and the form (from a task: `?viec=<id>`)."""
    refusal = None
    task = queries_drafts.own_task(user_of(request), number(request.GET.get("viec", "")) or None)
    if request.method == "POST":
        try:
            read = Reading()
            name = read(words_typed, request.POST, "name", "Tên sản phẩm, công việc")
            words = read(words_typed, request.POST, "words", "Vì sao cần bổ sung")
            read.done()
            row = actions.propose_product(
                agency_id=number(request.POST.get("agency", "")),
                name=name,
                words=words,
                task_id=task.pk if task else None,
                by=user_of(request),
                at=now(),
            )
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "Đã gửi đề xuất tới bộ phận tổ chức của cơ quan.")
            return redirect("product_proposal", row.pk)
    problems = problems_of(refusal)
    typed: Any = request.POST or {"name": task.title if task else ""}
    return render(
        request,
        "web/catalogues/proposals.html",
        {
            "found": queries_drafts.proposals(user_of(request), now(), *asked_for(request, "agency")),
            "task": task,
            "typed": typed,
            "problems": problems,
            "errors": by_field(problems),
        },
        status=status_of(refusal),
    )


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal; the officer takes it into the draft or refuses, the author may withdraw it."""
    refusal = None
    if request.method == "POST":
        refusal = run(request, _ACTS, proposal_id=proposal_id)
        if refusal is None:
            return redirect("product_proposal", proposal_id)
    found = queries_drafts.proposal_view(user_of(request), proposal_id, now())
    problems = problems_of(refusal)
    return render(
        request,
        "web/catalogues/proposal.html",
        {
            "found": found,
            "row": found.row,
            "typed": request.POST if refusal else {"name": found.row.name},
            "problems": problems,
            "errors": by_field(problems),
            "numbers": [str(n) for n in range(1, rules.MOST_GROUPS + 1)],
        },
        status=status_of(refusal),
    )


def _take(posted: QueryDict, act: dict[str, Any]) -> str:
    line = actions.take_proposal(
        catalogue_id=number(posted.get("draft", "")),
        version=number(posted.get("draft_version", "")),
        wording=wording_typed(posted),
        **act,
    )
    return f"Đã đưa vào dự thảo, dòng {line.code}; người đề xuất được báo khi danh mục được phê duyệt."


def _refuse(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.refuse_proposal(version=number(posted.get("version", "")), answer=posted.get("answer", ""), **act)
    return "Đã trả lời; người đề xuất đã được báo."


def _withdraw(posted: QueryDict, act: dict[str, Any]) -> str:
    actions.withdraw_proposal(version=number(posted.get("version", "")), **act)
    return "Đã rút đề xuất."


_ACTS: dict[str, Act] = {"dua-vao": _take, "khong": _refuse, "rut": _withdraw}
