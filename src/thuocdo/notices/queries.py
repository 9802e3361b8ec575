"""Reads of notices. A user reads only their own."""

from thuocdo.accounts.models import User
from thuocdo.notices.models import Notice


def unread_count(user: User) -> int:
    """How many notices the user has not read. One query."""
    return Notice.objects.filter(user=user, read_at=None).count()


def notices_for(user: User, limit: int = 30) -> list[Notice]:
    """The newest notices, unread first. One query."""
    rows = Notice.objects.filter(user=user).order_by("-at", "-pk")[:limit]
    return sorted(rows, key=lambda n: n.read_at is not None)
