"""From a sheet to a plan: compare with the export it came from, read the cells, ask the kind what its rows would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from thuocdo.audit.digests import canonical
from thuocdo.intake.comparing import PART_TITLE, compare
from thuocdo.intake.documents import findings_text, stored_absent, stored_counts, stored_warnings
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.reading import fits, read_rows
from thuocdo.intake.rewinding import plan_back
from thuocdo.intake.specs import CONFLICT, SKIPPED, UNCHANGED, Effect, Plan, Problem, Row, Scope, Spec, specs
from thuocdo.intake.undoing import added_effects, added_gone, kept_as_is, left_behind
from thuocdo.intake.workbook import Sheet
from thuocdo.kernel.text import disguised


@dataclass(frozen=True)
class Planned:
    """A plan, how many rows have a problem, and rows of the export that the file does not have."""

    plan: Plan[Any]
    refused: int = 0
    absent: list[str] = field(default_factory=list)


def planned(spec: Spec, where: Scope, at: datetime, sheet: Sheet, skip: frozenset[int] = frozenset()) -> Planned:
    """The plan for a sheet without the rows of `skip`, with all its problems in row order."""
    compared = compare(spec, where, at, sheet)
    rows = tuple(row for row in compared.sheet.rows if row[0] not in skip)
    reading = read_rows(Sheet(compared.sheet.header, rows), spec.columns)
    where = replace(where, part=bool(compared.part))
    plan = spec.plan(where, [_as_stored(spec, row, compared.whole.get(row.number, {})) for row in reading.rows])
    plan.problems = _named(spec, sorted([*reading.problems, *plan.problems], key=lambda p: p.row))
    if any(p.row == 1 for p in plan.problems):
        plan.problems = _other_kind(spec, compared.sheet.header) + plan.problems
    if compared.effects:
        plan.effects = sorted([*plan.effects, *compared.effects], key=lambda e: e.row)
    if compared.part and not plan.problems:
        words = "Tệp chỉ gồm phần đã lọc: các dòng khác của danh sách giữ nguyên."
        plan.warnings.insert(0, Problem(1, PART_TITLE, compared.part.removeprefix(PART_TITLE).strip(), words))
    refused = reading.refused + len({p.row for p in plan.problems} & {r.number for r in reading.rows})
    return Planned(plan, refused, compared.absent)


def _as_stored(spec: Spec, row: Row, whole: Mapping[str, str]) -> Row:
    """The row with the texts as stored where nothing was typed: a cell holds one line, the text may have more."""
    if not whole:
        return row
    readers = {c.key: (c.read, c.title) for c in spec.columns if c.key in whole}
    values = {key: read(whole[key], title) for key, (read, title) in readers.items()}
    return replace(row, texts={**row.texts, **whole}, values={**row.values, **values})


def planned_for(
    batch: ImportBatch, spec: Spec, where: Scope, at: datetime, sheet: Sheet, skip: frozenset[int] = frozenset()
) -> Planned:
    """The same for a batch: an undo also takes away what was added, and leaves alone what it does not name."""
    if batch.undoes_id is None:
        return planned(spec, where, at, sheet, skip)
    if spec.rewind is not None:
        return Planned(plan_back(spec.rewind, where, batch, skip))
    added = [e for e in added_effects(spec, where, at, batch) if e.row not in skip]
    with added_gone(spec, where, at, batch, added):
        found = planned(spec, where, at, sheet, skip)
        if refused := [p for p in found.plan.problems if p.row > 1]:
            found = planned(spec, where, at, sheet, skip | {p.row for p in refused})
            names = {number: " · ".join(texts[: len(spec.keys)]) for number, texts in sheet.rows}
            found.plan.effects = kept_as_is(found.plan.effects, refused, names)
        found.plan.effects = left_behind(spec, where, at, batch, found.plan.effects)
    found.plan.effects += added
    return replace(found, absent=[])


def _other_kind(spec: Spec, header: Sequence[str]) -> list[Problem]:
    """One problem before all others where the columns are those of another list of the officer."""
    right = [s.title for s in specs() if s.kind != spec.kind and not spec.personal and fits(header, s.columns)]
    words = "Tệp có đủ cột của mẫu “{}”, không phải “{}”. Có thể đã chọn nhầm loại dữ liệu: hãy chọn lại rồi tải lên."
    return [Problem(0, "", "", words.format(right[0], spec.title))] if right else []


def _named(spec: Spec, problems: list[Problem]) -> list[Problem]:
    """A text with letters of another script says which existing code it looks like."""
    suspects = {p.value for p in problems if p.value and (disguised(p.value) or not p.value.isascii())}
    similar = spec.similar(sorted(suspects)) if spec.similar and suspects else {}
    return [replace(p, message=f"{p.message} {similar[p.value]}") if p.value in similar else p for p in problems]


def leave_out(batch: ImportBatch, shown: list[Effect], skip: frozenset[int]) -> tuple[str, str]:
    """The findings and counts of a batch that was applied without these rows."""
    writing = [e for e in shown if e.row in skip and e.outcome not in (UNCHANGED, CONFLICT)]
    if not writing:
        return batch.problems, batch.counts
    left = {e.row for e in writing}
    effects = [Effect(e.row, SKIPPED, e.text) if e.row in left else e for e in shown]
    counts = stored_counts(batch)
    for effect in writing:
        counts[effect.outcome] -= 1
    counts[SKIPPED] = len(writing)
    findings = findings_text([], effects, warnings=stored_warnings(batch), absent=stored_absent(batch))
    return findings, canonical(counts)
