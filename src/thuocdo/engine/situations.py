"""Cases of a period that hang on dates: what they are called, and what a rulebook with its overlays says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from thuocdo.engine.schema import Situation
from thuocdo.engine.source import SourceFile

TITLES: Mapping[str, str] = {
    "maternity": "Nghỉ thai sản",
    "sick_leave": "Nghỉ ốm theo chế độ",
    "unpaid_leave": "Nghỉ không hưởng lương",
    "study": "Đi học tập trung",
    "secondment": "Biệt phái",
    "joined": "Mới đến trong kỳ",
    "left": "Thôi công tác trong kỳ",
    "moved": "Chuyển cơ quan trong kỳ",
    "moved_inside": "Chuyển đơn vị trong cơ quan",
    "changed": "Đổi vị trí trong cùng đơn vị",
    "gap": "Ngừng công tác rồi làm lại trong kỳ",
    "posts": "Nhiều vị trí công tác cùng lúc",
}
NOT_SAID = "{} không nêu trường hợp này: kỳ này ai đánh giá, việc và thời gian nào được tính?"


def asked_by(rows: Sequence[Situation]) -> Situation | None:
    """The row whose question is still open, of rows of one kind in the order of their layers: the last one's. None
    where the last one answers, or where there is no row."""
    return rows[-1] if rows and rows[-1].asks else None


def asked_from(rows: Sequence[Situation], on: date) -> tuple[bool, Situation | None]:
    """Whether rows of one kind leave something open on some day from `on` (or from when the first begins), and the row
    that asks on the first such day: None where none is in force then, or there is no row."""
    if not rows:
        return True, None
    first = max(on, min(one.since for one in rows))
    for day in sorted({first, *(day for one in rows for day in (one.since, one.until) if day and day > first)}):
        held = [one for one in rows if _holds(one, day)]
        if not held or asked_by(held):
            return True, asked_by(held)
    return False, None


def answer(parent: Sequence[Situation], layers: Iterable[tuple[Sequence[Situation], SourceFile]]) -> list[Situation]:
    """The rows of the parent and then those of its overlays. Raises `RulebookError` where an overlay has no words or no
    reason, or speaks of a case that the text, a superior's overlay or its own row before leaves open no more on a day
    on which the new row is in force; one answer may follow the other."""
    laid = list(parent)
    for rows, source in layers:
        for index, row in enumerate(rows):
            for key, text in (("says", row.says), ("reason", row.reason)):
                if not text.strip():
                    raise source.error(("situations", index, key), "chưa ghi", "Ghi rõ quy định và lý do.")
            if _answered(row, [one for one in laid if one.kind == row.kind]):
                raise source.error(
                    ("situations", index, "kind"),
                    f"trường hợp “{TITLES[row.kind]}” đã có quy định trả lời, không còn để ngỏ",
                    "Chỉ giữ một quy định cho mỗi trường hợp trong cùng một thời gian.",
                )
            laid.append(row)
    return laid


def _answered(row: Situation, before: Sequence[Situation]) -> bool:
    """Whether the rows before leave nothing open on some day of this row. What is in force changes only where a row
    begins or ends."""
    days = {row.since, *(day for one in before for day in (one.since, one.until) if day and _holds(row, day))}
    in_force = ([one for one in before if _holds(one, day)] for day in days)
    return any(held and asked_by(held) is None for held in in_force)


def _holds(row: Situation, day: date) -> bool:
    return row.since <= day and (row.until is None or day < row.until)
