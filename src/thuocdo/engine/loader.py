"""Reads a rulebook and its overlays from TOML, checks them, and freezes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from os.path import isfile
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from thuocdo.engine import checks, schema
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.overlay import apply_overlays
from thuocdo.engine.reading import (
    articles_of,
    canonical_hash,
    default_roots,
    folder_of,
    keys_under,
    overlay_source,
    read_folder,
    read_source,
    validate,
)
from thuocdo.engine.rulebook import Citation, PointOfLaw, Reading, Rulebook, Settlement
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.loading import load_schemes
from thuocdo.engine.source import OverlaySource, SourceFile

__all__ = [
    "canonical_hash",
    "default_roots",
    "is_of_schemes",
    "key_of_folder",
    "list_overlays",
    "list_rulebooks",
    "load_book",
    "load_rulebook",
    "overlay_parent",
    "read_source",
    "validate",
]

FILES: Mapping[str, type[BaseModel]] = {
    "instrument.toml": schema.InstrumentFile,
    "criteria.toml": schema.CriteriaFile,
    "results.toml": schema.ResultsFile,
    "levels.toml": schema.LevelsFile,
    "quotas.toml": schema.QuotasFile,
    "rollup.toml": schema.RollupFile,
    "procedure.toml": schema.ProcedureFile,
    "open_points.toml": schema.OpenPointsFile,
}


def list_rulebooks(roots: Sequence[Path] | None = None) -> tuple[str, ...]:
    """Keys of all rulebooks under the roots, sorted.

    >>> "state/nd-335-2025" in list_rulebooks()
    True
    """
    return keys_under(roots, "instrument.toml")


def key_of_folder(folder: Path) -> tuple[str, Path] | None:
    """If the folder is one rulebook or overlay: its key and the root it lies under; else None."""
    for name in ("instrument.toml", "overlay.toml"):
        if (folder / name).is_file():
            key = str(read_source(folder / name).data.get("key", ""))
            parts = folder.resolve().parts
            if key and parts[-len(key.split("/")) :] == tuple(key.split("/")):
                return key, folder.resolve().parents[len(key.split("/")) - 1]
    return None


def list_overlays(roots: Sequence[Path] | None = None) -> tuple[str, ...]:
    """Keys of all overlays under the roots, sorted."""
    return keys_under(roots, "overlay.toml")


def load_rulebook(
    key: str, overlays: Sequence[str | OverlaySource] = (), roots: Sequence[Path] | None = None
) -> Rulebook:
    """Load, check and freeze a rulebook with overlays applied in order; cached. An overlay is named by its key, or
    handed over as data.

    Raises `RulebookError` that names file, key, line, article and remedy.

    >>> load_rulebook("state/nd-335-2025").short_title
    'NĐ 335/2025'
    """
    return _load(key, tuple(overlays), tuple(roots or default_roots()))


def load_book(
    key: str, overlays: Sequence[str | OverlaySource] = (), roots: Sequence[Path] | None = None
) -> Rulebook | SchemeBook:
    """Load a rulebook of either shape with overlays applied in order; cached. Raises `RulebookError`.

    >>> load_book("state/nd-335-2025") is load_rulebook("state/nd-335-2025")
    True
    """
    searched = tuple(roots or default_roots())
    instrument, of_schemes = _place(key, searched)
    if not isfile(instrument):  # taken away since: what stands in its place, or the error that names the known keys
        _place.cache_clear()
        _, of_schemes = _place(key, searched)
    if of_schemes:
        return _load_schemes(key, tuple(overlays), searched)
    return _load(key, tuple(overlays), searched)


@lru_cache(maxsize=256)
def _place(key: str, roots: tuple[Path, ...]) -> tuple[str, bool]:
    """The first file of a rulebook, and whether it is one of schemes; a loaded rulebook is asked for at every row."""
    folder = folder_of(key, roots, "instrument.toml", "bộ quy tắc")
    return str(folder / "instrument.toml"), is_of_schemes(folder)


def is_of_schemes(folder: Path) -> bool:
    """Whether the folder holds a rulebook of schemes (docs/schemes.md), not one of the NĐ 335 shape."""
    if (folder / "criteria.toml").is_file():
        return False
    return (folder / "schemes").is_dir() or (folder / "money.toml").is_file()


@lru_cache(maxsize=128)
def _load_schemes(key: str, overlays: tuple[str | OverlaySource, ...], roots: tuple[Path, ...]) -> SchemeBook:
    return load_schemes(key, overlays, roots)


@lru_cache(maxsize=256)
def _load(key: str, overlays: tuple[str | OverlaySource, ...], roots: tuple[Path, ...]) -> Rulebook:
    folder = folder_of(key, roots, "instrument.toml", "bộ quy tắc")
    if is_of_schemes(folder):
        raise RulebookError(
            file=key,
            key="",
            problem="là bộ quy tắc theo khung xếp loại, không có bảng điểm sản phẩm quy đổi",
            remedy="Dùng chức năng đọc được bộ quy tắc theo khung (load_book).",
        )
    sources = [read_source(folder / name, folder) for name in FILES]
    forms = read_folder(folder, "forms")
    book = _merge(sources, forms)
    checks.check_book(book, key, sources, forms)
    layers = [_overlay(name, roots) for name in overlays]
    book, settled = apply_overlays(book, key, layers)
    articles = dict(articles_of(book.instruments))
    for layer, _ in layers:
        articles.update(articles_of(layer.instruments))
    points = tuple(_point(spec, settled, articles) for spec in book.points)
    content: dict[str, Any] = {source.name: source.data for source in [*sources, *forms]}
    content["overlays"] = [source.data for _, source in layers]
    return Rulebook(
        key=key,
        overlays=tuple(str(overlay) for overlay in overlays),
        hash=canonical_hash(content),
        book=book,
        articles=articles,
        open_points=points,
        overlay_titles={layer.key: layer.title for layer, _ in layers},
        overlay_instruments=tuple(item for layer, _ in layers for item in layer.instruments),
    )


def _merge(sources: Sequence[SourceFile], forms: Sequence[SourceFile]) -> schema.BookFile:
    parts: dict[str, Any] = {}
    for source, model in zip(sources, FILES.values(), strict=True):
        part = validate(model, source)
        parts.update({name: getattr(part, name) for name in model.model_fields})
    parts["forms"] = tuple(validate(schema.Form, form) for form in forms)
    return schema.BookFile.model_construct(**parts)


def _overlay(overlay: str | OverlaySource, roots: Sequence[Path]) -> tuple[schema.OverlayFile, SourceFile]:
    source = overlay_source(overlay, roots)
    layer = validate(schema.OverlayFile, source)
    if layer.key != str(overlay):
        raise source.error(
            ("key",), f"khóa ghi là “{layer.key}” nhưng thư mục là “{overlay}”", "Ghi khóa đúng thư mục."
        )
    return layer, source


def overlay_parent(key: str, roots: Sequence[Path] | None = None) -> str:
    """The key of the rulebook that an overlay extends; raises `RulebookError`."""
    searched = tuple(roots or default_roots())
    source = overlay_source(key, searched)
    parent = source.data.get("extends")
    if not isinstance(parent, str) or not parent:
        raise source.error(("extends",), "thiếu khóa bắt buộc", "Ghi bộ quy tắc mà quy chế này bổ sung.")
    if any((root / parent / "overlay.toml").is_file() for root in searched):
        raise source.error(
            ("extends",),
            f"“{parent}” cũng là quy chế bổ sung",
            "Quy chế bổ sung thẳng một bộ quy tắc gốc, không bổ sung một quy chế khác.",
        )
    return parent


def _point(
    spec: schema.OpenPoint,
    settled: Mapping[str, tuple[schema.Settle, schema.OverlayFile]],
    articles: Mapping[str, Citation],
) -> PointOfLaw:
    choice = settled.get(spec.id)
    settlement = None
    if choice is not None:
        item, layer = choice
        settlement = Settlement(
            item.reading, layer.by, item.reason, tuple(articles[ref] for ref in item.cite), layer.key
        )
    readings = tuple(Reading(r.id, r.label, r.source, r.confidence, r) for r in spec.readings)
    return PointOfLaw(
        spec.id,
        spec.joint,
        spec.question,
        tuple(articles[ref] for ref in spec.cite),
        spec.compare,
        spec.always,
        readings,
        settlement,
    )
