"""Every read of rounds, with the access check in it. What a user may not see is answered with NotYours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When

from thuocdo.accounts.models import User
from thuocdo.engine.schemes.graph import Graph
from thuocdo.engine.schemes.standing import Standing, standings
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import on_day, units_where
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds import books, gate, links, people, population
from thuocdo.rounds.access import eyes_of, recordable, round_seen, rounds_seen, visible
from thuocdo.rounds.frame import read_frame
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, RoundOpening, RoundSubject, StepDone
from thuocdo.rounds.on_paper import writable

PAGE, OFFERED, LISTED = 25, 200, 60
LIVE = 5000
"""So many subjects of one committee are asked one by one where they stand; of a whole province they are counted."""
PREVIEWED = 2000


@dataclass(frozen=True)
class Desk:
    """Rounds that the user sees, newest first, and the organisations for which one may be planned."""

    rounds: list[Round]
    may_plan: bool


def desk(user: User, at: datetime) -> Desk:
    on = day_of(at)
    eyes = eyes_of(user, on)
    found = Round.objects.filter(rounds_seen(user, on, eyes)).exclude(state=Round.State.DROPPED)
    rows = list(found.select_related("organisation").order_by("-year", "organisation__name", "pk")[:OFFERED])
    return Desk(rows, bool(eyes.officer))


def plannable(user: User, at: datetime) -> list[PartyOrganisation]:
    """Party organisations of the officer's units: committees first. Two queries."""
    on = day_of(at)
    found = PartyOrganisation.objects.filter(on_day(on), unit__in=units_where(user, Role.Kind.OFFICER, on))
    rank = ["province", "above_base", "base", "part", "base_cell", "sub_cell"]
    rows = found.order_by("name", "code")[: OFFERED * 10]
    return sorted(rows, key=lambda one: rank.index(one.kind))[:OFFERED]


@dataclass(frozen=True)
class Tally:
    """One step over all subjects: done, free now, waiting; `total` of them."""

    done: int
    free: int
    waits: int
    total: int


@dataclass(frozen=True)
class Picture:
    """A round with its order of steps. `counts` by step are empty before it is open; `live`: free and waiting are told
    apart. `places`: the Party organisations the user may look into; `chosen` the one looked into."""

    round: Round
    rules: books.Rules
    opening: RoundOpening | None
    officer: bool
    counts: Mapping[str, Tally]
    live: bool
    places: list[RoundSubject]
    chosen: RoundSubject | None
    kinds: list[tuple[str, str, int]]


