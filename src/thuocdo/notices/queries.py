"""Reads of notices and of mail addresses. A user reads only their own."""

from django.core import signing
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.notices.models import Letter, Mailbox, Notice
from thuocdo.notices.rules import LINK_LIVES

_SALT = "thuocdo.notices.address"


def unread_count(user: User) -> int:
    """How many notices the user has not read. One query."""
    return Notice.objects.filter(user=user, read_at=None).count()


def unread_of(user: User) -> Coalesce:
    """The same number as part of another query."""
    mine = Notice.objects.filter(user=user, read_at=None).order_by().values("user")
    return Coalesce(Subquery(mine.annotate(number=Count("pk")).values("number")), 0)


def notices_for(user: User, limit: int = 30) -> list[Notice]:
    """The newest notices, unread first. One query."""
    rows = Notice.objects.filter(user=user).order_by("-at", "-pk")[:limit]
    return sorted(rows, key=lambda n: n.read_at is not None)


def mailbox_of(user: User) -> Mailbox | None:
    """The user's mail address, confirmed or not."""
    return Mailbox.objects.filter(user=user).first()


def last_letter(user: User) -> Letter | None:
    """The newest message that was made for the user, sent or not."""
    return Letter.objects.filter(user=user).exclude(due_at=None).order_by("-pk").first()


def link_token(row: Mailbox) -> str:
    """What the one-time link of an address says: good while the nonce stands, for two days, for its owner alone."""
    return signing.dumps([row.pk, row.nonce], salt=_SALT)


def mailbox_of_link(user: User, token: str, *, lock: bool = False) -> Mailbox:
    """The user's own address that the link confirms. Raises NotYours."""
    refused = NotYours(
        "Liên kết đã dùng, đã hết hạn hoặc không phải của ông/bà. Hãy ghi lại địa chỉ để nhận liên kết mới."
    )
    try:
        key, nonce = signing.loads(token, salt=_SALT, max_age=LINK_LIVES)
    except signing.BadSignature:
        raise refused from None
    rows = Mailbox.objects.select_for_update() if lock else Mailbox.objects.all()
    found = rows.filter(pk=key, user=user, nonce=nonce).exclude(nonce="").first()
    if found is None:
        raise refused
    return found
