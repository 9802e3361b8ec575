"""From a cycle's frozen members to the scopes of its quotas, and how many of the places are taken."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.in_force import in_force as in_force_results
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, QuotaPlaces, Sheet
from thuocdo.appraisals.places import Chosen, Heads, places_for
from thuocdo.appraisals.published import standing_published
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.schema import Scheme, SchemeQuota

Cell = tuple[str, int | None, str]


@dataclass(frozen=True)
class Counted:
    """A member with what counts: `rated` unless exempted or not rated; `level` decided, else proposed, else that of the
    confirmed result. `waits`: a proposal for this result is not decided yet, nor the result published. `decided`: the
    authority has decided. `has_result`: a confirmed result is in force; without one a person is counted as to be
    rated. `again`: that result replaced another."""

    member: Member
    rated: bool
    level: str
    waits: bool
    decided: bool
    has_result: bool = True
    again: bool = False


def counted(cycle: Cycle, agencies: Collection[int | None] | None = None) -> list[Counted]:
    """Everybody who is in (of some agencies), with the result so far. Four queries."""
    rows = Sheet.objects.filter(cycle=cycle, member__standing=Member.Standing.IN)
    if agencies is not None:
        rows = rows.filter(_of(agencies))
    results = {c.sheet_id: c for c in in_force_results(Confirmation.objects.filter(sheet__in=rows))}
    open_ones = LevelProposal.objects.filter(sheet__in=rows).exclude(standing_published())
    proposed = {p.sheet_id: p for p in open_ones}
    decided = {d.sheet_id: d for d in LevelDecision.objects.filter(sheet__in=rows).order_by("number")}
    return [
        _counted(sheet, results.get(sheet.pk), proposed.get(sheet.pk), decided.get(sheet.pk))
        for sheet in rows.select_related("member__evaluator_unit").order_by("pk")
    ]


def _of(agencies: Collection[int | None]) -> Q:
    known = Q(member__agency__in=[one for one in agencies if one is not None])
    return known | Q(member__agency=None) if None in agencies else known


def _counted(
    sheet: Sheet, result: Confirmation | None, proposal: LevelProposal | None, decision: LevelDecision | None
) -> Counted:
    rated = sheet.state != rules.EXEMPTED and (result is None or result.outcome_kind != "not_rated")
    if result is None:
        return Counted(sheet.member, rated, "", False, False, has_result=False)
    current = decision is not None and decision.confirmation_id == result.pk
    open_proposal = proposal is not None and proposal.at >= result.at and not current
    level = decision.level if current and decision else proposal.level if open_proposal and proposal else result.band
    return Counted(sheet.member, rated, level, open_proposal, current, again=result.number > 1)


def scheme_of(book: SchemeBook, member: Member, cycle: Cycle) -> Scheme | None:
    """The scheme of a member with the rules in force in the period."""
    period = facts.period_of(cycle)
    held = in_force(book, period.start, period.end)
    return held.scheme_for(member.kind, cast(Role, member.leadership), cast(PeriodKind, cycle.kind))


Ruled = dict[tuple[str, str, Cell], tuple[SchemeQuota, list[Counted]]]


def quotas_of(cycle: Cycle, people: Iterable[Counted]) -> Ruled:
    """Every quota in each of its scopes, by rulebook, with whom it counts."""
    found: Ruled = {}
    known: dict[tuple[str, str, str], tuple[SchemeQuota, ...]] = {}
    for one in people:
        for rule in quotas_for(cycle, one.member, known):
            for cell in cells_of(rule, one.member):
                found.setdefault((one.member.rulebook_hash, rule.id, cell), (rule, []))[1].append(one)
    return found


def quotas_for(
    cycle: Cycle, member: Member, known: dict[tuple[str, str, str], tuple[SchemeQuota, ...]]
) -> tuple[SchemeQuota, ...]:
    """The quotas that count a member; `known` is filled, so that each scheme is read once."""
    key = member.rulebook_hash, member.kind, member.leadership
    if key not in known:
        book = facts.pinned_book(member)
        scheme = scheme_of(book, member, cycle) if isinstance(book, SchemeBook) else None
        known[key] = tuple(q for q in scheme.quotas if member.leadership in q.roles) if scheme else ()
    return known[key]


Choices = Mapping[tuple[object, ...], QuotaPlaces]


def quota_rows(cycle: Cycle, ruled: Ruled, chosen: Choices, at: datetime) -> list[QuotaPlaces]:
    """The places of quotas in their scopes, from the head-count of now (not saved). `chosen` holds, by `key_of`, rows
    with what the agency decided."""
    staff = _staff(cycle)
    return [
        _row(cycle, digest, rule, cell, found, staff, chosen.get((digest, quota, *cell)), at)
        for (digest, quota, cell), (rule, found) in ruled.items()
    ]


def key_of(row: QuotaPlaces) -> tuple[object, ...]:
    """What a row of places is about, within its cycle."""
    return row.rulebook_hash, row.quota, row.scope, row.agency_id, row.group


def cells_of(rule: SchemeQuota, member: Member) -> Iterable[Cell]:
    """The scopes that a member counts in; those without a stated group count together where no agency-wide count is."""
    for scope in rule.scopes:
        if scope == "agency":
            yield "agency", member.agency_id, ""
        elif scope == "group" and (member.task_group or "agency" not in rule.scopes):
            yield "group", member.agency_id, member.task_group


def _staff(cycle: Cycle) -> dict[tuple[int | None, str], int]:
    found: dict[tuple[int | None, str], int] = {}
    for agency, group in cycle.members.values_list("agency_id", "task_group"):
        for key in {(agency, ""), (agency, group)}:
            found[key] = found.get(key, 0) + 1
    return found


def _row(
    cycle: Cycle,
    digest: str,
    rule: SchemeQuota,
    cell: Cell,
    found: list[Counted],
    staff: Mapping[tuple[int | None, str], int],
    chosen: QuotaPlaces | None,
    at: datetime,
) -> QuotaPlaces:
    scope, agency, group = cell
    rated = [one for one in found if one.rated]
    heads = Heads(
        staff.get((agency, group), 0),
        len(rated),
        sum(one.member.leadership != "none" for one in rated),
        sum(one.level in rule.base_levels for one in rated),
        waiting=sum(not one.has_result for one in rated),
    )
    row = chosen or QuotaPlaces(
        cycle=cycle, rulebook_hash=digest, quota=rule.id, scope=scope, agency_id=agency, group=group
    )
    made = places_for(rule, heads, chosen_in(row, rule))
    row.label, row.level, row.roles = rule.label[:300], rule.level, list(rule.roles)
    row.base, row.places, row.hard = made.base, made.places, made.hard
    row.sentence, row.frozen_at = made.sentence[:500], at
    return row


def chosen_in(row: QuotaPlaces, rule: SchemeQuota) -> Chosen:
    """What the agency decided, as far as the text leaves it to the agency."""
    share = Fraction(row.share) if row.share and rule.percent_fact else None
    rounding = row.rounding if rule.rounding == "open" else ""
    return Chosen(rounding, bool(row.raised_by) and rule.raised is not None, share)


def decided_levels(confirmations: Collection[int]) -> dict[int, LevelDecision]:
    """The authority's decision in force on each of some results that has one. One query."""
    rows = LevelDecision.objects.filter(confirmation__in=confirmations).order_by("number")
    return {row.confirmation_id: row for row in rows if row.confirmation_id is not None}


