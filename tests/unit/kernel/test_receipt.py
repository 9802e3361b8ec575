"""The first byte of a request decides its moment."""

from datetime import UTC, datetime, timedelta

from thuocdo.kernel.receipt import SLOW, received_at, receiving, seconds_waited

AT = datetime(2026, 2, 27, 16, 59, 59, tzinfo=UTC)


def test_outside_a_request_there_is_no_receipt() -> None:
    assert received_at() is None
    assert seconds_waited(AT) == 0


def test_the_moment_stands_while_the_request_is_answered_and_ends_with_it() -> None:
    ticks = iter([100.0, 100.0 + SLOW - 0.1, 130.9])
    with receiving(AT, lambda: next(ticks)):
        assert received_at() == AT
        assert seconds_waited(AT + timedelta(seconds=1)) == 0, "some other moment"
        assert seconds_waited(AT) == 0, "quick enough"
        assert seconds_waited(AT) == 30
    assert received_at() is None
