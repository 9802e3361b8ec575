"""What-if: figures of a loaded rulebook of schemes changed by path, or a point settled by another reading."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.rulebook import Settlement
from thuocdo.engine.schemes.checks import check_again
from thuocdo.engine.schemes.checks_points import settled_by
from thuocdo.engine.schemes.laid import Laid, as_text
from thuocdo.engine.schemes.paths import PathError, find, read, shown, write
from thuocdo.engine.schemes.tightening import follow

WHAT_IF = "thu-thay-doi"
WHAT_IF_TITLE = "Thử thay đổi"
POINTS = "points"


def change(laid: Laid, changes: Mapping[str, Any]) -> None:
    """Write the changes and check the whole. `points.<id>` names a reading; any other path a figure.

    Raises `RulebookError` whose key is the path.
    """
    for path, value in changes.items():
        try:
            if path.startswith(f"{POINTS}."):
                _settle(laid, path.removeprefix(f"{POINTS}."), value)
            else:
                _write(laid, path, value)
        except PathError as error:
            raise wrong(laid.draft.key, path, str(error), "Sửa đường dẫn (docs/schemes.md).") from None
    try:
        check_again(laid.draft)
    except RulebookError as error:
        problem = f"{error.problem} (khóa “{error.key}” của {error.file})"
        raise wrong(laid.draft.key, ", ".join(changes), problem, error.remedy, error.article) from None


def wrong(key: str, path: str, problem: str, remedy: str, article: str | None = None) -> RulebookError:
    """A change that cannot be tried."""
    return RulebookError(file=key, key=path[:200], problem=problem, remedy=remedy, article=article)


def _write(laid: Laid, path: str, value: Any) -> None:
    location = find(laid.draft.content(), path)
    laid.draft = laid.draft.copy([location[0]])
    data = laid.draft.content()
    old = read(data, location)
    write(data, location, deepcopy(value), replace=True)
    written = {shown(data, location): as_text(value), **follow(data, location, old)}
    for place, text in written.items():
        laid.filled[place] = Settlement(text, WHAT_IF_TITLE, WHAT_IF_TITLE, (), WHAT_IF)


def _settle(laid: Laid, point_id: str, reading_id: object) -> None:
    point = next((point for point in laid.points if point.id == point_id), None)
    if point is None:
        known = ", ".join(point.id for point in laid.points) or "không có"
        raise PathError(f"không có điểm mở “{point_id[:60]}” (có: {known})")
    reading = next((reading for reading in point.readings if reading.id == reading_id), None)
    if reading is None:
        known = ", ".join(reading.id for reading in point.readings) or "không liệt kê cách hiểu nào"
        raise PathError(f"điểm mở “{point_id}” không có cách hiểu “{str(reading_id)[:60]}” (có: {known})")
    laid.draft = settled_by(laid.draft, point, reading, replace=True)
    laid.settled[point.id] = Settlement(reading.id, WHAT_IF_TITLE, WHAT_IF_TITLE, (), WHAT_IF)
