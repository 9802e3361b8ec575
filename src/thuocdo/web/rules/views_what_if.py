"""What-if on closed periods: who would move if a bound or a reading were different; stores nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.appraisals.what_if import Pinned, WhatIf, pinned_books
from thuocdo.appraisals.what_if import what_if as compare
from thuocdo.cycles.models import Cycle
from thuocdo.cycles.queries import cycles_of_officer
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.exact import ExactError, decimal_vi, parse_user_decimal
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.forms import Problem, by_field

LISTED = 200
OF_A_YEAR = frozenset({"last_month", "partial_period", "quarter_parts", "discipline_year"})


@dataclass(frozen=True)
class Bound:
    """The lower bound of one band as it is and as typed."""

    path: str
    id: str
    label: str
    now: str
    typed: str


@dataclass(frozen=True)
class Choice:
    """An open point with its readings: as settled now, and as chosen for the what-if."""

    path: str
    id: str
    question: str
    readings: tuple[tuple[str, str], ...]
    now: str
    typed: str


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_safe
def what_if_periods(request: HttpRequest) -> HttpResponse:
    """The closed periods on which rules may be tried."""
    found = [c for c in cycles_of_officer(user_of(request), now()) if c.state == Cycle.State.CLOSED]
    return render(request, "web/rules/what_if_periods.html", {"cycles": [(c, c.label) for c in found]})


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES)
@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: HttpRequest, cycle_id: int) -> HttpResponse:
    """Change bounds and readings (GET fields); counts first. The list of people is asked for by POST and recorded."""
    user, at = user_of(request), now()
    cycle, books = pinned_books(user, cycle_id, at)
    asked = request.POST if request.method == "POST" else request.GET
    pinned = next((b for b in books if b.hash == asked.get("ban")), books[0] if books else None)
    if pinned is None:
        return render(request, "web/rules/what_if_none.html", {"label": cycle.label})
    changes, problems = changes_of(pinned, asked)
    found, people = None, False
    if changes and not problems:
        try:
            found = compare(cycle, pinned, changes)
        except Refusal as refusal:
            offered: list[Bound | Choice] = [*bounds_of(pinned, asked), *choices_of(pinned, asked)]
            fields = {one.path: one.id for one in offered}
            problems.append(Problem(refusal.message, fields.get(refusal.field or "", "")))
    if found and request.method == "POST":
        people = _look(user, cycle.pk, found, at)
    return render(
        request,
        "web/rules/what_if.html",
        {
            "cycle": cycle,
            "label": cycle.label,
            "books": books,
            "pinned": pinned,
            "bounds": bounds_of(pinned, asked),
            "choices": choices_of(pinned, asked),
            "readings_typed": any(c.typed for c in choices_of(pinned, asked)),
            "found": found,
            "people": people,
            "movers": found.movers[:LISTED] if found and people else (),
            "hidden": max(0, len(found.movers) - LISTED) if found else 0,
            "asked": [(name, text) for name, text in asked.items() if name != "csrfmiddlewaretoken"],
            "command": command(cycle.pk, user.username, changes),
            "problems": problems,
            "beside": by_field(problems),
        },
        status=400 if problems else 200,
    )


def _look(user: User, cycle_id: int, found: WhatIf, at: datetime) -> bool:
    actions.record_what_if_view(cycle_id=cycle_id, sheets=[m.sheet_id for m in found.movers[:LISTED]], by=user, at=at)
    return True


def bounds_of(pinned: Pinned, asked: QueryDict) -> list[Bound]:
    """Bounds of all bands but the lowest."""
    return [
        Bound(
            f"bands.{band.code}.at_least",
            f"muc-{band.code}",
            band.label,
            decimal_vi(band.at_least),
            asked.get(f"muc-{band.code}", ""),
        )
        for band in pinned.book.bands[:-1]
    ]


def choices_of(pinned: Pinned, asked: QueryDict) -> list[Choice]:
    """Open points that the score of a month or quarter may hang on."""
    return [
        Choice(
            f"points.{p.id}",
            f"diem-{p.id}",
            p.question_vi,
            tuple((r.id, r.label_vi) for r in p.readings),
            p.settled.reading if p.settled else "",
            asked.get(f"diem-{p.id}", ""),
        )
        for p in pinned.book.open_points
        if p.joint not in OF_A_YEAR
    ]


def changes_of(pinned: Pinned, asked: QueryDict) -> tuple[dict[str, object], list[Problem]]:
    """The changes that were typed, by path; what is typed as it is now is no change."""
    changes: dict[str, object] = {}
    problems: list[Problem] = []
    for bound in bounds_of(pinned, asked):
        if bound.typed.strip() and bound.typed.strip() != bound.now:
            try:
                changes[bound.path] = parse_user_decimal(bound.typed, maximum=pinned.book.book.total.ceiling + 1000)
            except ExactError:
                words = f"{bound.label}: không đọc được “{bound.typed}”. Hãy ghi số điểm, ví dụ 85,5."
                problems.append(Problem(words, bound.id))
    for choice in choices_of(pinned, asked):
        if choice.typed and choice.typed != choice.now:
            if choice.typed in dict(choice.readings):
                changes[choice.path] = choice.typed
            else:
                problems.append(Problem("Không có cách hiểu này. Hãy chọn trong danh sách.", choice.id))
    return changes, problems


def command(cycle_id: int, account: str, changes: dict[str, object]) -> str:
    """The same what-if as a command on this period."""
    options = "".join(f" --set {path}={value}" for path, value in changes.items())
    return f"thuocdo whatif --period {cycle_id} --account {account}{options}"
