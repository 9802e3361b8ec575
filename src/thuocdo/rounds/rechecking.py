"""The list of a round against the facts of a later day: who came, who is no longer found, whose case changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books, links, people, population
from thuocdo.rounds.access import eyes_of, round_seen
from thuocdo.rounds.frame import Frame, read_frame
from thuocdo.rounds.models import Round, RoundSubject

PAGE = 500
"""People compared on one page."""


@dataclass(frozen=True)
class Changed:
    """A subject whose facts say something else now than the list does."""

    row: RoundSubject
    now: population.New


@dataclass(frozen=True)
class Recheck:
    """One page of the comparison. `came`: not on the list yet; `gone`: on it and found no more; `changed`: another
    standing by the text, where nobody has decided about it; `posted`: another leading post than the list froze.
    `later`: where the next page goes on, None on the last;
    `organisations` of the round to choose from, and the one `chosen`."""

    round: Round
    day: date
    came: Sequence[population.New]
    gone: Sequence[RoundSubject]
    changed: Sequence[Changed]
    posted: Sequence[Changed]
    later: int | None
    first: bool
    organisations: Sequence[tuple[int, str]]
    chosen: int

    @property
    def same(self) -> bool:
        return not (self.came or self.gone or self.changed or self.posted)


def found_for(round_: Round, day: date, people_: Sequence[int]) -> list[population.New]:
    """The subjects as they would be frozen on that day: every body, and what these people are."""
    return _found(round_, day, read_frame(round_.organisation, day, round_.leaderships), people_)


def _found(round_: Round, day: date, frame: Frame, people_: Sequence[int]) -> list[population.New]:
    who = books.who_of(round_)
    facts = people.read_people(frame, day, round_.year, people_)
    bodies = population.frame_subjects(frame, who)
    return bodies + people.person_subjects(frame, who, facts, round_.rating_date, round_.year)


def person_of_key(key: str) -> int | None:
    """The person of whom a subject with that key is.

    >>> person_of_key("ca-nhan/12/cap-uy/3"), person_of_key("cap-uy/3")
    (12, None)
    """
    head, _, rest = key.partition("/")
    number = rest.partition("/")[0]
    known = head in ("dang-vien", "can-bo", "ca-nhan") and number.isascii() and number.isdigit() and len(number) < 16
    return int(number) if known else None


def facts_day(round_: Round, at: datetime) -> date:
    """The day that the list is compared with: today, not later than the rating date."""
    return min(day_of(at), round_.rating_date)


def recheck(user: User, round_id: int, at: datetime, *, organisation: int = 0, after: int = -1) -> Recheck:
    """For the officer of an open round: the next people after that key, of the whole round or of one Party organisation
    and the unit beside it; bodies are on the first page of the whole. Constant queries. Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    round_ = round_seen(user, round_id, on, eyes)
    if round_.unit_id not in eyes.officer or round_.state != Round.State.OPEN:
        raise NotYours()
    day = facts_day(round_, at)
    frame = read_frame(round_.organisation, day, round_.leaderships)
    if organisation and organisation not in frame.organisations:
        raise NotYours()
    listed = RoundSubject.objects.filter(round=round_, person__gt=after)
    if organisation:
        beside = Q(kind__in=links.STAFF, unit=frame.organisations[organisation].unit_id)
        listed = listed.filter(Q(party=organisation) | Q(organisation__party=organisation) | beside)
    known = listed.order_by("person_id").values_list("person_id", flat=True).distinct()[: PAGE + 1]
    now = people.next_people(frame, day, after, PAGE + 1, organisation)
    together = sorted({*now, *(key for key in known if key is not None)})
    keys, bodies = together[:PAGE], after < 0 and not organisation
    every = _found(round_, day, frame, keys)
    found = {one.key: one for one in every if one.person is not None or bodies}
    mine = Q(person__in=keys) | Q(person=None) if bodies else Q(person__in=keys)
    rows = {row.key: row for row in RoundSubject.objects.filter(mine, round=round_).select_related("collective")}
    gone = [row for key, row in rows.items() if key not in found and row.standing != RoundSubject.Standing.EXEMPT]
    changed = [
        Changed(row, found[key])
        for key, row in rows.items()
        if key in found and row.decided_by_id is None and found[key].inclusion.standing != row.standing
    ]
    posted = [
        Changed(row, found[key])
        for key, row in rows.items()
        if key in found and found[key].role != row.role
    ]
    return Recheck(
        round_, day, [one for key, one in found.items() if key not in rows], gone, changed, posted,
        keys[-1] if len(together) > PAGE else None, after < 0,
        sorted(((pk, one.name) for pk, one in frame.organisations.items()), key=lambda one: one[1]), organisation,
    )  # fmt: skip