def picture(user: User, round_id: int, chosen: int, at: datetime) -> Picture:
    """The graph of a round with live state, for the whole of it or one Party organisation. Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    round_ = round_seen(user, round_id, on, eyes)
    rules = books.rules_of(round_)
    officer = round_.unit_id in eyes.officer
    opening = getattr(round_, "opening", None)
    if round_.state not in (Round.State.OPEN, Round.State.CLOSED):
        return Picture(round_, rules, opening, officer, {}, False, [], None, [])
    seen = RoundSubject.objects.filter(round=round_, kind="party_organisation")
    everything = round_.unit_id in eyes.both
    seen = seen if everything else seen.filter(visible(user, on, eyes))
    places = list(seen.order_by("party__kind", "name", "pk")[:OFFERED])
    one = next((place for place in places if place.pk == chosen), None)
    if chosen and one is None:
        one = seen.filter(pk=chosen).first()
        if one is None:
            raise NotYours()
    if one is None and not everything and places:
        one = places[0]
    if one is None and not everything:
        return Picture(round_, rules, opening, officer, {}, False, places, None, [])
    counted = _counts_by_kind(round_, one)
    size = sum(number for _, _, number in counted)
    if size > LIVE and one is None:
        return Picture(round_, rules, opening, officer, _summed(round_, rules), False, places, one, counted)
    found = RoundSubject.objects.filter(round=round_)
    rows = links.below(round_, one) if one is not None else links.rows_of(found)
    return Picture(round_, rules, opening, officer, _live(rules, rows), True, places, one, counted)


def _counts_by_kind(round_: Round, one: RoundSubject | None) -> list[tuple[str, str, int]]:
    """Kind, standing in words, and how many: of the whole round, or directly in one organisation."""
    rows = RoundSubject.objects.filter(round=round_)
    rows = rows.filter(Q(organisation=one) | Q(pk=one.pk)) if one is not None else rows
    found = rows.order_by().values_list("kind", "standing").annotate(n=Count("pk"))
    words = dict(RoundSubject.Standing.choices)
    order = list(books.LABELS)
    return [(books.LABELS[k], str(words[s]), n) for k, s, n in sorted(found, key=lambda r: (order.index(r[0]), r[1]))]


def _live(rules: books.Rules, rows: Mapping[int, links.Row]) -> dict[str, Tally]:
    states: dict[str, Counter[str]] = {node.id: Counter() for node in rules.graph.nodes}
    for one in standings(rules.graph, links.subjects(rows), gate.steps_done(rules.graph, rows)):
        states[one.node.id][one.state] += 1
    return {node: Tally(n["done"], n["free"], n["waits"], n.total()) for node, n in states.items()}


def _summed(round_: Round, rules: books.Rules) -> dict[str, Tally]:
    """Only what is done and how many there are: for a province, in two queries."""
    counted = RoundSubject.objects.filter(round=round_).exclude(standing="exempt").order_by()
    sizes = list(counted.values_list("kind", "role").annotate(n=Count("pk")))
    active = StepDone.objects.filter(round=round_, undoes__isnull=True, undone__isnull=True).order_by()
    done = dict(active.values_list("node").annotate(n=Count("pk")))
    found = {}
    for node in rules.graph.nodes:
        total = sum(n for kind, role, n in sizes if node.concerns(kind, role))
        made = done.get(node.id, 0)
        found[node.id] = Tally(made, 0, total - made, total)
    return found


@dataclass(frozen=True)
class Preview:
    """Who a plan would take in, before it is opened: counts by kind and standing, and those exempt or open by name."""

    people: int
    kinds: list[tuple[str, str, int]]
    out: list[population.New]
    partial: bool


def preview(user: User, round_: Round, at: datetime) -> Preview:
    """As of the day on which it would be opened now; of very many people only those of the first slice are read."""
    round_seen(user, round_.pk, day_of(at))
    day = min(day_of(at), round_.rating_date)
    frame, who = read_frame(round_.organisation, day, round_.leaderships), books.who_of(round_)
    total = people.count_people(frame, day)
    keys = people.next_people(frame, day, -1, PREVIEWED)
    found = population.frame_subjects(frame, who)
    facts = people.read_people(frame, day, round_.year, keys)
    found += people.person_subjects(frame, who, facts, round_.rating_date, round_.year)
    words, order = dict(RoundSubject.Standing.choices), list(books.LABELS)
    counted = Counter((one.kind, one.inclusion.standing) for one in found)
    kinds = sorted(counted.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    out = [one for one in found if one.inclusion.standing != "in"][:LISTED]
    return Preview(total, [(books.LABELS[k], str(words[s]), n) for (k, s), n in kinds], out, len(keys) < total)


@dataclass(frozen=True)
class Filters:
    """What was asked for; empty: all. `node`: who still has this step before them."""

    typed: str = ""
    kind: str = ""
    standing: str = ""
    node: str = ""
    organisation: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """From what the page was asked, by the names in its address."""
        place = asked.get("tc", "")
        known = place.isascii() and place.isdigit() and len(place) < 10
        typed, kind, standing, node = (asked.get(name, "") for name in ("tim", "loai", "tinh-trang", "buoc"))
        return cls(typed, kind, standing, node, int(place) if known else 0)


@dataclass(frozen=True)
class Line:
    """One subject on a list, with its steps."""

    subject: RoundSubject
    steps: list[Standing]
    names: Mapping[str, str]

    @property
    def kind(self) -> str:
        return books.LABELS[self.subject.kind]


@dataclass(frozen=True)
class Listed:
    """One page of subjects."""

    round: Round
    rules: books.Rules
    lines: list[Line]
    total: int
    number: int
    pages: int
    officer: bool


def subjects(user: User, round_id: int, filters: Filters, number: int, at: datetime) -> Listed:
    """Subjects that the user sees, by kind and name. Constant queries. Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    round_ = round_seen(user, round_id, on, eyes)
    rows = filtered(RoundSubject.objects.filter(visible(user, on, eyes), round=round_), round_, filters)
    return _listed(round_, rows, number, bool(eyes.officer))


def filtered(rows: QuerySet[RoundSubject], round_: Round, filters: Filters) -> QuerySet[RoundSubject]:
    """The subjects that were asked for."""
    if filters.typed:
        rows = rows.filter(search_key__contains=fold(filters.typed))
    if filters.kind in books.LABELS:
        rows = rows.filter(kind=filters.kind)
    if filters.standing in RoundSubject.Standing.values:
        rows = rows.filter(standing=filters.standing)
    if filters.organisation:
        rows = rows.filter(Q(organisation=filters.organisation) | Q(pk=filters.organisation))
    node = next((one for one in books.rules_of(round_).graph.nodes if one.id == filters.node), None)
    if node is not None:
        rows = rows.filter(kind__in=node.subjects).exclude(standing="exempt")
        rows = rows.filter(role__in=node.roles) if node.roles else rows
        done = StepDone.objects.filter(round=round_, node=node.id, undoes__isnull=True, undone__isnull=True)
        rows = rows.exclude(pk__in=done.values("subject_id"))
    return rows


def _listed(round_: Round, rows: QuerySet[RoundSubject], number: int, officer: bool) -> Listed:
    page, total, number, pages = page_of(rows, number)
    return Listed(round_, books.rules_of(round_), lines(round_, page), total, number, pages, officer)


def page_of(rows: QuerySet[RoundSubject], number: int, *order: Any) -> tuple[list[RoundSubject], int, int, int]:
    """The rows of the nearest page there is, how many there are, the page's number, and how many pages."""
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    shown = rows.select_related("unit", "collective", "person").order_by(*(order or ("kind", "search_key", "pk")))
    return list(shown[(number - 1) * PAGE : number * PAGE]), total, number, pages


