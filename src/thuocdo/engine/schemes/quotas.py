"""Quotas of a file: how many may hold a level in each agency, group or parent. They count; they lower nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

import numpy as np

from thuocdo.engine.facts import Case, QuotaRaise, SubjectFacts
from thuocdo.engine.outcome import Outcome, QuotaCell
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.cells import NOT_COUNTED, Cell, cells_of, without_group
from thuocdo.engine.schemes.counting import Rounding, places_of, stable_of
from thuocdo.engine.schemes.explain_quota import SIDES, quota_finding

SEVERAL = (
    "{} được xếp loại ở nhiều nơi trong phạm vi này với mức khác nhau; văn bản không nêu tính ở mức nào, nên đếm cả "
    "hai cách. "
)
BOTH_WAYS = {
    (True, True): " Cách nào cũng vượt.",
    (False, False): " Cách nào cũng không vượt.",
    (True, False): " Một cách vượt, một cách không: cấp có thẩm quyền quyết định tính ở mức nào.",
}
ROUNDINGS: tuple[Rounding, ...] = ("floor", "half_up", "up")
FIGURES = ("label", "cite", "since", "until")
OF_WHOM = (
    "Có quyết định nâng tỷ lệ, nhưng nhóm {} gồm người của nhiều cơ quan ({}). Hãy ghi cấp quyết định (decided_by) của "
    "từng người và ghi đúng cấp ấy ở quota_raises.agency."
)


@dataclass(frozen=True)
class Ruled:
    """A quota with the levels of its scheme; `members` are those it counts, in the order of the file. `side`: which
    subjects these are (`SIDES`), where the file holds others whom the same quota counts by themselves."""

    book: SchemeBook
    scheme: schema.Scheme
    rule: schema.SchemeQuota
    members: tuple[SubjectFacts, ...]
    side: str


@dataclass(frozen=True)
class Line:
    """The line that applies in one cell: the quota's, or the raised one that the authority decided on."""

    percent: Fraction | None
    base: str
    hard: bool
    raised: QuotaRaise | None
    not_raised: str = ""


@dataclass(frozen=True)
class Tally:
    """What was counted in one cell. `places` None where a figure is open or a fact is missing: `why` says so."""

    cell: Cell
    line: Line
    at_level: int
    base: int | None
    places: int | None
    stable: int | None
    small: bool
    candidates: tuple[tuple[Fraction | None, tuple[str, ...]], ...]
    undecided: tuple[str, ...]
    why: str
    note: str


def quota_cells(
    subjects: Sequence[tuple[SubjectFacts, SchemeBook, schema.Scheme]],
    outcomes: Mapping[str, Outcome],
    case: Case,
) -> tuple[QuotaCell, ...]:
    """Every quota in each of its scopes; the same quota of several schemes of one rulebook is one quota,
    counted for each side by itself (`side_of`)."""
    found: list[QuotaCell] = []
    for ruled in _ruled(subjects):
        for cell, members in cells_of(ruled.rule.scopes, ruled.members).items():
            found += _counted(ruled, cell, members, outcomes, case)
    return tuple(found)


def side_of(kind: str) -> str:
    """Among whom a subject is counted: persons of the State's staff with each other, agencies with units; a leader as
    such, a Party member, a collective, a Party organisation each with their like. One person is rated as a leader and
    as a member, and is not two of one base.

    >>> side_of("civil_servant"), side_of("public_employee"), side_of("leader"), side_of("party_member")
    ('staff', 'staff', 'leader', 'party_member')
    """
    return "agency" if kind == "unit" else kind if kind in SIDES else "staff"


def _ruled(subjects: Sequence[tuple[SubjectFacts, SchemeBook, schema.Scheme]]) -> Iterator[Ruled]:
    groups: dict[tuple[str, str, str], list[SubjectFacts]] = {}
    first: dict[tuple[str, str, str], tuple[SchemeBook, schema.Scheme, schema.SchemeQuota]] = {}
    for subject, book, scheme in subjects:
        for rule in scheme.quotas:
            figures = rule.model_copy(update={"label": "", "cite": ("-",), "since": None, "until": None})
            key = (book.key, repr(figures), side_of(subject.kind))
            first.setdefault(key, (book, scheme, rule))
            if subject.leadership in rule.roles:
                groups.setdefault(key, []).append(subject)
    several = {key for key, count in Counter(key[:2] for key in groups).items() if count > 1}
    for key, (book, scheme, rule) in first.items():
        yield Ruled(book, scheme, rule, tuple(groups.get(key, ())), key[2] if key[:2] in several else "")


