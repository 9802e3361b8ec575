"""What the worker does about messages: looks at the to-do lists of those who want mail, and sends what is due. The
to-do list is the only source, so a message and the page agree."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.calendars.queries import is_workday
from thuocdo.notices import outbox
from thuocdo.notices.models import Mailbox
from thuocdo.organisation.queries import main_post
from thuocdo.organisation.waiting import Todo, todo

SOON = timedelta(days=1)


def number_waiting(user: User, at: datetime) -> int:
    """How many lines the to-do page shows."""
    return len(todo(user, at))


def is_soon(due: datetime | date | None, at: datetime) -> bool:
    """Whether something is due within a day, or was."""
    if due is None:
        return False
    if isinstance(due, datetime):
        return due <= at + SOON
    return due <= localtime(at + SOON).date()


def any_soon(found: Iterable[Todo], at: datetime) -> bool:
    """Whether one of the lines is due within a day."""
    return any(is_soon(one.due, at) for one in found)


def look_once(at: datetime) -> int:
    """Read the to-do lists that are to be read now; returns how many."""
    boxes = outbox.to_look_at(at)
    for box in boxes:
        _look(box, at)
    return len(boxes)


def _look(box: Mailbox, at: datetime) -> None:
    """One message a working day: for `soon` when something is due within a day, for `daily` when anything waits."""
    found = todo(box.user, at) if _works(box.user, at) else []
    wanted = any_soon(found, at) if box.when == Mailbox.When.SOON else bool(found)
    outbox.looked(box, at, len(found), send=wanted)


def _works(user: User, at: datetime) -> bool:
    """Whether the day is a working day of the user's unit; without a unit there is no message."""
    post = main_post(user, localdate(at))
    return post is not None and is_workday(post.unit_id, localdate(at))


def post_once(at: datetime) -> bool:
    """One round of the worker. False: nothing to do, or the installation sends no mail."""
    if not outbox.configured():
        return False
    return bool(look_once(at) + outbox.send_due(at, number_waiting))
