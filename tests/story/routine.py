"""A month as it always goes: work given, planned, done, reported, filed, judged, closed, published. Only actions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.factories.months import marks
from tests.story.clock import after, first, within
from tests.story.ledger import FULL, Entry, Ledger
from tests.story.people import OFFICERS, PETITIONER, STAFF
from tests.story.roster import Roster
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions as sheets
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.queries import evaluation_table
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Person, Unit
from thuocdo.plans import actions as plans
from thuocdo.plans.models import RecurringTask, WeekItem
from thuocdo.plans.queries_recurring import proposals_for_month
from thuocdo.plans.rules import Reported, monday_of
from thuocdo.work import actions as work
from thuocdo.work.models import CauseClaim, Evidence, Task
from thuocdo.work.rules import Report

FIRST, SECOND, EXTRA = "Giải quyết hồ sơ", "Báo cáo định kỳ hằng tháng", "Việc phát sinh ngoài kế hoạch"
SIZES = {FIRST: (200, 400), SECOND: (150, 300), EXTRA: (100, 100)}
LATE, WRONG, FEWER, MORE, JUDGED_DOWN = 4, 5, 6, 7, 9


CONTESTED = (PETITIONER.code, 6)


def way(code: str, month: int) -> int:
    """How this person's month goes: mostly all done, sometimes not, by a rule that anybody can recompute."""
    if (code, month) == CONTESTED:
        return JUDGED_DOWN
    return (int(code[2:]) * 7 + ord(code[1]) + month * 3) % 10