def _counted(
    ruled: Ruled, cell: Cell, members: Sequence[SubjectFacts], outcomes: Mapping[str, Outcome], case: Case
) -> Iterator[QuotaCell]:
    """The cell as it counts; both ways where a person's level differs from place to place. None of whom is rated: no
    cell."""
    rows = [subject for subject in members if outcomes[subject.id].kind != "not_rated"]
    if not rows:
        return
    levels = {subject.id: outcomes[subject.id].level or outcomes[subject.id].band for subject in rows}
    line, why = _line(ruled, cell, members, case, outcomes)
    most, least, differ = _each_once(ruled, line, rows, levels)
    undecided = tuple(subject.id for subject in rows if levels[subject.id] is None)
    told = _note(ruled, cell, rows)
    ways = [
        _shown(ruled, _tally(ruled, cell, (line, why), there, levels, outcomes, case, undecided, note))
        for there, note in (((most, ""), (least, told)) if differ else ((most, told),))
    ]
    yield _between(ways[0], ways[1], differ) if differ else ways[0]


def _tally(
    ruled: Ruled,
    cell: Cell,
    lined: tuple[Line, str],
    there: Sequence[SubjectFacts],
    levels: Mapping[str, str | None],
    outcomes: Mapping[str, Outcome],
    case: Case,
    undecided: tuple[str, ...],
    note: str,
) -> Tally:
    rule, (line, why) = ruled.rule, lined
    base = _base(ruled, line, cell, there, levels, case) if line.base != "open" else None
    if not why and line.base == "open":
        why = "Văn bản không nói tỷ lệ tính trên số nào."
    if not why and base is None:
        why = "Chưa ghi tổng số người của phạm vi này (headcounts)."
    holders = [subject.id for subject in there if levels[subject.id] == rule.level]
    small = _small(rule, len(there))
    places, stable = None, None
    if small:
        assert rule.small is not None
        places = stable = rule.small.at_most
        why = ""
    elif base is not None and line.percent is not None:
        places, stable, why = _places(ruled, line, len(holders), base)
    return Tally(
        cell, line, len(holders), base, places, stable, small, _ranked(holders, outcomes), undecided, why, note
    )  # fmt: skip


def _small(rule: schema.SchemeQuota, people: int) -> bool:
    return rule.small is not None and people < rule.small.fewer_than


def _note(ruled: Ruled, cell: Cell, rows: Sequence[SubjectFacts]) -> str:
    if "group" not in ruled.rule.scopes or cell.scope == "parent" or cell.name is not None:
        return ""
    alone = cell.scope == "group"
    return without_group(rows, ruled.members, "được đếm riêng" if alone else NOT_COUNTED)


def _each_once(
    ruled: Ruled, line: Line, rows: Sequence[SubjectFacts], levels: Mapping[str, str | None]
) -> tuple[list[SubjectFacts], list[SubjectFacts], list[str]]:
    """One subject for each person: as most and as least of the share would be used, and the persons in whom these
    differ, for which place counts is nowhere said. Each decides alone: a holder weighs one place, whoever is of the
    base makes a share of one. Who names no person is one; a place without a level yet counts where no other has one.
    """
    places: dict[tuple[str, str], list[SubjectFacts]] = {}
    for subject in rows:
        key = ("subject", subject.id) if subject.person is None else ("person", subject.person)
        places.setdefault(key, []).append(subject)
    share = Fraction(0) if line.percent is None or _small(ruled.rule, len(places)) else line.percent / 100

    def counts(one: SubjectFacts) -> tuple[bool, bool]:
        return levels[one.id] == ruled.rule.level, _based(ruled, line, one, levels)

    def weight(one: SubjectFacts) -> Fraction:
        holds, based = counts(one)
        return holds - share * based

    most, least, differ = [], [], []
    for (_, name), mine in places.items():
        known = [one for one in mine if levels[one.id] is not None] or mine
        most.append(max(known, key=weight))
        least.append(min(known, key=weight))
        if counts(most[-1]) != counts(least[-1]):
            differ.append(name)
    return most, least, differ


