"""Answers under seal until closing: whoever reads the database, its copies or its log, but not the key of the
installation, reads no answer. Whoever has both can; `thuocdo.opinions` says so.

A stream from SHAKE-256 over key and nonce, then an authentication code over both; every envelope has the same length.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

LENGTH = 2048
_NONCE, _CODE = 16, 32


class Unreadable(ValueError):
    """Not sealed by this installation, or changed since."""


def seal(content: Any, round_id: int) -> bytes:
    """Content that JSON can hold, under seal. Raises ValueError where it does not fit."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > LENGTH:
        raise ValueError(f"{len(plain)} bytes do not fit into {LENGTH}")
    nonce = secrets.token_bytes(_NONCE)
    key = next(iter(_keys(round_id)))
    hidden = _mixed(plain.ljust(LENGTH), key, nonce)
    return nonce + hidden + _code(key, nonce + hidden)


def unseal(sealed: bytes, round_id: int) -> Any:
    """What was sealed, with the present key or one of those before it. Raises Unreadable."""
    body, code = bytes(sealed[:-_CODE]), bytes(sealed[-_CODE:])
    for key in _keys(round_id):
        if hmac.compare_digest(code, _code(key, body)):
            return json.loads(_mixed(body[_NONCE:], key, body[:_NONCE]))
    raise Unreadable("another key, or not as it was sealed")


def _keys(round_id: int) -> Iterable[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac("thuocdo.opinions", str(round_id), secret=secret, algorithm="sha256").digest()


def _mixed(text: bytes, key: bytes, nonce: bytes) -> bytes:
    stream = hashlib.shake_256(b"stream" + key + nonce).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, stream, strict=True))


def _code(key: bytes, body: bytes) -> bytes:
    return hmac.digest(hashlib.sha256(b"code" + key).digest(), body, "sha256")
