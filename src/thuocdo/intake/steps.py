"""Steps that the actions on files share, in the request and in the worker. Each runs inside an action."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.recording import record
from thuocdo.intake.access import where_of
from thuocdo.intake.comparing import MOST_ABSENT
from thuocdo.intake.decoding import Conversion, Opened, open_file
from thuocdo.intake.documents import findings_text, rows_text, stored_effects, stored_sheet
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.planning import Planned, leave_out, planned_for
from thuocdo.intake.reading import keys_in
from thuocdo.intake.rewinding import put_back
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
    spec_of,
)
from thuocdo.intake.undoing import added_keys, going, standing_before, take_back
from thuocdo.intake.workbook import HeaderMissing, Sheet
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.text import clean

State = ImportBatch.State


def spec_named(kind: str) -> Spec:
    """The kind of list. Raises NotYours."""
    spec = spec_of(kind)
    if spec is None:
        raise NotYours("Không có loại dữ liệu này. Hãy chọn lại trên trang Nhập dữ liệu.")
    return spec


def _file_name(given: str) -> str:
    """The last part of the name, for show only: nothing is ever stored under it."""
    name = clean("".join(c for c in given.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()))
    return name[:200] or "khong-ten.xlsx"


def new_batch(by: User | None, at: datetime, kind: str, scope: str, name: str, content: bytes) -> ImportBatch:
    digest = hashlib.sha256(content).hexdigest()
    return ImportBatch(kind=kind, scope=scope, file_name=_file_name(name), file_hash=digest, state=State.REFUSED,
                       uploaded_by=by, uploaded_at=at)


def previewed(batch: ImportBatch, where: Scope, by: User | None, at: datetime) -> ImportBatch:
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


def read(
    batch: ImportBatch, spec: Spec, where: Scope, at: datetime, found: Opened | HeaderMissing | Refusal
) -> None:
    """Fill a batch with what was found in its file, and plan it where that can be done now."""
    if isinstance(found, HeaderMissing):
        problem = Problem(1, "", "", found.message)
        fill(batch, found.sheet, Planned(Plan([], [problem], None), refused=len(found.sheet.rows)))
        batch.state = State.REFUSED
    elif isinstance(found, Refusal):
        fill(batch, Sheet((), ()), Planned(Plan([], [Problem(0, "", "", found.message)], None)))
        batch.state = State.REFUSED
    elif found.conversion is not None:
        _hold(batch, found.sheet, found.conversion, found.tidied)
    else:
        judge(batch, spec, where, at, found.sheet, found.tidied)


def judge(batch: ImportBatch, spec: Spec, where: Scope, at: datetime, sheet: Sheet, tidied: int) -> None:
    found = planned_for(batch, spec, where, at, sheet)
    batch.state = State.REFUSED if found.plan.problems else State.READY
    fill(batch, sheet, found, tidied)


def fill(batch: ImportBatch, sheet: Sheet, found: Planned, tidied: int = 0) -> None:
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


def _without(
    batch: ImportBatch, spec: Spec, where: Scope, at: datetime, sheet: Sheet, skip: frozenset[int]
) -> Plan[Any]:
    """The plan of the chosen rows alone, which must stand on their own."""
    plan = planned_for(batch, spec, where, at, sheet, skip).plan
    if plan.problems:
        lines = "; ".join(f"dòng {p.row}: {p.message}" for p in plan.problems[:5])
        message = f"Các dòng đã chọn không ghi riêng được nên chưa áp dụng gì: {lines} Hãy chọn lại."
        raise Refusal("import.parts", message)
    return plan


def _one_at_a_time() -> None:
    """Imports wait for each other, as two files may name the same staff code: all take the row of the first batch. No
    chain is held for that: everybody who signs in writes to one, and who changes a person holds the person first."""
    list(ImportBatch.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])


def write(batch: ImportBatch, by: User | None, at: datetime, skip: frozenset[int]) -> ImportBatch:
    """Write what the preview showed, checked again first: all but the rows of `skip`, in one transaction, or nothing.

    Raises NotYours, Refusal (rows that do not stand alone), Conflict, with what is different.
    """
    _one_at_a_time()
    spec, sheet = spec_named(batch.kind), stored_sheet(batch)
    if spec.hold is not None:
        spec.hold([*keys_in(sheet, spec), *added_keys(spec, batch)])
    _, where = where_of(batch, by, at)  # read only now: a scope holds rows too
    plan = planned_for(batch, spec, where, at, sheet).plan
    shown = stored_effects(batch)
    _same_as_shown(shown, plan)
    if skip:
        where = spec.scope(by, at, batch.scope)
        plan = _without(batch, spec, where, at, sheet, skip)
    try:
        with transaction.atomic():
            back_again = spec.rewind is not None and batch.undoes_id is not None
            if spec.lock is not None and not back_again:
                spec.lock(plan, going(spec, batch, shown, skip))
            earlier = standing_before(spec, where, at, sheet, batch)
            if spec.rewind is not None and back_again:
                written, gone = put_back(spec.rewind, where, plan.work, by, at)
            else:
                written = spec.write(plan, by, at)
                back, gone = take_back(spec, where, batch, shown, skip, by, at)
                written += back
            batch.before = batch.before if earlier is None else earlier.kept(where)
    except IntegrityError as error:
        raise Conflict(
            "Có người vừa ghi dữ liệu trùng với tệp này. Hãy tải tệp lên lại để xem trước."
        ) from error
    batch.state, batch.applied_at = State.APPLIED, at
    batch.problems, batch.counts = leave_out(batch, shown, skip)
    batch.save(update_fields=["state", "applied_at", "problems", "counts", "before"])
    record(chain=where.chain, code="import.applied", by=by, at=at, objects=[*written, batch],
           removed=[*plan.removed, *gone], data={"kind": batch.kind, "written": len(written)})  # fmt: skip
    return batch


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




def opened(content: bytes, file_name: str) -> Opened | HeaderMissing | Refusal:
    """A file in Unicode, or what stops it. Nothing is read from or written to the database."""
    try:
        return open_file(content, file_name)
    except Refusal as refusal:
        return refusal
