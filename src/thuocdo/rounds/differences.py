"""Why two rounds differ: the steps and the order of two rating dates, side by side. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thuocdo.engine.schemes.graph import Edge, Graph, Node

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
