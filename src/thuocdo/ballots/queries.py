"""Reads of ballots: the first page, a ballot for whoever takes part in it, and its settled result.

Nothing here shows one entry of a count to whoever still has to make another.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.ballots import figures, in_round
from thuocdo.ballots.access import LEADS, Seat, may_organise, of_organiser, organised_units, seat_among, seat_in
from thuocdo.ballots.confidence import case_of
from thuocdo.ballots.models import Ballot, BallotLine, Elector, Minutes, MinutesScan, Teller
from thuocdo.ballots.people import Offered, counting, leadership_of, offered
from thuocdo.ballots.results import Result, board_of, result_of, votes_of
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import on_day
from thuocdo.records.choosing import some
from thuocdo.records.models import CommitteeSeat, PartyOrganisation
from thuocdo.records.party.letterheads import letterhead_of
from thuocdo.rounds.access import round_seen
from thuocdo.rounds.models import Round

State = Ballot.State
LISTED = 100


@dataclass(frozen=True)
class Desk:
    """Ballots of the user, newest first, with what the user is in each; where the user may begin one."""

    ballots: tuple[Ballot, ...]
    units: UnitChoice
    organisations: tuple[PartyOrganisation, ...]
    round: Round | None = None


def desk(user: User, at: datetime, round_id: int | None = None, *, typed: str = "") -> Desk:
    """All of them, or those of a round that the user sees; `typed` looks for where to begin one. Raises NotYours for
    another round."""
    on = localdate(at)
    round_ = None if round_id is None else round_seen(user, round_id, on)
    mine = Q(person__user_id=user.pk, ballot=OuterRef("pk"))
    seated = Q(Exists(Elector.objects.filter(mine)) | Exists(Teller.objects.filter(mine)), ~Q(document=""))
    chaired = Q(chair__user_id=user.pk) & ~Q(document="")
    found = Ballot.objects.filter(of_organiser(user, on) | seated | chaired).select_related("unit", "organisation")
    if round_ is not None:
        found = found.filter(round=round_)
    units = organised_units(user, on)
    seats = CommitteeSeat.objects.filter(on_day(on), person__user_id=user.pk, role__in=LEADS)
    parties = PartyOrganisation.objects.filter(
        on_day(on), Q(pk__in=seats.values("organisation")) | Q(unit__in=units)
    )
    here, more = some(parties, typed)
    offered = choice(Unit.objects.filter(on_day(on), pk__in=units), typed)
    return Desk(
        tuple(found.order_by("-held_on", "-pk")[:LISTED]),
        replace(offered, many=offered.many or more),
        tuple(here),
        round_,
    )


def may_begin(user: User, unit_id: int, organisation_id: int | None, at: datetime) -> bool:
    """Whether the user prepares ballots of this unit or Party organisation."""
    on = localdate(at)
    if organisation_id is not None:
        found = PartyOrganisation.objects.filter(on_day(on), pk=organisation_id).first()
        return found is not None and may_organise(user, found.unit_id, found.pk, on)
    return Unit.objects.filter(on_day(on), pk=unit_id).exists() and may_organise(user, unit_id, None, on)


@dataclass(frozen=True)
class Drafting:
    """A ballot while it is prepared, with whom the page offers."""

    ballot: Ballot
    offered: Offered
    electors: Mapping[int, Elector]
    lines: Mapping[str, BallotLine]
    tellers: Mapping[int, Teller]
    outside: tuple[Person, ...]


def drafted(user: User, ballot_id: int, at: datetime) -> Ballot:
    """A ballot while it is prepared, for its organiser. Raises NotYours, Conflict once it is frozen."""
    on = localdate(at)
    one = Ballot.objects.select_related("unit", "organisation", "chair").filter(pk=ballot_id).first()
    if one is None or not may_organise(user, one.unit_id, one.organisation_id, on):
        raise NotYours()
    if one.state != State.DRAFT:
        raise Conflict("Nội dung phiếu đã chốt, không sửa được nữa.")
    return one


def drafting(user: User, ballot_id: int, at: datetime, words: str = "", kept: Collection[int] = ()) -> Drafting:
    """With whom the page of its people offers; `outside`: who else may count, those asked for (`words`, `kept`) and
    those stored. Raises NotYours, Conflict."""
    one, on = drafted(user, ballot_id, at), localdate(at)
    lines = {f"p{line.person_id}" if line.person_id else f"u{line.unit_id}": line for line in one.lines.all()}
    tellers, found = {row.person_id: row for row in one.tellers.all()}, offered(one, on)
    others = tuple(counting(one, on, words, {*tellers, *kept}, found.people))
    return Drafting(one, found, {row.person_id: row for row in one.electors.all()}, lines, tellers, others)


@dataclass(frozen=True)
class Counting:
    """What somebody who counts may know: how many entries there are, whether one is theirs, and, for the third person
    only, both entries and where they differ."""

    entered: int
    mine: bool
    differ: bool
    third: bool
    both: tuple[figures.Figures, ...]
    differences: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True)
class Opened:
    """A ballot for whoever takes part in it."""

    ballot: Ballot
    seat: Seat
    question: Mapping[str, Any]
    lines: tuple[BallotLine, ...]
    left_off: tuple[BallotLine, ...]
    electors: tuple[Elector, ...]
    left_out: tuple[Elector, ...]
    tellers: tuple[Teller, ...]
    counting: Counting | None
    result: Result | None
    scans: tuple[MinutesScan, ...]
    earlier: tuple[Minutes, ...]
    held: in_round.Held | None
    blank_heading: bool
    """While it is prepared: nobody wrote down the heading of the organisation's papers, which the slips then lack."""


