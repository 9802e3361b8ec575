"""The opening key in three shares, any two of which give it back: Shamir's scheme over GF(256), byte by byte.

A printed share has 60 characters of Crockford's alphabet in groups of four: its number, 32 bytes, and four bytes of
SHA-256 over both and the keys of the ballot, so that a mistyped share, or one of another ballot, is refused.
"""

import secrets
from collections.abc import Sequence
from hashlib import sha256

from thuocdo.ballots.lpk1.board import ALPHABET

NEEDED, MADE, LENGTH = 2, 3, 60
_CHECK = 4


class ShareError(ValueError):
    """A share that was mistyped, or belongs to another ballot, or the same one twice."""


def split(secret: bytes, tag: str) -> tuple[str, ...]:
    """Three printed shares of 32 bytes. `tag` is the SHA-256 of the ballot's keys (`board.tag_of`)."""
    slopes = secrets.token_bytes(len(secret))
    return tuple(
        _printed(bytes([x]) + bytes(s ^ _times(a, x) for s, a in zip(secret, slopes, strict=True)), tag)
        for x in range(1, MADE + 1)
    )


def combine(printed: Sequence[str], tag: str) -> bytes:
    """The secret from two different shares. Raises ShareError."""
    shares = [_read(one, tag) for one in printed]
    numbers = {share[0] for share in shares}
    if len(shares) != NEEDED or len(numbers) != NEEDED:
        raise ShareError("cần đúng hai mảnh khác nhau")
    (x, *first), (y, *second) = shares
    at_first, at_second = _times(y, _inverse(x ^ y)), _times(x, _inverse(x ^ y))
    return bytes(_times(a, at_first) ^ _times(b, at_second) for a, b in zip(first, second, strict=True))


def _printed(body: bytes, tag: str) -> str:
    value = int.from_bytes(body + _check(body, tag), "big") << 4
    text = "".join(ALPHABET[value >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return " ".join(text[start : start + 4] for start in range(0, LENGTH, 4))


def _read(printed: str, tag: str) -> bytes:
    text = "".join(printed.upper().replace("-", " ").split()).translate(str.maketrans("OIL", "011"))
    if len(text) != LENGTH or set(text) - set(ALPHABET):
        raise ShareError(f"một mảnh khóa có {LENGTH} ký tự gồm chữ số và chữ cái, trừ I, L, O, U")
    value = 0
    for letter in text:
        value = value << 5 | ALPHABET.index(letter)
    whole = (value >> 4).to_bytes(1 + 32 + _CHECK, "big")
    body = whole[:-_CHECK]
    if value & 15 or whole[-_CHECK:] != _check(body, tag) or not 1 <= body[0] <= MADE:
        raise ShareError("mảnh khóa gõ sai hoặc của cuộc bỏ phiếu khác; đối chiếu lại với bản in")
    return body


def _check(body: bytes, tag: str) -> bytes:
    return sha256(b"LPK-1 share\n" + tag.encode() + b"\n" + body).digest()[:_CHECK]


def _times(a: int, b: int) -> int:
    """Product in GF(256) modulo x^8 + x^4 + x^3 + x + 1, in as many steps whatever the values."""
    product = 0
    for _ in range(8):
        product ^= -(b & 1) & a
        a = (a << 1) ^ (-(a >> 7) & 0x11B)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    power, result = a, 1
    for _ in range(7):
        power = _times(power, power)
        result = _times(result, power)
    return result
