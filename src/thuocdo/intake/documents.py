"""How a batch keeps what was read and found: compact JSON in its text columns."""

import json
from collections.abc import Sequence
from dataclasses import asdict, astuple
from typing import Any

from thuocdo.audit.digests import canonical
from thuocdo.intake.decoding import Conversion, Sample
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.specs import Effect, Problem
from thuocdo.intake.workbook import Sheet


def rows_text(sheet: Sheet) -> str:
    """JSON of a sheet as it was read."""
    return canonical({"header": sheet.header, "rows": sheet.rows})


def findings_text(
    problems: Sequence[Problem], effects: Sequence[Effect], *, warnings: Sequence[Problem] = (),
    absent: Sequence[str] = (), conversion: Conversion | None = None,
) -> str:
    """JSON of what was found, of what applying would do with each row, and of a conversion to be confirmed."""
    document: dict[str, Any] = {"problems": [astuple(p) for p in problems], "effects": [astuple(e) for e in effects]}
    if warnings:
        document["warnings"] = [astuple(w) for w in warnings]
    if absent:
        document["absent"] = list(absent)
    if conversion is not None:
        document["conversion"] = asdict(conversion)
    return canonical(document)


def stored_sheet(batch: ImportBatch) -> Sheet:
    """The sheet as it was read."""
    document = json.loads(batch.rows)
    return Sheet(
        tuple(document["header"]), tuple((number, tuple(texts)) for number, texts in document["rows"])
    )


def stored_effects(batch: ImportBatch) -> list[Effect]:
    """The effects as they were shown."""
    return [Effect(*item) for item in json.loads(batch.problems)["effects"]]


def stored_problems(batch: ImportBatch) -> list[Problem]:
    """All problems, in row order."""
    return [Problem(*item) for item in json.loads(batch.problems)["problems"]]


def stored_warnings(batch: ImportBatch) -> list[Problem]:
    """What the officer should look at and may apply all the same."""
    return [Problem(*item) for item in json.loads(batch.problems).get("warnings", ())]


def stored_absent(batch: ImportBatch) -> list[str]:
    """The first rows of the export that the file does not have."""
    return list(json.loads(batch.problems).get("absent", ()))


def stored_conversion(batch: ImportBatch) -> Conversion | None:
    """The conversion that waits for the officer's word."""
    found = json.loads(batch.problems).get("conversion")
    if found is None:
        return None
    return Conversion(**{**found, "samples": [Sample(**s) for s in found["samples"]]})


def stored_counts(batch: ImportBatch) -> dict[str, int]:
    """Rows, created, changed, unchanged, refused, problems."""
    counts: dict[str, int] = json.loads(batch.counts)
    return counts
