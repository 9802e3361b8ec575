"""Two rating dates side by side: which steps and which order each has, and by which article."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import Refusal
from thuocdo.rounds import books, queries
from thuocdo.rounds.differences import edge_rows, step_rows
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.decisions.typed import number
from thuocdo.web.drawing import SLIM, Picture, picture
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.rules.reader_book import STEPS, link_words


@dataclass(frozen=True)
class Side:
    """One of the two: its rules, and the picture of its order."""

    title: str
    rules: books.Rules
    drawn: Picture
    slim: Picture


@needs(Permission.SIGNED_IN)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`?a=` and `?b=` are rating dates, `?qc-a=` and `?qc-b=` overlays; `?dot=` takes a round of the user as the
    second."""
    problems: list[Problem] = []
    year = today().year
    typed = {
        "a": request.GET.get("a", "20/12/2018"),
        "b": request.GET.get("b", f"20/12/{year}"),
        "qc-a": request.GET.get("qc-a", ""),
        "qc-b": request.GET.get("qc-b", ""),
    }
    own = queries.desk(user_of(request), now()).rounds
    chosen = next((one for one in own if one.pk == number(request.GET.get("dot", ""))), None)
    sides = []
    for name in ("a", "b"):
        try:
            if name == "b" and chosen is not None:
                sides.append(_side(books.rules_of(chosen), f"Đợt {chosen.label}"))
            else:
                day = parse_day(typed[name], label="Ngày xếp loại", field=name)
                overlays = [typed[f"qc-{name}"]] if typed[f"qc-{name}"] else []
                sides.append(_side(books.selected(day, overlays), f"Xếp loại ngày {day:%d/%m/%Y}"))
        except Refusal as refusal:
            problems.append(Problem(refusal.message, name))
    context: dict[str, Any] = {
        "typed": typed,
        "problems": problems,
        "errors": by_field(problems),
        "sides": sides,
        "rounds": own,
        "chosen": chosen,
        "offered": {name: _offered(typed[name]) for name in ("a", "b")},
    }
    if len(sides) == 2:
        first, second = sides[0].rules.graph, sides[1].rules.graph
        context["steps"] = [(books.LABELS[r.kind], STEPS.get(r.step, "việc khác"), r) for r in step_rows(first, second)]
        context["edges"] = [(row, link_words((row.first or row.second)[0].link)) for row in edge_rows(first, second)]
    return render(request, "web/rounds/compare.html", context, status=400 if problems else 200)


def _side(rules: books.Rules, title: str) -> Side:
    graph = rules.graph
    ranks = [[(node.id, node.label) for node in rank] for rank in graph.ranks()]
    pairs = [(e.first, e.then) for e in graph.edges]
    return Side(title, rules, picture(ranks, pairs), picture(ranks, pairs, across=SLIM))


def _offered(typed: str) -> tuple[tuple[str, str], ...]:
    try:
        day: date = parse_day(typed, label="Ngày xếp loại", field="a")
        return books.offered(day)
    except Refusal:
        return ()
