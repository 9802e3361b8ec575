"""Where each unit of a round stands: level proposed or decided, and the places of each quota with their live count."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from thuocdo.appraisals.places import Chosen, Heads, places_for
from thuocdo.collectives import rules
from thuocdo.collectives.models import UnitHold, UnitResult, UnitRound, UnitSheet, UnitSubmission
from thuocdo.collectives.sheets import book_of, scheme_for
from thuocdo.engine.schemes.schema import Scheme, SchemeQuota
from thuocdo.organisation.models import UnitLink
from thuocdo.organisation.queries import descendants, on_day

UNDECIDED = "needs_decision"


@dataclass(frozen=True)
class Standing:
    """One sheet with the last part of each side, the result in force and the running holds. `chosen`: the level it is
    counted at as if it were decided now."""

    sheet: UnitSheet
    scheme: Scheme
    own: Mapping[str, Any]
    proposed: Mapping[str, Any]
    result: UnitResult | None
    holds: tuple[UnitHold, ...]
    chosen: str = ""

    @property
    def level(self) -> str:
        """The level that counts now: decided, else proposed while the proposal waits; empty before. In a closed round
        a reopened unit keeps its result, and with it the place, until another replaces it."""
        if self.chosen:
            return self.chosen
        if self.result is not None and (self.sheet.state == rules.DECIDED or self.reopened):
            return self.result.level
        if self.sheet.state != rules.PROPOSED:
            return ""
        return str(self.proposed["level"] or self.proposed["outcome"]["level"])

    @property
    def reopened(self) -> bool:
        """Looked at again after the round was closed."""
        return self.sheet.round.state == UnitRound.State.CLOSED and self.sheet.state != rules.DECIDED

    @property
    def waits_for_decision(self) -> bool:
        """The text leaves the level to the authority (points reached, conditions not met; open figures)."""
        waits = self.sheet.state != rules.DECIDED and bool(self.proposed)
        return waits and self.proposed["outcome"]["kind"] == UNDECIDED

    def label(self, code: str) -> str:
        return next((one.label for one in self.scheme.levels if one.code == code), code)


def standings(one: UnitRound) -> list[Standing]:
    """Every sheet of a round, in rank order of the units. Four queries."""
    sheets = list(
        UnitSheet.objects.filter(round=one)
        .select_related("unit", "authority", "round", "writer")
        .order_by("unit__order", "unit__code")
    )
    parts: dict[tuple[int, str], dict[str, Any]] = {}
    for row in UnitSubmission.objects.filter(sheet__round=one).order_by("number"):
        parts[row.sheet_id, row.part] = json.loads(row.document)
    results = {row.sheet_id: row for row in in_force().filter(sheet__round=one)}
    holds: dict[int, list[UnitHold]] = {}
    for hold in UnitHold.objects.filter(sheet__round=one, ended_at=None).order_by("pk"):
        holds.setdefault(hold.sheet_id, []).append(hold)
    found = []
    for sheet in sheets:
        scheme = scheme_for(book_of(sheet), sheet.kind, one)
        assert scheme is not None, "a sheet is opened only under a rulebook that has its scheme"
        own = parts.get((sheet.pk, UnitSubmission.Part.SELF), {})
        proposed = parts.get((sheet.pk, UnitSubmission.Part.AUTHORITY), {})
        found.append(Standing(sheet, scheme, own, proposed, results.get(sheet.pk), tuple(holds.get(sheet.pk, ()))))
    return found


def in_force() -> Any:
    """Results that no other has replaced."""
    return UnitResult.objects.filter(replaced_by__isnull=True).select_related("decided_by", "proposed_by")


@dataclass(frozen=True)
class Bar:
    """Places of one quota in a round, and the names of the units at its level; `places` is None where a figure is open.
    """

    quota: SchemeQuota
    level: str
    base: int | None
    places: int | None
    sentence: str
    holders: tuple[str, ...]
    raised: bool

    @property
    def taken(self) -> int:
        return len(self.holders)

    @property
    def excess(self) -> int:
        """How many more than the places; 0 where a figure is open."""
        return 0 if self.places is None else max(0, self.taken - self.places)

    @property
    def full(self) -> bool:
        return self.places is not None and self.taken >= self.places

    @property
    def over(self) -> bool:
        return self.excess > 0


def bars(one: UnitRound, found: Sequence[Standing]) -> list[Bar]:
    """The places of every quota among the units of a round that stand under the same rulebook, counted live over
    proposals and decisions. The higher ratio holds only with the authority's reason."""
    groups: dict[tuple[str, str], list[Standing]] = {}
    for row in found:
        groups.setdefault((row.sheet.rulebook_hash, row.scheme.id), []).append(row)
    return [_bar(one, quota, rows, rows[0]) for rows in groups.values() for quota in rows[0].scheme.quotas]


