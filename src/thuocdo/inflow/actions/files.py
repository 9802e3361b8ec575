"""A file of a source: looked at first, then applied: what is understood goes in, what is not waits in the inbox."""

import json
from collections.abc import Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.inflow import rules
from thuocdo.inflow.access import source_of_handler
from thuocdo.inflow.actions.deliveries import decide, locked_source, missing_from
from thuocdo.inflow.models import NO_LINES, LargeSourceFile, Source, SourceFile
from thuocdo.inflow.payloads import Offer, Unusable
from thuocdo.inflow.planning import Decision
from thuocdo.inflow.tables import file_digest, read_file
from thuocdo.inflow.writing import note_delivery, write
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import chain_of, day_of

State = SourceFile.State


def _name(given: str) -> str:
    """The last part of the name, for show only."""
    return clean("".join(c for c in given.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()))[:200] or "tep"


@action
def preview_file(*, by: User, at: datetime, source_id: int, file_name: str, content: bytes, whole: bool) -> SourceFile:
    """Read a file through the source's columns and keep it for a look; no task changes.

    `whole`: the file is the complete list, so what is missing is withdrawn. Raises NotYours, Conflict, Refusal.
    """
    source = source_for_file(by, at, source_id)
    offers, wrong = read_file(source, content)
    row = new_file(source, file_name, content, whole=whole, by=by, at=at)
    fill(row, offers, wrong)
    row.save()
    record(
        chain=chain_of(source.agency, day_of(at)),
        code="source.file_read",
        by=by,
        at=at,
        objects=[row],
        data={"source": source.pk},
    )
    return row


def source_for_file(by: User, at: datetime, source_id: int) -> Source:
    """The source, locked, for whoever handles its inbox. Raises NotYours, Refusal (takes no files)."""
    source_of_handler(by, source_id, at)
    source = locked_source(source_id)
    if source.kind != Source.Kind.FILE:
        raise Refusal("file.kind", "Nguồn này không nhận tệp.", field="file")
    return source


def new_file(source: Source, name: str, content: bytes, *, whole: bool, by: User, at: datetime) -> SourceFile:
    """The row of a file that nobody has read yet; not saved."""
    return SourceFile(
        source=source, file_name=_name(name), file_hash=file_digest(content), state=State.READING, whole=whole,
        offers="[]", problems="[]", uploaded_by=by, uploaded_at=at,
    )  # fmt: skip


def fill(row: SourceFile, offers: Sequence[Offer], wrong: Sequence[Unusable]) -> None:
    """What a file says; not saved."""
    row.state = State.READY
    row.offers = canonical([[o.external_id, o.content] for o in offers])
    row.problems = canonical([[w.external_id, w.code, w.message, w.part, w.line] for w in wrong])


def content_of_file(row: SourceFile) -> tuple[list[Offer], list[Unusable]]:
    """What the file said, as it was read."""
    offers = [Offer(name, content) for name, content in json.loads(row.offers)]
    return offers, [Unusable(*one) for one in json.loads(row.problems)]


def _file(by: User, at: datetime, file_id: int) -> tuple[SourceFile, Source]:
    row = SourceFile.objects.filter(pk=file_id).first()
    if row is None:
        raise NotYours()
    source_of_handler(by, row.source_id, at)
    source = locked_source(row.source_id)
    row.refresh_from_db()
    return row, source


@action
def apply_file(*, by: User, at: datetime, file_id: int, many_gone: bool = False) -> list[Decision]:
    """Apply a file: understood rows go in, others wait in the inbox. Twice changes nothing.

    Raises NotYours, Refusal, Conflict.
    """
    row, source = _file(by, at, file_id)
    if row.state == State.APPLIED:
        nothing_changed()
        return []
    if row.state != State.READY:
        raise Conflict(f"Tệp này {row.get_state_display()} nên chưa áp dụng được. Hãy tải lại trang.")
    return applied(row, source, by, at, many_gone=many_gone)


def applied(row: SourceFile, source: Source, by: User, at: datetime, *, many_gone: bool) -> list[Decision]:
    """Write what a file says, whole, and record it. Raises Refusal where more than half would be withdrawn."""
    offers, wrong = content_of_file(row)
    gone = missing_from(source, offers, wrong) if row.whole else []
    if not many_gone and rules.too_many_gone(len(gone), len(gone) + len(offers)):
        raise Refusal(
            "many_gone",
            f"Tệp thiếu {len(gone)} việc đã có, quá một nửa. Nếu đúng là cần thu hồi, hãy đánh "
            "dấu “cho phép thu hồi nhiều” rồi áp dụng lại.",
            field="many_gone",
        )
    chain, decisions = decide(source, offers, gone, at, None, wrong)
    written = write(source, decisions, at)
    row.state, row.applied_at = State.APPLIED, at
    row.save(update_fields=["state", "applied_at"])
    note_delivery(source, decisions, at)
    record(
        chain=chain,
        code="source.file_applied",
        by=by,
        at=at,
        objects=[*written, row],
        data={"source": source.pk, "written": len(written)},
    )
    return decisions


@action
def drop_file(*, by: User, at: datetime, file_id: int) -> SourceFile:
    """Put a file aside. Raises NotYours, Conflict (already applied)."""
    row, source = _file(by, at, file_id)
    if row.state == State.APPLIED:
        raise Conflict("Tệp này đã áp dụng, không bỏ được nữa.")
    if row.state == State.DROPPED:
        nothing_changed()
        return row
    if row.state in (State.READING, State.APPLYING):
        raise Conflict(f"Tệp này {row.get_state_display()}, chưa bỏ được. Hãy chờ xong rồi tải lại trang.")
    row.state = State.DROPPED
    row.save(update_fields=["state"])
    LargeSourceFile.objects.filter(pk=row.pk).update(lines=NO_LINES)
    record(
        chain=chain_of(source.agency, day_of(at)),
        code="source.file_dropped",
        by=by,
        at=at,
        objects=[row],
        data={"source": source.pk},
    )
    return row
