"""Moments of the year 2026 in Viet Nam."""

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)


def within(month: int, day: int, hour: int = 9) -> datetime:
    """A day of the month itself."""
    return moment(date(2026, month, day), hour)


def after(month: int, day: int, hour: int = 9) -> datetime:
    """A day of the following month, in which the month is filed, judged, closed and published."""
    return moment(date(2026 + month // 12, month % 12 + 1, day), hour)


def first(month: int) -> date:
    """The first day, by which a month is named."""
    return date(2026, month, 1)
