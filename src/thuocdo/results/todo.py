"""What waits about results: hand-overs to send and receive, follow-ups to decide, transfers that are overdue."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, Sum

from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation, SheetCount
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.results.models import FollowUp, Handover, HandoverLine, OutsideResult, SyncMark
from thuocdo.results.syncing import covering, duties, uncovered
from thuocdo.rulesets.models import RulebookVersion

TO_SEND, TO_RECEIVE = "handover.to_send", "handover.to_receive"
TO_DECIDE, TO_SYNC, SYNC_IN_PART = "follow_up.to_decide", "results.to_sync", "results.to_sync_in_part"
TO_CONFIRM = "outside_result.to_confirm"
PATH = "/ket-qua/ban-giao/"


def _rows(asking: Asking) -> Sequence[Rows]:
    officer, headed = asking.units("officer"), asking.units("headed")
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


def _overdue(asking: Asking, officer: frozenset[int]) -> list[Rows]:
    """Results that nobody marked as transferred in the days that their rulebook gives: by period where the counts say
    that all of a unit's are, and the units of which only some may be."""
    late = {"cycle__root__in": officer, "cycle__year__gte": asking.on.year - 1}
    marks = SyncMark.objects.filter(cycle=OuterRef("cycle"), unit=OuterRef("evaluator_unit"))
    counts = SheetCount.objects.filter(_rated("first_rated", "lt", asking.on), **late, evaluator_unit__isnull=False)
    counts = counts.exclude(Exists(marks.filter(covering("last_result", "last_rated"))))
    marked = Q(cycle__in=SyncMark.objects.values("cycle"))  # asked first: the next is looked up row by row
    begun = marked & Q(Exists(marks.filter(covers_until__gte=OuterRef("first_rated"))))
    some = counts.filter(_rated("last_rated", "gte", asking.on) | begun)
    whole = counts.exclude(Exists(some.filter(cycle=OuterRef("cycle"), unit=OuterRef("unit"))))
    return [
        rows(whole, TO_SYNC, key="cycle_id", number=Sum("number"), grouped=True),
        rows(some, SYNC_IN_PART, key="unit_id", also="cycle_id", grouped=True),
    ]


def _overdue_in_part(found: Sequence[Row], on: date) -> int:
    """How many results of these units (rows of `SYNC_IN_PART`) are overdue. One query, where there are any."""
    places = {(row.also, row.key) for row in found}
    if not places:
        return 0
    cycles, units = ({place[at] for place in places} for at in (0, 1))
    late = _any(Q(rulebook=duty.rulebook, at__lt=duty.late_before(on)) for duty in duties())
    found_late = uncovered(late & Q(sheet__member__unit__in=units, sheet__cycle__in=cycles)).order_by()
    counted = found_late.values_list("sheet__cycle", "sheet__member__unit").annotate(Count("pk"))
    return sum(number for cycle, unit, number in counted if (cycle, unit) in places)


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
    """People who left these units for others, with closed results of which nothing was sent anywhere yet."""
    posts = Employment.objects.filter(on_day(asking.on), person=OuterRef("person"))
    sent = HandoverLine.objects.filter(
        confirmation=OuterRef("pk"), handover__state__in=(Handover.State.SENT, Handover.State.RECEIVED)
    )
    results = Confirmation.objects.filter(
        ~Exists(sent), subject=OuterRef("person"), sheet__cycle__state=Cycle.State.CLOSED,
        sheet__cycle__year__gte=asking.on.year - 1, sheet__member__agency__in=officer,
    )  # fmt: skip
    ended = Employment.objects.filter(end__gte=date(asking.on.year - 1, 1, 1), end__lte=asking.on)
    stayed = posts.filter(unit__in=officer, person__in=ended.values("person"))  # asked of few, not of the whole city
    left = ended.filter(
        Exists(posts), ~Exists(stayed), Exists(in_force(results)), unit__in=officer
    ).exclude(person__user_id=asking.user.pk)  # fmt: skip
    return rows(left, TO_SEND, key="unit_id", number=Count("person", distinct=True), grouped=True)


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    send = sum(row.number for row in found if row.kind == TO_SEND)
    receive = sum(row.number for row in found if row.kind == TO_RECEIVE)
    if send:
        yield Todo(TO_SEND, f"Gửi kết quả của {send} người đã chuyển đi", PATH, None, overdue=False)
    decide = sum(row.number for row in found if row.kind == TO_DECIDE)
    sync = sum(row.number for row in found if row.kind == TO_SYNC)
    sync += _overdue_in_part([row for row in found if row.kind == SYNC_IN_PART], asking.on)
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


KINDS = frozenset({TO_SEND, TO_RECEIVE, TO_CONFIRM, TO_DECIDE, TO_SYNC, SYNC_IN_PART})
SOURCE = Source(KINDS, _rows, _lines, named=False)
