"""The frozen ballot, its choices, the count and the board."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ballots.making import LEVELS, ballot, cast, full_board, keys
from thuocdo.ballots.lpk1 import board, counting
from thuocdo.ballots.lpk1.board import BallotError
from thuocdo.ballots.lpk1.counting import Share


def test_every_change_of_the_frozen_ballot_changes_its_fingerprint() -> None:
    frozen = ballot()
    assert board.fingerprint(frozen) == board.fingerprint(dict(reversed(frozen.items())))
    others = [ballot(title="Khác"), ballot(summoned=11), ballot(invalid="slip"), ballot(quorum=[1, 2]), ballot(id="x")]
    assert len({board.fingerprint(one) for one in [frozen, *others]}) == 6
    assert len(board.fingerprint(frozen)) == 14
    assert board.tag_of(frozen, keys()) != board.tag_of(others[0], keys())
    assert board.tag_of(frozen, keys()) != board.tag_of(frozen, keys() | {"open": "00"})


LINE = {"text": "A", "options": LEVELS, "least": 1, "most": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"protocol": "LPK-2"},
        {"more": 1},
        {"id": "Ệ"},
        {"date": "22/11/2026"},
        {"title": ""},
        {"title": " a"},
        {"meeting": "a\u0007"},
        {"title": "e\u0302"},
        {"invalid": "none"},
        {"summoned": 0},
        {"summoned": True},
        {"quorum": [3, 2]},
        {"quorum": [0.5, 1]},
        {"majority": {"of": "nobody", "over": True, "ratio": [1, 2]}},
        {"majority": {"of": "valid", "over": 1, "ratio": [1, 2]}},
        {"lines": []},
        {"lines": [LINE | {"options": ["A", "A"]}]},
        {"lines": [LINE | {"options": []}]},
        {"lines": [LINE | {"most": 4}]},
        {"lines": [LINE | {"least": 3, "most": 2}]},
        {"lines": [LINE | {"text": None}]},
        {"lines": ["A"]},
    ],
    ids=str,
)
def test_what_may_not_be_frozen(wrong: dict[str, Any]) -> None:
    with pytest.raises(BallotError):
        ballot(**wrong)


@pytest.mark.parametrize("value", [1.0, {"a": 0.5}, {"khóa": 1}, [b"x"]])
def test_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(BallotError):
        board.canonical(value)


LINES = st.lists(
    st.integers(1, 20).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))), min_size=1, max_size=30
)


@given(LINES)
def test_a_choice_has_one_length_and_comes_back(lines: list[tuple[int, set[int]]]) -> None:
    made: dict[str, Any] = {"lines": [{"options": [str(i) for i in range(n)]} for n, _ in lines]}
    marks = [sorted(marked) for _, marked in lines]
    content = board.encode_choice(made, marks)
    assert len(content) == board.choice_length(made)
    assert board.decode_choice(made, content) == marks


def test_what_is_no_slip() -> None:
    frozen = ballot()
    assert board.decode_choice(frozen, b"\x01") is None
    assert board.decode_choice(frozen, b"\x08\x01") is None
    for marks in ([[0]], [[3], [0]], [[-1], [0]]):
        with pytest.raises(BallotError):
            board.encode_choice(frozen, marks)
    with pytest.raises(BallotError):
        board.seal_info("a" * 64, "B" * 64)


SLIPS: list[Sequence[Sequence[int]] | None] = [[[0], [1]], [[0, 1], [1]], [[], []], [[2], []], None]


def test_lines_stand_by_themselves() -> None:
    assert counting.count(ballot(), SLIPS) == {
        "valid": 3,
        "invalid": 2,
        "lines": [
            {"valid": 2, "invalid": 3, "counts": [1, 0, 1]},
            {"valid": 2, "invalid": 3, "counts": [0, 2, 0]},
        ],
    }


def test_one_invalid_line_spoils_the_slip_where_that_was_frozen() -> None:
    found = counting.count(ballot(invalid="slip"), SLIPS)
    assert (found["valid"], found["invalid"]) == (1, 4)
    assert [line["counts"] for line in found["lines"]] == [[1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(("least", "most", "valid"), [(1, 1, [0, 1, 0, 0]), (0, 2, [1, 1, 1, 0]), (2, 2, [0, 0, 1, 0])])
def test_so_many_of_so_many(least: int, most: int, valid: list[int]) -> None:
    line = LINE | {"least": least, "most": most}
    assert [counting.line_valid(line, list(range(n))) for n in range(4)] == [bool(one) for one in valid]


@given(st.lists(st.one_of(st.none(), st.lists(st.sets(st.integers(0, 2)), min_size=2, max_size=2)), max_size=40))
def test_every_slip_is_counted_once(slips: list[Any]) -> None:
    marks = [None if slip is None else [sorted(line) for line in slip] for slip in slips]
    for rule in ("line", "slip"):
        found = counting.count(ballot(invalid=rule), marks)
        assert found["valid"] + found["invalid"] == len(slips)
        for line in found["lines"]:
            assert line["valid"] + line["invalid"] == len(slips)
            assert sum(line["counts"]) == line["valid"]


def test_shares_name_their_base_and_are_exact() -> None:
    assert Share(1, 3, "summoned").fraction == Fraction(1, 3)
    assert Share(1, 8, "returned").text == "12,50 % số phiếu thu về (1/8)"
    assert Share(0, 0, "valid").fraction is None
    assert "bằng 0" in Share(0, 0, "valid").text


def test_quorum_and_majority_are_integers() -> None:
    frozen = ballot()
    assert [counting.quorum_met(frozen, present) for present in (6, 7)] == [False, True]
    made = full_board()
    bases = counting.bases_of(made, 0)
    assert bases == {"summoned": 10, "present": 7, "issued": 6, "returned": 5, "valid": 3}
    assert [counting.passes(frozen, votes, bases) for votes in (5, 6)] == [False, True]
    least = ballot(majority={"of": "valid", "over": False, "ratio": [2, 3]})
    assert [counting.passes(least, votes, bases) for votes in (1, 2)] == [False, True]
    assert counting.passes(least, 0, bases | {"valid": 0}) is None
    assert counting.passes(ballot(majority=None), 3, bases) is None


def test_the_board_is_by_serial_and_refuses_what_does_not_add_up() -> None:
    made = full_board()
    serials = [row["serial"] for row in made["rows"]]
    assert serials == sorted(serials)
    assert made["result"]["lines"][0] == {"valid": 3, "invalid": 2, "counts": [2, 1, 0]}
    frozen = ballot()
    row = cast(frozen, [[0], [0]])
    for present, issued, rows in ((7, 6, [row, row]), (7, 0, [row]), (2, 3, []), (11, 3, [])):
        with pytest.raises(BallotError):
            board.publish(frozen, keys(), present=present, issued=issued, rows=rows)
