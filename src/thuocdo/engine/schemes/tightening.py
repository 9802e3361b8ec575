"""Overlay operations that make a rule stricter: quota percents, bounds that a level asks for, further rules."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter, ValidationError

from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.laid import Laid, Refused, Written, as_text
from thuocdo.engine.schemes.paths import OPEN, Location, find, read, shown
from thuocdo.engine.schemes.paths import write as put

_LOWER = ("at_least", "more_than")
_UPPER = ("below", "at_most")
_PERCENT: TypeAdapter[Fraction] = TypeAdapter(schema.ShareBound)
_NUMBER: TypeAdapter[Fraction] = TypeAdapter(schema.Bound)
_ONLY = "Chỉ được siết khung.quotas.<mã>.percent (xuống) và cận mà một mức đòi hỏi (khung.levels.<mã>.…)."


def tighten(laid: Laid, item: schema.TightenFigure, raw: dict[str, Any]) -> Written:
    """Write a stricter figure; what is looser, or not a figure to tighten, is refused."""
    data = laid.draft.content()
    location = find(data, item.path)
    old = read(data, location)
    if old == OPEN:
        raise Refused(f"“{item.path}” đang để ngỏ", "Dùng fill để điền.")
    if location[1:2] == ("quotas",) and location[3:] == ("percent",):
        down = True
    elif location[1:2] == ("levels",) and _may_rise(data, location):
        down = location[-1] not in _LOWER
    else:
        raise Refused(f"“{item.path}” không phải số liệu được siết", _ONLY, location=location)
    was, now = _figure(data, location, old), _figure(data, location, raw["value"])
    if now > was if down else now < was:
        raise Refused(
            f"nới “{item.path}” từ {as_text(old)} thành {as_text(raw['value'])}",
            "Quy chế của đơn vị chỉ được siết, không được nới.",
            key="value",
            location=location,
        )
    put(data, location, raw["value"])
    written = {shown(data, location): as_text(raw["value"])}
    if location[1] == "quotas":
        data[str(location[0])]["quotas"][location[2]].pop("raised", None)
    return {**written, **follow(data, location, old)}


def _may_rise(data: dict[str, Any], location: Location) -> bool:
    """A bound that is written, of a level above the last one; upper bounds only of tests that are not the score."""
    levels = data[str(location[0])]["levels"]
    test = _test(data, location)
    named = location[-1] in _LOWER or (location[-1] in _UPPER and test.get("test") != "score")
    return named and read(data, location) is not None and location[2] != len(levels) - 1


def _test(data: dict[str, Any], location: Location) -> dict[str, Any]:
    here: Any = data
    found: dict[str, Any] = {}
    for key in location[:-1]:
        here = here[key]
        found = here if isinstance(here, dict) and "test" in here else found
    return found


def _figure(data: dict[str, Any], location: Location, value: Any) -> Fraction:
    numbers = location[1] == "quotas" or _test(data, location).get("test") in ("score", "number")
    try:
        return (_NUMBER if numbers else _PERCENT).validate_python(value)
    except ValidationError as error:
        reason = str(error.errors()[0].get("ctx", {}).get("error", "không đọc được"))
        raise Refused(f"“{as_text(value)[:40]}”: {reason}", "Ghi một con số.", key="value") from None


def follow(data: dict[str, Any], location: Location, old: Any) -> Written:
    """The upper bound of the level below moves along with the lower bound of a level: no gap comes up."""
    index = location[2] if location[1:2] == ("levels",) and location[-1] in _LOWER else None
    if old is None or not isinstance(index, int) or _test(data, location).get("test") != "score":
        return {}
    levels = data[str(location[0])]["levels"]
    for place, test in enumerate(levels[index + 1].get("when", []) if index + 1 < len(levels) else ()):
        upper = next((name for name in _UPPER if test.get(name) == old), None)
        if test.get("test") == "score" and upper is not None:
            test[upper] = read(data, location)
            below: Location = (location[0], "levels", index + 1, "when", place, upper)
            return {shown(data, below): as_text(test[upper])}
    return {}


def add_rule(laid: Laid, item: schema.AddRule, raw: dict[str, Any]) -> Written:
    """Append a further limit, not-rated rule or quota to a scheme, with the facts and relations it asks for."""
    if item.scheme not in laid.draft.schemes:
        known = ", ".join(laid.draft.schemes)
        raise Refused(f"bộ quy tắc gốc không có khung “{item.scheme}”", f"Các khung: {known}.", key="scheme")
    given = [name for name in ("limit", "not_rated", "quota") if getattr(item, name) is not None]
    if len(given) != 1:
        raise Refused("phải ghi đúng một trong limit, not_rated, quota", "Tách thành nhiều add_rules.", key="scheme")
    if item.limit is not None and item.limit.chooses:
        raise Refused(
            "quy định thêm không được cho chọn mức bất kể điểm", "Bỏ chooses.", key="limit", location=(item.scheme,)
        )
    target = laid.draft.schemes[item.scheme].data
    lists = {"limit": "limits", "not_rated": "not_rated", "quota": "quotas"}
    for name in ("facts", "relations"):
        target.setdefault(name, []).extend(deepcopy(raw.get(name, [])))
    target.setdefault(lists[given[0]], []).append(deepcopy(raw[given[0]]))
    return {f"{item.scheme}.{lists[given[0]]}.{raw[given[0]].get('id', '')}": "thêm"}
