"""Reads a rulebook and its overlays from TOML, checks them, and freezes them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from thuocdo.engine import checks, schema
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.messages import errors_of, key_of, problem_of, remedy_of
from thuocdo.engine.overlay import apply_overlays
from thuocdo.engine.rulebook import Citation, PointOfLaw, Reading, Rulebook, Settlement
from thuocdo.engine.source import SourceFile

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
Model = TypeVar("Model", bound=BaseModel)


def default_roots() -> tuple[Path, ...]:
    """The rulebooks that come with the product."""
    return (Path(str(resources.files("rulebooks"))),)


def list_rulebooks(roots: Sequence[Path] | None = None) -> tuple[str, ...]:
    """Keys of all rulebooks under the roots, sorted.

    >>> "state/nd-335-2025" in list_rulebooks()
    True
    """
    return _keys(roots, "instrument.toml")


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
    return _keys(roots, "overlay.toml")


def _keys(roots: Sequence[Path] | None, name: str) -> tuple[str, ...]:
    found = {
        path.parent.relative_to(root).as_posix()
        for root in roots or default_roots()
        for path in root.rglob(name)
    }
    return tuple(sorted(found))


def load_rulebook(key: str, overlays: Sequence[str] = (), roots: Sequence[Path] | None = None) -> Rulebook:
    """Load, check and freeze a rulebook with overlays applied in order; cached.

    Raises `RulebookError` that names file, key, line, article and remedy.

    >>> load_rulebook("state/nd-335-2025").short_title
    'NĐ 335/2025'
    """
    return _load(key, tuple(overlays), tuple(roots or default_roots()))


@lru_cache(maxsize=64)
def _load(key: str, overlays: tuple[str, ...], roots: tuple[Path, ...]) -> Rulebook:
    folder = _folder(key, roots, "instrument.toml", "bộ quy tắc")
    sources = [read_source(folder / name) for name in FILES]
    forms = [read_source(path) for path in sorted((folder / "forms").glob("*.toml"))]
    book = _merge(sources, forms)
    checks.check_book(book, key, sources, forms)
    layers = [_overlay(name, roots) for name in overlays]
    book, settled = apply_overlays(book, key, layers)
    articles = dict(_articles(book.instruments))
    for layer, _ in layers:
        articles.update(_articles(layer.instruments))
    points = tuple(_point(spec, settled, articles) for spec in book.points)
    content: dict[str, Any] = {source.name: source.data for source in [*sources, *forms]}
    content["overlays"] = [source.data for _, source in layers]
    return Rulebook(
        key=key,
        overlays=overlays,
        hash=canonical_hash(content),
        book=book,
        articles=articles,
        open_points=points,
        overlay_titles={layer.key: layer.title for layer, _ in layers},
        overlay_instruments=tuple(item for layer, _ in layers for item in layer.instruments),
    )


def _folder(key: str, roots: Sequence[Path], name: str, what: str) -> Path:
    for root in roots:
        folder = root / key
        inside = folder.resolve().is_relative_to(root.resolve())
        if inside and (folder / name).is_file():
            return folder
    known = ", ".join(_keys(roots, name)) or "không có"
    raise RulebookError(
        file=key, key="", problem=f"không tìm thấy {what} này", remedy=f"Các khóa hiện có: {known}."
    )


def read_source(path: Path) -> SourceFile:
    """One TOML file with exact decimals; its text is kept for line numbers."""
    name = "/".join(path.parts[-3:])
    try:
        text = path.read_bytes().decode("utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except FileNotFoundError:
        raise RulebookError(
            file=name, key="", problem="thiếu tệp", remedy="Tạo tệp này, kể cả khi để trống."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise RulebookError(
            file=name, key="", problem=f"không đọc được TOML: {error}", remedy="Sửa cú pháp tại chỗ được nêu."
        ) from None
    return SourceFile(name=name, text=text, data=data)


def validate(model: type[Model], source: SourceFile) -> Model:
    """The file as a frozen model; the first error becomes a `RulebookError` with its line."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        first, *more = errors_of(error)
        problem = problem_of(first) + (f" (còn {len(more)} lỗi khác)" if more else "")
        raise source.error(tuple(first["loc"]), problem, remedy_of(first), key=key_of(first)) from None


def _merge(sources: Sequence[SourceFile], forms: Sequence[SourceFile]) -> schema.BookFile:
    parts: dict[str, Any] = {}
    for source, model in zip(sources, FILES.values(), strict=True):
        part = validate(model, source)
        parts.update({name: getattr(part, name) for name in model.model_fields})
    parts["forms"] = tuple(validate(schema.Form, form) for form in forms)
    return schema.BookFile.model_construct(**parts)


def _overlay(key: str, roots: Sequence[Path]) -> tuple[schema.OverlayFile, SourceFile]:
    source = read_source(_folder(key, roots, "overlay.toml", "quy chế bổ sung") / "overlay.toml")
    layer = validate(schema.OverlayFile, source)
    if layer.key != key:
        raise source.error(
            ("key",), f"khóa ghi là “{layer.key}” nhưng thư mục là “{key}”", "Ghi khóa đúng thư mục."
        )
    return layer, source


def overlay_parent(key: str, roots: Sequence[Path] | None = None) -> str:
    """The key of the rulebook that an overlay extends; raises `RulebookError`."""
    layer, _ = _overlay(key, tuple(roots or default_roots()))
    return layer.extends


def _articles(instruments: Sequence[schema.Instrument]) -> Iterator[tuple[str, Citation]]:
    for instrument in instruments:
        for article in instrument.articles:
            ref = f"{instrument.id}/{article.ref}"
            yield (
                ref,
                Citation(
                    ref,
                    instrument.name,
                    article.text,
                    article.confidence,
                    article.source,
                ),
            )


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


def canonical_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over JSON with sorted keys; decimals and dates as their plain text."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
