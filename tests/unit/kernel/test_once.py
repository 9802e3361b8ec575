"""One answer while a page that only reads is made; anew before, after and in another page; no error is kept."""

from itertools import count

import pytest

from thuocdo.kernel.once import once, reading


def test_an_answer_stands_for_its_key_while_a_page_is_read_and_not_longer() -> None:
    numbers = count()

    def read() -> int:
        return next(numbers)

    assert (once("a", read), once("a", read)) == (0, 1)
    with reading():
        assert (once("a", read), once("a", read), once("b", read)) == (2, 2, 3)
        with reading():
            assert once("a", read) == 4
        assert once("a", read) == 2
    with reading():
        assert once("a", read) == 5
    assert once("a", read) == 6


def test_nothing_known_is_an_answer_and_an_error_is_none() -> None:
    answers = iter([None, 1])
    with reading():
        with pytest.raises(ZeroDivisionError):
            once("x", lambda: 1 // 0)
        assert once("x", lambda: next(answers)) is None
        assert once("x", lambda: next(answers)) is None
