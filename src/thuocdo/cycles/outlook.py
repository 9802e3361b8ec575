"""A large period before it is opened, by kinds of seat: who holds a seat decides nothing about it, so people with one
post, without an absence and without another sheet are counted by the database; the others are decided one by one."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.population import (
    AT_ONCE,
    POST_COLUMNS,
    WHO_COLUMNS,
    Candidate,
    Facts,
    Place,
    Post,
    Scope,
    Standing,
    Who,
    decide,
    overlapping,
    read_facts,
)
from thuocdo.cycles.structure import Structure
from thuocdo.organisation.models import ActingHead, Employment
from thuocdo.organisation.queries import on_day
from thuocdo.records.models import Absence

LISTED = 20
"""Of each kind so many stand on the page: most of what it costs is writing them."""
SILENT = Q(person__user=None) | Q(person__user__is_active=False)
SILENT_ONES = "silent"
ELSEWHERE = "Đã có phiếu trong kỳ do đơn vị khác mở; mỗi người chỉ lập một phiếu cho một kỳ."
NOBODY = -1
"""The holder of a seat that is decided for whoever holds it."""


@dataclass(frozen=True)
class Outlook:
    """How many are in, out by reason, waiting for a choice, without an account; the keys of the rulebooks they are
    under; and the first LISTED of each."""

    counts: Counter[str]
    reasons: tuple[tuple[str, int], ...]
    without_account: int
    rulebooks: frozenset[str]
    listed: tuple[Candidate, ...]


@dataclass(frozen=True)
class _Seats:
    """Seats of one kind in a unit: how many people hold one, and how many of them cannot sign in."""

    unit: int
    kind: str
    leadership: str
    people: int
    without_account: int
    candidate: Candidate


def is_large(scope: Scope, structure: Structure) -> Exists:
    """Whether more posts than AT_ONCE overlap the period below the root: a condition, for a query asked anyway."""
    return Exists(serving(scope, structure).order_by("pk")[AT_ONCE : AT_ONCE + 1])


def serving(scope: Scope, structure: Structure) -> QuerySet[Employment]:
    """The posts below the root that overlap the period."""
    inside = structure.tree.below([scope.root.pk])
    posts = Employment.objects.filter(overlapping(scope.span))
    return posts if len(inside) == len(structure.names) else posts.filter(unit__in=inside)


def outlook(scope: Scope, structure: Structure) -> Outlook:
    """The period in counts. At most nine queries; as many people are decided as hold no plain seat."""
    posts, elsewhere, again = serving(scope, structure), _elsewhere(scope), 0
    if elsewhere is not None:
        again, posts = posts.filter(elsewhere).values("person").distinct().count(), posts.filter(~elsewhere)
    own = _own_circumstances(scope)
    plain = posts.exclude(person__in=own)
    groups = _groups(plain)
    persons = list(posts.filter(person__in=own).values_list("person", flat=True).distinct())
    facts = read_facts(scope, persons, structure=structure, seats={(unit, kind) for unit, kind, *_ in groups})
    seats = _seats(facts, groups)
    special = sorted(
        (decide(facts, held, None) for person, held in facts.posts.items()),
        key=lambda c: (c.person.sort_key, c.person.code),
    )
    counts, reasons = _counted(seats, special, again)
    silent = sum(s.without_account for s in seats if s.candidate.standing == Standing.IN)
    silent += sum(1 for c in special if c.standing == Standing.IN and not c.person.active)
    rulebooks = rulebooks_of([*(s.candidate for s in seats), *special])
    listed = (*_listed(seats, plain, structure), *_some(special))
    return Outlook(counts, tuple(reasons.most_common()), silent, rulebooks, listed)


def rulebooks_of(found: Iterable[Candidate]) -> frozenset[str]:
    """The keys of the rulebooks that bind these people."""
    return frozenset(c.rule.rulebook for c in found if c.rule is not None and c.rule.rulebook is not None)


def _counted(seats: list[_Seats], special: list[Candidate], again: int) -> tuple[Counter[str], Counter[str]]:
    counts = Counter(dict.fromkeys(Standing.values, 0))
    reasons: Counter[str] = Counter()
    for one in seats:
        counts[one.candidate.standing] += one.people
        if one.candidate.standing != Standing.IN:
            reasons[one.candidate.reason] += one.people
    for candidate in special:
        counts[candidate.standing] += 1
        if candidate.standing != Standing.IN:
            reasons[_plain_reason(candidate)] += 1
    if again:
        counts[Standing.CHOICE] += again
        reasons[ELSEWHERE] += again
    return counts, reasons


def _own_circumstances(scope: Scope) -> list[int]:
    """Whose own circumstances count: several posts, an absence, heading a unit otherwise than by the post counted. One
    query; of a city two in a hundred."""
    acting = ActingHead.objects.filter(on_day(scope.heads_on)).order_by().values_list("person")
    later = Employment.objects.filter(
        on_day(scope.heads_on), leadership=Employment.Leadership.HEAD, start__gte=scope.span.end
    )
    away = Absence.objects.filter(overlapping(scope.span)).order_by().values_list("person")
    several = Employment.objects.filter(overlapping(scope.span)).order_by().values("person").annotate(n=Count("pk"))
    found = acting.union(later.order_by().values_list("person"), away, several.filter(n__gt=1).values_list("person"))
    return sorted(person for (person,) in found)


def _elsewhere(scope: Scope) -> Q | None:
    """People with a sheet in another unit's period of the same time; None where there is no such period."""
    same = Cycle.objects.filter(kind=scope.kind, year=scope.year, number=scope.number)
    if not same.exclude(root=scope.root).exists():
        return None
    members = Member.objects.filter(
        person=OuterRef("person"), standing=Standing.IN, cycle__kind=scope.kind, cycle__year=scope.year,
        cycle__number=scope.number,
    )  # fmt: skip
    return Q(Exists(members.exclude(cycle__root=scope.root)))


