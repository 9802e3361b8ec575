"""Notices beside the to-do list: one that asked for something which is done, or no longer the reader's, says so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.notices.kinds import ASKS
from thuocdo.notices.models import Notice
from thuocdo.notices.queries import notices_for
from thuocdo.organisation.waiting import Todo

_PERIOD = re.compile(r"\S+ \d+/\d{4}")


@dataclass(frozen=True)
class Told:
    """A notice, and whether what it asked for is done."""

    notice: Notice
    done: bool


def is_done(kind: str, path: str, text: str, waiting: Iterable[Todo]) -> bool:
    """Whether a notice asks for something that is not on the list: no line of its kind leads to its place and, where
    the line names a period, names the same."""
    return kind in ASKS and not any(_same(kind, path, text, line) for line in waiting)


def _same(kind: str, path: str, text: str, line: Todo) -> bool:
    if line.kind not in ASKS[kind]:
        return False
    here = line.path.partition("?")[0].startswith(path) or path.startswith(line.path.partition("?")[0])
    period = _PERIOD.search(line.text)
    return here and (period is None or _PERIOD.search(text) is None or period.group() in text)


def told(user: User, waiting: Iterable[Todo]) -> list[Told]:
    """The newest notices of the user, unread first, beside what waits for the user now. One query."""
    lines = list(waiting)
    return [Told(one, is_done(one.kind, one.path, one.text, lines)) for one in notices_for(user)]


def in_groups(rows: Iterable[Told]) -> list[tuple[Told, list[Told]]]:
    """Each notice with the others of its kind, day and state, where the newest of them stands."""
    groups: dict[tuple[str, date, bool, bool], list[Told]] = {}
    for one in rows:
        key = (one.notice.kind, localdate(one.notice.at), one.done, one.notice.read_at is None)
        groups.setdefault(key, []).append(one)
    return [(first, others) for first, *others in groups.values()]
