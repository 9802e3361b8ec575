"""The year's sheet (Mẫu 02) as a draft: twelve months with a score or the reason why there is none."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.access import officer_or_inspector
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.appraisals.table import Points, points
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Person

PROVISIONAL = "tạm tính"
_NO_SCORE = {
    "needs_decision": "đã xác nhận, còn điểm luật để ngỏ cần quyết định",
    "not_rated": "không chấm điểm kỳ này",
}


@dataclass(frozen=True)
class MonthRow:
    """One month: the confirmed score in force, or why there is none."""

    month: int
    score: Points | None
    note: str
    sheet_id: int | None
    corrected: bool


@dataclass(frozen=True)
class YearDraft:
    """Mẫu 02 so far. `mean` runs over the confirmed months only and is provisional; there is no level in a
    draft."""

    person: Person
    year: int
    position: str
    unit: str
    months: tuple[MonthRow, ...]
    mean: Points | None
    mean_label: str

    @property
    def missing(self) -> tuple[MonthRow, ...]:
        return tuple(m for m in self.months if m.score is None)


def year_draft(user: User, person_id: int, year: int, at: datetime | None = None) -> YearDraft:
    """The year of one person, for the person, an evaluator of that year, officers and inspectors. Raises
    NotYours."""
    person, members = year_seen(user, person_id, year, at or now())
    results = {
        c.sheet_id: c
        for c in Confirmation.objects.filter(
            sheet__person__in=identities(person.pk), sheet__cycle__kind=Cycle.Kind.MONTH, sheet__cycle__year=year
        ).order_by("number")
    }
    rows = tuple(_month(n, [m for m in members if m.cycle.number == n], results) for n in range(1, 13))
    scores = [row.score.value for row in rows if row.score is not None]
    mean = Points(sum(scores, Fraction(0)) / len(scores)) if scores else None
    last = members[-1] if members else None
    return YearDraft(
        person,
        year,
        last.position if last else "",
        last.unit.name if last else "",
        rows,
        mean,
        f"{PROVISIONAL}, trên {len(scores)} tháng đã xác nhận" if scores else "chưa có tháng nào xác nhận",
    )


def year_seen(user: User, person_id: int, year: int, at: datetime) -> tuple[Person, list[Member]]:
    """The person and the months of the year, for whoever may see that year. Raises NotYours."""
    person = Person.objects.filter(pk=person_id).first()
    members = list(
        Member.objects.filter(person__in=identities(person_id), cycle__kind=Cycle.Kind.MONTH, cycle__year=year)
        .select_related("cycle", "unit", "sheet__evaluator")
        .order_by("cycle__number", "pk")
    )
    if person is None or not _may_see(user, person, members, at):
        raise NotYours()
    return person, members


def may_see_year_of(sheet: Sheet, user: User, at: datetime) -> bool:
    """Whether by this sheet the user may have the draft of its year: not for who only answers a petition."""
    if sheet.cycle.kind != Cycle.Kind.MONTH:
        return False
    if user.pk in (sheet.person.user_id, sheet.evaluator.user_id):
        return True
    return officer_or_inspector(user, sheet.cycle.root_id, localdate(at))


def _may_see(user: User, person: Person, members: list[Member], at: datetime) -> bool:
    if person.user_id == user.pk:
        return True
    sheets = [m.sheet for m in members if m.standing == Member.Standing.IN]
    if any(s.evaluator.user_id == user.pk for s in sheets):
        return True
    return any(officer_or_inspector(user, root, localdate(at)) for root in {m.cycle.root_id for m in members})


def _month(number: int, members: list[Member], results: dict[int, Confirmation]) -> MonthRow:
    inside = [m for m in members if m.standing == Member.Standing.IN]
    if not members:
        return MonthRow(number, None, "chưa mở kỳ", None, False)
    if not inside:
        return MonthRow(number, None, members[-1].get_standing_display(), None, False)
    sheet: Sheet = inside[-1].sheet
    result = results.get(sheet.pk)
    if result is None:
        return MonthRow(
            number,
            None,
            f"chưa xác nhận ({rules.MACHINE.states[sheet.state]})"
            if sheet.state != rules.EXEMPTED
            else rules.MACHINE.states[sheet.state],
            sheet.pk,
            False,
        )
    note = "đã sửa theo kiến nghị" if result.number > 1 else ""
    if not result.score:
        note = _NO_SCORE.get(result.outcome_kind, "không có điểm")
    return MonthRow(number, points(result.score), note, sheet.pk, result.number > 1)
