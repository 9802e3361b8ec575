"""Overlay operations that fill what the parent leaves open: figures, readings, a unit's own table of parts."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.checks_points import settled_by
from thuocdo.engine.schemes.laid import Laid, Refused, Written, as_text
from thuocdo.engine.schemes.paths import NOT_PLACES, OPEN, OTHER_NAME, Location, find, open_places, read, shown, write


def fill(laid: Laid, item: schema.Fill, raw: dict[str, Any]) -> Written:
    """Write a figure into an open place, or a bound of the other name in place of an open one."""
    data = laid.draft.content()
    location = find(data, item.path)
    if not _is_open(laid, data, location):
        fixed = read(data, location)
        is_set = "không phải chỗ để ngỏ" if fixed is None else f"đã được ấn định là {as_text(fixed)}"
        raise Refused(
            f"“{item.path}” {is_set}",
            "Quy chế chỉ điền những chỗ văn bản gốc để ngỏ; muốn chặt hơn thì dùng tighten.",
            location=location,
        )
    if raw["value"] == OPEN:
        raise Refused(f"“{item.path}” vẫn để ngỏ", "Ghi một giá trị.", key="value")
    write(data, location, deepcopy(raw["value"]))
    return {shown(data, location): as_text(raw["value"])}


def _is_open(laid: Laid, data: dict[str, Any], location: Location) -> bool:
    value = read(data, location)
    if location[-1] in NOT_PLACES:
        listed = [find(data, path) for point in laid.points for path in point.places if _leads(data, path)]
        return value in (None, OPEN) and location in listed
    other = OTHER_NAME.get(str(location[-1]))
    return value == OPEN or (value is None and other is not None and read(data, (*location[:-1], other)) == OPEN)


def _leads(data: dict[str, Any], path: str) -> bool:
    return path.split(".")[-1] in NOT_PLACES and path.split(".")[0] in data


def settle(laid: Laid, item: schema.SettleReading, raw: dict[str, Any]) -> Written:
    """Write a listed reading of an open point."""
    point = next((point for point in laid.points if point.id == item.point), None)
    if point is None:
        known = ", ".join(point.id for point in laid.points) or "không có"
        raise Refused(f"bộ quy tắc gốc không có điểm mở “{item.point}”", f"Các điểm mở: {known}.", key="point")
    data = laid.draft.content()
    place = find(data, point.places[0])
    reading = next((reading for reading in point.readings if reading.id == item.reading), None)
    if reading is None:
        known = ", ".join(reading.id for reading in point.readings)
        raise Refused(
            f"điểm mở “{item.point}” không có cách hiểu “{item.reading}”",
            f"Chọn một trong: {known}." if known else "Điểm này không liệt kê cách hiểu nào: dùng fill.",
            key="reading",
            location=place,
        )
    left = open_places(data)
    for path in point.places:
        location = find(data, path)
        if (location not in left and location[-1] not in NOT_PLACES) or item.point in laid.settled:
            raise Refused(
                f"điểm mở “{item.point}” đã được quyết định trước đó",
                "Chỉ giữ một quyết định cho mỗi điểm mở.",
                key="point",
                location=location,
            )
    laid.draft = settled_by(laid.draft, point, reading)
    return {path: as_text(value) for path, value in reading.write.items()}


def add_parts(laid: Laid, item: schema.AddParts, raw: dict[str, Any]) -> Written:
    """Put a unit's own table under a group; the maxima add up to the group's, or fill it where it is open."""
    data = laid.draft.content()
    location = find(data, f"{item.group}.max")
    group: Any = data
    for key in location[:-1]:
        group = group[key]
    if location[-3:-2] != ("groups",):
        raise Refused(f"“{item.group}” không phải nhóm tiêu chí", "Ghi khung.score.groups.nhóm.", key="group")
    if group.get("parts"):
        raise Refused(
            f"nhóm “{item.group}” đã có bảng mục", "Chỉ thêm bảng cho nhóm chưa có.", key="group", location=location
        )
    maxima = [part.max for part in item.parts]
    known = [value for value in maxima if isinstance(value, Decimal)]
    if len(known) != len(maxima):
        raise Refused("bảng mục còn điểm tối đa để ngỏ", "Ghi điểm tối đa cho từng mục.", key="parts")
    total = sum(known, Decimal(0))
    written: Written = {}
    if group["max"] == OPEN:
        group["max"] = total
        written[shown(data, location)] = as_text(total)
    elif Decimal(str(group["max"])) != total:
        raise Refused(
            f"các mục cộng lại được {total} nhưng điểm tối đa của nhóm là {group['max']}",
            "Sửa cho tổng bằng nhau.",
            key="parts",
            location=location,
        )
    group["parts"] = deepcopy(raw["parts"])
    return {**written, **{f"{item.group}.parts.{part.slug}.max": as_text(part.max) for part in item.parts}}
