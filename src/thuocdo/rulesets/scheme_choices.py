"""What an overlay may choose under a rulebook of schemes: readings, open figures, tables of parts, stricter figures."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.paths import Location, find, open_places, shown
from thuocdo.rulesets.choices import Item, Option, Table

WORDS = {
    "max": "điểm tối đa", "points": "số điểm", "percent": "tỷ lệ", "percent_cap": "mức trần phần trăm",
    "at_least": "từ", "more_than": "trên", "at_most": "đến hết", "below": "dưới", "exactly": "đúng mức",
    "need": "số điều kiện phải có", "coefficient": "hệ số", "percent_of_best": "phần trăm của mức cao nhất",
    "rounding": "cách làm tròn", "base": "gốc tính tỷ lệ", "input": "cách chấm",
}  # fmt: skip
LISTED: Mapping[str, Mapping[str, str]] = {
    "rounding": {"floor": "Làm tròn xuống", "half_up": "Từ nửa đơn vị trở lên thì làm tròn lên", "up": "Làm tròn lên"},
    "base": {
        "rated": "Số người được xếp loại", "all_staff": "Toàn bộ nhân sự có mặt",
        "leaders": "Số người giữ chức vụ lãnh đạo",
    },
    "input": {"points": "Chấm bằng điểm", "percent": "Chấm bằng phần trăm của điểm tối đa"},
}  # fmt: skip
GRADES = {"excellent": "Xuất sắc", "good": "Tốt", "average": "Trung bình", "poor": "Kém"}
LEVELS = {
    "excellent": "mức xuất sắc", "good": "mức tốt", "complete": "mức hoàn thành", "limited": "mức còn hạn chế",
    "incomplete": "mức không hoàn thành",
}  # fmt: skip
UNITS = {"percent": "%", "percent_cap": "%", "percent_of_best": "%", "max": " điểm", "points": " điểm"}


def scheme_items(book: SchemeBook) -> tuple[Item, ...]:
    """Open points, open figures, tables of groups, quotas and bounds of a rulebook of schemes."""
    data = _content(book)
    return (*_settles(book), *_fills(book, data), *_tables(book), *_quotas(book), *_bounds(book, data))


def _content(book: SchemeBook) -> dict[str, Any]:
    """What paths lead through, as plain data."""
    found = {s.id: s.model_dump(mode="json", by_alias=True, exclude_none=True) for s in book.schemes}
    tables = [t.model_dump(mode="json", by_alias=True, exclude_none=True) for t in book.book.tables]
    return {**found, "money": {"tables": tables}}


def _settles(book: SchemeBook) -> Iterator[Item]:
    for point in book.open_points:
        options = tuple(Option(r.id, r.label, r.source, r.confidence) for r in point.readings)
        if options:
            done = book.settled.get(point.id)
            chosen = next((o.label for o in options if done and o.id == done.reading), "")
            settled = f"{done.by}: {chosen}" if done else ""
            yield Item(f"settle-{point.id}", "settle", point.id, point.question, book.cite(point.cite), options,
                       settled=settled)  # fmt: skip


def _fills(book: SchemeBook, data: Mapping[str, Any]) -> Iterator[Item]:
    """Every figure that is still open and that no listed reading writes."""
    with_readings = {find(data, p) for point in book.open_points if point.readings for p in _places(data, point.places)}
    cites = {find(data, p): point.cite for point in book.open_points for p in _places(data, point.places)}
    for location, path in open_places(data).items():
        key = str(location[-1])
        if location in with_readings or key not in WORDS:
            continue
        cite = book.cite(tuple(cites.get(location) or _cite_at(data, location)))
        yield Item(f"fill-{path}", "fill", path, _label(data, location), cite, _listed(data, location),
                   unit=UNITS.get(key, ""), table=_table(data, location))  # fmt: skip


def _places(data: Mapping[str, Any], places: Sequence[str]) -> Iterator[str]:
    yield from (path for path in places if path.split(".")[0] in data)


def _along(data: Mapping[str, Any], location: Location) -> Iterator[dict[str, Any]]:
    """The tables on the way to a figure, outermost first."""
    here: Any = data
    for key in location[:-1]:
        here = here[key]
        if isinstance(here, dict):
            yield here


def _cite_at(data: Mapping[str, Any], location: Location) -> Sequence[str]:
    found = [table["cite"] for table in _along(data, location) if "cite" in table]
    return found[-1] if found else ()


def _label(data: Mapping[str, Any], location: Location) -> str:
    names = [str(table["label"]).rstrip(".") for table in _along(data, location) if "label" in table]
    last = list(_along(data, location))[-1]
    names += [LEVELS.get(last["level"], str(last["level"]))] if "level" in last and "label" not in last else []
    return ": ".join([*names, WORDS[str(location[-1])]])


def _listed(data: Mapping[str, Any], location: Location) -> tuple[Option, ...]:
    holder, key = list(_along(data, location))[-1], str(location[-1])
    words = GRADES if holder.get("test") == "grades" else LISTED.get(key, {})
    return tuple(Option(value, label, "", "") for value, label in words.items())


def _table(data: Mapping[str, Any], location: Location) -> Table | None:
    """The group whose parts must add up, for the maximum of one of its parts."""
    if location[-1] != "max" or location[-3:-2] != ("parts",):
        return None
    group = list(_along(data, location))[-2]
    fixed = sum((Decimal(part["max"]) for part in group["parts"] if part["max"] != "open"), Decimal(0))
    limit = None if group["max"] == "open" else Decimal(group["max"])
    return Table(shown(data, (*location[:-3], "max")), str(group["label"]), limit, fixed)


def _tables(book: SchemeBook) -> Iterator[Item]:
    """Groups that have no parts yet: the unit may divide them."""
    for scheme in book.schemes:
        for group in scheme.score.groups if scheme.score else ():
            if not group.parts and not group.bonus and group.scale is None and isinstance(group.max, Decimal):
                path = f"{scheme.id}.score.groups.{group.slug}"
                label = f"{scheme.label}: {group.label}"
                yield Item(f"parts-{path}", "parts", path, label, book.cite(group.cite), limit=group.max, unit=" điểm")


def _quotas(book: SchemeBook) -> Iterator[Item]:
    for scheme in book.schemes:
        for quota in scheme.quotas:
            if isinstance(quota.percent, Decimal):
                path = f"{scheme.id}.quotas.{quota.id}.percent"
                yield Item(f"lower-{path}", "lower", path, quota.label, book.cite(quota.cite), limit=quota.percent,
                           unit="%")  # fmt: skip


def _bounds(book: SchemeBook, data: Mapping[str, Any]) -> Iterator[Item]:
    """Lower bounds of scores that a level asks for; the last level asks for nothing."""
    for scheme in book.schemes:
        for index, level in enumerate(scheme.levels[:-1]):
            for place, test in enumerate(level.when):
                for key in ("at_least", "more_than"):
                    value = getattr(test, key, None)
                    if test.test == "score" and isinstance(value, Fraction) and _decimal(value) is not None:
                        path = shown(data, (scheme.id, "levels", index, "when", place, key))
                        label = f"{scheme.label}: {level.label}, {WORDS[key]} bao nhiêu điểm"
                        cite, limit = book.cite(level.cite), _decimal(value)
                        yield Item(f"raise-{path}", "raise", path, label, cite, limit=limit, unit=" điểm")


def _decimal(value: Fraction) -> Decimal | None:
    """The fraction in hundredths; None where it does not end there."""
    return Decimal(int(value * 100)) / 100 if (value * 100).denominator == 1 else None
