"""Two rounds or rating dates side by side: what came of them, which steps, order and rules each has, by which
article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.engine.schemes.graph import link_words
from thuocdo.kernel.errors import Refusal
from thuocdo.rounds import books, queries
from thuocdo.rounds.differences import EdgeRow, RuleRow, StepRow, edge_rows, rule_rows, step_rows
from thuocdo.rounds.models import Round
from thuocdo.rounds.outcomes import counted
from thuocdo.web.access import needs, now, today, user_of
from thuocdo.web.drawing import SLIM, Picture, picture
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.rules.opening import name_of
from thuocdo.web.rules.reader_book import STEPS

EARLIEST = 2018


@dataclass(frozen=True)
class Side:
    """One of the two: its rules, and the picture of its order."""

    title: str
    day: date
    rules: books.Rules
    drawn: Picture
    slim: Picture


@dataclass(frozen=True)
class Topic:
    """The rules of one topic: a folded part of the page."""

    name: str
    rows: list[RuleRow]

    @property
    def alike(self) -> int:
        return _alike(self.rows)

    @property
    def differ(self) -> int:
        return len(self.rows) - self.alike


def _alike(rows: Sequence[StepRow | EdgeRow | RuleRow]) -> int:
    """How many both sides state."""
    return sum(all(row.sides) for row in rows)


def _topics(rows: Sequence[RuleRow]) -> list[Topic]:
    return [Topic(name, list(found)) for name, found in groupby(rows, key=lambda row: row.topic)]


@needs(Permission.SIGNED_IN)
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`?a=` and `?b=` are rating dates, `?qc-a=` and `?qc-b=` overlays; `?dot-a=` and `?dot=` take rounds of the user
    instead. Of two rounds, what came of them too."""
    problems: list[Problem] = []
    user, at = user_of(request), now()
    own = queries.desk(user, at).rounds
    chosen = _rounds(request.GET, own)
    typed = {name: request.GET.get(name, "") for name in ("a", "b", "qc-a", "qc-b")}
    typed["a"] = typed["a"] or "20/12/2018"
    typed["b"] = typed["b"] or f"20/12/{today().year}"
    sides = []
    for name in ("a", "b"):
        try:
            sides.append(_of_round(chosen[name]) if name in chosen else _of_day(typed, name))
        except Refusal as refusal:
            problems.append(Problem(refusal.message, name))
    context: dict[str, Any] = {
        "typed": typed,
        "problems": problems,
        "errors": by_field(problems),
        "sides": sides,
        "rounds": own,
        "chosen": chosen,
        "offered": {name: _offered(typed[name]) for name in ("a", "b") if name not in chosen},
    }
    if len(sides) == 2:
        one, other = sides[0].rules, sides[1].rules
        first, second = one.graph, other.graph
        steps, edges = step_rows(first, second), edge_rows(first, second)
        context["steps"] = [(books.LABELS[row.kind], STEPS.get(row.step, "việc khác"), row) for row in steps]
        context["edges"] = [(row, link_words((row.first or row.second)[0].link)) for row in edges]
        context["alike"] = {"steps": _alike(steps), "edges": _alike(edges)}
        context["differ"] = {"steps": len(steps) - _alike(steps), "edges": len(edges) - _alike(edges)}
        context["more"] = _topics(rule_rows(one.book, other.book, (sides[0].day, sides[1].day)))
        if one.book.hash != other.book.hash:
            context["books"] = urlencode({"a": name_of(one.book), "b": name_of(other.book)})
        if len(chosen) == 2:
            context["counted"] = counted(user, [chosen["a"], chosen["b"]], at)
    return render(request, "web/rounds/compare.html", context, status=400 if problems else 200)


def _rounds(asked: QueryDict, own: list[Round]) -> dict[str, Round]:
    """The rounds asked for. Who names one alone, and no date, gets the nearest other round of the same organisation as
    the first; where there is none, the year's other text stands there."""
    by_key = {str(one.pk): one for one in own if one.state != Round.State.PLAN}
    keys = {"a": asked.get("dot-a", ""), "b": asked.get("dot", "")}
    found = {name: by_key[key] for name, key in keys.items() if key in by_key}
    if "b" in found and "dot-a" not in asked and "a" not in asked:
        second = found["b"]
        others = [one for one in by_key.values() if one.organisation_id == second.organisation_id and one != second]
        if others:
            first = min(others, key=lambda one: (abs(one.year - second.year), one.year))
            found = dict(zip("ab", sorted((first, second), key=lambda one: one.year), strict=True))
        elif second.rating_date.year <= EARLIEST:
            found = {"a": second}
    return found


def _of_round(round_: Round) -> Side:
    return _side(books.rules_of(round_), f"Đợt {round_.label}", round_.rating_date)


def _of_day(typed: Mapping[str, str], name: str) -> Side:
    """Raises Refusal."""
    day = parse_day(typed[name], label="Ngày xếp loại", field=name)
    overlays = [typed[f"qc-{name}"]] if typed[f"qc-{name}"] else []
    return _side(books.selected(day, overlays), f"Xếp loại ngày {day:%d/%m/%Y}", day)


def _side(rules: books.Rules, title: str, day: date) -> Side:
    graph = rules.graph
    ranks = [[(node.id, node.label) for node in rank] for rank in graph.ranks()]
    pairs = [(e.first, e.then) for e in graph.edges]
    return Side(title, day, rules, picture(ranks, pairs), picture(ranks, pairs, across=SLIM))


def _offered(typed: str) -> tuple[tuple[str, str], ...]:
    try:
        day: date = parse_day(typed, label="Ngày xếp loại", field="a")
        return books.offered(day)
    except Refusal:
        return ()
