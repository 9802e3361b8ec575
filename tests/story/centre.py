"""The ward's service unit: two public employees and a contract worker, each half of 2026 by the rule of its date.

Until 30 June no decree gives public employees a month (NĐ 90/2020 rates years), and nobody decided for the contract
worker: they are out, in words. From 1 July NĐ 233/2026 and its Điều 20 khoản 2, decided by the director; what it leaves
to the unit's own regulation each evaluator answers, because the unit has issued none. So its year is rated under NĐ 90
(Điều 20 khoản 1), from what was done in the months.
"""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.story.clock import after, first, moment, within
from tests.story.people import CENTRE, CENTRE_HEAD, CENTRE_STAFF, CENTRE_WORKER, CHAIRMAN, HEAD, WARD_OFFICER, Who
from tests.story.routine import Routine
from thuocdo.appraisals import actions as sheets
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.queries import own_sheet
from thuocdo.cycles.models import Cycle, Member
from thuocdo.decisions import actions as decisions
from thuocdo.plans import actions as plans
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import Reported, monday_of
from thuocdo.rulesets.actions import bind
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

UNIT, SINCE = "P-TT", 7
MONTHLY, YEARLY = "state/nd-233-2026", "state/nd-90-2020-nd-48-2023"
MARKS = {CENTRE_HEAD.code: (27, 60), CENTRE_STAFF.code: (26, 58), CENTRE_WORKER.code: (24, 44)}
"""Points of the two groups (at most 30 and 70); the first grows by a quarter of a point each month."""
LATE = (CENTRE_STAFF.code, 9)
OUT = {
    "public_employee": "Nghị định 90/2020/NĐ-CP (sửa đổi bởi Nghị định 48/2023/NĐ-CP)",
    "contract_worker": "Giám đốc chưa quyết định",
}
LED = {"assigned": "3", "done": "3", "late": "0", "failing": "0", "above": "0"}
REASONS = ("Trung tâm chưa có Quy chế, chấm thẳng bằng điểm.", "Theo hồ sơ của năm.")


