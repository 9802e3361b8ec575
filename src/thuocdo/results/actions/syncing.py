"""An officer writes down that results went to the national database: the transfer itself happens elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.queries import officer_units
from thuocdo.results.models import SyncMark
from thuocdo.results.syncing import Transfer, marks_of

MOST = 300


@action
def mark_synced(
    *, chosen: Sequence[tuple[int, int]], done_on: date, reference: str, by: User, at: datetime
) -> list[SyncMark]:
    """Mark what stands now of these (period, unit) pairs as transferred on that day. What is confirmed later, or
    corrected, waits again. Raises NotYours, Refusal with the field."""
    on = localdate(at)
    if not chosen or len(chosen) > MOST:
        raise Refusal("sync.nothing", f"Hãy chọn từ 1 đến {MOST} dòng đã cập nhật.", field="row")
    if done_on > on:
        raise Refusal("sync.day", "Ngày cập nhật: chưa đến ngày này. Hãy ghi ngày đã cập nhật.", field="done_on")
    words = text_from(reference, "Mã hoặc căn cứ", "reference", 200)
    rows = Cycle.objects.select_for_update(of=("self",)).filter(pk__in={cycle for cycle, _ in chosen}).order_by("pk")
    cycles = {one.pk: one for one in rows.select_related("root")}
    roots = officer_units(by, on)
    if any(cycle not in cycles or cycles[cycle].root_id not in roots for cycle, _ in chosen):
        raise NotYours()
    made = marks_of(dict.fromkeys(chosen, Transfer(done_on, words)), by, at)
    if not made:
        nothing_changed()
        return []
    made = SyncMark.objects.bulk_create(made)
    total = sum(one.results for one in made)
    chain = cycles[made[0].cycle_id].root.code
    record(chain=chain, code="results.synced", by=by, at=at, objects=made, data={"results": total, "units": len(made)})
    return made
