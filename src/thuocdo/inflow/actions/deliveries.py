"""Receiving a delivery: every item decided by itself, everything written in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.inflow import rules
from thuocdo.inflow.knowledge import gather
from thuocdo.inflow.models import Source, SourceItem
from thuocdo.inflow.payloads import Offer, Unusable
from thuocdo.inflow.planning import Decision, Planner
from thuocdo.inflow.writing import note_delivery, write
from thuocdo.kernel.errors import Conflict, NotYours, Refusal

LISTED = (SourceItem.State.APPLIED, SourceItem.State.WAITING, SourceItem.State.CONFLICT)


def locked_source(source_id: int) -> Source:
    """The source, locked: deliveries of one source wait for each other. Raises NotYours, Conflict (stopped)."""
    source = Source.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=source_id).first()
    if source is None:
        raise NotYours()
    if source.state != Source.State.ACTIVE:
        raise Conflict(f"Nguồn “{source.name}” đã ngừng nhận.")
    return source


def missing_from(source: Source, offers: Sequence[Offer], spoiled: Sequence[Unusable] = ()) -> list[str]:
    """Ids that stand here but no longer in a whole list, but for those whose withdrawal waits for a person or was
    settled by one."""
    named = {o.external_id for o in offers} | {s.external_id for s in spoiled}
    listed = SourceItem.objects.filter(source=source, state__in=LISTED, withdrawing=False).order_by("pk")
    return [name for name in listed.values_list("external_id", flat=True) if name not in named]


def decide(
    source: Source,
    offers: Sequence[Offer],
    gone: Sequence[str],
    at: datetime,
    times: Mapping[str, datetime] | None = None,
    spoiled: Sequence[Unusable] = (),
    *,
    lock: bool = True,
) -> tuple[str, list[Decision]]:
    """The audit chain and the decisions, in the order: offers, withdrawals, items without the form.

    `lock` False only looks: a preview.
    """
    known = gather(source, offers, at, gone, lock=lock)
    planner = Planner(known)
    found = [planner.offer(o) for o in offers]
    found += [planner.withdrawal(name, (times or {}).get(name)) for name in dict.fromkeys(gone)]
    return known.chain, found + [planner.unusable(one) for one in spoiled]


@action
def deliver(
    *,
    by: User | None,
    at: datetime,
    source_id: int,
    offers: Sequence[Offer],
    gone: Sequence[str] = (),
    spoiled: Sequence[Unusable] = (),
    times: Mapping[str, datetime] | None = None,
    whole: bool = False,
    many_gone: bool = False,
    mark: str | None = None,
) -> list[Decision]:
    """Take in offers and withdrawals of a source (`by` None: its own token).

    `whole`: the offers are the complete list, so what is not among them is withdrawn; a list that lost over half of at
    least ten is refused unless `many_gone`. `mark` is kept as the source's sync mark. Raises NotYours, Conflict,
    Refusal.
    """
    source = locked_source(source_id)
    names = list(gone)
    if whole:
        names += (lost := missing_from(source, offers, spoiled))
        if not many_gone and rules.too_many_gone(len(lost), len(lost) + len(offers)):
            raise Refusal(
                "many_gone",
                f"Danh sách vừa nhận thiếu {len(lost)} việc đã có, quá một nửa, nên "
                "chưa thu hồi việc nào. Nếu nguồn thật sự đã bỏ các việc này, hãy chọn cho phép thu hồi nhiều rồi "
                "thử lại.",
            )
    chain, decisions = decide(source, offers, names, at, times, spoiled)
    written = write(source, decisions, at)
    if mark is not None and mark != source.sync_mark:
        source.sync_mark = mark
        source.save(update_fields=["sync_mark"])
        written.append(source)
    note_delivery(source, decisions, at)
    if written:
        record(
            chain=chain,
            code="source.delivered",
            by=by,
            at=at,
            objects=written,
            on_behalf_of="" if by else f"source:{source.pk}",
            data={"source": source.pk, "written": len(written)},
        )
    else:
        nothing_changed()
    return decisions


@action
def note_failure(*, by: User | None, at: datetime, source_id: int, message: str) -> None:
    """A pull that did not come through: the day's line says why; tasks stay as they were."""
    note_delivery(locked_source(source_id), (), at, failure=message)
    nothing_changed()
