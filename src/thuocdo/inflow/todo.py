"""Sources in which something waits, or which are silent or fail, on the to-do list."""

from collections.abc import Iterable, Sequence

from django.db.models import Max, OuterRef, Q, Subquery

from thuocdo.inflow import rules
from thuocdo.inflow.models import DeliveryDay, Source, SourceItem
from thuocdo.inflow.queries import WAITING
from thuocdo.organisation import waiting
from thuocdo.organisation.waiting import Asking, Row, Rows, Todo, rows

_KIND = "inflow.waiting"


def _handled(asking: Asking) -> frozenset[int]:
    return asking.units("officer", "giver", "led", "assign")


def _rows(asking: Asking) -> Sequence[Rows]:
    items = SourceItem.objects.filter(state__in=WAITING, source__agency__in=_handled(asking))
    return [rows(items, _KIND, key="source_id", grouped=True)]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    """One query, for who handles any units."""
    handled = _handled(asking)
    if not handled:
        return
    number = {row.key: row.number for row in found}
    newest = DeliveryDay.objects.filter(source=OuterRef("pk")).order_by("-day")
    sources = Source.objects.filter(agency__in=handled).annotate(
        heard=Max("deliveries__last_at", filter=Q(deliveries__times__gt=0)),
        failed=Subquery(newest.values("failure")[:1]),
    )
    for one in sources.order_by("state", "name", "pk"):
        waits = number.get(one.pk)
        active = one.state == Source.State.ACTIVE
        silent = active and rules.is_silent(one.heard, one.created_at, one.silent_days, asking.at)
        if waits or silent or one.failed:
            words = f"{waits} mục chờ làm rõ hoặc chọn bản" if waits else "im lặng hoặc không kết nối được"
            yield Todo(_KIND, f"Nguồn “{one.name}”: {words}", f"/viec-den/{one.pk}/", None, overdue=False)


SOURCE = waiting.Source(frozenset({_KIND}), _rows, _lines, always=True)
