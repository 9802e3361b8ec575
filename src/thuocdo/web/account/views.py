"""Signing in and out, the one-time link, and changing the password."""

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from thuocdo.accounts import actions
from thuocdo.accounts.permissions import Permission
from thuocdo.accounts.queries import open_link
from thuocdo.accounts.sources import source_is_closed
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import Problem, by_field, problem_of

_WRONG = (
    "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi thử lại; "
    "nếu quên mật khẩu, hãy đề nghị cán bộ tổ chức cấp liên kết một lần."
)

_NO_NAME = Problem("Tên đăng nhập: chưa nhập. Hãy nhập tên mà cán bộ tổ chức đã cấp.", "username")
_NO_PASSWORD = Problem("Mật khẩu: chưa nhập. Hãy nhập mật khẩu.", "password")


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: only a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """One page for everybody; a wrong name and a wrong password get the same answer."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    username = clean(request.POST.get("username", "")).lower()
    problems: list[Problem] = []
    if request.method == "POST":
        if source_is_closed(get_client_ip_address(request), timezone.now()):
            return render(request, "web/account/source_closed.html", status=429)
        password = request.POST.get("password", "")
        missing = [problem for typed, problem in ((username, _NO_NAME), (password, _NO_PASSWORD)) if not typed]
        user = None if missing else authenticate(request, username=username, password=password)
        if user is not None:
            login(request, user)
            actions.record_sign_in(by=user_of(request), at=now())
            return redirect(_next(request))
        problems = missing or [Problem(_WRONG, "username")]
    page = {"problems": problems, "errors": by_field(problems), "username": username, "next": _next(request)}
    return render(request, "web/account/sign_in.html", page, status=400 if problems else 200)


@needs(Permission.SIGNED_IN)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; the middleware clears what the browser kept."""
    actions.record_sign_out(by=user_of(request), at=now())
    logout(request)
    return redirect("sign_in")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link: the person sets a password once, then signs in with it."""
    at = now()
    owner = open_link(token, at).user
    problems: list[Problem] = []
    if request.method == "POST":
        password = request.POST.get("password", "")
        if password != request.POST.get("again", ""):
            problems = [Problem("Hai lần nhập mật khẩu khác nhau. Hãy nhập lại cả hai ô.", "again")]
        else:
            by = user_of(request) if request.user.is_authenticated else None
            try:
                actions.set_password_by_link(by=by, at=at, token=token, password=password)
            except Refusal as refusal:
                problems = [problem_of(refusal)]
            else:
                logout(request)
                messages.success(request, "Đã đặt mật khẩu. Mời ông/bà đăng nhập.")
                return redirect("sign_in")
    page = {"problems": problems, "errors": by_field(problems), "owner": owner}
    return render(request, "web/account/activate.html", page, status=400 if problems else 200)


@needs(Permission.SIGNED_IN)
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """The signed-in user changes the password; every other session of theirs ends."""
    problems: list[Problem] = []
    if request.method == "POST":
        problems = _change(request)
        if not problems:
            messages.success(request, "Đã đổi mật khẩu. Các phiên đăng nhập khác của ông/bà đã kết thúc.")
            return redirect("home")
    page = {"problems": problems, "errors": by_field(problems)}
    return render(request, "web/account/change_password.html", page, status=400 if problems else 200)


def _change(request: HttpRequest) -> list[Problem]:
    old, password = request.POST.get("old", ""), request.POST.get("password", "")
    problems = [] if old else [Problem("Mật khẩu đang dùng: chưa nhập. Hãy nhập mật khẩu đang dùng.", "old")]
    if not password:
        problems.append(Problem("Mật khẩu mới: chưa nhập. Hãy nhập mật khẩu mới.", "password"))
    if password != request.POST.get("again", ""):
        problems.append(Problem("Hai lần nhập mật khẩu mới khác nhau. Hãy nhập lại cả hai ô.", "again"))
    if problems:
        return problems
    try:
        user = actions.change_password(by=user_of(request), at=now(), old=old, password=password)
    except Refusal as refusal:
        return [problem_of(refusal)]
    update_session_auth_hash(request, user)
    return []
