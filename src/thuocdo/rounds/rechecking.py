"""The list of a round against the facts of a later day: who came, who is no longer found, whose case changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books, people, population
from thuocdo.rounds.access import eyes_of, round_seen
from thuocdo.rounds.frame import Frame, read_frame
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.rounds.rules import who_rules

MOST_PEOPLE = 2000
LISTED = 200


@dataclass(frozen=True)
class Changed:
    """A subject whose facts say something else now than the list does."""

    row: RoundSubject
    now: population.New


@dataclass(frozen=True)
class Recheck:
    """`came`: not on the list yet; `gone`: on it and found no more; `changed`: another standing by the text, where
    nobody has decided about it. `too_many`: so many people are not compared on one page."""

    round: Round
    day: date
    came: Sequence[population.New]
    gone: Sequence[RoundSubject]
    changed: Sequence[Changed]
    too_many: bool = False

    @property
    def same(self) -> bool:
        return not (self.came or self.gone or self.changed)


def found_on(round_: Round, day: date) -> tuple[Frame, list[population.New]] | None:
    """The subjects as they would be frozen on that day; None where they are too many for one request."""
    rules = books.rules_of(round_)
    frame, who = read_frame(round_.organisation, day, round_.leaderships), who_rules(rules.book, rules.kinds)
    keys = people.next_people(frame, day, -1, MOST_PEOPLE + 1)
    if len(keys) > MOST_PEOPLE:
        return None
    found = population.frame_subjects(frame, who)
    facts = people.read_people(frame, day, round_.year, keys)
    return frame, found + people.person_subjects(frame, who, facts, round_.rating_date, round_.year)


def facts_day(round_: Round, at: datetime) -> date:
    """The day that the list is compared with: today, not later than the rating date."""
    return min(day_of(at), round_.rating_date)


def recheck(user: User, round_id: int, at: datetime) -> Recheck:
    """For the officer of an open round. Constant queries. Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    round_ = round_seen(user, round_id, on, eyes)
    if round_.unit_id not in eyes.officer or round_.state != Round.State.OPEN:
        raise NotYours()
    day = facts_day(round_, at)
    known = found_on(round_, day)
    if known is None:
        return Recheck(round_, day, (), (), (), too_many=True)
    found = {one.key: one for one in known[1]}
    rows = {row.key: row for row in RoundSubject.objects.filter(round=round_).select_related("collective")}
    gone = [row for key, row in rows.items() if key not in found and row.standing != RoundSubject.Standing.EXEMPT]
    changed = [
        Changed(row, found[key])
        for key, row in rows.items()
        if key in found and row.decided_by_id is None and found[key].inclusion.standing != row.standing
    ]
    return Recheck(
        round_, day, [one for key, one in found.items() if key not in rows][:LISTED], gone[:LISTED], changed[:LISTED]
    )
