"""What quotas say before results are published: counted from the results as they stand, not from proposals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Min
from django.utils.timezone import now

from thuocdo.appraisals.level_checks import lock_places
from thuocdo.appraisals.level_counts import Counted, counted, key_of, quota_rows, quotas_for, quotas_of
from thuocdo.appraisals.models import Confirmation, QuotaPlaces, Sheet
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.unit_ceilings import above_the_unit, has_ceiling
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Outcome
from thuocdo.engine.schemes.schema import SchemeQuota
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import text_from

KNOWN_WHEN_REPLACED = "Khi thay đã biết tỷ lệ bị vượt: {} Lý do vẫn thay: {}"
ASKED_WHEN_REPLACED = (
    "Với kết quả này, tỷ lệ bị vượt: {} Tỷ lệ không làm đổi mức của ai. Hãy ghi lý do vì sao vẫn thay kết quả, hoặc "
    "giải quyết trước các phiếu đang giữ suất."
)
ASKED_WHEN_DECIDED = (
    "Với các mức này, tỷ lệ bị vượt: {} Tỷ lệ không làm đổi mức của ai. Hãy ghi lý do vì sao vẫn quyết định như vậy, "
    "hoặc quyết định mức khác."
)
KNOWN_WHEN_DECIDED = "Khi quyết định đã biết tỷ lệ bị vượt: {} Lý do vẫn quyết định: {}"
KEPT = 700
"""Characters of `Confirmation.replace_reason` (1,000) that are kept of quotas; the rest is for the reason itself."""


@dataclass(frozen=True)
class Stop:
    """Why a unit is not published. A `soft` one (recommended quota, figure left open) is passed with a reason."""

    words: str
    soft: bool


def quota_stops(cycle: Cycle, unit_ids: Collection[int]) -> dict[int, Stop]:
    """For units (whose heads evaluate) of a cycle: what their rulebooks' quotas say against publishing now.

    Also levels above that of the own unit, where a rulebook forbids it. One query where no rulebook has either, at most
    twelve else, for any number of units; no access check.
    """
    first = _first_of_each(cycle, unit_ids)
    found: dict[int, dict[str, bool]] = {}
    if any(has_ceiling(one, cycle) for one in first):
        for unit, lines in above_the_unit(cycle, unit_ids).items():
            found.setdefault(unit, {}).update(dict.fromkeys(lines, False))
    known: dict[tuple[str, str, str], tuple[SchemeQuota, ...]] = {}
    agencies = {one.agency_id for one in first if quotas_for(cycle, one, known)}
    if agencies:
        _count(cycle, agencies, set(unit_ids), found)
    return {unit: Stop("; ".join(said), all(said.values())) for unit, said in found.items()}


def _count(
    cycle: Cycle, agencies: Collection[int | None], unit_ids: set[int], found: dict[int, dict[str, bool]]
) -> None:
    ruled = quotas_of(cycle, counted(cycle, agencies))
    chosen = {key_of(row): row for row in QuotaPlaces.objects.filter(cycle=cycle)}
    fresh = {key_of(row): row for row in quota_rows(cycle, ruled, chosen, now())}
    for (digest, quota, cell), (rule, people) in ruled.items():
        for words, soft, whose in _said(rule, people, fresh[digest, quota, *cell], (digest, quota, *cell) in chosen):
            for unit in {one.member.evaluator_unit_id or 0 for one in whose} & unit_ids:
                found.setdefault(unit, {})[words] = soft


def _first_of_each(cycle: Cycle, unit_ids: Collection[int]) -> list[Member]:
    """One member of these units for each rulebook, kind, role and agency. One query."""
    inside = Member.objects.filter(cycle=cycle, standing=Member.Standing.IN, evaluator_unit__in=unit_ids)
    names = ("rulebook_hash", "kind", "leadership", "agency")
    firsts = inside.values(*names).annotate(first=Min("pk")).order_by().values("first")
    return list(Member.objects.filter(pk__in=firsts).order_by("pk"))


def _said(
    rule: SchemeQuota, people: list[Counted], places: QuotaPlaces, frozen: bool
) -> Iterable[tuple[str, bool, list[Counted]]]:
    """Each thing against publishing: words, whether a reason passes it, and whose units it concerns."""
    level = shape_of(people[0].member).label(rule.level)
    open_ones = [one for one in people if one.rated and (one.waits or (one.level == rule.level and not one.decided))]
    if open_ones:
        yield f"{level}: còn {len(open_ones)} phiếu chưa được đề xuất hoặc chưa được quyết định mức", False, open_ones
    at_level = [one for one in people if one.rated and one.level == rule.level]
    if not at_level:
        return
    if not frozen:
        yield f"{level}: chưa chốt số suất", False, at_level
    elif places.places is None:
        yield f"{level}: {len(at_level)} người, số suất còn để ngỏ ({places.sentence})", True, at_level
    elif len(at_level) > places.places:
        said = f"{level}: {len(at_level)} người, quá {places.places} suất ({places.sentence})"
        yield said, not places.hard, at_level
        others = [one for one in people if one.again and one.level != rule.level]
        yield f"{said}, có kết quả thay thế của đơn vị trong cơ sở tính", True, others


def words_of(stop: Stop) -> str:
    """The stop as a sentence that says what to do."""
    return stop.words + ("; công bố thì phải ghi lý do" if stop.soft else "")


def kept_reason(sheet: Sheet, outcome: Outcome, typed: str) -> str:
    """What stays with a result that replaces another in a closed period where it takes the ground from under places
    that others hold: the places as then counted, nobody named, and the authority's reason (`typed`); else nothing.

    The places stay locked, so that of two replacements at once the second counts with the first. Up to nine queries;
    none where no quota counts the person. Raises Refusal without the reason.
    """
    cycle, member = sheet.cycle, sheet.member
    if cycle.state != Cycle.State.CLOSED or not quotas_for(cycle, member, {}):
        return ""
    lock_places(cycle.pk, [member.agency_id])
    people = counted(cycle, [member.agency_id])
    level = outcome.level or outcome.band or ""
    rated = outcome.kind != "not_rated"
    then = [
        replace(one, rated=rated, level=level, waits=False, decided=False) if one.member.pk == member.pk else one
        for one in people
    ]
    before, after = _excess(cycle, people), _excess(cycle, then)
    worse = [
        row for key, row in after.items() if row.level != level and row.by > (before[key].by if key in before else 0)
    ]
    return _with_reason(worse, typed, ASKED_WHEN_REPLACED, KNOWN_WHEN_REPLACED)


def decided_ground(cycle: Cycle, members: Iterable[Member], levels: Mapping[int, str], typed: str) -> str:
    """What stays with levels that the authority decides (by member) where together they leave places exceeded, or
    exceeded by more than without these decisions: the base may shrink, as under a share of those at “good”. The caller
    holds the places. Up to nine queries; none where no quota counts anybody of them. Raises Refusal without a reason.
    """
    known: dict[tuple[str, str, str], tuple[SchemeQuota, ...]] = {}
    agencies = {one.agency_id for one in members if quotas_for(cycle, one, known)}
    if not agencies:
        return ""
    ruled = Confirmation.objects.filter(sheet__member__in=levels, replaced_by=None)
    bands = dict(ruled.values_list("sheet__member_id", "band"))
    people = [
        one if one.decided else replace(one, level=bands.get(one.member.pk, one.level))  # what a head proposed is none
        for one in counted(cycle, agencies)
    ]
    then = [
        replace(one, level=levels[one.member.pk], waits=False, decided=True) if one.member.pk in levels else one
        for one in people
    ]
    before, after = _excess(cycle, people), _excess(cycle, then)
    worse = [row for key, row in after.items() if row.by > (before[key].by if key in before else 0)]
    return _with_reason(worse, typed, ASKED_WHEN_DECIDED, KNOWN_WHEN_DECIDED)


def _with_reason(worse: Sequence[_Excess], typed: str, asked: str, known: str) -> str:
    """What is kept of places that are exceeded, with the reason typed; nothing where none are. Raises Refusal."""
    if not worse:
        return ""
    said = " ".join(row.words for row in worse)
    if not clean(typed):
        raise Refusal("level.ground", asked.format(said), field="quota_reason")
    why = text_from(typed, "Lý do", "quota_reason", 300, lines=True)
    return _kept(said, " ".join(row.short for row in worse), why, known)


def _kept(said: str, short: str, why: str, known: str) -> str:
    """What a replacement or a decision keeps, in half the room that its reason has: the counts alone where the rest
    does not fit.

    >>> [len(_kept("Tỷ lệ. " * n, "Tỷ lệ.", "Đã xem lại.", KNOWN_WHEN_REPLACED)) for n in (10, 100)]
    [130, 66]
    """
    kept, brief = (known.format(one, why) for one in (said, short))
    return kept if len(kept) <= KEPT else brief


class _Excess(NamedTuple):
    """By how many the places of a quota are exceeded, with how they were counted, and the counts alone."""

    level: str
    by: int
    words: str
    short: str


def _excess(cycle: Cycle, people: Iterable[Counted]) -> dict[tuple[object, ...], _Excess]:
    """Of every settled quota."""
    ruled = quotas_of(cycle, people)
    chosen = {key_of(row): row for row in QuotaPlaces.objects.filter(cycle=cycle).select_related("agency")}
    settled, rows = set(chosen), quota_rows(cycle, ruled, chosen, now())
    found: dict[tuple[object, ...], _Excess] = {}
    for (rule, counts), row in zip(ruled.values(), rows, strict=True):
        if key_of(row) not in settled:
            continue
        holding = sum(one.rated and one.level == rule.level for one in counts)
        excess = 0 if row.places is None else max(0, holding - row.places)
        where = row.group or (row.agency.name if row.agency else "")
        label = shape_of(counts[0].member).label(rule.level)
        words = f"“{label}”, {where}: {holding} người, chỉ còn {row.places} suất ({row.sentence})."
        found[key_of(row)] = _Excess(rule.level, excess, words, f"“{label}”: {holding} người, {row.places} suất.")
    return found
