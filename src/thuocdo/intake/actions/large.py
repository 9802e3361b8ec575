"""Large files: kept as they came, read and written by `thuocdo work`, each step in one transaction and once."""

import json
from datetime import datetime

from django.utils.timezone import now

from thuocdo.accounts.models import User
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.intake.access import where_of
from thuocdo.intake.archive import MOST_BYTES, refuse
from thuocdo.intake.decoding import Opened
from thuocdo.intake.documents import stored_conversion, stored_counts, stored_sheet
from thuocdo.intake.models import ImportBatch, LargeImport
from thuocdo.intake.planning import Planned
from thuocdo.intake.specs import Plan
from thuocdo.intake.steps import fill, judge, new_batch, read, spec_named, write
from thuocdo.intake.workbook import HeaderMissing, Sheet
from thuocdo.kernel.errors import Conflict, NotYours, Refusal

State, Step = ImportBatch.State, LargeImport.Step


@action
def receive_import(
    *, by: User, at: datetime, kind: str, scope: str, file_name: str, content: bytes
) -> ImportBatch:
    """Keep a large file for the worker, which reads it; its page shows how far that is. Raises NotYours, Refusal."""
    where = spec_named(kind).scope(by, at, scope)
    if len(content) > MOST_BYTES:
        raise refuse("large", f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy chia thành nhiều tệp nhỏ hơn.")
    batch = new_batch(by, at, kind, scope, file_name, content)
    fill(batch, Sheet((), ()), Planned(Plan([], [], None)))
    batch.state = State.READING
    batch.save()
    LargeImport.objects.create(batch=batch, content=content, asked_by=by, asked_at=at)
    record(chain=where.chain, code="import.received", by=by, at=at, objects=[batch], data={"kind": kind})
    return batch


def _taken(batch_id: int, step: str) -> LargeImport | None:
    """The large, its batch locked, where just this step is still to be done: a second worker finds none."""
    if not ImportBatch.objects.select_for_update().filter(pk=batch_id).exists():
        return None
    return LargeImport.objects.select_related("batch", "asked_by").filter(pk=batch_id, step=step).first()


def _done(large: LargeImport, at: datetime, problem: str = "") -> None:
    large.step, large.stage, large.done, large.moved_at, large.problem = Step.NONE, "", 100, at, problem
    large.save()


@action
def note_stage(*, by: None, at: datetime, batch_id: int, stage: str, done: int) -> None:
    """Where the worker is, for the page; on no record."""
    LargeImport.objects.filter(pk=batch_id).update(stage=stage, done=done, moved_at=at)
    nothing_changed()


@action
def read_received(
    *, by: None, at: datetime, batch_id: int, found: Opened | HeaderMissing | Refusal | None
) -> ImportBatch | None:
    """What the worker read (None: a conversion that was confirmed): the preview, once. Raises NotYours."""
    large = _taken(batch_id, Step.READ)
    if large is None:
        nothing_changed()
        return None
    batch = large.batch
    spec, where = where_of(batch, large.asked_by, at)
    if found is None:
        judge(batch, spec, where, at, stored_sheet(batch), stored_counts(batch).get("tidied", 0))
    else:
        read(batch, spec, where, at, found)
    batch.save()
    large.content = None
    _done(large, at)
    record(chain=where.chain, code="import.previewed", by=large.asked_by, at=at, objects=[batch],
           data={"kind": batch.kind, "state": str(batch.state)})  # fmt: skip
    return batch


@action
def ask_to_apply(*, by: User, at: datetime, batch_id: int, skip: frozenset[int] = frozenset()) -> ImportBatch:
    """Hand a large file, as previewed, or converted, back to the worker. Twice changes nothing.

    Raises NotYours, Conflict (it waits for nobody).
    """
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    large = LargeImport.objects.filter(pk=batch_id).first()
    if batch is None or large is None:
        raise NotYours()
    _, where = where_of(batch, by, at)
    if batch.state in (State.READING, State.APPLYING, State.APPLIED):
        nothing_changed()
        return batch
    if batch.state not in (State.READY, State.CONVERTED):
        raise Conflict("Tệp này còn lỗi nên chưa áp dụng được. Hãy sửa tệp rồi tải lên lại.")
    converted = batch.state == State.CONVERTED
    batch.state = State.READING if converted else State.APPLYING
    large.step = Step.READ if converted else Step.APPLY
    large.skip, large.asked_by, large.asked_at = json.dumps(sorted(skip)), by, at
    large.stage, large.done, large.moved_at, large.problem = "", 0, None, ""
    batch.save(update_fields=["state"])
    large.save()
    record(chain=where.chain, code="import.asked", by=by, at=at, objects=[batch], data={"kind": batch.kind})
    return batch


@action
def write_asked(*, by: None, at: datetime, batch_id: int) -> ImportBatch | None:
    """Apply what was asked for, once and whole. Raises NotYours, Refusal, Conflict."""
    large = _taken(batch_id, Step.APPLY)
    if large is None:
        nothing_changed()
        return None
    batch = write(large.batch, large.asked_by, at, frozenset(json.loads(large.skip)))
    _done(large, now())
    return batch


@action
def give_up_import(*, by: None, at: datetime, batch_id: int, problem: str) -> None:
    """A step could not be done: nothing was written; the page says why, and the step can be asked for again."""
    large = _taken(batch_id, Step.READ) or _taken(batch_id, Step.APPLY)
    if large is None:
        nothing_changed()
        return
    batch = large.batch
    before = State.CONVERTED if stored_conversion(batch) else State.REFUSED
    batch.state = State.READY if batch.state == State.APPLYING else before
    batch.save(update_fields=["state"])
    large.content = None
    _done(large, at, problem[:1000])
    record(chain=SYSTEM_CHAIN, code="import.given_up", by=None, at=at, objects=[batch], data={"kind": batch.kind})
