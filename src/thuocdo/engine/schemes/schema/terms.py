"""What every part of a scheme is written in: kinds of subjects, grades, figures that may be open, measures."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from thuocdo.engine.schema import Strict
from thuocdo.kernel.exact import decimal_text, fraction_text, is_terminating, parse_fraction

Open = Literal["open"]
SubjectKind = Literal[
    "civil_servant",
    "cadre",
    "public_employee",
    "contract_worker",
    "party_member",
    "leader",
    "collective",
    "party_organisation",
    "agency",
    "unit",
]
Grade = Literal["excellent", "good", "average", "poor"]
GRADES: tuple[Grade, ...] = ("excellent", "good", "average", "poor")
Form = Literal["khien_trach", "canh_cao", "ha_bac_luong", "giang_chuc", "cach_chuc", "buoc_thoi_viec", "khai_tru"]
_BOUND_SCHEMA = WithJsonSchema({"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]{1,20})?$|^[0-9]+/[0-9]+$"})


def _bound(value: object) -> Fraction:
    bound = parse_fraction(value)
    if not 0 <= bound <= 1_000_000_000:
        raise ValueError("phải từ 0 đến 1000000000")
    return bound


def _share(value: object) -> Fraction:
    """Percents; a text with a slash is that part of the whole: "2/3" is 200/3 percents."""
    slash = isinstance(value, str) and "/" in value
    return _bound(parse_fraction(value) * 100 if slash else value)


def _share_text(value: Fraction) -> str:
    """The text that `_share` reads back as the same percents."""
    return decimal_text(value, places=20) if is_terminating(value, 20) else fraction_text(value / 100)


Bound = Annotated[Fraction, BeforeValidator(_bound), PlainSerializer(fraction_text, return_type=str), _BOUND_SCHEMA]
ShareBound = Annotated[Fraction, BeforeValidator(_share), PlainSerializer(_share_text, return_type=str), _BOUND_SCHEMA]
# A measure: `score`, a declared fact (`facts.<id>`), or one of the standing sections of the case format
# (`tasks.done`, `led.late`, `defects.fixed`, `votes.low`, `time.worked_days`, …): facts.MEASURES lists them.
Measure = Annotated[str, Field(pattern=r"^[a-z][a-z_]*\.[a-z0-9][a-z0-9_]*$")]
WhenNone = Literal["holds", "fails", "open"]


class Model(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)
