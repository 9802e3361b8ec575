"""The level of a year that stands for a person: what the authority decided, or the confirmed one where nobody counts
places."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.level_counts import scheme_of
from thuocdo.appraisals.models import Confirmation, LevelDecision
from thuocdo.appraisals.shapes import shape_of
from thuocdo.cycles.models import Cycle
from thuocdo.engine.schemes.book import SchemeBook


@dataclass(frozen=True)
class YearLevel:
    """A year's sheet with its result in force. `level` is empty where there is none yet, and `waits` says for what;
    `source` names the result that it follows from, `confirmation` the confirmed result."""

    person: int
    kind: str
    year: int
    level: str
    label: str
    waits: str
    on: date
    cycle: str
    source: str
    confirmation: int


def year_levels(people: Collection[int], years: tuple[int, int]) -> list[YearLevel]:
    """Sheets of these people's years, from the first to the last, newest first. Two queries."""
    rows = Confirmation.objects.filter(
        sheet__person__in=list(people), sheet__cycle__kind=Cycle.Kind.YEAR, sheet__cycle__year__range=years
    )
    found = list(in_force(rows).select_related("sheet__cycle", "sheet__member").order_by("-sheet__cycle__year", "pk"))
    made = LevelDecision.objects.filter(confirmation__in=[one.pk for one in found]).order_by("number")
    decided = {one.confirmation_id: one for one in made} if found else {}
    return [_level(one, decided.get(one.pk)) for one in found]


def _level(result: Confirmation, decision: LevelDecision | None) -> YearLevel:
    sheet, shape = result.sheet, shape_of(result.sheet.member)
    scheme = scheme_of(shape.book, sheet.member, sheet.cycle) if isinstance(shape.book, SchemeBook) else None
    level, waits, on = "", "", localdate(result.at)
    source = f"confirmation:{result.pk}"
    if decision is not None:
        level, on, source = decision.level, localdate(decision.at), f"level_decision:{decision.pk}"
    elif scheme is None or result.outcome_kind != "rated":
        waits = "kết quả năm không có mức"
    elif scheme.quotas:
        waits = "mức năm còn chờ cấp có thẩm quyền quyết định"
    else:
        level = result.band
    label = shape.label(level) if level else ""
    cycle = sheet.cycle
    kind = sheet.member.kind
    return YearLevel(sheet.person_id, kind, cycle.year, level, label, waits, on, cycle.label, source, result.pk)
