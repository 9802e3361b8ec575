"""Reads about periods: what is ready before opening, and the cycles an officer looks after."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.outlook import is_large, outlook, rulebooks_of
from thuocdo.cycles.outlook_kept import Large, keep, kept
from thuocdo.cycles.population import Candidate, Post, population, posts_of_one, scope_for
from thuocdo.cycles.structure import structure_on
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.periods import Span, period_label, period_span
from thuocdo.organisation.models import Person, Role, Unit
from thuocdo.organisation.queries import looks_after, units_where_any
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import RulebookVersion
from thuocdo.work.models import Task

SHOWN = 50
"""So many people outside a period are named before opening."""
NO_TASKS = "Chưa được giao công việc nào trong kỳ"
CHOICES = (Member.Standing.CHOICE, Member.Standing.AWAY)


@dataclass(frozen=True)
class Ready:
    """One person before opening: in or out and why, who would evaluate, and what is worth mending first."""

    candidate: Candidate
    evaluator: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Readiness:
    """A period before it is opened. `existing` is the id of the cycle when it is open already.

    `people` are all of a small period; of a large one (`large`) the first of each standing, and the counts are the
    database's: `without_account` are in but cannot sign in, `reasons` why people are out, with how many. `assumed` is
    what the product takes for granted in this period where a rulebook's sources are silent: short title, words. `books`
    are the short titles of the rulebooks that would be frozen. `path` are the ids of the root and of those above it.
    """

    label: str
    root: Unit
    existing: int | None
    people: tuple[Ready, ...]
    counts: Mapping[str, int]
    large: bool = False
    without_account: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    assumed: tuple[tuple[str, str], ...] = ()
    books: tuple[str, ...] = ()
    path: tuple[int, ...] = ()

    def of(self, *standings: str) -> list[Ready]:
        """The people with one of the standings."""
        return [p for p in self.people if p.candidate.standing in standings]

    @property
    def inside(self) -> list[Ready]:
        return self.of(Member.Standing.IN)

    @property
    def outside(self) -> list[Ready]:
        return [p for p in self.people if p.candidate.standing != Member.Standing.IN]

    @property
    def outside_by_reason(self) -> list[tuple[str, list[Ready]]]:
        """The first `SHOWN` people outside under the reason they share, most frequent reason first."""
        found: dict[str, list[Ready]] = {}
        for one in self.outside[:SHOWN]:
            found.setdefault(one.candidate.reason, []).append(one)
        return sorted(found.items(), key=lambda item: -len(item[1]))

    @property
    def to_choose(self) -> list[Ready]:
        """People for whom the officer may choose a post, with a reason."""
        return self.of(*CHOICES)

    @property
    def warned(self) -> list[Ready]:
        return [p for p in self.inside if p.warnings]

    @property
    def without_tasks(self) -> bool:
        """Whether anybody has no task under a rulebook that divides by what was assigned."""
        return any(NO_TASKS in one.warnings for one in self.people)

    @property
    def in_count(self) -> int:
        return self.counts[Member.Standing.IN]

    @property
    def out_count(self) -> int:
        return sum(self.counts.values()) - self.in_count

    @property
    def choose_count(self) -> int:
        return sum(self.counts[standing] for standing in CHOICES)


def readiness(user: User, root_id: int, kind: str, year: int, number: int, at: datetime) -> Readiness:
    """Who would be in, who out and why, what is missing; counts and the first of each over AT_ONCE people, kept while
    nothing changes (`outlook_kept`). Constant queries. Raises NotYours, Refusal for no such period."""
    if not looks_after(user, root_id, localdate(at)):
        raise NotYours()
    if kind not in Cycle.Kind.values:
        raise Refusal("cycle.kind", "Chỉ mở kỳ theo tháng, theo quý hoặc theo năm.", field="kind")
    try:
        span = period_span(kind, year, number)
    except ValueError:
        raise Refusal("cycle.number", "Không có kỳ này trong năm; hãy chọn lại.", field="number") from None
    same = Cycle.objects.filter(root=OuterRef("pk"), kind=kind, year=year, number=number)
    scope, label = scope_for(Unit(pk=root_id), kind, year, number, at), period_label(kind, year, number)
    asked: dict[str, Any] = {"opened": Subquery(same.values("pk")[:1])}
    token, large = kept(scope)
    if large is None:
        structure = structure_on(scope.last_day, scope.heads_on)
        asked["large"] = is_large(scope, structure)
        path = tuple(structure.tree.path(root_id))
    root: Any = Unit.objects.annotate(**asked).get(pk=root_id)
    if large is None and root.large:
        large = Large(outlook(scope, structure), path)
        keep(scope, token, large)
    if large is not None:
        seen = large.outlook
        people = _all_ready(seen.listed, span)
        return Readiness(
            label, root, root.opened, people, seen.counts, True, seen.without_account, seen.reasons,
            _assumed(seen.rulebooks, span), _titles(seen.rulebooks), large.path,
        )  # fmt: skip
    found = population(scope, {}, structure)
    counts = Counter(dict.fromkeys(Member.Standing.values, 0))
    counts.update(c.standing for c in found)
    keys = rulebooks_of(c for c in found if c.standing == Member.Standing.IN)
    assumed, people = _assumed(rulebooks_of(found), span), _all_ready(found, span)
    return Readiness(label, root, root.opened, people, counts, assumed=assumed, books=_titles(keys), path=path)


def _assumed(rulebooks: Collection[str], span: Span) -> tuple[tuple[str, str], ...]:
    assert span.end is not None, "a period has an end"
    books = [book for book in map(catalogue.load_any, sorted(rulebooks)) if isinstance(book, SchemeBook)]
    return tuple(
        (book.short_title, one.label)
        for book in books
        for one in book.book.assumed
        if one.touches(span.start, span.end)
    )


def _titles(rulebooks: Collection[str]) -> tuple[str, ...]:
    return tuple(book.short_title for book in map(catalogue.load_any, sorted(rulebooks)))


def _all_ready(found: Sequence[Candidate], span: Span) -> tuple[Ready, ...]:
    evaluators = {c.evaluator.person for c in found if c.evaluator and c.evaluator.person}
    tasks = Task.objects.counted().filter(person=OuterRef("pk"), month__gte=span.start, month__lt=span.end)
    persons = Person.objects.filter(pk__in=evaluators | {c.person.pk for c in found})
    people = {p.pk: p for p in persons.annotate(busy=Exists(tasks)).select_related("user")}
    busy = {pk for pk, person in people.items() if person.busy}
    keys = rulebooks_of(found)
    by_tasks = {key for key in keys if not isinstance(catalogue.load_any(key), SchemeBook)}
    return tuple(_ready(c, people, busy, by_tasks) for c in found)


def _ready(candidate: Candidate, heads: Mapping[int, Person], busy: set[int], by_tasks: Collection[str]) -> Ready:
    """`by_tasks`: the rulebooks whose score is divided by what was assigned."""
    who = candidate.evaluator.person if candidate.evaluator else None
    evaluator = heads[who] if who is not None else None
    warnings = []
    if candidate.standing == Member.Standing.IN:
        if not candidate.person.active:
            warnings.append("Chưa có tài khoản, nên chưa tự lập phiếu được")
        if evaluator is not None and (evaluator.user is None or not evaluator.user.is_active):
            warnings.append(f"Người đánh giá {evaluator.full_name} chưa có tài khoản")
        if candidate.person.pk not in busy and candidate.rule and candidate.rule.rulebook in by_tasks:
            warnings.append(NO_TASKS)
    return Ready(candidate, evaluator.full_name if evaluator else "", tuple(warnings))


def cycles_of_officer(user: User, at: datetime) -> list[Cycle]:
    """Cycles of the units the user looks after as officer or inspects, newest period first. Two queries; there are
    fewer cycles than units, so it is the cycles that are asked for their unit."""
    units = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), localdate(at))
    if not units:
        return []
    cycles = Cycle.objects.select_related("root", "closed_by").order_by("-year", "-number", "root__order", "pk")
    return [cycle for cycle in cycles if cycle.root_id in units]


def left_out(user: User, member_id: int, at: datetime) -> tuple[Member, list[Post]]:
    """Somebody outside a cycle, for its officer, and the posts held in the period. Raises NotYours."""
    member = Member.objects.select_related("cycle__root", "person", "unit").filter(pk=member_id).first()
    if member is None or not looks_after(user, member.cycle.root_id, localdate(at)):
        raise NotYours()
    cycle = member.cycle
    scope = scope_for(cycle.root, cycle.kind, cycle.year, cycle.number, at)
    return member, posts_of_one(scope, member.person_id)


@dataclass(frozen=True)
class RulebookUse:
    """A version of a rulebook that closed periods used: with which overlays, in which periods."""

    hash: str
    overlays: tuple[str, ...]
    periods: tuple[str, ...]
    kept: bool


def uses_of_rulebook(key: str) -> list[RulebookUse]:
    """The versions of a rulebook that closed periods used, the newest first; for everybody. Two queries."""
    found: dict[tuple[str, tuple[str, ...]], dict[str, None]] = {}
    closed = Cycle.objects.filter(state=Cycle.State.CLOSED).order_by("-year", "-number", "pk")
    for kind, year, number, pins in closed.values_list("kind", "year", "number", "pins"):
        for pin in pins:
            if pin["rulebook"] == key:
                periods = found.setdefault((pin["hash"], tuple(pin["overlays"])), {})
                periods[period_label(kind, year, number)] = None
    kept = set(RulebookVersion.objects.filter(rulebook=key).values_list("hash", flat=True))
    return [RulebookUse(digest, over, tuple(periods), digest in kept) for (digest, over), periods in found.items()]
