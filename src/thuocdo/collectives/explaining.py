"""“Vì sao?” for a unit: the findings of a result, grouped as a bill, each line exact and with its article."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.appraisals.bill import Group, laid_out
from thuocdo.appraisals.scheme_shape import HEADS, TITLES
from thuocdo.collectives.access import reach
from thuocdo.collectives.locking import latest
from thuocdo.collectives.models import UnitResult, UnitSheet, UnitSubmission
from thuocdo.collectives.queries import rated_again, sheet_by_id
from thuocdo.collectives.sheets import book_of
from thuocdo.engine import OpenQuestion, Outcome
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.errors import NotYours


@dataclass(frozen=True)
class Why:
    """“Vì sao?” for a unit: the bill of a result, or of the proposal or own part while there is none."""

    sheet: UnitSheet
    label: str
    basis: str
    book: SchemeBook
    outcome: Outcome
    groups: tuple[Group, ...]
    open_points: tuple[OpenQuestion, ...]
    document: Mapping[str, Any]
    result: UnitResult | None
    level: str
    replaced: bool


def why(user: User, sheet_id: int, number: int | None, on: date) -> Why:
    """The bill of result `number`, or of the last step. The unit sees the proposal only once it is decided.

    Raises NotYours.
    """
    sheet = sheet_by_id(sheet_id)
    found = reach(user, on)
    if not found.views(sheet):
        raise NotYours()
    results = list(sheet.results.select_related("decided_by").order_by("number"))
    result = _chosen(results, number)
    document: Mapping[str, Any]
    if result is not None:
        document, basis = json.loads(result.document), f"Kết quả do {result.decided_by.full_name} quyết định"
    else:
        author, document = latest(sheet, UnitSubmission.Part.AUTHORITY) if found.rates(sheet) else (None, {})
        basis = f"Đề xuất của {author.author.full_name}, chưa quyết định" if author else ""
        if not document:
            _, document = latest(sheet, UnitSubmission.Part.SELF)
            basis = "Phần đơn vị tự đánh giá, chưa quyết định"
    if not document:
        raise NotYours("Phiếu của đơn vị chưa nộp nên chưa có gì để giải thích.")
    book = book_of(sheet)
    outcome = rated_again(book, document)
    notes = {f"score.{name.partition('.')[2]}": text for name, text in document.get("reasons", {}).items()}
    bill = laid_out(((_group(f.id), f) for f in outcome.findings), TITLES, notes)
    level = result.label if result else outcome.label_vi
    replaced = result is not None and result is not results[-1]
    return Why(
        sheet, sheet.round.label, basis, book, outcome, bill, outcome.open_points, document, result, level, replaced
    )


def _chosen(results: Sequence[UnitResult], number: int | None) -> UnitResult | None:
    """The result with that number, or the last one. Raises NotYours where there is no such number."""
    if number is None:
        return results[-1] if results else None
    found = next((one for one in results if one.number == number), None)
    if found is None:
        raise NotYours()
    return found


def _group(finding: str) -> str:
    head, _, rest = finding.partition(".")
    return ("level" if rest else "result") if head == "level" else HEADS.get(head, "other")
