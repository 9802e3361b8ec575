"""What committee, voters and observers of a ballot on phones are shown; each read with its access check."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.ballots import rules
from thuocdo.ballots.lpk1.board import SHOWN, short, tag_of
from thuocdo.ballots.lpk1.counting import Share, bases_of, passes, slip_lines
from thuocdo.ballots.messages import message
from thuocdo.ballots.models import Ballot, Elector
from thuocdo.ballots.phones.access import elector_of, is_chair, is_teller
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.compiled import asked_for


@dataclass(frozen=True)
class Line:
    """One line of the result: its options with votes and shares, every share with its base."""

    text: str
    valid: int
    invalid: int
    options: list[tuple[str, int, list[str], bool | None]]


@dataclass(frozen=True)
class Committee:
    """The committee's page. `asked`, `signed`: requests for tokens, signed ones among them."""

    ballot: Ballot
    content: dict[str, Any]
    electors: list[Elector]
    teller: bool
    keys_fingerprint: str
    asked: int
    signed: int
    waiting: list[Elector]
    returned: int

    @property
    def before_casting(self) -> bool:
        return self.ballot.state in rules.BEFORE_CASTING

    @property
    def too_few(self) -> bool:
        """Closing was put off, and what is here is still too little to be written: paper is open again."""
        return self.ballot.state == rules.CASTING and bool(self.ballot.put_off) and not self.returned


@dataclass(frozen=True)
class Slip:
    """A voter's page."""

    ballot: Ballot
    content: dict[str, Any]
    elector: Elector

    @property
    def apart(self) -> bool:
        """Phones ask the casting host alone: the page says so by itself, so that one loaded now asks nothing here that
        would tell whether its slip is cast."""
        return self.ballot.state in rules.ON_CASTING_HOST


def committee(user: User, ballot_id: int) -> Committee:
    """For tellers and the chair. Raises NotYours."""
    one = _conducted(user, ballot_id)
    electors = Elector.objects.filter(ballot=one, left_out="").select_related("person").order_by("person__sort_key")
    listed = list(electors)
    requests = dict(TokenRequest.objects.filter(elector__ballot=one).values_list("elector_id", "blind_signature"))
    return Committee(
        ballot=one,
        content=json.loads(one.document),
        electors=listed,
        teller=is_teller(one, user),
        keys_fingerprint=keys_fingerprint(one),
        asked=len(requests),
        signed=sum(map(bool, requests.values())),
        waiting=[each for each in listed if each.present and each.pk not in requests],
        returned=Cast.objects.filter(ballot=one).count(),
    )


def slip(user: User, ballot_id: int) -> Slip:
    """For who may vote. Raises NotYours."""
    one = _on_phones(ballot_id)
    elector = elector_of(one, user)
    if elector is None:
        raise NotYours()
    return Slip(one, json.loads(one.document), elector)


ASKED = (
    "ballot__state", "ballot__mode", "ballot__keys", "present", "token_request__blinded",
    "token_request__blind_signature",
)  # fmt: skip


def my_token(user: User, ballot_id: int) -> dict[str, Any]:
    """What a voter's phone asks while it waits: where the ballot stands, its keys, the own blind signature. A room full
    of phones asks it again and again: one query, of these columns, whose text is written once. Raises NotYours."""
    found = asked_for(_waiting, user.pk, ballot_id)
    if not found:
        raise NotYours()
    state, mode, keys, present, blinded, signature = found[0]
    return {
        "state": state,
        "mode": mode,
        "present": bool(present),
        "keys": json.loads(keys) if isinstance(keys, str) else keys,
        "asked": blinded or "",
        "blind_signature": signature or "",
    }


def _waiting(user: int, ballot: int) -> list[QuerySet[Elector, Any]]:
    mine = Elector.objects.filter(_kept(), person__user_id=user, left_out="", ballot_id=ballot)
    return [mine.order_by().values_list(*ASKED)]


