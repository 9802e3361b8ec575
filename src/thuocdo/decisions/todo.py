"""Results to publish, for an officer; replacements to agree or make, and papers that came, for a head; own published
results to receive, for everybody."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from thuocdo.appraisals.models import Confirmation
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import Decision, Delivery, Reopening, ResultReceipt, UnpublishedCount
from thuocdo.decisions.published import published
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_WORDS = {
    "reopening.proposed": "Đồng ý hay không việc thay kết quả",
    "reopening.open": "Thay kết quả hoặc khóa lại phiếu",
}
TO_PUBLISH = "results.to_publish"


def _rows(asking: Asking) -> Sequence[Rows]:
    headed = asking.units("took_over")
    running = Reopening.objects.filter(authority__in=headed).exclude(subject__user_id=asking.user.pk)
    came = Delivery.objects.filter(to__in=headed, received_at=None)
    decided = UnpublishedCount.objects.filter(cycle__root__in=asking.units("officer"))
    return [
        rows(decided, TO_PUBLISH, key="cycle_id", also="cycle_id", number=Sum("number"), grouped=True),
        rows(running.filter(state=Reopening.State.PROPOSED), "reopening.proposed", also="cycle_id"),
        rows(running.filter(state=Reopening.State.OPEN), "reopening.open", also="cycle_id"),
        rows(_to_issue(asking), "decision.to_issue", text="subject"),
        rows(came, "decision.to_receive", key="to_id", grouped=True),
        rows(_unreceived(asking), "result.to_receive", key="subject_id", grouped=True),
    ]


def _unreceived(asking: Asking) -> QuerySet[Confirmation]:
    """Own published results in force that the person has not said to have received."""
    received = ResultReceipt.objects.filter(confirmation=OuterRef("pk"))
    return published(Confirmation.objects.filter(subject__user_id=asking.user.pk)).filter(~Exists(received))


def _to_issue(asking: Asking) -> QuerySet[Decision]:
    """Drafts with number, day and signer, which only the head or the signer can issue."""
    empty = Q(number="") | Q(symbol="") | Q(place="") | Q(signed_on=None) | Q(signer=None)
    issues = Q(unit__in=asking.units("took_over")) | Q(signer__user_id=asking.user.pk)
    return Decision.objects.filter(issues, state=Decision.State.DRAFT).exclude(empty)


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """One query, where results are to be published or a replacement waits."""
    about = [row for row in found if row.kind in _WORDS or row.kind == TO_PUBLISH]
    cycles = Cycle.objects.select_related("root").in_bulk({row.also for row in about})
    for row in about:
        if row.kind == TO_PUBLISH:
            cycle = cycles[row.also]
            words = f"{row.number} kết quả {cycle.short_name} của {cycle.root.name} đã quyết định, chưa công bố"
            yield Todo(row.kind, words, f"/quyet-dinh/ky/{cycle.pk}/", None, overdue=False)
            continue
        text = f"{_WORDS[row.kind]} {cycles[row.also].short_name}"
        yield Todo(row.kind, text, f"/quyet-dinh/mo-lai/{row.key}/", None, overdue=False)
    for row in found:
        if row.kind == "decision.to_issue":
            path = f"/quyet-dinh/van-ban/{row.key}/"
            yield Todo(row.kind, f"Ban hành văn bản: {row.text}", path, None, overdue=False)
    came = sum(row.number for row in found if row.kind == "decision.to_receive")
    if came:
        words = f"{came} văn bản gửi đến, chờ xác nhận đã nhận"
        yield Todo("decision.to_receive", words, "/quyet-dinh/", None, overdue=False)
    own = sum(row.number for row in found if row.kind == "result.to_receive")
    if own:
        words = f"{own} kết quả của ông/bà đã công bố, chờ bấm “Đã nhận”"
        yield Todo("result.to_receive", words, "/quyet-dinh/", None, overdue=False)


KINDS = frozenset({*_WORDS, TO_PUBLISH, "decision.to_issue", "decision.to_receive", "result.to_receive"})
SOURCE = Source(KINDS, _rows, _lines)
