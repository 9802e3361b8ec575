"""Every figure left open is listed by exactly one point, and every listed reading gives a sound rulebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from thuocdo.engine.errors import RulebookError
from thuocdo.engine.schemes.draft import Draft
from thuocdo.engine.schemes.paths import NOT_PLACES, OPEN, Location, PathError, find, open_places, read, shown, write
from thuocdo.engine.schemes.schema import SchemeBookFile, SchemePoint, SchemeReading

# Text that is validated again for the readings: the whole rulebook for each.
MAX_WORK = 8_000_000


def check_points(book: SchemeBookFile, draft: Draft) -> None:
    """Places and points match; raises `RulebookError`."""
    data, source = draft.content(), draft.parts["open"]
    left = open_places(data)
    listed: dict[Location, str] = {}
    for i, point in enumerate(book.points):
        article = ", ".join(point.cite)
        for j, path in enumerate(point.places):
            place = ("points", i, "places", j)
            try:
                location = find(data, path)
            except PathError as error:
                raise source.error(place, str(error), "Sửa đường dẫn.", article=article) from None
            if location in listed:
                raise source.error(
                    place,
                    f"“{path}” đã nêu ở điểm mở “{listed[location]}”",
                    "Chỉ nêu ở một điểm mở.",
                    article=article,
                )
            if location not in left and not _is_choice(data, location):
                raise source.error(
                    place,
                    f"“{path}” không để ngỏ",
                    "Ghi “open” ở chỗ đó, hoặc bỏ khỏi điểm mở.",
                    article=article,
                )
            listed[location] = point.id
    for location, path in left.items():
        if location not in listed:
            raise draft.source_of(location[0]).error(
                location[1:], f"“{path}” để ngỏ nhưng chưa có điểm mở nào nêu", "Thêm vào places ở open.toml."
            )


def _is_choice(data: dict[str, Any], location: Location) -> bool:
    return location[-1] in NOT_PLACES and read(data, location) in (None, OPEN)


def settled_by(draft: Draft, point: SchemePoint, reading: SchemeReading, *, replace: bool = False) -> Draft:
    """The draft with a reading written into its open places; raises `PathError`.

    With `replace` over what another reading or an overlay wrote there.
    """
    content = draft.content()
    found = {path: find(content, path) for path in reading.write}
    places = [find(content, path) for path in point.places]
    changed = draft.copy(location[0] for location in found.values())
    data = changed.content()
    for path, location in found.items():
        write(data, location, reading.write[path], replace=replace)
    for location in places:
        if location[-1] not in NOT_PLACES and read(data, location) == OPEN:
            raise PathError(f"cách hiểu “{reading.id}” chưa điền “{shown(data, location)}”")
    return changed


def check_readings(book: SchemeBookFile, draft: Draft, check: Callable[[Draft], None]) -> None:
    """The rulebook stands under each listed reading. `check` builds and checks a draft."""
    source = draft.parts["open"]
    work, size = 0, sum(len(item.text) for item in draft.sources())
    for i, point in enumerate(book.points):
        for j, reading in enumerate(point.readings):
            place, article = ("points", i, "readings", j), ", ".join(point.cite)
            try:
                changed = settled_by(draft, point, reading)
                work += size
                if work > MAX_WORK:
                    raise PathError("có quá nhiều cách hiểu cho những tệp lớn như vậy")
                check(changed)
            except PathError as error:
                raise source.error(place, str(error), "Sửa cách hiểu này.", article=article) from None
            except RulebookError as error:
                raise source.error(
                    place,
                    f"theo cách hiểu “{reading.id}”: {error.problem} (khóa “{error.key}”)",
                    error.remedy,
                    article=article,
                ) from None
