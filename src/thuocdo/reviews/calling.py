"""Who may be called to a review meeting, place by place, and the meetings of a round that somebody sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When

from thuocdo.accounts.models import User
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.reviews.layouts import terms_for
from thuocdo.reviews.meeting_rules import soonest_of
from thuocdo.reviews.models import ReviewMeeting, ReviewReport
from thuocdo.rounds import books
from thuocdo.rounds.access import recordable, round_seen
from thuocdo.rounds.models import Round, RoundSubject, StepDone

OFFERED = 80
"""So many subjects, or meetings, stand on a page; a place with more is one page of its own, never cut."""
PLACE = ("cell", "place_key", "place_id")
ORDER = {kind: place for place, kind in enumerate(("collective", "leader", "party_organisation", "party_member"))}


@dataclass(frozen=True)
class ToReview:
    """A subject that may be called: when its draft was sent, and how soon a meeting may be held about it."""

    subject: RoundSubject
    label: str
    sent: date | None
    soonest: date | None


@dataclass(frozen=True)
class Place:
    """Those who are reviewed in one leadership collective or cell."""

    name: str
    subjects: list[ToReview]

    @property
    def keys(self) -> str:
        """Its subjects as one value of the form."""
        return ",".join(str(one.subject.pk) for one in self.subjects)

    @property
    def unsent(self) -> int:
        """How many of them have no draft yet."""
        return sum(one.sent is None for one in self.subjects)


@dataclass(frozen=True)
class Leaf:
    """One page of a list: its number, how many pages, how many things on all of them."""

    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class ToCall:
    """One page (`leaf`) of whole places with subjects that may be called to a meeting, and one (`met`) of the meetings
    of the round that the user sees, newest first. `drafts`: the rulebook names a term between draft and meeting."""

    round: Round
    places: list[Place]
    leaf: Leaf
    meetings: list[ReviewMeeting]
    met: Leaf
    drafts: bool


def to_call(
    user: User, round_id: int, typed: str, kind: str, at: datetime, *, number: int = 1, met: int = 1
) -> ToCall:
    """`typed` is part of the name of a subject, or of the collective or cell it is reviewed in; `number`, `met`: the
    pages of places and of meetings. Raises NotYours."""
    on = day_of(at)
    round_ = round_seen(user, round_id, on)
    mine = recordable(user, on)
    rows = _open(round_).filter(mine)
    rows = rows.filter(kind=kind) if kind in books.LABELS else rows
    if typed:
        word = fold(typed)
        where = Q(collective__search_key__contains=word, kind="leader") | Q(
            organisation__search_key__contains=word, kind__in=("party_member", "party_organisation")
        )
        rows = rows.filter(Q(search_key__contains=word) | where)
    placed = _placed(rows)
    pages = pages_of([(key, size) for *_, key, size in _sizes(placed)])
    leaf = _leaf(number, len(pages), sum(size for page in pages for _, size in page))
    wanted = [key for key, _ in pages[leaf.number - 1]] if pages else []
    shown = list(_in_turn(placed.filter(place_id__in=wanted)))
    sent = {one.pk: one.sent for one in shown if one.sent is not None}
    soonest = soonest_of(shown, sent)
    found = [ToReview(one, books.LABELS[one.kind], sent.get(one.pk), soonest.get(one.pk)) for one in shown]
    places = [Place(name, list(each)) for name, each in groupby(found, key=lambda one: place_of(one.subject))]
    seen = ReviewMeeting.objects.filter(round=round_)
    seen = seen.filter(
        Q(seats__person__user_id=user.pk) | Q(subjects__subject__in=RoundSubject.objects.filter(mine, round=round_))
    ).distinct()
    total = seen.count()
    held = _leaf(met, -(-total // OFFERED), total)
    meetings = seen.order_by("-on", "-pk")[(held.number - 1) * OFFERED : held.number * OFFERED]
    drafts = bool(shown) and terms_for(shown).draft_days is not None
    return ToCall(round_, places, leaf, list(meetings), held, drafts)


def pages_of(places: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Places (key, how many subjects) in their order, put together to pages of at most `OFFERED` subjects; a larger
    place is a page of its own.

    >>> pages_of([(1, 50), (2, 30), (3, 1), (4, 300), (5, 2)])
    [[(1, 50), (2, 30)], [(3, 1)], [(4, 300)], [(5, 2)]]
    """
    found: list[list[tuple[int, int]]] = []
    room = 0
    for place in places:
        if not found or place[1] > room:
            found.append([])
            room = OFFERED
        found[-1].append(place)
        room -= place[1]
    return found


def _leaf(number: int, pages: int, total: int) -> Leaf:
    pages = max(1, pages)
    return Leaf(min(max(number, 1), pages), pages, total)


def place_of(one: RoundSubject) -> str:
    """The collective or cell in which the subject is reviewed; a collective stands with its own leaders."""
    if one.kind == "leader" and one.collective is not None:
        return one.collective.name
    if one.kind == "party_member" and one.organisation is not None:
        return one.organisation.name
    return one.name


def _open(round_: Round) -> QuerySet[RoundSubject]:
    """Subjects with a review to hold, and no meeting that counts."""
    wanted = Q(pk__in=[])
    for node in books.rules_of(round_).graph.nodes:
        if node.step == "review":
            wanted |= Q(kind__in=node.subjects, role__in=node.roles) if node.roles else Q(kind__in=node.subjects)
    done = StepDone.objects.filter(round=round_, step="review", undoes=None, undone=None)
    rows = RoundSubject.objects.filter(wanted, round=round_, standing="in", reviewed_with=None)
    return rows.exclude(meetings__counts=True).exclude(pk__in=done.values("subject"))


def _placed(rows: QuerySet[RoundSubject]) -> QuerySet[Any]:
    """With the place that each is reviewed in."""
    in_cell = Q(kind="party_member", organisation__isnull=False)
    in_collective = Q(kind="leader", collective__isnull=False)
    return rows.annotate(
        cell=Case(When(in_cell | Q(kind="party_organisation"), then=1), default=0),
        place_key=Case(
            When(in_collective, then="collective__search_key"),
            When(in_cell, then="organisation__search_key"),
            default="search_key",
        ),
        place_id=Case(When(in_collective, then="collective_id"), When(in_cell, then="organisation_id"), default="pk"),
    )


def _sizes(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Every place with how many subjects it has, in order. One query."""
    sizes: QuerySet[Any, Any] = rows.order_by(*PLACE).values_list(*PLACE).annotate(n=Count("pk"))
    return sizes


def _in_turn(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Place by place, the collective or the cell itself first, each with the day its draft was sent."""
    drafts = ReviewReport.objects.filter(subject=OuterRef("pk"), stage=ReviewReport.Stage.DRAFT).order_by("-number")
    turn = Case(*(When(kind=kind, then=place) for kind, place in ORDER.items()), default=len(ORDER))
    near = rows.select_related("collective", "organisation", "party")
    found: QuerySet[Any] = near.annotate(sent=Subquery(drafts.values("sent_on")[:1]), turn=turn)
    return found.order_by(*PLACE, "turn", "search_key", "pk")