@dataclass
class Centre:
    """The acts of the centre; nothing here asks the product what must come of them."""

    routine: Routine
    people: tuple[Who, ...] = field(default=CENTRE)

    def __post_init__(self) -> None:
        self._bind("contract_worker", "", date(2026, 1, 1), "Giám đốc chưa quyết định có áp dụng quy định nào.")

    def _bind(self, kind: str, rulebook: str, start: date, reason: str, periods: str = "") -> None:
        bind(
            by=None, at=moment(start, 8), unit_id=self.routine.unit(UNIT), subject_kind=kind, rulebook=rulebook,
            start=start, periods=periods, decided_by="Giám đốc Trung tâm", reason=reason,
        )  # fmt: skip

    def begin(self, month: int) -> None:
        """The month before it is opened: the rule where it changes, work given, planned, reported."""
        if month == SINCE:
            start = date(2026, SINCE, 1)
            self._bind("public_employee", MONTHLY, start, "Nghị định 233/2026/NĐ-CP, theo dõi theo tháng.", "parts")
            self._bind("contract_worker", MONTHLY, start, "Điều 20 khoản 2: quyết định áp dụng.", "parts")
        for one in self.people if month >= SINCE else ():
            self._work(one, month)

    def _work(self, one: Who, month: int) -> None:
        person, by = self.routine.persons[one.code], self.routine.user(one.code)
        giver = CHAIRMAN if one.leadership == HEAD else CENTRE_HEAD
        work.assign_task(
            by=self.routine.user(giver.code), at=within(month, 4), person_id=person, month=first(month),
            title="Chương trình tháng", coefficient=100, assigned=400, due_date=date(2026, month, 25),
        )  # fmt: skip
        task, week = Task.objects.get(person=person, month=first(month)), monday_of(date(2026, month, 12))
        plans.take_tasks(by=by, at=within(month, 5), week=week, task_ids=[task.pk])
        item = WeekItem.objects.get(person=person, week=week)
        said = [Reported(item.pk, item.version, WeekItem.State.DONE)]
        plans.report_items(by=by, at=within(month, 18), week=week, reports=said)
        report = Report(400, 400, 400, 0, int((one.code, month) == LATE), evidence="Sổ theo dõi")
        work.report_task(by=by, at=within(month, 24), task_id=task.pk, version=task.version, report=report)

    def score(self, code: str, month: int) -> Fraction:
        """Điều 10, 11: the sum of the two groups, as typed."""
        general, results = MARKS[code]
        return general + Fraction(month, 4) + results

    def file(self, month: int) -> None:
        """Everybody marks the own month."""
        for one in self.rated(month):
            sheet, (general, results) = self.routine.sheet(one.code, month), MARKS[one.code]
            shown = f"{float(general + Fraction(month, 4)):.2f}".replace(".", ",")
            group = "results_manager" if one.leadership == HEAD else "results"
            fields = {"marks.general": shown, f"marks.{group}": str(results)}
            self._submit(sheet, fields, after(month, 2))

    def _submit(self, sheet: Sheet, fields: dict[str, str], at: Any) -> None:
        document = {"fields": fields, "strengths": "Đủ việc được giao.", "shortcomings": ""}
        by = self.routine.user(sheet.person.code)
        sheets.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=by, at=at)

    def rated(self, month: int) -> tuple[Who, ...]:
        """Who has a sheet of the month."""
        return self.people if month >= SINCE else ()

    def judge(self, month: int) -> None:
        """Each evaluator answers what the decree leaves to a regulation that there is not."""
        for one in self.rated(month):
            given = {"results_input": {"reading": "points", "reason": REASONS[0]}}
            self._confirm(self.routine.sheet(one.code, month), {"decisions": given}, after(month, 5))

    def _confirm(self, sheet: Sheet, said: dict[str, Any], at: Any) -> Confirmation:
        by = self.routine.user(sheet.evaluator.code)
        sheets.open_for_review(sheet_id=sheet.pk, by=by, at=at)
        sheet.refresh_from_db()
        judgement = {"comment": "Nhất trí.", **said}
        return sheets.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement, by=by, at=at)

    def receive(self, month: int) -> None:
        """Everybody says that the published result came."""
        for one in self.rated(month):
            result = self.routine.result(one.code, month)
            decisions.receive_result(confirmation_id=result.pk, by=self.routine.user(one.code), at=after(month, 9))

    def month_holds(self, month: int) -> set[str]:
        """Who is out and why; scores, evaluators and pinned rule of who is in. Returns whose sheets were judged."""
        members = Member.objects.filter(cycle=self.routine.cycle("P", month), person__code__in=MARKS)
        rows = {row.person.code: row for row in members.select_related("person", "evaluator")}
        if month < SINCE:
            for one in self.people:
                assert rows[one.code].standing == Member.Standing.NO_RULE
                assert OUT[one.kind] in rows[one.code].reason, rows[one.code].reason
            return set()
        for one in self.people:
            result = self.routine.result(one.code, month)
            score = self.score(one.code, month)
            assert (Fraction(result.score), result.rulebook) == (score, MONTHLY), (one.code, month)
            assert result.band == ("excellent" if score >= 90 else "good" if score >= 70 else "complete")
            assert rows[one.code].evaluator.code == (CHAIRMAN if one.leadership == HEAD else CENTRE_HEAD).code
            assert "lựa chọn của cơ quan" in rows[one.code].evaluator_cite, "no law names the evaluator by post"
        return set(MARKS)

    def year(self) -> None:
        """Before 15 December, no regulation being issued: the year's sheets under NĐ 90, prefilled from July on."""
        routine, officer = self.routine, self.routine.user(WARD_OFFICER.code)
        self._bind("public_employee", YEARLY, date(2026, 12, 1), "Điều 20 khoản 1: chưa có Quy chế.", "year")
        cycle = sheets.open_cycle(
            root_id=routine.unit(UNIT), kind="year", year=2026, number=1, submit_by=within(12, 12),
            confirm_by=within(12, 14), choices={}, by=officer, at=within(12, 11),
        )  # fmt: skip
        worker = Member.objects.get(cycle=cycle, person__code=CENTRE_WORKER.code)
        assert worker.standing == Member.Standing.NO_RULE
        assert OUT[CENTRE_WORKER.kind] in worker.reason, "the decision was on months and quarters"
        # by hand: five months of one task each, July to November; one of the staff's came late and so counts as failing
        for one, late, level in ((CENTRE_STAFF, 1, "complete"), (CENTRE_HEAD, 0, "good")):
            sheet = Sheet.objects.select_related("person", "evaluator").get(cycle=cycle, person__code=one.code)
            fields = own_sheet(routine.user(one.code), sheet.pk, within(12, 11)).document["fields"]
            assert fields == {
                "tasks.assigned": "5", "tasks.done": "5", "tasks.late": str(late), "tasks.failing": str(late),
                "time.months_worked": "12", "absences.maternity": "0",
            }  # fmt: skip
            led = {f"led.{name}": text for name, text in LED.items()}
            own = {"facts.leave_months": "0"} | (led if one.leadership == HEAD else {"tasks.above": "0"})
            self._submit(sheet, fields | own, within(12, 12))
            sheet.refresh_from_db()
            met = {"facts.criteria_met": "1"} | ({"related.units.complete": "0"} if one.leadership == HEAD else {})
            said = {"fields": fields | own | met, "reasons": dict.fromkeys(met, REASONS[1])}
            result = self._confirm(sheet, said, within(12, 13))
            assert (result.outcome_kind, result.band, result.rulebook) == ("rated", level, YEARLY)
        sheets.close_cycle(cycle_id=cycle.pk, by=officer, at=within(12, 14))
        self._publish_year(cycle)

    def _publish_year(self, cycle: Cycle) -> None:
        officer, at = self.routine.user(WARD_OFFICER.code), within(12, 14, 10)
        units = [self.routine.unit(UNIT), self.routine.unit("P-UB")]
        done = decisions.publish_units(cycle_id=cycle.pk, unit_ids=units, by=officer, at=at)
        assert len(done.created) == 2, done.failed
        decisions.file_results(publication_ids=[one.pk for one in done.created], by=officer, at=at)
        for result in Confirmation.objects.filter(sheet__cycle=cycle).select_related("subject"):
            by = self.routine.user(result.subject.code)
            decisions.receive_result(confirmation_id=result.pk, by=by, at=within(12, 14, 15))
