"""Who is in a period: read set by set (the number of queries does not depend on the number of people)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import DateField, Q, Value
from django.utils.timezone import localdate

from thuocdo.cycles import rules
from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.rules import TableRow
from thuocdo.cycles.scheme_rule import chosen_table, not_for
from thuocdo.cycles.structure import Structure, structure_on
from thuocdo.engine import Rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.periods import Span, period_label, period_span
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import forest
from thuocdo.records.models import Absence
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.queries import RuleChoice, rules_for
from thuocdo.rulesets.versions import pinned_book

Standing = Member.Standing
AT_ONCE = 500
"""People up to whom a period is looked at person by person and opened while the officer waits."""
YEAR_FROM_MONTHS = (
    "Theo Nghị định 335/2025/NĐ-CP điểm năm là trung bình cộng điểm các tháng (Điều 17 khoản 3), không lập phiếu năm "
    "từ công việc: xem và tổng hợp ở trang Kết quả; dự thảo Mẫu 02 ở trang phiếu năm."
)


@dataclass(frozen=True)
class Choice:
    """What an officer chose where the law is silent: the post to rate in, and why."""

    employment: int
    reason: str


class Place(NamedTuple):
    """A unit as the opening of a period needs it."""

    pk: int
    name: str
    kind: str


class Who(NamedTuple):
    """A person as the opening of a period needs it; `active` tells whether the account can be used."""

    pk: int
    code: str
    full_name: str
    sort_key: str
    user_id: int | None
    active: bool


class Post(NamedTuple):
    """One post of a person: columns instead of objects, because a city has 150,000 of them."""

    pk: int
    person: Who
    unit: Place
    kind: str
    position: str
    leadership: str
    task_group: str
    start: date
    end: date | None

    @property
    def kind_label(self) -> str:
        """What the person is, in words."""
        return str(Employment.Kind(self.kind).label)


POST_COLUMNS = (
    "pk",
    "kind",
    "position",
    "leadership",
    "task_group",
    "start",
    "end",
    "unit_id",
    "person_id",
)
WHO_COLUMNS = ("person__code", "person__full_name", "person__sort_key", "person__user_id", "person__user__is_active")


class Candidate(NamedTuple):
    """One person of a period before it is frozen: the post, in or out and why, under which rule, by whom."""

    person: Who
    employment: Post
    posts: tuple[Post, ...]
    agency: int | None
    standing: Standing
    reason: str
    rule: RuleChoice | None
    evaluator: rules.Evaluator | None


@dataclass(frozen=True)
class Scope:
    """The period and the units it is opened for. `heads_on` is the day whose heads evaluate."""

    root: Unit
    kind: str
    year: int
    number: int
    heads_on: date

    @property
    def span(self) -> Span:
        return period_span(self.kind, self.year, self.number)

    @property
    def last_day(self) -> date:
        end = self.span.end
        assert end is not None
        return end - timedelta(days=1)

    @property
    def label(self) -> str:
        return period_label(self.kind, self.year, self.number)


def scope_for(root: Unit, kind: str, year: int, number: int, at: datetime) -> Scope:
    """The scope of a period opened at `at`: those head who head on that day, or on the first day if it is
    later."""
    start = period_span(kind, year, number).start
    return Scope(root, kind, year, number, max(localdate(at), start))


@dataclass
class Facts:
    """Everything the decisions need, read once."""

    scope: Scope
    structure: Structure
    posts: dict[int, list[Post]]
    everywhere: dict[int, int]
    absences: dict[int, list[tuple[str, Span]]]
    elsewhere: dict[int, str]
    rules: dict[tuple[int, str], RuleChoice]
    pinned: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    books: dict[tuple[str, ...], SchemeBook | None] = field(default_factory=dict)
    tables: dict[tuple[str, ...], tuple[TableRow, ...]] = field(default_factory=dict)

    def schemes(self, rule: RuleChoice) -> SchemeBook | None:
        """The rulebook of schemes that a rule names, read once for all its people."""
        key = (rule.rulebook or "", *rule.overlays)
        if key not in self.books:
            book = self._book(rule)
            self.books[key] = book if isinstance(book, SchemeBook) else None
        return self.books[key]

    def rule_of(self, post: Post) -> RuleChoice:
        """The rule of a post, in the version that the period has pinned where it has."""
        rule = self.rules[post.unit.pk, post.kind]
        digest = self.pinned.get((rule.rulebook or "", *rule.overlays)) if self.pinned else None
        return rule if digest is None else replace(rule, hash=digest)

    def _book(self, rule: RuleChoice) -> catalogue.Book:
        return pinned_book(rule.rulebook or "", rule.overlays, rule.hash or "")

    def table(self, rule: RuleChoice) -> tuple[TableRow, ...]:
        """The procedure table of a rule, read once."""
        key = (rule.decided_by, rule.rulebook or "", *rule.overlays)
        if key not in self.tables:
            schemes = self.schemes(rule)
            if schemes is not None:
                self.tables[key] = chosen_table(schemes, rule.decided_by)
            else:
                book = self._book(rule)
                assert isinstance(book, Rulebook), "what is no rulebook of schemes has its own table"
                self.tables[key] = procedure_table(book)
        return self.tables[key]


def population(
    scope: Scope, choices: Mapping[int, Choice], structure: Structure | None = None
) -> list[Candidate]:
    """Everybody who serves below the root on any day of the period, in name order, with standing and
    reason."""
    facts = read_facts(scope, structure=structure)
    found = [decide(facts, posts, choices.get(person)) for person, posts in facts.posts.items()]
    return sorted(found, key=lambda c: (c.person.sort_key, c.person.code))


def by_agency(found: Sequence[Candidate]) -> list[Candidate]:
    """The same people agency by agency and unit by unit, so that the batches of a run follow the structure."""
    return sorted(found, key=lambda c: (c.agency or 0, c.employment.unit.pk))


def read_facts(
    scope: Scope,
    persons: Sequence[int] | None = None,
    pins: Sequence[Mapping[str, Any]] = (),
    structure: Structure | None = None,
    seats: Collection[tuple[int, str]] = (),
) -> Facts:
    """The facts of a scope; `persons` narrows them to some people, `pins` are the versions a period holds already.

    `structure` is that of the scope if known; `seats` are units and kinds whose rules are wanted beside those met.
    """
    span, structure = scope.span, structure or structure_on(scope.last_day, scope.heads_on)
    inside = structure.tree.below([scope.root.pk])
    narrow = Q()
    if persons is not None:
        narrow = Q(person__in=persons)
    elif 2 * len(inside) < len(structure.names):  # a ward of a city: the other wards' people need not be read
        narrow = Q(person__in=Employment.objects.filter(overlapping(span), unit__in=inside).values("person"))
    posts, everywhere = _posts(overlapping(span) & narrow, inside, structure)
    absences, elsewhere = _away_or_elsewhere(scope, narrow if persons is not None else Q())
    asked = {*seats, *((p.unit.pk, p.kind) for each in posts.values() for p in each)}
    rules_here = rules_for(asked, scope.last_day, scope.kind, structure.tree)
    pinned = {(pin["rulebook"], *pin["overlays"]): pin["hash"] for pin in pins}
    return Facts(scope, structure, posts, everywhere, absences, elsewhere, rules_here, pinned)


def size_of(scope: Scope) -> int:
    """How many people serve below the root on any day of the period. Three queries."""
    inside = structure_on(scope.last_day, scope.heads_on).tree.below([scope.root.pk])
    serving = Employment.objects.filter(overlapping(scope.span), unit__in=inside)
    return serving.values("person").distinct().count()


def _posts(
    serving: Q, inside: set[int], structure: Structure
) -> tuple[dict[int, list[Post]], dict[int, int]]:
    """The posts below the root by person in order of beginning, and how many posts each person has anywhere."""
    posts: dict[int, list[Post]] = {}
    everywhere: dict[int, int] = {}
    places = {pk: Place(pk, name, structure.tree.kind[pk]) for pk, name in structure.names.items()}
    rows = Employment.objects.filter(serving).order_by("start", "pk")
    for row in rows.values_list(*POST_COLUMNS, *WHO_COLUMNS).iterator(chunk_size=5000):
        pk, kind, position, leadership, group, start, end, unit, person, code, name, key, user, active = row
        everywhere[person] = everywhere.get(person, 0) + 1
        if unit in inside:
            holder = Who(person, code, name, key, user, bool(active))
            post = Post(pk, holder, places[unit], kind, position, leadership, group, start, end)
            posts.setdefault(person, []).append(post)
    return posts, everywhere


def posts_of_one(scope: Scope, person: int) -> list[Post]:
    """The posts of one person below the root, in order of beginning, as `read_facts` has them. Two queries."""
    tree = forest(scope.last_day)
    rows = Employment.objects.filter(overlapping(scope.span), person=person).order_by("start", "pk")
    found = []
    for row in rows.values_list(*POST_COLUMNS, *WHO_COLUMNS, "unit__name", "unit__kind"):
        pk, kind, position, leadership, group, start, end, unit, holder, code, name, key, user, active, *of_unit = row
        if scope.root.pk in tree.path(unit):
            who = Who(holder, code, name, key, user, bool(active))
            found.append(Post(pk, who, Place(unit, *of_unit), kind, position, leadership, group, start, end))
    return found


def overlapping(span: Span) -> Q:
    """Rows with `start` and `end` that share a day with the period."""
    return Q(start__lt=span.end) & (Q(end__isnull=True) | Q(end__gt=span.start))


def _away_or_elsewhere(scope: Scope, narrow: Q) -> tuple[dict[int, list[tuple[str, Span]]], dict[int, str]]:
    """The absences of people in the period, and who is in another cycle of the same period: the unit that opened it.
    One query."""
    span, day = scope.span, Value(scope.last_day, DateField())
    away = Absence.objects.filter(overlapping(span) & narrow)
    rows = Member.objects.filter(
        narrow, standing=Standing.IN, cycle__kind=scope.kind, cycle__year=scope.year, cycle__number=scope.number
    ).exclude(cycle__root=scope.root)
    others = rows.values_list(Value(True), "person_id", "cycle__root__name", day, day)
    absences: dict[int, list[tuple[str, Span]]] = {}
    elsewhere: dict[int, str] = {}
    both = away.values_list(Value(False), "person_id", "kind", "start", "end").union(others, all=True)
    for in_another, person, text, start, end in both:
        if in_another:
            elsewhere[person] = text
        else:
            absences.setdefault(person, []).append((text, Span(start, end)))
    return absences, elsewhere


def decide(facts: Facts, posts: Sequence[Post], choice: Choice | None) -> Candidate:
    """One person: in, or out with the reason that says what to do."""
    post = next((p for p in posts if choice is not None and p.pk == choice.employment), None)
    chosen = post is not None and choice is not None
    one_seat = _one_seat(facts, posts)
    post = post or (max(posts, key=lambda one: one.end or date.max) if one_seat else posts[-1])
    agency = facts.structure.tree.agency(post.unit.pk)
    rule = facts.rule_of(post)
    evaluator: rules.Evaluator | None = None

    def candidate(standing: Standing, reason: str) -> Candidate:
        return Candidate(post.person, post, tuple(posts), agency, standing, reason, rule, evaluator)

    if post.person.pk in facts.elsewhere:
        unit = facts.elsewhere[post.person.pk]
        return candidate(
            Standing.CHOICE,
            f"Đã có phiếu {facts.scope.label.lower()} trong kỳ do “{unit}” mở; mỗi người "
            "chỉ lập một phiếu cho một kỳ.",
        )
    if facts.everywhere[post.person.pk] > 1 and not chosen and not one_seat:
        span = facts.scope.span
        named = [rules.post_words(p.position, p.unit.name, Span(p.start, p.end), span) for p in posts]
        return candidate(Standing.CHOICE, rules.choice_reason(named + _outside(facts, posts)))
    if rule.rulebook is None:
        return candidate(Standing.NO_RULE, rule.sentence)
    schemes = facts.schemes(rule)
    if schemes is None and facts.scope.kind == Cycle.Kind.YEAR:
        return candidate(Standing.NO_RULE, YEAR_FROM_MONTHS)
    if schemes is not None and (why := not_for(schemes, post.kind, post.leadership, facts.scope.kind)):
        return candidate(Standing.NO_RULE, why)
    served = [Span(p.start, p.end) for p in (posts if one_seat else [post])]
    aways = [rules.away_all(facts.scope.span, span, facts.absences.get(post.person.pk, ())) for span in served]
    away = aways[0] if None not in aways else None
    if away is not None and not chosen:
        return candidate(Standing.AWAY, rules.away_reason(away))
    evaluator = _evaluator(facts, post, agency, rule)
    if evaluator.problem:
        return candidate(Standing.NO_EVALUATOR, evaluator.problem)
    return candidate(Standing.IN, choice.reason if chosen and choice is not None else "")


def _one_seat(facts: Facts, posts: Sequence[Post]) -> bool:
    """Whether somebody began again in the period as the same in the same unit: nothing is left to choose, days between
    are put to whoever evaluates (`appraisals.situation_rules`)."""
    seats = {(p.unit.pk, p.kind, p.position, p.leadership, p.task_group) for p in posts}
    return len(seats) == 1 and len(posts) == facts.everywhere[posts[0].person.pk]


def _outside(facts: Facts, posts: Sequence[Post]) -> list[str]:
    others = facts.everywhere[posts[0].person.pk] - len(posts)
    return [f"{others} vị trí ngoài đơn vị này"] if others else []


def _evaluator(facts: Facts, post: Post, agency: int | None, rule: RuleChoice) -> rules.Evaluator:
    managing = facts.structure.managing(agency) if agency is not None else None
    seat = rules.Seat(
        post.pk, post.person.pk, post.unit.pk, post.unit.kind, post.leadership, agency, managing
    )
    return rules.evaluator_for(seat, facts.table(rule), facts.structure.heads, facts.structure.names)


def procedure_table(book: Rulebook) -> tuple[rules.TableRow, ...]:
    """The rulebook's own table of who evaluates and who rates whom, with its articles in words."""
    return tuple(
        rules.TableRow(e.subject, e.evaluates, e.rates, "; ".join(c.text() for c in book.cite(e.cite)))
        for e in book.procedure.evaluators
    )


