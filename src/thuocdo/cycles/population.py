"""Who is in a period: read set by set (the number of queries does not depend on the number of people)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.timezone import localdate

from thuocdo.cycles import rules
from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.structure import Structure, structure_on
from thuocdo.engine import Rulebook
from thuocdo.kernel.periods import Span, period_label, period_span
from thuocdo.organisation.models import Employment, Person, Unit
from thuocdo.records.models import Absence
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.queries import RuleChoice, rules_for

Standing = Member.Standing


@dataclass(frozen=True)
class Choice:
    """What an officer chose where the law is silent: the post to rate in, and why."""

    employment: int
    reason: str


@dataclass(frozen=True)
class Candidate:
    """One person of a period before it is frozen: the post, in or out and why, under which rule, by whom."""

    person: Person
    employment: Employment
    posts: tuple[Employment, ...]
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
    posts: dict[int, list[Employment]]
    everywhere: dict[int, int]
    absences: dict[int, list[tuple[str, Span]]]
    elsewhere: dict[int, str]
    rules: dict[tuple[int, str], RuleChoice]


def population(scope: Scope, choices: Mapping[int, Choice]) -> list[Candidate]:
    """Everybody who serves below the root on any day of the period, in name order, with standing and
    reason."""
    facts = read_facts(scope)
    found = [decide(facts, posts, choices.get(person)) for person, posts in facts.posts.items()]
    return sorted(found, key=lambda c: (c.person.sort_key, c.person.code))


def read_facts(scope: Scope, persons: Sequence[int] | None = None) -> Facts:
    """The facts of a scope; `persons` narrows them to some people."""
    span, structure = scope.span, structure_on(scope.last_day, scope.heads_on)
    serving = _overlapping(span) & (Q(person__in=persons) if persons is not None else Q())
    inside = structure.tree.below([scope.root.pk])
    posts: dict[int, list[Employment]] = {}
    everywhere: dict[int, int] = {}
    rows = Employment.objects.filter(serving).select_related("person__user", "unit")
    for row in rows.order_by("start", "pk"):
        everywhere[row.person_id] = everywhere.get(row.person_id, 0) + 1
        if row.unit_id in inside:
            posts.setdefault(row.person_id, []).append(row)
    absences: dict[int, list[tuple[str, Span]]] = {}
    away = Absence.objects.filter(_overlapping(span))
    for person, kind, start, end in away.values_list("person_id", "kind", "start", "end"):
        absences.setdefault(person, []).append((kind, Span(start, end)))
    asked = {(p.unit_id, p.kind) for each in posts.values() for p in each}
    rules_here = rules_for(asked, scope.last_day, structure.tree)
    return Facts(scope, structure, posts, everywhere, absences, _elsewhere(scope), rules_here)


def _overlapping(span: Span) -> Q:
    return Q(start__lt=span.end) & (Q(end__isnull=True) | Q(end__gt=span.start))


def _elsewhere(scope: Scope) -> dict[int, str]:
    """People already in another cycle of the same period, and the unit that opened it."""
    rows = Member.objects.filter(
        standing=Standing.IN, cycle__kind=scope.kind, cycle__year=scope.year, cycle__number=scope.number
    ).exclude(cycle__root=scope.root)
    return dict(rows.values_list("person_id", "cycle__root__name"))


def decide(facts: Facts, posts: Sequence[Employment], choice: Choice | None) -> Candidate:
    """One person: in, or out with the reason that says what to do."""
    post = next((p for p in posts if choice is not None and p.pk == choice.employment), None)
    chosen = post is not None and choice is not None
    post = post or posts[-1]
    agency = facts.structure.tree.agency(post.unit_id)
    rule = facts.rules[post.unit_id, post.kind]
    evaluator: rules.Evaluator | None = None

    def candidate(standing: Standing, reason: str) -> Candidate:
        return Candidate(post.person, post, tuple(posts), agency, standing, reason, rule, evaluator)

    if post.person_id in facts.elsewhere:
        unit = facts.elsewhere[post.person_id]
        return candidate(
            Standing.CHOICE,
            f"Đã có phiếu {facts.scope.label.lower()} trong kỳ do “{unit}” mở; mỗi người "
            "chỉ lập một phiếu cho một kỳ.",
        )
    if facts.everywhere[post.person_id] > 1 and not chosen:
        return candidate(
            Standing.CHOICE,
            rules.choice_reason([f"{p.position}, {p.unit.name}" for p in posts] + _outside(facts, posts)),
        )
    if rule.rulebook is None:
        return candidate(Standing.NO_RULE, rule.sentence)
    away = rules.away_all(
        facts.scope.span, Span(post.start, post.end), facts.absences.get(post.person_id, ())
    )
    if away is not None and not chosen:
        return candidate(Standing.AWAY, rules.away_reason(away))
    evaluator = _evaluator(facts, post, agency, rule)
    if evaluator.problem:
        return candidate(Standing.NO_EVALUATOR, evaluator.problem)
    return candidate(Standing.IN, choice.reason if chosen and choice is not None else "")


def _outside(facts: Facts, posts: Sequence[Employment]) -> list[str]:
    others = facts.everywhere[posts[0].person_id] - len(posts)
    return [f"{others} vị trí ngoài đơn vị này"] if others else []


def _evaluator(facts: Facts, post: Employment, agency: int | None, rule: RuleChoice) -> rules.Evaluator:
    managing = facts.structure.managing(agency) if agency is not None else None
    seat = rules.Seat(
        post.pk, post.person_id, post.unit_id, post.unit.kind, post.leadership, agency, managing
    )
    book = catalogue.load(rule.rulebook or "", rule.overlays)
    return rules.evaluator_for(seat, procedure_table(book), facts.structure.heads, facts.structure.names)


def procedure_table(book: Rulebook) -> tuple[rules.TableRow, ...]:
    """The rulebook's own table of who evaluates and who rates whom, with its articles in words."""
    return tuple(
        rules.TableRow(e.subject, e.evaluates, e.rates, "; ".join(c.text() for c in book.cite(e.cite)))
        for e in book.procedure.evaluators
    )


def member_of(cycle: Cycle, candidate: Candidate) -> Member:
    """The frozen row of a candidate (not saved)."""
    post, rule, who = candidate.employment, candidate.rule, candidate.evaluator
    within = candidate.standing == Standing.IN
    return Member(
        cycle=cycle,
        person=candidate.person,
        employment=post,
        unit_id=post.unit_id,
        agency_id=candidate.agency,
        kind=post.kind,
        leadership=post.leadership,
        position=post.position,
        task_group=post.task_group,
        standing=candidate.standing,
        reason=candidate.reason[:1000],
        rulebook=(rule.rulebook or "") if rule else "",
        overlays=list(rule.overlays) if rule else [],
        rulebook_hash=(rule.hash or "") if rule else "",
        rule_decided_by=rule.decided_by if rule else "",
        rule_decision=rule.decision if rule else "",
        evaluator_id=who.person if who and within else None,
        evaluator_unit_id=who.unit if who and within else None,
        rating_unit_id=who.rating_unit if who and within else None,
        evaluator_cite=who.cite[:300] if who and within else "",
    )
