"""Review reports with every place filled in, by whatever form the subject has."""

from dataclasses import replace
from typing import Any

from thuocdo.reviews.layouts import layout_for
from thuocdo.reviews.rules import Typed
from thuocdo.rounds.models import RoundSubject


def typed_whole(one: RoundSubject, **more: Any) -> Typed:
    """A form that may be filed: words everywhere, the first grade or full marks, the second level."""
    layout = layout_for(one)
    texts = {head.id: f"Nội dung {head.id}" for head in layout.heads if not head.when_needed}
    texts |= {block.id: f"Nội dung {block.id}" for block in layout.blocks if block.kind == "text"}
    marks = {row.id: "excellent" if row.most is None else str(row.most // 100) for row in layout.rows}
    return replace(Typed(texts, marks, layout.levels[1][0], {}, True), **more)
