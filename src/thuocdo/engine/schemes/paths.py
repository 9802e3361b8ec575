"""Paths to figures of a rulebook of schemes: `monthly.levels.good.score.at_least` (docs/schemes.md, “Open places”).

They work on the content as read, before validation: a mapping of scheme id, `money` and `procedure` to their
tables. A path is keys; an element of a list is named by its `id`, `slug`, `code` or `level`, a repeated name
with `-2`, `-3`; the keys of `TRANSPARENT` may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Location = tuple[str | int, ...]
TRANSPARENT = ("when", "unless", "conditions", "rows", "steps", "tables", "funds")
NAMES = ("id", "slug", "code", "level")
OTHER_NAME = {"at_least": "more_than", "more_than": "at_least", "below": "at_most", "at_most": "below"}
# “open” here is a rule of its own (what holds when nothing is there), not a figure left open.
NOT_PLACES = frozenset({"when_none"})
OPEN = "open"


class PathError(ValueError):
    """A path that leads nowhere; the message is Vietnamese."""


def name_of(item: object) -> str | None:
    """The name of a list element in paths; None if it has none."""
    if not isinstance(item, Mapping):
        return None
    found = next((item[key] for key in NAMES if isinstance(item.get(key), str)), None)
    return "score" if found is None and item.get("test") == "score" else found


def names_in(items: Sequence[object]) -> list[str | None]:
    """Names of the elements in order, a repeated one numbered.

    >>> names_in([{"level": "good"}, {"level": "good"}, {"id": "a"}])
    ['good', 'good-2', 'a']
    """
    counts: dict[str, int] = {}
    found: list[str | None] = []
    for item in items:
        name = name_of(item)
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
            name = name if counts[name] == 1 else f"{name}-{counts[name]}"
        found.append(name)
    return found


def find(data: Mapping[str, Any], path: str) -> Location:
    """Where a path leads; its last part may be a key that is not written yet. Raises `PathError`.

    >>> find({"m": {"levels": [{"code": "good", "when": [{"test": "score", "at_least": 70}]}]}},
    ...      "m.levels.good.score.at_least")
    ('m', 'levels', 0, 'when', 0, 'at_least')
    """
    parts = path.split(".")
    if len(parts) < 2 or not all(parts):
        raise PathError(f"đường dẫn “{path[:120]}” phải có dạng khung.khóa.khóa")
    here: Any = data
    location: list[str | int] = []
    for part in parts[:-1]:
        step = _step(here, part)
        if step is None:
            known = ", ".join(_choices(here)[:12])
            raise PathError(f"đường dẫn “{path[:120]}” không có “{part[:60]}” (ở đó có: {known})")
        location += step
        for key in step:
            here = here[key]
    if not isinstance(here, Mapping) or _holds_tables(here.get(parts[-1])):
        raise PathError(f"đường dẫn “{path[:120]}” không dẫn đến một số liệu")
    if parts[-1] not in here and _step(here, parts[-1]) is not None:
        raise PathError(f"đường dẫn “{path[:120]}” dẫn đến cả một mục, không phải một số liệu")
    return (*location, parts[-1])


def _holds_tables(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(v, Mapping) for v in value))


def _step(here: Any, part: str) -> list[str | int] | None:
    if isinstance(here, Mapping):
        if part in here and isinstance(here[part], Mapping | list):
            return [part]
        for key in TRANSPARENT:
            names = names_in(here[key]) if isinstance(here.get(key), list) else []
            if part in names:
                return [key, names.index(part)]
    if isinstance(here, list):
        names = names_in(here)
        return [names.index(part)] if part in names else None
    return None


def _choices(here: Any) -> list[str]:
    if isinstance(here, Mapping):
        plain = [key for key, value in here.items() if isinstance(value, Mapping | list)]
        hidden = [name for key in TRANSPARENT if isinstance(here.get(key), list) for name in names_in(here[key])]
        return [name for name in (*plain, *hidden) if name is not None]
    return [name for name in names_in(here) if name is not None] if isinstance(here, list) else []


def read(data: Mapping[str, Any], location: Location) -> Any:
    """The value at a location; None where the key is not written."""
    here: Any = data
    for key in location[:-1]:
        here = here[key]
    return here.get(location[-1])


def write(data: dict[str, Any], location: Location, value: Any, *, replace: bool = False) -> None:
    """Write a figure. A bound written in place of an open one of the other name removes the open one.

    With `replace` it removes the bound of the other name whatever it holds.
    """
    here: Any = data
    for key in location[:-1]:
        here = here[key]
    last = location[-1]
    here[last] = value
    other = OTHER_NAME.get(str(last))
    if other in here and (replace or here[other] == OPEN):
        del here[other]


def open_places(data: Mapping[str, Any]) -> dict[Location, str]:
    """Every figure that the content leaves open, with its shortest path."""
    return {location: shown(data, location) for location in _open(data, ())}


def _open(here: Any, location: Location) -> Iterator[Location]:
    if isinstance(here, Mapping):
        for key, value in here.items():
            if value == OPEN and key not in NOT_PLACES:
                yield (*location, key)
            elif isinstance(value, Mapping | list):
                yield from _open(value, (*location, key))
    elif isinstance(here, list):
        for index, value in enumerate(here):
            yield from _open(value, (*location, index))


def shown(data: Mapping[str, Any], location: Location) -> str:
    """The shortest path that leads to a location."""
    full: list[tuple[str, bool]] = []
    here: Any = data
    for key in location:
        if isinstance(here, list) and isinstance(key, int):
            full.append((names_in(here)[key] or str(key), False))
        else:
            full.append((str(key), key in TRANSPARENT and isinstance(here.get(key), list)))
        here = here.get(key) if isinstance(here, Mapping) else here[key]
    short = ".".join(text for text, hidden in full if not hidden)
    try:
        if find(data, short) == location:
            return short
    except PathError:
        pass
    return ".".join(text for text, _ in full)
