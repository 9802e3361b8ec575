"""Writes of the working calendar: a day off or worked, and the year confirmed as the authority announced it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.calendars.models import CalendarDay, CalendarYear
from thuocdo.calendars.queries import FIRST_YEAR, LAST_YEAR, workdays_for
from thuocdo.calendars.tree import tree
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.kernel.workdays import named_day, public_holidays


@action
def set_day(
    *, unit_id: int, day: date, kind: str, reason: str, decision: str, by: User | None, at: datetime
) -> CalendarDay:
    """Fix a day as off or as worked for the unit and what is below; the same day again replaces it.

    A clock that started before keeps the day it was given. Raises NotYours, Refusal by field.
    """
    _require(unit_id, by, at)
    if kind not in CalendarDay.Kind.values:
        raise Refusal("calendar.kind", "Hãy chọn ngày nghỉ hoặc ngày làm việc (làm bù).", field="kind")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Refusal("calendar.year", f"Hãy nhập ngày từ năm {FIRST_YEAR} đến {LAST_YEAR}.", field="day")
    values = {
        "kind": kind,
        "reason": text_from(reason, "Tên ngày hoặc lý do", "reason", 200),
        "decision": text_from(decision, "Văn bản", "decision", 120, needed=False),
    }
    if kind == CalendarDay.Kind.WORKING and workdays_for(unit_id, [day.year], localdate(at)).works(day):
        known = _rows(unit_id).filter(day=day).first()
        if known is None:
            raise Refusal(
                "calendar.works", f"{named_day(day)} đã là ngày làm việc; không cần ghi.".capitalize(), field="day"
            )
    row = _rows(unit_id).filter(day=day).first() or CalendarDay(unit=unit_id, day=day)
    if row.pk and all(getattr(row, name) == value for name, value in values.items()):
        nothing_changed()
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.set_by, row.set_at = by, at
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict(f"Có người vừa ghi {named_day(day)} vào lịch này. Hãy tải lại trang để xem.") from error
    record(chain=_chain(unit_id, at), code="calendar.day_set", by=by, at=at, objects=[row])
    return row


@action
def remove_day(*, day_id: int, by: User | None, at: datetime) -> None:
    """Take a day back out of the unit's own calendar. Raises NotYours."""
    row = CalendarDay.objects.select_for_update(of=("self",)).filter(pk=day_id).first()
    if row is None:
        raise NotYours()
    _require(row.unit, by, at)
    gone = CalendarDay.objects.get(pk=day_id)
    row.delete()
    record(chain=_chain(gone.unit, at), code="calendar.day_removed", by=by, at=at, removed=[gone])


@action
def confirm_year(*, unit_id: int, year: int, decision: str, by: User | None, at: datetime) -> CalendarYear:
    """The authority confirms the year: the days shown as proposed become its own; from then no library counts.

    Raises NotYours, Refusal without the document, Conflict when another document confirmed the year before.
    """
    _require(unit_id, by, at)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("calendar.year", f"Hãy chọn năm từ {FIRST_YEAR} đến {LAST_YEAR}.")
    text = text_from(decision, "Văn bản về lịch nghỉ của năm", "confirmed", 120)
    known = CalendarYear.objects.filter(unit=unit_id, year=year).first()
    if known is not None:
        if known.decision == text:
            nothing_changed()
            return known
        raise Conflict(
            f"Lịch năm {year} đã được xác nhận theo {known.decision}. Nếu có văn bản mới, hãy sửa từng ngày."
        )
    calendar = workdays_for(unit_id, [year], localdate(at))
    proposed = {} if year in calendar.confirmed else public_holidays(year)
    days = [
        CalendarDay(
            unit=unit_id, day=day, kind=CalendarDay.Kind.OFF, reason=name[:200], decision=text, set_by=by, set_at=at
        )
        for day, name in proposed.items()
        if day not in calendar.off and day not in calendar.on
    ]
    CalendarDay.objects.bulk_create(days)
    row = CalendarYear.objects.create(unit=unit_id, year=year, decision=text, confirmed_by=by, confirmed_at=at)
    record(
        chain=_chain(unit_id, at),
        code="calendar.year_confirmed",
        by=by,
        at=at,
        objects=[row, *days],
        data={"year": year, "days": len(days)},
    )
    return row


def _rows(unit_id: int) -> QuerySet[CalendarDay]:
    return CalendarDay.objects.select_for_update(of=("self",)).filter(unit=unit_id)


def _require(unit_id: int, by: User | None, at: datetime) -> None:
    """The organisation officer of the unit, or the operator at set-up (`by=None`). Raises NotYours."""
    if by is not None and unit_id not in tree().looked_after(by, localdate(at)):
        raise NotYours("Không tìm thấy đơn vị này trong phạm vi ông/bà phụ trách.")


def _chain(unit_id: int, at: datetime) -> str:
    return tree().chain(unit_id, localdate(at))
