"""A ballot on phones in a given state, and phones without a screen: what the browser does, in Python."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any

from django.utils.crypto import get_random_string

from tests.factories.people import make_person, make_unit
from tests.guards import outside_actions
from tests.unit.ballots import making
from thuocdo.ballots.actions import phones, tokens
from thuocdo.ballots.lpk1 import blind_rsa, board, casts, sealing
from thuocdo.ballots.messages import message
from thuocdo.ballots.models import Ballot, BallotLine, Elector, Teller
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.organisation.models import Person, Unit

AT = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
_TOKENS: dict[tuple[str, int], casts.Token] = {}
LEVELS = ["Tín nhiệm cao", "Tín nhiệm", "Tín nhiệm thấp"]


@dataclass
class Meeting:
    """One ballot, its committee and its voters, all with accounts."""

    code: str
    tellers: list[Person]
    voters: list[Person]
    unit: Unit
    other: dict[str, Any] = field(default_factory=dict)

    @property
    def ballot(self) -> Ballot:
        return Ballot.objects.get(code=self.code)

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ballot.document)
        return found

    @property
    def tag(self) -> str:
        return board.tag_of(self.content, making.keys())

    def by(self, **more: Any) -> dict[str, Any]:
        """What an action of the committee takes."""
        one = self.ballot
        return {"ballot_id": one.pk, "version": one.version, "by": self.tellers[0].user, "at": AT} | more


def meeting(voters: int, *, unit: Unit | None = None, **content: Any) -> Meeting:
    """A frozen ballot of one line; three tellers and so many voters."""
    unit = unit or make_unit(f"PB-{get_random_string(6)}", "Phòng họp")
    name = get_random_string(6)
    tellers = [make_person(f"{name}-kp{n}", f"Kiểm Phiếu {n}", unit) for n in range(3)]
    people = [make_person(f"{name}-{n}", f"Cử Tri {n:03d}", unit) for n in range(voters)]
    return frozen(unit, tellers, people, chair=make_person(f"{name}-ct", "Chủ Trì", unit), **content)


def frozen(
    unit: Unit, tellers: Sequence[Person], voters: Sequence[Person], *, chair: Person | None = None, **content: Any
) -> Meeting:
    """The chair stands on the slip."""
    with outside_actions():
        one = Ballot(
            unit=unit, kind=Ballot.Kind.CONFIDENCE_LEVELS, mode=Ballot.Mode.PHONE, basis="Quy chế",
            title="Lấy phiếu tín nhiệm", meeting="Hội nghị", held_on=date(2026, 11, 22), year=2026, options=LEVELS,
            quorum_part=2, quorum_whole=3, quorum_source="Quy chế", made_by=tellers[0].user, made_at=AT,
            chair=chair,
        )  # fmt: skip
        lines = [{"text": "Đồng chí Ân", "options": LEVELS, "least": 1, "most": 1}]
        given = {"id": one.code, "summoned": len(voters), "majority": None, "lines": lines} | content
        frozen_ = making.ballot(**given)
        one.save()
        Teller.objects.bulk_create(Teller(ballot=one, person=p, head=not n) for n, p in enumerate(tellers))
        BallotLine.objects.create(ballot=one, number=1, text="Đồng chí Ân", person=chair)
        Elector.objects.bulk_create(Elector(ballot=one, person=person) for person in voters)
        one.document, one.fingerprint = board.canonical(frozen_).decode(), board.fingerprint(frozen_)
        one.state = Ballot.State.FROZEN
        one.save()
    return Meeting(one.code, list(tellers), list(voters), unit)


def keys_message(one: Meeting) -> str:
    """What the committee's tool says after making keys."""
    content = {"keys": making.keys(), "keys_fingerprint": board.short(one.tag), "fingerprint": one.ballot.fingerprint}
    return json.dumps(message("keys", **content))


def issuing(one: Meeting, *, absent: int = 0) -> Meeting:
    """Keys are there, all but the last `absent` are present, tokens may be asked for."""
    phones.take_keys(**one.by(text=keys_message(one)))
    there = Elector.objects.filter(ballot__code=one.code).order_by("pk").values_list("key", flat=True)
    phones.start_issuing(**one.by(present=list(there)[: len(there) - absent]))
    return one


def signatures(one: Meeting) -> str:
    """What the tool says to all requests that are not signed."""
    asked = TokenRequest.objects.filter(elector__ballot__code=one.code, blind_signature="").select_related("elector")
    answers = [{"id": each.elector.key, "blind_signature": signed(each.blinded)} for each in asked]
    return json.dumps(message("signatures", keys_fingerprint=board.short(one.tag), signatures=answers))


def signed(blinded: str) -> str:
    return blind_rsa.blind_sign(making.signing_key(), bytes.fromhex(blinded)).hex()


@dataclass
class Phone:
    """One voter's phone."""

    of: Meeting
    voter: Person

    @property
    def token(self) -> casts.Token:
        """Outside of the phone's own fields: keys cannot be copied with a standing world."""
        place = (self.of.code, self.voter.pk)
        if place not in _TOKENS:
            _TOKENS[place] = casts.new_token(making.keys(), self.of.tag)
        return _TOKENS[place]

    def ask(self) -> None:
        tokens.ask_token(ballot_id=self.of.ballot.pk, blinded=self.token.blinded, by=self.voter.user, at=AT)  # type: ignore[arg-type]

    def row(self, marks: list[list[int]]) -> dict[str, str]:
        answer = TokenRequest.objects.get(elector__ballot__code=self.of.code, elector__person=self.voter)
        return casts.cast(self.of.content, making.keys(), self.of.tag, self.token, answer.blind_signature, marks)


def casting(one: Meeting) -> list[Phone]:
    """Every voter has a token; casting is open."""
    issuing(one)
    found = [Phone(one, voter) for voter in one.voters]
    for phone in found:
        phone.ask()
    tokens.sign_tokens(ballot_id=one.ballot.pk, text=signatures(one), by=one.tellers[0].user, at=AT)  # type: ignore[arg-type]
    phones.end_issuing(**one.by())
    phones.start_casting(**one.by())
    return found


def opened(one: Meeting, rows: Sequence[Mapping[str, str]] | None = None) -> dict[str, Any]:
    """The board as the tool makes it of what is in the table."""
    fields = ("serial", "key", "prefix", "signature", "sealed", "proof")
    rows = rows if rows is not None else list(Cast.objects.filter(ballot__code=one.code).values(*fields))
    secret = making.opening_key()
    made = []
    for row in rows:
        content = sealing.unseal(secret, bytes.fromhex(row["sealed"]), one.tag, row["serial"])
        made.append(dict(row) | {"choice": board.decode_choice(one.content, content)})
    ballot = one.ballot
    return board.publish(
        one.content, making.keys(), present=ballot.present or 0, issued=ballot.issued or 0, rows=made
    )
