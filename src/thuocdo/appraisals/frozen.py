"""What the evaluator's table says of a frozen document: worked out once in a process, since what a frozen document
gives under a pinned rule never changes. Only documents that are not kept yet come from the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, F, TextField, Value, When

from thuocdo.appraisals import facts
from thuocdo.appraisals.models import Sheet, Submission
from thuocdo.appraisals.paper.notes import PaperNote, note_of
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.stored import parsed
from thuocdo.engine import Outcome

KEPT = 1000
"""So many sheets a process keeps, each with its last document."""
Key = tuple[str, str, str, int, int]


class Filed(NamedTuple):
    """A document that its owner filed; `text` is empty where it was kept when the rows were asked for."""

    sheet_id: int
    digest: str
    pk: int
    text: str


class Line(NamedTuple):
    """How a task stood when the document froze it, in hundredths."""

    coefficient: int
    assigned: int
    outside_plan: bool


@dataclass(frozen=True)
class Frozen:
    """Of one document under its rule: the self-result, what is to be looked at in the document alone, what a shape
    reads again with each look, the tasks by code, and the paper it was entered from."""

    outcome: Outcome
    flags: tuple[str, ...]
    again: Mapping[str, Any]
    lines: Mapping[str, Line]
    paper: PaperNote | None


_KEPT: dict[int, tuple[Key, Frozen]] = {}


def filed_by(sheets: Sequence[Sheet]) -> dict[int, Filed]:
    """The last document that the owner of each sheet filed. One query."""
    known = frozenset(kept[0][2] for sheet in sheets if (kept := _KEPT.get(sheet.pk)) is not None)
    unknown = Case(When(digest__in=known, then=Value("")), default=F("document"), output_field=TextField())
    own = Submission.objects.filter(sheet__in=[sheet.pk for sheet in sheets], part=Submission.Part.SELF)
    rows = own.annotate(text=unknown if known else F("document")).order_by("number")
    return last(map(Filed._make, rows.values_list("sheet_id", "digest", "pk", "text")))


def read_filed(submissions: Iterable[Submission]) -> dict[int, Filed]:
    """The same of what the caller has read, in its order."""
    return last(Filed(one.sheet_id, one.digest, one.pk, one.document) for one in submissions)


def last(rows: Iterable[Filed]) -> dict[int, Filed]:
    return {row.sheet_id: row for row in rows}


def frozen(sheet: Sheet, filed: Filed) -> Frozen:
    """What a filed document gives. One query where another request has cleared it away since `filed_by`."""
    cycle, shape = sheet.cycle, shape_of(sheet.member)
    key = (shape.book.key, shape.book.hash, filed.digest, cycle.year, cycle.number)
    known, found = _KEPT.get(sheet.pk, (None, None))
    if known == key and found is not None:
        return found
    document = document_of(filed)
    outcome = facts.rate(shape.book, cycle, document["subject"]).outcome
    lines = {one["id"]: _line(one) for one in document["subject"].get("products", [])}
    flags = tuple(shape.frozen_flags(document, outcome))
    made = Frozen(outcome, flags, shape.read_again(document), lines, note_of(document))
    if len(_KEPT) >= KEPT:
        _KEPT.clear()
    _KEPT[sheet.pk] = key, made
    return made


def document_of(filed: Filed) -> dict[str, Any]:
    """The document itself."""
    return parsed(filed.text or Submission.objects.values_list("document", flat=True).get(pk=filed.pk))


def _line(product: Mapping[str, Any]) -> Line:
    hundredths = facts.hundredths
    outside = product.get("outside_plan", False)
    return Line(hundredths(product["coefficient"]), hundredths(product["assigned"]), outside)
