"""Whom the page of a ballot offers: who may vote, who or what may stand on the slip, and what is known that may leave
somebody out. Nothing is left out by itself: the organiser decides, with a reason."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from thuocdo.ballots.models import Ballot
from thuocdo.organisation.changes.models import PersonMerge
from thuocdo.organisation.models import Employment, Person, Unit, UnitLink
from thuocdo.organisation.queries import descendants, find_people, on_day
from thuocdo.organisation.rules import Forest
from thuocdo.records.models import Absence, CommitteeSeat, PartyLink, PartyMembership, PartyStanding

MOST, MOST_TELLERS = 1000, 30
"""A page holds so many people, four fields each; a meeting of more is refused, or some would silently have no vote."""
HALF_YEAR = 6


@dataclass(frozen=True)
class Thing:
    """What a line of the slip is about."""

    text: str
    person: int | None = None
    unit: int | None = None


@dataclass(frozen=True)
class Offered:
    """People by id and lines by key, in the order of the page; remarks by person; `cut`: there are more people than a
    page holds, and the lists cannot be written."""

    people: Mapping[int, Person]
    posts: Mapping[int, str]
    lines: Mapping[str, Thing]
    remarks: Mapping[int, tuple[str, ...]]
    cut: bool


def offered(one: Ballot, on: date) -> Offered:
    """At most seven queries."""
    rows = Employment.objects.filter(on_day(on), unit_id__in=descendants(one.unit_id, on))
    posts: dict[int, str] = {}
    serving: dict[int, Person] = {}
    if not one.organisation_id:
        rows = rows.filter(person__in=rows.order_by("person").values("person").distinct()[: MOST + 1])
    for post in rows.select_related("person").order_by("start", "pk"):
        posts[post.person_id], serving[post.person_id] = post.position, post.person
    found = sorted(serving.values(), key=lambda person: (person.sort_key, person.pk))
    if one.organisation_id:
        seats = CommitteeSeat.objects.filter(on_day(on), organisation_id=one.organisation_id)
        members = PartyMembership.objects.filter(on_day(on), organisation_id=one.organisation_id)
        cell = Person.objects.filter(Q(party_memberships__in=members) | Q(committee_seats__in=seats)).distinct()
        found = list(cell.order_by("sort_key", "pk")[: MOST + 1]) or found
    people = {person.pk: person for person in found[:MOST]}
    remarks = _remarks(people, one)
    if one.kind == Ballot.Kind.COLLECTIVE_LEVELS:
        below = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.STRUCTURE, parent_id=one.unit_id)
        units = Unit.objects.filter(Q(pk=one.unit_id) | Q(pk__in=below.values("child")), on_day(on))
        lines = {
            f"u{unit.pk}": Thing(f"Tập thể lãnh đạo {unit.name}", unit=unit.pk)
            for unit in units.order_by("order", "code")
        }
    else:
        lines = {
            f"p{key}": Thing(f"{person.full_name}, {posts[key]}" if posts.get(key) else person.full_name, person=key)
            for key, person in people.items()
        }
    return Offered(people, posts, lines, remarks, len(found) > MOST)


def _remarks(people: Mapping[int, Person], one: Ballot) -> dict[int, tuple[str, ...]]:
    """Facts on record that a text may ask about, as sentences."""
    on, found = one.held_on, dict[int, list[str]]()

    def say(key: int, words: str) -> None:
        found.setdefault(key, []).append(words)

    standings = PartyStanding.objects.filter(withdrawn_at=None).exclude(kind=PartyStanding.Kind.KEY_CADRE)
    for standing in standings.filter(on_day(on), person__in=people).order_by("start", "pk"):
        say(standing.person_id, standing.get_kind_display())
    for absence in Absence.objects.filter(on_day(on), person__in=people).order_by("start", "pk"):
        say(absence.person_id, absence.get_kind_display())
    if one.kind == Ballot.Kind.MEMBER_LEVELS:
        rows = PartyMembership.objects.filter(on_day(on), person__in=people)
        for key, admitted in rows.values_list("person_id", "admitted"):
            if months_between(admitted, on) < HALF_YEAR:
                say(key, f"kết nạp ngày {admitted:%d/%m/%Y}, chưa đủ 6 tháng")
    if one.kind == Ballot.Kind.CONFIDENCE_LEVELS:
        rows_ = Employment.objects.filter(on_day(on), person__in=people, start__year=on.year)
        for key, start in rows_.exclude(leadership=Employment.Leadership.NONE).values_list("person_id", "start"):
            say(key, f"giữ chức vụ từ ngày {start:%d/%m/%Y}: xem có thuộc diện được bầu, bổ nhiệm trong năm")
    return {key: tuple(dict.fromkeys(words)) for key, words in found.items()}


def below(one: Ballot, on: date) -> QuerySet[Person]:
    """Members and committees of the organisations below the one that votes: not its voters, but they may count its
    slips, as a small committee that votes on its own has nobody left. Two queries."""
    if one.organisation is None or one.organisation.is_cell:
        return Person.objects.none()
    links = PartyLink.objects.filter(on_day(on)).values_list("child_id", "parent_id")
    inside = Forest(dict(links), {}).below([one.organisation.pk]) - {one.organisation.pk}
    held = Q(party_memberships__in=PartyMembership.objects.filter(on_day(on), organisation__in=inside))
    held |= Q(committee_seats__in=CommitteeSeat.objects.filter(on_day(on), organisation__in=inside))
    return Person.objects.filter(held).distinct() if inside else Person.objects.none()


def counting(one: Ballot, on: date, words: str, kept: Collection[int], offered: Collection[int]) -> list[Person]:
    """Of those `below` who are not offered anyway the first that the words find, before them those kept."""
    found = below(one, on).exclude(pk__in=offered).order_by("sort_key", "pk")
    others = find_people(found.exclude(pk__in=kept), words)[:MOST_TELLERS]
    return [*found.filter(pk__in=kept), *others]


def doubled(people: Collection[int]) -> list[str]:
    """Names of those who stand among these people under two codes, by merges that a second officer approved. One
    query."""
    found = merged().filter(kept__in=people, dropped__in=people).select_related("kept")
    return [row.kept.full_name for row in found.order_by("pk")]


def merged() -> QuerySet[PersonMerge]:
    """Pairs of codes that are one person."""
    return PersonMerge.objects.filter(approved_at__isnull=False)


def leadership_of(people: Collection[int], on: date) -> dict[int, str]:
    """What each of these people held that day, in the words of the case format: head before deputy, `none` for who held
    no post of leadership or none at all. One query."""
    rank = [str(one) for one in (Employment.Leadership.NONE, Employment.Leadership.DEPUTY, Employment.Leadership.HEAD)]
    found = dict.fromkeys(people, str(Employment.Leadership.NONE))
    held = Employment.objects.filter(on_day(on), person__in=people).values_list("person_id", "leadership")
    for key, leadership in held:
        found[key] = max(found[key], leadership, key=rank.index)
    return found


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another.

    >>> months_between(date(2026, 1, 31), date(2026, 7, 30)), months_between(date(2026, 1, 15), date(2026, 7, 15))
    (5, 6)
    """
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
