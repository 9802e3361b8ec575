"""Reads: own published results, the published list, an officer's table, the papers of a unit. Each checks access."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units, officer_or_inspector
from thuocdo.appraisals.models import Confirmation, Petition
from thuocdo.cycles.models import Cycle, Member, SecondOfficer
from thuocdo.decisions import contents
from thuocdo.decisions.access import issuer_of, prepares
from thuocdo.decisions.contents import ResultLine, concerned_ids
from thuocdo.decisions.models import (
    Decision,
    Delivery,
    PetitionRoute,
    Publication,
    PublicationForm,
    PublishedResult,
    ResultReceipt,
    UnpublishedCount,
)
from thuocdo.decisions.replacing import waiting_on
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import ActingHead, Employment, Unit, UnitLink
from thuocdo.organisation.queries import looks_after, officer_units, on_day
from thuocdo.organisation.successors import keeper_of, keepers


@dataclass(frozen=True)
class OwnResult:
    """A published result of the own: `listed` where the person may open the unit's list, `replaced` where a new result
    was decided since, which is not published yet."""

    result: Confirmation
    publication: Publication
    received: datetime | None
    listed: bool
    replaced: bool

    @property
    def label(self) -> str:
        return self.result.sheet.cycle.label


def my_results(user: User, most: int | None = None) -> list[OwnResult]:
    """The user's own results as published last, newest first (the `most` newest). Two queries."""
    mine = PublishedResult.objects.filter(confirmation__subject__user_id=user.pk)
    later = {"confirmation__sheet": OuterRef("confirmation__sheet")}
    newer = mine.filter(**later, confirmation__number__gt=OuterRef("confirmation__number"))
    decided = Confirmation.objects.filter(replaces=OuterRef("confirmation"))
    rows = mine.filter(~Exists(newer)).annotate(replaced=Exists(decided))
    related = ("confirmation__sheet__cycle", "publication__unit")
    found = list(rows.select_related(*related).order_by("-confirmation__at", "-confirmation")[:most])
    got = ResultReceipt.objects.filter(confirmation__in=[one.confirmation_id for one in found])
    received = dict(got.values_list("confirmation_id", "at"))
    return [
        OwnResult(
            one.confirmation,
            one.publication,
            received.get(one.confirmation_id),
            one.publication.form == PublicationForm.Kind.ELECTRONIC,
            one.replaced,
        )
        for one in found
    ]


@dataclass(frozen=True)
class ListedResult:
    """A line of a published list. `renews`: the result replaces one that was published before; `since` says in words
    what became of it, empty while it holds."""

    line: ResultLine
    renews: bool
    since: str


@dataclass(frozen=True)
class PublishedList:
    """A published list without any text of opinions; `others` are the unit's other publications of the cycle."""

    publication: Publication
    label: str
    lines: tuple[ListedResult, ...]
    others: tuple[Publication, ...]

    @property
    def level_word(self) -> str:
        return contents.level_word([one.line for one in self.lines])


def published_list(user: User, publication_id: int, on: date) -> PublishedList:
    """For officers and inspectors of the cycle, the unit's head, and in the electronic form its members.

    Raises NotYours. It shows what the publication named; a result replaced since says so. Six queries.
    """
    one = Publication.objects.select_related("cycle__root", "unit").filter(pk=publication_id).first()
    if one is None or not _may_read(one, user, on):
        raise NotYours()
    named = contents.results_of(one)
    known: dict[int, list[tuple[int, int | None]]] = {}
    versions = Confirmation.objects.filter(sheet__in=[result.sheet_id for result in named]).order_by("number")
    for sheet, number, told in versions.values_list("sheet", "number", "published__publication__number"):
        known.setdefault(sheet, []).append((number, told))
    lines = tuple(
        ListedResult(
            line,
            any(number < result.number and told is not None for number, told in known[result.sheet_id]),
            _since([told for number, told in known[result.sheet_id] if number > result.number]),
        )
        for result, line in zip(named, contents.lines_of(named), strict=True)
    )
    others = Publication.objects.filter(cycle=one.cycle, unit=one.unit).exclude(pk=one.pk).order_by("number")
    return PublishedList(one, one.cycle.label, lines, tuple(others))


def _since(later: Sequence[int | None]) -> str:
    told = [number for number in later if number is not None]
    if told:
        return f"đã thay bằng kết quả công bố lần {max(told)}"
    return "đã có kết quả mới thay, chưa công bố" if later else ""


def _may_read(one: Publication, user: User, on: date) -> bool:
    if one.form == PublicationForm.Kind.ELECTRONIC:
        inside = Member.objects.filter(cycle=one.cycle, evaluator_unit=one.unit, person__user_id=user.pk)
        if inside.exists():
            return True
    return one.unit_id in headed_units(user, on) or officer_or_inspector(user, one.cycle.root_id, on)


