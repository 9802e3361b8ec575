"""The committee's tool signed by an agency with a key of its own (Ed25519, RFC 8032), which no server of ours holds.

Keys are PEM files as OpenSSL writes them; a signature is 64 bytes over the file as it is, so `openssl pkeyutl -verify
-rawin` and `lpk1.tool_verifier` check it without the product. Raises SigningError with a Vietnamese sentence.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from thuocdo.ballots.lpk1.board import short


class SigningError(ValueError):
    """Not a key of this kind, or a wrong password of it."""


def new_key(password: str) -> bytes:
    """A private key, encrypted where there is a password."""
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


def sign(key: bytes, password: str, content: bytes) -> tuple[bytes, bytes]:
    """The signature, and the public key that goes beside it."""
    try:
        private = load_pem_private_key(key, password.encode() or None)
    except (ValueError, TypeError) as error:
        raise SigningError("Không mở được khóa: sai mật khẩu, hoặc tệp không phải khóa riêng dạng PEM.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise SigningError("Khóa này không phải khóa Ed25519; hãy tạo bằng lệnh thuocdo ballot-key.")
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.sign(content), public


def fingerprint(public: bytes) -> str:
    """Of a public key: the first twelve characters of the SHA-256 of its DER form, read aloud and printed."""
    der = _public(public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return short(sha256(der).hexdigest())


def holds(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether this key signed exactly this content."""
    try:
        _public(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _public(pem: bytes) -> Ed25519PublicKey:
    try:
        found = load_pem_public_key(pem)
    except ValueError as error:
        raise SigningError("Tệp không phải khóa công khai dạng PEM.") from error
    if not isinstance(found, Ed25519PublicKey):
        raise SigningError("Khóa công khai không phải khóa Ed25519.")
    return found
