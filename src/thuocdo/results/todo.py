"""What waits about results: hand-overs to send and receive, follow-ups to decide, transfers that are overdue."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, CycleTotal, SheetCount
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.results.models import FollowUp, Handover, HandoverLine, OutsideResult, SyncMark
from thuocdo.results.papers.models import YearPaper
from thuocdo.results.syncing import covering, duties, uncovered
from thuocdo.rulesets.models import RulebookVersion

TO_SEND, TO_RECEIVE = "handover.to_send", "handover.to_receive"
TO_DECIDE, TO_SYNC = "follow_up.to_decide", "results.to_sync"
TO_CONFIRM = "outside_result.to_confirm"
PATH = "/ket-qua/ban-giao/"


def _rows(asking: Asking) -> Sequence[Rows]:
    officer, headed = asking.units("officer"), asking.units("took_over")
    came = Handover.objects.filter(to_agency__in=officer | headed, state=Handover.State.SENT)
    came = came.exclude(sent_by=asking.user).exclude(person__user_id=asking.user.pk)
    proposed = FollowUp.objects.filter(unit__in=headed, state=FollowUp.State.PROPOSED)
    proposed = proposed.exclude(person__user_id=asking.user.pk)
    entered = OutsideResult.objects.filter(agency__in=officer | headed, state=OutsideResult.State.WAITING)
    entered = entered.exclude(entered_by=asking.user).exclude(person__user_id=asking.user.pk)
    found = [
        rows(entered, TO_CONFIRM, key="agency_id", grouped=True),
        rows(came, TO_RECEIVE, key="to_agency_id", grouped=True),
        rows(proposed, TO_DECIDE, key="unit_id", grouped=True),
    ]
    return [*found, _unsent(asking, officer), *_overdue(asking, officer)] if officer else found


def _overdue(asking: Asking, officer: frozenset[int]) -> Sequence[Rows]:
    """Results that nobody marked as transferred in the days that their rulebook gives: by period where its totals, or
    the counts of its units, say that all of them are (key 0), by unit where only some may be. The counts are read
    where there are marks, or results that are not overdue yet."""
    cycles = Cycle.objects.filter(root__in=officer, year__gte=asking.on.year - 1)
    marked = Exists(SyncMark.objects.filter(cycle=OuterRef("pk")))
    newer = CycleTotal.objects.filter(_rated("last_rated", "gte", asking.on), cycle=OuterRef("pk"), evaluated=True)
    apart = marked | Exists(newer)
    whole = CycleTotal.objects.filter(
        _rated("last_rated", "lt", asking.on), evaluated=True, cycle__in=cycles.exclude(apart)
    )
    late = _counts(asking.on).filter(cycle__in=cycles.filter(apart))
    late = late.annotate(partly_in=Case(When(_in_part(asking.on), then=F("unit")), default=0))
    by_cycle: dict[str, Any] = {"key": "partly_in", "also": "cycle_id", "number": Sum("number"), "grouped": True}
    return [rows(whole.annotate(partly_in=Value(0)), TO_SYNC, **by_cycle), rows(late, TO_SYNC, **by_cycle)]


_MARKED = Q(cycle__in=SyncMark.objects.values("cycle"))
"""Asked first: what follows it is looked up row by row."""


def _marks() -> QuerySet[SyncMark]:
    return SyncMark.objects.filter(cycle=OuterRef("cycle"), unit=OuterRef("evaluator_unit"))


def _counts(on: date) -> QuerySet[SheetCount]:
    """Counts of results of which at least one is overdue and not all are marked."""
    counts = SheetCount.objects.filter(_rated("first_rated", "lt", on), evaluator_unit__isnull=False)
    return counts.exclude(_MARKED & Q(Exists(_marks().filter(covering("last_result", "last_rated")))))


def _in_part(on: date) -> Q:
    """Of these, counts with results that are not overdue yet, or marked."""
    begun = _MARKED & Q(Exists(_marks().filter(covers_until__gte=OuterRef("first_rated"))))
    return _rated("last_rated", "gte", on) | begun


def _overdue_in_part(found: Sequence[Row], on: date) -> int:
    """How many results of these units are overdue, without those of their counts that are overdue altogether. Two
    queries, where there are any."""
    places = {(row.also, row.key) for row in found}
    if not places:
        return 0
    cycles, units = ({place[at] for place in places} for at in (0, 1))
    late = _any(Q(rulebook=duty.rulebook, at__lt=duty.late_before(on)) for duty in duties())
    found_late = uncovered(late & Q(sheet__member__unit__in=units, sheet__cycle__in=cycles)).order_by()
    counted = found_late.values_list("sheet__cycle", "sheet__member__unit").annotate(Count("pk"))
    whole = _counts(on).filter(~_in_part(on), unit__in=units, cycle__in=cycles).order_by()
    summed = whole.values_list("cycle", "unit").annotate(Sum("number"))
    signed = [*counted, *((cycle, unit, -number) for cycle, unit, number in summed)]
    return sum(number for cycle, unit, number in signed if (cycle, unit) in places)


def _rated(column: str, compared: str, on: date) -> Q:
    """Counts under a rulebook with that duty, in whichever version, whose moment in the column stands so to the day
    before which results are overdue."""
    versions = RulebookVersion.objects
    return _any(
        Q(rulebook_hash__in=versions.filter(rulebook=duty.rulebook).values("hash"))
        & Q(**{f"{column}__{compared}": duty.late_before(on)})
        for duty in duties()
    )


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def _unsent(asking: Asking, officer: frozenset[int]) -> Rows:
    """People who left these units for others, with closed results or papers of the year that were sent nowhere yet."""
    posts = Employment.objects.filter(on_day(asking.on), person=OuterRef("person"))
    sent = HandoverLine.objects.filter(
        confirmation=OuterRef("pk"), handover__state__in=(Handover.State.SENT, Handover.State.RECEIVED)
    )
    results = Confirmation.objects.filter(
        ~Exists(sent), subject=OuterRef("person"), sheet__cycle__state=Cycle.State.CLOSED,
        sheet__cycle__year__gte=asking.on.year - 1, sheet__member__agency__among=officer,
    )  # fmt: skip
    papers = YearPaper.objects.filter(
        ~Exists(Handover.objects.filter(  # what is sent takes along every paper that is there
            person=OuterRef("person"), year=OuterRef("year"), sent_at__gte=OuterRef("added_at"),
            state__in=(Handover.State.SENT, Handover.State.RECEIVED),
        )),
        person=OuterRef("person"), year__gte=asking.on.year - 1, agency__among=officer, replaced_by__isnull=True,
    )  # fmt: skip
    ended = Employment.objects.filter(end__gte=date(asking.on.year - 1, 1, 1), end__lte=asking.on)
    stayed = Subquery(posts.filter(unit__among=officer).values("pk")[:1])  # looked up for the few whose post ended
    left = ended.alias(stayed=stayed).filter(
        Exists(posts), Exists(in_force(results)) | Exists(papers), stayed=None, unit__among=officer
    ).exclude(person__user_id=asking.user.pk)  # fmt: skip
    return rows(left, TO_SEND, key="unit_id", number=Count("person", distinct=True), grouped=True)


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    send = sum(row.number for row in found if row.kind == TO_SEND)
    receive = sum(row.number for row in found if row.kind == TO_RECEIVE)
    if send:
        yield Todo(TO_SEND, f"Gửi kết quả của {send} người đã chuyển đi", PATH, None, overdue=False)
    decide = sum(row.number for row in found if row.kind == TO_DECIDE)
    late = [row for row in found if row.kind == TO_SYNC]
    sync = sum(row.number for row in late if not row.key)
    sync += _overdue_in_part([row for row in late if row.key], asking.on)
    if decide:
        words = f"{decide} đề xuất khen thưởng, nhắc nhở chờ quyết định"
        yield Todo(TO_DECIDE, words, "/ket-qua/theo-doi/", None, overdue=False)
    if sync:
        words = f"{sync} kết quả quá hạn, chưa ghi nhận cập nhật Cơ sở dữ liệu quốc gia"
        yield Todo(TO_SYNC, words, "/ket-qua/dong-bo/", None, overdue=True)
    outside = sum(row.number for row in found if row.kind == TO_CONFIRM)
    if outside:
        words = f"{outside} kết quả nơi khác gửi chờ người thứ hai xác nhận"
        yield Todo(TO_CONFIRM, words, "/ket-qua/ngoai/", None, overdue=False)
    if receive:
        words = f"{receive} lượt bàn giao kết quả gửi đến, chờ xác nhận đã nhận"
        yield Todo(TO_RECEIVE, words, PATH, None, overdue=False)


KINDS = frozenset({TO_SEND, TO_RECEIVE, TO_CONFIRM, TO_DECIDE, TO_SYNC})
SOURCE = Source(KINDS, _rows, _lines)
