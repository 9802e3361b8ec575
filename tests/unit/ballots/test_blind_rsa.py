"""RFC 9474 in Python (goal B6; in the browser: tests/journeys/test_ballot_tool.py): all vectors of its Appendix A, and
what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.unit.ballots.making import signing_key
from thuocdo.ballots.lpk1 import blind_rsa
from thuocdo.ballots.lpk1.blind_rsa import BlindSignatureError

VECTORS: list[dict[str, str]] = json.loads((Path(__file__).parent / "rfc9474.json").read_text(encoding="utf-8"))


def private(vector: dict[str, str]) -> rsa.RSAPrivateKey:
    p, q, e = (int(vector[name], 16) for name in "pqe")
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    crt = (rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q))
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_b6_the_vectors_of_rfc_9474_in_python(vector: dict[str, str]) -> None:
    given = {name: bytes.fromhex(value) for name, value in vector.items() if name != "name"}
    key = private(vector)
    public = blind_rsa.public_of(key)
    if given["msg_prefix"]:
        prepared = blind_rsa.prepare(given["msg"], prefix=given["msg_prefix"])
    else:
        prepared = blind_rsa.prepare_identity(given["msg"])
    hidden = blind_rsa.blind(public, prepared, salt=given["salt"], inverse=given["inv"])
    assert hidden.message == given["blinded_msg"]
    signed = blind_rsa.blind_sign(key, hidden.message)
    assert signed == given["blind_sig"]
    kind = {"salt_length": len(given["salt"])}
    assert blind_rsa.finalize(public, prepared, signed, hidden.inverse, **kind) == given["sig"]
    assert blind_rsa.verify(public, prepared, given["sig"], **kind)
    assert not blind_rsa.verify(public, prepared + b"x", given["sig"], **kind)
    assert blind_rsa.verify(public, prepared, given["sig"]) == (len(given["salt"]) == blind_rsa.SALT)


def test_a_token_of_our_own_size() -> None:
    public = blind_rsa.public_of(signing_key())
    assert public.size == 384
    prepared = blind_rsa.prepare(b"token")
    one, two = blind_rsa.blind(public, prepared), blind_rsa.blind(public, prepared)
    assert one.message != two.message
    signed = blind_rsa.blind_sign(signing_key(), one.message)
    assert blind_rsa.verify(public, prepared, blind_rsa.finalize(public, prepared, signed, one.inverse))
    with pytest.raises(BlindSignatureError):
        blind_rsa.finalize(public, prepared, signed, two.inverse)


@pytest.mark.parametrize("given", [b"", bytes(384), b"\xff" * 384, b"\x01" * 383])
def test_what_is_no_number_of_the_key_is_not_signed(given: bytes) -> None:
    with pytest.raises(BlindSignatureError):
        blind_rsa.blind_sign(signing_key(), given)


def test_a_multiple_of_a_prime_would_give_the_key_away(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = signing_key().private_numbers()
    with pytest.raises(BlindSignatureError, match="nothing to sign"):
        blind_rsa.blind_sign(signing_key(), numbers.p.to_bytes(384, "big"))


def test_a_faulty_result_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    right = blind_rsa._private
    monkeypatch.setattr(blind_rsa, "_private", lambda key, value: right(key, value) ^ 1)
    with pytest.raises(BlindSignatureError, match="nothing is given out"):
        blind_rsa.blind_sign(signing_key(), (1 << 2000).to_bytes(384, "big"))


@pytest.mark.parametrize("n", [3, 1 << 3071, (1 << 1024) + 1])
def test_what_is_no_key(n: int) -> None:
    with pytest.raises(BlindSignatureError):
        blind_rsa.PublicKey(n)


def test_a_prefix_has_32_bytes() -> None:
    with pytest.raises(BlindSignatureError):
        blind_rsa.prepare(b"x", prefix=b"short")


def test_the_encoding_is_the_librarys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signature over our encoding, made without blinding, is one that the library accepts."""
    key: Any = signing_key()
    encoded = blind_rsa._encode(b"x", 3071, b"\x07" * 48)
    signature = blind_rsa._private(key, int.from_bytes(encoded, "big")).to_bytes(384, "big")
    assert blind_rsa.verify(blind_rsa.public_of(key), b"x", signature)
