"""Uploading a sheet (preview) and applying it: all or nothing, one event each."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.models import Chain
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.intake import cells
from thuocdo.intake.blocks import block_cells
from thuocdo.intake.comparing import MOST_ABSENT, stored_rows
from thuocdo.intake.decoding import Conversion, open_file
from thuocdo.intake.documents import findings_text, rows_text, stored_counts, stored_effects, stored_sheet
from thuocdo.intake.files import export_file, table_file
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.planning import Planned, leave_out, planned
from thuocdo.intake.specs import (
    CHANGED,
    CONFLICT,
    CREATED,
    ENDED,
    UNCHANGED,
    Effect,
    Plan,
    Problem,
    Scope,
    Spec,
    listing_of,
    spec_of,
)
from thuocdo.intake.workbook import HeaderMissing, Sheet, sheet_from
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean

State = ImportBatch.State


def _spec(kind: str) -> Spec:
    spec = spec_of(kind)
    if spec is None:
        raise NotYours("Không có loại dữ liệu này. Hãy chọn lại trên trang Nhập dữ liệu.")
    return spec


def _file_name(given: str) -> str:
    """The last part of the name, for show only: nothing is ever stored under it."""
    name = clean("".join(c for c in given.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()))
    return name[:200] or "khong-ten.xlsx"


@action
def preview_import(
    *, by: User | None, at: datetime, kind: str, scope: str, file_name: str, content: bytes
) -> ImportBatch:
    """Read and check an uploaded XLSX or CSV; keep what would be created and changed, or every problem by row.

    Nothing but the batch is written. A file with any problem gives a batch in state `refused`; one in an old font
    waits, converted, for `confirm_conversion`. `scope` is the code of the unit the officer acts for.
    Raises NotYours (kind, scope).
    """
    spec = _spec(kind)
    where = spec.scope(by, at, scope)
    batch = _new_batch(by, at, kind, scope, file_name, content)
    try:
        opened = open_file(content, batch.file_name)
    except HeaderMissing as missing:
        found = Problem(1, "", "", missing.message)
        _fill(batch, missing.sheet, Planned(Plan([], [found], None), refused=len(missing.sheet.rows)))
    except Refusal as refusal:
        _fill(batch, Sheet((), ()), Planned(Plan([], [Problem(0, "", "", refusal.message)], None)))
    else:
        if opened.conversion is not None:
            _hold(batch, opened.sheet, opened.conversion, opened.tidied)
        else:
            _judge(batch, spec, where, at, opened.sheet, opened.tidied)
    return _previewed(batch, where, by, at)


@action
def preview_block(*, by: User | None, at: datetime, kind: str, scope: str, text: str) -> ImportBatch:
    """The same for a block copied from a spreadsheet: lines of cells between tabs, titles in the first line.

    Raises NotYours, Refusal (nothing pasted, too large).
    """
    spec = _spec(kind)
    where = spec.scope(by, at, scope)
    sheet = sheet_from(block_cells(text, [c.title for c in spec.columns]))
    batch = _new_batch(by, at, kind, scope, "dán từ Excel", text.encode())
    _judge(batch, spec, where, at, sheet, 0)
    return _previewed(batch, where, by, at)


@action
def confirm_conversion(*, by: User | None, at: datetime, batch_id: int) -> ImportBatch:
    """Take the converted texts as right: the batch is planned, its samples are forgotten. Raises NotYours, Conflict."""
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotYours()
    spec = _spec(batch.kind)
    where = spec.scope(by, at, batch.scope)
    if batch.state != State.CONVERTED:
        raise Conflict("Lượt nhập này không chờ xác nhận chuyển mã. Hãy mở lại trang để xem trạng thái mới.")
    _judge(batch, spec, where, at, stored_sheet(batch), stored_counts(batch).get("tidied", 0))
    batch.save(update_fields=["state", "rows", "problems", "counts"])
    record(chain=where.chain, code="import.converted", by=by, at=at, objects=[batch],
           data={"kind": batch.kind, "state": str(batch.state)})
    return batch


@action
def export_list(*, by: User, at: datetime, kind: str, scope: str, month: str = "") -> bytes:
    """A list as XLSX, to be edited and uploaded again; who took it is on record. `month`: mm/yyyy where the kind asks.

    Raises NotYours, Refusal (month).
    """
    listing = listing_of(kind)
    if listing is not None:
        where = listing.scope(by, at, scope)
        lines = list(listing.rows(where, at))
        record(chain=where.chain, code="list.exported", by=by, at=at, data={"kind": kind, "rows": len(lines)})
        return table_file("Dữ liệu", [t for t, _ in listing.columns], lines, [w for _, w in listing.columns])
    spec = _spec(kind)
    where = spec.scope(by, at, scope)
    if spec.export is None:
        raise NotYours("Danh sách này không xuất được ra Excel.")
    if spec.monthly:
        month = f"{cells.month(clean(month), 'Tháng'):%m/%Y}"
    rows = stored_rows(spec, where, at, month if spec.monthly else "")
    record(chain=where.chain, code="list.exported", by=by, at=at, data={"kind": kind, "rows": len(rows)})
    return export_file(spec, rows.values(), month if spec.monthly else "")


def _new_batch(by: User | None, at: datetime, kind: str, scope: str, name: str, content: bytes) -> ImportBatch:
    digest = hashlib.sha256(content).hexdigest()
    return ImportBatch(kind=kind, scope=scope, file_name=_file_name(name), file_hash=digest, state=State.REFUSED,
                       uploaded_by=by, uploaded_at=at)


def _previewed(batch: ImportBatch, where: Scope, by: User | None, at: datetime) -> ImportBatch:
    batch.save()
    record(chain=where.chain, code="import.previewed", by=by, at=at, objects=[batch],
           data={"kind": batch.kind, "state": str(batch.state)})
    return batch


def _hold(batch: ImportBatch, sheet: Sheet, conversion: Conversion, tidied: int) -> None:
    """The converted rows wait; the raw ones are not kept."""
    batch.state = State.CONVERTED
    batch.rows = rows_text(sheet)
    batch.problems = findings_text([], [], conversion=conversion)
    batch.counts = canonical({"rows": len(sheet.rows), "tidied": tidied})


def _judge(batch: ImportBatch, spec: Spec, where: Scope, at: datetime, sheet: Sheet, tidied: int) -> None:
    found = planned(spec, where, at, sheet)
    batch.state = State.REFUSED if found.plan.problems else State.READY
    _fill(batch, sheet, found, tidied)


def _fill(batch: ImportBatch, sheet: Sheet, found: Planned, tidied: int = 0) -> None:
    """What was read and found. Effects are kept only where the whole file can be applied."""
    plan = found.plan
    wrong = {p.row for p in plan.problems}
    outcomes = [e.outcome for e in plan.effects if e.row not in wrong]
    batch.rows = rows_text(sheet)
    batch.problems = findings_text(plan.problems, [] if plan.problems else plan.effects, warnings=plan.warnings,
                                   absent=found.absent[:MOST_ABSENT])
    batch.counts = canonical(
        {
            "rows": len(sheet.rows), "refused": found.refused, "problems": len(plan.problems),
            "absent": len(found.absent), "tidied": tidied,
            **{outcome: outcomes.count(outcome) for outcome in (CREATED, CHANGED, UNCHANGED, ENDED, CONFLICT)},
        }
    )  # fmt: skip


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
    spec = _spec(batch.kind)
    where = spec.scope(by, at, batch.scope)
    if batch.state == State.APPLIED:
        nothing_changed()
        return batch
    if batch.state != State.READY:
        raise Refusal("import.not_ready", "Tệp này còn lỗi nên chưa áp dụng được. Hãy sửa tệp rồi tải lên "
                                          "lại.")
    _one_at_a_time()
    sheet = stored_sheet(batch)
    plan = planned(spec, where, at, sheet).plan
    shown = stored_effects(batch)
    _same_as_shown(shown, plan)
    if skip:
        where = spec.scope(by, at, batch.scope)
        plan = _without(spec, where, at, sheet, skip)
    try:
        with transaction.atomic():
            written = spec.write(plan, by, at)
    except IntegrityError as error:
        raise Conflict("Có người vừa ghi dữ liệu trùng với tệp này. Hãy tải tệp lên lại để xem "
                       "trước.") from error
    batch.state, batch.applied_at = State.APPLIED, at
    batch.problems, batch.counts = leave_out(batch, shown, skip)
    batch.save(update_fields=["state", "applied_at", "problems", "counts"])
    record(chain=where.chain, code="import.applied", by=by, at=at, objects=[*written, batch],
           removed=plan.removed, data={"kind": batch.kind, "written": len(written)})
    return batch


def _without(spec: Spec, where: Scope, at: datetime, sheet: Sheet, skip: frozenset[int]) -> Plan[Any]:
    """The plan of the chosen rows alone, which must stand on their own."""
    plan = planned(spec, where, at, sheet, skip).plan
    if plan.problems:
        lines = "; ".join(f"dòng {p.row}: {p.message}" for p in plan.problems[:5])
        message = f"Các dòng đã chọn không ghi riêng được nên chưa áp dụng gì: {lines} Hãy chọn lại."
        raise Refusal("import.parts", message)
    return plan


def _one_at_a_time() -> None:
    """Imports wait for each other: two files may name the same staff code."""
    Chain.objects.get_or_create(key=SYSTEM_CHAIN)
    Chain.objects.select_for_update().get(key=SYSTEM_CHAIN)


def _same_as_shown(shown: list[Effect], plan: Plan[Any]) -> None:
    if not plan.problems and plan.effects == shown:
        return
    before = {e.row: e for e in shown}
    lines = [f"dòng {p.row}: {p.message}" for p in plan.problems]
    lines += [f"dòng {e.row}: {e.text}" for e in plan.effects if before.get(e.row) != e]
    raise Conflict(
        "Dữ liệu đã thay đổi sau khi xem trước nên chưa áp dụng gì. Khác với lúc xem: "
        + "; ".join(lines[:5]) + ("; …" if len(lines) > 5 else "") + ". Hãy tải tệp lên lại để xem trước."
    )


@action
def drop_import(*, by: User | None, at: datetime, batch_id: int) -> ImportBatch:
    """Put a preview aside without applying it. Raises NotYours, Conflict (already applied)."""
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotYours()
    where = _spec(batch.kind).scope(by, at, batch.scope)
    if batch.state == State.APPLIED:
        raise Conflict("Lượt nhập này đã áp dụng, không bỏ được nữa.")
    if batch.state == State.DROPPED:
        nothing_changed()
        return batch
    batch.state = State.DROPPED
    batch.save(update_fields=["state"])
    record(chain=where.chain, code="import.dropped", by=by, at=at, objects=[batch])
    return batch
