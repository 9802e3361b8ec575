"""What waits for one person, with the day it is due; the number of queries does not depend on how much
there is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.locking import short_label
from thuocdo.appraisals.models import Petition, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.queries import officer_units


@dataclass(frozen=True)
class Todo:
    """One thing to do: its kind, a sentence, where to go, and when it is due (moment or day; None where
    none is set)."""

    kind: str
    text: str
    path: str
    due: datetime | date | None
    overdue: bool


def todo(user: User, at: datetime) -> list[Todo]:
    """Sheets to file, sheets to evaluate, petitions to answer, months to close; overdue first."""
    found = [*_own(user, at), *_to_evaluate(user, at), *_petitions(user, at), *_to_close(user, at)]
    return sorted(found, key=lambda t: (not t.overdue, t.due is None, str(t.due or "")))


def _running(at: datetime, prefix: str = "") -> Q:
    return Q(**{f"{prefix}cycle__state": Cycle.State.OPEN}) | Q(**{f"{prefix}extended_until__gte": at})


def _own(user: User, at: datetime) -> list[Todo]:
    rows = Sheet.objects.filter(_running(at), person__user_id=user.pk, state__in=rules.WITH_OWNER)
    return [
        Todo(
            f"sheet.{s.state}",
            _own_text(s),
            f"/phieu/{s.pk}/",
            s.extended_until or s.submit_by,
            at > (s.extended_until or s.submit_by),
        )
        for s in rows.select_related("cycle")
    ]


def _own_text(sheet: Sheet) -> str:
    if sheet.state == rules.RETURNED:
        return f"Phiếu {short_label(sheet.cycle)} được trả lại, cần bổ sung và nộp lại"
    return f"Lập và nộp phiếu {short_label(sheet.cycle)}"


def _to_evaluate(user: User, at: datetime) -> list[Todo]:
    mine = Q(evaluator__user_id=user.pk) & (
        Q(state__in=rules.WITH_EVALUATOR) | Q(state__in=rules.WITH_OWNER, stand_in_allowed=True)
    )
    counted = Sheet.objects.filter(_running(at), mine).values("cycle_id").annotate(waiting=Count("pk"))
    waiting = {row["cycle_id"]: row["waiting"] for row in counted.order_by("cycle_id")}
    cycles = Cycle.objects.filter(pk__in=waiting)
    return [
        Todo(
            "sheets.to_evaluate",
            f"{waiting[c.pk]} phiếu {short_label(c)} chờ ông/bà nhận xét, xác nhận",
            f"/danh-gia/{c.pk}/",
            c.confirm_by,
            at > c.confirm_by,
        )
        for c in cycles
    ]


def _petitions(user: User, at: datetime) -> list[Todo]:
    today = localdate(at)
    rows = Petition.objects.filter(state=Petition.State.RECEIVED, authority__in=headed_units(user, today))
    return [
        Todo(
            "petition.to_answer",
            f"Trả lời kiến nghị về kết quả {short_label(p.sheet.cycle)}",
            f"/kien-nghi/{p.pk}/",
            p.answer_by,
            today > p.answer_by,
        )
        for p in rows.exclude(author__user_id=user.pk).select_related("sheet__cycle")
    ]


def _to_close(user: User, at: datetime) -> list[Todo]:
    units = officer_units(user, localdate(at))
    open_cycles = Cycle.objects.filter(state=Cycle.State.OPEN, root__in=units).select_related("root")
    counted = open_cycles.annotate(left=Count("sheets", filter=~Q(sheets__state__in=rules.RESOLVED)))
    return [
        Todo(
            "cycle.to_close",
            f"Kỳ {short_label(c)} của {c.root.name}: "
            + (f"còn {c.left} phiếu chưa xong" if c.left else "mọi phiếu đã xong, có thể khóa kỳ"),
            f"/to-chuc/ky/{c.pk}/",
            c.confirm_by,
            at > c.confirm_by,
        )
        for c in counted
        if c.left == 0 or at > c.submit_by
    ]