@dataclass(frozen=True)
class UnitPapers:
    """The papers of one unit for a cycle and the list as it would be drafted now; `sheets`: confirmation -> sheet,
    `unpublished`: how many of these results no publication names; `petitions`: by sheet, what keeps an officer from
    proposing that its result be replaced."""

    cycle: Cycle
    label: str
    unit: Unit
    lines: tuple[ResultLine, ...]
    sheets: Mapping[int, int]
    papers: tuple[Decision, ...]
    publications: tuple[Publication, ...]
    unpublished: int
    closed: bool
    may_propose: bool
    petitions: Mapping[int, Petition]

    @property
    def level_word(self) -> str:
        return contents.level_word(self.lines)

    @property
    def to_list(self) -> tuple[Publication, ...]:
        """Supplementary publications with a result in force that no paper drafted or issued holds."""
        papers = [paper for paper in self.papers if paper.state in (Decision.State.DRAFT, Decision.State.ISSUED)]
        held = {line.confirmation for paper in papers for line in contents.read(paper.content)[1]}
        own = {paper.publication_id for paper in papers if paper.state == Decision.State.DRAFT}
        missing = self.sheets.keys() - held
        return tuple(
            one for one in self.publications if one.supplementary and one.pk not in own and missing & set(one.results)
        )


def unit_papers(user: User, cycle_id: int, unit_id: int, on: date) -> UnitPapers:
    """For who drafts the unit's papers. Raises NotYours."""
    cycle = Cycle.objects.select_related("root").filter(pk=cycle_id).first()
    unit = Unit.objects.filter(pk=unit_id).first()
    if cycle is None or unit is None or not prepares(user, unit.pk, on):
        raise NotYours()
    results = contents.results_in_force(cycle, unit)
    if not results and not Member.objects.filter(cycle=cycle, evaluator_unit=unit).exists():
        raise NotYours()
    papers = Decision.objects.filter(cycle=cycle, unit=unit).select_related("signer").order_by("-pk")
    closed, officer = cycle.state == Cycle.State.CLOSED, looks_after(user, cycle.root_id, on)
    waiting = waiting_on([one.sheet_id for one in results]) if closed and officer else []
    return UnitPapers(
        cycle,
        cycle.label,
        unit,
        contents.lines_of(results),
        {one.pk: one.sheet_id for one in results},
        tuple(papers),
        tuple(Publication.objects.filter(cycle=cycle, unit=unit).order_by("number")),
        sum(UnpublishedCount.objects.filter(cycle=cycle, unit=unit).values_list("number", flat=True)),
        closed,
        officer,
        {one.sheet_id: one for one in waiting},
    )


@dataclass(frozen=True)
class Paper:
    """A paper with its frozen content; what the user may do with it."""

    decision: Decision
    content: Mapping[str, Any]
    lines: tuple[ResultLine, ...]
    deliveries: tuple[Delivery, ...]
    may_prepare: bool
    may_issue: bool
    received_here: tuple[Delivery, ...]
    signers: tuple[Employment, ...]
    units: tuple[Unit, ...]
    replaced_by: Decision | None
    outdated: tuple[str, ...]

    @property
    def level_word(self) -> str:
        if self.content.get("of") == "units":
            return "Mức xếp loại"
        return contents.level_word(self.lines)


def paper(user: User, decision_id: int, on: date) -> Paper:
    """For who drafts the unit's papers, the signer, officers and inspectors of the cycle, and units it was sent to.

    Raises NotYours. Eleven queries and those of the access check.
    """
    one = (
        Decision.objects.select_related("unit", "agency", "cycle__root", "signer", "replaces", "issued_by")
        .filter(pk=decision_id)
        .first()
    )
    if one is None:
        raise NotYours()
    headed, looked_after = headed_units(user, on), officer_units(user, on)
    mine = headed | looked_after
    deliveries = list(one.deliveries.select_related("to", "sent_by", "received_by").order_by("pk"))
    here = [row for row in deliveries if row.to_id in mine]
    may_prepare = one.unit_id in mine
    signs = one.signer is not None and one.signer.user_id == user.pk
    if not (may_prepare or signs or here or _inspects(one, user, on)):
        raise NotYours()
    content, lines = contents.read(one.content)
    draft = may_prepare and one.state == Decision.State.DRAFT
    named = {line.person for line in lines} | set(content.get("heads", ()))
    issued = may_prepare and one.state == Decision.State.ISSUED
    return Paper(
        one,
        content,
        lines,
        tuple(deliveries),
        may_prepare,
        one.unit_id in headed or signs,
        tuple(here),
        _signers(one, named, on) if draft else (),
        _receivers(looked_after, one, on) if issued else (),
        Decision.objects.filter(replaces=one).first(),
        contents.outdated(lines) if one.state in (Decision.State.DRAFT, Decision.State.ISSUED) else (),
    )


def _signers(one: Decision, named: set[int], on: date) -> tuple[Employment, ...]:
    """Who may sign: at work in the issuing unit or its agency and not in the list; heads first, then deputies."""
    ranks = (Employment.Leadership.HEAD, Employment.Leadership.DEPUTY)
    places = (When(leadership=role, then=Value(place)) for place, role in enumerate(ranks))
    rank = Case(*places, default=Value(len(ranks)))
    posts = Employment.objects.filter(on_day(on), unit__in={issuer_of(one).pk, one.agency_id}).exclude(person__in=named)
    return tuple(posts.select_related("person", "unit").order_by(rank, "person__sort_key", "pk"))


