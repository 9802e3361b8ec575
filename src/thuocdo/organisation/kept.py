"""What a page of a city reads of the whole organisation on a day, kept in this process while the tables stand.

Triggers give links and units one token and posts another (migrations 0007 and 0009). The question for what is kept
reads the token with it, so that what has changed is read anew in the same statement and nothing old is ever shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import connection

from thuocdo.organisation.rules import Forest

STRUCTURE_TOKEN = "(SELECT token FROM organisation_structure_revision)"
POSTS_TOKEN = "(SELECT CAST(SUM(made) AS varchar(60)) FROM organisation_posts_revision)"
_BOTH = f"({STRUCTURE_TOKEN} || '/' || {POSTS_TOKEN})"
_HOLDS = '{0}.start <= %(day)s AND ({0}."end" IS NULL OR {0}."end" > %(day)s)'
_FOREST = f"""
SELECT {STRUCTURE_TOKEN} AS token, 0 AS id, '' AS kind, 0 AS parent
UNION ALL SELECT '', u.id, u.kind, l.parent_id FROM organisation_unit u
LEFT JOIN organisation_unitlink l ON l.child_id = u.id AND {_HOLDS.format("l")} AND l.tree = %(tree)s
WHERE {STRUCTURE_TOKEN} <> %(token)s
"""
_HEAD = "SELECT h.person_id FROM organisation_employment h WHERE h.leadership = 'head' AND " + _HOLDS.format("h")
_ACTS = "SELECT a.person_id FROM organisation_actinghead a WHERE " + _HOLDS.format("a")
_POSTS = f"""
SELECT {_BOTH} AS what, 0 AS id, '' AS kind, 0 AS served, 0 AS led
UNION ALL SELECT 'unit', u.id, u.kind, 0, 0 FROM organisation_unit u WHERE {_BOTH} <> %(token)s AND {_HOLDS.format("u")}
UNION ALL SELECT 'post', e.unit_id, '', COUNT(*), COUNT(CASE WHEN e.leadership = 'head' THEN 1 END)
FROM organisation_employment e WHERE {_BOTH} <> %(token)s AND {_HOLDS.format("e")} GROUP BY e.unit_id
UNION ALL SELECT 'post', a.unit_id, '', 0, 1
FROM organisation_actinghead a WHERE {_BOTH} <> %(token)s AND {_HOLDS.format("a")}
UNION ALL SELECT 'elsewhere', e.id, '', 0, 0 FROM organisation_employment e
WHERE {_BOTH} <> %(token)s AND {_HOLDS.format("e")}
AND e.leadership <> 'head' AND e.person_id IN ({_HEAD} UNION {_ACTS})
"""
_PEOPLED = f"""
SELECT {_BOTH} AS token, 0 AS id
UNION ALL SELECT DISTINCT '', e.unit_id FROM organisation_employment e
WHERE {_BOTH} <> %(token)s AND e.start < %(until)s AND (e."end" IS NULL OR e."end" > %(day)s)
"""
_KEPT_AT_MOST = 24
_KEPT: dict[tuple[Any, ...], tuple[str, Any]] = {}
Row = tuple[Any, ...]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Posts:
    """A day's units and posts: `kinds` of the units that stand, how many posts each has (`served`; units without any
    are left out), those that somebody heads or acts for (`headed`), and the posts (`elsewhere`) without the lead of
    those who lead some unit."""

    kinds: Mapping[int, str]
    served: Mapping[int, int]
    headed: frozenset[int]
    elsewhere: frozenset[int]


def forest_of(on: date, tree: str) -> Forest:
    """The tree of all units on a day. One query; the answer is everybody's and is not to be changed."""
    return _asked(_FOREST, on, tree, _forest)


def posts_of(on: date) -> Posts:
    """Units and posts of everybody on a day. One query; the answer is everybody's and is not to be changed."""
    return _asked(_POSTS, on, "", _posts)


def peopled(first: date, until: date) -> frozenset[int]:
    """Units in which somebody serves on some day from `first` to before `until`. One query; everybody's answer."""
    return _asked(_PEOPLED, first, "", lambda rows: frozenset(row[1] for row in rows), until)


def _forest(rows: Sequence[Row]) -> Forest:
    parent = {unit: above for _, unit, _, above in rows if above is not None}
    return Forest(parent, {unit: kind for _, unit, kind, _ in rows})


def _posts(rows: Sequence[Row]) -> Posts:
    kinds = {unit: kind for what, unit, kind, _, _ in rows if what == "unit"}
    served = {unit: number for what, unit, _, number, _ in rows if what == "post" and number}
    headed = frozenset(unit for what, unit, _, _, led in rows if what == "post" and led)
    return Posts(kinds, served, headed, frozenset(post for what, post, _, _, _ in rows if what == "elsewhere"))


def _asked(query: str, on: date, tree: str, make: Callable[[Sequence[Row]], Made], until: date | None = None) -> Made:
    """What is kept, or is made of the rows that came because the token is new; the row of the token has no key."""
    place = connection.settings_dict["NAME"], query, on, tree, until
    token, kept = _KEPT.get(place, ("", None))
    with connection.cursor() as cursor:
        given = {"token": token, "day": on.isoformat(), "tree": tree, "until": until and until.isoformat()}
        cursor.execute(query, given)
        answer = cursor.fetchall()
    now = next(row[0] for row in answer if row[1] == 0)
    if now != token:
        if len(_KEPT) >= _KEPT_AT_MOST:
            _KEPT.clear()
        kept = make([row for row in answer if row[1] != 0])
        _KEPT[place] = now, kept
    return kept  # type: ignore[no-any-return]
