"""Ballots on paper in the demonstration: a cell votes on its members' levels, counted by two, its minutes still to be
signed; another cell will vote in a few days.

Quy định 366 as read prescribes no ballot: the ground is the cell's own text, which is invented."""

from datetime import datetime
from functools import partial
from typing import Any

from thuocdo.ballots import actions, texts
from thuocdo.ballots.actions.people import Chosen
from thuocdo.ballots.models import Ballot
from thuocdo.demo import situations as s
from thuocdo.demo.party_files import year_of
from thuocdo.demo.timeline import VIETNAM, Timeline, moment, working_day_before
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.records.models import PartyMembership, PartyOrganisation
from thuocdo.rounds.models import Round

CELL, BASIS = "HK-CB-KT", "Quy chế làm việc của chi bộ, số 02-QC/CB (ví dụ minh họa)"
TELLERS = ("kt.1", "kt.2", "kt.3")
COMING = ("HK-CB-HC", "hc.h", (s.COMPONENT_HEAD, "tn.1", "sh.h"))
"""The cell that will vote, its secretary, and who will count there."""
HIGH, LOW = 1, 1
"""Votes for the best level, and for the third, on each line; all others are for the second."""


def schedule_ballot(timeline: Timeline, world: World) -> None:
    """Two days after the cell reviewed its members; the other ballot was called yesterday."""
    day = add_working_days(world.plan.months[2].first, 9)
    timeline.add(moment(day, 9), partial(_prepare, world, (CELL, s.EVALUATOR, TELLERS), 0))
    timeline.add(moment(day, 16), partial(_hold, world))
    for number, slot in enumerate(TELLERS[:2]):
        timeline.add(moment(day, 17, number), partial(_count, world, slot))
    called = working_day_before(world.start.astimezone(VIETNAM).date(), 1)
    timeline.add(moment(called, 11), partial(_prepare, world, COMING, 4))


def _prepare(world: World, who: tuple[str, str, tuple[str, ...]], days: int, at: datetime) -> None:
    """Everybody of the cell votes and stands on the slip, so many working days later."""
    code, secretary, counting = who
    cell, by = PartyOrganisation.objects.get(code=code), world.user(secretary)
    kind, on = str(Ballot.Kind.MEMBER_LEVELS), add_working_days(at.date(), days) if days else at.date()
    typed = {
        "title": "Phiếu đề nghị mức xếp loại đảng viên", "meeting": "Sinh hoạt chi bộ",
        "year": str(year_of(world.plan)), "basis": BASIS, "secrecy": "secret", "invalid": "line",
        "options": "\n".join(texts.levels(kind, on)), "least": "1", "most": "1", "quorum": "2/3",
        "quorum_source": BASIS, "round": str(Round.objects.get(unit=world.ward).pk),
    }  # fmt: skip
    one = actions.prepare_ballot(
        ballot_id=None, version=0, unit_id=0, organisation_id=cell.pk, kind=kind, held_on=on, typed=typed, by=by, at=at
    )
    members = list(PartyMembership.objects.filter(organisation=cell).values_list("person_id", flat=True))
    tellers = [world.people[slot].pk for slot in counting]
    chosen = Chosen(members, [f"p{key}" for key in members], {}, {}, tellers, tellers[0], world.people[secretary].pk)
    one = actions.choose_people(ballot_id=one.pk, version=one.version, chosen=chosen, by=by, at=at)
    actions.freeze_ballot(ballot_id=one.pk, version=one.version, by=by, at=at)


def _hold(world: World, at: datetime) -> None:
    """All but one are there; each gets a slip."""
    one = Ballot.objects.get(organisation__code=CELL)
    by: dict[str, Any] = {"ballot_id": one.pk, "by": world.user(TELLERS[0]), "at": at}
    there = list(one.electors.exclude(person=world.people[s.MOVER_NOW]).values_list("pk", flat=True))
    one = actions.call_roll(version=one.version, present=there, **by)
    actions.issue_slips(version=one.version, issued=str(len(there)), **by)


def _count(world: World, slot: str, at: datetime) -> None:
    one = Ballot.objects.get(organisation__code=CELL)
    slips = one.issued or 0
    typed = {"returned": str(slips), "unreturned": "0", "valid": str(slips), "invalid": "0"}
    for place in range(1, one.lines.filter(number__isnull=False).count() + 1):
        votes = [0] * len(one.options)
        votes[0], votes[1], votes[2] = HIGH, slips - HIGH - LOW, LOW
        typed |= {f"l{place}.valid": str(slips), f"l{place}.invalid": "0"}
        typed |= {f"l{place}.o{option}": str(found) for option, found in enumerate(votes, 1)}
    actions.enter_count(ballot_id=one.pk, typed=typed, by=world.user(slot), at=at)
