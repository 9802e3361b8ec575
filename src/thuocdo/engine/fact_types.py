"""Exact types of the case format: numbers, names, and the frozen base of every model."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from thuocdo.kernel.exact import fraction_text, parse_decimal, parse_fraction

MAX_OCCURRENCES = 9999
MAX_SCORE = 1000  # the rulebook itself says how many points there are


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("phải là số nguyên")
    if not 0 <= value <= MAX_OCCURRENCES:
        raise ValueError(f"phải từ 0 đến {MAX_OCCURRENCES}")
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("không được để trống")
    return value


def _score(value: object) -> Fraction:
    score = parse_fraction(value)
    if not 0 <= score <= MAX_SCORE:
        raise ValueError(f"điểm phải từ 0 đến {MAX_SCORE}")
    return score


def plain_decimal(value: Decimal) -> str:
    return format(value, "f")


_DECIMAL_SCHEMA = WithJsonSchema(
    {"type": ["number", "string"], "minimum": 0, "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})?$"}
)
_SCORE_SCHEMA = WithJsonSchema({"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]{1,20})?$|^[0-9]+/[0-9]+$"})
Hundredths = Annotated[
    Decimal,
    BeforeValidator(lambda v: parse_decimal(v, places=2)),
    PlainSerializer(plain_decimal, return_type=str),
    _DECIMAL_SCHEMA,
]
Mark = Annotated[
    Decimal,
    BeforeValidator(lambda v: parse_decimal(v, places=2, maximum=10_000)),
    PlainSerializer(plain_decimal, return_type=str),
    _DECIMAL_SCHEMA,
]
Score = Annotated[Fraction, BeforeValidator(_score), PlainSerializer(fraction_text, return_type=str), _SCORE_SCHEMA]
Count = Annotated[int, BeforeValidator(_count)]
Each = Annotated[tuple[Count, ...], Field(min_length=1, max_length=MAX_OCCURRENCES)]
ID_PATTERN = r"^[^\s\x00-\x1f\"<>]+$"
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=ID_PATTERN)]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Reason = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_said)]


class Facts(BaseModel):
    """Unknown keys are refused; instances cannot change; text is not silently converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def twice(ids: list[str], word: str) -> Iterator[str]:
    """Each identity that is written twice, in words."""
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            yield f"{word} “{item}” ghi hai lần"
        seen.add(item)


def unique(ids: list[str], word: str) -> None:
    """Refuse an identity that is written twice."""
    for said in twice(ids, word):
        raise ValueError(said)
