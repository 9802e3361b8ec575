"""The order of the year: routine months, the acts between them, and what the roster and the ledger make of the acts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tests.agreement import disagreements
from tests.story.acts import MERGED, Acts
from tests.story.centre import Centre
from tests.story.clock import after
from tests.story.office import Office
from tests.story.people import (
    CITY_HEAD,
    CITY_OFFICER,
    COSTS_HEAD,
    DEPARTMENT,
    DEPARTMENT_OFFICER,
    DEPUTY,
    ECONOMY_DEPUTY,
    ECONOMY_HEAD,
    HEAD,
    MOTHER,
    MOVER,
    OFFICERS,
    PETITIONER,
    REOPENED,
    ROOTS,
    STAFF,
    WARD,
)
from tests.story.roster import Seat
from tests.story.routine import Routine
from thuocdo.decisions import actions as decisions
from thuocdo.decisions.models import Decision
from thuocdo.organisation.waiting import todo

AWAY = range(4, 10)
Check = Callable[[str, int], None]


@dataclass
class Year:
    """One play of the year; `check(root, month)` is called when a month of an agency is over."""

    routine: Routine
    office: Office
    acts: Acts
    check: Check
    months: range = range(1, 13)
    centre: Centre = field(init=False)
    served: dict[int, dict[str, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.centre = Centre(self.routine)

    def play(self) -> None:
        """January to December, and the means of the year."""
        for month in self.months:
            self._begin(month)
            self._end(month)
            for root in ROOTS:
                self.check(root, month)
            self._after(month)

    def _begin(self, month: int) -> None:
        """The month itself, with the acts of its last days."""
        self._roster(month)
        if month == 12:
            self.centre.year()
        self.centre.begin(month)
        self.served[month] = {root: self.routine.roster.people(root) for root in ROOTS}
        for root in ROOTS:
            for step in (self.routine.give, self.routine.plan, self.routine.report, self.routine.open):
                step(root, month)
            self.routine.excuse(root, month)
        if month == 3:
            self.acts.maternity()
        if month == 6:
            self.acts.merger()
            self._merged()
        if month == 8:
            self.acts.move()

    def _roster(self, month: int) -> None:
        """What begins with the first day of the month."""
        roster = self.routine.roster
        roster.away = {MOTHER.code} if month in AWAY else set()
        if month == 9:
            roster.seats[MOVER.code] = Seat("S-HT", STAFF, "civil_servant")

    def _merged(self) -> None:
        """From 1 July one division; June's sheets, not yet judged, go by the new table (the officer chose so)."""
        roster, entries = self.routine.roster, self.routine.ledger.entries
        roster.kinds[MERGED] = "component"
        for seat in roster.seats.values():
            seat.unit = MERGED if seat.unit in ("S-QH", "S-KT") else seat.unit
        roster.seats[COSTS_HEAD.code].leadership = DEPUTY
        for (_, month), entry in entries.items():
            if month == 6 and entry.judge in ("S-QH", "S-KT"):
                entry.judge = MERGED
        entries[COSTS_HEAD.code, 6].judge = MERGED

    def _end(self, month: int) -> None:
        """Filed, judged, closed, published in the days after the month."""
        for root in ROOTS:
            assert todo(self.routine.user(OFFICERS[root]), after(month, 1)), "lists that are empty at the end fill up"
            self.routine.file(root, month)
            if root == WARD:
                self.centre.file(month)
                self._agrees(month, after(month, 3))
            if (root, month) == (WARD, 9):
                self.acts.new_head()
                self._new_head()
                self.acts.hand_over()
            self.routine.judge(root, month)
            rated = self.centre.rated(month) if root == WARD else ()
            if rated:
                self.centre.judge(month)
            self.routine.close(root, month)
            self.office.publish(root, month, {one.unit for one in rated})
            if rated:
                self.centre.receive(month)
            self.office.issue_lists(root, month)
        self._agrees(month, after(month, 9, 18))

    def _agrees(self, month: int, at: datetime) -> None:
        """The to-do list, the notices and what truly waits say the same, for everybody, in the months with acts."""
        if month in (6, 9, 12):
            assert disagreements(self.routine.users.values(), at) == []

    def _new_head(self) -> None:
        """The former head is the city's; the deputy's own September goes up, because nobody judges the own month."""
        roster, entries = self.routine.roster, self.routine.ledger.entries
        roster.seats[ECONOMY_HEAD.code] = Seat("SNV", STAFF, "civil_servant")
        roster.seats[ECONOMY_DEPUTY.code] = Seat("P-KT", HEAD, "civil_servant")
        entries[ECONOMY_DEPUTY.code, 9].judge = "P-UB"

    def _after(self, month: int) -> None:
        """Roll-ups at the end of quarters, and what comes to light later."""
        for kind, number, ends in (("quarter", month // 3, 3), ("half_year", month // 6, 6), ("year", 1, 12)):
            if month % ends == 0:
                self._roll_up(kind, number, range(month - ends + 1, month + 1))
        if month == 8:
            self.acts.send_along(MOVER, "P-KT", "S", DEPARTMENT_OFFICER, 8, 11)
        if month == 9:
            self.acts.send_along(ECONOMY_HEAD, "P-KT", "SNV", CITY_OFFICER, 9, 12)
        if month == 6:
            self.acts.petition()
            self._corrected()
        if month == 9:
            self._reopened()

    def _roll_up(self, kind: str, number: int, months: range, day: int = 10) -> None:
        for root in ROOTS:
            people = self.rolled(root, months)
            done = self.office.roll_up(root, kind, number, people, months[-1], day)
            mother = self.routine.persons[MOTHER.code]
            assert set(done.failed) <= {mother}, done.failed
            if mother in done.failed:
                self.office.decide_mean(kind, number, MOTHER.code, months[-1])

    def rolled(self, root: str, months: range) -> list[str]:
        """Whose means this agency makes: who served there in the last of these months and has any result in them. Of
        who left before, the agency that they went to makes them, from what was sent along."""
        there = self.served[months[-1]][root]
        return [code for code in there if any(month in months for month in self.routine.ledger.months(code))]

    def _corrected(self) -> None:
        """The new result replaces the old one in the ledger, in the unit's list and in the means made before."""
        self.routine.ledger.entries[PETITIONER.code, 6].line(0).update(quality_errors=0)
        self._replace_list("P-KT", WARD, 6, (6, 20), "Kết quả của một người được sửa theo kiến nghị.")
        self._received(WARD, PETITIONER.code, 6, (6, 20))
        for kind, number in (("quarter", 2), ("half_year", 1)):
            done = self.office.roll_up(WARD, kind, number, [PETITIONER.code], 6, 21)
            assert [one.revision for one in done.made] == [2]

    def _received(self, root: str, code: str, month: int, said: tuple[int, int]) -> None:
        """The new result is published in a supplement; whose it is says that it came."""
        self.office.supplement(root, code, month, said)
        result = self.routine.result(code, month)
        decisions.receive_result(confirmation_id=result.pk, by=self.routine.user(code), at=after(*said, 18))

    def _replace_list(self, unit: str, root: str, month: int, said: tuple[int, int], why: str) -> None:
        """Replace the unit's list of the month; `said`: after which month and on which day."""
        old = Decision.objects.get(unit__code=unit, cycle=self.routine.cycle(root, month), state="issued")
        row = decisions.draft_replacement(
            decision_id=old.pk, reason=why, by=self.routine.user(self.routine.roster.head(unit)), at=after(*said)
        )
        self.office.issue(root, row, *said)
        self.office.synced(root, month, [unit], after(*said, 17))
        old.refresh_from_db()
        assert old.state == Decision.State.REPLACED

    def _reopened(self) -> None:
        """An error of August comes to light in October: two people reopen one sheet of the closed month for one new
        result."""
        routine, code, month = self.routine, REOPENED.code, 8
        sheet, at = routine.sheet(code, month), after(9, 19)
        (asked,) = decisions.propose_reopening(
            cycle_id=sheet.cycle_id, sheet_ids=[sheet.pk], reason="Một sản phẩm bị ghi thiếu.",
            by=routine.user(DEPARTMENT_OFFICER.code), at=at,
        )  # fmt: skip
        chairman = routine.user(CITY_HEAD.code)
        decisions.agree_reopening(reopening_id=asked.pk, by=chairman, at=after(9, 20))
        task = routine.tasks(code, month)[1]
        changed = {"completed": "2", "quality_met": "2", "on_time": "2", "note": "Theo sổ theo dõi."}
        decisions.replace_result(
            reopening_id=asked.pk, reason="Một sản phẩm bị ghi thiếu.", by=chairman, at=after(9, 20, 10),
            judgement={"comment": "Thay theo hồ sơ.", "tasks": {task.code: changed}},
        )  # fmt: skip
        routine.ledger.entries[code, month].line(1).update(completed="2", quality_met="2", on_time="2")
        self._replace_list("S-HT", DEPARTMENT, month, (9, 21), "Kết quả tháng 8 của một người được thay.")
        self._received(DEPARTMENT, code, month, (9, 21))
        done = self.office.roll_up(DEPARTMENT, "quarter", 3, [code], 9, 22)
        assert [one.revision for one in done.made] == [2]
