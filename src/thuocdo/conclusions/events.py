"""Reads of assessments before an event: the list, and what opening one offers. What a user may not see is NotYours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.conclusions import access, candidates
from thuocdo.conclusions.models import Assessment
from thuocdo.engine.schemes.occasions import Event, events_of
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where
from thuocdo.rounds import books

PAGE = 25


@dataclass(frozen=True)
class EventList:
    """One page of assessments before events, newest first; `may`: the reader opens them."""

    rows: list[Assessment]
    total: int
    number: int
    pages: int
    may: bool


def rows_of(user: User, on: date) -> QuerySet[Assessment]:
    """What the user sees: the own, those looked after or inspected, those the user decides, bodies the user leads."""
    seen = access.seen(user, on, access.looked_after(user, on)) | access.led(user, on)
    return Assessment.objects.filter(seen, round=None).select_related("unit", "competence", "person")


def filtered(rows: QuerySet[Assessment], typed: str, occasion: str, state: str) -> QuerySet[Assessment]:
    """The rows that were asked for; those dropped only where they are."""
    if typed:
        rows = rows.filter(Q(search_key__contains=fold(typed)) | Q(event__icontains=typed))
    if occasion in Assessment.Occasion.values:
        rows = rows.filter(occasion=occasion)
    return rows.filter(state=state) if state in Assessment.State.values else rows.exclude(state="dropped")


def event_list(user: User, typed: str, occasion: str, state: str, number: int, at: datetime) -> EventList:
    """Constant queries."""
    on = day_of(at)
    rows = filtered(rows_of(user, on), typed, occasion, state)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    page = rows.order_by("-day", "search_key", "pk")[(number - 1) * PAGE : number * PAGE]
    return EventList(list(page), total, number, pages, bool(units_where(user, Role.Kind.OFFICER, on)))


@dataclass(frozen=True)
class Offer:
    """What the page of opening one offers: the rules of the day (None and `why` where there are none), the overlays,
    the events that they name for the kind, and whom to choose."""

    rules: books.Rules | None
    why: str
    overlays: Sequence[tuple[str, str]]
    events: Sequence[Event]
    people: Sequence[candidates.Candidate]
    more: bool


def offer(user: User, day: date | None, overlay: str, kind: str, typed: str, at: datetime) -> Offer:
    """Raises NotYours for whoever is organisation officer of no unit."""
    on = day_of(at)
    if not units_where(user, Role.Kind.OFFICER, on):
        raise NotYours()
    people, more = candidates.offered(user, kind, typed, on)
    overlays: Sequence[tuple[str, str]] = ()
    try:
        if day is None:
            return Offer(None, "", (), (), people, more)
        overlays = books.offered(day)
        rules = books.selected(day, [overlay] if overlay else [])
    except Refusal as refusal:
        return Offer(None, refusal.message, overlays, (), people, more)
    named = [one for one in events_of(rules.book, day) if kind in one.subjects]
    return Offer(rules, "", overlays, named, people, more)
