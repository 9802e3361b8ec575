"""Fields of a sheet: what a rulebook asks for, as inputs with the names of the case format."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from thuocdo.kernel.exact import ExactError, decimal_vi, parse_user_decimal

Kind = Literal["number", "count", "check", "select", "day", "text"]
Options = tuple[tuple[str, str], ...]
PLACES = 2
"""Decimals that an input of figures takes."""


@dataclass(frozen=True)
class FieldSpec:
    """One input: `name` is the path in the case format, `most` the largest number it takes; `heading` begins the
    label of each part of one group."""

    name: str
    label: str
    kind: Kind = "number"
    hint: str = ""
    options: Options = ()
    most: Decimal | None = None
    heading: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.name}".replace(".", "-")


@dataclass(frozen=True)
class FieldGroup:
    """Inputs that belong together, under one legend; `optional`: most people have nothing to write here."""

    title: str
    fields: tuple[FieldSpec, ...]
    note: str = ""
    optional: bool = False


@dataclass
class Typed:
    """What was typed: exact values by field name, and what is wrong by field id."""

    values: dict[str, object] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def joined(*several: tuple[FieldGroup, ...]) -> tuple[FieldGroup, ...]:
    """The groups of several rulebooks as one form; an input that both ask for stands once, where it comes first."""
    seen: set[str] = set()
    found: dict[str, tuple[list[FieldSpec], FieldGroup]] = {}
    for group in (g for groups in several for g in groups):
        new = [f for f in group.fields if f.name not in seen]
        seen |= {f.name for f in new}
        if new:
            found.setdefault(group.title, ([], group))[0].extend(new)
    return tuple(replace(group, fields=tuple(fields)) for fields, group in found.values())


def all_fields(groups: tuple[FieldGroup, ...]) -> Iterator[FieldSpec]:
    """Every input of a form."""
    for group in groups:
        yield from group.fields


def read(groups: tuple[FieldGroup, ...], typed: dict[str, str]) -> Typed:
    """Read every input; an empty one is left out. A problem says what to type instead."""
    found = Typed()
    for spec in all_fields(groups):
        text = typed.get(spec.name, "").strip()
        if text:
            _read(spec, text, found)
    return found


def _read(spec: FieldSpec, text: str, found: Typed) -> None:
    if spec.kind == "check":
        found.values[spec.name] = True
    elif spec.kind == "select":
        if text in dict(spec.options):
            found.values[spec.name] = text
        else:
            found.problems[spec.id] = f"{spec.label}: hãy chọn trong danh sách."
    elif spec.kind == "day":
        _day(spec, text, found)
    elif spec.kind == "text":
        found.values[spec.name] = text
    else:
        _number(spec, text, found)


def _number(spec: FieldSpec, text: str, found: Typed) -> None:
    try:
        value = parse_user_decimal(text, places=0 if spec.kind == "count" else PLACES, maximum=spec.most)
    except ExactError as error:
        most = f", không quá {decimal_vi(Fraction(spec.most))}" if spec.most is not None else ""
        kind = "số nguyên" if spec.kind == "count" else "số có tối đa hai chữ số thập phân"
        found.problems[spec.id] = f"{spec.label}: {error}. Hãy ghi {kind}{most}."
        return
    found.values[spec.name] = int(value) if spec.kind == "count" else value


def _day(spec: FieldSpec, text: str, found: Typed) -> None:
    day = read_day(text)
    if day is None:
        found.problems[spec.id] = f"{spec.label}: hãy ghi dạng ngày/tháng/năm, ví dụ 10/05/2026."
    else:
        found.values[spec.name] = day


def read_day(text: str) -> date | None:
    """A day as people write it (30/10/2026) or as a browser sends it; None for anything else.

    >>> read_day("1/7/2026"), read_day("2026-07-01"), read_day("31/2/2026")
    (datetime.date(2026, 7, 1), datetime.date(2026, 7, 1), None)
    """
    parts = text.strip().replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
    try:
        return date(year, month, day) if 1990 <= year <= 2100 else None
    except ValueError:
        return None
