"""Practice (chế độ tập làm): an invented month held in memory, with the same rules, documents and pages as a real one.

Nothing here is read from or written to the database, so nothing can count: the rows are made for one request from
what the caller keeps of the person's practice, and have no key in any table.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime

from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.explaining import Explanation
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.points_shape import PointsShape
from thuocdo.appraisals.sheets import SheetView
from thuocdo.appraisals.table import Row, points
from thuocdo.appraisals.typed import SelfDocument, read_self
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Outcome
from thuocdo.kernel.text import sort_key
from thuocdo.kernel.typed import format_points
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Person, Unit
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.catalogue import Book
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

BOOK = "state/nd-335-2025"
WORK = (
    ("Soạn báo cáo công tác cải cách hành chính tháng", 200, 100, 20),
    ("Giải quyết hồ sơ đăng ký hộ kinh doanh", 100, 1200, 25),
    ("Trả lời ý kiến, kiến nghị của người dân", 150, 400, 22),
)
"""Invented tasks: title, coefficient and quantity in hundredths, day of the month."""
PEOPLE = (
    ("Nguyễn Văn Tập", "Chuyên viên", 50, 0),
    ("Trần Thị Mẫu", "Chuyên viên", 100, 0),
    ("Lê Hoàng Ví", "Văn thư", 100, 1),
    ("Phạm Thị Dụ", "Kế toán", 0, 0),
)
"""Invented people of the head's table: name, post, how much less than the maximum the first mark is, times late."""


def period(at: datetime, kind: str = Cycle.Kind.MONTH) -> Cycle:
    """The period that is practised: the present month, quarter or year, open, due in three days."""
    today = localtime(at)
    number = {Cycle.Kind.MONTH: today.month, Cycle.Kind.QUARTER: (today.month + 2) // 3}.get(Cycle.Kind(kind), 1)
    unit = Unit(name="Phòng Ví dụ (tập làm)", code="TAP-LAM", kind=Unit.Kind.AGENCY)
    due = today.replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=3)
    return Cycle(
        pk=0, root=unit, kind=kind, year=today.year, number=number, submit_by=due,
        confirm_by=due + timedelta(days=3),
    )


def sheet_in(
    cycle: Cycle, number: int, name: str, position: str, *, state: str, at: datetime, under: Book | None = None,
    kind: str = "civil_servant", leadership: str = "none",
) -> Sheet:
    """An invented sheet under NĐ 335 or another rulebook; `number` stands where the key would."""
    book = under or catalogue.load(BOOK)
    person = Person(pk=number, code=f"TAP-{number}", full_name=name, sort_key=sort_key(name))
    head = Person(pk=-1, code="TAP-TP", full_name="Đỗ Thị Hướng Dẫn")
    member = Member(
        pk=number, cycle=cycle, person=person, unit=cycle.root, agency=cycle.root, kind=kind,
        leadership=leadership, position=position, rulebook=book.key, overlays=list(book.overlays),
        rulebook_hash=book.hash, evaluator=head,
    )
    return Sheet(
        pk=number, cycle=cycle, member=member, person=person, evaluator=head, state=state, version=1,
        submit_by=cycle.submit_by, changed_at=at,
    )


def tasks_in(sheet: Sheet, reports: Mapping[str, Mapping[str, Any]], at: datetime) -> tuple[Task, ...]:
    """The invented tasks of a sheet with what was reported, by number from 1."""
    first = localtime(at).date().replace(day=1)
    found = []
    for number, (title, coefficient, assigned, day) in enumerate(WORK, start=1):
        report = Report(**reports[str(number)]) if str(number) in reports else None
        done = {} if report is None else {**vars(report), "reported_at": at}
        found.append(Task(
            pk=number, code=f"TAP-{sheet.pk}-{number}", person=sheet.person, agency=sheet.cycle.root, month=first,
            title=title, coefficient=coefficient, assigned=assigned, due_date=first.replace(day=day), given_at=at,
            **done,
        ))
    return tuple(found)