def _inspects(one: Decision, user: User, on: date) -> bool:
    """A paper on a round of units has no cycle: the authority's own unit is what is inspected."""
    return officer_or_inspector(user, one.unit_id if one.cycle is None else one.cycle.root_id, on)


def _receivers(looked_after: set[int], one: Decision, on: date) -> tuple[Unit, ...]:
    """Units to choose from: those the paper concerns, then those the officer looks after, places and agencies, without
    the unit itself; `headed` says whether somebody heads it."""
    kinds = (Unit.Kind.PLACE, Unit.Kind.AGENCY)
    kept = keepers()
    concerned = Q(pk__in={keeper_of(pk, kept) for pk in concerned_ids(one.content)})
    units = Unit.objects.filter(on_day(on), Q(pk__in=looked_after, kind__in=kinds) | concerned).exclude(pk=one.unit_id)
    first = Case(When(concerned, then=Value(0)), default=Value(1))
    here = {"unit": OuterRef("pk"), "person__user__is_active": True}
    posts = Employment.objects.filter(on_day(on), leadership=Employment.Leadership.HEAD, **here)
    headed = Exists(posts) | Exists(ActingHead.objects.filter(on_day(on), **here))
    return tuple(units.annotate(headed=headed).order_by(first, "order", "code")[:200])


@dataclass(frozen=True)
class Desk:
    """What the first page of the room shows to this user."""

    results: tuple[OwnResult, ...]
    headed: tuple[tuple[Unit, Cycle], ...]
    cycles: tuple[Cycle, ...]
    incoming: tuple[Delivery, ...]
    drafts: tuple[Decision, ...]


MOST = 24
"""So many of the newest of each are shown."""


def desk(user: User, on: date) -> Desk:
    """Own published results; for a head the own unit's cycles; for an officer the closed cycles; papers that came."""
    headed, looked_after = headed_units(user, on), officer_units(user, on)
    closed = Cycle.objects.filter(state=Cycle.State.CLOSED).select_related("root").order_by("-year", "-number", "pk")
    judged = (
        Member.objects.filter(evaluator_unit__in=headed, cycle__state=Cycle.State.CLOSED)
        .order_by("-cycle__year", "-cycle__number", "cycle_id", "evaluator_unit_id")
        .values_list("evaluator_unit_id", "cycle_id")
        .distinct()[:MOST]
    )
    pairs = list(judged)
    units = Unit.objects.in_bulk({unit for unit, _ in pairs})
    cycles = Cycle.objects.in_bulk({cycle for _, cycle in pairs})
    incoming = Delivery.objects.filter(to__in=headed | looked_after).select_related("decision__unit", "to")
    drafts = Decision.objects.filter(unit__in=headed | looked_after, state=Decision.State.DRAFT)
    return Desk(
        tuple(my_results(user, MOST)),
        tuple((units[unit], cycles[cycle]) for unit, cycle in pairs),
        tuple(closed.filter(root__in=looked_after)[:MOST]),
        tuple(incoming.order_by("received_at", "-sent_at", "pk")[:MOST]),
        tuple(drafts.select_related("unit").order_by("-drafted_at", "pk")[:MOST]),
    )


@dataclass(frozen=True)
class Choices:
    """What was chosen for the officer's units, newest first, and the units to choose for."""

    forms: tuple[PublicationForm, ...]
    routes: tuple[PetitionRoute, ...]
    units: tuple[Unit, ...]
    authorities: tuple[Unit, ...]
    second: tuple[SecondOfficer, ...]


def choices(user: User, on: date) -> Choices:
    """For an organisation officer: forms of publication and petition routes of the units looked after. Six queries."""
    looked_after = officer_units(user, on)
    forms = PublicationForm.objects.filter(unit__in=looked_after).select_related("unit").order_by("-start", "-pk")
    routes = PetitionRoute.objects.filter(unit__in=looked_after).select_related("unit", "authority")
    second = SecondOfficer.objects.filter(unit__in=looked_after).select_related("unit")
    agencies = Unit.objects.filter(kind__in=(Unit.Kind.PLACE, Unit.Kind.AGENCY)).order_by("order", "code")
    above = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.STRUCTURE, child=OuterRef("pk"))
    heads = Employment.objects.filter(on_day(on), leadership=Employment.Leadership.HEAD, unit=OuterRef("pk"))
    acting = ActingHead.objects.filter(on_day(on), unit=OuterRef("pk"))
    named = (Subquery(rows.values("person__full_name")[:1]) for rows in (acting, heads))
    placed = agencies.filter(on_day(on)).annotate(
        above=Subquery(above.values("parent__name")[:1]), answers=Coalesce(*named)
    )
    return Choices(
        tuple(forms[:MOST]),
        tuple(routes.order_by("-start", "-pk")[:MOST]),
        tuple(agencies.filter(pk__in=looked_after)[:200]),
        tuple(placed.exclude(kind=Unit.Kind.PLACE)[:200]),
        tuple(second.order_by("-start", "-pk")[:MOST]),
    )
