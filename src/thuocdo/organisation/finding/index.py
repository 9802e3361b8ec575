"""Keeps the words of every row that can be found: whatever an action records passes here, so none is forgotten."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Model

from thuocdo.audit import bulk
from thuocdo.audit.recording import Fresh
from thuocdo.kernel.text import search_words
from thuocdo.organisation.finding.models import SearchEntry

Texts = Callable[[Any], Iterable[str]]
BATCH = 500
_TEXTS: dict[type[Model], Texts] = {}


def register(model: type[Model], texts: Texts) -> None:
    """Rows of `model` are found by these texts of theirs (from the room's app's `ready`). No texts: not found."""
    _TEXTS[model] = texts


def models() -> list[type[Model]]:
    """The models whose rows can be found."""
    return sorted(_TEXTS, key=lambda model: model._meta.label_lower)


def words_of(row: Model) -> str:
    """The words under which a row of one of `models` is found; none if empty."""
    return search_words(*_TEXTS[type(row)](row))


def keep(objects: Sequence[Model], removed: Sequence[Model], fresh: Sequence[Fresh]) -> None:
    """A step of `audit.recording.record`: brings the words of the rows that an action wrote up to date."""
    wanted: dict[str, dict[int, str]] = {}
    for row in objects:
        if type(row) in _TEXTS:
            wanted.setdefault(row._meta.label_lower, {})[row.pk] = words_of(row)
    for row in removed:
        if type(row) in _TEXTS:
            wanted.setdefault(row._meta.label_lower, {})[row.pk] = ""
    for kind, words in wanted.items():
        keys = sorted(words)
        for start in range(0, len(keys), BATCH):
            _bring(kind, {key: words[key] for key in keys[start : start + BATCH]})
    for model, rows in fresh:
        add(model, (model(*row) for row in rows))


def _bring(kind: str, wanted: dict[int, str]) -> None:
    entries = SearchEntry.objects.filter(kind=kind, key__in=wanted)
    known = dict(entries.values_list("key", "words"))
    changed = [
        SearchEntry(kind=kind, key=key, words=text) for key, text in wanted.items() if text != known.get(key, "")
    ]
    if written := [entry for entry in changed if entry.words]:
        SearchEntry.objects.bulk_create(
            written, update_conflicts=True, unique_fields=["kind", "key"], update_fields=["words"]
        )
    if gone := [entry.key for entry in changed if not entry.words]:
        SearchEntry.objects.filter(kind=kind, key__in=gone).delete()


def add(model: type[Model], rows: Iterable[Model]) -> None:
    """Words of rows that have none yet, many at once."""
    if model in _TEXTS:
        found = ((model._meta.label_lower, row.pk, words_of(row)) for row in rows)
        bulk.insert(SearchEntry, [entry for entry in found if entry[2]], keyed=False)
