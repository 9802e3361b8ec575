"""A folded name that holds what was typed: what LIKE says, on PostgreSQL looked up by the words inside where there are
several. The indexes are on the people themselves (migration 0012), so no write can forget them."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Q
from django.db.models.lookups import Contains, Lookup
from django.db.models.sql.compiler import SQLCompiler

WORDS = "array_to_tsvector(array_remove(string_to_array({column}, ' '), ''))"
"""What PostgreSQL keeps in a GIN index: the words as they are, without a dictionary or an extension."""


def words_inside(typed: str) -> str:
    """The words that a name with this text in it must have, as PostgreSQL asks for them: all but the first, which may
    be the end of one, and of the last only how it begins. Empty where one word alone was typed.

    >>> words_inside("nguyen van a"), words_inside("uyen"), words_inside("an h'mo")
    ("'van' & 'a':*", '', '')
    """
    _, *others = typed.split(" ")
    inside = [f"'{word}'" for word in others[:-1] if word.isalnum()]
    return " & ".join([*inside, *(f"'{word}':*" for word in others[-1:] if word.isalnum())])


@CharField.register_lookup
class Holds(Lookup):
    """`search_key__holds="van a"`: as `contains`."""

    lookup_name = "holds"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        sql, values = Contains(self.lhs, self.rhs).as_sql(compiler, connection)
        return sql, tuple(values)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        sql, values = self.as_sql(compiler, connection)
        words = words_inside(self.rhs)
        if not words:
            return sql, values
        column, given = compiler.compile(self.lhs)
        return f"({sql} AND {WORDS.format(column=column)} @@ %s::tsquery)", (*values, *given, words)


def holding(typed: str) -> Q:
    """People whose folded name contains this folded text."""
    return Q(search_key__holds=typed)
