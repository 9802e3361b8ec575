"""Seals and shares."""

import itertools
import secrets

import pytest

from tests.unit.ballots.making import opening_key
from thuocdo.ballots.lpk1 import sealing, shares
from thuocdo.ballots.lpk1.sealing import SealError
from thuocdo.ballots.lpk1.shares import ShareError

TAG, SERIAL = "a" * 64, "b" * 64


def test_a_seal_opens_only_where_it_belongs() -> None:
    public = sealing.public_of(opening_key())
    sealed = sealing.seal(public, b"\x01\x02", TAG, SERIAL)
    assert len(sealed) == 2 + sealing.OVERHEAD
    assert sealed != sealing.seal(public, b"\x01\x02", TAG, SERIAL)
    assert sealing.unseal(opening_key(), sealed, TAG, SERIAL) == b"\x01\x02"
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    cases = [
        (opening_key(), sealed, "c" * 64, SERIAL),
        (opening_key(), sealed, TAG, "c" * 64),
        (opening_key(), changed, TAG, SERIAL),
        (opening_key(), b"", TAG, SERIAL),
        (sealing.generate(), sealed, TAG, SERIAL),
    ]
    for case in cases:
        with pytest.raises(SealError):
            sealing.unseal(*case)


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\xff" * 32])
def test_what_is_no_opening_key(secret: bytes) -> None:
    with pytest.raises(SealError):
        sealing.public_of(secret)


def test_what_is_no_point_seals_nothing() -> None:
    with pytest.raises(SealError):
        sealing.seal(b"\x04" + b"\x01" * 64, b"x", TAG, SERIAL)


def test_any_two_shares_give_the_key_back_and_one_says_nothing() -> None:
    secret = secrets.token_bytes(32)
    made = shares.split(secret, TAG)
    for pair in itertools.permutations(made, 2):
        assert shares.combine(pair, TAG) == secret
    assert len(set(made[0])) > 5
    assert shares.split(secret, TAG)[0] != made[0]


def test_a_share_is_read_as_people_write_it() -> None:
    secret = b"\x00\x11" * 16
    one, two, _ = shares.split(secret, TAG)
    written = one.lower().replace("1", "l").replace("0", "o").replace(" ", "-")
    assert shares.combine([written, f"  {two}\n"], TAG) == secret


def test_every_single_mistyped_character_is_refused() -> None:
    one, two, _ = shares.split(secrets.token_bytes(32), TAG)
    for place, letter in enumerate(one):
        if letter != " ":
            wrong = "7" if letter != "7" else "8"
            with pytest.raises(ShareError):
                shares.combine([one[:place] + wrong + one[place + 1 :], two], TAG)


def test_two_shares_of_this_ballot_are_needed() -> None:
    made = shares.split(bytes(32), TAG)
    other = shares.split(bytes(32), "c" * 64)
    for given in (made[:1], [made[0], made[0]], made, [made[0], other[1]], [made[0], ""], [made[0], "U" * 60]):
        with pytest.raises(ShareError):
            shares.combine(given, TAG)


def test_the_field_is_a_field() -> None:
    for a in range(1, 256):
        assert shares._times(a, shares._inverse(a)) == 1
    assert shares._times(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
