"""The frozen ballot, its fingerprints, the rows of the board and its hash (message formats: docs/ballots.md).

Everything that is compared is the SHA-256 of canonical JSON: UTF-8, keys sorted, no blanks, integers only. People
compare the first 60 bits as twelve characters. The fingerprint of the ballot is taken at freezing; the keys come
after it, and their tag covers both, so that tokens and seals belong to one ballot under one pair of keys.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from thuocdo.ballots.lpk1.counting import BASES, Marks, count

PROTOCOL = "LPK-1"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MOST_LINES, MOST_OPTIONS, MOST_VOTERS, MOST_TEXT = 200, 40, 100_000, 500
SHOWN = 8
"""Characters of a serial that people see: the last ones."""

_FIELDS = {"protocol", "id", "title", "meeting", "date", "lines", "invalid", "summoned", "quorum", "majority"}
_SERIAL = re.compile(r"[0-9a-f]{64}")


class BallotError(ValueError):
    """A ballot or a row that is not as the protocol says; the message is for the officer."""


def canonical(value: Any) -> bytes:
    """The one way to write a value. Raises BallotError for floats, keys beyond ASCII and text that is not NFC."""
    _plain(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal characters."""
    return sha256(canonical(value)).hexdigest()


def short(digest_: str) -> str:
    """The twelve characters that people compare: `XXXX-XXXX-XXXX`, the first 60 bits.

    >>> short("f" * 64), short("0" * 64)
    ('ZZZZ-ZZZZ-ZZZZ', '0000-0000-0000')
    """
    bits = int(digest_[:15], 16)
    text = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(12)))
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def checked(ballot: Mapping[str, Any]) -> dict[str, Any]:
    """The ballot as it may be frozen. Raises BallotError."""
    _asked(set(ballot) == _FIELDS and ballot["protocol"] == PROTOCOL, "cuộc bỏ phiếu thiếu hoặc thừa mục")
    _asked(bool(re.fullmatch(r"[0-9a-z-]{1,64}", str(ballot["id"]))), "mã cuộc bỏ phiếu không đúng")
    _asked(bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(ballot["date"]))), "ngày họp không đúng")
    _asked(_text(ballot["title"]) and _text(ballot["meeting"]), "thiếu tên cuộc bỏ phiếu hoặc tên cuộc họp")
    _asked(ballot["invalid"] in ("line", "slip"), "chưa chọn phạm vi không hợp lệ: từng dòng hay cả phiếu")
    _asked(_whole(ballot["summoned"], 1, MOST_VOTERS), "số người được triệu tập không đúng")
    _asked(_ratio(ballot["quorum"]), "điều kiện họp không đúng")
    majority = ballot["majority"]
    known = majority is None or (
        isinstance(majority, Mapping)
        and set(majority) == {"of", "over", "ratio"}
        and majority["of"] in BASES
        and isinstance(majority["over"], bool)
        and _ratio(majority["ratio"])
    )
    _asked(known, "tỷ lệ để thông qua không đúng")
    lines = ballot["lines"]
    _asked(isinstance(lines, list) and 1 <= len(lines) <= MOST_LINES, f"phiếu có từ 1 đến {MOST_LINES} dòng")
    for line in lines:
        _line(line)
    canonical(ballot)
    return dict(ballot)


def fingerprint(ballot: Mapping[str, Any]) -> str:
    """What the projector shows when the ballot is frozen."""
    return short(digest(ballot))


def tag_of(ballot: Mapping[str, Any], keys: Mapping[str, str]) -> str:
    """SHA-256 over ballot and public keys, 64 characters; `short` of it is the fingerprint of the keys."""
    return digest({"ballot": digest(ballot), "keys": {"open": keys["open"], "sign": keys["sign"]}})


def token_message(tag: str, serial: str) -> bytes:
    """What the blind signature signs, before its random prefix."""
    return f"{PROTOCOL} token\n{tag}\n{_serial(serial)}".encode()


def seal_info(tag: str, serial: str) -> bytes:
    """What the seal of a choice is bound to."""
    return f"{PROTOCOL} choice\n{tag}\n{_serial(serial)}".encode()


def proof_message(tag: str, serial: str, sealed: str) -> bytes:
    """What the holder of a serial signs: that this seal is theirs. `sealed` in hexadecimal."""
    return f"{PROTOCOL} cast\n{tag}\n{_serial(serial)}\n{sealed}".encode()


