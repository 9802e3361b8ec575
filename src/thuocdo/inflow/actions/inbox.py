"""What people decide in the inbox: who or what was meant, which version stands, what is left aside."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.inflow.access import source_of_handler
from thuocdo.inflow.knowledge import gather
from thuocdo.inflow.mapped import check_person
from thuocdo.inflow.models import Source, SourceItem
from thuocdo.inflow.payloads import MOST_ITEMS, read_back
from thuocdo.inflow.planning import Decision, Planner
from thuocdo.inflow.settling import OURS, THEIRS, answers_from, ignored, offer_of, settled
from thuocdo.inflow.writing import write
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import day_of

State = SourceItem.State


def _items(source: Source, ids: Collection[int]) -> list[SourceItem]:
    if not ids:
        raise Refusal("items.none", "Chưa chọn mục nào. Hãy đánh dấu ít nhất một mục.")
    found = list(SourceItem.objects.filter(source=source, pk__in=ids).order_by("pk"))
    if len(found) != len(set(ids)):
        raise NotYours()
    return found


@action
def answer_items(
    *, by: User, at: datetime, source_id: int, item_ids: Sequence[int], answers: dict[str, str], remember: bool
) -> list[Decision]:
    """Say what waiting items mean; `remember` keeps it for the source, and every waiting item is read again.

    Raises NotYours, Refusal. Returns the decisions on the items read again.
    """
    source = source_of_handler(by, source_id, at, lock=True)
    given = answers_from(answers)
    if "person" in given:
        check_person(source.agency_id, given["person"], day_of(at))
    items = _items(source, item_ids)
    if any(i.state != State.WAITING for i in items):
        raise Conflict("Có mục không còn chờ nữa. Hãy tải lại trang để xem tình trạng mới nhất.")
    for item in items:
        item.choices = {**item.choices, **given}
        item.version += 1
    SourceItem.objects.bulk_update(items, ["choices", "version"], batch_size=200)
    touched: list[Any] = list(items)
    if remember and _remember(source, items, given):
        touched.append(source)
    waiting = items
    if source in touched:
        rows = SourceItem.objects.filter(source=source, state=State.WAITING).order_by("pk")
        waiting = list({i.pk: i for i in [*items, *rows[:MOST_ITEMS]]}.values())
    offers = [offer_of(i) for i in waiting]
    known = gather(source, offers, at)
    planner = Planner(known)
    decisions = [planner.offer(o) for o in offers]
    written = write(source, decisions, at)
    rows_written = {(type(r), r.pk): r for r in [*touched, *written]}
    record(
        chain=known.chain,
        code="source.answered",
        by=by,
        at=at,
        objects=rows_written.values(),
        data={"source": source.pk, "items": len(items)},
    )
    return decisions


def _remember(source: Source, items: Sequence[SourceItem], given: dict[str, Any]) -> bool:
    """Keeps person and product for the texts that these items wrote."""
    people, products = dict(source.people), dict(source.products)
    for item in items:
        content = read_back(item.payload)
        if "person" in given:
            people[content["person"]] = given["person"]
        if given.get("product") and content["product"]:
            products[content["product"]] = given["product"]
    if (people, products) == (source.people, source.products):
        return False
    source.people, source.products, source.version = people, products, source.version + 1
    source.save(update_fields=["people", "products", "version"])
    return True


@action
def resolve_items(
    *, by: User, at: datetime, source_id: int, items: Sequence[tuple[int, int]], keep: str
) -> list[Decision]:
    """Settle conflicts, given as (id, version seen): keep `ours` or take `theirs`. Raises NotYours, Conflict."""
    source = source_of_handler(by, source_id, at, lock=True)
    if keep not in (OURS, THEIRS):
        raise Refusal("conflict.keep", "Chưa chọn giữ bản nào. Hãy chọn một trong hai bản.")
    found = _items(source, [pk for pk, _ in items])
    seen = dict(items)
    if any(i.state != State.CONFLICT or i.version != seen[i.pk] for i in found):
        raise Conflict("Có mục đã thay đổi sau khi ông/bà mở trang. Hãy tải lại trang để xem hai bản mới nhất.")
    offers = [offer_of(i) for i in found]
    known = gather(source, offers, at)
    planner = Planner(known, frozenset(i.external_id for i in found) if keep == THEIRS else frozenset())
    decisions = [settled(planner, known.items[o.external_id], o, keep) for o in offers]
    written = write(source, decisions, at)
    if not written:
        nothing_changed()
        return decisions
    record(
        chain=known.chain,
        code="source.resolved",
        by=by,
        at=at,
        objects=written,
        data={"source": source.pk, "items": len(written)},
    )
    return decisions


@action
def ignore_items(*, by: User, at: datetime, source_id: int, item_ids: Sequence[int]) -> int:
    """Leave waiting items aside: they no longer wait, and later versions of them are passed over. Returns how many."""
    source = source_of_handler(by, source_id, at, lock=True)
    items = [i for i in _items(source, item_ids) if i.state != State.IGNORED]
    if any(i.state != State.WAITING for i in items):
        raise Conflict("Chỉ bỏ qua được mục đang chờ. Hãy tải lại trang để xem tình trạng mới nhất.")
    if not items:
        nothing_changed()
        return 0
    known = gather(source, [], at)
    decisions = [ignored(i) for i in items]
    record(
        chain=known.chain,
        code="source.ignored",
        by=by,
        at=at,
        objects=write(source, decisions, at),
        data={"source": source.pk, "items": len(items)},
    )
    return len(items)
