"""How a batch keeps what was read and found: compact JSON in its text columns."""

import json
from dataclasses import astuple, dataclass

from thuocdo.audit.digests import canonical
from thuocdo.intake.models import ImportBatch
from thuocdo.intake.specs import Effect, Problem
from thuocdo.intake.workbook import Sheet


@dataclass(frozen=True)
class StoredRows:
    """The sheet as read, and what applying would do with each row."""

    sheet: Sheet
    effects: list[Effect]


def rows_text(rows: StoredRows) -> str:
    """JSON of a sheet and its effects."""
    return canonical({
        "header": rows.sheet.header, "rows": rows.sheet.rows, "effects": [astuple(e) for e in rows.effects],
    })


def problems_text(problems: list[Problem]) -> str:
    """JSON of problems."""
    return canonical([astuple(p) for p in problems])


def stored_sheet(batch: ImportBatch) -> Sheet:
    """The sheet as it was read."""
    document = json.loads(batch.rows)
    return Sheet(tuple(document["header"]), tuple((number, tuple(texts)) for number, texts in document["rows"]))


def stored_effects(batch: ImportBatch) -> list[Effect]:
    """The effects as they were shown."""
    return [Effect(*item) for item in json.loads(batch.rows)["effects"]]


def stored_problems(batch: ImportBatch) -> list[Problem]:
    """All problems, in row order."""
    return [Problem(*item) for item in json.loads(batch.problems)]


def stored_counts(batch: ImportBatch) -> dict[str, int]:
    """Rows, created, changed, unchanged, refused, problems."""
    counts: dict[str, int] = json.loads(batch.counts)
    return counts
