"""A sheet entered from its owner's signed paper, and the owner's objection to what was entered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules, stored
from thuocdo.appraisals.actions.review import SAME_LOOK, reason_text
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.locking import locked, move, require_owner, standing
from thuocdo.appraisals.models import Draft, PaperEntry, Remark, Sheet, Submission
from thuocdo.appraisals.paper.notes import stored_note
from thuocdo.appraisals.paper.queries import enterer_of, require_may_enter
from thuocdo.appraisals.shapes import shape_of
from thuocdo.audit.queries import events_of
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.periods import period_span
from thuocdo.kernel.typed import text_from
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Person
from thuocdo.work.evidence import Upload, check_file, shown_name
from thuocdo.work.models import Task
from thuocdo.work.rules import Report
from thuocdo.work.steps import lock_task, put_report, require_active
from thuocdo.work.storage import keep


@dataclass(frozen=True)
class Paper:
    """The signed sheet: the day it was signed, its number, and the scan; one of the latter two at least."""

    signed_on: date
    number: str = ""
    scan: Upload | None = None


@dataclass(frozen=True)
class TaskOnPaper:
    """What the paper says about one task; `version` is the task as the form showed it."""

    task_id: int
    version: int
    report: Report


@action
def enter_paper(
    *, sheet_id: int, version: int, document: Mapping[str, Any], tasks: list[TaskOnPaper], paper: Paper, by: User,
    at: datetime,
) -> Submission:
    """File a sheet in the name of its owner, as the signed paper says: tasks, marks and texts in one act.

    The owner is told and may object until it is confirmed. Raises NotYours, Forbidden (own sheet, or who evaluates
    it), Refused with every problem by field, Refusal (paper), Conflict (version, state, closed).
    """
    sheet = locked(sheet_id)
    require_may_enter(sheet, by, localdate(at))
    rules.check_open(standing(sheet), at)
    rules.check_version(standing(sheet), version)
    rules.MACHINE.target("enter_paper", sheet.state)
    row = read_paper(sheet, paper, by, at)
    changed = _report(sheet, tasks, at)
    name = row.entered_by.full_name
    own = json.loads(shape_of(sheet.member).self_text(sheet, document))
    text = facts.canonical(own | {"paper": stored_note(name, row.signed_on, row.number, row.scan_sha256)})
    move(sheet, "enter_paper", by, at)
    submission = stored.add(sheet, Submission.Part.SELF, text, number=stored.next_number(sheet), author=by, at=at)
    row.submission = submission
    row.save(force_insert=True)
    Draft.objects.filter(sheet=sheet).delete()
    _tell(sheet, name, at)
    record(
        chain=sheet.cycle.root.code, code="sheet.entered_from_paper", by=by, at=at,
        on_behalf_of=str(sheet.person.user_id or ""), objects=[sheet, submission, row, *changed],
        data={"sheet": sheet.pk, "number": submission.number},
    )
    return submission


def read_paper(sheet: Sheet, paper: Paper, by: User, at: datetime) -> PaperEntry:
    """The paper as it will be kept, not saved yet. Raises Refusal with the field."""
    if paper.signed_on > localdate(at):
        raise Refusal("paper.signed", "Ngày ký bản giấy ở tương lai. Hãy sửa ngày.", field="signed_on")
    cycle = sheet.cycle
    begins = period_span(cycle.kind, cycle.year, cycle.number).start
    if paper.signed_on < begins:
        raise Refusal(
            "paper.signed", f"Ngày ký bản giấy trước khi kỳ bắt đầu ({begins:%d/%m/%Y}). Hãy sửa ngày.",
            field="signed_on",
        )
    number = text_from(paper.number, "Số của bản giấy", most=80, needed=False, field="number")
    if not number and paper.scan is None:
        raise Refusal(
            "paper.none", "Chưa có căn cứ: hãy tải bản chụp của bản giấy có chữ ký, hoặc nhập số của bản giấy.",
            field="file",
        )
    row = PaperEntry(
        sheet=sheet, subject=sheet.person, evaluator=sheet.evaluator, entered_by=Person.objects.get(user_id=by.pk),
        signed_on=paper.signed_on, number=number, at=at,
    )
    if paper.scan is not None:
        row.scan_type, row.scan_name = check_file(paper.scan), shown_name(paper.scan.name)
        row.scan_sha256 = keep(paper.scan.content)
    return row


def _report(sheet: Sheet, tasks: list[TaskOnPaper], at: datetime) -> list[Task]:
    """The results of tasks as the paper says. Raises Refused by field `task-<id>-<name>`, Conflict."""
    known = {task.pk for task in facts.tasks_of([sheet.person_id], sheet.cycle)}
    problems: dict[str, str] = {}
    written: list[Task] = []
    for one in sorted(tasks, key=lambda each: each.task_id):
        if one.task_id not in known:
            raise Conflict("Danh sách công việc của người này đã thay đổi. Hãy tải lại trang rồi nhập lại.")
        task = lock_task(one.task_id)
        require_active(task)
        try:
            put_report(task, one.version, one.report, at)
        except Conflict:
            raise
        except Refusal as refusal:
            problems[f"task-{task.pk}-{refusal.field or 'completed'}"] = f"{task.title}: {refusal.message}"
            continue
        task.version += 1
        task.save()
        written.append(task)
    if problems:
        raise Refused(problems)
    return written


def _tell(sheet: Sheet, name: str, at: datetime) -> None:
    label = sheet.cycle.short_name
    notify(
        users=[sheet.person.user], kind="sheet.entered_from_paper", at=at, path=f"/phieu/{sheet.pk}/",
        text=f"{name} đã nhập thay phiếu {label} của ông/bà từ bản giấy. Ông/bà xem lại; nội dung khác bản đã ký "
        "thì bấm “Không đồng ý với bản nhập thay”.",
    )
    notify(
        users=[sheet.evaluator.user], kind="sheet.submitted", at=at, path=f"/danh-gia/{sheet.cycle_id}/",
        text=f"Có phiếu {label} mới nộp, chờ ông/bà nhận xét.",
    )


@action
def object_to_paper(*, sheet_id: int, version: int, reason: str, by: User, at: datetime) -> Sheet:
    """The owner says that what was entered is not what was signed: the sheet is the owner's again, with the reason on
    record, for whoever entered it and for the evaluator.

    Raises NotYours, Refusal without a reason, Conflict (not entered from paper, confirmed, closed, changed since).
    """
    sheet = locked(sheet_id)
    require_owner(sheet, by)
    why = reason_text(reason, "Lý do không đồng ý")
    if sheet.state == rules.DRAFTING and sheet.version == version + 1 and sheet.changed_by_id == by.pk:
        nothing_changed()
        return sheet
    enterer = enterer_of(sheet)
    if enterer is None:
        raise Conflict("Phiếu này không phải bản nhập thay từ bản giấy. Hãy tải lại trang.")
    rules.check_open(standing(sheet), at)
    rules.check_version(standing(sheet), version)
    if sheet.confirmations.exists():
        raise Conflict("Phiếu này đã có kết quả và đang được nhận xét lại. Hãy chờ kết quả mới; không đồng ý thì gửi "
                       "kiến nghị.")
    move(sheet, "object", by, at)
    remark = Remark.objects.create(
        sheet=sheet, owner=sheet.person.user, kind=Remark.Kind.OBJECTION, reason=why, by=by, at=at
    )
    Draft.objects.filter(sheet=sheet).delete()
    entered_by = Person.objects.select_related("user").get(pk=enterer)
    notify(
        users=[entered_by.user, sheet.evaluator.user], kind="sheet.paper_objected", at=at, path="/",
        text=f"Một phiếu {sheet.cycle.short_name} nhập thay từ bản giấy bị người ký không đồng ý; phiếu trở về "
        "người ký.",
    )
    record(
        chain=sheet.cycle.root.code, code="sheet.paper_objected", by=by, at=at, objects=[sheet, remark],
        data={"sheet": sheet.pk},
    )
    return sheet


@action
def record_paper_look(*, sheet_id: int, by: User, at: datetime) -> None:
    """Somebody opened the form for a person's paper and saw the tasks: on record, and shown to the owner.

    Again within ten minutes adds nothing. Raises NotYours, Forbidden.
    """
    sheet = locked(sheet_id)
    require_may_enter(sheet, by, localdate(at))
    looked = events_of("appraisals.sheet", sheet_id, codes=("sheet.paper_opened",)).filter(actor=str(by.pk))
    if looked.filter(at__gt=at - SAME_LOOK).exists():
        nothing_changed()
        return
    record(
        chain=sheet.cycle.root.code, code="sheet.paper_opened", by=by, at=at, objects=[sheet], data={"sheet": sheet.pk}
    )
