"""How a batch keeps what was read and found: compact JSON in its text columns."""

import json
from dataclasses import astuple

from thuocdo.audit.digests import canonical
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.specs import Effect, Problem
from thuocdo.intake.workbook import Sheet


def rows_text(sheet: Sheet) -> str:
    """JSON of a sheet as it was read."""
    return canonical({"header": sheet.header, "rows": sheet.rows})


def findings_text(problems: list[Problem], effects: list[Effect]) -> str:
    """JSON of the problems, and of what applying would do with each row."""
    return canonical({"problems": [astuple(p) for p in problems], "effects": [astuple(e) for e in effects]})


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


def stored_counts(batch: ImportBatch) -> dict[str, int]:
    """Rows, created, changed, unchanged, refused, problems."""
    counts: dict[str, int] = json.loads(batch.counts)
    return counts
