"""A service unit of the ward: one month of its public employees under NĐ 233/2026, from the work given to the receipt
of what was published. The unit has not issued its own regulation yet (due by 30 November 2026, Điều 18 khoản 3), so
how points are come by is open and each evaluator decides it with the reason. For the contract worker nobody has decided
(Điều 20 khoản 2), so that person stays out of the month. Work and points are invented."""

from datetime import date, datetime, timedelta
from functools import partial

from thuocdo.appraisals import actions as sheets
from thuocdo.decisions import actions as decisions
from thuocdo.demo import situations as s
from thuocdo.demo.history import opening_day
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.organisation.models import Employment, Unit
from thuocdo.plans import actions as plans
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import Reported, monday_of
from thuocdo.rulesets.actions import bind
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

UNIT, RULEBOOK, IN_FORCE = "HK-TT", "state/nd-233-2026", date(2026, 7, 1)
HEAD, STAFF = "tt.h", (s.PUBLIC_EMPLOYEE, "tt.2")
# Slot -> the month's work, and the marks of the two groups (at most 30 and 70) as the person files them.
WORK = {
    HEAD: ("Điều hành chương trình văn hóa, thể thao của phường", "27", "60"),
    s.PUBLIC_EMPLOYEE: ("Biên tập tài liệu giới thiệu di tích", "26", "58,5"),
    "tt.2": ("Sản xuất bản tin truyền thanh", "24", "44"),
}
BY_MONTH = "Nghị định 233/2026/NĐ-CP; Trung tâm theo dõi, chấm điểm theo tháng, chưa có Quy chế riêng."
UNDECIDED = (
    "Giám đốc Trung tâm chưa quyết định có áp dụng Nghị định 233/2026/NĐ-CP cho người lao động hợp đồng hay không "
    "(Điều 20 khoản 2)."
)
OPEN_POINT, READING = "results_input", "points"
WHY = "Trung tâm chưa ban hành Quy chế đánh giá; trong khi chờ, chấm thẳng bằng điểm (ví dụ minh họa)."


def schedule_service(timeline: Timeline, world: World, month: DemoMonth, now: DemoMonth) -> None:
    """The month that is closed last: given and planned, reported, filed, judged, published, received. Of the open month
    one sheet is filed: it has no result before its evaluator answers the open point."""

    def after(number: int, hour: int) -> datetime:
        """The working day of that number in the next month."""
        return moment(add_working_days(month.after - timedelta(days=1), number), hour)

    week = monday_of(month.day(12))
    timeline.add(moment(month.first, 8), partial(_bind, world, month.first))
    timeline.add(moment(month.day(3), 9), partial(_give, world, month))
    timeline.add(moment(month.day(5), 9), partial(_plan, world, month, week))
    timeline.add(moment(month.day(26), 15), partial(_report, world, month, week))
    timeline.add(after(2, 10), partial(_file, world, month, tuple(WORK)))
    timeline.add(after(7, 10), partial(_judge, world, month, STAFF))
    timeline.add(after(10, 10), partial(_judge, world, month, (HEAD,)))
    timeline.add(after(12, 8), partial(_publish, world, month))
    timeline.add(after(12, 14), partial(_receive, world, month))
    timeline.add(moment(opening_day(world), 10), partial(_file, world, now, (s.PUBLIC_EMPLOYEE,)))


def _bind(world: World, first: date, at: datetime) -> None:
    for kind, rulebook, reason in (
        (Employment.Kind.PUBLIC_EMPLOYEE, RULEBOOK, BY_MONTH),
        (Employment.Kind.CONTRACT_WORKER, "", UNDECIDED),
    ):
        bind(
            by=world.officer, at=at, unit_id=Unit.objects.get(code=UNIT).pk, rulebook=rulebook, subject_kind=kind,
            start=max(first, IN_FORCE), decided_by="Giám đốc Trung tâm (ví dụ minh họa)", reason=reason,
        )  # fmt: skip


def _giver(slot: str) -> str:
    return s.AUTHORITY if slot == HEAD else HEAD


def _give(world: World, month: DemoMonth, at: datetime) -> None:
    for slot, (title, _, _) in WORK.items():
        work.assign_task(
            by=world.user(_giver(slot)), at=at, person_id=world.people[slot].pk, month=month.first, title=title,
            coefficient=100, assigned=400, due_date=month.day(25),
        )  # fmt: skip


def _task(world: World, slot: str, month: DemoMonth) -> Task:
    return Task.objects.get(person=world.people[slot], month=month.first)


def _plan(world: World, month: DemoMonth, week: date, at: datetime) -> None:
    for slot in STAFF:
        plans.take_tasks(by=world.user(slot), at=at, week=week, task_ids=[_task(world, slot, month).pk])


def _report(world: World, month: DemoMonth, week: date, at: datetime) -> None:
    for slot in WORK:
        items = WeekItem.objects.filter(person=world.people[slot], week=week)
        said = [Reported(item.pk, item.version, WeekItem.State.DONE) for item in items]
        if said:
            plans.report_items(by=world.user(slot), at=at, week=week, reports=said)
        task, late = _task(world, slot, month), int(slot == STAFF[1])
        report = Report(400, 400, 400, 0, late, evidence="Sổ theo dõi của Trung tâm (ví dụ minh họa)")
        work.report_task(by=world.user(slot), at=at, task_id=task.pk, version=task.version, report=report)


def _file(world: World, month: DemoMonth, slots: tuple[str, ...], at: datetime) -> None:
    for slot in slots:
        _, general, results = WORK[slot]
        sheet = world.sheet(slot, month)
        group = "results_manager" if slot == HEAD else "results"
        fields = {"marks.general": general, f"marks.{group}": results}
        document = {"fields": fields, "strengths": "Đủ việc được giao.", "shortcomings": ""}
        sheets.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=world.user(slot), at=at)


def _judge(world: World, month: DemoMonth, slots: tuple[str, ...], at: datetime) -> None:
    """Whoever evaluates answers the open point with the reason; without that the sheet has no result."""
    for slot in slots:
        by = world.evaluator(slot, month)
        sheets.open_for_review(sheet_id=world.sheet(slot, month).pk, by=by, at=at)
        sheet = world.sheet(slot, month)
        judgement = {
            "comment": "Nhất trí với tự đánh giá.", "decisions": {OPEN_POINT: {"reading": READING, "reason": WHY}},
        }  # fmt: skip
        sheets.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement, by=by, at=at)


def _publish(world: World, month: DemoMonth, at: datetime) -> None:
    unit = Unit.objects.get(code=UNIT).pk
    decisions.set_publication_form(
        unit_id=unit, kind="electronic", decided_by="Giám đốc Trung tâm (ví dụ minh họa)", start=month.first,
        by=world.officer, at=at,
    )  # fmt: skip
    done = decisions.publish_units(cycle_id=world.cycle(month).pk, unit_ids=[unit], by=world.officer, at=at)
    decisions.file_results(publication_ids=[one.pk for one in done.created], by=world.officer, at=at)


def _receive(world: World, month: DemoMonth, at: datetime) -> None:
    slot = s.PUBLIC_EMPLOYEE
    result = world.confirmation(slot, month)
    decisions.receive_result(confirmation_id=result.pk, by=world.user(slot), at=at)
