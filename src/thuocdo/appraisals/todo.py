"""What waits for one person, with the day it is due; the number of queries does not depend on how much
there is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.capacity import evaluated_by
from thuocdo.appraisals.locking import short_label
from thuocdo.appraisals.models import Petition, Sheet
from thuocdo.catalogues import queries as catalogues
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.queries import officer_units
from thuocdo.work.own_work import waiting

Standing = Member.Standing


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
    """Sheets to file, sheets to evaluate, petitions to answer, what an officer's open months wait for;
    overdue first."""
    sheets = [*_own(user, at), *_to_evaluate(user, at), *_petitions(user, at), *_of_officer(user, at)]
    found = [*sheets, *_catalogues(user, at), *_work(user, localdate(at))]
    return sorted(found, key=lambda t: (not t.overdue, t.due is None, str(t.due or "")))


def _catalogues(user: User, at: datetime) -> list[Todo]:
    """Catalogues to approve, and what units and people sent to the officer for the next one."""
    found = catalogues.waiting(user, at)
    lines = [
        ("catalogue.to_approve", f"Phê duyệt danh mục của {c.agency.name}", f"/danh-muc/du-thao/{c.pk}/")
        for c in found.approve
    ]
    if found.inventories:
        words = f"{found.inventories} bản rà soát sản phẩm, công việc chờ đưa vào danh mục"
        lines.append(("inventories.sent", words, "/danh-muc/ra-soat/"))
    if found.proposals:
        words = f"{found.proposals} đề xuất bổ sung danh mục chờ xem xét"
        lines.append(("proposals.waiting", words, "/danh-muc/de-xuat/"))
    return [Todo(kind, text, path, None, overdue=False) for kind, text, path in lines]


_ON_TASKS = {
    "answer": ("Giải trình về một công việc", "giai-trinh"),
    "asked": ("Chờ giải trình đã yêu cầu", "giai-trinh"),
    "proposal": ("việc tự đề xuất chờ ông/bà duyệt", ""),
    "cause": ("nguyên nhân khách quan chờ ông/bà xác nhận", "nguyen-nhan"),
}


def _work(user: User, on: date) -> list[Todo]:
    """Explanations to give and asked for, one by one; own tasks and causes to decide, counted, with the way to
    the first. One query."""
    evaluated = Sheet.objects.filter(evaluator__user_id=user.pk, state__in=rules.WITH_EVALUATOR).values("person_id")
    found = waiting(user, on, evaluated)
    lines = []
    for what, (words, place) in _ON_TASKS.items():
        some = [one for one in found if one.what == what]
        counted = what in ("proposal", "cause")
        for one in some[:1] if counted else some:
            text = f"{len(some)} {words}" if counted else f"{words}: {one.title}"
            path = f"/cong-viec/{one.task_id}/" + (f"#{place}" if place else "")
            due = None if counted else one.due
            lines.append(Todo(f"task.{what}", text, path, due, overdue=due is not None and on > due))
    return lines


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
    mine = evaluated_by(user, localdate(at)) & (
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
            p.answer_by is not None and today > p.answer_by,
        )
        for p in rows.exclude(author__user_id=user.pk).select_related("sheet__cycle")
    ]


def _of_officer(user: User, at: datetime) -> list[Todo]:
    """One line for each thing that waits in each open cycle of the officer's units. Three queries."""
    units = officer_units(user, localdate(at))
    open_cycles = Cycle.objects.filter(state=Cycle.State.OPEN, root__in=units).select_related("root")
    late = Q(sheets__state__in=rules.WITH_OWNER) & (
        Q(sheets__extended_until__isnull=True, sheets__submit_by__lt=at) | Q(sheets__extended_until__lt=at)
    )
    counted = open_cycles.annotate(
        left=Count("sheets", filter=~Q(sheets__state__in=rules.RESOLVED)), late=Count("sheets", filter=late)
    )
    cycles = {c.pk: c for c in counted.order_by("year", "number", "pk")}
    outside = _outside(cycles)
    return [
        line
        for cycle in cycles.values()
        for line in (*_left_out(cycle, outside, at), *_late(cycle), *_to_close(cycle, at))
    ]


def _outside(cycles: Collection[int]) -> dict[tuple[int, str], int]:
    """How many people of each open cycle wait for the officer, by cycle and standing. Who has a sheet of the
    same period elsewhere waits for nothing."""
    same = Member.objects.filter(
        person=OuterRef("person"),
        standing=Standing.IN,
        cycle__kind=OuterRef("cycle__kind"),
        cycle__year=OuterRef("cycle__year"),
        cycle__number=OuterRef("cycle__number"),
    )
    waiting = Member.objects.filter(cycle__in=cycles, standing__in=(Standing.CHOICE, Standing.NO_EVALUATOR))
    rows = waiting.exclude(Exists(same)).values_list("cycle_id", "standing").annotate(people=Count("pk"))
    return {(cycle, standing): people for cycle, standing, people in rows.order_by("cycle_id", "standing")}


_LEFT_OUT = {
    Standing.CHOICE: ("members.to_choose", "người có nhiều vị trí công tác, chờ chọn vị trí để lập phiếu"),
    Standing.NO_EVALUATOR: ("members.no_evaluator", "người chưa xác định được người đánh giá"),
}


def _left_out(cycle: Cycle, outside: dict[tuple[int, str], int], at: datetime) -> list[Todo]:
    return [
        Todo(
            kind,
            f"{outside[cycle.pk, standing]} {words} ({short_label(cycle)}, {cycle.root.name})",
            f"/to-chuc/ky/{cycle.pk}/#ngoai-ky",
            cycle.submit_by,
            at > cycle.submit_by,
        )
        for standing, (kind, words) in _LEFT_OUT.items()
        if (cycle.pk, standing) in outside
    ]


def _late(cycle: Any) -> list[Todo]:
    if not cycle.late:
        return []
    return [
        Todo(
            "sheets.late",
            f"{cycle.late} phiếu {short_label(cycle)} của {cycle.root.name} quá hạn nộp: gia hạn, miễn, hoặc "
            "cho người đánh giá lập thay, kèm lý do",
            f"/to-chuc/ky/{cycle.pk}/#phieu",
            cycle.submit_by,
            overdue=True,
        )
    ]


def _to_close(cycle: Any, at: datetime) -> list[Todo]:
    if cycle.left and at <= cycle.submit_by:
        return []
    return [
        Todo(
            "cycle.to_close",
            f"Kỳ {short_label(cycle)} của {cycle.root.name}: "
            + (f"còn {cycle.left} phiếu chưa xong" if cycle.left else "mọi phiếu đã xong, có thể khóa kỳ"),
            f"/to-chuc/ky/{cycle.pk}/",
            cycle.confirm_by,
            at > cycle.confirm_by,
        )
    ]