def holds(places: QuotaPlaces, member: Member) -> bool:
    """Whether a member counts in these places."""
    same = member.rulebook_hash == places.rulebook_hash and member.agency_id == places.agency_id
    return same and member.leadership in places.roles and (
        places.scope == QuotaPlaces.Scope.AGENCY or member.task_group == places.group
    )  # fmt: skip


def _held() -> QuerySet[LevelProposal]:
    """Proposals on results that hold: neither judged anew, nor of a result replaced since and not decided again."""
    result = Confirmation.objects.filter(sheet=OuterRef("sheet"), replaced_by=None, at__lte=OuterRef("at"))
    made = LevelDecision.objects.filter(sheet=OuterRef("sheet"), confirmation__replaced_by__isnull=True)
    return LevelProposal.objects.exclude(sheet__state=Sheet.State.UNDER_REVIEW).filter(Exists(result) | Exists(made))


def taken(places: QuotaPlaces, but: Sheet | None = None) -> int:
    """How many are proposed for the level in these places now, on results that hold, without one sheet. One query."""
    where = Q(sheet__member__agency=places.agency_id) if places.agency_id else Q(sheet__member__agency=None)
    rows = _held().filter(
        where,
        level=places.level,
        sheet__cycle=places.cycle_id,
        sheet__member__rulebook_hash=places.rulebook_hash,
        sheet__member__leadership__in=places.roles,
    )
    if places.scope == QuotaPlaces.Scope.GROUP:
        rows = rows.filter(sheet__member__task_group=places.group)
    return rows.exclude(sheet=but).count() if but else rows.count()


@dataclass(frozen=True)
class Proposed:
    """What proposals are counted by: their level and what of their member decides in which places they count."""

    level: str
    rulebook_hash: str
    leadership: str
    agency: int | None
    group: str

    def counts_in(self, places: QuotaPlaces) -> bool:
        """As `taken` counts."""
        same = (self.level, self.rulebook_hash, self.agency) == (places.level, places.rulebook_hash, places.agency_id)
        inside = places.scope == QuotaPlaces.Scope.AGENCY or self.group == places.group
        return same and self.leadership in places.roles and inside


Taken = Mapping[Proposed, int]


def taken_in(cycle: Cycle) -> Taken:
    """How many are proposed in a cycle, by what decides where they count. One query for all places."""
    member = "sheet__member__"
    names = ("level", f"{member}rulebook_hash", f"{member}leadership", f"{member}agency", f"{member}task_group")
    held = _held().filter(sheet__cycle=cycle)
    rows = held.values_list(*names).annotate(n=Count("pk")).order_by()
    return {Proposed(*row[:-1]): row[-1] for row in rows}
