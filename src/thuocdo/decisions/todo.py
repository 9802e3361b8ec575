"""Replacements to agree or make, and papers that came, on the to-do list of a head."""

from collections.abc import Iterable, Sequence

from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import Delivery, Reopening
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows

_WORDS = {
    "reopening.proposed": "Đồng ý hay không việc thay kết quả",
    "reopening.open": "Thay kết quả hoặc khóa lại phiếu",
}


def _rows(asking: Asking) -> Sequence[Rows]:
    headed = asking.units("headed")
    running = Reopening.objects.filter(authority__in=headed).exclude(subject__user_id=asking.user.pk)
    came = Delivery.objects.filter(to__in=headed, received_at=None)
    return [
        rows(running.filter(state=Reopening.State.PROPOSED), "reopening.proposed", also="cycle_id"),
        rows(running.filter(state=Reopening.State.OPEN), "reopening.open", also="cycle_id"),
        rows(came, "decision.to_receive", key="to_id", grouped=True),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """One query, where a replacement waits."""
    running = [row for row in found if row.kind in _WORDS]
    cycles = Cycle.objects.in_bulk({row.also for row in running})
    for row in running:
        text = f"{_WORDS[row.kind]} {cycles[row.also].short_name}"
        yield Todo("reopening.waiting", text, f"/quyet-dinh/mo-lai/{row.key}/", None, overdue=False)
    came = sum(row.number for row in found if row.kind == "decision.to_receive")
    if came:
        words = f"{came} văn bản gửi đến, chờ xác nhận đã nhận"
        yield Todo("decision.to_receive", words, "/quyet-dinh/", None, overdue=False)


SOURCE = Source(frozenset({*_WORDS, "decision.to_receive"}), _rows, _lines)
