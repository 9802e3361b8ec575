"""Months of one division, opened, judged and corrected through the real actions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from tests.factories.months import VIETNAM, judgement, leader_judgement, make_task, self_document
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.cycles.models import Cycle


def day_after(month: int, days: int = 3) -> datetime:
    """Nine o'clock, some days after the month."""
    first = date(2026 + month // 12, month % 12 + 1, 1)
    return datetime(first.year, first.month, first.day, 9, tzinfo=VIETNAM) + timedelta(days=days)


def open_period(cast: Any, number: int, kind: str = "month") -> Cycle:
    """The period of the ward, opened on its last days."""
    last = number if kind == "month" else 3 * number
    act: Any = {"by": cast.organisation_officer.user, "at": day_after(last, -3)}
    given: Any = {"submit_by": day_after(last, 2), "confirm_by": day_after(last, 5), "choices": {}}
    return actions.open_cycle(root_id=cast.ward.pk, kind=kind, year=2026, number=number, **given, **act)


def result(cycle: Cycle, person: Any, cast: Any, *, ethics: str = "4", leads: bool = False) -> Confirmation:
    """Filed, opened and confirmed; `ethics` is the mark that makes the difference."""
    last = cycle.number if cycle.kind == "month" else 3 * cycle.number
    at = day_after(last, 1)
    sheet: Any = Sheet.objects.get(cycle=cycle, person=person)
    document = self_document()
    document["marks"]["political_ethics"] = ethics
    actions.submit(sheet_id=sheet.pk, version=sheet.version, document=document, by=person.user, at=at)
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=at)
    sheet.refresh_from_db()
    given: Any = leader_judgement() if leads else judgement()
    return actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=given, by=sheet.evaluator.user, at=at)


def month_of_work(cast: Any, number: int, people: Iterable[Any], *, late: int = 0, ethics: str = "4") -> Cycle:
    """A month opened with a task each (the last of four late, `late` times) and everybody named confirmed."""
    people = list(people)
    for person in people:
        month = date(2026, number, 1)
        changed: Any = {"late": late} if late else {}
        make_task(person, cast.economy, 1, month=month, giver=cast.task_giver.user, **changed)
    cycle = open_period(cast, number)
    for person in people:
        result(cycle, person, cast, ethics=ethics)
    return cycle


def corrected(confirmation: Confirmation, cast: Any, at: datetime) -> Confirmation:
    """A petition that succeeds: one more late task is excused no longer."""
    subject: Any = confirmation.subject
    made = actions.petition(
        confirmation_id=confirmation.pk, text="Đề nghị xem lại sản phẩm bị tính chậm.", by=subject.user, at=at
    )
    head: Any = cast.chairman.user if made.authority_id == cast.committee.pk else cast.chairman_above.user
    code = f"{2026}{confirmation.sheet.cycle.number:02d}-{subject.code}-01"
    changed = judgement(
        tasks={code: {"completed": "4", "quality_met": "4", "on_time": "4", "late": "2", "note": "Sửa"}}
    )
    return actions.correct(
        petition_id=made.pk, answer="Sửa theo hồ sơ.", judgement=changed, by=head, at=at + timedelta(days=1)
    )
