"""Large files of a source: kept as they came, read and applied by `thuocdo work`, each step whole and once."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.inflow.access import source_of_handler
from thuocdo.inflow.actions.deliveries import decide, locked_source, missing_from
from thuocdo.inflow.actions.files import applied, fill, new_file, source_for_file
from thuocdo.inflow.deadlines import day_off_notes
from thuocdo.inflow.models import NO_LINES, LargeSourceFile, Source, SourceFile
from thuocdo.inflow.payloads import Offer, Unusable
from thuocdo.intake.archive import MOST_BYTES, refuse
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import chain_of, day_of

State, Step = SourceFile.State, LargeSourceFile.Step
Read = tuple[list[Offer], list[Unusable]]


@action
def receive_file(*, by: User, at: datetime, source_id: int, file_name: str, content: bytes, whole: bool) -> SourceFile:
    """Keep a large file for the worker, which reads it; its page shows how far that is. Raises NotYours, Refusal."""
    source = source_for_file(by, at, source_id)
    if len(content) > MOST_BYTES:
        raise refuse("large", f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy chia thành nhiều tệp nhỏ hơn.")
    row = new_file(source, file_name, content, whole=whole, by=by, at=at)
    row.save()
    LargeSourceFile.objects.create(file=row, content=content, asked_by=by, asked_at=at)
    return _recorded(row, source, "source.file_received", by, at)


def _recorded(row: SourceFile, source: Source, code: str, by: User | None, at: datetime) -> SourceFile:
    chain = chain_of(source.agency, day_of(at))
    record(chain=chain, code=code, by=by, at=at, objects=[row], data={"source": source.pk})
    return row


def _taken(file_id: int, step: str) -> tuple[LargeSourceFile, Source] | None:
    """The large file with its source, locked, where just this step is still to be done: a second worker finds none."""
    source = Source.objects.select_for_update(of=("self",)).select_related("agency").filter(files=file_id).first()
    large = LargeSourceFile.objects.select_related("file", "asked_by").filter(pk=file_id, step=step).first()
    return None if large is None or source is None else (large, source)


def _still_handled(large: LargeSourceFile, source: Source, at: datetime) -> None:
    """Raises NotYours where who asked handles the source no longer, Conflict where it was stopped."""
    source_of_handler(large.asked_by, source.pk, at)
    locked_source(source.pk)


def _done(large: LargeSourceFile, at: datetime, problem: str = "") -> None:
    large.step, large.stage, large.done, large.moved_at, large.problem = Step.NONE, "", 100, at, problem
    large.save()


@action
def note_file_stage(*, by: None, at: datetime, file_id: int, stage: str, done: int) -> None:
    """Where the worker is, for the page; on no record."""
    LargeSourceFile.objects.filter(pk=file_id).update(stage=stage, done=done, moved_at=at)
    nothing_changed()


@action
def read_received_file(*, by: None, at: datetime, file_id: int, found: Read | Refusal) -> SourceFile | None:
    """What the worker read: what each row would do is kept for the page, once. Raises NotYours where who uploaded the
    file handles the source no longer."""
    taken = _taken(file_id, Step.READ)
    if taken is None:
        nothing_changed()
        return None
    large, source = taken
    _still_handled(large, source, at)
    row = large.file
    if isinstance(found, Refusal):
        row.state = State.REFUSED
    else:
        fill(row, *found)
        gone = missing_from(source, *found) if row.whole else []
        _, decisions = decide(source, found[0], gone, at, None, found[1], lock=False)
        notes = day_off_notes(decisions)
        large.lines = canonical(
            [[d.outcome, d.external_id, d.title, d.message or notes.get(d.external_id, "")] for d in decisions]
        )
    row.save()
    large.content = None
    _done(large, at, found.message[:1000] if isinstance(found, Refusal) else "")
    return _recorded(row, source, "source.file_read", large.asked_by, at)


@action
def ask_to_apply_file(*, by: User, at: datetime, file_id: int, many_gone: bool = False) -> SourceFile:
    """Hand a large file, as previewed, back to the worker. Twice changes nothing.

    Raises NotYours, Conflict (it waits for nobody).
    """
    large = LargeSourceFile.objects.select_related("file").filter(pk=file_id).first()
    if large is None:
        raise NotYours()
    source_of_handler(by, large.file.source_id, at)
    source = locked_source(large.file.source_id)
    large.refresh_from_db()
    row = SourceFile.objects.get(pk=file_id)
    if row.state in (State.APPLYING, State.APPLIED):
        nothing_changed()
        return row
    if row.state != State.READY:
        raise Conflict(f"Tệp này {row.get_state_display()} nên chưa áp dụng được. Hãy tải lại trang.")
    row.state = State.APPLYING
    row.save(update_fields=["state"])
    large.step, large.many_gone, large.asked_by, large.asked_at = Step.APPLY, many_gone, by, at
    large.stage, large.done, large.moved_at, large.problem = "", 0, None, ""
    large.save()
    return _recorded(row, source, "source.file_asked", by, at)


@action
def write_asked_file(*, by: None, at: datetime, file_id: int) -> SourceFile | None:
    """Apply what was asked for, once and whole. Raises NotYours, Refusal, Conflict."""
    taken = _taken(file_id, Step.APPLY)
    if taken is None:
        nothing_changed()
        return None
    large, source = taken
    _still_handled(large, source, at)
    applied(large.file, source, large.asked_by, at, many_gone=large.many_gone)
    large.lines = NO_LINES
    _done(large, at)
    return large.file


@action
def give_up_file(*, by: None, at: datetime, file_id: int, problem: str) -> None:
    """A step could not be done: nothing was written; the page says why. A file that was read can be asked for again."""
    taken = _taken(file_id, Step.READ) or _taken(file_id, Step.APPLY)
    if taken is None:
        nothing_changed()
        return
    large, source = taken
    row = large.file
    row.state = State.READY if row.state == State.APPLYING else State.REFUSED
    row.save(update_fields=["state"])
    large.content = None
    _done(large, at, problem[:1000])
    _recorded(row, source, "source.file_given_up", None, at)
