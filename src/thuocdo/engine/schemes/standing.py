"""Where every step of a round stands (trạng thái từng bước): done, free to be taken, or waiting, and for whom.

Pure and whole at once: whoever holds the subjects of a round, their links and the steps done asks here, and refuses a
step taken early with what is said here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from thuocdo.engine.schemes.graph import Edge, Graph, Node

Done = tuple[str, str]  # step, subject
State = Literal["done", "free", "waits"]
NO_LINKS: Mapping[str, Collection[str]] = MappingProxyType({})


class Subject(NamedTuple):
    """One subject of a round. `links`: by relation, the ids of the subjects it leads to; `person`: the same in all
    procedures of one human."""

    id: str
    kind: str
    role: str = "none"
    person: str | None = None
    links: Mapping[str, Collection[str]] = NO_LINKS


@dataclass(frozen=True)
class Waiting:
    """One edge that holds a step back, and the subjects for whom the step before is not done."""

    edge: Edge
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """One step of one subject."""

    subject: str
    node: Node
    state: State
    waits: tuple[Waiting, ...] = ()


class Steps:
    """The steps of these subjects under one graph: what holds each of them back, given what is done."""

    def __init__(self, graph: Graph, subjects: Iterable[Subject]) -> None:
        self.graph = graph
        self.everybody = {subject.id: subject for subject in subjects}
        self._nodes = {node.id: node for node in graph.nodes}
        self._alike: dict[str, list[str]] = {}
        for one in self.everybody.values():
            if one.person is not None:
                self._alike.setdefault(one.person, []).append(one.id)

    def waiting(self, subject: str, edges: Iterable[Edge], taken: Collection[Done]) -> tuple[Waiting, ...]:
        """Which of these edges hold the subject back.

        A step waits only for subjects that have the step before it: who is no civil servant has no level to wait for.
        """
        one = self.everybody[subject]
        return tuple(Waiting(edge, left) for edge in edges if (left := self._held(one, edge, taken)))

    def standing(self, subject: str, node: Node, taken: Collection[Done]) -> Standing:
        """Where one step of one subject stands."""
        if (node.id, subject) in taken:
            return Standing(subject, node, "done")
        waits = self.waiting(subject, self.graph.before(node.id), taken)
        return Standing(subject, node, "waits" if waits else "free", waits)

    def _linked(self, one: Subject, link: str) -> Iterable[str]:
        if link == "any":
            return [key for key in self.everybody if key != one.id]
        if link == "itself":
            return [one.id]
        if link == "same":
            return [key for key in self._alike.get(one.person or "", ()) if key != one.id]
        return one.links.get(link, ())

    def _held(self, one: Subject, edge: Edge, taken: Collection[Done]) -> tuple[str, ...]:
        first = self._nodes[edge.first]
        others = [self.everybody[key] for key in self._linked(one, edge.link) if key in self.everybody]
        asked = [other.id for other in others if first.concerns(other.kind, other.role)]
        left = tuple(key for key in asked if (edge.first, key) not in taken)
        # One human: it is enough that the step before was taken in one of the procedures.
        return () if edge.link == "same" and len(left) < len(asked) else left


def standings(
    graph: Graph, subjects: Iterable[Subject], done: Collection[Done], of: Collection[str] | None = None
) -> tuple[Standing, ...]:
    """Every step of every subject, or of those in `of`, by subject in an order in which the steps may be taken."""
    prepared, taken = Steps(graph, subjects), frozenset(done)
    everybody = prepared.everybody.values()
    asked = list(everybody) if of is None else [one for one in everybody if one.id in of]
    steps = {sort: graph.steps_of(*sort) for sort in {(one.kind, one.role) for one in asked}}
    return tuple(prepared.standing(one.id, node, taken) for one in asked for node in steps[one.kind, one.role])


def after(
    graph: Graph, subjects: Iterable[Subject], steps: Iterable[Done]
) -> tuple[tuple[Done, ...], tuple[Standing, ...]]:
    """The steps taken in that order: those that were done, and those refused because they came early.

    Raises KeyError for a step that the subject does not have.
    """
    prepared, taken, refused = Steps(graph, subjects), dict[Done, None](), list[Standing]()
    for step, subject in steps:
        one = prepared.everybody[subject]
        nodes = {node.id: node for node in graph.nodes if node.concerns(one.kind, one.role)}
        now = prepared.standing(subject, nodes[step], taken)
        if now.state == "waits":
            refused.append(now)
        else:
            taken[step, subject] = None
    return tuple(taken), tuple(refused)
