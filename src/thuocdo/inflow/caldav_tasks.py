"""VTODO to task and back. Nothing is expanded: a recurring entry is one entry that waits for a month."""

from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import unquote

from django.utils.timezone import is_aware, localtime
from icalendar import Calendar
from pydantic import ValidationError

from thuocdo.inflow.caldav_client import Entry
from thuocdo.inflow.payloads import Offer, TaskContent, Unusable, content_of, unusable

MOST_CHARS = 64 * 1024
HIGH = range(1, 5)
"""PRIORITY 1-4 is "high" in RFC 5545 3.8.1.9."""


class Cancelled(Exception):
    """The entry was cancelled at the server: as if it were gone."""


def offer_from(entry: Entry, products: Mapping[str, str]) -> Offer | Unusable:
    """The task of one calendar object, or why it cannot be read. Raises Cancelled."""
    name = unquote(entry.href.rstrip("/").rsplit("/", 1)[-1])[:200]
    if len(entry.data) > MOST_CHARS:
        return Unusable(name, "ics_large", "Mục lịch lớn hơn 64 KB nên không đọc.")
    try:
        todo = _todo(entry.data)
        if todo is None:
            return Unusable(name, "ics_no_todo", "Mục lịch không có công việc (VTODO) nào.")
        uid = str(todo.get("UID", ""))
        if str(todo.get("STATUS", "")).upper() == "CANCELLED":
            raise Cancelled(uid)
        raw = _raw(todo, entry.collection, products)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError):
        return Unusable(name, "ics_broken", "Mục lịch hỏng (ICS không đúng RFC 5545) nên không đọc được.")
    if not 1 <= len(uid) <= 200:
        return Unusable(name, "ics_uid", "Mục lịch không có UID, hoặc UID dài quá 200 ký tự.")
    if "due_date" not in raw:
        return Unusable(uid, "ics_no_due", "Việc không có hạn (DUE). Hãy ghi hạn ở lịch.")
    try:
        return Offer(uid, content_of(TaskContent.model_validate(raw)), None, entry.href)
    except ValidationError as error:
        return unusable(uid, error)


def _todo(data: str) -> Any:
    """The VTODO itself, not a changed occurrence of a recurring one."""
    found = [t for t in Calendar.from_ical(data).walk("VTODO") if "RECURRENCE-ID" not in t]
    return found[0] if found else None


def _raw(todo: Any, collection: str, products: Mapping[str, str]) -> dict[str, Any]:
    attendees = todo.get("ATTENDEE", [])
    people = [str(a) for a in (attendees if isinstance(attendees, list) else [attendees])]
    person = people[0].removeprefix("mailto:").removeprefix("MAILTO:") if len(people) == 1 else f"lich:{collection}"
    raw: dict[str, Any] = {
        "title": str(todo.get("SUMMARY", "")),
        "person": person.lower() if "@" in person else person,
        "is_key": int(todo.get("PRIORITY", 0)) in HIGH,
        "recurring": "RRULE" in todo or "RDATE" in todo,
        "product": next((c for c in _categories(todo) if c in products), ""),
    }
    if "DUE" in todo:
        raw["due_date"] = _day(todo["DUE"].dt)
    if "COMPLETED" in todo:
        raw["done_on"] = _day(todo["COMPLETED"].dt)
    if "PERCENT-COMPLETE" in todo or str(todo.get("STATUS", "")).upper() == "COMPLETED":
        raw["progress"] = int(todo.get("PERCENT-COMPLETE", 100))
    return raw


def _categories(todo: Any) -> list[str]:
    given = todo.get("CATEGORIES", [])
    return [str(c) for one in (given if isinstance(given, list) else [given]) for c in one.cats]


def _day(value: date | datetime) -> date:
    """The day in Viet Nam; a time without a zone is taken as it is written."""
    if isinstance(value, datetime):
        return localtime(value).date() if is_aware(value) else value.date()
    return value


def completed(data: str, at: datetime) -> str:
    """The same calendar object with its task completed at that moment; everything else as it was."""
    calendar = Calendar.from_ical(data)
    for todo in calendar.walk("VTODO"):
        for name in ("STATUS", "COMPLETED", "PERCENT-COMPLETE", "LAST-MODIFIED"):
            todo.pop(name, None)
        todo.add("STATUS", "COMPLETED")
        todo.add("PERCENT-COMPLETE", 100)
        for name in ("COMPLETED", "LAST-MODIFIED"):
            todo.add(name, at.astimezone(timezone.utc))
    return str(calendar.to_ical().decode())
