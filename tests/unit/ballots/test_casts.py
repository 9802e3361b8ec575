"""What the server asks of every cast."""

from typing import Any

import pytest

from tests.unit.ballots.making import ballot, cast, keys
from thuocdo.ballots.lpk1 import board, casts


def asked(row: dict[str, Any], **other: Any) -> bool:
    frozen = ballot(**other)
    return casts.genuine(frozen, keys(), board.tag_of(frozen, keys()), row)


def test_a_cast_belongs_to_its_token_and_its_ballot() -> None:
    row, other = cast(ballot(), [[0], [1]]), cast(ballot(), [[2], [2]])
    assert asked(row)
    assert not asked(row, id="another")
    for names in (("serial",), ("signature",), ("prefix", "signature"), ("sealed",), ("proof",), ("sealed", "proof")):
        assert not asked(row | {name: other[name] for name in names}), names
    assert not asked(row | {name: other[name] for name in ("key", "sealed", "proof")})


@pytest.mark.parametrize(
    "broken",
    [{"sealed": ""}, {"sealed": "0" * 168}, {"proof": None}, {"key": "04" + "1" * 128}, {"signature": "F" * 768}],
    ids=str,
)
def test_what_is_out_of_shape(broken: dict[str, Any]) -> None:
    assert not asked(cast(ballot(), [[0], [1]]) | broken)


def test_a_key_that_is_no_point_proves_nothing() -> None:
    row = cast(ballot(), [[0], [1]])
    tag = board.tag_of(ballot(), keys())
    assert casts._proven(tag, row)
    assert not casts._proven(tag, row | {"key": "04" + "1" * 128})
