"""Sheets and people behind the counts of a period, for its officer: read a page at a time, by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from thuocdo.appraisals import rules
from thuocdo.appraisals.actions.closing import who_holds
from thuocdo.appraisals.models import Petition, Sheet
from thuocdo.appraisals.progress import Progress, headless_at, late_at, stops_at
from thuocdo.cycles.models import Member

PAGE = 20
LATE, STOPS, RUNNING, PETITION = "qua-han", "vuong", "gia-han", "kien-nghi"
HEADLESS = "doi-nguoi"
M = TypeVar("M", bound=Model)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Followed:
    """A sheet, who must act ("" for one that is finished), and whether its owner is late."""

    sheet: Sheet
    who: str
    late: bool


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list by name. `onward` is the key after which the next page begins, None on the last one."""

    rows: tuple[Row, ...]
    onward: int | None


def sheets_of(
    found: Progress, at: datetime, *, unit: int | None = None, state: str = "", after: int | None = None
) -> Page[Followed]:
    """Sheets of a period that its caller may follow (`found`), of a unit or agency and in a state, by name: those who
    are late where nothing is asked. Three queries at most; none where the counts say that nobody is late."""
    if unit is None and state in ("", LATE) and not found.sums.late:
        return Page((), None)
    sheets = Sheet.objects.filter(_wanted(state or ("" if unit else LATE), at), cycle=found.cycle)
    agency = found.agency.pk if found.agency else None
    if unit is not None:
        sheets = sheets.filter(member__unit=unit)
    elif agency is not None:
        sheets = sheets.filter(Q(member__agency=agency) | Q(member__agency=None, member__unit=agency))
    sheets = sheets.select_related("person", "evaluator", "member__unit")
    page = _by_name(sheets, after)
    return Page(tuple(_followed(sheet, at) for sheet in page.rows), page.onward)


def _wanted(state: str, at: datetime) -> Q:
    named = {
        LATE: late_at(at),
        STOPS: stops_at(at),
        HEADLESS: headless_at(at),
        RUNNING: ~Q(state__in=rules.RESOLVED) & ~stops_at(at),
        PETITION: Q(petitions__state=Petition.State.RECEIVED),
        "submitted": Q(state__in=rules.WITH_EVALUATOR),
        "": Q(),
    }
    return named.get(state, Q(state=state))


def _followed(sheet: Sheet, at: datetime) -> Followed:
    late = sheet.state in rules.WITH_OWNER and at > (sheet.extended_until or sheet.submit_by)
    return Followed(sheet, "" if sheet.state in rules.RESOLVED else who_holds(sheet), late)


def outside_of(found: Progress, after: int | None = None) -> Page[Member]:
    """People outside a period that its caller may follow, with the reason, by name. Two queries at most."""
    members = found.cycle.members.exclude(standing=Member.Standing.IN)
    if found.agency:
        members = members.filter(Q(agency=found.agency) | Q(agency=None, unit=found.agency))
    return _by_name(members.select_related("person", "unit", "employment"), after)


def _by_name(rows: QuerySet[M], after: int | None) -> Page[M]:
    names = rows.model._default_manager.values_list("person__sort_key", "person__code")
    last = names.filter(pk=after).first() if after else None
    if last is not None:
        later = Q(person__sort_key__gt=last[0]) | Q(person__code__gt=last[1])
        rows = rows.filter(later, person__sort_key__gte=last[0])
    part: Sequence[M] = list(rows.order_by("person__sort_key", "person__code")[: PAGE + 1])
    return Page(tuple(part[:PAGE]), part[PAGE - 1].pk if len(part) > PAGE else None)
