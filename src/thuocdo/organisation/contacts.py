"""Whom to call: the contact recorded for the nearest unit upwards. Every page shows it, so it costs one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.kernel.errors import NotYours
from thuocdo.notices.queries import unread_count, unread_of
from thuocdo.organisation.compiled import joined_once
from thuocdo.organisation.models import Contact, Unit, UnitLink
from thuocdo.organisation.planned import fetched
from thuocdo.organisation.queries import main_posts, officer_units, on_day, permissions_by, standing_of
from thuocdo.organisation.rules import MAX_DEPTH

_UPWARDS = """walk(id, depth) AS (
  {begin}
  UNION
  SELECT l.parent_id, w.depth + 1 FROM organisation_unitlink l JOIN walk w ON l.child_id = w.id
  WHERE l.tree = %s AND l.start <= %s AND (l."end" IS NULL OR l."end" > %s) AND w.depth < %s
)"""
_NEAREST = """
SELECT c.name, c.role, c.phone, c.email, c.unit_id, u.name AS unit FROM organisation_contact c
JOIN walk w ON w.id = c.unit_id JOIN organisation_unit u ON u.id = c.unit_id
WHERE c.start <= %s AND (c."end" IS NULL OR c."end" > %s)
ORDER BY w.depth, c.start DESC, c.id LIMIT 1
"""
_FOR_UNIT = f"WITH RECURSIVE {_UPWARDS.format(begin='SELECT id, 0 FROM organisation_unit WHERE id = %s')} {_NEAREST}"
_FOR_FRAME = (
    "WITH RECURSIVE me(unit_id, position, unit, unread) AS ({me}), "
    f"{_UPWARDS.format(begin='SELECT unit_id, 0 FROM me')}, "
    "standing(what, value) AS ({standing}) "
    f"SELECT 'frame', me.position, me.unit, me.unread, call.* FROM me LEFT JOIN ({_NEAREST}) call ON TRUE "
    "UNION ALL SELECT what, value, '', 0, NULL, NULL, NULL, NULL, NULL, NULL FROM standing"
)


@dataclass(frozen=True)
class Call:
    """Whom to call, for which unit it was recorded; `dial` is the number as a telephone takes it."""

    name: str
    role: str
    phone: str
    email: str
    unit_id: int
    unit: str

    @property
    def dial(self) -> str:
        """Digits of the number (with a leading +), without what follows them.

        >>> Call("A", "B", "+84 (24) 3825.3536 máy lẻ 12", "", 1, "C").dial
        '+842438253536'
        """
        number = self.phone.split(" máy lẻ ", 1)[0]
        return ("+" if number.startswith("+") else "") + "".join(c for c in number if c.isdigit())


def contact_for(unit_id: int, on: date) -> Call | None:
    """Whom somebody serving in the unit calls on that day: the unit's own contact, else of the nearest one above.
    One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FOR_UNIT, [unit_id, *_dated(on)])
        found = cursor.fetchone()
    return Call(*found) if found else None


def _dated(on: date) -> list[str | int]:
    """The values of `_NEAREST` but for where it begins."""
    day, tree = on.isoformat(), UnitLink.Tree.STRUCTURE.value
    return [tree, day, day, MAX_DEPTH, day, day]


@dataclass(frozen=True)
class Introduction:
    """What the frame of every page says about its user: position and unit (empty without a post), how many notices are
    unread, whom to call."""

    position: str
    unit: str
    unread: int
    call: Call | None


@dataclass(frozen=True)
class Arrival:
    """What a whole page asks of its user whatever it shows: what they may do, and what the frame says."""

    allowed: frozenset[Permission]
    introduction: Introduction


def arrival(user: User, on: date) -> Arrival:
    """One query, two for who has no post."""
    me, mine = joined_once((_introduced,), user, on)
    stands, held = joined_once((standing_of,), user, on)
    walked, found = _dated(on)[:4], _dated(on)[4:]
    rows = fetched(_FOR_FRAME.format(me=me, standing=stands), [*mine, *walked, *held, *found])
    allowed = permissions_by(user, [(what, value) for what, value, *_ in rows if what != "frame"])
    for what, position, unit, unread, *call in rows:
        if what == "frame":
            return Arrival(allowed, Introduction(position, unit, unread, Call(*call) if call[0] else None))
    return Arrival(allowed, Introduction("", "", unread_count(user), None))


def _introduced(user: User, on: date) -> list[QuerySet[Any, Any]]:
    post = main_posts(user, on).annotate(unread=unread_of(user))
    return [post.values_list("unit_id", "position", "unit__name", "unread")[:1]]


@dataclass(frozen=True)
class ContactsOfUnit:
    """A unit's contacts for its officer: the rows recorded, newest first, and who is called today."""

    unit: Unit
    rows: Sequence[Contact]
    today: Call | None
    current: Contact | None


def contacts_of(user: User, unit_id: int, on: date) -> ContactsOfUnit:
    """For the officer of the unit. Raises NotYours."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or unit_id not in officer_units(user, on):
        raise NotYours()
    rows = list(Contact.objects.filter(unit=unit).order_by("-start"))
    current = Contact.objects.filter(on_day(on), unit=unit).order_by("-start").first()
    return ContactsOfUnit(unit, rows, contact_for(unit_id, on), current)
