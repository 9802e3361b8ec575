"""A rulebook of schemes under chosen readings of its open points: a new frozen rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from typing import Any

from thuocdo.engine.rulebook import Settlement
from thuocdo.engine.schemes import paths
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import SchemeBookFile, SchemePoint


def content_of(book: SchemeBook) -> dict[str, Any]:
    """What paths lead through: schemes by id, `money`, `procedure`."""
    return _roots(_dumped(book))


@lru_cache(maxsize=64)
def _dumped(book: SchemeBook) -> dict[str, Any]:
    return book.book.model_dump(mode="json", by_alias=True, exclude_none=True)


def _roots(data: dict[str, Any]) -> dict[str, Any]:
    money = {key: data[key] for key in ("tables", "funds")}
    procedure = {key: data[key] for key in ("deciders", "steps", "timings", "stages", "precedence", "opinions")}
    return {**{scheme["id"]: scheme for scheme in data["schemes"]}, "money": money, "procedure": procedure}


def with_readings(book: SchemeBook, chosen: Mapping[str, str]) -> SchemeBook:
    """The rulebook with these readings written in, by point; raises KeyError for an unlisted one."""
    return _written(book, tuple(sorted(chosen.items()))) if chosen else book


@lru_cache(maxsize=512)
def _written(book: SchemeBook, chosen: tuple[tuple[str, str], ...]) -> SchemeBook:
    data = deepcopy(_dumped(book))
    roots = _roots(data)
    settled = dict(book.settled)
    for point_id, reading_id in chosen:
        point = next(item for item in book.open_points if item.id == point_id)
        reading = point.readings[index_of(point, reading_id)]
        for path, value in reading.write.items():
            paths.write(roots, paths.find(roots, path), value)
        settled[point_id] = Settlement(reading_id, "", "", book.cite(point.cite), "")
    return replace(book, book=SchemeBookFile.model_validate(data), settled=settled)


def index_of(point: SchemePoint, reading: str) -> int:
    """Position of a listed reading; raises KeyError."""
    for index, item in enumerate(point.readings):
        if item.id == reading:
            return index
    raise KeyError(reading)