@dataclass
class Routine:
    """What the months share."""

    users: dict[str, User]
    roster: Roster = field(default_factory=Roster)
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        self.persons = dict(Person.objects.values_list("code", "pk"))
        self.recurring = set(RecurringTask.objects.values_list("person__code", flat=True))

    def user(self, code: str) -> User:
        return self.users[code]

    def unit(self, code: str) -> int:
        return Unit.objects.get(code=code).pk

    def cycle(self, root: str, month: int) -> Cycle:
        return Cycle.objects.get(root__code=root, kind="month", year=2026, number=month)

    def sheet(self, code: str, month: int) -> Sheet:
        return Sheet.objects.select_related("evaluator").get(person__code=code, cycle__number=month)

    def result(self, code: str, month: int) -> Confirmation:
        """The result in force."""
        return Confirmation.objects.get(
            subject__code=code, sheet__cycle__number=month, sheet__cycle__kind="month", replaced_by__isnull=True
        )

    def give(self, root: str, month: int) -> None:
        """Heads give the month's products; who wrote recurring work down proposes it, and the head accepts."""
        for code in self.roster.rated(root):
            giver = self.user(self.giver(code))
            wanted = [FIRST, SECOND] if code not in self.recurring else [FIRST]
            for title in wanted + ([EXTRA] if way(code, month) == MORE else []):
                coefficient, quantity = SIZES[title]
                work.assign_task(
                    by=giver, at=within(month, 4), person_id=self.persons[code], month=first(month), title=title,
                    coefficient=coefficient, assigned=quantity, due_date=date(2026, month, 25),
                    outside_plan=title == EXTRA,
                )  # fmt: skip
            if code in self.recurring:
                self._propose(code, giver, month)

    def giver(self, code: str) -> str:
        """Who gives the work: the head of the own unit, of the unit above for heads."""
        return self.roster.evaluator(code)

    def _propose(self, code: str, giver: User, month: int) -> None:
        at = within(month, 4, 10)
        owner = self.user(code)
        (found,) = proposals_for_month(owner, first(month))
        (task,) = plans.propose_recurring_tasks(
            by=owner, at=at, month=first(month), chosen=[(found.recurring.pk, found.day)]
        )
        coefficient, quantity = SIZES[SECOND]
        work.accept_task(
            by=giver, at=at, task_id=task.pk, version=task.version, coefficient=coefficient, assigned=quantity,
            outside_plan=False,
        )  # fmt: skip

    def tasks(self, code: str, month: int) -> list[Task]:
        """The person's tasks in the order in which they are written down here."""
        rows = {task.title: task for task in Task.objects.filter(person__code=code, month=first(month))}
        return [rows[title] for title in SIZES if title in rows]

    def plan(self, root: str, month: int) -> None:
        """Staff take their tasks into the week of the 12th, and say on its last day how they went."""
        week = monday_of(date(2026, month, 12))
        for code in self.roster.rated(root):
            if self.roster.seats[code].leadership != STAFF:
                continue
            owner, at = self.user(code), within(month, 5)
            tasks = [task.pk for task in self.tasks(code, month)]
            items = plans.take_tasks(by=owner, at=at, week=week, task_ids=tasks)
            said = [Reported(item.pk, item.version, WeekItem.State.DONE) for item in items]
            plans.report_items(by=owner, at=within(month, 18), week=week, reports=said)

    def report(self, root: str, month: int) -> None:
        """Everybody reports with evidence; who was late for a reason says so."""
        for code in self.roster.rated(root):
            how = way(code, month)
            for task in self.tasks(code, month):
                work.report_task(
                    by=self.user(code), at=within(month, 24), task_id=task.pk, version=task.version,
                    report=_report(task, how, month),
                )  # fmt: skip
            task = self.tasks(code, month)[0]
            work.add_evidence(
                by=self.user(code), at=within(month, 24, 10), task_id=task.pk, kind=Evidence.Kind.DOCUMENT,
                text=f"{month}/BC-{code}",
            )  # fmt: skip
            if how == LATE:
                task.refresh_from_db()
                work.claim_cause(
                    by=self.user(code), at=within(month, 24, 11), task_id=task.pk, version=task.version, occurrences=1,
                    text="Chờ ý kiến của cơ quan khác, công văn 215.",
                )  # fmt: skip

    def open(self, root: str, month: int) -> None:
        """The officer opens the month; from here who is in, and as what, is fixed."""
        sheets.open_cycle(
            root_id=self.unit(root), kind="month", year=2026, number=month, submit_by=after(month, 3, 17),
            confirm_by=after(month, 8, 17), choices={}, by=self.user(OFFICERS[root]), at=within(month, 26),
        )  # fmt: skip
        for code in self.roster.rated(root):
            self.ledger.entries[code, month] = self._expected(code, month)

    def excuse(self, root: str, month: int) -> None:
        """Whoever evaluates confirms the causes that were claimed."""
        waiting = CauseClaim.objects.filter(task__month=first(month), state=CauseClaim.State.WAITING)
        for claim in waiting.select_related("task__person").order_by("pk"):
            code = claim.task.person.code
            if self.roster.root_of(code) == root:
                work.decide_cause(
                    by=self.user(self.judge_of(code, month)), at=within(month, 27), claim_id=claim.pk, confirmed=1,
                    reason="Có công văn kèm theo.",
                )  # fmt: skip

    def _expected(self, code: str, month: int) -> Entry:
        seat, below = self.roster.seats[code], self.roster.below(code)
        factors = {} if seat.leadership == STAFF else {"organising": 50 if month == 4 else 100, "solidarity": 100}
        if factors and not below:
            factors["unit_results"] = 100
        return Entry(
            leadership=seat.leadership,
            rank=self.roster.rank(code),
            judge=self.roster.judging_unit(code),
            marks={slug: text.replace(",", ".") for slug, text in _marks(code, month).items()},
            products=[_line(title, way(code, month)) for title in _titles(code, month)],
            factors=factors,
            below=below,
        )

    def file(self, root: str, month: int) -> None:
        """Everybody files."""
        for code in self.in_month(root, month):
            sheet = self.sheet(code, month)
            document = {"marks": _marks(code, month), "strengths": "Đủ việc, đúng hạn.", "shortcomings": ""}
            sheets.submit(
                sheet_id=sheet.pk, version=sheet.version, document=document, by=self.user(code), at=after(month, 2)
            )

    def in_month(self, root: str, month: int) -> list[str]:
        """Who has a sheet of this month under NĐ 335 there, lowest rank first."""
        found = Sheet.objects.filter(cycle=self.cycle(root, month)).values_list("person__code", flat=True)
        rated = [code for code in found if (code, month) in self.ledger.entries]
        return sorted(rated, key=lambda code: (self.ledger.entries[code, month].rank, code))

    def judge(self, root: str, month: int, without: Iterable[str] = ()) -> None:
        """Heads judge: what raises no question in one step from the table, the rest sheet by sheet; heads last."""
        cycle = self.cycle(root, month)
        for rank in range(4):
            codes = [c for c in self.in_month(root, month) if self.ledger.entries[c, month].rank == rank]
            by_judge: dict[str, list[str]] = {}
            for code in codes:
                if code not in without:
                    by_judge.setdefault(self.judge_of(code, month), []).append(code)
            for judge, judged in by_judge.items():
                self._judge(cycle, judge, judged, month, rank)

    def judge_of(self, code: str, month: int) -> str:
        """Who judges this month by the roster of today."""
        return self.roster.head(self.ledger.entries[code, month].judge)

    def _judge(self, cycle: Cycle, judge: str, judged: list[str], month: int, rank: int) -> None:
        at, by = after(month, 4 + rank), self.user(judge)
        rows = {row.sheet.person.code: row for row in evaluation_table(by, cycle.pk, at).rows}
        plain = [
            code for code in judged
            if rows[code].may_confirm_plainly and rank == 0 and way(code, month) != JUDGED_DOWN
        ]  # fmt: skip
        if plain:
            items = [(rows[code].sheet.pk, rows[code].sheet.version) for code in plain]
            sheets.confirm_many(items=items, comment="Nhất trí.", by=by, at=at)
        for code in judged:
            if code not in plain:
                sheets.open_for_review(sheet_id=rows[code].sheet.pk, by=by, at=at)
                sheet = self.sheet(code, month)
                sheets.confirm(
                    sheet_id=sheet.pk, version=sheet.version, judgement=self.judgement(code, month), by=by, at=at
                )

    def judgement(self, code: str, month: int) -> dict[str, Any]:
        """The evaluator's document, and the same in the ledger."""
        entry = self.ledger.entries[code, month]
        said: dict[str, Any] = {"comment": "Nhất trí."}
        if way(code, month) == JUDGED_DOWN:
            task = self.tasks(code, month)[0]
            said["tasks"] = {task.code: {"quality_errors": "1", "note": "Một hồ sơ phải làm lại."}}
            entry.line(0)["quality_errors"] = 1
        if entry.factors:
            said["leadership_factors"] = {name: str(value) for name, value in entry.factors.items()}
            if entry.factors["organising"] == 50:
                said["factor_reasons"] = {"organising": "Phân công đầu quý còn chậm."}
        return said

    def close(self, root: str, month: int) -> None:
        """The officer closes; every sheet must have been judged."""
        sheets.close_cycle(cycle_id=self.cycle(root, month).pk, by=self.user(OFFICERS[root]), at=after(month, 8, 10))


