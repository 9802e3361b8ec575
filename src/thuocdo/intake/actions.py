"""Uploading a sheet (preview) and applying it: all or nothing, one event each."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.models import Chain
from thuocdo.audit.recording import SYSTEM_CHAIN, action, nothing_changed, record
from thuocdo.intake.documents import findings_text, rows_text, stored_effects, stored_sheet
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.reading import read_rows
from thuocdo.intake.specs import CHANGED, CREATED, ENDED, UNCHANGED, Effect, Plan, Problem, Scope, Spec, spec_of
from thuocdo.intake.workbook import HeaderMissing, Sheet, read_sheet
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
    """Read and check an uploaded XLSX; keep what would be created and changed, or every problem by row.

    Nothing but the batch is written. A file with any problem gives a batch in state `refused`.
    `scope` is the code of the unit the officer acts for. Raises NotYours (kind, scope).
    """
    spec = _spec(kind)
    where = spec.scope(by, at, scope)
    batch = ImportBatch(
        kind=kind,
        scope=scope,
        file_name=_file_name(file_name),
        file_hash=hashlib.sha256(content).hexdigest(),
        state=State.REFUSED,
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        sheet = read_sheet(content)
    except HeaderMissing as missing:
        found = Problem(1, "", "", missing.message)
        _fill(batch, missing.sheet, Plan([], [found], None), refused=len(missing.sheet.rows))
    except Refusal as refusal:
        _fill(batch, Sheet((), ()), Plan([], [Problem(0, "", "", refusal.message)], None), refused=0)
    else:
        plan, refused = planned(spec, where, sheet)
        if not plan.problems:
            batch.state = State.READY
        _fill(batch, sheet, plan, refused=refused)
    batch.save()
    record(chain=where.chain, code="import.previewed", by=by, at=at, objects=[batch],
           data={"kind": kind, "state": str(batch.state)})
    return batch


def planned(spec: Spec, where: Scope, sheet: Sheet) -> tuple[Plan[Any], int]:
    """The plan for a sheet with all its problems in row order, and how many rows have one."""
    reading = read_rows(sheet, spec.columns)
    plan = spec.plan(where, reading.rows)
    plan.problems = sorted([*reading.problems, *plan.problems], key=lambda p: p.row)
    refused = reading.refused + len({p.row for p in plan.problems} & {r.number for r in reading.rows})
    return plan, refused


def _fill(batch: ImportBatch, sheet: Sheet, plan: Plan[Any], *, refused: int) -> None:
    """What was read and found. Effects are kept only where the whole file can be applied."""
    wrong = {p.row for p in plan.problems}
    outcomes = [e.outcome for e in plan.effects if e.row not in wrong]
    batch.rows = rows_text(sheet)
    batch.problems = findings_text(plan.problems, [] if plan.problems else plan.effects)
    batch.counts = canonical(
        {
            "rows": len(sheet.rows),
            "refused": refused,
            "problems": len(plan.problems),
            CREATED: outcomes.count(CREATED),
            CHANGED: outcomes.count(CHANGED),
            UNCHANGED: outcomes.count(UNCHANGED),
            ENDED: outcomes.count(ENDED),
        }
    )


@action
def apply_import(*, by: User | None, at: datetime, batch_id: int) -> ImportBatch:
    """Write what the preview showed: everything in one transaction, or nothing.

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
    plan, _ = planned(spec, where, stored_sheet(batch))
    _same_as_shown(stored_effects(batch), plan)
    try:
        with transaction.atomic():
            written = spec.write(plan, by, at)
    except IntegrityError as error:
        raise Conflict("Có người vừa ghi dữ liệu trùng với tệp này. Hãy tải tệp lên lại để xem "
                       "trước.") from error
    batch.state, batch.applied_at = State.APPLIED, at
    batch.save(update_fields=["state", "applied_at"])
    record(chain=where.chain, code="import.applied", by=by, at=at, objects=[*written, batch],
           removed=plan.removed, data={"kind": batch.kind, "written": len(written)})
    return batch


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
