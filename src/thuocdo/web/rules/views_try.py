"""The try-it page: one fictional sheet under one or two rulebooks, side by side; nothing is stored."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from thuocdo.accounts.permissions import Permission
from thuocdo.rulesets import stored
from thuocdo.rulesets.fields import FieldGroup, Typed, joined, read
from thuocdo.web.access import needs, today, user_of
from thuocdo.web.forms import Problem
from thuocdo.web.rules import opening
from thuocdo.web.rules import rows as names
from thuocdo.web.rules.selection import ROLE_NAMES
from thuocdo.web.rules.tryout import NUMBERS, POINT_PERIODS, Side, Tried, Whom, first_whom, side_of, text_of, tried

ONLY_HERE = (
    "Quy chế này lưu trong chương trình nên lệnh thuocdo rate không đọc được. Hãy tính thử trên trang này, hoặc chọn "
    "bộ quy tắc không có quy chế ấy rồi tải tệp."
)


@dataclass(frozen=True)
class Sheet:
    """What the address and the form say: one or two rulebooks, whom, and the inputs they ask for together."""

    sides: tuple[Side, ...]
    whom: Whom
    groups: tuple[FieldGroup, ...]


@needs(Permission.SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def tryout(request: HttpRequest) -> HttpResponse:
    """Choose rulebooks and whom (GET), fill the sheet and see the results (POST)."""
    sheet = _sheet(request)
    typed = _typed(request.POST)
    facts = read(sheet.groups, typed) if sheet else Typed()
    results: list[Tried] = []
    if sheet and request.method == "POST" and not facts.problems:
        results = [tried(side, sheet.whom, facts, _decisions(request.POST)) for side in sheet.sides]
    return _page(request, sheet, typed, facts, results)


@needs(Permission.SIGNED_IN)
@require_POST
def tryout_file(request: HttpRequest) -> HttpResponse:
    """The typed sheet as a case file for `thuocdo rate`, under the first rulebook."""
    sheet = _sheet(request)
    typed = _typed(request.POST)
    facts = read(sheet.groups, typed) if sheet else Typed()
    if sheet is None or facts.problems or sheet.sides[0].why_not:
        return _page(request, sheet, typed, facts, [])
    if any(stored.is_stored(str(overlay)) for overlay in sheet.sides[0].book.overlays):
        facts.problems["a"] = ONLY_HERE
        return _page(request, sheet, typed, facts, [])
    text = text_of(sheet.sides[0], sheet.whom, facts, _decisions(request.POST))
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="tinh-thu.toml"'
    return response


def _page(
    request: HttpRequest, sheet: Sheet | None, typed: dict[str, str], facts: Typed, results: list[Tried]
) -> HttpResponse:
    problems = [Problem(message, field) for field, message in facts.problems.items()]
    names_asked = [side.name for side in sheet.sides] if sheet else []
    frame = {
        "choices": opening.choices(user_of(request), today(), *names_asked),
        "kinds": names.SUBJECTS,
        "roles": names.ROLES,
        "periods": names.PERIODS,
        "numbers": range(1, 1 + (NUMBERS[sheet.whom.period] if sheet else 1)),
    }
    sides = sheet.sides if sheet else ()
    frame |= {"a": sides[0].name if sides else "", "b": sides[1].name if len(sides) > 1 else ""}
    return render(
        request,
        "web/rules/tryout.html",
        {
            **frame,
            "sheet": sheet,
            "typed": typed,
            "beside": facts.problems,
            "problems": problems,
            "results": results,
            "decisions": _decisions(request.POST),
        },
        status=400 if problems else 200,
    )


def _sheet(request: HttpRequest) -> Sheet | None:
    """What is asked for in the address (or in the hidden fields of the form). Raises NotYours."""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = [name for name in (asked.get("a", ""), asked.get("b", "")) if name]
    if not wanted:
        return None
    books = [(opening.open_named(name), name) for name in dict.fromkeys(wanted)]
    whom = _whom(asked, first_whom([book for book, _ in books], today()))
    sides = tuple(side_of(book, name, whom) for book, name in books)
    return Sheet(sides, whom, joined(*(side.groups for side in sides)))


def _whom(asked: QueryDict, start: Whom) -> Whom:
    kind, role, period = asked.get("doi-tuong", ""), asked.get("vai-tro", ""), asked.get("ky", "")
    chosen = next((p for p in POINT_PERIODS if p == period), start.period)
    return Whom(
        kind if kind in names.SUBJECTS else start.kind,
        next((r for r in ROLE_NAMES if r == role), start.role),
        chosen,
        _between(asked.get("nam", ""), 2000, 2100, start.year),
        _between(asked.get("ky-so", ""), 1, NUMBERS[chosen], 1),
    )


def _between(text: str, least: int, most: int, start: int) -> int:
    good = text.isascii() and text.isdigit() and least <= int(text[:5]) <= most
    return int(text) if good else start


def _typed(form: QueryDict) -> dict[str, str]:
    """Field name to text as typed."""
    return {name.removeprefix("f."): str(text) for name, text in form.items() if name.startswith("f.")}


def _decisions(form: QueryDict) -> dict[str, str]:
    """Open point to the reading that is supposed for the try-out."""
    return {name.removeprefix("d."): str(text) for name, text in form.items() if name.startswith("d.") and text}