def _groups(plain: QuerySet[Employment]) -> list[tuple[int, str, str, int, int]]:
    """Unit, kind, leadership, how many hold such a seat, how many of them cannot sign in. One query."""
    groups = plain.values_list("unit", "kind", "leadership").annotate(n=Count("pk"), silent=Count("pk", filter=SILENT))
    return list(groups.order_by("unit", "kind", "leadership"))


def _seats(facts: Facts, groups: list[tuple[int, str, str, int, int]]) -> list[_Seats]:
    facts.everywhere[NOBODY] = 1  # one post: who has more is decided one by one
    return [
        _Seats(unit, kind, leadership, people, without, _of_seat(facts, unit, kind, leadership))
        for unit, kind, leadership, people, without in groups
    ]


def _of_seat(facts: Facts, unit: int, kind: str, leadership: str) -> Candidate:
    who = Who(NOBODY, "", "", "", None, True)
    place = _place(facts.structure, unit)
    return decide(facts, [Post(NOBODY, who, place, kind, "", leadership, "", facts.scope.span.start, None)], None)


def _place(structure: Structure, unit: int) -> Place:
    return Place(unit, structure.names[unit], structure.tree.kind[unit])


def _plain_reason(candidate: Candidate) -> str:
    """The reason without what only this person has, so that people with the same can be counted together."""
    if candidate.standing == Standing.CHOICE:
        return "Có nhiều vị trí công tác trong kỳ, chờ ông/bà chọn vị trí để lập phiếu."
    return candidate.reason


def _some(special: list[Candidate]) -> list[Candidate]:
    """The first LISTED of each standing."""
    taken: Counter[str] = Counter()
    found = []
    for candidate in special:
        taken[candidate.standing] += 1
        if taken[candidate.standing] <= LISTED:
            found.append(candidate)
    return found


def _listed(seats: list[_Seats], plain: QuerySet[Employment], structure: Structure) -> list[Candidate]:
    """The first people in, out, and in without an account, by unit: whoever holds a seat stands as the seat does. One
    query."""
    inside = [s for s in seats if s.candidate.standing == Standing.IN]
    outside = [s for s in seats if s.candidate.standing != Standing.IN]
    silent = [s for s in inside if s.without_account]
    chosen = [*_first(inside), *_first(outside), *_first(silent, lambda one: one.without_account)]
    by_seat = {(s.unit, s.kind, s.leadership): s for s in chosen}
    rows = plain.filter(unit__in={s.unit for s in chosen}).order_by("unit", "kind", "leadership", "pk")
    taken: Counter[str] = Counter()
    found = []
    for row in rows.values_list(*POST_COLUMNS, *WHO_COLUMNS):
        pk, kind, position, leadership, group, start, end, unit, person, code, name, key, user, active = row
        seat = by_seat.get((unit, kind, leadership))
        if seat is None:
            continue
        group_of = SILENT_ONES if seat.candidate.standing == Standing.IN and not active else seat.candidate.standing
        taken[group_of] += 1
        if taken[group_of] <= LISTED:
            who = Who(person, code, name, key, user, bool(active))
            post = Post(pk, who, _place(structure, unit), kind, position, leadership, group, start, end)
            found.append(seat.candidate._replace(person=who, employment=post, posts=(post,)))
    return found


def _first(seats: list[_Seats], size: Callable[[_Seats], int] = lambda one: one.people) -> list[_Seats]:
    """The first seats that hold LISTED people together."""
    found, people = [], 0
    for one in seats:
        if people >= LISTED:
            break
        found.append(one)
        people += size(one)
    return found
