"""Which sheets somebody may enter from paper, what the form shows, and the papers behind a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.access import may_view
from thuocdo.appraisals.capacity import capacity, still_heads
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.fetching import fetch_for
from thuocdo.appraisals.locking import RELATED
from thuocdo.appraisals.models import Confirmation, PaperEntry, Sheet, Submission
from thuocdo.appraisals.shapes import Shape, judge, shape_of
from thuocdo.appraisals.sheets import Judging, copied
from thuocdo.audit.only import only
from thuocdo.engine import Outcome
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours
from thuocdo.kernel.text import clean, fold
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where_any
from thuocdo.work.models import Task
from thuocdo.work.storage import stored as stored_file

MOST = 25
ENTERERS = (Role.Kind.OFFICER, Role.Kind.ENTERER)


def enterer_of(sheet: Sheet) -> int | None:
    """Id of the person who entered the owner's part in force from paper; None where the owner filed it."""
    last = sheet.submissions.filter(part=Submission.Part.SELF).order_by("-number")
    found: int | None = last.values_list("paper__entered_by_id", flat=True).first()
    return found


def _not_to_judge(user: User) -> QuerySet[PaperEntry]:
    """Papers of filed sheets whose judgement the user does not enter: the owner's part is the user's entry, or a
    judgement was entered before and objected to."""
    own = Submission.Part.SELF
    later = Submission.objects.filter(sheet=OuterRef("sheet"), part=own, number__gt=OuterRef("submission__number"))
    mine = Q(~Exists(later), submission__part=own, entered_by__user=user)
    return PaperEntry.objects.filter(mine | ~Q(submission__part=own))


def units_to_enter(user: User, on: date) -> set[int]:
    """Ids of the units whose people's papers the user enters: as organisation officer or as enterer."""
    return units_where_any(user, ENTERERS, on)


def require_may_enter(sheet: Sheet, user: User, on: date) -> None:
    """Raises NotYours outside the units, Forbidden for the own sheet and for whoever evaluates it."""
    if sheet.member.unit_id not in units_to_enter(user, on):
        raise NotYours()
    if sheet.person.user_id == user.pk:
        raise Forbidden("Đây là phiếu của chính ông/bà: hãy tự lập và nộp ở “Phiếu của tôi”, không nhập thay.")
    try:
        capacity(sheet, user, on)
    except NotYours:
        return
    raise Forbidden(
        "Ông/bà là người đánh giá phiếu này nên không nhập thay phần tự đánh giá. Hãy để cán bộ tổ chức hoặc người "
        "nhập bản giấy khác của đơn vị nhập."
    )


def require_may_enter_judgement(sheet: Sheet, user: User, on: date, *, heads: bool = False) -> None:
    """For an organisation officer of the person's unit: neither the person judged nor who evaluates, also as delegate,
    nor who entered the owner's part, because one person would make the whole result. `heads` as in `require_capacity`.

    Raises NotYours outside the units, Forbidden for these, and where the evaluator of record has left the post since;
    Conflict once there is a result, entered and objected to: then who evaluates confirms.
    """
    if sheet.member.unit_id not in units_where_any(user, (Role.Kind.OFFICER,), on):
        raise NotYours()
    if sheet.person.user_id == user.pk:
        raise Forbidden("Đây là phiếu của chính ông/bà: hãy nhờ cán bộ tổ chức khác nhập phần nhận xét.")
    try:
        capacity(sheet, user, on)
    except NotYours:
        pass
    else:
        raise Forbidden("Ông/bà đánh giá phiếu này: hãy tự nhận xét ở trang “Đánh giá”, không nhập thay.")
    papers = _not_to_judge(user).filter(sheet=sheet)
    parts = set(papers.values_list("submission__part", flat=True))
    if Submission.Part.SELF in parts:
        raise Forbidden(
            "Ông/bà đã nhập thay phần tự đánh giá của phiếu này nên không nhập cả phần nhận xét. Hãy nhờ cán bộ tổ "
            "chức khác nhập, hoặc để người đánh giá xác nhận trong phần mềm."
        )
    if parts and sheet.state in rules.WITH_EVALUATOR:
        raise Conflict(
            f"{sheet.evaluator.full_name} không đồng ý với phần nhận xét đã nhập thay, nên phiếu này chỉ được người "
            "đánh giá xác nhận lại trong phần mềm."
        )
    if not heads and not still_heads(sheet, on):
        raise Forbidden(
            f"{sheet.evaluator.full_name} không còn là người đứng đầu đơn vị đánh giá phiếu này. Hãy ghi nhận người "
            "đánh giá mới của phiếu trước."
        )


@dataclass(frozen=True)
class ToEnter:
    """The sheets of open periods that a paper may be entered for: the owner's part (`waiting`), the judgement
    (`to_judge`); and the papers entered. `more`, `more_to_judge`: not all are shown."""

    waiting: tuple[Sheet, ...]
    to_judge: tuple[Sheet, ...]
    entered: tuple[PaperEntry, ...]
    more: bool
    more_to_judge: bool


