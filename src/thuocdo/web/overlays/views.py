"""A unit's own regulation: the list, the editor made from what the parent leaves open, and the second person's page."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.cycles.actions import approve_regulation, propose_regulation
from thuocdo.cycles.free_months import first_free_month, free_months, whole_months_from
from thuocdo.engine.errors import RulebookError
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.rulesets import actions
from thuocdo.rulesets.drafting import Draft, draft_of, read_draft
from thuocdo.rulesets.models import Regulation
from thuocdo.rulesets.regulations import names_to_compare, regulation_to_edit, regulation_to_see, shelf, try_key
from thuocdo.rulesets.typed_regulation import day_of_text
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problem_of, problems_of
from thuocdo.web.organisation_office.people_typed import one_id
from thuocdo.web.overlays.editor import Editor, editor
from thuocdo.web.rules import library
from thuocdo.web.units import asked_for

SEES = (Permission.MANAGE_CYCLES, Permission.EVALUATE)


@needs(*SEES)
@require_http_methods(["GET", "POST"])
def regulations(request: HttpRequest) -> HttpResponse:
    """The versions of every unit in reach; a POST begins a new one and opens the editor."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            if not request.POST.get("rulebook"):
                raise Refusal(
                    "regulation.rulebook", "Bộ quy tắc: chưa chọn. Hãy chọn trong danh sách.", field="rulebook"
                )
            made = actions.begin_regulation(
                by=user_of(request),
                at=now(),
                unit_id=one_id(request.POST, "unit", "Đơn vị"),
                rulebook=request.POST.get("rulebook", ""),
            )
            return redirect("regulation_edit", made.pk)
        except NotYours:
            raise
        except Refusal as refusal:
            problems = [problem_of(refusal)]
    return render(
        request,
        "web/overlays/list.html",
        {
            "shelf": shelf(user_of(request), today(), *asked_for(request)),
            "book_shelves": library.shelves(),
            "problems": problems,
            "errors": by_field(problems),
            "typed": request.POST,
        },
        status=400 if problems else 200,
    )


@needs(Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, regulation_id: int) -> HttpResponse:
    """The editor. A POST keeps what was typed; with `do=propose` it then puts the text before the second person."""
    user = user_of(request)
    one = regulation_to_edit(user, regulation_id, today())
    if request.method == "POST" and request.POST.get("do") == "drop":
        return _drop(request, one)
    problems: list[Problem] = []
    typed: Mapping[str, str] | None = None
    if request.method == "POST":
        typed = request.POST.dict()
        try:
            kept = actions.save_regulation(
                by=user, at=now(), regulation_id=one.pk, revision=_revision(request), typed=typed
            )
            if request.POST.get("do") != "propose":
                messages.success(request, "Đã lưu bản soạn.")
                return redirect("regulation_edit", one.pk)
            propose_regulation(by=user, at=now(), regulation_id=one.pk, revision=kept.revision)
            messages.success(request, "Đã trình. Người có thẩm quyền đã được báo.")
            return redirect("regulation", one.pk)
        except NotYours:
            raise
        except Refusal as refusal:
            problems = [problem_of(refusal)]
        one = regulation_to_edit(user, regulation_id, today())
    elif one.state != Regulation.State.DRAFTING:
        return redirect("regulation", one.pk)
    draft = _draft(one, typed)
    if problems and request.POST.get("do") == "propose" and one.state == Regulation.State.DRAFTING:
        problems = [Problem(fault.message, fault.field) for fault in draft.faults] or problems
    return _editor(request, one, draft, problems)


def _draft(one: Regulation, typed: Mapping[str, str] | None) -> Draft:
    """The draft as stored, or as typed. Raises Refusal when its rulebook cannot be read."""
    try:
        return draft_of(one) if typed is None else read_draft(one, typed)
    except RulebookError as error:
        raise Refusal("regulation.rulebook", f"Không dùng được bộ quy tắc: {error}") from error


