"""Everybody's pages: raise a difficulty, follow the own ones, read what was published."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.difficulties import actions, queries
from thuocdo.difficulties.books import articles, in_force_for, open_book, points, require_in_force
from thuocdo.difficulties.subjects import Asked, lines_of, own_bill
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.web.access import allowed, needs, now, today, user_of
from thuocdo.web.difficulties.typed import number, problems_of, status_of
from thuocdo.web.forms import by_field
from thuocdo.web.organisation_office.people_typed import page_number


@needs(Permission.SIGNED_IN)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The reader's own difficulties, and the accepted readings that stand, searched by words."""
    typed = clean(request.GET.get("tim", ""))
    return render(
        request,
        "web/difficulties/overview.html",
        {
            "mine": queries.own_difficulties(user_of(request), page_number(request.GET, "cua-toi")),
            "found": queries.published_page(typed, page_number(request.GET)),
            "typed": typed,
            "may_review": bool(allowed(request) & {Permission.MANAGE_CYCLES, Permission.INSPECT}),
        },
    )


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def raise_one(request: HttpRequest) -> HttpResponse:
    """The form, filled in with what it is about (from the reader or from “Vì sao?”); a POST raises it."""
    asked = _asked(request.GET, request.POST)
    refusal = None
    if request.method == "POST":
        try:
            row = actions.raise_difficulty(
                asked=asked,
                text=request.POST.get("text", ""),
                proposal=request.POST.get("proposal", ""),
                by=user_of(request),
                at=now(),
            )
        except NotYours:
            raise
        except Refusal as found:
            refusal = found
        else:
            messages.success(request, f"Đã gửi vướng mắc số {row.pk} tới {row.holder.name}.")
            return redirect("difficulty", row.pk)
    problems = problems_of(refusal)
    return render(
        request,
        "web/difficulties/raise.html",
        {
            "asked": asked,
            "typed": request.POST,
            "problems": problems,
            "errors": by_field(problems),
            **_choices(request, asked),
        },
        status=status_of(refusal),
    )


def _asked(given: QueryDict, posted: QueryDict) -> Asked:
    return Asked(
        rulebook=given.get("bo", ""),
        overlays=tuple(given.getlist("quy-che")),
        article=posted.get("article", given.get("dieu", "")),
        point=given.get("diem", ""),
        sheet_id=number(given.get("phieu", "")),
        line=posted.get("line", given.get("dong", "")),
    )


def _choices(request: HttpRequest, asked: Asked) -> dict[str, object]:
    """What the form offers: lines of the own result, articles of a rulebook, or the rulebooks themselves."""
    user = user_of(request)
    found: dict[str, object] = {
        "bill": None,
        "lines": [],
        "book": None,
        "articles": [],
        "question": "",
        "books": [],
        "known": [],
    }
    if asked.sheet_id:
        bill = own_bill(user, asked.sheet_id)
        return found | {"bill": bill, "lines": lines_of(bill)}
    if not asked.rulebook:
        return found | {"books": in_force_for(user, today())}
    book = open_book(asked.rulebook, asked.overlays)
    require_in_force(user, book, today())
    known = points(book)
    if asked.point and asked.point not in known:
        raise NotYours("Không có điểm luật này trong bộ quy tắc. Hãy mở lại trang quy tắc và chọn lại.")
    question, refs = known[asked.point] if asked.point else ("", (asked.article,))
    readings = queries.published_readings_of(book.key)
    return found | {
        "book": book,
        "articles": articles(book),
        "question": question,
        "known": [reading for ref in refs for reading in readings.get(ref, [])],
    }


@needs(Permission.SIGNED_IN)
@require_safe
def show(request: HttpRequest, difficulty_id: int) -> HttpResponse:
    """One difficulty: all of it for its author, the accepted reading for everybody."""
    return _page(request, difficulty_id)


def _page(request: HttpRequest, difficulty_id: int, refusal: Refusal | None = None) -> HttpResponse:
    problems = problems_of(refusal)
    found = queries.view(user_of(request), difficulty_id, now())
    context = {"found": found, "row": found.row, "problems": problems}
    return render(request, "web/difficulties/show.html", context, status=status_of(refusal))


@needs(Permission.SIGNED_IN)
@require_POST
def take_off(request: HttpRequest, difficulty_id: int) -> HttpResponse:
    """The author withdraws it while nobody has answered."""
    try:
        actions.withdraw(
            difficulty_id=difficulty_id, version=number(request.POST.get("version", "")), by=user_of(request), at=now()
        )
    except Conflict as refusal:
        return _page(request, difficulty_id, refusal)
    messages.success(request, "Đã rút lại vướng mắc.")
    return redirect("difficulty", difficulty_id)
