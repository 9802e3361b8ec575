"""Task lists as exported by document-and-task systems: XLSX or CSV, read through the columns of their source."""

import hashlib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from thuocdo.inflow.models import Source
from thuocdo.inflow.payloads import Offer, TaskContent, Unusable, content_of, unusable
from thuocdo.inflow.typed import COLUMNS, NEEDED
from thuocdo.intake import cells
from thuocdo.intake.decoding import plain_sheet
from thuocdo.intake.reading import read_rows
from thuocdo.intake.specs import Column, Problem, Row
from thuocdo.intake.workbook import Sheet
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.typed import format_points

MOST_ROWS = 20_000
_READERS: dict[str, Any] = {
    "due_date": cells.day, "done_on": cells.day, "month": cells.month, "coefficient": cells.points,
    "quantity": cells.points, "completed": cells.points, "quality_met": cells.points, "on_time": cells.points,
}  # fmt: skip
_EMPTY = {"product": "", "evidence": "", "assigned_by": ""}
_HINTS = {
    "external_id": "Hãy ghi mã hoặc số văn bản, không trùng trong nguồn.",
    "title": "Hãy ghi tên việc.",
    "person": "Hãy ghi mã người xử lý.",
    "due_date": "Hãy ghi hạn hoàn thành.",
}


def columns_of(source: Source) -> tuple[Column, ...]:
    """The columns that this source's files have, under the titles its officer gave."""
    return tuple(
        Column(key, source.columns.get(key) or label, _READERS.get(key, cells.text(1000)), _HINTS.get(key, ""), "",
               needed=key in NEEDED, default=_EMPTY.get(key))
        for key, label in COLUMNS.items()
        if key in NEEDED or key in source.columns
    )  # fmt: skip


def sheet_of(content: bytes) -> Sheet:
    """The rows of a file as `plain_sheet` reads it. Raises Refusal for the whole file."""
    sheet = plain_sheet(content)
    if len(sheet.header) < 2:
        raise Refusal(
            "file.format", "Không thấy các cột trong tệp. Hãy lưu thành .xlsx hoặc CSV UTF-8 rồi tải lên.", field="file"
        )
    return sheet


def read_file(source: Source, content: bytes) -> tuple[list[Offer], list[Unusable]]:
    """Offers by row and rows without the form, each with its line. Columns that are not mapped are passed over.

    Raises Refusal for the whole file: unreadable, too long, or a needed column missing.
    """
    columns = columns_of(source)
    sheet = _only_mapped(sheet_of(content), columns)
    if len(sheet.rows) > MOST_ROWS:
        raise Refusal(
            "file.long", f"Tệp có {len(sheet.rows)} dòng; mỗi tệp tối đa {MOST_ROWS}. Hãy chia nhỏ.", field="file"
        )
    reading = read_rows(sheet, columns)
    general = [p for p in reading.problems if p.row <= 1]
    if general:
        raise Refusal("file.columns", " ".join(p.message for p in general[:5]), field="file")
    found = [_offer(row) for row in reading.rows]
    wrong = [_unusable(sheet, columns, p) for p in reading.problems]
    return [o for o in found if isinstance(o, Offer)], [*wrong, *(u for u in found if isinstance(u, Unusable))]


def _only_mapped(sheet: Sheet, columns: Sequence[Column]) -> Sheet:
    wanted = {c.title.casefold() for c in columns}
    kept = [i for i, title in enumerate(sheet.header) if title.rstrip(" *").casefold() in wanted]
    header = tuple(sheet.header[i] for i in kept)
    return Sheet(header, tuple((n, tuple(texts[i] for i in kept)) for n, texts in sheet.rows))


def _unusable(sheet: Sheet, columns: Sequence[Column], problem: Problem) -> Unusable:
    title = next(c.title for c in columns if c.key == "external_id").casefold()
    place = next((i for i, h in enumerate(sheet.header) if h.rstrip(" *").casefold() == title), None)
    texts = next((t for n, t in sheet.rows if n == problem.row), ())
    name = texts[place] if place is not None and texts else ""
    return Unusable(name[:200], "cell", problem.message, problem.column, problem.row)


def _offer(row: Row) -> Offer | Unusable:
    values = row.values
    name = str(values["external_id"])
    raw: dict[str, Any] = {
        "title": values["title"], "person": values["person"], "due_date": values["due_date"],
        "product": values.get("product") or "", "assigned_by": values.get("assigned_by") or "",
    }  # fmt: skip
    if values.get("month"):
        raw["month"] = f"{values['month']:%Y-%m}"
    for key in ("coefficient", "quantity"):
        if values.get(key) is not None:
            raw[key] = _amount(values[key])
    raw["done_on"] = values.get("done_on")
    amounts = [values.get(k) for k in ("completed", "quality_met", "on_time")]
    if None not in amounts:
        parts = dict(zip(("completed", "quality_met", "on_time"), map(_amount, amounts), strict=True))
        raw["result"] = {**parts, "evidence": values.get("evidence") or ""}
    elif any(a is not None for a in amounts):
        return Unusable(
            name[:200],
            "result",
            "Khi ghi kết quả, hãy ghi đủ ba cột số lượng hoàn thành, đạt chất lượng, đúng hạn.",
            "result",
            row.number,
        )
    else:
        raw["document"] = str(values.get("evidence") or "")[:100]
    try:
        if not 1 <= len(name) <= 200:
            return Unusable(
                name[:200], "external_id", "Mã ở nguồn phải có từ 1 đến 200 ký tự.", "external_id", row.number
            )
        return Offer(name, content_of(TaskContent.model_validate(raw)))
    except ValidationError as error:
        found = unusable(name[:200], error)
        return Unusable(found.external_id, found.code, found.message, found.part, row.number)


def _amount(hundredths: Any) -> str:
    return format_points(int(hundredths)).replace(",", ".")


def file_digest(content: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()
