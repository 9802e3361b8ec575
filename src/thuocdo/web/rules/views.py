"""The library of rulebooks and their readers: what is measured, how, by which article, what the law leaves open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.cycles.queries import uses_of_rulebook
from thuocdo.engine.rulebook import Rulebook
from thuocdo.rulesets import catalogue, stored
from thuocdo.rulesets.fields import read_day
from thuocdo.rulesets.regulations import approved_for
from thuocdo.rulesets.versions import past_book
from thuocdo.web.access import allowed, needs, today, user_of
from thuocdo.web.difficulties.beside import beside
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.rules import library, opening
from thuocdo.web.rules.cases import case_list
from thuocdo.web.rules.compare import comparison_of
from thuocdo.web.rules.reader import read_points
from thuocdo.web.rules.reader_scheme import read_schemes
from thuocdo.web.rules.rows import KEY_DATES, PERIODS, PROCEDURES, ROLES, SUBJECTS
from thuocdo.web.rules.selection import answers, assumed_in, places, read_asked


@needs(Permission.SIGNED_IN)
@require_safe
def rulebooks(request: HttpRequest) -> HttpResponse:
    """All rulebooks of this installation, by procedure; `?doi-tuong=` and `?ngay=` narrow them."""
    kind, typed = request.GET.get("doi-tuong", ""), request.GET.get("ngay", "")
    on = read_day(typed) if typed else None
    problems = []
    if typed and on is None:
        problems.append(Problem("Ngày không đọc được. Hãy ghi dạng ngày/tháng/năm, ví dụ 01/07/2026.", "ngay"))
    return render(
        request,
        "web/rules/list.html",
        {
            "shelves": library.shelves(kind, on),
            "kinds": library.kinds_on_shelves(),
            "kind": kind,
            "day_typed": typed,
            "problems": problems,
            "broken": catalogue.broken(),
            "own": approved_for(user_of(request), today()),
            "may_try_periods": bool(allowed(request) & {Permission.INSPECT, Permission.MANAGE_CYCLES}),
        },
    )


@needs(Permission.SIGNED_IN)
@require_safe
def selection(request: HttpRequest) -> HttpResponse:
    """Which rulebook applies to whom on a day, and what must be decided first."""
    asked = read_asked(request.GET, today())
    found = answers(asked)
    return render(
        request,
        "web/rules/selection.html",
        {
            "asked": asked,
            "answers": found,
            "assumed": assumed_in(found, asked.on),
            "subjects": SUBJECTS,
            "roles": ROLES,
            "periods": PERIODS,
            "places": places(),
            "problems": asked.problems,
            "beside": by_field(asked.problems),
        },
    )


@needs(Permission.SIGNED_IN)
@require_safe
def rulebook(request: HttpRequest, key: str) -> HttpResponse:
    """One rulebook; `?quy-che=` names the overlays laid on it, in order."""
    return _read(request, opening.open_book(key, request.GET.getlist("quy-che")), kept=False)


@needs(Permission.SIGNED_IN)
@require_safe
def version(request: HttpRequest, digest: str) -> HttpResponse:
    """A version that a period used, as it was then."""
    return _read(request, past_book(digest), kept=True)


def _read(request: HttpRequest, book: catalogue.Book, *, kept: bool) -> HttpResponse:
    uses = uses_of_rulebook(book.key)
    frame = {
        "book": book,
        "kept": kept,
        "name": opening.name_of(book),
        "sources": opening.sources(book),
        "chain": list(library.chain_of(book.key)),
        "uses": uses,
        "with_cases": [(key, title) for key, title in book.overlay_titles.items() if not stored.is_stored(key)],
        **beside(user_of(request), book, kept=kept),
    }
    if isinstance(book, Rulebook):
        return render(request, "web/rules/rulebook.html", {**frame, "reader": read_points(book)})
    words = {"procedure": PROCEDURES[book.book.procedure_kind], "key_date": KEY_DATES[book.book.key_date]}
    return render(
        request,
        "web/rules/schemes.html",
        {**frame, **words, "forms": book.book.forms, "reader": read_schemes(book, request.GET.get("khung", ""))},
    )


@needs(Permission.SIGNED_IN)
@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Two rulebooks side by side: `?a=` and `?b=` name them."""
    a, b = request.GET.get("a", ""), request.GET.get("b", "")
    found = comparison_of(a, b) if a and b else None
    choices = opening.choices(user_of(request), today(), a, b)
    return render(request, "web/rules/comparison.html", {"found": found, "choices": choices, "a": a, "b": b})


@needs(Permission.SIGNED_IN)
@require_safe
def cases(request: HttpRequest, key: str) -> HttpResponse:
    """The cases beside a rulebook; `?chay=` runs one of them, `?chay=tat-ca` all."""
    found = case_list(key, request.GET.get("chay", ""))
    return render(request, "web/rules/cases.html", {"found": found})
