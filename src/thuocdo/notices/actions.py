"""Notices are written inside the action they are about; reading them is recorded on the row itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.notices.models import Notice


def notify(*, users: Iterable[User | None], kind: str, text: str, path: str, at: datetime) -> None:
    """Leave one notice for each user that exists; who still has the same one unread gets no second one."""
    waiting = set(Notice.objects.filter(kind=kind, path=path, text=text, read_at=None).values_list("user", flat=True))
    Notice.objects.bulk_create(
        [Notice(user=u, kind=kind, text=text, path=path, at=at) for u in users if u is not None and u.pk not in waiting]
    )


def notify_accounts(*, accounts: Sequence[int], kind: str, text: str, path: str, at: datetime) -> None:
    """`notify` for many accounts by their keys: the same rule, one statement for all."""
    unread = Notice.objects.filter(kind=kind, path=path, text=text, read_at=None)
    waiting = set(unread.values_list("user", flat=True))
    pattern = bulk.Pattern(Notice, ("user_id",), kind=kind, text=text, path=path, at=at)
    fresh = [pattern.row(account)[1:] for account in dict.fromkeys(accounts) if account not in waiting]
    bulk.insert(Notice, fresh, keyed=False)


def mark_read(*, by: User, at: datetime) -> None:
    """Mark all notices of `by` as read."""
    Notice.objects.filter(user=by, read_at=None).update(read_at=at)
