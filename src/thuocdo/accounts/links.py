"""Steps shared by the actions that make accounts and one-time links (not actions themselves)."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import SignInLink, User
from thuocdo.accounts.rules import link_expiry, token_hash


@dataclass(frozen=True)
class IssuedLink:
    """A link as it is shown once: the token is not stored anywhere."""

    user: User
    token: str
    expires_at: datetime


def new_user(*, username: str, display_name: str, at: datetime) -> User:
    """An unsaved account that cannot sign in until a link set its password. `username` is already checked."""
    user = User(username=username, display_name=display_name, created_at=at)
    user.set_unusable_password()
    return user


def new_links(
    *, users: Iterable[User], by: User | None, at: datetime
) -> tuple[list[IssuedLink], list[Model]]:
    """One fresh link for each user; earlier unused links end now. Returns the links and the rows written."""
    chosen = list(users)
    old = list(SignInLink.objects.filter(user__in=chosen, used_at=None, expires_at__gt=at))
    for link in old:
        link.expires_at = at
    SignInLink.objects.bulk_update(old, ["expires_at"], batch_size=500)
    issued = [IssuedLink(user, secrets.token_urlsafe(32), link_expiry(at)) for user in chosen]
    rows = SignInLink.objects.bulk_create(
        [
            SignInLink(user=i.user, token_hash=token_hash(i.token), created_by=by, created_at=at,
                       expires_at=i.expires_at)
            for i in issued
        ],
        batch_size=500,
    )
    return issued, [*old, *rows]
