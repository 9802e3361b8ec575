"""What the records say about a person's days in a period, as the facts that a scheme asks for. Nothing is guessed: a
kind of absence that is not recorded stays empty, for the person and the rater to fill."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from thuocdo.appraisals.facts import period_of
from thuocdo.appraisals.models import Sheet
from thuocdo.calendars.queries import workdays_for
from thuocdo.engine import Period
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Employment
from thuocdo.records.models import Absence

REASONS = {
    Absence.Kind.MATERNITY: "maternity",
    Absence.Kind.SICK_LEAVE: "sick",
    Absence.Kind.UNPAID_LEAVE: "unpaid_leave",
    Absence.Kind.STUDY: "full_time_training",
    Absence.Kind.SECONDMENT: "secondment",
}
WORKING, WORKED = "time.working_days", "time.worked_days"


def days_of(period: Period, calendar: Workdays) -> list[date]:
    """The days of a period on which offices with this calendar work."""
    every = (period.start + timedelta(days=n) for n in range((period.end - period.start).days + 1))
    return [day for day in every if calendar.works(day)]


def absent_days(period: Period, absences: Iterable[Absence], calendar: Workdays) -> dict[str, set[date]]:
    """Working days of the period by reason of absence; recorded kinds without a record have none."""
    days = days_of(period, calendar)
    found: dict[str, set[date]] = {reason: set() for reason in REASONS.values()}
    for absence in absences:
        found[REASONS[Absence.Kind(absence.kind)]] |= {
            day for day in days if absence.start <= day and (absence.end is None or day < absence.end)
        }
    return found


def served_days(period: Period, posts: Iterable[Employment], calendar: Workdays) -> set[date]:
    """Working days of the period on which one of the posts was held: joiners, leavers and movers have fewer, and who
    left and came back counts both times."""
    spans = [(post.start, post.end) for post in posts]
    return {
        day for day in days_of(period, calendar)
        if any(start <= day and (end is None or day < end) for start, end in spans)
    }  # fmt: skip


def recorded_facts(sheet: Sheet, asked: Collection[str]) -> dict[str, str]:
    """What the records give of `asked`, by field name: days of absence, working days, days worked, on the calendar of
    the member's unit. Six queries."""
    if not any(name.startswith(("absences.", "time.")) for name in asked):
        return {}
    period = period_of(sheet.cycle)
    calendar = workdays_for(sheet.member.unit_id, {period.start.year, period.end.year}, period.end)
    in_unit = Employment.objects.filter(person=sheet.person_id, unit=sheet.member.unit_id)
    served = served_days(period, in_unit, calendar)
    absent = absent_days(period, Absence.objects.filter(person=sheet.person_id), calendar)
    away = set().union(*absent.values())
    known = {f"absences.{reason}": len(days & served) for reason, days in absent.items()}
    known |= {WORKING: len(days_of(period, calendar)), WORKED: len(served - away)}
    return {name: str(known[name]) for name in asked if name in known}


def differences(period: Period, absences: Iterable[Absence], fields: dict[str, str], calendar: Workdays) -> list[str]:
    """Where what was typed differs from the records, in words for the rater; both figures, no verdict."""
    found = []
    for reason, days in absent_days(period, absences, calendar).items():
        said = fields.get(f"absences.{reason}")
        if said is not None and said != str(len(days)) and (days or said != "0"):
            label = next(k.label for k, r in REASONS.items() if r == reason)
            found.append(f"Hồ sơ vắng ghi {label} {len(days)} ngày làm việc, phiếu ghi {said}")
    return found
