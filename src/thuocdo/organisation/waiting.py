"""What waits for one person, from every room, as one list: the only source of the to-do page and of messages.

A room registers a `Source`: the rows it looks for, and the lines it makes of them. The rows of all rooms are read as
one union, so a new room costs no further query.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, DateField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.notices.kinds import stands
from thuocdo.organisation.planned import fetched
from thuocdo.organisation.reach import Reach, reach_of
from thuocdo.organisation.waiting_written import Written, with_units, written

NO_DAY = Cast(Value(None), DateField())
NO_MOMENT = Cast(Value(None), DateTimeField())
NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Todo:
    """One thing to do: its kind, a sentence, where to go, and when it is due (moment or day; None where
    none is set)."""

    kind: str
    text: str
    path: str
    due: datetime | date | None
    overdue: bool


class Row(NamedTuple):
    """One row of the union; what the columns hold is the source's own affair."""

    kind: str
    key: int
    also: int
    number: int
    text: str
    day: date | None
    moment: datetime | None


@dataclass(frozen=True)
class Asking:
    """Who asks, and when; where they stand is read once for all rooms."""

    user: User
    at: datetime

    @property
    def on(self) -> date:
        return localdate(self.at)

    @cached_property
    def reach(self) -> Reach:
        return reach_of(self.user, self.on)

    def units(self, *labels: str) -> frozenset[int]:
        """Units under any of these labels of `organisation.reach`."""
        return NOWHERE.union(*(self.reach.get(label, NOWHERE) for label in labels))


Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Source:
    """What one room contributes: `kinds` are those of its rows and lines (`unseen`: rows that only change other lines);
    `lines` gets them all, and is asked only when there are any, or `always`."""

    kinds: frozenset[str]
    rows: Callable[[Asking], Sequence[Rows]]
    lines: Callable[[Asking, Sequence[Row]], Iterable[Todo]]
    always: bool = False
    unseen: frozenset[str] = frozenset()


_SOURCES: list[Source] = []


def register(source: Source) -> None:
    """Add a room's source (from its app's `ready`). Raises ValueError: a kind not in `notices.kinds`."""
    stands(source.kinds - source.unseen)
    if source not in _SOURCES:
        _SOURCES.append(source)


def rows(
    found: Rows,
    kind: str,
    *,
    key: str = "pk",
    also: Any = None,
    text: str = "",
    day: Any = None,
    moment: Any = None,
    number: Any = None,
    grouped: bool = False,
) -> Rows:
    """Rows for the union. `key`, `text` and the names in `also`, `day`, `moment` are columns of `found`; `grouped`
    counts (`number` or the rows themselves) by them."""
    named = {
        "w_kind": Value(kind),
        "w_also": _column(also, Value(0)),
        "w_text": F(text) if text else Value(""),
        "w_day": _column(day, NO_DAY),
        "w_moment": _column(moment, NO_MOMENT),
        "w_key": F(key),
    }
    base = found.order_by().annotate(**named)
    if grouped:
        made = base.values("w_kind", "w_key", "w_also", "w_text", "w_day", "w_moment")
        made = made.annotate(w_number=number or Count("pk"))
    else:
        made = base.annotate(w_number=Value(1))
    result: Rows = made.values_list("w_kind", "w_key", "w_also", "w_number", "w_text", "w_day", "w_moment")
    return result


def _column(name: Any, empty: Any) -> Any:
    if name is None:
        return empty
    return F(name) if isinstance(name, str) else name


def todo(user: User, at: datetime) -> list[Todo]:
    """Everything that waits for the user, overdue first, then by date. The number of queries does not depend on how
    much there is: one for where the user stands, one for all rows, and at most a few of the rooms' own."""
    asking = Asking(user, at)
    found = _found(asking)
    lines: list[Todo] = []
    for source in _SOURCES:
        mine = sorted((row for row in found if row.kind in source.kinds), key=lambda row: (row.kind, row.key))
        if mine or source.always:
            lines += source.lines(asking, mine)
    return sorted(lines, key=lambda t: (not t.overdue, t.due is None, str(t.due or "")))


def _found(asking: Asking) -> list[Row]:
    """All rows of all rooms, in one query; in two where the text of some is this person's alone (delegations)."""
    texts = [one for source in _SOURCES if (one := written(source.rows, asking)).sql]
    if connection.vendor != "postgresql":
        return _of_sqlite(fetched(_all(texts), _values(texts)) if texts else [])
    planned, others = ([one for one in texts if one.planned is kept] for kept in (True, False))
    found: list[Row] = []
    if planned:
        before, units = with_units(frozenset().union(*(one.units for one in planned)), asking)
        found += map(Row._make, fetched(before + _all(planned), [*units, *_values(planned)]))
    if others:
        with connection.cursor() as cursor:
            cursor.execute(_all(others), _values(others))
            found += map(Row._make, cursor.fetchall())
    return found


def _of_sqlite(found: Iterable[Sequence[Any]]) -> list[Row]:
    """Days and moments come as texts there."""
    kept: Any = connection.ops
    day, moment = kept.convert_datefield_value, kept.convert_datetimefield_value
    return [Row._make([*row[:5], day(row[5], None, connection), moment(row[6], None, connection)]) for row in found]


def _all(texts: Sequence[Written]) -> str:
    return " UNION ALL ".join(one.sql for one in texts)


def _values(texts: Sequence[Written]) -> list[Any]:
    return [value for one in texts for value in one.values]
