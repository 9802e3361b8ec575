"""A leader's branch: one month, and the twelve that end with it, drawn on the server."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals.counts.units import PAGE
from thuocdo.results.branch import Branch, branch, month_to_show
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number

HEIGHT, STEP, WIDTH = 120, 44, 30
COLOURS = ("#1f5f3a", "#2f6fb0", "#b07a12", "#9b1c12", "#5c6b7a", "#3d3d3d")


@dataclass(frozen=True)
class Piece:
    """One level of one month in the drawing."""

    x: int
    y: int
    height: int
    colour: str


@dataclass(frozen=True)
class Drawing:
    """Bars of people by level; months of which the levels are withheld have none. The table beside it says the same."""

    width: int
    pieces: tuple[Piece, ...]
    months: tuple[tuple[int, str], ...]
    keys: tuple[tuple[str, str], ...]


@needs(Permission.EVALUATE, Permission.MANAGE_CYCLES, Permission.INSPECT)
@require_safe
def leader(request: HttpRequest) -> HttpResponse:
    """Month and trend of everything the user leads, looks after or inspects: figures of units, never of people."""
    usual = month_to_show(today())
    year = number(request.GET.get("nam", "")) or usual[0]
    month = number(request.GET.get("thang", "")) or usual[1]
    page = max(1, number(request.GET.get("trang", "")))
    found = branch(user_of(request), year, month, now(), page)
    shown = Paginator(range(found.count), PAGE).get_page(page)
    context = {"branch": found, "list": shown, "keep": f"nam={year}&thang={month}&", "drawing": drawing_of(found)}
    context["table_of"] = f"nam={year}&ky=quarter-{(month + 2) // 3}"
    context |= {"earlier": _step(year, month, -1), "later": _step(year, month, 1)}
    return render(request, "web/inspection/branch.html", context)


def drawing_of(found: Branch) -> Drawing:
    """The twelve months as bars, the tallest of full height."""
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(found.level_names)}
    most = max([sum((one.levels or {}).values()) for one in found.trend], default=0)
    pieces = tuple(_pieces(found, colours, most)) if most else ()
    labels = tuple(
        (place * STEP + WIDTH // 2, f"{one.number}/{one.year % 100}") for place, one in enumerate(found.trend)
    )
    return Drawing(len(found.trend) * STEP, pieces, labels, tuple(colours.items()))


def _pieces(found: Branch, colours: dict[str, str], most: int) -> Iterator[Piece]:
    for place, one in enumerate(found.trend):
        below = 0
        for name, colour in colours.items():
            count = (one.levels or {}).get(name, 0)
            foot, top = HEIGHT * below // most, HEIGHT * (below + count) // most
            if top > foot:
                yield Piece(place * STEP, HEIGHT - top, top - foot, colour)
            below += count


def _step(year: int, month: int, by: int) -> tuple[int, int]:
    there = 12 * year + month - 1 + by
    return there // 12, there % 12 + 1