def _bar(one: UnitRound, quota: SchemeQuota, rows: Sequence[Standing], named: Standing) -> Bar:
    raised = bool(one.raised_reason) and quota.raised is not None
    levels = [row.level for row in rows]
    rated = sum(bool(level) for level in levels)
    heads = Heads(len(rows), rated, 0, sum(level in quota.base_levels for level in levels))
    found = places_for(quota, heads, Chosen(raised=raised))
    label = named.label(quota.level)
    words = found.sentence.replace("người", "đơn vị")
    return Bar(quota, label, found.base, found.places, words, _named(quota.level, rows), raised)


def _named(level: str, rows: Sequence[Standing]) -> tuple[str, ...]:
    return tuple(row.sheet.unit.name for row in rows if row.level == level)


def bar_of(sheet: UnitSheet, level: str, found: Sequence[Standing]) -> Bar | None:
    """The places that a level of this sheet would need, counted without the sheet itself."""
    same = [row for row in found if row.sheet.rulebook_hash == sheet.rulebook_hash and row.sheet.kind == sheet.kind]
    others = [row for row in same if row.sheet.pk != sheet.pk]
    quota = next((q for row in same for q in row.scheme.quotas if q.level == level), None)
    return _bar(sheet.round, quota, others, same[0]) if quota is not None else None


def worsened(sheet: UnitSheet, level: str, found: Sequence[Standing]) -> list[Bar]:
    """Bars of other levels that are exceeded, or exceeded by more, once this sheet is decided at `level`: it takes the
    ground from under places that other units hold."""
    after = [replace(row, chosen=level) if row.sheet.pk == sheet.pk else row for row in found]
    pairs = zip(bars(sheet.round, found), bars(sheet.round, after), strict=True)
    return [then for now, then in pairs if then.quota.level != level and then.excess > now.excess]


def rated_below(sheet: UnitSheet, on: date) -> list[UnitSheet]:
    """Sheets of the units below this one for the same period: they are decided first. Two queries.

    `direct` says whether the unit belongs to this one without another between them.
    """
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.STRUCTURE, parent=sheet.unit_id)
    rows = UnitSheet.objects.filter(
        unit__in=descendants(sheet.unit_id, on) - {sheet.unit_id},
        round__kind=sheet.round.kind,
        round__year=sheet.round.year,
        round__number=sheet.round.number,
    )
    direct = Exists(links.filter(child=OuterRef("unit")))
    return list(rows.annotate(direct=direct).select_related("unit").order_by("unit__order", "unit__code"))


def levels_below(lower: Sequence[Any]) -> dict[str, int] | None:
    """Directly subordinate units (of `rated_below`) by decided level; None while one of those rated is undecided.

    Units that nobody rates in the product are not counted, so the numbers stay for the authority to check.
    """
    rated = [row for row in lower if row.direct]
    if not rated or any(row.state != rules.DECIDED for row in rated):
        return None
    found: dict[str, int] = {}
    for result in in_force().filter(sheet__in=rated):
        found[result.level] = found.get(result.level, 0) + 1
    return found
