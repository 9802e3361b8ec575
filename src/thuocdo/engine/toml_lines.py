"""Where a key stands in a TOML text, so that an error can name the line."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


def line_of(text: str, path: Iterable[str | int]) -> int | None:
    """Line number (from 1) of the key at `path`, or of the nearest table above it; None if not found.

    >>> line_of("[[bands]]\\ncode = 'a'\\n[[bands]]\\ncode = 'b'", ("bands", 1, "code"))
    4
    """
    wanted = [str(part) for part in path]
    best: tuple[int, int] | None = None
    for number, here in _places(text):
        depth = _shared(here, wanted)
        if depth and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def _places(text: str) -> Iterable[tuple[int, list[str]]]:
    counts: dict[tuple[str, ...], int] = {}
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header = _TABLE.match(line)
        if header is not None:
            table = _table_path(header[2], header[1] == "[[", counts)
            yield number, table
            continue
        key = _KEY.match(line)
        if key is not None:
            yield number, [*table, key[1]]


def _table_path(name: str, is_array: bool, counts: dict[tuple[str, ...], int]) -> list[str]:
    path: list[str] = []
    parts = [part.strip().strip('"') for part in name.split(".")]
    for index, part in enumerate(parts):
        path.append(part)
        place = tuple(path)
        if index == len(parts) - 1 and is_array:
            counts[place] = counts.get(place, -1) + 1
            path.append(str(counts[place]))
        elif place in counts:
            path.append(str(counts[place]))
    return path


def _shared(here: list[str], wanted: list[str]) -> int:
    if len(here) > len(wanted):
        return 0
    return len(here) if here == wanted[: len(here)] else 0