MEMBER_COLUMNS = (
    "id",
    "person_id",
    "employment_id",
    "unit_id",
    "agency_id",
    "kind",
    "leadership",
    "position",
    "task_group",
    "standing",
    "reason",
    "rulebook",
    "overlays",
    "rulebook_hash",
    "rule_decided_by",
    "rule_decision",
    "evaluator_id",
    "evaluator_unit_id",
    "rating_unit_id",
    "evaluator_cite",
)


def member_values(key: int | None, candidate: Candidate) -> tuple[Any, ...]:
    """The frozen columns of a candidate, in the order of `MEMBER_COLUMNS`."""
    post, rule, who = candidate.employment, candidate.rule, candidate.evaluator
    within = who if candidate.standing == Standing.IN else None
    return (
        key,
        candidate.person.pk,
        post.pk,
        post.unit.pk,
        candidate.agency,
        post.kind,
        post.leadership,
        post.position,
        post.task_group,
        candidate.standing.value,
        candidate.reason[:4000],
        (rule.rulebook or "") if rule else "",
        list(rule.overlays) if rule else [],
        (rule.hash or "") if rule else "",
        rule.decided_by if rule else "",
        rule.decision if rule else "",
        within.person if within else None,
        within.unit if within else None,
        within.rating_unit if within else None,
        within.cite[:300] if within else "",
    )


def member_of(cycle: Cycle, candidate: Candidate) -> Member:
    """The frozen row of a candidate (not saved)."""
    return Member(cycle=cycle, **dict(zip(MEMBER_COLUMNS, member_values(None, candidate), strict=True)))