def _between(most: QuotaCell, least: QuotaCell, differ: Sequence[str]) -> QuotaCell:
    """Both ways of counting in one: it says what both say, else it is open."""
    known = most.places is not None and least.places is not None
    open_ = not known or most.exceeded != least.exceeded
    said = (
        f"{SEVERAL.format(', '.join(differ))}Nhiều nhất: {most.finding.sentence_vi} "
        f"Ít nhất: {least.finding.sentence_vi}{BOTH_WAYS[most.exceeded, least.exceeded] if known else ''}"
    )
    finding = replace(
        most.finding,
        sentence_vi=said,
        inputs=tuple(
            (f"{way}: {name}", value)
            for way, one in (("Nhiều nhất", most), ("Ít nhất", least))
            for name, value in one.finding.inputs
        ),
        value=None if open_ else most.finding.value,
        effect="left_open" if open_ else most.finding.effect,
    )
    places, stable = (None, None) if open_ else (most.places, most.stable_places)
    return replace(
        most, places=places, stable_places=stable, exceeded=most.exceeded and not open_, finding=finding,
        readings=(most, least),
    )  # fmt: skip


def _line(
    ruled: Ruled, cell: Cell, members: Sequence[SubjectFacts], case: Case, outcomes: Mapping[str, Outcome]
) -> tuple[Line, str]:
    rule = ruled.rule
    hard = rule.hardness == "hard"
    agencies = {cell.agency, *(subject.agency for subject in members if cell.scope == "parent")}
    groups = (None, cell.name) if cell.scope == "group" else (None,)
    raises = [item for item in case.quota_raises if item.side in (None, side_of(members[0].kind))]
    if rule.raised is not None and any(_half_meant(item, cell) for item in raises):
        return Line(None, rule.base, hard, None), OF_WHOM.format(cell.name, ", ".join(one or "?" for one in cell.among))
    found = [item for item in raises if item.agency in agencies and item.group in groups]
    raised = max(found, key=lambda item: (item.group is not None, item.side is not None), default=None)
    not_raised = ""
    if raised is not None and rule.raised is not None:
        own, level = rule.raised, _level_of(raised, outcomes)
        if own.needs_level in (None, level):
            hard = hard if own.hardness is None else own.hardness == "hard"
            return Line(Fraction(own.percent), own.base or rule.base, hard, raised), ""
        if level is None:
            why = f"Chưa ghi mức của cơ quan (quota_raises.unit) để biết có tỷ lệ nâng không. {own.label}."
            return Line(None, rule.base, hard, None), why
        not_raised = own.label
    percent, why = _percent(rule, agencies, case)
    return Line(percent, rule.base, hard, None, not_raised), why


def _half_meant(item: QuotaRaise, cell: Cell) -> bool:
    """Whether a raise names the group, or one agency of it, where the group is of several agencies."""
    return bool(cell.among) and (item.group == cell.name or (item.group is None and item.agency in cell.among))


def _level_of(raised: QuotaRaise, outcomes: Mapping[str, Outcome]) -> str | None:
    """The level of the agency itself: given, or that of a subject of the file."""
    if raised.unit is None or raised.unit.id is None:
        return None if raised.unit is None else raised.unit.level
    found = outcomes.get(raised.unit.id)
    return None if found is None else found.level


def _percent(rule: schema.SchemeQuota, agencies: Set[str | None], case: Case) -> tuple[Fraction | None, str]:
    if rule.percent_fact is not None:
        facts = {item.agency: item.value for item in case.quota_facts if item.id == rule.percent_fact}
        value = next((facts[one] for one in agencies if one in facts), None)
        return value, "" if value is not None else f"Chưa ghi tỷ lệ này của cơ quan (quota_facts.{rule.percent_fact})."
    if rule.percent == "open":
        return None, "Văn bản không nêu tỷ lệ."
    return Fraction(cast(int, rule.percent)), ""


