"""`in` with very many keys: one array on PostgreSQL instead of a parameter for each.

A city's officer looks after 6,000 units, and their keys stand in a dozen conditions of one page; Django and the driver
then spend a second on writing the text. The array is written as its text, for which the driver takes a tenth of the
time of a list. The plan of the database is the same, which makes an array of the list itself.

`among` instead of `in` says that the rows are few and the keys many: the database looks each up in a table of the keys
that it makes once, and thinks of no index. Only to find rows by, as an unknown key is then no key.

Nor is each key asked whether it is a row of some other model, as Django asks all that is compared with a foreign key,
or whether it is an expression.
"""

from collections.abc import Iterable, KeysView
from functools import lru_cache
from typing import Any

from django.db.models import ForeignObject, IntegerField
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In
from django.db.models.sql import Query

MANY = 40
"""From this number of keys on the array is used."""
_MANY_OF = (set, frozenset, list, tuple, KeysView)


class _Array:
    """Mixed into a lookup `in`."""

    lhs: Any
    rhs: Any
    many = "{} = ANY(%s::bigint[])"

    def get_prep_lookup(self) -> Any:
        """Plain keys need no preparing one by one."""
        if isinstance(self.rhs, _MANY_OF) and len(self.rhs) > MANY and _plain(self.rhs, self.lhs):
            return self.rhs if isinstance(self.rhs, list | frozenset) else sorted(self.rhs)
        return super().get_prep_lookup()  # type: ignore[misc]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """`column = ANY(array)` where the right side is many plain keys, else as always."""
        if not isinstance(self.rhs, list | tuple | set | frozenset) or len(self.rhs) <= MANY:
            return self.as_sql(compiler, connection)  # type: ignore[attr-defined, no-any-return]
        if not _plain(self.rhs, self.lhs):
            return self.as_sql(compiler, connection)  # type: ignore[attr-defined, no-any-return]
        sql, params = self.process_lhs(compiler, connection)  # type: ignore[attr-defined]
        return self.many.format(sql), [*params, array(self.rhs)]


def array(keys: Iterable[int]) -> str:
    """The keys as PostgreSQL reads an array."""
    return _written(keys) if isinstance(keys, frozenset) else _text(keys)


@lru_cache(maxsize=32)
def _written(keys: frozenset[int]) -> str:
    """Of units kept for whoever asks again: a page names the 5,930 of a city up to fifteen times."""
    return _text(sorted(keys))


def _text(keys: Iterable[int]) -> str:
    return "{" + ",".join(map(str, keys)) + "}"


def _plain(keys: Any, lhs: Any) -> bool:
    """Whether these are whole numbers compared with one column of whole numbers."""
    field = getattr(lhs, "output_field", None)
    target = getattr(field, "target_field", field)
    return isinstance(target, IntegerField) and _numbers(keys)


def _numbers(keys: Iterable[Any]) -> bool:
    return set(map(type, keys)) == {int}


class KeysIn(_Array, In):
    """`in` of a column of numbers."""


class RelatedKeysIn(_Array, RelatedIn):
    """`in` of a foreign key."""


class KeysAmong(KeysIn):
    """`among` of a column of numbers."""

    lookup_name = "among"
    many = "({} IN (SELECT unnest(%s::bigint[]))) IS TRUE"


class RelatedKeysAmong(RelatedKeysIn):
    """`among` of a foreign key."""

    lookup_name = "among"
    many = KeysAmong.many


class RelatedKeysOfFew(RelatedIn):
    """`of_few` of a foreign key: `in` of a query that finds few rows, however many PostgreSQL expects. It is answered
    first, and its keys are then looked up, where else the whole of a table is read beside it."""

    lookup_name = "of_few"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, values = self.process_lhs(compiler, connection)
        rhs, more = self.process_rhs(compiler, connection)
        return f"{lhs} = ANY(ARRAY{rhs})", [*values, *more]


def register() -> None:
    """Called once when the app is ready."""
    for one in (KeysIn, KeysAmong):
        IntegerField.register_lookup(one)
    for other in (RelatedKeysIn, RelatedKeysAmong, RelatedKeysOfFew):
        ForeignObject.register_lookup(other)
    Query.check_related_objects = _checked  # type: ignore[method-assign,assignment]
    Query.resolve_lookup_value = _resolved  # type: ignore[method-assign,assignment]


_check_one_by_one = Query.check_related_objects
_resolve_one_by_one = Query.resolve_lookup_value


def _checked(query: Query, field: Any, value: Any, opts: Any) -> None:
    """Many whole numbers are no rows of any model."""
    if not (isinstance(value, _MANY_OF) and len(value) > MANY and _numbers(value)):
        _check_one_by_one(query, field, value, opts)


def _resolved(query: Query, value: Any, *how: Any, **more: Any) -> Any:
    """Many whole numbers are no expressions."""
    if type(value) in (list, tuple) and len(value) > MANY and _numbers(value):
        return type(value)(value)
    return _resolve_one_by_one(query, value, *how, **more)
