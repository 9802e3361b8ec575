"""Commendations and reminders that hang on published results: the agency's rules, who meets them, what was proposed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Confirmation
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import Publication
from thuocdo.decisions.published import published
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.exact import exact_vi, parse_fraction
from thuocdo.kernel.periods import Span, last_of_month, months_later
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import descendants, on_day
from thuocdo.organisation.reach import reach_of
from thuocdo.results.models import FollowUp, FollowUpRule

State, Bound = FollowUp.State, FollowUpRule.Bound
SHOWN = 50


def stands(user: User, on: date) -> tuple[frozenset[int], frozenset[int]]:
    """Units whose organisation officer the user is, and units the user heads. One query."""
    reach = reach_of(user, on)
    return reach.get("officer", frozenset()), reach.get("took_over", frozenset())


def within(user: User, officer: frozenset[int], headed: frozenset[int]) -> Q:
    """Results of the people whom the user may propose something for: as officer of the period's unit, or as head of
    the unit that evaluates or rates; never the own."""
    member = "sheet__member__"
    reach = Q(sheet__cycle__root__in=officer) | Q(**{f"{member}rating_unit__in": headed})
    return (reach | Q(**{f"{member}evaluator_unit__in": headed})) & ~Q(subject__user_id=user.pk)


def meets(rule: FollowUpRule, results: Sequence[Confirmation]) -> bool:
    """Whether these results, months in a row and newest last, are what the rule asks for; exact scores."""
    months = [12 * one.sheet.cycle.year + one.sheet.cycle.number for one in results]
    in_a_row = months == list(range(months[0], months[0] + rule.run)) if months else False
    return in_a_row and all(
        one.score and _within(rule, one.score) and one.sheet.cycle.kind == Cycle.Kind.MONTH for one in results
    )


def agencies_of(rule: FollowUpRule, month: date) -> set[int]:
    """The rule's agency and those below it in that month, and in the first of a run that ends with it: agencies are
    merged and moved meanwhile. Two queries."""
    return descendants(rule.unit, last_of_month(month)) | descendants(rule.unit, months_later(month, 1 - rule.run))


def holds(rule: FollowUpRule, results: Sequence[Confirmation], on: date) -> bool:
    """Whether the rule is in force on the day and of the agency of these results."""
    cycle = results[-1].sheet.cycle
    agencies = agencies_of(rule, date(cycle.year, cycle.number, 1))
    return Span(rule.start, rule.end).holds(on) and all(one.sheet.member.agency_id in agencies for one in results)


def _within(rule: FollowUpRule, score: str) -> bool:
    value = parse_fraction(score) * 100
    return value >= rule.score if rule.bound == Bound.AT_LEAST else value < rule.score


@dataclass(frozen=True)
class Candidate:
    """Somebody whose results meet a rule of the agency; nothing follows unless somebody proposes it."""

    person: Person
    results: tuple[Confirmation, ...]
    known: FollowUp | None

    @property
    def ids(self) -> str:
        return ",".join(str(one.pk) for one in self.results)


@dataclass(frozen=True)
class Met:
    """A rule in force and the people who meet it in the run that ends with the month shown, at most `SHOWN`."""

    rule: FollowUpRule
    people: tuple[Candidate, ...]
    more: bool


@dataclass(frozen=True)
class Desk:
    """What one may propose, decide and make known. `units` are those for which one may set rules."""

    month: tuple[int, int] | None
    met: Met | None
    to_decide: tuple[FollowUp, ...]
    rows: tuple[FollowUp, ...]
    rules: tuple[FollowUpRule, ...]
    units: UnitChoice
    person: Person | None
    results: tuple[Confirmation, ...]


def desk(
    user: User, on: date, person_id: int = 0, rule_id: int = 0, *, typed: str = "", unit_id: int = 0
) -> Desk:
    """For organisation officers and heads; `person_id` lists one person's published results instead of who meets a
    rule (`rule_id`, else the newest in force); `typed` looks for units to set a rule for, `unit_id` is the chosen one.
    Constant queries. Raises NotYours."""
    officer, headed = stands(user, on)
    mine = officer | headed
    rules = list(FollowUpRule.objects.filter(unit__in=mine).select_related("unit").order_by("-start", "pk")[:SHOWN])
    base = published(Confirmation.objects.filter(within(user, officer, headed), sheet__cycle__kind=Cycle.Kind.MONTH))
    month = _latest(base)
    valid = [one for one in rules if Span(one.start, one.end).holds(on)]
    chosen = next((one for one in valid if one.pk == rule_id), valid[0] if valid else None)
    rows = FollowUp.objects.filter(Q(unit__in=mine) | Q(proposed_by=user)).exclude(person__user_id=user.pk)
    rows = rows.select_related("person", "unit", "rule", "decided_by").order_by("-pk")
    found = list(rows[: 2 * SHOWN])
    person, results = _person(within(user, officer, headed), person_id)
    return Desk(
        month,
        _met(chosen, base, month) if chosen and month and not person else None,
        tuple(one for one in found if one.state == State.PROPOSED and one.unit_id in headed),
        tuple(found),
        tuple(rules),
        choice(Unit.objects.filter(on_day(on), pk__in=mine), typed, unit_id),
        person,
        results,
    )


def _latest(base: QuerySet[Confirmation]) -> tuple[int, int] | None:
    """The newest month in which there are such results: asked of the few periods in which something was made known,
    because a city's results are else all put in order for it. Two queries."""
    known = Cycle.objects.filter(Exists(Publication.objects.filter(cycle=OuterRef("pk"))), kind=Cycle.Kind.MONTH)
    first = base.filter(sheet__cycle=OuterRef("pk")).values("pk")[:1]
    cycles = Cycle.objects.filter(pk__in=list(known.values_list("pk", flat=True))).alias(first=Subquery(first))
    newest = cycles.filter(first__isnull=False).order_by("-year", "-number")
    return newest.values_list("year", "number").first()


