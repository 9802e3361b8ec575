"""The precedence graph of a rulebook (đồ thị trình tự): whose steps there are, and which waits for which.

A round takes its steps from here. Nothing is added to what the text says but one thing, marked as such: a kind of
subject that the rulebook rates in a year, and of whose rating the text read states no order, still has its rating
(`stated` false).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.checks_order import parts_of, spread
from thuocdo.engine.schemes.schema import Before, FormUse, Scheme, Stage, StepKind

RATING: StepKind = "rating"
STRENGTH = "HMLI"
ROLES: tuple[Role, ...] = ("none", "head", "deputy")
LINK_WORDS = {
    "itself": "của chính đối tượng ấy",
    "same": "của cùng một người",
    "any": "của mọi đối tượng",
    "collective": "của tập thể mà đối tượng thuộc về",
    "head": "của người đứng đầu tập thể",
    "same_level": "của chính quyền, chuyên môn, đoàn thể cùng cấp",
    "members": "của từng thành viên, đảng viên",
    "suborganisations": "của từng tổ chức đảng trực thuộc",
    "agencies": "của từng cơ quan, đơn vị",
    "lower": "của từng tập thể cấp dưới",
    "below": "của tổ chức đảng trực thuộc, đảng viên của chi bộ",
    "unit": "của đơn vị mà đối tượng thuộc về",
    "units": "của từng đơn vị phụ trách",
}


@dataclass(frozen=True)
class Node:
    """One step of a kind of subject. `roles` empty: every role. `stated`: the text puts it in an order."""

    id: str
    label: str
    step: StepKind | None
    subjects: tuple[str, ...]
    roles: tuple[Role, ...]
    cite: tuple[Citation, ...]
    stated: bool = True
    note: str = ""

    def concerns(self, kind: str, role: str) -> bool:
        """Whether a subject of that kind and role has this step."""
        return kind in self.subjects and (not self.roles or role in self.roles)


@dataclass(frozen=True)
class Edge:
    """`then` waits for `first` of the subjects that `link` leads to; `also`: other words of the text for the same."""

    id: str
    label: str
    first: str
    then: str
    link: str
    cite: tuple[Citation, ...]
    also: tuple[str, ...] = ()

    @property
    def confidence(self) -> str:
        """The weakest confidence of what it cites: H, M, L, I."""
        return max((item.confidence for item in self.cite), key=STRENGTH.index)


@dataclass(frozen=True)
class Graph:
    """Nodes in the order of the text, edges in the order of the text; no ring. `together`: stages that the text speaks
    of as one, with their parts. `unsettled`: edges that bind nobody until an agency accepts a reading of their stage.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsettled: tuple[Edge, ...] = ()

    def named(self, stage: str, kind: str, role: str = "none") -> tuple[str, ...]:
        """The steps of a subject that a stage of the text stands for: itself, or those it speaks of together."""
        names = self.together.get(stage, (stage,))
        return tuple(node.id for node in self.nodes if node.id in names and node.concerns(kind, role))

    def steps_of(self, kind: str, role: str = "none") -> tuple[Node, ...]:
        """The steps of a subject, in an order in which they may be taken."""
        return tuple(node for rank in self._ranks for node in rank if node.concerns(kind, role))

    def before(self, node: str) -> tuple[Edge, ...]:
        """What a step waits for."""
        return tuple(edge for edge in self.edges if edge.then == node)

    def after(self, node: str) -> tuple[Edge, ...]:
        """What waits for a step."""
        return tuple(edge for edge in self.edges if edge.first == node)

    def ranks(self) -> tuple[tuple[Node, ...], ...]:
        """Nodes in rows: each stands below all that it waits for."""
        return self._ranks

    @cached_property
    def _ranks(self) -> tuple[tuple[Node, ...], ...]:
        row: dict[str, int] = {}
        left = {node.id: {e.first for e in self.before(node.id)} - {node.id} for node in self.nodes}
        while left:
            free = [node for node, needs in left.items() if not needs & left.keys()]
            for node in free:
                row[node] = max((row[first] + 1 for first in left[node]), default=0)
            left = {node: needs for node, needs in left.items() if node not in row}
        return tuple(tuple(n for n in self.nodes if row[n.id] == i) for i in range(max(row.values(), default=-1) + 1))


