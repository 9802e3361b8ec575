"""Reads of reopened sheets: the list, and for the authority's head the old judgement ready to be changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.access import headed_units, officer_or_inspector
from thuocdo.appraisals.actions.petitions import judged_base
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.fetching import fetch
from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.appraisals.shapes import Shape, judge, shape_of
from thuocdo.appraisals.sheets import proposal
from thuocdo.audit.only import only
from thuocdo.decisions.models import Reopening
from thuocdo.engine import Outcome
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Person, Role
from thuocdo.organisation.queries import units_where_any

RELATED = (
    "cycle__root", "authority", "subject", "proposed_by", "agreed_by", "ended_by", "replacement", "sheet__member__unit"
)  # fmt: skip
MOST = 100


def reopenings(user: User, at: datetime, *, most: int | None = MOST) -> list[Reopening]:
    """Those of the cycles the user looks after and of the units the user heads; running ones first. Three queries."""
    on = localdate(at)
    watched = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)
    mine = Reopening.objects.filter(Q(cycle__root__in=watched) | Q(authority__in=headed_units(user, on)))
    rows = mine.select_related(*RELATED).order_by("-proposed_at", "-pk")[:most]
    return sorted(rows, key=lambda row: row.ended_at is not None)


def waiting_on(sheets: Collection[int]) -> list[Petition]:
    """Petitions on these sheets that are not answered, with author and authority, oldest first. One query."""
    rows = Petition.objects.filter(sheet__in=sheets, state=Petition.State.RECEIVED)
    return list(rows.select_related("author", "authority").order_by("received_at", "pk"))


def petitions_waiting(sheets: Collection[int]) -> str:
    """Which petitions on these sheets are not answered, by whom they are, and what comes first; "" for none. One
    query."""
    waiting = [
        f"{row.author.full_name} (kiến nghị nhận {localtime(row.received_at):%d/%m/%Y}, “{row.authority.name}” trả lời)"
        for row in waiting_on(sheets)
    ]
    if not waiting:
        return ""
    return (
        f"Kết quả đang có kiến nghị chưa trả lời: {'; '.join(waiting)}. Người đứng đầu nơi trả lời sửa hoặc giữ "
        "nguyên kết quả ngay ở trang Kiến nghị; trả lời xong, còn phải thay thì mới mở lại phiếu."
    )


@dataclass(frozen=True)
class Replacing:
    """A reopening for its page. `document` is the old judgement as it would be typed, where the user may replace;
    `waiting`: the petition that keeps it from being replaced as yet."""

    row: Reopening
    sheet: Sheet
    result: Confirmation | None
    may_answer: bool
    may_drop: bool
    shape: Shape
    base: dict[str, Any]
    document: dict[str, Any]
    with_marks: bool
    leader: bool
    proposal: str
    waiting: str


def replacing(user: User, reopening_id: int, at: datetime) -> Replacing:
    """For the head of the authority, officers and inspectors of the cycle; never the person concerned. NotYours."""
    row = only(Reopening.objects.select_related(*RELATED).filter(pk=reopening_id))
    if row is None or row.subject.user_id == user.pk:
        raise NotYours()
    on = localdate(at)
    answers = row.authority_id in headed_units(user, on)
    officer = row.cycle.root_id in units_where_any(user, (Role.Kind.OFFICER,), on)
    if not answers and not officer_or_inspector(user, row.cycle.root_id, on):
        raise NotYours()
    sheet = fetch(row.sheet_id)
    result = (
        Confirmation.objects.filter(sheet=sheet, replaced_by__isnull=True)
        .select_related("submission", "confirmed_by")
        .first()
    )
    shape = shape_of(sheet.member)
    leader = shape.leads(sheet.member)
    base: dict[str, Any] = {}
    document: dict[str, Any] = {}
    with_marks = False
    if answers and result is not None and row.state == Reopening.State.OPEN:
        (base, _), with_marks = judged_base(sheet, result)
        recorded = facts.recorded_decisions(sheet.member)
        document = shape.typed_judgement(stored.read(result.submission), with_marks=with_marks, recorded=recorded)
    running = row.ended_at is None
    suggested = proposal(sheet, facts.pinned(sheet.member)) if document and leader else ""
    return Replacing(
        row, sheet, result, answers and running, (answers or officer) and running, shape, base, document, with_marks,
        leader, suggested, petitions_waiting([sheet.pk]) if running else "",
    )  # fmt: skip


def preview_replacement(user: User, reopening_id: int, judgement: Mapping[str, Any], at: datetime) -> Outcome:
    """The result if it were replaced so now. Raises NotYours, Refused for fields that cannot be read."""
    found = replacing(user, reopening_id, at)
    if not found.document or found.result is None:
        raise NotYours()
    judged = judge(
        found.sheet,
        judgement,
        Person.objects.get(user_id=user.pk),
        complete=False,
        base=judged_base(found.sheet, found.result)[0],
        with_marks=found.with_marks,
        post=found.row.authority,
    )
    if judged.problems:
        raise Refused(judged.problems)
    return judged.outcome