def requests_out(user: User, ballot_id: int) -> dict[str, Any]:
    """Requests that are not signed yet, by opaque keys, for the tool. Raises NotYours, Conflict."""
    one = _for_tellers(user, ballot_id)
    if one.state != rules.ISSUING:
        raise Conflict(f"Cuộc bỏ phiếu hiện {one.get_state_display()}; không có yêu cầu nào để ký.")
    asked = TokenRequest.objects.filter(elector__ballot=one, blind_signature="")
    rows = asked.order_by("elector__key").values_list("elector__key", "blinded")
    found = [{"id": key, "blinded": blinded} for key, blinded in rows]
    return message("requests", keys_fingerprint=keys_fingerprint(one), requests=found)


def ballot_out(user: User, ballot_id: int) -> dict[str, Any]:
    """The frozen ballot for the tool; once slips are given out also what opening in a new window needs."""
    one = _for_tellers(user, ballot_id)
    content = {"ballot": json.loads(one.document)}
    if one.issued is not None:
        content |= {"keys": one.keys, "present": one.present, "issued": one.issued}
    return message("ballot", **content)


def casts_out(user: User, ballot_id: int) -> dict[str, Any]:
    """All casts after closing, by serial. Raises NotYours, Conflict."""
    one = _for_tellers(user, ballot_id)
    if one.state != rules.CLOSED and not one.board:
        raise Conflict("Chưa đóng bỏ phiếu nên chưa lấy được các phiếu.")
    rows = Cast.objects.filter(ballot=one).order_by("serial")
    fields = ("serial", "key", "prefix", "signature", "sealed", "proof")
    return message("casts", keys_fingerprint=keys_fingerprint(one), rows=list(rows.values(*fields)))


def board(user: User, ballot_id: int) -> tuple[Ballot, dict[str, Any]]:
    """The published board, for everybody summoned, tellers and chair. Raises NotYours before it is there."""
    one = _on_phones(ballot_id)
    known = is_teller(one, user) or is_chair(one, user) or elector_of(one, user)
    if not known or not one.board:
        raise NotYours()
    return one, json.loads(one.board)


def result_lines(found: dict[str, Any]) -> list[Line]:
    """The result of a board for people."""
    lines = []
    for number, (line, counted) in enumerate(zip(found["ballot"]["lines"], found["result"]["lines"], strict=True)):
        bases = bases_of(found, number)
        options = []
        for option, votes in zip(line["options"], counted["counts"], strict=True):
            shares = [Share(votes, bases[base], base).text for base in ("valid", "returned", "present", "summoned")]
            options.append((option, votes, shares, passes(found["ballot"], votes, bases)))
        lines.append(Line(line["text"], counted["valid"], counted["invalid"], options))
    return lines


def slip_rows(found: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Every slip of a board: the end of its serial, and what it says for each line."""
    lines = found["ballot"]["lines"]
    rows = []
    for row in found["rows"]:
        if row["choice"] is None:
            rows.append((row["serial"][-SHOWN:], ["không đọc được: không hợp lệ"] * len(lines)))
            continue
        words = []
        for line, marked, good in zip(lines, row["choice"], slip_lines(found["ballot"], row["choice"]), strict=True):
            chosen = ", ".join(line["options"][option] for option in marked) or "(để trống)"
            words.append(chosen if good else f"{chosen}: không hợp lệ")
        rows.append((row["serial"][-SHOWN:], words))
    return rows


def keys_fingerprint(one: Ballot) -> str:
    """Read aloud by the committee, compared on every phone; empty before there are keys."""
    return short(tag_of(json.loads(one.document), one.keys)) if one.keys else ""


def _kept(ballot: str = "ballot__") -> Q:
    """Frozen, and on phones or begun there."""
    moved = ~Q(**{f"{ballot}paper_reason": ""})
    return ~Q(**{f"{ballot}document": ""}) & (Q(**{f"{ballot}mode": Ballot.Mode.PHONE}) | moved)


def _on_phones(ballot_id: int) -> Ballot:
    found = Ballot.objects.select_related("unit").filter(_kept(""), pk=ballot_id).first()
    if found is None:
        raise NotYours()
    return found


def _conducted(user: User, ballot_id: int) -> Ballot:
    one = _on_phones(ballot_id)
    if not is_teller(one, user) and not is_chair(one, user):
        raise NotYours()
    return one


def _for_tellers(user: User, ballot_id: int) -> Ballot:
    one = _on_phones(ballot_id)
    if not is_teller(one, user):
        raise NotYours()
    return one
