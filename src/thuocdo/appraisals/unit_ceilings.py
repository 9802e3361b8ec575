"""Before results are published: no level stands above that of the own unit where the rulebook says so."""

from collections.abc import Collection

from thuocdo.appraisals import facts
from thuocdo.appraisals.level_counts import decided_levels, scheme_of
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.unit_levels import ceilings, levels_of_units
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine.schemes.book import SchemeBook


def has_ceiling(member: Member, cycle: Cycle) -> bool:
    """Whether the pinned rulebook ties the member's level to that of the unit."""
    book = facts.pinned_book(member)
    scheme = scheme_of(book, member, cycle) if isinstance(book, SchemeBook) else None
    return scheme is not None and bool(ceilings(scheme, member.leadership))


def above_the_unit(cycle: Cycle, unit_ids: Collection[int]) -> dict[int, list[str]]:
    """By unit whose head evaluates: whose level is above that of the own unit, with the rule. Three queries."""
    inside = {"sheet__member__evaluator_unit__in": unit_ids, "sheet__cycle": cycle, "replaced_by": None}
    rows = Confirmation.objects.filter(**inside).exclude(sheet__member__leadership="none").exclude(band="")
    rows = rows.exclude(sheet__state=Sheet.State.UNDER_REVIEW)
    results = list(rows.select_related("sheet__member", "subject").order_by("pk"))
    units = levels_of_units({one.sheet.member.unit_id for one in results}, cycle)
    decided = decided_levels([one.pk for one in results])
    found: dict[int, list[str]] = {}
    for one in results:
        member, shape = one.sheet.member, shape_of(one.sheet.member)
        scheme = scheme_of(shape.book, member, cycle) if isinstance(shape.book, SchemeBook) else None
        limit = next(iter(ceilings(scheme, member.leadership).values()), None) if scheme else None
        unit = units.get(member.unit_id)
        if scheme is None or limit is None or unit is None:
            continue
        codes = [level.code for level in scheme.levels]
        own = decided[one.pk].level if one.pk in decided else one.band
        if unit in codes and own in codes and codes.index(own) < codes.index(unit):
            words = f"{one.subject.full_name}: mức “{shape.label(own)}” cao hơn mức “{shape.label(unit)}” của đơn vị"
            found.setdefault(member.evaluator_unit_id or 0, []).append(f"{words} ({limit.label})")
    return found
