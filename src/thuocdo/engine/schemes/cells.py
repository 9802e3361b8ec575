"""Scopes of a quota: who is counted together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from thuocdo.engine.facts import SubjectFacts

SHOWN = 10
NOT_COUNTED = "không được đếm trong nhóm nào"
Scope = Literal["agency", "group", "parent"]


@dataclass(frozen=True)
class Cell:
    """One scope of a quota: an agency, a similar-task group, or everybody under one parent. A group is one of its
    agency where the rulebook counts agencies too; where it counts groups alone, of the body that decides
    (`decided_by`), else of the one agency that its members share, else of none (`among` says which they are).
    """

    scope: Scope
    agency: str
    name: str | None
    among: tuple[str, ...] = ()


def cells_of(scopes: Collection[Scope], members: Sequence[SubjectFacts]) -> dict[Cell, list[SubjectFacts]]:
    """Whom each scope counts together."""
    found: dict[Cell, list[SubjectFacts]] = {}
    for scope in scopes:
        for subject in members:
            cell = _cell(scope, subject)
            if cell.name is not None or scope == "agency" or "agency" not in scopes:
                found.setdefault(cell, []).append(subject)
    return _groups_alone(found) if set(scopes) == {"group"} else found


def without_group(members: Sequence[SubjectFacts], everybody: Sequence[SubjectFacts], how: str) -> str:
    """A sentence on those of a cell who state no group while others of their agencies do; `how` they are counted."""
    agencies = {subject.agency for subject in members}
    lone = [subject.id for subject in members if subject.group is None]
    named = sorted({subject.group for subject in everybody if subject.group is not None and subject.agency in agencies})
    if not lone or not named:
        return ""
    listed = ", ".join(lone[:SHOWN]) + (f" và {len(lone) - SHOWN} đối tượng khác" if len(lone) > SHOWN else "")
    return (
        f" Lưu ý: {listed} chưa ghi nhóm (khóa group) nên {how}, "
        f"trong khi cùng cơ quan có nhóm {', '.join(named)}. Hãy ghi nhóm của từng người."
    )


def _groups_alone(cells: Mapping[Cell, list[SubjectFacts]]) -> dict[Cell, list[SubjectFacts]]:
    """Similar groups across agencies, each of the body that decides; those who name no group stay with their agency."""
    groups: dict[tuple[str, str], list[SubjectFacts]] = {}
    for cell, members in cells.items():
        for subject in members:
            agency = subject.decided_by or ("" if cell.name is not None else cell.agency)
            groups.setdefault((agency, cell.name or ""), []).append(subject)
    found: dict[Cell, list[SubjectFacts]] = {}
    for (agency, name), members in groups.items():
        among = tuple(sorted({subject.agency or "" for subject in members}))
        shared = agency or (among[0] if len(among) == 1 else "")
        cell = Cell("group", shared, name or None, () if shared or len(among) == 1 else among)
        found.setdefault(cell, []).extend(members)
    return found


def _cell(scope: Scope, subject: SubjectFacts) -> Cell:
    """Without a name: those for whom no group or parent is stated are counted together, never left uncounted."""
    agency = subject.agency or ""
    if scope == "agency":
        return Cell(scope, agency, None)
    if scope == "group":
        return Cell(scope, agency, subject.group)
    return Cell(scope, subject.parent or "", subject.parent)
