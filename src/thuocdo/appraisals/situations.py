"""Cases of a period that hang on dates, as the evaluator and the person see them: facts, what the rules say, what they
leave open, and the answer that was given. Nothing here changes a figure."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import DateField, Value

from thuocdo.appraisals.models import Sheet, SituationAnswer
from thuocdo.appraisals.recorded_absences import REASONS
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.situation_rules import TWO_SIDED, Case, Post, cases
from thuocdo.audit.digests import canonical
from thuocdo.calendars.queries import workdays_along
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Rulebook
from thuocdo.engine.schema import Situation as Rule
from thuocdo.engine.schemes.schema import AbsenceTest
from thuocdo.engine.situations import NOT_SAID, asked_by
from thuocdo.kernel.periods import period_span
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import forest, moving_days
from thuocdo.organisation.rules import Forest
from thuocdo.records.models import Absence
from thuocdo.rulesets.catalogue import Book


@dataclass(frozen=True)
class Situation:
    """A case with what the rules say of it. `asks` is empty where nothing is left open. `answers`: the latest holds."""

    case: Case
    says: tuple[tuple[str, str], ...]
    asks: str
    answers: tuple[SituationAnswer, ...] = ()

    @property
    def answer(self) -> SituationAnswer | None:
        return self.answers[-1] if self.answers else None

    @property
    def waits(self) -> bool:
        return bool(self.asks) and not self.answers

    @property
    def two_sided(self) -> bool:
        """Whether the head of another unit knows part of the period."""
        return self.case.kind in TWO_SIDED

    @property
    def flag(self) -> str:
        return f"{self.case.title}: {'; '.join(self.case.facts)}. Quy định để ngỏ, cần trả lời"

    def frozen(self) -> str:
        """What was known and asked, as it is kept with the answer."""
        return canonical(
            {"title": self.case.title, "facts": list(self.case.facts), "says": list(self.says), "asks": self.asks}
        )


@dataclass
class Dates:
    """Posts and absences by person: rows of `Employment` as (unit, name, position, start, end, leadership,
    kind, task group); the ends of the units that have one."""

    posts: dict[int, list[tuple[int, str, str, date, date | None, str, str, str]]] = field(default_factory=dict)
    absences: dict[int, list[Absence]] = field(default_factory=dict)
    ended: dict[int, date] = field(default_factory=dict)


def read_dates(people: Collection[int], cycle: Cycle) -> Dates:
    """The posts of these people that touch the period, and all their absences. One query."""
    span = period_span(cycle.kind, cycle.year, cycle.number)
    posts = Employment.objects.filter(person__in=people, start__lt=span.end).exclude(end__lte=span.start)
    away = Absence.objects.filter(person__in=people)
    none, never = Value(""), Value(None, DateField())
    held = posts.values_list(
        none, "pk", "person_id", "start", "end", "unit_id", "unit__name", "position", "leadership", "kind",
        "task_group", "unit__end",
    )  # fmt: skip
    kept = away.values_list("kind", "pk", "person_id", "start", "end", Value(0), none, none, none, none, none, never)
    rows = held.union(kept, all=True)
    found = Dates()
    for kind, _, person, start, end, unit, name, *seat, ended in sorted(rows, key=itemgetter(1)):
        if kind:
            absence = Absence(person_id=person, kind=kind, start=start, end=end)
            found.absences.setdefault(person, []).append(absence)
        else:
            found.posts.setdefault(person, []).append((unit, name, seat[0], start, end, *seat[1:]))
            if ended is not None:
                found.ended[unit] = ended
    return found


@dataclass(frozen=True)
class Ground:
    """The trees of a period, each with the day from which it stood; the calendars of the units in which somebody was
    away, came or left."""

    trees: Sequence[tuple[date, Forest]]
    calendars: Mapping[int, Workdays]

    def agency(self, unit: int, day: date) -> int | None:
        """The agency of the unit on a day, that of another day of the period where it is none of it."""
        return _tree(self.trees, day).agency(unit)


def ground_of(sheets: Sequence[Sheet], dates: Dates) -> Ground | None:
    """What the cases of sheets of one cycle are counted on; None, without a query, where nobody was away, came, left or
    moved. Else four queries, and one for each day of the period on which units moved or ended."""
    if not sheets:
        return None
    first, last = _bounds(sheets[0].cycle)
    units = {sheet.member.unit_id for sheet in sheets if _touched(sheet.person_id, dates, first, last)}
    if not units:
        return None
    trees = [(day, forest(day)) for day in (first, *moving_days(first, last))]
    stood = {unit: min(last, dates.ended.get(unit, date.max) - timedelta(days=1)) for unit in units}
    paths = {unit: list(_tree(trees, day).path(unit)) for unit, day in stood.items()}
    return Ground(trees, workdays_along(paths, {first.year, last.year}))


def _tree(trees: Sequence[tuple[date, Forest]], day: date) -> Forest:
    return next((tree for since, tree in reversed(trees) if since <= day), trees[0][1])


def situations_of(sheets: Sequence[Sheet], dates: Dates, ground: Ground | None) -> dict[int, tuple[Situation, ...]]:
    """The cases of sheets of one cycle. One query, none where there is no ground."""
    if ground is None:
        return {}
    first, last = _bounds(sheets[0].cycle)
    touched = [sheet for sheet in sheets if _touched(sheet.person_id, dates, first, last)]
    rows = SituationAnswer.objects.filter(sheet__in=[one.pk for one in touched]).select_related("decided_by")
    answers: dict[tuple[int, str], list[SituationAnswer]] = {}
    for row in rows.order_by("number"):
        answers.setdefault((row.sheet_id, row.code), []).append(row)
    found = {}
    for sheet in touched:
        posts = [
            Post(
                unit, name, ground.agency(unit, last if end is None else min(last, end - timedelta(days=1))), position,
                start, end, leadership, kind, group, ground.agency(unit, start),
            )
            for unit, name, position, start, end, leadership, kind, group in dates.posts.get(sheet.person_id, ())
        ]
        away = dates.absences.get(sheet.person_id, ())
        book = shape_of(sheet.member).book
        found[sheet.pk] = tuple(
            Situation(one, *_said(book, sheet.member, one.kind), tuple(answers.get((sheet.pk, one.code), ())))
            for one in cases(first, last, posts, away, ground.calendars[sheet.member.unit_id])
        )
    return found


def situations_for(sheet: Sheet) -> tuple[Situation, ...]:
    """The cases of one sheet."""
    dates = read_dates([sheet.person_id], sheet.cycle)
    return situations_of([sheet], dates, ground_of([sheet], dates)).get(sheet.pk, ())


def _bounds(cycle: Cycle) -> tuple[date, date]:
    span = period_span(cycle.kind, cycle.year, cycle.number)
    assert span.end is not None, "a period has an end"
    return span.start, span.end - timedelta(days=1)


def _touched(person: int, dates: Dates, first: date, last: date) -> bool:
    posts = dates.posts.get(person, [])
    whole = len(posts) == 1 and posts[0][3] <= first and (posts[0][4] is None or posts[0][4] > last)
    away = any(a.start <= last and (a.end is None or a.end > first) for a in dates.absences.get(person, ()))
    return away or (bool(posts) and not whole)


def _said(book: Book, member: Member, kind: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """What the rulebook says of such a case, each with its articles, and what it leaves open."""
    rows = [one for one in book.book.situations if one.kind == kind and _in_force(one, member.cycle)]
    says = [(one.says, _articles(book, one.cite)) for one in rows if one.says]
    if not isinstance(book, Rulebook):
        says = [*_limits(book, member, kind), *says]
    if not rows:
        return tuple(says), "" if says else NOT_SAID.format(book.short_title)
    still = asked_by(rows)
    return tuple(says), f"{still.asks} ({_articles(book, still.cite)})" if still else ""


def _in_force(row: Rule, cycle: Cycle) -> bool:
    first, last = _bounds(cycle)
    return row.since <= last and (row.until is None or row.until > first)


def _limits(book: Any, member: Member, kind: str) -> Iterator[tuple[str, str]]:
    """Limits of a scheme that hang on this kind of absence."""
    scheme = book.scheme_for(member.kind, member.leadership, member.cycle.kind)
    reason = REASONS[Absence.Kind(kind)] if kind in Absence.Kind.values else None
    for limit in scheme.limits if scheme is not None and reason is not None else ():
        if any(reason in test.reasons for test in _absence_tests(limit.when)):
            yield limit.label, _articles(book, limit.cite)


def _absence_tests(conditions: Iterable[Any]) -> Iterator[AbsenceTest]:
    for one in conditions:
        if isinstance(one, AbsenceTest):
            yield one
        else:
            yield from _absence_tests(getattr(one, "conditions", ()))


def _articles(book: Any, refs: Sequence[str]) -> str:
    return "; ".join(cite.text() for cite in book.cite(refs))


@dataclass(frozen=True)
class Answered:
    """A case on “Vì sao?”: as it was when it was answered, else as it is now."""

    title: str
    facts: tuple[str, ...]
    says: tuple[tuple[str, str], ...]
    asks: str
    answer: SituationAnswer | None


def answered(sheet: Sheet) -> tuple[Answered, ...]:
    """The cases of a sheet with their answers, also of those that the records no longer show."""
    now = situations_for(sheet)
    shown = [_answered(one) for one in now]
    known = {one.case.code for one in now}
    rows = SituationAnswer.objects.filter(sheet=sheet).exclude(code__in=known).select_related("decided_by")
    gone = {row.code: row for row in rows.order_by("number")}
    return (*shown, *(_frozen(row) for row in gone.values()))


def _answered(one: Situation) -> Answered:
    if one.answer is not None:
        return _frozen(one.answer)
    return Answered(one.case.title, one.case.facts, one.says, one.asks, None)


def _frozen(row: SituationAnswer) -> Answered:
    kept = json.loads(row.facts)
    says = tuple((text, cite) for text, cite in kept["says"])
    return Answered(kept["title"], tuple(kept["facts"]), says, kept["asks"], row)