def _met(rule: FollowUpRule, base: QuerySet[Confirmation], month: tuple[int, int]) -> Met:
    last = 12 * month[0] + month[1]
    rows = base.annotate(nth=12 * F("sheet__cycle__year") + F("sheet__cycle__number"))
    rows = rows.filter(nth__gt=last - rule.run, nth__lte=last, score_shown__isnull=False)
    rows = rows.filter(sheet__member__agency__in=agencies_of(rule, date(*month, 1)))
    fit = {"score_shown__gte": rule.score} if rule.bound == Bound.AT_LEAST else {"score_shown__lt": rule.score}
    met = rows.filter(**fit).values("subject").annotate(n=Count("nth", distinct=True)).filter(n=rule.run)
    people = met.order_by("subject").values("subject")[: SHOWN + 1]
    held: dict[int, list[Confirmation]] = defaultdict(list)
    related = rows.filter(subject__in=people).select_related("subject", "sheet__cycle").defer("outcome")
    for one in related.order_by("nth", "pk"):
        held[one.subject_id].append(one)
    known = {one.person_id: one for one in _proposed(rule, held)}
    every = [
        Candidate(found[0].subject, tuple(found), _same(known.get(person), found)) for person, found in held.items()
    ]
    return Met(rule, tuple(sorted(every[:SHOWN], key=lambda c: c.person.sort_key)), len(every) > SHOWN)


def _proposed(rule: FollowUpRule, people: Collection[int]) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(rule=rule, person__in=people).exclude(state=State.WITHDRAWN)
    return rows.order_by("pk")


def _same(known: FollowUp | None, found: Sequence[Confirmation]) -> FollowUp | None:
    """The follow-up that hangs on just these results."""
    ids = [one.pk for one in found]
    return known if known is not None and [one["confirmation"] for one in known.basis] == ids else None


def _person(reach: Q, person_id: int) -> tuple[Person | None, tuple[Confirmation, ...]]:
    if not person_id:
        return None, ()
    rows = published(Confirmation.objects.filter(reach, subject=person_id)).select_related("sheet__cycle")
    found = rows.defer("outcome").order_by("-sheet__cycle__year", "-sheet__cycle__number")[:24]
    if not found:
        raise NotYours()
    return Person.objects.get(pk=person_id), tuple(found)


@dataclass(frozen=True)
class Shown:
    """One follow-up, and what the user may do with it. `basis`: period and exact score in words."""

    row: FollowUp
    basis: tuple[tuple[str, str], ...]
    own: bool
    may_decide: bool
    may_undo: bool
    may_publish: bool
    may_withdraw: bool


def shown(user: User, follow_up_id: int, on: date) -> Shown:
    """For officers and heads of its unit and who proposed it; for the person once made known. Raises NotYours."""
    related = ("person", "unit", "rule", "decided_by", "proposed_by")
    row = FollowUp.objects.select_related(*related).filter(pk=follow_up_id).first()
    if row is None:
        raise NotYours()
    own = row.person.user_id == user.pk
    officer, headed = stands(user, on)
    near = row.unit_id in officer | headed or row.proposed_by_id == user.pk
    if (own and row.state != State.PUBLISHED) or not (own or near):
        raise NotYours()
    heads = not own and row.unit_id in headed
    agreed = row.state == State.AGREED and not own
    return Shown(
        row,
        tuple((one["period"], exact_vi(parse_fraction(one["score"])) if one["score"] else "") for one in row.basis),
        own,
        heads and row.state == State.PROPOSED,
        heads and agreed,
        agreed and row.unit_id in officer | headed,
        not own and row.state == State.PROPOSED and row.proposed_by_id == user.pk,
    )


def of_person(user: User) -> list[FollowUp]:
    """What was made known to the user, newest first."""
    rows: Any = FollowUp.objects.filter(person__user_id=user.pk, state=State.PUBLISHED)
    return list(rows.select_related("unit", "decided_by").order_by("-published_at")[:SHOWN])