def graph_of(book: SchemeBook, on: date | None = None) -> Graph:
    """The graph that holds on the rating date: what is not yet, or no longer, in force on it is left out.

    Without a date, everything.

    >>> from thuocdo.engine import load_book
    >>> graph = graph_of(load_book("party/qd-366-2025"), date(2025, 12, 20))
    >>> [edge.first for edge in graph.before("rate_member")]
    ['rate_work']
    """
    stages = tuple(s for s in book.book.stages if _holds(s, on))
    known = {stage.id for stage in stages}
    stated = tuple(e for e in book.book.precedence if _holds(e, on) and {e.first, e.then} <= known)
    nodes = [
        Node(s.id, s.label, s.step, s.subjects, s.roles, book.cite(s.cite), note=s.note) for s in stages if not s.parts
    ]
    nodes += _unstated(book, nodes, (s for s in book.schemes if _holds(s, on)))
    edges = _edges(book, stages, stated, {node.id for node in nodes})
    left_open = {stage.id for stage in stages if stage.parts == "open"}
    unsettled = tuple(
        Edge(e.id, e.label, e.first, e.then, e.link, book.cite(e.cite))
        for e in stated
        if not left_open.isdisjoint((e.first, e.then))
    )
    return Graph(tuple(nodes), edges, {stage.id: parts_of(stage) for stage in stages if stage.parts}, unsettled)


def _edges(
    book: SchemeBook, stages: tuple[Stage, ...], stated: tuple[Before, ...], taken: set[str]
) -> tuple[Edge, ...]:
    """Edges between steps, each once: two texts that say the same are cited together, the words of the one that names
    the steps themselves."""
    spread_out = [e for e in spread(stages, stated) if {e.first, e.then} <= taken]
    plain = {(e.id, e.first, e.then) for e in stated}
    found: dict[tuple[str, str, str], list[Before]] = {}
    for edge in spread_out:
        found.setdefault((edge.first, edge.then, edge.link), []).append(edge)
    return tuple(
        Edge(
            best.id,
            best.label,
            *key,
            book.cite(tuple(dict.fromkeys(ref for e in same for ref in e.cite))),
            tuple(dict.fromkeys(e.label for e in same if e.label != best.label)),
        )
        for key, same in found.items()
        for best in [min(same, key=lambda e: (e.id, e.first, e.then) not in plain)]
    )


def forms_of(book: SchemeBook, on: date | None = None) -> tuple[FormUse, ...]:
    """The forms of the instrument on the rating date: their numbers change from year to year."""
    return tuple(use for use in book.book.form_uses if _holds(use, on))


def link_words(link: str) -> str:
    """Whose step an edge waits for, in words."""
    return LINK_WORDS.get(link, "của đối tượng liên quan")


def forms_later(book: SchemeBook, on: date) -> tuple[FormUse, ...]:
    """The forms that the instrument names only from a later day on, those of the first such day."""
    later = [use for use in book.book.form_uses if use.since > on]
    first = min((use.since for use in later), default=None)
    return tuple(use for use in later if use.since == first)


def _holds(item: Stage | Before | Scheme | FormUse, on: date | None) -> bool:
    return on is None or (item.since <= on and (item.until is None or on < item.until))


def _unstated(book: SchemeBook, stated: Iterable[Node], schemes: Iterable[Scheme]) -> list[Node]:
    """Ratings of the year of whose order the text read says nothing."""
    rated = {
        (kind, role) for node in stated if node.step == RATING for kind in node.subjects for role in roles_of(node)
    }
    found = []
    for scheme in schemes:
        new = [(kind, role) for kind in scheme.subject_kinds for role in scheme.roles if (kind, role) not in rated]
        if new and "year" in scheme.periods:
            kinds, roles = (tuple(dict.fromkeys(values)) for values in zip(*new, strict=True))
            roles = () if set(roles) == set(ROLES) else roles
            label = f"Xếp loại: {scheme.label}"
            found.append(Node(f"rating_{scheme.id}", label, RATING, kinds, roles, book.cite(scheme.cite), stated=False))
            rated.update(new)
    return found


def roles_of(node: Node) -> tuple[Role, ...]:
    """The roles that a step concerns."""
    return node.roles or ROLES
