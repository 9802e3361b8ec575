"""One voter's slip from token to cast, and whether a cast is genuine. The phone does the same in JavaScript.

A serial is the SHA-256 of a one-time public key (P-256) that the phone makes for this ballot. The blind signature says
that the committee gave a token out; the proof, an ECDSA signature of the one-time key over the sealed choice, that the
holder of that token sealed it: nobody else, the server included, can put another choice in its place.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from thuocdo.ballots.lpk1 import blind_rsa, sealing
from thuocdo.ballots.lpk1.board import choice_length, encode_choice, proof_message, token_message
from thuocdo.ballots.lpk1.counting import Marks

_LENGTHS = {"serial": 64, "key": 130, "prefix": 64, "signature": 768, "proof": 128}
_HEX = re.compile(r"[0-9a-f]*")
FIELDS = {*_LENGTHS, "sealed"}
"""What a cast consists of, all in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a phone keeps until it has cast; `blinded` goes to the committee."""

    own: ec.EllipticCurvePrivateKey
    serial: str
    prepared: bytes
    hidden: blind_rsa.Blinded

    @property
    def blinded(self) -> str:
        return self.hidden.message.hex()


def new_token(keys: Mapping[str, str], tag: str) -> Token:
    """A one-time key, its serial, and what is to be signed blindly."""
    own = ec.generate_private_key(ec.SECP256R1())
    serial = sha256(_point(own)).hexdigest()
    prepared = blind_rsa.prepare(token_message(tag, serial))
    return Token(own, serial, prepared, blind_rsa.blind(_modulus(keys), prepared))


def cast(
    ballot: Mapping[str, Any], keys: Mapping[str, str], tag: str, token: Token, blind_signature: str, marks: Marks
) -> dict[str, str]:
    """What is posted without a name. Raises BlindSignatureError where the committee signed something else."""
    return cast_content(keys, tag, token, blind_signature, encode_choice(ballot, marks))


def cast_content(
    keys: Mapping[str, str], tag: str, token: Token, blind_signature: str, content: bytes
) -> dict[str, str]:
    """As `cast`, for content that need not be a slip of the ballot."""
    answer = bytes.fromhex(blind_signature)
    signature = blind_rsa.finalize(_modulus(keys), token.prepared, answer, token.hidden.inverse)
    sealed = sealing.seal(bytes.fromhex(keys["open"]), content, tag, token.serial).hex()
    r, s = decode_dss_signature(token.own.sign(proof_message(tag, token.serial, sealed), ec.ECDSA(SHA256())))
    return {
        "serial": token.serial,
        "key": _point(token.own).hex(),
        "prefix": token.prepared[: blind_rsa.PREFIX].hex(),
        "signature": signature.hex(),
        "sealed": sealed,
        "proof": f"{r:064x}{s:064x}",
    }


def length(ballot: Mapping[str, Any]) -> int:
    """Bytes of every cast of this ballot as compact JSON."""
    return len(json.dumps({name: "0" * long for name, long in _lengths(ballot).items()}, separators=(",", ":")))


def genuine(ballot: Mapping[str, Any], keys: Mapping[str, str], tag: str, row: Mapping[str, Any]) -> bool:
    """Whether the committee gave this token out and its holder sealed this choice; the server asks it of every cast."""
    lengths = _lengths(ballot)
    shaped = all(
        isinstance(row.get(name), str) and len(row[name]) == length and _HEX.fullmatch(row[name])
        for name, length in lengths.items()
    )
    if not shaped or sha256(bytes.fromhex(row["key"])).hexdigest() != row["serial"]:
        return False
    prepared = blind_rsa.prepare(token_message(tag, row["serial"]), prefix=bytes.fromhex(row["prefix"]))
    return blind_rsa.verify(_modulus(keys), prepared, bytes.fromhex(row["signature"])) and _proven(tag, row)


def _lengths(ballot: Mapping[str, Any]) -> dict[str, int]:
    return _LENGTHS | {"sealed": 2 * (choice_length(ballot) + sealing.OVERHEAD)}


def _proven(tag: str, row: Mapping[str, Any]) -> bool:
    proof = encode_dss_signature(int(row["proof"][:64], 16), int(row["proof"][64:], 16))
    try:
        own = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(row["key"]))
        own.verify(proof, proof_message(tag, row["serial"], row["sealed"]), ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _modulus(keys: Mapping[str, str]) -> blind_rsa.PublicKey:
    return blind_rsa.PublicKey(int(keys["sign"], 16))


def _point(own: ec.EllipticCurvePrivateKey) -> bytes:
    return own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
