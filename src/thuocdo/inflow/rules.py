"""Pure rules of tasks that flow in: three versions are merged, nothing that a person changed is overwritten."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from thuocdo.kernel.exact import parse_decimal

TOKEN_DAYS = 365
MOST_SILENT_DAYS = 365
MANY_GONE = 10
_TOKEN = re.compile(r"td1_[A-Za-z0-9_-]{43}", re.ASCII)
PROGRESS = ("completed", "quality_met", "on_time", "quality_errors", "late")
NOT_REPORTED: dict[str, Any] = {
    "completed": None, "quality_met": None, "on_time": None, "quality_errors": 0, "late": 0,
}  # fmt: skip
"""Progress of a task nobody reported on."""


def is_token(text: str) -> bool:
    """Whether a text has the form of our tokens."""
    return _TOKEN.fullmatch(text) is not None


def hundredths(text: str) -> int:
    """An amount of the protocol in hundredths. Exact.

    >>> hundredths("1.5"), hundredths("4")
    (150, 400)
    """
    return int(parse_decimal(text) * 100)


def month_from(text: str) -> date:
    """The first day of `2026-03`."""
    return date(int(text[:4]), int(text[5:7]), 1)


@dataclass(frozen=True)
class Merge:
    """`write`: what to set on the task; `clashes`: what the source changed and a person changed otherwise."""

    write: Mapping[str, Any]
    clashes: tuple[str, ...]


def merge(applied: Mapping[str, Any], here: Mapping[str, Any], offered: Mapping[str, Any]) -> Merge:
    """Three-way: `applied` is what was last written from the source, `here` the task now, `offered` the new version.

    What the source leaves as it was stays as it is here, whoever changed it.

    >>> merge({"title": "A", "due": 1}, {"title": "B", "due": 1}, {"title": "A", "due": 2}).write
    {'due': 2}
    >>> merge({"title": "A"}, {"title": "B"}, {"title": "C"}).clashes
    ('title',)
    """
    moved = {n: v for n, v in offered.items() if n not in applied or applied[n] != v}
    write = {n: v for n, v in moved.items() if here[n] != v}
    clashes = tuple(n for n in write if here[n] != applied.get(n, NOT_REPORTED.get(n, "")))
    return Merge(write, clashes)


def touched(applied: Mapping[str, Any], here: Mapping[str, Any]) -> tuple[str, ...]:
    """What a person changed since the source last wrote, progress included."""
    known = {**NOT_REPORTED, "handed_back": False, **applied}
    return tuple(n for n, v in known.items() if here[n] != v)


def completion(done_on: date | None, due: date, assigned: int) -> dict[str, Any]:
    """A plain “done” of a source as a report, where the officer chose that reading: all of it, late once after the day.

    What was done late still counts in progress, less a quarter for each time that no objective cause excuses (Điều 14
    khoản 2 điểm c): left out of it as well, it would be deducted twice, and an excuse would change nothing."""
    if done_on is None:
        return dict(NOT_REPORTED)
    return {
        "completed": assigned,
        "quality_met": assigned,
        "on_time": assigned,
        "quality_errors": 0,
        "late": int(done_on > due),
    }


def is_stale(stored: datetime | None, offered: datetime | None) -> bool:
    """Whether an offer is older than what is stored. Offers without a time are taken in the order they come."""
    return stored is not None and offered is not None and offered < stored


def is_silent(last: datetime | None, since: datetime, days: int | None, at: datetime) -> bool:
    """Whether a source said nothing for longer than the officer set; a new source is given the same time."""
    return days is not None and at - (last or since) > timedelta(days=days)


def too_many_gone(gone: int, known: int) -> bool:
    """Whether a list that lost so much is more likely broken than true: over half of at least ten."""
    return known >= MANY_GONE and gone * 2 > known
