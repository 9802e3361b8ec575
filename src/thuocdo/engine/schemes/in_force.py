"""Which rules of a rulebook of schemes are in force in a period: a later rule, or one that ended, is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from thuocdo.engine.schema import Cited
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import SchemePoint

KINDS = ("triggers", "not_rated", "limits", "quotas", "dating")


def in_force(book: SchemeBook, start: date, end: date) -> SchemeBook:
    """The rulebook with the rules that are in force on some day from `start` to `end`; the same book if all are.

    What holds from the rulebook's own first day holds in every period that the rulebook rates.
    """
    gone = tuple(
        f"{scheme.id}.{kind}.{rule.id}"
        for scheme in book.schemes
        for kind in KINDS
        for rule in getattr(scheme, kind)
        if _is_out(rule, book.since, start, end)
    )
    return _without(book, gone) if gone else book


def _is_out(rule: Cited, first: date, start: date, end: date) -> bool:
    return (rule.since > first and rule.since > end) or (rule.until is not None and rule.until <= start)


@lru_cache(maxsize=64)
def _without(book: SchemeBook, gone: tuple[str, ...]) -> SchemeBook:
    schemes = []
    for scheme in book.schemes:
        kept = {
            kind: tuple(rule for rule in getattr(scheme, kind) if f"{scheme.id}.{kind}.{rule.id}" not in gone)
            for kind in KINDS
        }
        schemes.append(scheme.model_copy(update=kept))
    points = tuple(left for point in book.open_points if (left := _point(point, gone)) is not None)
    return replace(book, book=book.book.model_copy(update={"schemes": tuple(schemes), "points": points}))


def _point(point: SchemePoint, gone: tuple[str, ...]) -> SchemePoint | None:
    """The point without the places of rules that are left out; None if it has no others."""

    def stays(path: str) -> bool:
        return not any(path.startswith(f"{rule}.") for rule in gone)

    places = tuple(path for path in point.places if stays(path))
    if not places:
        return None
    readings = [reading.model_copy(update={"write": _kept(reading.write, stays)}) for reading in point.readings]
    return point.model_copy(update={"places": places, "readings": tuple(readings)})


def _kept(write: dict[str, Any], stays: Any) -> dict[str, Any]:
    return {path: value for path, value in write.items() if stays(path)}
