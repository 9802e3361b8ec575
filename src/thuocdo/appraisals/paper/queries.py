"""Which sheets somebody may enter from paper, what the form shows, and the paper behind a filed sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.access import may_view
from thuocdo.appraisals.capacity import capacity
from thuocdo.appraisals.locking import RELATED, label_of
from thuocdo.appraisals.models import PaperEntry, Sheet, Submission
from thuocdo.appraisals.shapes import Shape, shape_of
from thuocdo.engine import Outcome
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.kernel.text import clean, fold
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where_any
from thuocdo.work.models import Task
from thuocdo.work.storage import stored as stored_file

MOST = 60
ENTERERS = (Role.Kind.OFFICER, Role.Kind.ENTERER)


def enterer_of(sheet: Sheet) -> int | None:
    """Id of the person who entered the owner's part in force from paper; None where the owner filed it."""
    last = sheet.submissions.filter(part=Submission.Part.SELF).order_by("-number")
    found: int | None = last.values_list("paper__entered_by_id", flat=True).first()
    return found


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


@dataclass(frozen=True)
class ToEnter:
    """The sheets of open periods that a paper may be entered for, and those entered; `more`: not all are shown."""

    waiting: tuple[Sheet, ...]
    entered: tuple[PaperEntry, ...]
    more: bool


def papers_to_enter(user: User, at: datetime, typed: str = "") -> ToEnter:
    """Sheets with their owner in the user's units, by name; found by a part of the name or the start of the code.
    Constant queries."""
    on = localdate(at)
    units = units_to_enter(user, on)
    open_ones = Q(cycle__closed_at=None) | Q(extended_until__gte=at)
    rows = Sheet.objects.filter(open_ones, member__unit_id__in=units).exclude(person__user_id=user.pk)
    entered = PaperEntry.objects.filter(sheet__in=rows).select_related("sheet__cycle", "subject", "entered_by")
    rows = rows.filter(state__in=rules.WITH_OWNER).exclude(evaluator__user_id=user.pk)
    words = clean(typed)
    if words:
        rows = rows.filter(Q(person__search_key__contains=fold(words)) | Q(person__code__istartswith=words))
    found = list(
        rows.select_related("cycle", "person", "member__unit").order_by("person__sort_key", "-cycle_id")[: MOST + 1]
    )
    return ToEnter(tuple(found[:MOST]), tuple(entered.order_by("-at", "-pk")[:MOST]), len(found) > MOST)


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
    sheet = Sheet.objects.select_related(*RELATED).filter(pk=sheet_id).first()
    if sheet is None:
        raise NotYours()
    require_may_enter(sheet, user, localdate(at))
    tasks = tuple(facts.tasks_of([sheet.person_id], sheet.cycle))
    return PaperForm(sheet, label_of(sheet.cycle), shape_of(sheet.member), tasks)


def last_paper(sheet: Sheet) -> PaperEntry | None:
    """The newest paper of a sheet, whoever filed since."""
    return sheet.papers.select_related("entered_by", "submission").order_by("-pk").first()


def scan_of(user: User, sheet_id: int, at: datetime) -> tuple[PaperEntry, bytes]:
    """The scan of the newest paper of a sheet, for whoever may see the sheet or enter its paper. Raises NotYours,
    Refusal where the file is no longer what was stored."""
    sheet = Sheet.objects.select_related(*RELATED).filter(pk=sheet_id).first()
    paper = last_paper(sheet) if sheet is not None else None
    if sheet is None or paper is None or not paper.scan_sha256:
        raise NotYours()
    on = localdate(at)
    if not may_view(sheet, user, on) and sheet.member.unit_id not in units_to_enter(user, on):
        raise NotYours()
    return paper, stored_file(paper.scan_sha256)
