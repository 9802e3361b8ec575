"""Everything below some units on a day, walked in this process and kept while the database says that no link changed.

A city's officer stands over 5,930 units; the database walked down to them, and sent them, two or three times a page.
The links of a day are read once instead. With every statement on the links a trigger gives them a new token
(migration 0007), which each question reads together with what it needs: an old token never serves a new tree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from thuocdo.kernel.once import once
from thuocdo.organisation.kept import STRUCTURE_TOKEN
from thuocdo.organisation.models import UnitLink
from thuocdo.organisation.planned import Given, fetched
from thuocdo.organisation.rules import MAX_DEPTH

STRUCTURE, SUCCESSION = UnitLink.Tree.STRUCTURE.value, UnitLink.Tree.SUCCESSION.value
Children = Mapping[int, Sequence[int]]
_SQL = f"""
WITH roots(label, far, id) AS ({{roots}})
SELECT '=' AS what, {STRUCTURE_TOKEN} AS label, 0 AS one, 0 AS other
UNION ALL SELECT '', roots.label, roots.far, roots.id FROM roots
UNION ALL SELECT l.tree, '', l.parent_id, l.child_id FROM organisation_unitlink l
WHERE {STRUCTURE_TOKEN} <> %s AND l.start <= %s AND (l."end" IS NULL OR l."end" > %s)
"""
_ROOTS_KEPT = 40
"""So many sets of one day are kept; there are as many as officers, heads and inspectors who look."""


@dataclass(frozen=True)
class Links:
    """The links that hold on one day, by tree and unit above, as of a token."""

    token: str
    trees: Mapping[str, Children]
    _found: dict[tuple[int, tuple[str, ...]], frozenset[int]] = field(default_factory=dict)

    def below(self, root: int, trees: tuple[str, ...]) -> frozenset[int]:
        """The unit and what it reaches in these trees."""
        key = (root, trees)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= _ROOTS_KEPT:
                self._found.clear()
            found = self._found[key] = frozenset(self._walked(root, trees))
        return found

    def _walked(self, root: int, trees: tuple[str, ...]) -> set[int]:
        children = [self.trees[tree] for tree in trees if tree in self.trees]
        found = {root}
        level = found
        for _ in range(MAX_DEPTH):
            level = {child for unit in level for kept in children for child in kept.get(unit, ())} - found
            if not level:
                break
            found |= level
        return found


_KEPT: dict[tuple[Any, date], Links] = {}
_DAYS = 8


def roots_below(inner: str, given: Sequence[Any], on: date) -> tuple[list[tuple[str, int, int]], Links]:
    """Rows (label, number, unit) of a query (`planned`), and the links of the day to walk from them. One query, also
    for a page that asks the same again."""
    name = connection.settings_dict["NAME"]
    return once((roots_below, name, inner, tuple(given), on), lambda: _asked(inner, given, on))


def _asked(inner: str, given: Sequence[Any], on: date) -> tuple[list[tuple[str, int, int]], Links]:
    place = (connection.settings_dict["NAME"], on)
    known = _KEPT.get(place)
    day = on.isoformat()
    token_known = Given(known.token if known else "", "text")
    answer = fetched(_SQL.format(roots=inner), [*given, token_known, day, day])
    token = next(label for what, label, _, _ in answer if what == "=")
    roots = [(label, far, unit) for what, label, far, unit in answer if what == ""]
    if known is None or known.token != token:
        known = _links(token, answer)
        if len(_KEPT) >= _DAYS:
            _KEPT.clear()
        _KEPT[place] = known
    return roots, known


def _links(token: str, answer: Sequence[tuple[str, str, int, int]]) -> Links:
    trees: dict[str, dict[int, list[int]]] = {}
    for what, _, parent, child in answer:
        if what not in ("", "="):
            trees.setdefault(what, {}).setdefault(parent, []).append(child)
    return Links(token, trees)
