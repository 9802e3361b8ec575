"""What the owner filed for the period before, offered again beside the form: shown, never filled in silently."""

from dataclasses import dataclass

from thuocdo.accounts.models import User
from thuocdo.appraisals import stored
from thuocdo.appraisals.models import Sheet, Submission
from thuocdo.kernel.errors import NotYours

_LAST = {"month": 12, "quarter": 4, "half_year": 2, "year": 1}


@dataclass(frozen=True)
class LastTime:
    """The owner's own marks of the period before, by criterion, as they would be typed. `label` is its number
    and year, like `1/2026`."""

    label: str
    marks: dict[str, str]


def last_marks(user: User, sheet: Sheet) -> LastTime | None:
    """The marks that the user filed for the period right before the sheet's; None where nothing was filed.
    Raises NotYours for somebody else's sheet. One query."""
    if sheet.person.user_id is None or sheet.person.user_id != user.pk:
        raise NotYours()
    cycle = sheet.cycle
    year, number = cycle.year, cycle.number - 1
    if number == 0:
        year, number = year - 1, _LAST[cycle.kind]
    rows = Submission.objects.filter(
        part=Submission.Part.SELF,
        sheet__person_id=sheet.person_id,
        sheet__cycle__kind=cycle.kind,
        sheet__cycle__year=year,
        sheet__cycle__number=number,
    )
    last = rows.order_by("sheet_id", "number").last()
    marks = stored.read(last)["subject"].get("marks", {}) if last is not None else {}
    typed = {slug: str(text).replace(".", ",") for slug, text in marks.items()}
    return LastTime(f"{number}/{year}", typed) if typed else None
