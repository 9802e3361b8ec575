"""Who a bearer token belongs to."""

import hmac
from datetime import datetime

from thuocdo.accounts.rules import token_hash
from thuocdo.inflow.models import Source
from thuocdo.inflow.rules import is_token

_NOBODY = "0" * 64


def source_of_token(token: str, at: datetime) -> Source | None:
    """The active source of a valid token; None for an unknown, expired or revoked one alike.

    One look-up whatever the token is, by its hash: what differs in time says nothing about the stored hashes.
    """
    wanted = token_hash(token if is_token(token) else "")
    source = Source.objects.filter(token_hash=wanted).first()
    same = hmac.compare_digest(source.token_hash if source else _NOBODY, wanted)
    expires = source.token_expires_at if source else None
    if not same or source is None or expires is None or expires <= at or source.state != Source.State.ACTIVE:
        return None
    return source
