"""Uploading a sheet (preview) and applying it: all or nothing, one event each."""

from datetime import datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.intake import cells
from thuocdo.intake.access import where_of
from thuocdo.intake.blocks import block_cells
from thuocdo.intake.comparing import stored_rows
from thuocdo.intake.documents import stored_counts, stored_sheet
from thuocdo.intake.files import export_file, table_file
from thuocdo.intake.models import ImportBatch, LargeImport
from thuocdo.intake.rewinding import rewind_sheet
from thuocdo.intake.specs import Asked, Scope, listing_of, narrowed
from thuocdo.intake.steps import judge, new_batch, opened, previewed, read, spec_named, write
from thuocdo.intake.undoing import before_of, undo_sheet
from thuocdo.intake.workbook import sheet_from
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean

State = ImportBatch.State


@action
def preview_import(
    *, by: User | None, at: datetime, kind: str, scope: str, file_name: str, content: bytes
) -> ImportBatch:
    """Read and check an uploaded XLSX or CSV; keep what would be created and changed, or every problem by row.

    Nothing but the batch is written. A file with any problem gives a batch in state `refused`; one in an old font
    waits, converted, for `confirm_conversion`. `scope` is the code of the unit the officer acts for.
    Raises NotYours (kind, scope).
    """
    spec = spec_named(kind)
    where = spec.scope(by, at, scope)
    batch = new_batch(by, at, kind, scope, file_name, content)
    read(batch, spec, where, at, opened(content, batch.file_name))
    return previewed(batch, where, by, at)


@action
def preview_block(*, by: User | None, at: datetime, kind: str, scope: str, text: str) -> ImportBatch:
    """The same for a block copied from a spreadsheet: lines of cells between tabs, titles in the first line.

    Raises NotYours, Refusal (nothing pasted, too large).
    """
    spec = spec_named(kind)
    where = spec.scope(by, at, scope)
    sheet = sheet_from(block_cells(text, [c.title for c in spec.columns]))
    batch = new_batch(by, at, kind, scope, "dán từ Excel", text.encode())
    judge(batch, spec, where, at, sheet, 0)
    return previewed(batch, where, by, at)


@action
def confirm_conversion(*, by: User | None, at: datetime, batch_id: int) -> ImportBatch:
    """Take the converted texts as right: the batch is planned, its samples are forgotten. Raises NotYours, Conflict."""
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotYours()
    spec, where = where_of(batch, by, at)
    if batch.state != State.CONVERTED:
        raise Conflict("Lượt nhập này không chờ xác nhận chuyển mã. Hãy mở lại trang để xem trạng thái mới.")
    judge(batch, spec, where, at, stored_sheet(batch), stored_counts(batch).get("tidied", 0))
    batch.save(update_fields=["state", "rows", "problems", "counts"])
    record(chain=where.chain, code="import.converted", by=by, at=at, objects=[batch],
           data={"kind": batch.kind, "state": str(batch.state)})
    return batch


@action
def export_list(
    *, by: User, at: datetime, kind: str, scope: str, month: str = "", asked: Asked | None = None
) -> bytes:
    """A list as XLSX, to be edited and uploaded again; who took it is on record. `month`: mm/yyyy where the kind asks;
    `asked`: the filter of its page, of which only those rows go out.

    Raises NotYours, Refusal (month).
    """
    listing = listing_of(kind)
    if listing is not None:
        where, part = narrowed(listing, listing.scope(by, at, scope), asked or {}, at)
        lines = list(listing.rows(where, at))
        _taken(where, kind, len(lines), part, by, at)
        titles, widths = zip(*listing.columns, strict=True)
        return table_file("Dữ liệu", titles, lines, widths, _words(part))
    spec = spec_named(kind)
    where, part = narrowed(spec, spec.scope(by, at, scope), asked or {}, at)
    if spec.export is None:
        raise NotYours("Danh sách này không xuất được ra Excel.")
    if spec.monthly:
        month = f"{cells.month(clean(month), 'Tháng'):%m/%Y}"
    rows = stored_rows(spec, where, at, month if spec.monthly else "")
    _taken(where, kind, len(rows), part, by, at)
    return export_file(spec, rows.values(), month if spec.monthly else "", _words(part))


def _taken(where: Scope, kind: str, rows: int, part: Asked, by: User, at: datetime) -> None:
    """By which boxes a list was filtered stands on record, not what was typed in them: it may be a name."""
    data: dict[str, Any] = {"kind": kind, "rows": rows}
    if part:
        data["filter"] = ", ".join(part)
    record(chain=where.chain, code="list.exported_part" if part else "list.exported", by=by, at=at, data=data)


def _words(part: Asked) -> str:
    return "; ".join(f"{label}: {words}" for label, words in part.items())


@action
def apply_import(
    *, by: User | None, at: datetime, batch_id: int, skip: frozenset[int] = frozenset()
) -> ImportBatch:
    """Write what the preview showed: everything but the rows of `skip`, in one transaction, or nothing.

    The rows are checked again first: Conflict, with what is different, when the data moved on since the
    preview.
    A second click finds the batch applied and changes nothing. Raises NotYours, Refusal (file with problems).
    """
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotYours()
    where_of(batch, by, at)
    if batch.state == State.APPLIED:
        nothing_changed()
        return batch
    if batch.state != State.READY:
        raise Refusal("import.not_ready", "Tệp này còn lỗi nên chưa áp dụng được. Hãy sửa tệp rồi tải lên lại.")
    return write(batch, by, at, skip)


@action
def preview_undo(*, by: User | None, at: datetime, batch_id: int) -> ImportBatch:
    """A new batch that puts back exactly the rows that an applied one changed and takes away those it added; what was
    changed since stays, with the reason at its row. It is applied like any other.

    Raises NotYours, Conflict (not applied, undone already, an undo itself, or nothing kept).
    """
    old = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if old is None:
        raise NotYours()
    spec, where = where_of(old, by, at)
    if old.state != State.APPLIED or not old.before or old.undoes_id is not None:
        otherwise = "Lượt nhập này không hoàn tác bằng bảng được. Hãy sửa từng dòng trên trang của nó."
        raise Conflict(spec.stays or otherwise)
    if ImportBatch.objects.filter(undoes=old, state=State.APPLIED).exists():
        raise Conflict("Lượt nhập này đã được hoàn tác. Hãy mở danh sách các lượt nhập để xem.")
    name = f"Hoàn tác {old.file_name}"[:200]
    batch = new_batch(by, at, old.kind, old.scope, name, old.before.encode())
    batch.before, batch.undoes = old.before, old
    sheet = undo_sheet(spec, before_of(old)) if spec.rewind is None else rewind_sheet(old)
    judge(batch, spec, where, at, sheet, 0)
    return previewed(batch, where, by, at)


@action
def drop_import(*, by: User | None, at: datetime, batch_id: int) -> ImportBatch:
    """Put a preview aside without applying it. Raises NotYours, Conflict (already applied)."""
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotYours()
    _, where = where_of(batch, by, at)
    if batch.state == State.APPLIED:
        raise Conflict("Lượt nhập này đã áp dụng, không bỏ được nữa.")
    if batch.state == State.DROPPED:
        nothing_changed()
        return batch
    batch.state = State.DROPPED
    batch.save(update_fields=["state"])
    LargeImport.objects.filter(pk=batch.pk).update(step=LargeImport.Step.NONE, content=None)
    record(chain=where.chain, code="import.dropped", by=by, at=at, objects=[batch])
    return batch