def _titles(code: str, month: int) -> list[str]:
    return [FIRST, SECOND] + ([EXTRA] if way(code, month) == MORE else [])


def _marks(code: str, month: int) -> dict[str, str]:
    """Marks as typed: below the maximum of two criteria by some quarters of a point."""
    less = (int(code[2:]) + month) % 5
    return marks(political_ethics=f"{5 - less / 4:.2f}".replace(".", ","), hard_tasks="2,25" if month % 2 else "2,5")


def _line(title: str, how: int) -> dict[str, Any]:
    """What the oracle is told of one product."""
    coefficient, quantity = SIZES[title]
    full = f"{quantity // 100}"
    line: dict[str, Any] = {"coefficient": f"{coefficient / 100}", "assigned": full}
    line |= dict.fromkeys(FULL, full)
    if title == EXTRA:
        line["outside_plan"] = True
    if title == FIRST and how == LATE:
        line |= {"late": 1, "late_excused": 1}
    if title == FIRST and how == WRONG:
        line |= {"quality_errors": 1}
    if title == SECOND and how == FEWER:
        line |= dict.fromkeys(FULL, "2")
    return line


def _report(task: Task, how: int, month: int) -> Report:
    """The same product as its doer reports it."""
    line = _line(task.title, how)
    completed, good, timely = (int(line[name]) * 100 for name in FULL)
    return Report(
        completed, good, timely, line.get("quality_errors", 0), line.get("late", 0),
        evidence=f"Sổ theo dõi tháng {month}",
    )  # fmt: skip
