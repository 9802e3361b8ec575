"""Cases of a period that hang on dates: what they are called, and what a rulebook with its overlays says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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


def answer(parent: Sequence[Situation], layers: Iterable[tuple[Sequence[Situation], SourceFile]]) -> list[Situation]:
    """The rows of the parent and then those of its overlays. Raises `RulebookError` where an overlay has no words or no
    reason, or speaks of a case that the text, a superior's overlay or its own row before leaves open no more."""
    laid = list(parent)
    for rows, source in layers:
        for index, row in enumerate(rows):
            for key, text in (("says", row.says), ("reason", row.reason)):
                if not text.strip():
                    raise source.error(("situations", index, key), "chưa ghi", "Ghi rõ quy định và lý do.")
            before = [one for one in laid if one.kind == row.kind]
            if before and asked_by(before) is None:
                raise source.error(
                    ("situations", index, "kind"),
                    f"trường hợp “{TITLES[row.kind]}” đã có quy định trả lời, không còn để ngỏ",
                    "Chỉ giữ một quy định cho mỗi trường hợp.",
                )
            laid.append(row)
    return laid
