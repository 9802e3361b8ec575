"""Variants: a rulebook of either shape with figures changed by path, checked like any other; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from thuocdo.engine import checks, schema
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.loader import FILES, load_book
from thuocdo.engine.messages import errors_of, key_of, problem_of, remedy_of
from thuocdo.engine.reading import canonical_hash, default_roots
from thuocdo.engine.rulebook import PointOfLaw, Rulebook, Settlement
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.changing import POINTS, WHAT_IF, WHAT_IF_TITLE, wrong
from thuocdo.engine.schemes.loading import load_schemes
from thuocdo.engine.schemes.paths import PathError, find, write
from thuocdo.engine.source import OverlaySource, SourceFile


def load_variant(
    key: str,
    overlays: Sequence[str | OverlaySource],
    changes: Mapping[str, Any],
    roots: Sequence[Path] | None = None,
) -> Rulebook | SchemeBook:
    """The rulebook with its overlays and then these changes: path to value, or `points.<id>` to a reading's id.

    A change may loosen; it must still give a sound rulebook. Raises `RulebookError` whose key is the path.

    >>> book = load_variant("state/nd-335-2025", (), {"quotas.excellent.percent": 25})
    >>> int(book.book.quotas[0].percent)
    25
    """
    searched = tuple(roots or default_roots())
    base = load_book(key, overlays, searched)
    if not changes:
        return base
    if isinstance(base, SchemeBook):
        return load_schemes(key, tuple(overlays), searched, changes)
    return _varied(base, changes)


def _varied(base: Rulebook, changes: Mapping[str, Any]) -> Rulebook:
    data = _lists(base.book.model_dump(by_alias=True))
    points = {point.id: point for point in base.open_points}
    for path, value in changes.items():
        if path.startswith(f"{POINTS}."):
            name = path.removeprefix(f"{POINTS}.")
            points[name] = _settled(base.key, path, points.get(name), value)
            continue
        try:
            write(data, find(data, path), deepcopy(value), replace=True)
        except PathError as error:
            raise wrong(base.key, path, str(error), "Sửa đường dẫn (docs/rulebooks.md).") from None
    book = _built(base, data, ", ".join(changes))
    content = {"base": base.hash, "changes": {path: str(value) for path, value in changes.items()}}
    return replace(
        base,
        hash=canonical_hash(content),
        book=book,
        open_points=tuple(points.values()),
        overlay_titles={**base.overlay_titles, WHAT_IF: WHAT_IF_TITLE},
    )


def _settled(key: str, path: str, point: PointOfLaw | None, reading: object) -> PointOfLaw:
    if point is None:
        raise wrong(key, path, "không có điểm mở này", "Xem các điểm mở của bộ quy tắc.")
    known = [item.id for item in point.readings]
    if reading not in known:
        raise wrong(key, path, f"không có cách hiểu “{str(reading)[:60]}”", f"Chọn một trong: {', '.join(known)}.")
    return replace(point, settled=Settlement(str(reading), WHAT_IF_TITLE, WHAT_IF_TITLE, (), WHAT_IF))


def _built(base: Rulebook, data: dict[str, Any], paths: str) -> schema.BookFile:
    try:
        book = schema.BookFile.model_validate(data)
    except ValidationError as error:
        first = errors_of(error)[0]
        raise wrong(base.key, paths, f"{problem_of(first)} (khóa “{key_of(first)}”)", remedy_of(first)) from None
    sources = [
        SourceFile(f"{base.key}/{name}", "", {field: data[field] for field in model.model_fields if field in data})
        for name, model in FILES.items()
    ]
    try:
        checks.check_rules(book, sources)  # a tightening overlay may leave an article of the parent uncited
    except RulebookError as error:
        raise wrong(base.key, paths, error.problem, error.remedy, error.article) from None
    return book


def _lists(value: Any) -> Any:
    """Tuples as lists: what paths lead through."""
    if isinstance(value, dict):
        return {key: _lists(item) for key, item in value.items() if item is not None}
    return [_lists(item) for item in value] if isinstance(value, tuple | list) else value
