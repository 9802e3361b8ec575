"""For migrations: the indexes of PostgreSQL, and the words of rows that were there before words were kept."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from thuocdo.kernel.text import search_words
from thuocdo.organisation.finding.fields import INDEX

Run = Callable[[Apps, BaseDatabaseSchemaEditor], None]
BATCH = 2000


def index_of(kind: str) -> tuple[Run, Run]:
    """Forwards and backwards of a RunPython: PostgreSQL finds words of this kind by their beginnings in a GIN index of
    their own, as each kind has its common words; other databases read the column."""
    name = f"search_{kind.replace('.', '_')}"

    def make(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            words = INDEX.format(column="words")
            editor.execute(f"CREATE INDEX {name} ON organisation_searchentry USING gin ({words}) WHERE kind = '{kind}'")

    def drop(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX IF EXISTS {name}")

    return make, drop


def steps(app: str, model: str, *columns: str, join: tuple[str, ...] = ()) -> tuple[Run, Run]:
    """Forwards and backwards of a RunPython: words of the rows of one model, from these columns as they stand then;
    the columns `join` also as one word."""

    def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        entries: Any = apps.get_model("organisation", "SearchEntry")._default_manager
        rows = _worded(apps.get_model(app, model), columns, join)
        while part := list(islice(rows, BATCH)):
            entries.bulk_create(entries.model(kind=f"{app}.{model}".lower(), key=k, words=w) for k, w in part)

    def empty(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        entries: Any = apps.get_model("organisation", "SearchEntry")._default_manager
        entries.filter(kind=f"{app}.{model}".lower()).delete()

    return fill, empty


def _worded(model: Any, columns: tuple[str, ...], join: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for row in model._default_manager.values("pk", *columns, *join).iterator(chunk_size=BATCH):
        if words := search_words("/".join(row[name] for name in join), *(row[name] for name in columns)):
            yield row["pk"], words