def in_turn(graph: Graph) -> Case:
    """Kinds of subject in the order in which the graph comes to them: who may be dealt with first stands first."""
    kinds = list(dict.fromkeys(kind for rank in graph.ranks() for node in rank for kind in node.subjects))
    whens = (When(kind=kind, then=place) for place, kind in enumerate(kinds))
    return Case(*whens, default=len(kinds), output_field=IntegerField())


def lines(round_: Round, page: Sequence[RoundSubject]) -> list[Line]:
    """These subjects with where their steps stand, and the names of those they wait for."""
    found = gate.standing_of(round_, page) if page else {}
    keys = {int(k) for one in found.values() for s in one for w in s.waits for k in w.subjects[: gate.NAMED]}
    names = {str(k): name for k, name in RoundSubject.objects.filter(pk__in={0, *keys}).values_list("pk", "name")}
    return [Line(one, found[one.pk], names) for one in page]


@dataclass(frozen=True)
class Work:
    """What one person has in a round: the own procedures, and the steps that may be recorded now or soon."""

    round: Round
    rules: books.Rules
    own: list[Line]
    others: Listed


def work(user: User, round_id: int, node: str, number: int, at: datetime) -> Work:
    """One page for a person: own steps first, then those of whom the user records. Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    round_ = round_seen(user, round_id, on, eyes)
    own = RoundSubject.objects.filter(round=round_, person__user_id=user.pk)
    own = own.select_related("unit", "collective", "person").order_by("kind", "pk")
    rows = RoundSubject.objects.filter(recordable(user, on, eyes), round=round_, standing="in")
    rows = rows.filter(Q(person__isnull=True) | ~Q(person__user_id=user.pk))
    rows = filtered(rows, round_, Filters(node=node)).annotate(
        rates=Case(When(writable(user, on, eyes), then=True), default=False)
    )
    mine, rules = list(own), books.rules_of(round_)
    page, total, number, pages = page_of(rows, number, in_turn(rules.graph), "search_key", "pk")
    shown = lines(round_, [*mine, *page])
    others = Listed(round_, rules, shown[len(mine) :], total, number, pages, False)
    return Work(round_, rules, shown[: len(mine)], others)


def _alike(one: RoundSubject) -> Q:
    """Collectives with which a small one may be reviewed: the committee of the agency, those of its kind under the same
    one above, and that one."""
    near = Q(organisation=one.organisation_id)
    return near | Q(collective=one.collective_id) | Q(pk=one.collective_id) if one.collective_id else near


@dataclass(frozen=True)
class View:
    """One subject: its steps, what was recorded, the same person's other procedures, and for a collective its people,
    whose results flow back into its report. `only_looks`: the reader keeps no record of this person."""

    round: Round
    rules: books.Rules
    line: Line
    history: list[StepDone]
    same: list[Line]
    people: list[Line]
    levels: Mapping[str, str]
    records: bool
    decides: bool
    partners: list[RoundSubject]
    only_looks: bool
    mine: bool


def view(user: User, round_id: int, subject_id: int, at: datetime) -> View:
    """Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    round_ = round_seen(user, round_id, on, eyes)
    rows = RoundSubject.objects.filter(round=round_)
    related = ("unit", "collective", "organisation", "agency", "reviewed_with__collective", "decided_by", "person")
    may = Case(When(recordable(user, on, eyes), then=True), default=False)
    rates = Case(When(writable(user, on, eyes), then=True), default=False)
    seen = rows.filter(visible(user, on, eyes), pk=subject_id).select_related(*related)
    one = seen.annotate(may=may, rates=rates).first()
    if one is None:
        raise NotYours()
    mine = one.person is not None and one.person.user_id == user.pk
    others = rows.filter(visible(user, on, eyes)).select_related("unit", "collective", "person")
    same = list(others.filter(person=one.person_id).exclude(pk=one.pk).order_by("kind", "pk")) if one.person_id else []
    below = rows.filter(collective=one, kind="leader") if one.kind == "collective" else rows.none()
    if one.kind == "party_organisation":
        below = rows.filter(organisation=one, kind="party_member")
    inside = list(below.select_related("unit", "collective", "person").order_by("role", "search_key", "pk")[:LISTED])
    every = {line.subject.pk: line for line in lines(round_, [one, *same, *inside])}
    history = StepDone.objects.filter(subject=one).select_related("by", "undone").order_by("pk")
    decides = one.unit_id in eyes.officer and not mine
    few = one.kind == "collective" and one.standing != "exempt" and decides
    partners = rows.filter(_alike(one), kind="collective", standing="in", reviewed_with=None)
    return View(
        round_,
        books.rules_of(round_),
        every[one.pk],
        list(history),
        [every[s.pk] for s in same],
        [every[p.pk] for p in inside],
        levels_for(round_, one),
        one.may and one.standing == "in",
        decides,
        list(partners.exclude(pk=one.pk).order_by("name")[:LISTED]) if few else [],
        one.person_id is not None and not (mine or one.may or decides),
        mine,
    )
