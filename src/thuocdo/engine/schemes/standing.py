"""Where every step of a round stands (trạng thái từng bước): done, free to be taken, or waiting, and for whom.

Pure and whole at once: whoever holds the subjects of a round, their links and the steps done asks here, and refuses a
step taken early with what is said here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from thuocdo.engine.schemes.graph import Edge, Graph, Node

Done = tuple[str, str]  # step, subject
State = Literal["done", "free", "waits"]


@dataclass(frozen=True)
class Subject:
    """One subject of a round. `links`: by relation, the ids of the subjects it leads to; `person`: the same in all
    procedures of one human."""

    id: str
    kind: str
    role: str = "none"
    person: str | None = None
    links: Mapping[str, Collection[str]] = field(default_factory=dict)


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


def standings(
    graph: Graph, subjects: Iterable[Subject], done: Collection[Done], of: Collection[str] | None = None
) -> tuple[Standing, ...]:
    """Every step of every subject, or of those named in `of`, by subject in an order in which the steps may be taken.

    A step waits only for subjects that have the step before it: who is no civil servant has no level to wait for.
    """
    everybody = {subject.id: subject for subject in subjects}
    alike: dict[str, list[str]] = {}
    for one in everybody.values():
        if one.person is not None:
            alike.setdefault(one.person, []).append(one.id)
    taken = frozenset(done)
    nodes = {node.id: node for node in graph.nodes}

    def linked(one: Subject, link: str) -> Iterable[str]:
        if link == "any":
            return [key for key in everybody if key != one.id]
        if link == "itself":
            return [one.id]
        if link == "same":
            return [key for key in alike.get(one.person or "", ()) if key != one.id]
        return one.links.get(link, ())

    def held(one: Subject, edge: Edge) -> tuple[str, ...]:
        first = nodes[edge.first]
        others = [everybody[key] for key in linked(one, edge.link) if key in everybody]
        asked = [other.id for other in others if first.concerns(other.kind, other.role)]
        left = tuple(key for key in asked if (edge.first, key) not in taken)
        # One human: it is enough that the step before was taken in one of the procedures.
        return () if edge.link == "same" and len(left) < len(asked) else left

    def standing(one: Subject, node: Node) -> Standing:
        if (node.id, one.id) in taken:
            return Standing(one.id, node, "done")
        waits = tuple(Waiting(e, left) for e in graph.before(node.id) if (left := held(one, e)))
        return Standing(one.id, node, "waits" if waits else "free", waits)

    steps = {(one.kind, one.role): graph.steps_of(one.kind, one.role) for one in everybody.values()}
    asked = everybody.values() if of is None else [one for one in everybody.values() if one.id in of]
    return tuple(standing(one, node) for one in asked for node in steps[one.kind, one.role])


def after(
    graph: Graph, subjects: Iterable[Subject], steps: Iterable[Done]
) -> tuple[tuple[Done, ...], tuple[Standing, ...]]:
    """The steps taken in that order: those that were done, and those refused because they came early.

    Raises KeyError for a step that the subject does not have.
    """
    everybody = tuple(subjects)
    done: list[Done] = []
    refused = []
    for step in steps:
        now = {(row.node.id, row.subject): row for row in standings(graph, everybody, done)}
        if now[step].state == "waits":
            refused.append(now[step])
        else:
            done.append(step)
    return tuple(done), tuple(refused)