def choice_length(ballot: Mapping[str, Any]) -> int:
    """Bytes of every choice of this ballot: a bit for each option, every line in bytes of its own."""
    return sum(_bytes_of(line) for line in ballot["lines"])


def encode_choice(ballot: Mapping[str, Any], marks: Marks) -> bytes:
    """Marks (for each line the numbers of the options marked, from 0) in the fixed length. Raises BallotError."""
    if len(marks) != len(ballot["lines"]):
        raise BallotError("số dòng khác với phiếu")
    parts = []
    for line, marked in zip(ballot["lines"], marks, strict=True):
        if any(not 0 <= option < len(line["options"]) for option in marked):
            raise BallotError("lựa chọn không có trên phiếu")
        parts.append(sum(1 << option for option in set(marked)).to_bytes(_bytes_of(line), "little"))
    return b"".join(parts)


def decode_choice(ballot: Mapping[str, Any], content: bytes) -> list[list[int]] | None:
    """The marks, or None where the content is no slip of this ballot (then the slip is invalid)."""
    if len(content) != choice_length(ballot):
        return None
    marks, start = [], 0
    for line in ballot["lines"]:
        end = start + _bytes_of(line)
        bits = int.from_bytes(content[start:end], "little")
        if bits >> len(line["options"]):
            return None
        marks.append([option for option in range(len(line["options"])) if bits >> option & 1])
        start = end
    return marks


def publish(
    ballot: Mapping[str, Any],
    keys: Mapping[str, str],
    *,
    present: int,
    issued: int,
    rows: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """The board: everything needed to check it, rows by serial, the result, and its hash over all of that.

    A row has what was cast (`casts.cast`) and `choice` (marks, or null where unreadable).
    Raises BallotError where more came back than was issued, or a serial comes twice.
    """
    ordered = sorted((dict(row) for row in rows), key=lambda row: str(row["serial"]))
    _asked(len({row["serial"] for row in ordered}) == len(ordered), "một số phiếu xuất hiện hai lần")
    _asked(len(ordered) <= issued <= present <= ballot["summoned"], "số phiếu hoặc số người không khớp nhau")
    board = {
        "protocol": PROTOCOL,
        "ballot": dict(ballot),
        "fingerprint": fingerprint(ballot),
        "keys": {"open": keys["open"], "sign": keys["sign"]},
        "keys_fingerprint": short(tag_of(ballot, keys)),
        "present": present,
        "issued": issued,
        "returned": len(ordered),
        "rows": ordered,
        "result": count(ballot, [row["choice"] for row in ordered]),
    }
    return board | {"hash": digest(board)}


def _plain(value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            _asked(isinstance(key, str) and key.isascii(), "tên mục phải là chữ không dấu")
            _plain(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            _plain(inside)
    elif isinstance(value, str):
        _asked(unicodedata.is_normalized("NFC", value), "chữ phải ở dạng Unicode dựng sẵn (NFC)")
    else:
        _asked(value is None or isinstance(value, bool | int), "chỉ nhận số nguyên, chữ và danh sách")


def _line(line: Any) -> None:
    known = isinstance(line, Mapping) and set(line) == {"text", "options", "least", "most"} and _text(line["text"])
    _asked(known, "một dòng của phiếu thiếu nội dung")
    options = line["options"]
    whole = isinstance(options, list) and 1 <= len(options) <= MOST_OPTIONS and all(_text(one) for one in options)
    _asked(whole and len(set(options)) == len(options), "các lựa chọn của một dòng thiếu hoặc trùng nhau")
    bounds = _whole(line["least"], 0, len(options)) and _whole(line["most"], 1, len(options))
    _asked(bounds and line["least"] <= line["most"], "số lựa chọn ít nhất, nhiều nhất không đúng")


def _bytes_of(line: Mapping[str, Any]) -> int:
    return (len(line["options"]) + 7) // 8


def _serial(serial: str) -> str:
    _asked(bool(_SERIAL.fullmatch(serial)), "số phiếu không đúng dạng")
    return serial


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_TEXT and value == value.strip() and value.isprintable()


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _ratio(value: Any) -> bool:
    pair: Sequence[Any] = value if isinstance(value, list) and len(value) == 2 else (0, 0)
    return _whole(pair[0], 1, 1000) and _whole(pair[1], 1, 1000) and pair[0] <= pair[1]


def _asked(holds: bool, message: str) -> None:
    if not holds:
        raise BallotError(message)
