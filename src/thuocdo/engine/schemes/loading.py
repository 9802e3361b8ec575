"""Reads a rulebook of schemes from its folder, checks it, lays overlays on it, and freezes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.reading import articles_of, canonical_hash
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.checks import check_book
from thuocdo.engine.schemes.draft import build, read_draft


def load_schemes(key: str, overlays: tuple[str, ...], roots: Sequence[Path]) -> SchemeBook:
    """Load and check a rulebook of schemes; raises `RulebookError`."""
    draft = read_draft(key, roots)
    book = build(draft)
    check_book(book, draft)
    if overlays:
        raise RulebookError(
            file=key, key="", problem="quy chế của khung xếp loại chưa đọc được", remedy="Bỏ quy chế bổ sung."
        )
    content: dict[str, Any] = {source.name: source.data for source in draft.sources()}
    return SchemeBook(
        key=key,
        overlays=overlays,
        hash=canonical_hash(content),
        book=book,
        articles=dict(articles_of(book.instruments)),
        settled={},
        filled={},
        overlay_titles={},
    )