def own_view(document: Mapping[str, Any], reports: Mapping[str, Mapping[str, Any]], at: datetime) -> SheetView:
    """The sheet that an employee practises on, as the pages of a real one read it."""
    sheet = sheet_in(period(at), 1, "Nguyễn Văn Tập (tập làm)", "Chuyên viên", state=rules.DRAFTING, at=at)
    return SheetView(
        sheet=sheet, label=sheet.cycle.label, shape=PointsShape(catalogue.load(BOOK)), own=None, judged=None,
        document=dict(document), tasks=tasks_in(sheet, reports, at), filed=(), confirmations=(), remarks=(),
        petitions=(), leader=False, may=frozenset({"submit"}),
    )


def rated(view: SheetView, document: Mapping[str, Any]) -> Outcome:
    """What the engine says of the practised document so far; what cannot be read counts as missing."""
    read, _ = read_self(view.book, document, complete=False)
    return _rate(view.sheet, view.tasks, read).outcome


def explained(view: SheetView, document: Mapping[str, Any]) -> Explanation:
    """“Vì sao?” of the practised self-assessment."""
    read, _ = read_self(view.book, document, complete=True)
    one = _rate(view.sheet, view.tasks, read)
    kept = json.loads(stored.self_json(view.sheet, read, view.tasks, one.subject))
    return Explanation(
        view.sheet, view.label, "Bài tập làm: phần tự đánh giá, không được tính", None, one.outcome,
        points(one.outcome.score), view.shape.label(one.outcome.band), view.shape.groups(one.outcome, kept),
        one.outcome.open_points, "", view.book, (), view.shape.caution,
    )


def _rate(sheet: Sheet, tasks: Sequence[Task], read: SelfDocument) -> facts.Rated:
    subject = facts.self_subject(sheet.member, sheet.person, tasks, read)
    return facts.rate(catalogue.load(BOOK), sheet.cycle, subject)


@dataclass(frozen=True)
class PracticeTable:
    """The invented table of a head: rows as the real table has them, flagged ones first."""

    cycle: Cycle
    label: str
    rows: tuple[Row, ...]


def head_table(confirmed: Sequence[int], at: datetime) -> PracticeTable:
    """Invented filed sheets; those of `confirmed` (numbers) are shown as judged as reported."""
    cycle = period(at)
    rows = [_row(cycle, number, number in confirmed, at) for number in range(1, len(PEOPLE) + 1)]
    rows.sort(key=lambda row: (not row.flags, row.sheet.person.sort_key))
    return PracticeTable(cycle, cycle.label, tuple(rows))


def _row(cycle: Cycle, number: int, is_confirmed: bool, at: datetime) -> Row:
    name, position, less, late = PEOPLE[number - 1]
    state = rules.CONFIRMED if is_confirmed else rules.SUBMITTED
    sheet = sheet_in(cycle, number, name, position, state=state, at=at)
    tasks = tasks_in(sheet, {str(n): _done(n, late if n == 1 else 0) for n in range(1, len(WORK) + 1)}, at)
    book = catalogue.load(BOOK)
    most = {c.slug: int(c.max * 100) for c in book.criteria}
    first = next(iter(most))
    marks = {slug: format_points(value - (less if slug == first else 0)) for slug, value in most.items()}
    read, _ = read_self(book, {"marks": marks, "strengths": "", "shortcomings": ""}, complete=True)
    one, shape = _rate(sheet, tasks, read), PointsShape(book)
    document = json.loads(stored.self_json(sheet, read, tasks, one.subject))
    nothing: dict[str, Any] = {"tasks_changed": (), "absences": (), "calendar": Workdays()}
    flags = () if is_confirmed else (
        *shape.frozen_flags(document, one.outcome), *shape.flags(shape.read_again(document), one.outcome, [], **nothing)
    )
    own = points(one.outcome.score)
    return Row(
        sheet=sheet, self_score=own, confirmation=None,
        judged_score=own if is_confirmed else None, difference=None, band_label=shape.label(one.outcome.band),
        flags=flags, history=(), petition=False, late=False, seal="",
    )


def _done(number: int, late: int) -> dict[str, Any]:
    assigned = WORK[number - 1][2]
    return {
        "completed": assigned, "quality_met": assigned, "on_time": assigned, "late": late,
        "evidence": "Hồ sơ điện tử",
    }