def opened(user: User, ballot_id: int, at: datetime) -> Opened:
    """Raises NotYours."""
    with_round = ("unit", "organisation", "chair", "made_by", "round__organisation")
    one = Ballot.objects.select_related(*with_round).filter(pk=ballot_id).first()
    if one is None:
        raise NotYours()
    electors = list(one.electors.select_related("person").order_by("person__sort_key", "pk"))
    tellers = tuple(one.tellers.select_related("person").order_by("-head", "person__sort_key"))
    seat = seat_among(one, user, localdate(at), tellers, electors)
    lines = list(one.lines.select_related("person", "unit").order_by("number", "pk"))
    on_slip = [line for line in lines if line.number is not None]
    versions = list(one.minutes.order_by("counting")) if one.present else []
    current = next((row for row in versions if row.counting == one.counting), None)
    may_see = current is not None and (seat.conducts or one.state == State.FINAL or bool(one.board))
    return Opened(
        one, seat, json.loads(one.document) if one.document else {}, tuple(on_slip),
        tuple(line for line in lines if line.number is None), tuple(row for row in electors if not row.left_out),
        tuple(row for row in electors if row.left_out), tellers,
        _counting(one, user) if seat.teller and one.state == State.ISSUED else None,
        result_of(one, current, on_slip) if may_see and current is not None else None,
        tuple(current.scans.select_related("attached_by__person", "confirmed_by__person").order_by("number"))
        if may_see and seat.conducts and current is not None else (),
        tuple(row for row in versions if row.counting < one.counting) if seat.conducts else (),
        in_round.held(one, on_slip) if seat.conducts else None,
        one.state == State.DRAFT and one.organisation is not None
        and not letterhead_of(one.organisation, one.held_on).heading,
    )  # fmt: skip


def _counting(one: Ballot, user: User) -> Counting:
    entries = list(one.entries.filter(counting=one.counting).order_by("number"))
    mine = any(entry.by_id == user.pk for entry in entries)
    differ = len(entries) == 2
    third = differ and not mine
    both = tuple(figures.figures_of(json.loads(entry.figures)) for entry in entries) if third else ()
    rows: Sequence[tuple[str, str, int, int]] = ()
    if third:
        question = json.loads(one.document)
        rows = [(name, figures.label_of(question, name), a, b) for name, a, b in figures.differences(*both)]
    return Counting(len(entries), mine, differ, third, both, tuple(rows))


def frozen_for(user: User, ballot_id: int, at: datetime) -> Opened:
    """A ballot whose question is frozen, for whoever conducts it. Raises NotYours, Conflict."""
    found = opened(user, ballot_id, at)
    if not found.seat.conducts:
        raise NotYours()
    if not found.ballot.document:
        raise Conflict("Nội dung phiếu chưa chốt. Hãy chốt rồi in phiếu.")
    return found


def minutes_of(user: User, ballot_id: int, at: datetime) -> tuple[Opened, Result]:
    """The current minutes, for whoever conducts the ballot. Raises NotYours, Conflict."""
    found = opened(user, ballot_id, at)
    if not found.seat.conducts:
        raise NotYours()
    if found.result is None:
        raise Conflict("Chưa có biên bản: số kiểm phiếu chưa chốt.")
    return found, found.result


def scan_of(user: User, ballot_id: int, scan_id: int, at: datetime) -> MinutesScan:
    """Raises NotYours."""
    one = Ballot.objects.filter(pk=ballot_id).first()
    if one is None or not seat_in(one, user, localdate(at)).conducts:
        raise NotYours()
    scan = MinutesScan.objects.filter(pk=scan_id, minutes__ballot=one).first()
    if scan is None:
        raise NotYours()
    return scan


def facts_of(user: User, ballot_id: int, at: datetime) -> dict[str, Any]:
    """Votes on three levels in the case format, sourced. Raises NotYours, Conflict before two people have compared the
    signed minutes."""
    found, result = minutes_of(user, ballot_id, at)
    one = found.ballot
    if one.kind != Ballot.Kind.CONFIDENCE_LEVELS:
        raise NotYours()
    if one.state not in (State.SIGNED, State.FINAL):
        raise Conflict("Chưa dùng được kết quả: biên bản chưa ký, hoặc bản chụp chưa có người thứ hai đối chiếu.")
    board = board_of(one, one.minutes.get(counting=one.counting))
    named = [(place, row.line.person) for place, row in enumerate(result.lines) if row.line.person is not None]
    held = leadership_of([person.pk for _, person in named], one.held_on)
    people = [(person.code, held[person.pk], votes_of(board, place)) for place, person in named]
    scan = next(row.digest for row in found.scans if row.confirmed_by_id)
    note = f"Nguồn: biên bản kiểm phiếu mã {result.code}, SHA-256 {result.digest}; bản chụp đã ký, SHA-256 {scan}."
    return case_of(people, one.held_on, note)
