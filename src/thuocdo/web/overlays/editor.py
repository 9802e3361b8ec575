"""The fields of the editor: a block for each thing that the parent leaves open, what was typed, what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.typed import parse_points
from thuocdo.rulesets.choices import OPEN_KINDS, Item
from thuocdo.rulesets.drafting import Draft
from thuocdo.rulesets.typed_regulation import HEADER, sum_words, sums_of

SECTIONS = (
    ("settle", "Điểm luật còn để ngỏ", "Chọn một cách hiểu đã nêu, hoặc để ngỏ. Điểm nào để ngỏ thì kết quả phụ thuộc "
     "vào điểm đó sẽ ghi “cần quyết định”."),
    ("fill", "Số liệu để đơn vị điền", "Văn bản cấp trên không ghi những con số này. Để trống lý do thì lấy lý do "
     "chung ở trên."),
    ("parts", "Bảng điểm trong nhóm", "Mỗi dòng ghi: Tên phần: điểm tối đa. Cộng lại phải đúng bằng mức của nhóm."),
    ("lower", "Tỷ lệ có thể siết chặt", "Chỉ được ghi thấp hơn tỷ lệ của quy định cấp trên. Để trống nếu giữ nguyên."),
    ("raise", "Ngưỡng điểm có thể siết chặt", "Chỉ được ghi cao hơn ngưỡng của cấp trên. Để trống nếu giữ nguyên."),
    ("say", "Vắng, mới đến, chuyển đi, nhiều vị trí trong kỳ", "Ghi quy định của đơn vị; người đánh giá thấy quy định "
     "này trên phiếu và không bị hỏi nữa. Để trống thì người đánh giá trả lời từng trường hợp."),
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One item with its three fields. `chosen` is the id of the reading, or the text of the figure."""

    item: Item
    chosen: str
    article: str
    reason: str
    error: str
    article_error: str
    reason_error: str
    running: str


@dataclass(frozen=True)
class Section:
    kind: str
    title: str
    hint: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Field:
    """One field of the head of the regulation."""

    name: str
    label: str
    text: str
    error: str


@dataclass(frozen=True)
class Editor:
    """The whole form, how much is decided and what is still missing."""

    head: dict[str, Field]
    sections: tuple[Section, ...]
    decided: int
    open: int
    tightened: int
    missing: tuple[tuple[str, str], ...]
    sums: tuple[str, ...]


def editor(draft: Draft, refused: Mapping[str, str]) -> Editor:
    """The form of a draft. `refused` are messages by field of a refused step; faults of what was typed always show."""
    wrong = {**{f.field: f.message for f in reversed(draft.errors)}, **refused}
    head = {
        name: Field(name, label, draft.typed.get(name, ""), wrong.get(name, "")) for name, (label, _) in HEADER.items()
    }
    blocks = [_block(item, draft.typed, wrong) for item in draft.items]
    sections = tuple(
        Section(kind, title, hint, found)
        for kind, title, hint in SECTIONS
        if (found := tuple(b for b in blocks if b.item.kind == kind))
    )
    chosen = draft.reading.choices
    return Editor(
        head,
        sections,
        decided=sum(c.item.kind in OPEN_KINDS for c in chosen),
        open=len(draft.open_items),
        tightened=sum(c.item.kind not in OPEN_KINDS for c in chosen),
        missing=tuple((f.field, f.message) for f in draft.faults),
        sums=(
            *(one.words for one in sums_of(draft.items, draft.typed) if one.begun),
            *(f"{b.item.label}: {b.running}" for b in blocks if b.running and b.chosen),
        ),
    )


def _block(item: Item, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Block:
    name, text = item.name, typed.get(item.name, "")
    return Block(
        item,
        text.strip(),
        typed.get(f"{name}-article", ""),
        typed.get(f"{name}-reason", ""),
        wrong.get(name, ""),
        wrong.get(f"{name}-article", ""),
        wrong.get(f"{name}-reason", ""),
        running_sum(item, text) if item.kind == "parts" else "",
    )


def running_sum(item: Item, text: str) -> str:
    """What the lines typed so far add up to, and what is left of the group's maximum."""
    total = Decimal(0)
    for line in text.splitlines():
        try:
            total += Decimal(parse_points(line.rpartition(":")[2])) / 100
        except Refusal:
            continue  # a line in the making; the fault beside the field says what is wrong
    return sum_words(total, item.limit)
