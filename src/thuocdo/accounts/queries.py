"""Reads on accounts."""

from collections.abc import Iterable
from datetime import datetime

from thuocdo.accounts.models import SignInLink, UnsentText, User
from thuocdo.accounts.rules import token_hash
from thuocdo.kernel.errors import NotYours

_DEAD_LINK = (
    "Liên kết này không còn dùng được: đã dùng, đã hết hạn hoặc đã được thay bằng liên kết mới. "
    "Hãy đề nghị cán bộ tổ chức của đơn vị cấp liên kết khác."
)


def open_link(token: str, at: datetime, *, lock: bool = False) -> SignInLink:
    """The unused, unexpired link behind a token, with its user. Raises NotYours, the same for every
    reason.
    """
    links = SignInLink.objects.select_related("user")
    if lock:
        links = links.select_for_update(of=("self",))
    link = links.filter(
        token_hash=token_hash(token), used_at=None, expires_at__gt=at, user__is_active=True
    ).first()
    if link is None:
        raise NotYours(_DEAD_LINK)
    return link


def account_in_use(username: str) -> User | None:
    """The account of that name, if it may sign in. No access check: it serves the operator's commands."""
    return User.objects.filter(username=username, is_active=True).first()


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Display names by the keys under which the log knows accounts; the product itself (empty) is left
    out.
    """
    keys = {int(actor) for actor in actors if actor}
    return {str(pk): name for pk, name in User.objects.filter(pk__in=keys).values_list("pk", "display_name")}


def unsent_texts(user: User) -> dict[str, UnsentText]:
    """What the user typed and has not sent, and what was sent last, by place. One query."""
    return {row.place: row for row in UnsentText.objects.filter(user=user)}
