"""Every read of assessments, with the access check in it. What a user may not see is answered with NotYours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Case, Count, F, Min, Q, QuerySet, When

from thuocdo.accounts.models import User
from thuocdo.conclusions import access, facts, many, places, sheets
from thuocdo.conclusions.competences import exercised
from thuocdo.conclusions.models import Assessment, AssessmentPart, Competence
from thuocdo.engine.outcome import Outcome
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import units_where
from thuocdo.records.choosing import some
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds import books
from thuocdo.rounds.access import led_by, rounds_seen
from thuocdo.rounds.models import Round, RoundSubject

State = Assessment.State
PAGE, OFFERED = 25, 200
KINDS = ("collective", "party_organisation", "agency", "unit", "leader", "party_member")


def every_part() -> QuerySet[AssessmentPart]:
    """Every part that holds an outcome, for `thuocdo verify`."""
    return AssessmentPart.objects.exclude(outcome="")


def again(part: AssessmentPart) -> Outcome | None:
    """The outcome rated again from the frozen facts; None where the pinned rulebook was not kept."""
    try:
        return facts.again(part)
    except Refusal:
        return None


@dataclass(frozen=True)
class DeskRow:
    """A round with how many assessments of the reader's stand where."""

    round: Round
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Desk:
    rounds: list[DeskRow]
    officer: bool


def desk(user: User, at: datetime) -> Desk:
    """Rounds the user sees, newest first."""
    on = day_of(at)
    rounds = Round.objects.filter(rounds_seen(user, on), state__in=("open", "closed")).select_related("organisation")
    found = list(rounds.order_by("-year", "organisation__name", "pk")[:OFFERED])
    seen = access.seen(user, on, access.looked_after(user, on))
    also = Assessment.objects.filter(seen, round__isnull=False).exclude(round__in=found)
    more = Round.objects.filter(pk__in=also.values("round")).select_related("organisation").order_by("-year", "pk")
    found += list(more[:OFFERED])
    rows = Assessment.objects.filter(seen, round__in=found).order_by()
    counted: dict[int, Counter[str]] = {}
    for key, state, number in rows.values_list("round_id", "state").annotate(n=Count("pk")):
        counted.setdefault(key, Counter())[state] = number
    return Desk(
        [DeskRow(one, counted.get(one.pk, Counter())) for one in found], bool(units_where(user, Role.Kind.OFFICER, on))
    )


@dataclass(frozen=True)
class Filters:
    """What was asked for; empty: all."""

    typed: str = ""
    kind: str = ""
    state: str = ""
    group: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """From what the page was asked, by the names in its address."""
        return cls(*(asked.get(name, "") for name in ("tim", "loai", "tinh-trang", "nhom")))


@dataclass(frozen=True)
class Line:
    """One subject of a round with its assessment, None where it has not begun. Where `own`, what was verified and
    proposed shows with the decision, as in `view`."""

    subject: RoundSubject
    one: Assessment | None
    levels: Mapping[str, str]
    own: bool

    @property
    def kind(self) -> str:
        return books.LABELS[self.subject.kind]

    def label(self, code: str) -> str:
        return self.levels.get(code, code)

    @property
    def shown(self) -> Assessment | None:
        """The assessment where what was verified may be read."""
        one = self.one
        return None if one is None or (self.own and one.state != State.DECIDED) else one

    @property
    def group(self) -> str:
        return self.one.group if self.one else ""

    @property
    def score(self) -> int | None:
        return self.shown.score_shown if self.shown else None

    @property
    def rule(self) -> str:
        return self.label(self.shown.rule_level) if self.shown else ""

    @property
    def proposed(self) -> str:
        return self.label(self.shown.proposed) if self.shown else ""

    @property
    def decided(self) -> str:
        return self.label(self.one.level) if self.one and self.one.state == State.DECIDED else ""


@dataclass(frozen=True)
class Listed:
    """One page of subjects, like posts beside each other; `cells` of the group asked for."""

    round: Round
    rules: books.Rules
    lines: list[Line]
    total: int
    number: int
    pages: int
    groups: list[str]
    cells: Sequence[places.Count]
    verifies: bool
    decides: bool


def visible_subjects(user: User, round_: Round, on: date, units: set[int]) -> QuerySet[RoundSubject]:
    """Subjects of the kinds with a level of the rulebook whose assessment the user sees, begun or not."""
    mine = Competence.objects.filter(exercised(user, on)).values("pk")
    seen = Q(unit__in=units) | Q(assessment__competence__in=mine) | Q(person__user_id=user.pk) | led_by(user)
    return RoundSubject.objects.filter(seen, round=round_, kind__in=KINDS, standing="in")


def round_of(user: User, round_id: int, on: date, units: set[int]) -> Round:
    """A round of which the user sees an assessment or a subject. Raises NotYours."""
    rounds = Round.objects.filter(pk=round_id, state__in=("open", "closed")).select_related("organisation", "unit")
    round_ = rounds.first()
    if round_ is None:
        raise NotYours()
    if round_.unit_id in units or visible_subjects(user, round_, on, units).exists():
        return round_
    if not Round.objects.filter(rounds_seen(user, on), pk=round_id).exists():
        raise NotYours()
    return round_


