"""Reads a rulebook of schemes from its folder, checks it, lays overlays on it, and freezes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from thuocdo.engine.reading import canonical_hash, overlay_source, validate
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.changing import WHAT_IF, WHAT_IF_TITLE, change
from thuocdo.engine.schemes.checks import check_book
from thuocdo.engine.schemes.draft import build, read_draft
from thuocdo.engine.schemes.overlaying import Layer, lay
from thuocdo.engine.schemes.schema import SchemeOverlay
from thuocdo.engine.source import OverlaySource


def load_schemes(
    key: str,
    overlays: tuple[str | OverlaySource, ...],
    roots: Sequence[Path],
    changes: Mapping[str, Any] | None = None,
) -> SchemeBook:
    """Load and check a rulebook of schemes with overlays applied in order, then changes by path.

    Raises `RulebookError`.
    """
    draft = read_draft(key, roots)
    book = build(draft)
    check_book(book, draft)
    layers = [_layer(overlay, roots) for overlay in overlays]
    content: dict[str, Any] = {source.name: source.data for source in draft.sources()}
    content["overlays"] = [source.data for _, source in layers]
    laid = lay(book, draft, layers)
    titles = {layer.key: layer.title for layer, _ in layers}
    if changes:
        change(laid, changes)
        content["changes"] = {path: str(value) for path, value in changes.items()}
        titles[WHAT_IF] = WHAT_IF_TITLE
    return SchemeBook(
        key=key,
        overlays=tuple(str(overlay) for overlay in overlays),
        hash=canonical_hash(content),
        book=build(laid.draft),
        articles=laid.articles,
        settled=laid.settled,
        filled=laid.filled,
        overlay_titles=titles,
        overlay_instruments=tuple(item for layer, _ in layers for item in layer.instruments),
    )


def _layer(overlay: str | OverlaySource, roots: Sequence[Path]) -> Layer:
    source = overlay_source(overlay, roots)
    layer = validate(SchemeOverlay, source)
    if layer.key != str(overlay):
        raise source.error(
            ("key",), f"khóa ghi là “{layer.key}” nhưng thư mục là “{overlay}”", "Ghi khóa đúng thư mục."
        )
    return layer, source
