"""Small ballots with real keys, for the tests of LPK-1."""

import random
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from thuocdo.ballots.lpk1 import blind_rsa, board, casts, sealing

LEVELS = ["Tín nhiệm cao", "Tín nhiệm", "Tín nhiệm thấp"]


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """One key for the whole run: making it is what takes time."""
    return blind_rsa.generate()


@cache
def opening_key() -> bytes:
    return sealing.generate()


def ballot(**other: Any) -> dict[str, Any]:
    """Two lines of a confidence vote, ten people summoned."""
    lines = [{"text": f"Đồng chí {name}", "options": LEVELS, "least": 1, "most": 1} for name in ("Ân", "Bình")]
    made = {
        "protocol": "LPK-1",
        "id": "phieu-1",
        "title": "Lấy phiếu tín nhiệm",
        "meeting": "Hội nghị chi bộ tháng 11",
        "date": "2026-11-22",
        "lines": lines,
        "invalid": "line",
        "summoned": 10,
        "quorum": [2, 3],
        "majority": {"of": "summoned", "over": True, "ratio": [1, 2]},
    }
    return board.checked(made | other)


def keys() -> dict[str, str]:
    public = blind_rsa.public_of(signing_key())
    return {"sign": f"{public.n:0{2 * public.size}x}", "open": sealing.public_of(opening_key()).hex()}


def cast(frozen: dict[str, Any], marks: list[list[int]] | None) -> dict[str, Any]:
    """One voter's row after opening; None for a slip whose content is no slip of the ballot."""
    tag = board.tag_of(frozen, keys())
    token = casts.new_token(keys(), tag)
    signed = blind_rsa.blind_sign(signing_key(), bytes.fromhex(token.blinded)).hex()
    content = b"\xff" * board.choice_length(frozen) if marks is None else board.encode_choice(frozen, marks)
    return casts.cast_content(keys(), tag, token, signed, content) | {"choice": marks}


def full_board() -> dict[str, Any]:
    """Five slips: three whole, one with an invalid line, one unreadable; six issued, seven present."""
    frozen = ballot()
    slips = [[[0], [1]], [[0], [2]], [[1], [0]], [[0, 1], [1]], None]
    rows = [cast(frozen, slip) for slip in slips]
    random.Random(5).shuffle(rows)
    return board.publish(frozen, keys(), present=7, issued=6, rows=rows)
