"""What would change if a rule were different: a closed month's frozen facts, rated again under a changed rulebook.

Nothing is stored. Counts hide small groups; the list of people is a look at their results and is recorded by
`actions.record_what_if_view` before it is shown.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals.facts import period_of
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation
from thuocdo.appraisals.progress import cycle_to_follow
from thuocdo.appraisals.table import Points, points
from thuocdo.cycles.models import Cycle
from thuocdo.engine import (
    OutcomeColumns,
    Rulebook,
    SubjectFacts,
    columns_from_subjects,
    compile_plan,
    parse_frozen,
    rate_columns,
)
from thuocdo.engine.errors import CaseError, RulebookError
from thuocdo.engine.rate import NEEDS_DECISION_ROW, SCORED_ROW
from thuocdo.kernel.errors import Refusal
from thuocdo.rulesets.versions import pinned_book, variant_of

SMALL = 5
MOST = 20_000
NO_SCORE = "không có mức"
WAITS = "cần quyết định"


@dataclass(frozen=True)
class Pinned:
    """A rulebook of the period with the number of its confirmed sheets."""

    key: str
    overlays: tuple[str, ...]
    hash: str
    sheets: int
    book: Rulebook


@dataclass(frozen=True)
class Mover:
    """Somebody whose result would be another one. `step` counts levels upwards, 0 where a level appears or goes."""

    sheet_id: int
    name: str
    unit_id: int
    unit: str
    group: str
    before: str
    after: str
    score_before: Points | None
    score_after: Points | None
    step: int


@dataclass(frozen=True)
class Tally:
    """One unit: how many people, how many of them would rise, fall, or otherwise change. `withheld`: the counts would
    show persons, by themselves or when all others are taken from the total.
    """

    label: str
    people: int
    up: int
    down: int
    other: int
    withheld: bool

    @property
    def small(self) -> bool:
        """Too few people to tell even how many."""
        return self.people < SMALL


@dataclass(frozen=True)
class WhatIf:
    """The comparison: everybody rated twice. `levels` counts people by level before and after."""

    cycle: Cycle
    label: str
    people: int
    movers: tuple[Mover, ...]
    units: tuple[Tally, ...]
    levels: tuple[tuple[str, int, int], ...]

    @property
    def small(self) -> bool:
        """Too few people to show counts without showing persons."""
        return self.people < SMALL

    @property
    def up(self) -> int:
        return sum(m.step > 0 for m in self.movers)

    @property
    def down(self) -> int:
        return sum(m.step < 0 for m in self.movers)


def pinned_books(user: User, cycle_id: int, at: datetime) -> tuple[Cycle, list[Pinned]]:
    """The closed period with those rulebooks of its confirmed sheets that count products, for officers and inspectors.

    Raises NotYours; Refusal for a period that is not closed.
    """
    cycle = cycle_to_follow(user, cycle_id, at)
    if cycle.state != Cycle.State.CLOSED:
        raise Refusal("what_if.open", f"Kỳ {cycle.label} chưa khóa. Chỉ thử đổi quy tắc trên kỳ đã khóa.")
    rows = in_force(Confirmation.objects.filter(sheet__cycle=cycle))
    used = Counter(
        (key, tuple(over), digest) for key, over, digest in rows.values_list("rulebook", "overlays", "rulebook_hash")
    )
    books = {pin: pinned_book(*pin) for pin in used}
    found = [Pinned(*pin, n, book) for pin, n in sorted(used.items()) if isinstance(book := books[pin], Rulebook)]
    return cycle, found


def what_if(cycle: Cycle, pinned: Pinned, changes: Mapping[str, object]) -> WhatIf:
    """Rate the frozen facts under the pinned rule and under the changed one. Two queries; stores nothing.

    Raises Refusal for a change that the rulebook does not bear, saying why.
    """
    try:
        changed = variant_of(pinned.key, pinned.overlays, pinned.hash, changes)
    except RulebookError as error:
        words = f"Không thử được thay đổi này: {error.problem}. {error.remedy}"
        raise Refusal("what_if.change", words, field=error.key) from error
    rows = _rows(cycle, pinned)
    subjects = [parse_frozen(json.loads(row.submission.document)["subject"]) for row in rows]
    before, after = (_rated(book, subjects, cycle) for book in (pinned.book, changed))
    labels = {band.code: band.label for band in (*pinned.book.bands, *changed.bands)}
    movers = tuple(_movers(rows, before, after, labels))
    return WhatIf(cycle, cycle.label, len(rows), movers, _units(rows, movers), _levels(before, after, labels))


def _rows(cycle: Cycle, pinned: Pinned) -> list[Confirmation]:
    pin = {"rulebook": pinned.key, "rulebook_hash": pinned.hash}
    rows = in_force(Confirmation.objects.filter(sheet__cycle=cycle, **pin))
    if pinned.sheets > MOST:
        raise Refusal(
            "what_if.many",
            f"Kỳ này có {pinned.sheets} phiếu, trang này thử được nhiều nhất {MOST} phiếu một lần. Hãy chọn kỳ của một "
            "đơn vị nhỏ hơn.",
        )
    rows = rows.select_related("submission", "sheet__person", "sheet__member__unit")
    return list(rows.order_by("sheet__person__sort_key", "sheet__person__code"))


def _rated(book: Rulebook, subjects: Sequence[SubjectFacts], cycle: Cycle) -> OutcomeColumns:
    plan = compile_plan(book)
    try:
        return rate_columns(plan, columns_from_subjects(plan, subjects, period_of(cycle)))
    except CaseError as error:
        raise Refusal("what_if.facts", f"Dữ kiện của kỳ không hợp với thay đổi này: {error}") from error


def _level(found: OutcomeColumns, row: int, labels: Mapping[str, str]) -> str:
    kind = int(found.kind[row])
    if kind == SCORED_ROW:
        return labels[found.codes[int(found.band[row])]]
    return WAITS if kind == NEEDS_DECISION_ROW else NO_SCORE


def _movers(
    rows: Sequence[Confirmation], before: OutcomeColumns, after: OutcomeColumns, labels: Mapping[str, str]
) -> Iterable[Mover]:
    changed = (before.kind != after.kind) | ((before.kind == SCORED_ROW) & (before.band != after.band))
    for index in changed.nonzero()[0]:
        row = int(index)
        scored = int(before.kind[row]) == int(after.kind[row]) == SCORED_ROW
        member = rows[row].sheet.member
        yield Mover(
            rows[row].sheet_id,
            rows[row].sheet.person.full_name,
            member.unit_id,
            member.unit.name,
            member.task_group,
            _level(before, row, labels),
            _level(after, row, labels),
            points(before.score(row)),
            points(after.score(row)),
            int(before.band[row]) - int(after.band[row]) if scored else 0,
        )


def _units(rows: Sequence[Confirmation], movers: Sequence[Mover]) -> tuple[Tally, ...]:
    people = Counter(row.sheet.member.unit_id for row in rows)
    names = {row.sheet.member.unit_id: row.sheet.member.unit.name for row in rows}
    steps: dict[int, list[int]] = {}
    for mover in movers:
        steps.setdefault(mover.unit_id, []).append(mover.step)
    withheld = withheld_of(people)
    return tuple(
        Tally(
            names[unit],
            count,
            sum(step > 0 for step in steps.get(unit, ())),
            sum(step < 0 for step in steps.get(unit, ())),
            sum(step == 0 for step in steps.get(unit, ())),
            unit in withheld,
        )
        for unit, count in sorted(people.items(), key=lambda found: (names[found[0]], found[0]))
    )


def withheld_of(people: Mapping[int, int]) -> set[int]:
    """Units whose counts are not shown: those under SMALL people and, while those together are under SMALL, the next
    smallest ones, so that the total without the shown units is never the count of a few.
    """
    found: set[int] = set()
    pooled = 0
    for unit, count in sorted(people.items(), key=lambda one: (one[1], one[0])):
        if count >= SMALL and not 0 < pooled < SMALL:
            break
        found.add(unit)
        pooled += count
    return found


def _levels(
    before: OutcomeColumns, after: OutcomeColumns, labels: Mapping[str, str]
) -> tuple[tuple[str, int, int], ...]:
    counted = [Counter(_level(found, row, labels) for row in range(len(found.ids))) for found in (before, after)]
    order = dict.fromkeys((*labels.values(), WAITS, NO_SCORE))
    return tuple((label, counted[0][label], counted[1][label]) for label in order)
