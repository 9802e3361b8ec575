"""Why two rounds differ: steps, order and rules of two rating dates, side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.graph import Edge, Graph, Node

TOPICS = {
    "forms": "Mẫu, bản kiểm điểm",
    "deciders": "Ai quyết định",
    "quotas": "Tỷ lệ",
    "limits": "Mức trần",
    "not_rated": "Không xếp loại",
    "opinions": "Ý kiến nhiều phía",
    "ballots": "Bỏ phiếu",
}
Sign = tuple[str, str]
"""What is done, and to which kind of subject."""


@dataclass(frozen=True)
class StepRow:
    """What is done to a kind of subject under each of the two; None where that text has no such step."""

    kind: str
    step: str
    first: tuple[Node, ...]
    second: tuple[Node, ...]

    @property
    def sides(self) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        return self.first, self.second


@dataclass(frozen=True)
class EdgeRow:
    """One order of steps under each of the two; empty where that text read does not state it."""

    words: str
    first: tuple[Edge, ...]
    second: tuple[Edge, ...]

    @property
    def sides(self) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
        return self.first, self.second

    @property
    def alike(self) -> bool:
        return bool(self.first) and bool(self.second)


def _signs(node: Node) -> list[Sign]:
    return [(node.step or "", kind) for kind in node.subjects]


def step_rows(first: Graph, second: Graph) -> list[StepRow]:
    """By kind of subject and step, in the order of the texts."""
    found: dict[Sign, tuple[list[Node], list[Node]]] = {}
    for place, graph in enumerate((first, second)):
        for node in graph.nodes:
            for sign in _signs(node):
                found.setdefault(sign, ([], []))[place].append(node)
    return [
        StepRow(kind, step, tuple(a), tuple(b))
        for (step, kind), (a, b) in sorted(found.items(), key=lambda i: i[0][::-1])
    ]


def edge_rows(first: Graph, second: Graph) -> list[EdgeRow]:
    """Orders alike where they are between the same steps of the same kinds of subject, over the same relation; what one
    text states and the other does not comes first."""
    found: dict[tuple[frozenset[Sign], frozenset[Sign], str], tuple[list[Edge], list[Edge]]] = {}
    for place, graph in enumerate((first, second)):
        nodes = {node.id: node for node in graph.nodes}
        for edge in graph.edges:
            key = frozenset(_signs(nodes[edge.first])), frozenset(_signs(nodes[edge.then])), edge.link
            found.setdefault(key, ([], []))[place].append(edge)
    rows = [EdgeRow(_words([*a, *b]), tuple(a), tuple(b)) for a, b in found.values()]
    return sorted(rows, key=lambda row: row.alike)


def _words(edges: Sequence[Edge]) -> str:
    return edges[-1].label


@dataclass(frozen=True)
class RuleRow:
    """One rule beside the order of steps, with its articles under each of the two; empty where that text read does not
    state it. `whom`: the schemes that hold it."""

    topic: str
    words: str
    whom: tuple[str, ...]
    sides: tuple[tuple[Citation, ...], tuple[Citation, ...]]


def rule_rows(first: SchemeBook, second: SchemeBook, days: tuple[date, date]) -> list[RuleRow]:
    """Forms, who decides, quotas, ceilings, who is not rated, who is asked, ballots: by topic, in the texts' order."""
    found: dict[tuple[str, str], tuple[dict[str, None], tuple[list[Citation], list[Citation]]]] = {}
    for place, (book, day) in enumerate(zip((first, second), days, strict=True)):
        for topic, words, whom, rule in _rules_of(book):
            if rule.since <= day and (rule.until is None or day < rule.until):
                schemes, sides = found.setdefault((topic, words), ({}, ([], [])))
                schemes.update(dict.fromkeys([whom] if whom else []))
                known = [book.articles[ref] for ref in rule.cite if ref in book.articles]
                sides[place].extend(one for one in known if one not in sides[place])
    order = list(TOPICS)
    rows = sorted(found.items(), key=lambda item: order.index(item[0][0]))
    return [RuleRow(TOPICS[topic], words, tuple(whom), (tuple(a), tuple(b))) for (topic, words), (whom, (a, b)) in rows]


def _rules_of(book: SchemeBook) -> Iterator[tuple[str, str, str, Cited]]:
    reports = {form.form for form in book.book.review_forms}
    for form in book.book.review_forms:
        yield "forms", f"Mẫu {form.form}: {form.label}" if form.form else form.label, "", form
    for use in book.book.form_uses:
        if use.number not in reports:
            yield "forms", f"Mẫu {use.number}: {use.label}", "", use
    for decider in book.book.deciders:
        yield "deciders", f"{decider.subject}: {decider.decides}", "", decider
    for scheme in book.schemes:
        for quota in scheme.quotas:
            yield "quotas", quota.label, scheme.label, quota
        for limit in scheme.limits:
            yield "limits", limit.label, scheme.label, limit
        for out in scheme.not_rated:
            yield "not_rated", out.label, scheme.label, out
    for giver in book.book.opinions:
        yield "opinions", giver.label, "", giver
    for ballot in book.book.ballots:
        yield "ballots", ballot.label, "", ballot
