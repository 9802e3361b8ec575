"""A choice under seal: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.

P-256 rather than X25519 because WebCrypto has it on every phone that has BigInt, X25519 only since 2023 to 2025; rather
than RSA-OAEP because a private key of 32 bytes can be split into shares that fit on one line. What a seal belongs to
(ballot, keys, serial) is bound in as HPKE's `info`: a seal copied to another ballot or serial does not open.
Envelope: 65 bytes of an ephemeral key, the choice, 16 bytes of authentication.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from thuocdo.ballots.lpk1.board import seal_info

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
OVERHEAD = 65 + 16


class SealError(ValueError):
    """No such key, or a seal that does not open."""


def generate() -> bytes:
    """A private opening key for one ballot, 32 bytes."""
    return ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big")


def public_of(secret: bytes) -> bytes:
    """The public half as an uncompressed point, 65 bytes. Raises SealError."""
    return _private(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(public: bytes, content: bytes, context: str, serial: str) -> bytes:
    """Content of any length under seal. `context` and `serial` as in `board`. Raises SealError for a wrong key."""
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    except ValueError as error:
        raise SealError("no point of P-256") from error
    return SUITE.encrypt(content, point, seal_info(context, serial))


def unseal(secret: bytes, sealed: bytes, context: str, serial: str) -> bytes:
    """What was sealed for this ballot and serial. Raises SealError."""
    try:
        return SUITE.decrypt(sealed, _private(secret), seal_info(context, serial))
    except (InvalidTag, ValueError) as error:
        raise SealError("not sealed for this ballot and serial") from error


def _private(secret: bytes) -> ec.EllipticCurvePrivateKey:
    if len(secret) != 32:
        raise SealError("an opening key has 32 bytes")
    try:
        return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    except ValueError as error:
        raise SealError("no key of P-256") from error
