"""Sheets to file, sheets to evaluate, petitions to answer, tasks that wait for a word, what an officer's open months
wait for: the lines that this room adds to the to-do list."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum, TextField
from django.db.models.functions import Cast, Coalesce

from thuocdo.appraisals import rules
from thuocdo.appraisals.capacity import evaluated_by, of_record
from thuocdo.appraisals.deciding import addressed_to, undecided
from thuocdo.appraisals.models import Confirmation, CycleTotal, LevelDecision, Petition, QuotaPlaces, Sheet, SheetCount
from thuocdo.appraisals.progress import WITH_SHEET, counted_stops_at, headless_at, sheets_where
from thuocdo.appraisals.todo_second import KINDS as STEPS
from thuocdo.appraisals.todo_second import OWN, asked_to_close, standing, step_lines, step_rows
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows, todo
from thuocdo.work.own_work import waiting_rows

__all__ = ["SOURCE", "Todo", "todo"]

Standing = Member.Standing
_OWN = {
    "sheet.drafting": "Lập và nộp phiếu {}",
    "sheet.returned": "Phiếu {} được trả lại, cần bổ sung và nộp lại",
}
_LEFT_OUT = {
    "members.to_choose": "người có nhiều vị trí công tác, chờ chọn vị trí để lập phiếu",
    "members.no_evaluator": "người chưa xác định được người đánh giá",
}
_STANDINGS = {"members.to_choose": Standing.CHOICE, "members.no_evaluator": Standing.NO_EVALUATOR}
_ON_TASKS = {
    "task.answer": ("Giải trình về một công việc", "giai-trinh"),
    "task.asked": ("Chờ giải trình đã yêu cầu", "giai-trinh"),
    "task.proposal": ("việc tự đề xuất chờ ông/bà duyệt", ""),
    "task.cause": ("nguyên nhân khách quan chờ ông/bà xác nhận", "nguyen-nhan"),
}
_COUNTED = ("task.proposal", "task.cause")
_CYCLES = ("sheets.to_evaluate", "levels.to_propose", "levels.to_decide", *_LEFT_OUT, "sheets.headless", "sheets.late",
           "sheets.unfinished", "cycle.to_close")  # fmt: skip
_KINDS = frozenset({*_OWN, *_CYCLES, *_ON_TASKS, *STEPS, "petition.to_answer"})


def _running(asking: Asking) -> Q:
    return Q(cycle__state=Cycle.State.OPEN) | Q(extended_until__gte=asking.at)


def _rows(asking: Asking) -> Sequence[Rows]:
    whose = evaluated_by if asking.units("delegate") else of_record
    mine = whose(asking.user, asking.on)
    evaluated = Sheet.objects.filter(of_record(asking.user, asking.on), state__in=rules.WITH_EVALUATOR)
    return [
        *_sheets(asking, mine),
        *waiting_rows(asking.user, asking.on, evaluated.values("person_id")),
        _petitions(asking),
        _proposals(mine),
        _levels(asking),
        *_of_officer(asking),
    ]


def _sheets(asking: Asking, mine: Q) -> Iterable[Rows]:
    """The owner's part waits until the closing or the own extension; the evaluator finishes what was filed in an
    extension, and stands in, also after both (`rules.check_open`)."""
    running = Sheet.objects.filter(_running(asking))
    own = running.filter(person__user_id=asking.user.pk)
    for state in rules.WITH_OWNER:
        due = Coalesce("extended_until", "submit_by")
        yield rows(own.filter(state=state), f"sheet.{state}", also="cycle_id", moment=due)
    open_or_given_time = Q(cycle__state=Cycle.State.OPEN) | Q(extended_until__isnull=False)
    filed = Q(state__in=rules.WITH_EVALUATOR) & open_or_given_time
    with_me = filed | Q(state__in=rules.WITH_OWNER, stand_in_allowed=True)
    waiting = Sheet.objects.filter(mine & with_me)
    yield rows(waiting, "sheets.to_evaluate", key="cycle_id", also="cycle_id", grouped=True)


def _petitions(asking: Asking) -> Rows:
    waiting = Petition.objects.filter(state=Petition.State.RECEIVED, authority__in=asking.units("took_over"))
    others = waiting.exclude(author__user_id=asking.user.pk)
    return rows(others, "petition.to_answer", also="sheet__cycle_id", day="answer_by")


def _proposals(mine: Q) -> Rows:
    """Results at a level with places, not proposed yet, or proposed before they came and not decided since: their
    units cannot be published."""
    results = Confirmation.objects.filter(replaced_by=None)
    bands = results.filter(sheet=OuterRef(OuterRef("pk"))).values("band")
    decided = LevelDecision.objects.filter(sheet=OuterRef("pk"), confirmation__replaced_by=None)
    stale = Q(Exists(results.filter(sheet=OuterRef("pk"), at__gt=OuterRef("level_proposal__at"))), ~Exists(decided))
    places = QuotaPlaces.objects.annotate(held_by=Cast("roles", TextField())).filter(
        cycle=OuterRef("cycle"),
        rulebook_hash=OuterRef("member__rulebook_hash"),
        agency=OuterRef("member__agency"),
        held_by__contains=OuterRef("member__leadership"),
        level__in=bands,
    )
    open_ones = Sheet.objects.filter(mine, Q(level_proposal=None) | stale, state=Sheet.State.CONFIRMED)
    return rows(open_ones.filter(Exists(places)), "levels.to_propose", key="cycle_id", also="cycle_id", grouped=True)


def _levels(asking: Asking) -> Rows:
    mine = undecided(addressed_to(asking.user, asking.units("took_over")))
    return rows(mine, "levels.to_decide", key="sheet__cycle_id", also="sheet__cycle_id", grouped=True)


def _of_officer(asking: Asking) -> Iterable[Rows]:
    """Each open cycle of the officer's units with what is left, what is late, and who is left out; each closed one in
    which an extension ended before the sheet was finished."""
    units = asking.units("officer")
    if not units:
        return
    cycles = Cycle.objects.filter(state=Cycle.State.OPEN, root__in=units)
    by_cycle: dict[str, Any] = {"key": "cycle_id", "also": "cycle_id", "grouped": True}
    totals, left = CycleTotal.objects.filter(WITH_SHEET, cycle__in=cycles), ~Q(state__in=rules.RESOLVED)
    yield rows(totals, "cycle.to_close", number=sheets_where(left), **by_cycle)
    yield rows(totals.filter(due__lt=asking.at), "sheets.late", number=Sum("number"), **by_cycle)
    unfinished = CycleTotal.objects.filter(WITH_SHEET, left, cycle=OuterRef("pk"))  # of a closed cycle mostly none
    closed = Cycle.objects.filter(Exists(unfinished), state=Cycle.State.CLOSED, root__in=units)
    counts = SheetCount.objects.filter(WITH_SHEET, counted_stops_at(asking.at), cycle__in=closed)
    yield rows(counts, "sheets.unfinished", number=Sum("number"), **by_cycle)
    either = Q(cycle__in=cycles) | Q(cycle__in=closed)
    yield rows(Sheet.objects.filter(either, headless_at(asking.at)), "sheets.headless", **by_cycle)
    outside = Member.objects.filter(cycle__in=cycles).exclude(Exists(_elsewhere()))
    for kind, of in _STANDINGS.items():
        some = CycleTotal.objects.filter(cycle=OuterRef("pk"), standing=of)  # mostly nobody: then no unit is asked
        places = SheetCount.objects.filter(cycle__in=cycles.filter(Exists(some)), standing=of)
        yield rows(outside.filter(standing=of, unit__in=places.values("unit")), kind, **by_cycle)
    yield from step_rows(asking)


def _elsewhere() -> Rows:
    """Who has a sheet of the same period elsewhere waits for nothing."""
    return Member.objects.filter(
        person=OuterRef("person"),
        standing=Standing.IN,
        cycle__kind=OuterRef("cycle__kind"),
        cycle__year=OuterRef("cycle__year"),
        cycle__number=OuterRef("cycle__number"),
    )


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """One query for the cycles that are named; two more where somebody asked for a second officer."""
    yield from _on_tasks(asking, found)
    named = [row for row in found if row.kind not in _ON_TASKS]
    cycles = Cycle.objects.select_related("root").in_bulk({row.also for row in named})
    asked = standing(asking, named, cycles)
    yield from step_lines(asking, asked, cycles)
    others, closing = (row for row in named if row.kind not in STEPS), asked_to_close(asked)
    for row in sorted(others, key=lambda one: _order(cycles[one.also])):
        if row.kind == "cycle.to_close" and not row.number and row.also in closing:
            continue
        line = _line(asking, row, cycles[row.also])
        if line is not None:
            yield line


def _order(cycle: Cycle) -> tuple[int, int, int]:
    return cycle.year, cycle.number, cycle.pk


def _line(asking: Asking, row: Row, cycle: Cycle) -> Todo | None:
    at, label, officers = asking.at, cycle.short_name, f"/to-chuc/ky/{cycle.pk}/"
    if row.kind in _OWN:
        late = row.moment is not None and at > row.moment
        return Todo(row.kind, _OWN[row.kind].format(label), f"/phieu/{row.key}/", row.moment, late)
    if row.kind == "petition.to_answer":
        late = row.day is not None and asking.on > row.day
        return Todo(row.kind, f"Trả lời kiến nghị về kết quả {label}", f"/kien-nghi/{row.key}/", row.day, late)
    if row.kind == "sheets.to_evaluate":
        words = f"{row.number} phiếu {label} chờ ông/bà nhận xét, xác nhận"
        return Todo(row.kind, words, f"/danh-gia/{cycle.pk}/", cycle.confirm_by, at > cycle.confirm_by)
    if row.kind == "levels.to_propose":
        words = f"{row.number} phiếu {label} có tỷ lệ theo mức chờ ông/bà đề xuất mức"
        return Todo(row.kind, words, f"/danh-gia/{cycle.pk}/muc/", None, overdue=False)
    if row.kind == "levels.to_decide":
        words = f"{row.number} đề xuất mức {label} chờ ông/bà quyết định"
        return Todo(row.kind, words, f"/danh-gia/{cycle.pk}/quyet-dinh-muc/", None, overdue=False)
    if row.kind in _LEFT_OUT:
        words = f"{row.number} {_LEFT_OUT[row.kind]} ({label}, {cycle.root.name})"
        return Todo(row.kind, words, f"{officers}?trang-thai=ngoai-ky#ngoai-ky", cycle.submit_by, at > cycle.submit_by)
    if row.kind == "sheets.headless":
        late = at > cycle.confirm_by
        words = (
            f"{row.number} phiếu {label} của {cycle.root.name} chờ người không còn đứng đầu nơi đánh giá: ghi nhận "
            "người đánh giá mới, kèm lý do"
        )
        return Todo(row.kind, words, f"{officers}?trang-thai=doi-nguoi#phieu", cycle.confirm_by, late)
    if row.kind == "sheets.late":
        words = (
            f"{row.number} phiếu {label} của {cycle.root.name} quá hạn nộp: gia hạn, miễn, hoặc "
            "cho người đánh giá lập thay, kèm lý do"
        )
        return Todo(row.kind, words, f"{officers}?trang-thai=qua-han#phieu", cycle.submit_by, overdue=True)
    if row.kind == "sheets.unfinished":
        words = (
            f"Kỳ {label} của {cycle.root.name} đã khóa, còn {row.number} phiếu hết thời gian gia hạn mà chưa xong: xem "
            "chờ ai; phần tự đánh giá còn thiếu thì miễn, hoặc cho người đánh giá lập thay, kèm lý do"
        )
        return Todo(row.kind, words, f"{officers}?trang-thai=vuong#phieu", None, overdue=False)
    return _to_close(row.number, cycle, asking)


def _to_close(left: int, cycle: Cycle, asking: Asking) -> Todo | None:
    if left and asking.at <= cycle.submit_by:
        return None
    what = f"còn {left} phiếu chưa xong" if left else "mọi phiếu đã xong, có thể khóa kỳ"
    words = f"Kỳ {cycle.short_name} của {cycle.root.name}: {what}"
    path, late = f"/to-chuc/ky/{cycle.pk}/", asking.at > cycle.confirm_by
    return Todo("cycle.to_close", words, path, cycle.confirm_by, late)


def _on_tasks(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """Explanations to give and asked for, one by one; own tasks and causes to decide, counted, with the way to
    the first."""
    for kind, (words, place) in _ON_TASKS.items():
        some = sorted((row for row in found if row.kind == kind), key=lambda row: (str(row.day), row.key))
        counted = kind in _COUNTED
        for row in some[:1] if counted else some:
            text = f"{len(some)} {words}" if counted else f"{words}: {row.text}"
            path = f"/cong-viec/{row.key}/" + (f"#{place}" if place else "")
            due = None if counted else row.day
            yield Todo(kind, text, path, due, overdue=due is not None and asking.on > due)


SOURCE = Source(_KINDS, _rows, _lines, unseen=frozenset({OWN}))