def _editor(request: HttpRequest, one: Regulation, draft: Draft, problems: Sequence[Problem]) -> HttpResponse:
    first = max(first_free_month(one.unit_id, today()), whole_months_from(draft.book.since))
    return render(
        request,
        "web/overlays/edit.html",
        {
            **_page(one, draft, problems),
            "problems": problems,
            "months": free_months(first, today()),
            "this_month": today().replace(day=1),
            "header_errors": by_field(problems),
            **_links(one, try_key(one, draft_of(one), today())),
        },
        status=400 if problems else 200,
    )


def _page(one: Regulation, draft: Draft, problems: Sequence[Problem] = ()) -> dict[str, Any]:
    made: Editor = editor(draft, by_field(problems))
    return {"one": one, "draft": draft, "editor": made}


def _links(one: Regulation, key: str) -> dict[str, str]:
    """Where the rules can be read, and tried beside the parent, with the regulation under this key."""
    without, joined = names_to_compare(one, key)
    read = urlencode([("quy-che", overlay) for overlay in (*one.base, key)])
    return {
        "read_path": f"{reverse('rulebook', args=[one.rulebook])}?{read}",
        "try_path": f"{reverse('rulebook_tryout')}?{urlencode({'a': without, 'b': joined})}",
    }


@needs(Permission.MANAGE_CYCLES)
@require_POST
def check(request: HttpRequest, regulation_id: int) -> HttpResponse:
    """How complete the text is as typed, with every sum; nothing is kept."""
    one = regulation_to_edit(user_of(request), regulation_id, today())
    return render(request, "web/overlays/_state.html", _page(one, _draft(one, request.POST.dict())))


def _drop(request: HttpRequest, one: Regulation) -> HttpResponse:
    actions.drop_regulation(by=user_of(request), at=now(), regulation_id=one.pk, revision=_revision(request))
    messages.success(request, f"Đã bỏ bản soạn số {one.number}.")
    return redirect("regulations")


def _revision(request: HttpRequest) -> int:
    typed = request.POST.get("revision", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        raise Conflict("Không rõ ông/bà đang xem lần sửa nào. Hãy tải lại trang.")
    return int(typed)


@needs(*SEES)
@require_safe
def regulation(request: HttpRequest, regulation_id: int) -> HttpResponse:
    """One version: decisions against the parent and the version before, history, and the steps open to the reader."""
    return _review(request, regulation_id, [])


def _review(request: HttpRequest, regulation_id: int, problems: Sequence[Problem]) -> HttpResponse:
    view = regulation_to_see(user_of(request), regulation_id, today())
    return render(
        request,
        "web/overlays/regulation.html",
        {
            "view": view,
            **_links(view.regulation, view.try_key),
            "one": view.regulation,
            "draft": view.draft,
            "problems": problems,
            "errors": by_field(problems),
            "typed": request.POST,
        },
        status=400 if problems else 200,
    )


@needs(*SEES)
@require_POST
def decide(request: HttpRequest, regulation_id: int) -> HttpResponse:
    """Approve, return with a reason, or (the proposer) withdraw; exactly the text that was on the page."""
    step: dict[str, Any] = {"by": user_of(request), "at": now(), "regulation_id": regulation_id}
    if request.POST.get("do") != "number":
        step["revision"] = _revision(request)
    try:
        if request.POST.get("do") == "approve":
            text = approve_regulation(**step)
            messages.success(request, f"Đã phê duyệt. Áp dụng từ tháng {text.start:%m/%Y}.")
        elif request.POST.get("do") == "number":
            step["issued"] = day_of_text(clean(request.POST.get("issued", "")))
            step["reason"] = request.POST.get("number_reason", "")
            actions.record_number(number=request.POST.get("number", ""), **step)
            messages.success(request, "Đã ghi số, ngày ban hành. Nội dung đã phê duyệt giữ nguyên.")
        elif request.POST.get("do") == "withdraw":
            actions.withdraw_regulation(**step)
            messages.success(request, "Đã rút lại để sửa.")
        else:
            actions.return_regulation(**step, reason=request.POST.get("reason", ""))
            messages.success(request, "Đã trả lại, kèm lý do.")
    except NotYours:
        raise
    except Conflict as refusal:
        messages.error(request, refusal.message)
    except Refusal as refusal:
        return _review(request, regulation_id, problems_of(refusal))
    return redirect("regulation", regulation_id)