def _base(
    ruled: Ruled,
    line: Line,
    cell: Cell,
    there: Sequence[SubjectFacts],
    levels: Mapping[str, str | None],
    case: Case,
) -> int | None:
    if line.base != "all_staff":
        return sum(_based(ruled, line, subject, levels) for subject in there)
    group = cell.name if cell.scope == "group" else None
    staff = {(item.agency, item.group): item.staff for item in case.headcounts}
    return staff.get((cell.agency, group))


def _based(ruled: Ruled, line: Line, subject: SubjectFacts, levels: Mapping[str, str | None]) -> bool:
    """Whether the share is taken of this one among others; of none where it is taken of a stated number."""
    if line.base == "levels":
        return levels[subject.id] in ruled.rule.base_levels
    if line.base == "leaders":
        return subject.leadership != "none"
    return line.base == "rated" and levels[subject.id] is not None


def _places(ruled: Ruled, line: Line, at_level: int, base: int) -> tuple[int | None, int | None, str]:
    assert line.percent is not None
    share = line.percent / 100
    rule = ruled.rule
    words: Sequence[Rounding] = ROUNDINGS if rule.rounding == "open" else (rule.rounding,)
    found = set()
    for word in words:
        bases, holders = np.array([base], dtype=np.int64), np.array([at_level], dtype=np.int64)
        places = places_of(bases, share, word)
        stable = stable_of(holders, bases, places, share, word, falls_into(ruled.scheme, rule, line.base))
        found.add((int(places[0]), int(stable[0])))
    if len(found) == 1:
        return (*found.pop(), "")
    shown = " hoặc ".join(str(places) for places, _ in sorted(found))
    return None, None, f"Văn bản không nói làm tròn thế nào: {shown} suất."


def falls_into(scheme: schema.Scheme, rule: schema.SchemeQuota, base: str) -> int:
    """How the base changes when somebody falls to the next lower level."""
    if base != "levels":
        return 0
    codes = [level.code for level in scheme.levels]
    place = codes.index(rule.level) + 1
    lower = codes[place] if place < len(codes) else None
    return int(lower in rule.base_levels) - int(rule.level in rule.base_levels)


def _ranked(
    holders: Sequence[str], outcomes: Mapping[str, Outcome]
) -> tuple[tuple[Fraction | None, tuple[str, ...]], ...]:
    """Holders by exact score, the highest first; equal scores together, those without a score last."""
    tied: dict[Fraction | None, list[str]] = {}
    for one in holders:
        tied.setdefault(outcomes[one].score, []).append(one)
    order = sorted((score for score in tied if score is not None), reverse=True)
    return tuple((score, tuple(tied[score])) for score in (*order, *([None] if None in tied else [])))


def _shown(ruled: Ruled, tally: Tally) -> QuotaCell:
    cell = tally.cell
    exceeded = tally.places is not None and tally.at_level > tally.places
    return QuotaCell(
        ruled.rule.id,
        _agency_of(ruled, cell),
        cell.name if cell.scope == "group" else None,
        tally.line.percent or Fraction(0),
        tally.base or 0,
        tally.at_level,
        tally.places,
        tally.stable,
        tuple(one for _, tied in tally.candidates for one in tied),
        tally.undecided,
        exceeded,
        quota_finding(ruled.book, ruled.scheme, ruled.rule, tally, exceeded, ruled.side),
        cell.name if cell.scope == "parent" else None,
        ruled.side or None,
    )


def _agency_of(ruled: Ruled, cell: Cell) -> str:
    """The agency a cell belongs to: for those under a parent, the one they share, else the parent."""
    if cell.scope != "parent":
        return cell.agency
    shared = {subject.agency for subject in ruled.members if subject.parent == cell.name}
    return next(iter(shared)) or cell.agency if len(shared) == 1 else cell.agency