def listing(user: User, round_id: int, filters: Filters, number: int, at: datetime) -> Listed:
    """Raises NotYours."""
    on = day_of(at)
    units = access.looked_after(user, on)
    round_ = round_of(user, round_id, on, units)
    rules = books.rules_of(round_)
    rows = filtered(visible_subjects(user, round_, on, units), filters)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    verify, decide = many.waiting(user, on, round_)
    page = _ordered(rows, user).select_related("assessment", "unit", "collective", "person")
    seen = Assessment.objects.filter(access.seen(user, on, units), round=round_)
    named = seen.exclude(group="").order_by("group").values_list("group", flat=True).distinct()
    return Listed(
        round_,
        rules,
        [line_of(one, rules, user) for one in page[(number - 1) * PAGE : number * PAGE]],
        total,
        number,
        pages,
        list(named[:OFFERED]),
        _group_cells(seen, filters.group, user),
        bool(verify),
        bool(decide),
    )


def _ordered(rows: QuerySet[RoundSubject], user: User) -> QuerySet[RoundSubject]:
    """By kind, group and score; the own row, of which no score shows until it is decided, does not stand by it."""
    hidden = Q(person__user_id=user.pk) & ~Q(assessment__state=State.DECIDED)
    score = Case(When(hidden, then=None), default=F("assessment__score_shown"))
    return rows.order_by("kind", "assessment__group", score.desc(nulls_last=True), "search_key", "pk")


def filtered(rows: QuerySet[RoundSubject], filters: Filters) -> QuerySet[RoundSubject]:
    """The rows that were asked for."""
    if filters.typed:
        rows = rows.filter(search_key__contains=fold(filters.typed))
    if filters.kind in KINDS:
        rows = rows.filter(kind=filters.kind)
    if filters.group:
        rows = rows.filter(assessment__group=filters.group)
    if filters.state == State.OWN:
        rows = rows.filter(Q(assessment__isnull=True) | Q(assessment__state=State.OWN))
    elif filters.state in State.values:
        rows = rows.filter(assessment__state=filters.state)
    return rows


def line_of(subject: RoundSubject, rules: books.Rules, user: User) -> Line:
    """A line of the user's lists; assessment and person were read with the subject."""
    one = getattr(subject, "assessment", None)
    scheme = books.scheme_of(rules.book, subject.kind, subject.role)
    own = subject.person is not None and subject.person.user_id == user.pk
    return Line(subject, one, {level.code: level.label for level in scheme.levels} if scheme else {}, own)


def _group_cells(seen: QuerySet[Assessment], group: str, user: User) -> Sequence[places.Count]:
    """For whoever sees more of the group than the own; where the group is one of each body, of each."""
    if not group:
        return ()
    others = seen.filter(group=group).exclude(person__user_id=user.pk)
    firsts = others.order_by().values("competence", "kind").annotate(first=Min("pk")).values_list("first", flat=True)
    rows = others.filter(pk__in=list(firsts)).select_related("subject", "round__organisation", "unit", "competence")
    found: dict[places.Key, Sequence[places.Count]] = {}
    forms: dict[tuple[str, str, str], sheets.Form] = {}
    held: list[places.Held] = []
    for one in rows.order_by("pk"):
        assert one.round is not None, "the rows are of a round"
        form = sheets.counting_form(one, forms)
        held = held or places.counted(one.round, group)
        key = places.key_of(one, form)
        if key not in found:
            found[key] = places.counts(one, form, held)
    return [count for several in found.values() for count in several]


Looked = tuple[str, int]
"""What was typed to look for a unit, and the key of the one chosen."""
NOTHING: Looked = ("", 0)


@dataclass(frozen=True)
class Competences:
    """The rows that hold on the day or later, and what an officer chooses from to write another."""

    rows: list[Competence]
    may: bool
    units: UnitChoice
    bodies: UnitChoice
    organisations: list[PartyOrganisation]


def competence_lines(user: User, on: date) -> QuerySet[Competence]:
    """Rows of the units in which the user has a role, and those that the user exercises, that hold then or later."""
    units = access.looked_after(user, on)
    rows = Competence.objects.filter(Q(unit__in=units) | exercised(user, on)).filter(Q(end=None) | Q(end__gt=on))
    return rows.select_related("unit", "party", "body_unit").order_by("unit__order", "unit__code", "kind", "pk")


def competences(user: User, at: datetime, unit: Looked = NOTHING, body: Looked = NOTHING) -> Competences:
    """The first rows, for the page; `unit`, `body`: what is looked for among units, and among units and Party
    organisations that decide, each with the key chosen. Constant queries."""
    on = day_of(at)
    mine = units_where(user, Role.Kind.OFFICER, on)
    found = competence_lines(user, on).select_related("recorded_by")
    units = Unit.objects.filter(pk__in=mine)
    parties, more = some(PartyOrganisation.objects.filter(unit__in=mine, end=None), body[0])
    bodies = choice(units, *body)
    bodies = replace(bodies, many=bodies.many or more)
    return Competences(list(found[:OFFERED]), bool(mine), choice(units, *unit), bodies, parties)
