"""The table of steps, who may take which, merging rings, and counts that may be printed."""

from datetime import datetime
from itertools import product

import pytest

from thuocdo.difficulties import rules
from thuocdo.difficulties.models import Difficulty
from thuocdo.kernel.errors import Conflict

AT = datetime(2026, 3, 5, 9, 0)  # noqa: DTZ001


def standing(number: int = 7, state: str = "waiting", version: int = 3) -> rules.Standing:
    return rules.Standing(number, state, version, "Bùi Thị Mai", AT)


def test_the_table_and_the_model_name_the_same_states() -> None:
    assert dict(Difficulty.State.choices) == rules.MACHINE.states


@pytest.mark.parametrize(
    ("state", "who", "expected"),
    [
        ("waiting", "author", {"withdraw"}),
        ("waiting", "holder", {"answer", "merge", "send_up"}),
        ("waiting", "sender", {"take_back"}),
        ("answered", "author", set()),
        ("answered", "holder", {"publish", "reopen"}),
        ("published", "holder", {"reopen"}),
        ("merged", "holder", {"reopen"}),
        ("withdrawn", "holder", set()),
        ("withdrawn", "author", set()),
    ],
)
def test_who_may_take_which_step(state: str, who: str, expected: set[str]) -> None:
    parties = {"author": False, "holder": False, "sender": False} | {who: True}
    assert rules.steps(state, **parties) == expected


def test_the_sum_does_not_give_a_withheld_total_away() -> None:
    rows = [rules.printed_row(counts) for counts in ((9, 27, 6), (2, 2, 1))]
    assert rows[1].total == rules.WITHHELD
    assert rules.printed_sum(rows, 47) == rules.WITHHELD
    assert rules.printed_sum(rows[:1], 42) == "42"
    assert rules.printed_sum([rules.printed_row((1, 2))], 3) == "dưới 5"


def test_nobody_decides_the_own_difficulty() -> None:
    assert rules.steps("waiting", author=True, holder=True, sender=False) == {"withdraw", "send_up"}
    assert rules.steps("answered", author=True, holder=True, sender=False) == frozenset()


def test_who_comes_too_late_is_told_by_whom_and_when() -> None:
    rules.check_version(standing(), 3)
    with pytest.raises(Conflict, match="Bùi Thị Mai đã xử lý vướng mắc số 7 lúc 09:00 ngày 05/03/2026"):
        rules.check_version(standing(state="answered"), 2)


def test_merging_into_itself_into_a_ring_and_into_what_is_gone() -> None:
    rules.check_target(5, standing(7), None)
    rules.check_target(5, standing(7, "answered"), None)
    with pytest.raises(Conflict, match="vào chính nó"):
        rules.check_target(7, standing(7), None)
    with pytest.raises(Conflict, match="không gộp ngược lại"):
        rules.check_target(5, standing(7, "merged"), 5)
    with pytest.raises(Conflict, match="Hãy gộp vào số 9"):
        rules.check_target(5, standing(7, "merged"), 9)
    with pytest.raises(Conflict, match="rút lại"):
        rules.check_target(5, standing(7, "withdrawn"), None)


def possible(printed: rules.PrintedRow, place: int, size: int) -> set[int]:
    """What a reader can work out about one cell: every value that fits what is printed (up to 40)."""
    hidden = [n for n, text in enumerate(printed.cells) if not text.isdigit()]
    shown = sum(int(text) for text in printed.cells if text.isdigit())
    fits = {"dưới 5": range(1, 5), "ẩn": range(40)}
    if not printed.total.isdigit():
        return set(fits[printed.cells[place]])
    found = set()
    for values in product(*(fits[printed.cells[n]] for n in hidden)):
        if shown + sum(values) == int(printed.total):
            found.add(values[hidden.index(place)])
    assert size == len(printed.cells)
    return found


@pytest.mark.parametrize("counts", list(product((0, 1, 3, 4, 5, 6, 8, 20), repeat=3)))
def test_no_small_count_can_be_worked_out(counts: tuple[int, ...]) -> None:
    printed = rules.printed_row(counts)
    for place, count in enumerate(counts):
        text = printed.cells[place]
        if 0 < count < rules.FEW:
            assert text in ("dưới 5", "ẩn")
            assert possible(printed, place, len(counts)) >= {1, 2, 3, 4}
        else:
            assert text in (str(count), "ẩn")
    if not any(0 < n < rules.FEW for n in counts):
        assert printed.total == str(sum(counts))
