"""The column of words, and the one question to it: does every asked word begin one of them?"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler

INDEX = "array_to_tsvector(string_to_array({column}, ' '))"
"""What PostgreSQL keeps in a GIN index: the words as they are, without a dictionary or an extension."""


class WordsField(TextField):  # type: ignore[type-arg]
    """Text of `kernel.text.search_words`: words of letters and digits between single spaces."""


@WordsField.register_lookup
class ReadWith(Lookup):
    """`words__read_with=("nguyen", "thi")`, each of letters and digits: by reading the column, for few rows or words
    that nearly every row has."""

    lookup_name = "read_with"

    def get_prep_lookup(self) -> tuple[str, ...]:
        words = tuple(self.rhs)
        if not words or not all(word.isalnum() for word in words):
            raise ValueError(f"not words: {words}")
        return words

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        each = f"(' ' || {column}) LIKE %s"
        values = [value for word in self.rhs for value in (*given, f"% {word}%")]
        return "(" + " AND ".join([each] * len(self.rhs)) + ")", tuple(values)


@WordsField.register_lookup
class BeginWith(ReadWith):
    """The same, on PostgreSQL by the index of the kind."""

    lookup_name = "begin_with"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        asked = " & ".join(f"'{word}':*" for word in self.rhs)
        return f"{INDEX.format(column=column)} @@ %s::tsquery", (*given, asked)
