"""From a cycle's frozen members to the scopes of its quotas, and how many of the places are taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Count, Q

from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.models import Confirmation, LevelProposal, QuotaPlaces, Sheet
from thuocdo.appraisals.places import Heads, places_for
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.schema import Scheme, SchemeQuota

Cell = tuple[str, int | None, str]


@dataclass(frozen=True)
class Counted:
    """A member with what counts: `rated` unless exempted or not rated, `level` of the confirmed result."""

    member: Member
    rated: bool
    level: str


def counted(cycle: Cycle) -> list[Counted]:
    """Everybody who is in, with the result so far. Two queries."""
    results = {c.sheet_id: c for c in Confirmation.objects.filter(sheet__cycle=cycle).order_by("number")}
    rows = Sheet.objects.filter(cycle=cycle, member__standing=Member.Standing.IN).select_related("member")
    found = []
    for sheet in rows.order_by("pk"):
        result = results.get(sheet.pk)
        away = sheet.state == rules.EXEMPTED or (result is not None and result.outcome_kind == "not_rated")
        found.append(Counted(sheet.member, not away, result.band if result else ""))
    return found


def scheme_of(book: SchemeBook, member: Member, cycle: Cycle) -> Scheme | None:
    """The scheme of a member with the rules in force in the period."""
    period = facts.period_of(cycle)
    held = in_force(book, period.start, period.end)
    return held.scheme_for(member.kind, cast(Role, member.leadership), cast(PeriodKind, cycle.kind))


def quota_rows(cycle: Cycle, rounding: Mapping[str, str], at: datetime) -> list[QuotaPlaces]:
    """The places of every quota in each of its scopes, from the head-count of now (not saved)."""
    people = counted(cycle)
    quotas: dict[tuple[str, str], SchemeQuota] = {}
    inside: dict[tuple[str, str, Cell], list[Counted]] = {}
    for one in people:
        book = facts.pinned_book(one.member)
        scheme = scheme_of(book, one.member, cycle) if isinstance(book, SchemeBook) else None
        for rule in scheme.quotas if scheme else ():
            if one.member.leadership in rule.roles:
                quotas[one.member.rulebook_hash, rule.id] = rule
                for cell in cells_of(rule, one.member):
                    inside.setdefault((one.member.rulebook_hash, rule.id, cell), []).append(one)
    staff = _staff(cycle)
    return [
        _row(cycle, digest, quotas[digest, quota], cell, found, staff, rounding.get(quota, ""), at)
        for (digest, quota, cell), found in inside.items()
    ]


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
    rounding: str,
    at: datetime,
) -> QuotaPlaces:
    scope, agency, group = cell
    rated = [one for one in found if one.rated]
    heads = Heads(
        staff.get((agency, group), 0),
        len(rated),
        sum(one.member.leadership != "none" for one in rated),
        sum(one.level in rule.base_levels for one in rated),
    )
    made = places_for(rule, heads, rounding)
    return QuotaPlaces(
        cycle=cycle,
        rulebook_hash=digest,
        quota=rule.id,
        label=rule.label[:300],
        level=rule.level,
        scope=scope,
        agency_id=agency,
        group=group,
        roles=list(rule.roles),
        base=made.base,
        places=made.places,
        hard=rule.hardness == "hard",
        sentence=made.sentence[:500],
        frozen_at=at,
    )


def holds(places: QuotaPlaces, member: Member) -> bool:
    """Whether a member counts in these places."""
    same = member.rulebook_hash == places.rulebook_hash and member.agency_id == places.agency_id
    return same and member.leadership in places.roles and (
        places.scope == QuotaPlaces.Scope.AGENCY or member.task_group == places.group
    )  # fmt: skip


def taken(places: QuotaPlaces) -> int:
    """How many are proposed for the level in these places now. One query."""
    where = Q(sheet__member__agency=places.agency_id) if places.agency_id else Q(sheet__member__agency=None)
    rows = LevelProposal.objects.filter(
        where,
        level=places.level,
        sheet__cycle=places.cycle_id,
        sheet__member__rulebook_hash=places.rulebook_hash,
        sheet__member__leadership__in=places.roles,
    )
    if places.scope == QuotaPlaces.Scope.GROUP:
        rows = rows.filter(sheet__member__task_group=places.group)
    return rows.count()


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
    rows = LevelProposal.objects.filter(sheet__cycle=cycle).values_list(*names).annotate(n=Count("pk")).order_by()
    return {Proposed(*row[:-1]): row[-1] for row in rows}
