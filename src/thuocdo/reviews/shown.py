"""The blocks of a report as its pages and its paper show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.reviewing import Block
from thuocdo.kernel.typed import format_points
from thuocdo.reviews.composing import Written
from thuocdo.reviews.queries import Reading, Writing
from thuocdo.reviews.rules import GRADES


@dataclass(frozen=True)
class Text:
    """One text of a block: `own`: only in this procedure."""

    id: str
    label: str
    value: str
    hint: str
    cite: tuple[Citation, ...]
    own: bool = False


@dataclass(frozen=True)
class Mark:
    """One row of the self-rating: `most` in hundredths, None for one of four grades."""

    id: str
    label: str
    most: int | None
    value: str


@dataclass(frozen=True)
class ShownBlock:
    """A block with what stands in it."""

    block: Block
    texts: Sequence[Text] = ()
    marks: Sequence[Mark] = ()

    @property
    def title(self) -> str:
        return f"{self.block.number}. {self.block.label}" if self.block.number else self.block.label

    @property
    def graded(self) -> bool:
        """Whether it is an analysis sheet: every row one of the four grades."""
        return bool(self.marks) and all(mark.most is None for mark in self.marks)

    @property
    def says_itself(self) -> bool:
        """The title is what the one text of the block is called: its field is not called so a second time."""
        return len(self.texts) == 1 and self.texts[0].label == self.block.label


def written_blocks(found: Writing, written: Written) -> list[ShownBlock]:
    """The blocks of the form with what is in the drafts; the months are offered where nothing was written."""
    blocks = []
    for block in written.layout.blocks:
        texts = []
        for head in block.heads:
            value = written.typed.texts.get(head.id, "") or (found.offered if head.months else "")
            hint = "Chỉ viết khi có" if head.when_needed else "Điền sẵn từ kết quả các tháng, sửa được" if (
                head.months and found.offered
            ) else ""  # fmt: skip
            texts.append(Text(head.id, head.label, value, hint, head.cite, head.id in written.own))
        if block.kind == "text":
            value = written.typed.texts.get(block.id, "")
            texts.append(Text(block.id, block.label, value, "", (), block.id in written.own))
        blocks.append(ShownBlock(block, texts, _marks(written.layout, block, written.typed.marks)))
    return blocks


def _marks(layout: Any, block: Block, values: Any) -> list[Mark]:
    if block.kind != "marks":
        return []
    return [Mark(row.id, row.label, row.most, values.get(row.id, "")) for row in layout.rows]


def read_blocks(found: Reading) -> list[ShownBlock]:
    """The blocks of a filed report; texts that were left empty where they need not be are not shown."""
    texts, marks = found.content["texts"], found.content["marks"]
    said = {key: format_points(one) if isinstance(one, int) else GRADES[one] for key, one in marks.items()}
    blocks = []
    for block in found.layout.blocks:
        rows = [Text(h.id, h.label, texts.get(h.id, ""), "", h.cite) for h in block.heads if texts.get(h.id)]
        if block.kind == "text":
            rows.append(Text(block.id, "", texts.get(block.id, ""), "", ()))
        blocks.append(ShownBlock(block, rows, _marks(found.layout, block, said)))
    return blocks


def total_of(found: Reading) -> str:
    """The marks added up, out of what could be given where every row has its maximum; empty where there are none."""
    given = found.content["marks"]
    marks = [one for one in given.values() if isinstance(one, int)]
    if not marks:
        return ""
    most = [row.most for row in found.layout.rows if row.most is not None]
    whole = len(most) == len(marks) and {row.id for row in found.layout.rows} == set(given)
    return format_points(sum(marks)) + (f"/{format_points(sum(most))}" if whole else "")
