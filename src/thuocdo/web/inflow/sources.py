"""The officer's pages: the sources of the units, one source with its readings, its token, its last days."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.inflow import actions, credentials, pulling, queries
from thuocdo.inflow.choices import COMPLETIONS, KINDS, MONTH_RULES
from thuocdo.inflow.mapped import check_typed
from thuocdo.inflow.typed import COLUMNS, NEEDED, check_kind, check_new, settings_from, typed_from
from thuocdo.kernel.errors import Conflict, NotYours, Reading, Refusal
from thuocdo.organisation.directory import unit_choice
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.forms import Problem, by_field, problems_of
from thuocdo.web.organisation_office.people_typed import one_id
from thuocdo.web.units import asked_for


def number(posted: QueryDict, name: str) -> int:
    """A number in a hidden field or of days; anything else is 0, which names nothing."""
    typed = posted.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def _status(refusal: Refusal | None) -> int:
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 400


@needs(Permission.MANAGE_PEOPLE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every source of the officer's units."""
    return render(request, "web/inflow/sources.html", {"lines": queries.sources_of_officer(user_of(request), now())})


def _form(typed: dict[str, str] | QueryDict) -> dict[str, object]:
    columns = [(key, label, typed.get(f"column-{key}", ""), key in NEEDED) for key, label in COLUMNS.items()]
    return {"typed": typed, "columns": columns, "month_rules": MONTH_RULES, "completions": COMPLETIONS, "kinds": KINDS}


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """The form of a new source; a POST makes it and shows its token once."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            made = _made(request)
        except NotYours:
            raise
        except Refusal as refusal:
            problems = problems_of(refusal)
        else:
            if made.token:
                return _shown_once(request, made)
            messages.success(request, f"Đã lập nguồn “{made.source.name}”.")
            return redirect("source", made.source.pk)
    typed = request.POST or {"month_rule": "due", "completion": "note", "token_days": "180"}
    return render(
        request,
        "web/inflow/source_new.html",
        {**_form(typed), "units": unit_choice(user_of(request), today(), *asked_for(request)), "problems": problems,
         "errors": by_field(problems)},
        status=400 if problems else 200,
    )  # fmt: skip


def _made(request: HttpRequest) -> actions.IssuedToken:
    """The source as the form says it. Raises Several with every fault of the form, and what the action refuses."""
    posted, read = request.POST, Reading()
    unit, kind, days = read(one_id, posted, "unit", "Đơn vị"), posted.get("kind", ""), number(posted, "token_days")
    read(check_kind, kind)
    settings = read(settings_from, posted.dict())
    read(check_new, kind, posted.dict(), days)
    read(check_typed, user_of(request), now(), posted.get("people", ""), unit_id=unit)
    read.done()
    return actions.create_source(
        by=user_of(request), at=now(), unit_id=unit, kind=kind, settings=settings, token_days=days
    )


def _shown_once(request: HttpRequest, made: actions.IssuedToken) -> HttpResponse:
    return render(request, "web/inflow/token.html", {"source": made.source, "token": made.token})


@needs(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source; a POST changes its readings."""
    refusal = None
    if request.method == "POST":
        try:
            read = Reading()
            settings = read(settings_from, request.POST.dict())
            read(check_typed, user_of(request), now(), request.POST.get("people", ""), source_id=source_id)
            read.done()
            actions.change_source(
                by=user_of(request), at=now(), source_id=source_id, version=number(request.POST, "version"),
                settings=settings,
            )  # fmt: skip
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, "Đã lưu nguồn việc.")
            return redirect("source", source_id)
    return _page(request, source_id, refusal, typed=request.POST if refusal else None)


def _page(
    request: HttpRequest, source_id: int, refusal: Refusal | None = None, typed: QueryDict | None = None
) -> HttpResponse:
    view = queries.source_view(user_of(request), source_id, now())
    problems = problems_of(refusal) if refusal else []
    context = {"view": view, "source": view.line.source, "problems": problems, "errors": by_field(problems),
               "opened": request.GET.get("ngay", "")}  # fmt: skip
    texts = typed if typed is not None else typed_from(view.line.source)
    return render(request, "web/inflow/source.html", {**context, **_form(texts)}, status=_status(refusal))


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def token(request: HttpRequest, source_id: int) -> HttpResponse:
    """A new token, shown once; the old one ends."""
    try:
        made = actions.renew_token(
            by=user_of(request), at=now(), source_id=source_id, version=number(request.POST, "version"),
            token_days=number(request.POST, "token_days"),
        )  # fmt: skip
    except NotYours:
        raise
    except Refusal as refusal:
        return _page(request, source_id, refusal)
    return _shown_once(request, made)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def password(request: HttpRequest, source_id: int) -> HttpResponse:
    """Keeps the password of the calendar server in the service's own file."""
    queries.source_view(user_of(request), source_id, now())
    try:
        credentials.keep_password(source_id, request.POST.get("password", ""))
    except Refusal as refusal:
        return _page(request, source_id, refusal)
    messages.success(request, "Đã lưu mật khẩu của máy chủ lịch.")
    return redirect("source", source_id)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def stop(request: HttpRequest, source_id: int) -> HttpResponse:
    """Nothing is taken in any more; the token ends."""
    actions.stop_source(by=user_of(request), at=now(), source_id=source_id, version=number(request.POST, "version"))
    credentials.drop_password(source_id)
    messages.success(request, "Đã ngừng nguồn; mã truy cập và mật khẩu đã hủy. Việc đã nhận vẫn còn.")
    return redirect("source", source_id)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def restart(request: HttpRequest, source_id: int) -> HttpResponse:
    """Taken in again."""
    actions.restart_source(by=user_of(request), at=now(), source_id=source_id, version=number(request.POST, "version"))
    messages.success(request, "Nguồn nhận lại. Nguồn REST cần mã mới, nguồn lịch cần nhập lại mật khẩu.")
    return redirect("source", source_id)


@needs(Permission.MANAGE_PEOPLE)
@require_POST
def pull(request: HttpRequest, source_id: int) -> HttpResponse:
    """Fetches the calendar's tasks now."""
    many = request.POST.get("many_gone") == "1"
    found = pulling.pull_for(user_of(request), source_id, now(), many_gone=many)
    if found.failure:
        messages.error(request, found.failure)
    else:
        messages.success(request, f"Đã lấy về: {queries.counts_in_words(found.counts) or 'không có gì mới'}.")
    return redirect("source", source_id)
