"""Accounts of the officer's people: who has none, one-time links, stopping and restarting."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.intake.files import table_file
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation import actions
from thuocdo.organisation.actions import PersonLink
from thuocdo.organisation.directory import ACCOUNT_STATES, people_page
from thuocdo.organisation.queries import roots_for_officer
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import problem_of
from thuocdo.web.organisation_office.people_typed import after_whom, download, ids


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    typed, account = clean(request.GET.get("tim", "")), request.GET.get("tai-khoan", "")
    found = people_page(
        user_of(request), today(), typed=typed, account=account, after=after_whom(request.GET)
    )
    return render(request, "web/organisation_office/people/accounts.html", {
        "found": found, "typed": typed, "account": account, "states": ACCOUNT_STATES,
        "roots": roots_for_officer(user_of(request), today()),
        "problems": [problem_of(refusal)] if refusal else [],
    }, status=400 if refusal else 200)


@needs(Permission.MANAGE_PEOPLE)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """Who has an account, who waits for a password, who has none."""
    return _page(request)


@needs(Permission.MANAGE_PEOPLE)
@never_cache
@require_POST
def links(request: HttpRequest) -> HttpResponse:
    """Issues one-time links to the ticked people; they are shown (or written to a file) this one time."""
    try:
        issued = actions.issue_links(by=user_of(request), at=now(), person_ids=ids(request.POST, "person"))
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, refusal)
    lines = [(item, request.build_absolute_uri(f"/kich-hoat/{item.link.token}/")) for item in issued]
    if request.POST.get("dang") == "xlsx":
        return download(_links_file(lines), "lien-ket-mot-lan.xlsx")
    return render(request, "web/organisation_office/people/links.html", {"lines": lines})


def _links_file(lines: list[tuple[PersonLink, str]]) -> bytes:
    rows = [
        (item.person.code, item.person.full_name, item.link.user.username, address,
         f"{timezone.localtime(item.link.expires_at):%d/%m/%Y}")
        for item, address in lines
    ]
    return table_file("Liên kết", ["Mã cán bộ", "Họ và tên", "Tên đăng nhập", "Liên kết một lần", "Dùng đến "
        "ngày"],
                      rows, [14, 28, 20, 80, 16])


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def open_account(request: HttpRequest, person_id: int) -> HttpResponse:
    """Makes an account for one person."""
    username = request.POST.get("username", "")
    return _done(
        request,
        "Đã lập tài khoản. Bước tiếp theo: cấp liên kết một lần.",
        lambda: actions.open_account(by=user_of(request), at=now(), person_id=person_id, username=username),
    )


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def stop(request: HttpRequest, person_id: int) -> HttpResponse:
    """Stops an account; its sessions end at once."""
    return _done(request, "Đã dừng tài khoản; mọi phiên đăng nhập của người này đã kết thúc.",
                 lambda: actions.stop_account(by=user_of(request), at=now(), person_id=person_id))


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def restart(request: HttpRequest, person_id: int) -> HttpResponse:
    """Lets a stopped account be used again."""
    return _done(request, "Đã cho dùng lại tài khoản.",
                 lambda: actions.restart_account(by=user_of(request), at=now(), person_id=person_id))


def _done(request: HttpRequest, sentence: str, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, sentence)
    return redirect("accounts")
