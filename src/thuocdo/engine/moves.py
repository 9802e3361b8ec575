"""Who would move between two ratings: by subject, by group, and by quota; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from thuocdo.engine.facts import Case
from thuocdo.engine.outcome import CaseResult, Outcome, QuotaCell

Group = tuple[str, str]
NOT_THERE = "not_there"


@dataclass(frozen=True)
class Move:
    """One subject whose result differs. `before`, `after`: a level's code, else the outcome kind (`needs_decision`);
    `NOT_THERE` of a subject that only the other file holds."""

    id: str
    name: str
    group: Group
    before: str
    after: str


@dataclass(frozen=True)
class GroupCount:
    """How many subjects of an agency and group have each result, before and after, and how many of them move."""

    group: Group
    before: Mapping[str, int]
    after: Mapping[str, int]
    moved: int


@dataclass(frozen=True)
class QuotaChange:
    """One quota in one scope whose figures differ; None where that rulebook has no such quota."""

    quota: str
    group: Group
    before: QuotaCell | None
    after: QuotaCell | None


@dataclass(frozen=True)
class Moves:
    """What changes for whom, in the order of the facts."""

    moved: tuple[Move, ...]
    groups: tuple[GroupCount, ...]
    quotas: tuple[QuotaChange, ...]
    total: int


def result_of(outcome: Outcome | None) -> str:
    """The level, else the band, else the kind of the outcome."""
    return NOT_THERE if outcome is None else outcome.level or outcome.band or outcome.kind


def moves(case: Case, before: CaseResult, after: CaseResult, other: Case | None = None) -> Moves:
    """Compare two results of one case, or of two (`other` is the second) whose subjects are the same by `id`. Scores
    that change within a level move nobody."""
    subjects = {subject.id: subject for one in (other, case) if one is not None for subject in one.subjects}
    order = dict.fromkeys(subject.id for one in (case, other) if one is not None for subject in one.subjects)
    moved: list[Move] = []
    counts: dict[Group, tuple[Counter[str], Counter[str]]] = {}
    for subject in (subjects[one] for one in order):
        group = (subject.agency or "", subject.group or "")
        old, new = (result_of(result.outcomes.get(subject.id)) for result in (before, after))
        here = counts.setdefault(group, (Counter(), Counter()))
        here[0][old] += 1
        here[1][new] += 1
        if old != new:
            moved.append(Move(subject.id, subject.name or "", group, old, new))
    shifted = Counter(move.group for move in moved)
    groups = tuple(GroupCount(group, dict(one), dict(two), shifted[group]) for group, (one, two) in counts.items())
    return Moves(tuple(moved), groups, _quotas(before, after), len(order))


def _quotas(before: CaseResult, after: CaseResult) -> tuple[QuotaChange, ...]:
    cells = [
        {(cell.quota, cell.agency, cell.group or "", cell.parent, cell.side): cell for cell in result.quotas}
        for result in (before, after)
    ]
    found = []
    for key in dict.fromkeys((*cells[0], *cells[1])):
        one, other = cells[0].get(key), cells[1].get(key)
        if _figures(one) != _figures(other):
            found.append(QuotaChange(key[0], (key[1], key[2]), one, other))
    return tuple(found)


def _figures(cell: QuotaCell | None) -> tuple[object, ...]:
    if cell is None:
        return ()
    both = tuple(_figures(one) for one in cell.readings)
    return (cell.base, cell.at_level, cell.places, cell.stable_places, cell.exceeded, *both)
