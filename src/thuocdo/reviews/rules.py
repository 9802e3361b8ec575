"""What a report must hold before it is sent. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuocdo.engine.schemes.reviewing import Layout
from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.kernel.typed import parse_points

LONGEST = 12_000
GRADES = {"excellent": "Xuất sắc", "good": "Tốt", "average": "Trung bình", "poor": "Kém"}


@dataclass(frozen=True)
class Typed:
    """What is in the form: texts by head or block, marks by row, the level, answers by number of the prompt's point;
    `none_before`: the year before pointed out nothing. All as typed."""

    texts: Mapping[str, str]
    marks: Mapping[str, str]
    level: str = ""
    answers: Mapping[str, str] | None = None
    none_before: bool = False


@dataclass(frozen=True)
class Around:
    """What the report meets: points of the prompt, defects of the year before, whether these are known to the
    product."""

    points: Sequence[tuple[str, str]]
    past: int
    past_known: bool


def whole(layout: Layout, typed: Typed, around: Around) -> dict[str, Any]:
    """The report as it is filed, marks in hundredths. Raises Several with every place that is missing or wrong."""
    read = Reading()
    texts = {}
    for block in layout.blocks:
        for head in block.heads:
            texts[head.id] = read(_text, typed.texts.get(head.id, ""), head.label, head.id, needed=not head.when_needed)
        if block.kind == "text":
            texts[block.id] = read(_text, typed.texts.get(block.id, ""), block.label, block.id, needed=True)
    marks = {}
    for row in layout.rows if layout.has("marks") else ():
        marks[row.id] = read(_mark, typed.marks.get(row.id, ""), row.label, row.id, row.most)
    if layout.has("marks") and layout.levels:
        read(_level, typed.level, layout)
    given = typed.answers or {}
    answers = {}
    for number, point in around.points:
        answers[number] = read(_text, given.get(number, ""), f"Trả lời điểm “{point}”", f"answer-{number}", needed=True)
    if layout.has("remedies") and not around.past and not around.past_known and not typed.none_before:
        read(_none_before)
    read.done()
    found: dict[str, Any] = {"layout": layout.id, "texts": texts, "marks": marks, "level": typed.level}
    return found | {"answers": answers, "none_before": typed.none_before}


def _text(typed: str, label: str, name: str, *, needed: bool) -> str:
    text = clean_lines(typed)
    field = name if name.startswith("answer-") else f"text-{name}"
    if needed and not text:
        raise Refusal("review.empty", f"{label}: chưa viết. Hãy viết, hoặc ghi “Không có” nếu không có.", field=field)
    if len(text) > LONGEST:
        raise Refusal(
            "review.long", f"{label}: dài {len(text)} ký tự. Hãy rút gọn còn tối đa {LONGEST} ký tự.", field=field
        )
    return text


def _mark(typed: str, label: str, name: str, most: int | None) -> int | str:
    field = f"mark-{name}"
    if most is None:
        if typed not in GRADES:
            words = ", ".join(GRADES.values()).lower()
            raise Refusal("review.grade", f"{label}: chưa chọn. Hãy chọn {words}.", field=field)
        return typed
    try:
        return parse_points(typed, most, label=label)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=field) from None


def _level(typed: str, layout: Layout) -> None:
    if typed not in dict(layout.levels):
        words = ", ".join(label for _, label in layout.levels).lower()
        raise Refusal("review.level", f"Mức tự nhận: chưa chọn. Hãy chọn {words}.", field="level")


def _none_before() -> None:
    raise Refusal(
        "review.before",
        "Phần mềm chưa có bản kiểm điểm năm trước. Hãy ghi từng hạn chế, khuyết điểm đã được chỉ ra năm trước, hoặc "
        "đánh dấu là năm trước không có.",
        field="none_before",
    )
