"""Messages between server and committee's tool (docs/ballots.md), read strictly. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from thuocdo.ballots.lpk1 import blind_rsa
from thuocdo.ballots.lpk1.board import PROTOCOL
from thuocdo.kernel.errors import Refusal

LONGEST = 40 * 1024 * 1024
_POINT, _NUMBER = re.compile(r"04[0-9a-f]{128}"), re.compile(r"[0-9a-f]{768}")


def message(kind: str, **content: Any) -> dict[str, Any]:
    """A message to the tool."""
    return {"protocol": PROTOCOL, "kind": kind, **content}


def read(text: str, kind: str, *, field: str) -> dict[str, Any]:
    """A message from the tool. Raises Refusal with the field."""
    given = _json(text, field)
    if given.get("protocol") != PROTOCOL or given.get("kind") != kind:
        raise Refusal("ballot.message", "Đây không phải tệp của bước này; hãy xem lại tệp lấy từ công cụ.", field=field)
    return given


def read_board(text: str, *, field: str) -> dict[str, Any]:
    """The board as the tool made it, not yet compared with anything."""
    return _json(text, field)


def read_keys(given: Mapping[str, Any], *, field: str) -> dict[str, str]:
    """Both public keys, in the shape that the protocol says."""
    keys = given.get("keys")
    if (
        not isinstance(keys, dict)
        or set(keys) != {"sign", "open"}
        or not _NUMBER.fullmatch(str(keys["sign"]))
        or not _POINT.fullmatch(str(keys["open"]))
        or int(keys["sign"], 16).bit_length() != blind_rsa.BITS
        or int(keys["sign"], 16) % 2 == 0
    ):
        raise Refusal("ballot.keys", "Khóa công khai không đúng dạng; hãy lấy lại tệp khóa từ công cụ.", field=field)
    return {"sign": keys["sign"], "open": keys["open"]}


def number_of_key(text: str, modulus: int) -> int | None:
    """A number of the signing key in hexadecimal, or None."""
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        return None
    value = int(text, 16)
    return value if 1 < value < modulus - 1 else None


def signs(keys: Mapping[str, str], blinded: str, signature: str) -> bool:
    """Whether this is the committee's answer to that request: s^e = blinded."""
    modulus = int(keys["sign"], 16)
    value = number_of_key(signature, modulus)
    return value is not None and pow(value, blind_rsa.EXPONENT, modulus) == int(blinded, 16)


def _json(text: str, field: str) -> dict[str, Any]:
    try:
        if len(text) > LONGEST:
            raise ValueError
        given = json.loads(text, parse_float=_whole, parse_constant=_whole)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Refusal("ballot.message", "Đoạn văn bản này không đọc được; hãy lấy lại tệp từ công cụ.", field=field)
    return given


def _whole(text: str) -> NoReturn:
    raise ValueError(text)
