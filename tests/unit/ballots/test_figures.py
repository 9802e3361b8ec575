"""Counts on paper: what cannot be is refused, and a slip of the pen in 10,000 minutes does not pass (goal B7)."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuocdo.ballots import figures
from thuocdo.ballots.figures import Figures, LineFigures
from thuocdo.ballots.lpk1 import counting
from thuocdo.kernel.errors import Several


def question(lines: int = 2, options: int = 3, least: int = 1, most: int = 1, invalid: str = "line") -> dict[str, Any]:
    words = [f"Mức {number}" for number in range(options)]
    made = [{"text": f"Người {n}", "options": words, "least": least, "most": most} for n in range(lines)]
    return {"lines": made, "invalid": invalid}


def counted(asked: dict[str, Any], slips: list[Any], issued: int) -> Figures:
    """What an honest committee writes down."""
    found = counting.count(asked, slips)
    lines = tuple(LineFigures(one["valid"], one["invalid"], tuple(one["counts"])) for one in found["lines"])
    return Figures(len(slips), issued - len(slips), found["valid"], found["invalid"], lines)


@st.composite
def counts(draw: st.DrawFn) -> tuple[dict[str, Any], Figures, int]:
    options = draw(st.integers(1, 4))
    most = draw(st.integers(1, options))
    asked = question(
        draw(st.integers(1, 4)), options, draw(st.integers(0, most)), most, draw(st.sampled_from(["line", "slip"]))
    )
    line = st.lists(st.integers(0, options - 1), max_size=options)
    slips = draw(st.lists(st.none() | st.lists(line, min_size=len(asked["lines"]), max_size=len(asked["lines"])),
                          max_size=12))  # fmt: skip
    issued = len(slips) + draw(st.integers(0, 3))
    return asked, counted(asked, slips, issued), issued


@settings(max_examples=60, deadline=None)
@given(counts())
def test_what_slips_add_up_to_is_never_refused_and_reads_back(case: tuple[dict[str, Any], Figures, int]) -> None:
    asked, found, issued = case
    assert figures.problems(asked, issued, found) == {}
    assert figures.figures_of(found.to_dict()) == found
    assert figures.read(asked, issued, {name: str(number) for name, number in found.cells().items()}) == found


@settings(max_examples=60, deadline=None)
@given(counts(), st.integers(1, 5), st.data())
def test_a_single_choice_with_one_number_off_is_refused_by_the_identities(
    case: tuple[dict[str, Any], Figures, int], off: int, data: st.DataObject
) -> None:
    asked, found, issued = case
    for line in asked["lines"]:
        line["least"] = line["most"] = 1
    lines = tuple(LineFigures(one.valid, one.invalid, (one.valid, *[0] * (len(one.counts) - 1))) for one in found.lines)
    found = Figures(found.returned, found.unreturned, found.valid, found.invalid, lines)
    name = data.draw(st.sampled_from(sorted(found.cells())))
    typed = {key: str(number + off * (key == name)) for key, number in found.cells().items()}
    with pytest.raises(Several):
        figures.read(asked, issued, typed)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"returned": "9"}, "returned", "phải cộng bằng số phiếu phát ra 10"),
        ({"returned": "11"}, "returned", "phiếu không do ban kiểm phiếu phát"),
        ({"invalid": "2"}, "valid", "phải cộng bằng số thu về 10"),
        ({"l1.valid": "8"}, "l1.valid", "Dòng 1 (Người 0)"),
        ({"l2.o1": "9"}, "l2.o1", "cộng lại"),
        ({"l1.o1": ""}, "l1.o1", "chưa nhập"),
        ({"l1.o1": "1,5"}, "l1.o1", "không phải số phiếu"),
        ({"valid": "-1"}, "valid", "không phải số phiếu"),
        ({"valid": "٣"}, "valid", "không phải số phiếu"),
    ],
)
def test_every_fault_names_its_input(change: dict[str, str], field: str, words: str) -> None:
    asked = question()
    good = {"returned": "10", "unreturned": "0", "valid": "9", "invalid": "1"}
    for place in (1, 2):
        good |= {f"l{place}.valid": "9", f"l{place}.invalid": "1", f"l{place}.o1": "5", f"l{place}.o2": "4",
                 f"l{place}.o3": "0"}  # fmt: skip
    assert figures.read(asked, 10, good).valid == 9
    with pytest.raises(Several) as refused:
        figures.read(asked, 10, good | change)
    assert words in refused.value.problems[field]


def test_a_wrong_head_is_told_once_and_not_at_every_line() -> None:
    line = LineFigures(9, 1, (9, 0, 0))
    wrong = figures.problems(question(80), 10, Figures(11, 0, 9, 1, (line,) * 80))
    assert list(wrong) == ["returned", "valid"]
    worse = figures.problems(question(2), 10, Figures(11, 0, 9, 1, (line, LineFigures(9, 1, (8, 0, 0)))))
    assert "l2.o1" in worse, "what a line says of itself is told all the same"


def test_a_whole_slip_is_invalid_for_one_wrong_line_where_the_rule_says_so() -> None:
    asked = question(invalid="slip")
    line = LineFigures(9, 1, (9, 0, 0))
    assert figures.problems(asked, 10, Figures(10, 0, 9, 1, (line, line))) == {}
    assert list(figures.problems(asked, 10, Figures(10, 0, 10, 0, (line, line)))) == ["l1.valid", "l2.valid"]


def test_b7_single_digit_errors_in_ten_thousand_minutes_are_caught_unless_both_make_the_same() -> None:
    """Two people enter honest counts; one digit of one or both goes wrong. Either the entry is refused or the two
    differ; only the same wrong digit at both, which the identities take, comes through."""
    random, caught, same, passed = Random(335), 0, 0, 0
    for _ in range(10_000):
        asked = question(lines=random.randint(1, 2), options=3)
        honest = {name: str(number) for name, number in minutes(asked, random).cells().items()}
        issued = int(honest["returned"]) + int(honest["unreturned"])
        both = random.random() < 0.5
        first = wrong_digit(honest, random)
        second = first if both and random.random() < 0.5 else wrong_digit(honest, random) if both else honest
        try:
            entries = [figures.read(asked, issued, typed) for typed in (first, second)]
        except Several:
            caught += 1
            continue
        if figures.differences(*entries):
            caught += 1
        else:
            passed += 1
            assert first == second, "not caught"
        same += first == second
    assert caught + passed == 10_000
    assert same == passed
    assert caught > 9_900


def minutes(asked: dict[str, Any], random: Random) -> Figures:
    """Honest totals of up to 120 slips, on each of which every line may be wrong."""
    returned, lines = random.randint(5, 120), []
    for _ in asked["lines"]:
        good = random.randint(returned - 4, returned)
        high = random.randint(0, good)
        low = random.randint(0, good - high)
        lines.append(LineFigures(good, returned - good, (high, good - high - low, low)))
    valid = max(line.valid for line in lines)
    return Figures(returned, random.randrange(3), valid, returned - valid, tuple(lines))


def wrong_digit(honest: dict[str, str], random: Random) -> dict[str, str]:
    name = random.choice(sorted(honest))
    text, place = honest[name], random.randrange(len(honest[name]))
    digit = random.choice([d for d in "0123456789" if d != text[place]])
    return honest | {name: str(int(text[:place] + digit + text[place + 1 :]))}
