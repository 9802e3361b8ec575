"""The officers' pages: the list, and one difficulty with everything that may be done about it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.difficulties import actions, queries
from thuocdo.difficulties.queries import Filters
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.difficulties.typed import number, problems_of, status_of
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.organisation_office.people_typed import day_typed, page_number
from thuocdo.web.tables.filters import asked_of, in_address, kept
from thuocdo.web.units import asked_for

_REASONS = {"gui-len": "up_reason", "lay-lai": "back_reason", "mo-lai": "open_reason"}
_WORDS = ("answer", "question", "reading", *_REASONS.values())


@needs(Permission.MANAGE_CYCLES)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Difficulties of the officer's units, filtered and searched; waiting ones first."""
    asked = asked_of(request, "difficulties")
    filters = Filters.of(asked)
    return render(
        request,
        "web/difficulties/list.html",
        {
            "found": queries.officer_list(user_of(request), now(), filters, page_number(request.GET),
                                            asked_for(request).typed),
            "filters": filters,
            "filtered": any(asked.values()),
            "keep": kept(asked),
            "rest": in_address(asked | {"tinh-trang": ""}),
        },
    )


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def handle(request: HttpRequest, difficulty_id: int) -> HttpResponse:
    """One difficulty; a POST takes the step whose button was pressed and keeps what was typed when refused."""
    refusal, act = None, request.POST.get("viec", "")
    if request.method == "POST":
        try:
            done = _act(act, difficulty_id, request.POST, user_of(request), now())
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, done)
            return redirect("difficulty_handle", difficulty_id)
    problems = [
        Problem(p.message, _REASONS.get(act, p.field) if p.field == "reason" else p.field) for p in problems_of(refusal)
    ]
    found_now = queries.handling(user_of(request), difficulty_id, now())
    return render(
        request,
        "web/difficulties/handle.html",
        {
            "found": found_now,
            "row": found_now.row,
            "typed": request.POST,
            "act": act,
            "problems": problems,
            "errors": by_field(problems),
            "lost": _typed_words(request.POST) if refusal and act not in _open(found_now.may) else "",
        },
        status=status_of(refusal),
    )


def _typed_words(posted: QueryDict) -> str:
    """What was typed into a form that the page no longer shows."""
    return "\n\n".join(words for name in _WORDS if (words := posted.get(name, "")))


def _open(may: frozenset[str]) -> set[str]:
    return {act for act, (step, _) in _ACTS.items() if step in may}


def _act(act: str, difficulty_id: int, posted: QueryDict, by: User, at: datetime) -> str:
    """The one action that the pressed button names; returns the sentence to show."""
    if act not in _ACTS:
        raise Refusal("difficulty.act", "Không rõ việc cần làm. Hãy tải lại trang rồi thử lại.")
    return _ACTS[act][1](
        posted, {"difficulty_id": difficulty_id, "version": number(posted.get("version", "")), "by": by, "at": at}
    )


def _answer(posted: QueryDict, act: dict[str, object]) -> str:
    actions.answer(answer=posted.get("answer", ""), **act)  # type: ignore[arg-type]
    return "Đã trả lời; người nêu đã được thông báo."


def _merge(posted: QueryDict, act: dict[str, object]) -> str:
    row = actions.merge(into_id=number(posted.get("into", "")), **act)  # type: ignore[arg-type]
    return f"Đã gộp vào vướng mắc số {row.merged_into_id}; người nêu đã được thông báo."


def _send_up(posted: QueryDict, act: dict[str, object]) -> str:
    row = actions.send_up(reason=posted.get("up_reason", ""), **act)  # type: ignore[arg-type]
    return f"Đã gửi lên {row.holder.name}; người nêu đã được thông báo."


def _take_back(posted: QueryDict, act: dict[str, object]) -> str:
    row = actions.take_back(reason=posted.get("back_reason", ""), **act)  # type: ignore[arg-type]
    return f"Đã lấy lại về {row.holder.name}."


def _reopen(posted: QueryDict, act: dict[str, object]) -> str:
    actions.reopen(reason=posted.get("open_reason", ""), **act)  # type: ignore[arg-type]
    return "Đã mở lại; người nêu đã được thông báo."


def _publish(posted: QueryDict, act: dict[str, object]) -> str:
    actions.publish(
        article=posted.get("article", ""),
        question=posted.get("question", ""),
        reading=posted.get("reading", ""),
        start=day_typed(posted, "start", "Áp dụng từ ngày"),
        **act,  # type: ignore[arg-type]
    )
    return "Đã công bố cách hiểu; mọi người dùng đều đọc được ở đây và cạnh điều luật."


_ACTS: dict[str, tuple[str, Callable[[QueryDict, dict[str, object]], str]]] = {
    "tra-loi": ("answer", _answer),
    "gop": ("merge", _merge),
    "gui-len": ("send_up", _send_up),
    "lay-lai": ("take_back", _take_back),
    "mo-lai": ("reopen", _reopen),
    "cong-bo": ("publish", _publish),
}
