"""Who scores a Party organisation, who recognises it, and which rule holds for it in a year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.engine.schemes.reviewing import Scoring, scoring_of
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyOrganisation
from thuocdo.rounds import books
from thuocdo.rounds.access import Eyes, eyes_of
from thuocdo.rounds.models import Round

HEADS = ("secretary", "deputy")
DEEPEST = 8


def led(user: User, on: date) -> Q:
    """Organisations of whose committee the user is secretary or deputy on the day."""
    seats = CommitteeSeat.objects.filter(on_day(on), person__user_id=user.pk, role__in=HEADS)
    return Q(pk__in=seats.values("organisation"))


def scored_by(user: User, on: date, eyes: Eyes | None = None) -> Q:
    """Organisations that the user writes scores for: led, or beside a unit looked after."""
    return led(user, on) | Q(unit__in=(eyes or eyes_of(user, on)).officer)


def recognised_by(user: User, on: date, eyes: Eyes | None = None) -> Q:
    """Organisations whose scores the user recognises: directly below one led or looked after."""
    above = PartyOrganisation.objects.filter(scored_by(user, on, eyes))
    return Q(pk__in=PartyLink.objects.filter(on_day(on), parent__in=above).values("child"))


def seen_by(user: User, on: date, eyes: Eyes | None = None) -> Q:
    """Those, and for inspectors those of their units."""
    eyes = eyes or eyes_of(user, on)
    return scored_by(user, on, eyes) | recognised_by(user, on, eyes) | Q(unit__in=eyes.inspector)


def organisation_for(organisation_id: int, wanted: Q) -> PartyOrganisation:
    """Raises NotYours."""
    one = PartyOrganisation.objects.filter(wanted, pk=organisation_id).select_related("unit").first()
    if one is None:
        raise NotYours()
    return one


def line_above(one: PartyOrganisation, on: date) -> list[int]:
    """The organisation and those above it on the day, nearest first."""
    return climbed(one.pk, dict(PartyLink.objects.filter(on_day(on)).values_list("child_id", "parent_id")))


def climbed(one: int, up: Mapping[int, int]) -> list[int]:
    """It and what is above it by these links, nearest first."""
    found = [one]
    while found[-1] in up and len(found) < DEEPEST:
        found.append(up[found[-1]])
    return found


def rule_for(one: PartyOrganisation, year: int, on: date) -> tuple[Round, Scoring]:
    """The nearest round of that year above the organisation whose rulebook asks for self-scoring. Raises NotYours."""
    line = line_above(one, on)
    rounds = Round.objects.filter(organisation__in=line, year=year).exclude(state=Round.State.DROPPED)
    for round_ in sorted(rounds.select_related("organisation", "unit"), key=lambda r: line.index(r.organisation_id)):
        rule = rule_of(round_)
        if rule is not None:
            return round_, rule
    raise NotYours("Bộ quy tắc của năm này không yêu cầu tổ chức đảng tự chấm điểm.")


def rule_of(round_: Round) -> Scoring | None:
    return scoring_of(books.rules_of(round_).book, round_.rating_date)
