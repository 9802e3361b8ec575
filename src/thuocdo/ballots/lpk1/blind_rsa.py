"""RSA blind signatures: RFC 9474. LPK-1 is RSABSSA-SHA384-PSS-Randomized and accepts nothing else; the other variants
(`prepare_identity`, `salt_length=0`) are there so that all vectors of the RFC run.

The committee signs a voter's token without seeing it; the finished signature is a plain RSA-PSS one over the prepared
message. All values are bytes of the key's length. The arithmetic is Python's, which is not constant in time: the
private operation therefore works on a value masked by a fresh random factor, and is checked before it leaves.
"""

import math
import secrets
from dataclasses import dataclass
from hashlib import sha384

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BITS, EXPONENT, SALT, PREFIX = 3072, 65537, 48, 32
_HASH = 48


class BlindSignatureError(ValueError):
    """A value outside its range, or a signature that does not verify."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Modulus and exponent. Raises BlindSignatureError for a modulus below 2048 bits or an even one."""

    n: int
    e: int = EXPONENT

    def __post_init__(self) -> None:
        if self.n.bit_length() < 2048 or self.n % 2 == 0 or self.e != EXPONENT:
            raise BlindSignatureError("no RSA key for blind signatures")

    @property
    def size(self) -> int:
        """Length of the modulus in bytes."""
        return (self.n.bit_length() + 7) // 8


@dataclass(frozen=True, slots=True)
class Blinded:
    """What goes to the signer, and the secret that unblinds the answer."""

    message: bytes
    inverse: bytes


def generate() -> rsa.RSAPrivateKey:
    """A key for one ballot."""
    return rsa.generate_private_key(EXPONENT, BITS)


def public_of(key: rsa.RSAPrivateKey) -> PublicKey:
    """The public half."""
    numbers = key.public_key().public_numbers()
    return PublicKey(numbers.n, numbers.e)


def prepare(message: bytes, *, prefix: bytes | None = None) -> bytes:
    """A random prefix of 32 bytes, then the message. `prefix` is given by the test vectors and on verifying only."""
    chosen = secrets.token_bytes(PREFIX) if prefix is None else prefix
    if len(chosen) != PREFIX:
        raise BlindSignatureError("the prefix has 32 bytes")
    return chosen + message


def prepare_identity(message: bytes) -> bytes:
    """The message as it is; for messages that carry enough chance of their own."""
    return message


def blind(key: PublicKey, prepared: bytes, *, salt: bytes | None = None, inverse: bytes | None = None) -> Blinded:
    """Encode with EMSA-PSS and hide it. `salt` and `inverse` are for the test vectors only."""
    chosen = secrets.token_bytes(SALT) if salt is None else salt
    encoded = int.from_bytes(_encode(prepared, key.n.bit_length() - 1, chosen), "big")
    if math.gcd(encoded, key.n) != 1:
        raise BlindSignatureError("the encoded message shares a factor with the modulus")
    hidden, undo = _factor(key) if inverse is None else _given(key, inverse)
    return Blinded(_bytes(encoded * hidden % key.n, key), _bytes(undo, key))


def blind_sign(key: rsa.RSAPrivateKey, blinded: bytes) -> bytes:
    """Sign without seeing. Raises BlindSignatureError for a wrong length or range, or where the result is not right."""
    public = public_of(key)
    message = _number(blinded, public)
    if math.gcd(message, public.n) != 1:
        raise BlindSignatureError("nothing to sign")
    hidden, undo = _factor(public)
    signed = _private(key, message * hidden % public.n) * undo % public.n
    if pow(signed, public.e, public.n) != message:
        raise BlindSignatureError("the private operation failed; nothing is given out")
    return _bytes(signed, public)


def finalize(
    key: PublicKey, prepared: bytes, blind_signature: bytes, inverse: bytes, *, salt_length: int = SALT
) -> bytes:
    """Unblind and check. Raises BlindSignatureError where the signer gave something else."""
    signature = _bytes(_number(blind_signature, key) * _number(inverse, key) % key.n, key)
    if not verify(key, prepared, signature, salt_length=salt_length):
        raise BlindSignatureError("the signature does not verify")
    return signature


def verify(key: PublicKey, prepared: bytes, signature: bytes, *, salt_length: int = SALT) -> bool:
    """Whether it is an RSA-PSS signature (SHA-384, MGF1 with SHA-384, salt of exactly so many bytes) over `prepared`.
    `salt_length` is given by the test vectors only."""
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=salt_length)
    try:
        rsa.RSAPublicNumbers(key.e, key.n).public_key().verify(signature, prepared, scheme, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


def _factor(key: PublicKey) -> tuple[int, int]:
    """A random factor raised to the public exponent, and the inverse of the factor."""
    while True:
        factor = 1 + secrets.randbelow(key.n - 1)
        if math.gcd(factor, key.n) == 1:
            return pow(factor, key.e, key.n), pow(factor, -1, key.n)


def _given(key: PublicKey, inverse: bytes) -> tuple[int, int]:
    undo = _number(inverse, key)
    return pow(pow(undo, -1, key.n), key.e, key.n), undo


def _private(key: rsa.RSAPrivateKey, value: int) -> int:
    numbers = key.private_numbers()
    by_p = pow(value % numbers.p, numbers.dmp1, numbers.p)
    by_q = pow(value % numbers.q, numbers.dmq1, numbers.q)
    return by_q + numbers.q * ((by_p - by_q) * numbers.iqmp % numbers.p)


def _number(given: bytes, key: PublicKey) -> int:
    value = int.from_bytes(given, "big")
    if len(given) != key.size or not 0 < value < key.n:
        raise BlindSignatureError("not a number of this key")
    return value


def _bytes(value: int, key: PublicKey) -> bytes:
    return value.to_bytes(key.size, "big")


def _encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017 §9.1.1 with SHA-384."""
    length = (bits + 7) // 8
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    block = bytes(length - len(salt) - _HASH - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mask(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    rounds = range((length + _HASH - 1) // _HASH)
    return b"".join(sha384(seed + number.to_bytes(4, "big")).digest() for number in rounds)[:length]