def papers_to_enter(user: User, at: datetime, typed: str = "", *, most: int | None = MOST) -> ToEnter:
    """Sheets with their owner in the user's units, by name; found by a part of the name or the start of the code.
    Constant queries."""
    on = localdate(at)
    units = units_to_enter(user, on)
    open_ones = Q(cycle__closed_at=None) | Q(extended_until__gte=at)
    rows = Sheet.objects.filter(open_ones, member__unit__among=units).exclude(person__user_id=user.pk)
    entered = PaperEntry.objects.filter(sheet__in=rows).select_related(
        "sheet__cycle", "subject", "entered_by", "submission"
    )
    rows = rows.exclude(evaluator__user_id=user.pk)
    words = clean(typed)
    if words:
        rows = rows.filter(Q(person__search_key__contains=fold(words)) | Q(person__code__istartswith=words))
    rows = rows.select_related("cycle", "person", "member__unit", "evaluator")
    rows = rows.order_by("person__sort_key", "person__code", "-cycle_id")
    found = list(rows.filter(state__in=rules.WITH_OWNER)[: MOST + 1])
    offices = units_where_any(user, (Role.Kind.OFFICER,), on)
    to_judge = rows.filter(state__in=rules.WITH_EVALUATOR)
    if not units <= offices:
        to_judge = to_judge.filter(member__unit_id__in=offices)
    filed = list(to_judge.exclude(pk__in=_not_to_judge(user).values("sheet"))[: MOST + 1])
    papers = tuple(entered.order_by("-at", "-pk")[:most])
    return ToEnter(tuple(found[:MOST]), tuple(filed[:MOST]), papers, len(found) > MOST, len(filed) > MOST)


@dataclass(frozen=True)
class PaperForm:
    """The form for one sheet: its rulebook's shape and the person's tasks of the period as they are recorded."""

    sheet: Sheet
    label: str
    shape: Shape
    tasks: tuple[Task, ...]

    def preview(self, document: Mapping[str, Any]) -> Outcome:
        """What the typed document gives, with the tasks as recorded so far."""
        return self.shape.preview(self.sheet, document)


def paper_form(user: User, sheet_id: int, at: datetime) -> PaperForm:
    """For the officer or the enterer of the person's unit. Raises NotYours, Forbidden."""
    sheet = only(Sheet.objects.select_related(*RELATED).filter(pk=sheet_id))
    if sheet is None:
        raise NotYours()
    require_may_enter(sheet, user, localdate(at))
    tasks = tuple(facts.tasks_of([sheet.person_id], sheet.cycle))
    return PaperForm(sheet, sheet.cycle.label, shape_of(sheet.member), tasks)


def judgement_form(user: User, sheet_id: int, at: datetime) -> Judging:
    """A filed sheet as whoever evaluates it sees it, for the officer who enters the signed judgement. Raises NotYours,
    Forbidden, Conflict where there is nothing to judge."""
    sheet, _, heads = fetch_for(user, sheet_id, localdate(at))
    require_may_enter_judgement(sheet, user, localdate(at), heads=heads)
    if sheet.state not in rules.WITH_EVALUATOR:
        raise Conflict(
            f"Phiếu này {rules.MACHINE.states[sheet.state]} nên không nhập phần nhận xét. Hãy quay lại danh sách."
        )
    return copied(sheet, user, at)


def preview_entered(judging: Judging, judgement: Mapping[str, Any]) -> Outcome:
    """What the judgement on the paper gives. Raises Refused for fields that cannot be read."""
    sheet = judging.view.sheet
    judged = judge(sheet, judgement, sheet.evaluator, complete=False, base=judging.judged)
    if judged.problems:
        raise Refused(judged.problems)
    return judged.outcome


def entered_result(sheet: Sheet) -> Confirmation | None:
    """The result in force, where its judgement was entered from paper."""
    rows = sheet.confirmations.filter(replaced_by=None, submission__paper__isnull=False)
    return rows.select_related("submission__paper__entered_by__user").first()


def last_paper(sheet: Sheet, *, judged: bool = False) -> PaperEntry | None:
    """The newest paper of a sheet, of its owner or of whoever evaluates, whoever filed or confirmed since."""
    own = Q(submission__part=Submission.Part.SELF)
    rows = sheet.papers.filter(~own if judged else own).select_related("entered_by", "submission")
    return rows.order_by("-pk").first()


def scan_of(user: User, sheet_id: int, at: datetime, *, judged: bool = False) -> tuple[PaperEntry, bytes]:
    """The scan of the newest paper of a sheet (see `last_paper`), for whoever may see the sheet or enter its paper.
    Raises NotYours, Refusal where the file is no longer what was stored."""
    sheet = only(Sheet.objects.select_related(*RELATED).filter(pk=sheet_id))
    paper = last_paper(sheet, judged=judged) if sheet is not None else None
    if sheet is None or paper is None or not paper.scan_sha256:
        raise NotYours()
    on = localdate(at)
    if not may_view(sheet, user, on) and sheet.member.unit_id not in units_to_enter(user, on):
        raise NotYours()
    return paper, stored_file(paper.scan_sha256)
