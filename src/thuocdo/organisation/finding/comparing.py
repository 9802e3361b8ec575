"""The words that are kept beside those of the rows: what `verify` finds of them, and how they are made good."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model

from thuocdo.audit import bulk
from thuocdo.audit.report import Report
from thuocdo.organisation.finding import index
from thuocdo.organisation.finding.models import SearchEntry

BATCH = 2000
"""Rows, or entries without a row, that are held at a time."""
Wrong = dict[int, tuple[str, str]]
"""By key what is kept and what belongs there; empty where nothing is, or does."""


@dataclass
class Mended:
    """What a mending did: rows read, entries added, changed and taken out."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


def check_words(report: Report) -> None:
    """A check of `verify`: every row is found under its words, and under no others."""
    for model in index.models():
        name = str(model._meta.verbose_name)
        for _, wrong in _windows(model):
            for key, (kept, due) in wrong.items():
                fault = "không khớp" if kept and due else "thừa" if kept else "thiếu"
                report.add(
                    "words_differ", f"Mục tìm kiếm của {name} (khóa {key}): {fault}.",
                    kind=model._meta.label_lower, key=str(key),
                )  # fmt: skip
    for kind in _strangers():
        report.add("words_differ", f"Mục tìm kiếm ghi loại “{kind}”: không có loại này.", kind=kind)


def mend() -> Mended:
    """Make the words those of the rows: window by window, each a transaction, beside the running product."""
    done = Mended()
    for model in index.models():
        for rows, wrong in _windows(model):
            done.rows += rows
            for kept, due in (_bring(model, list(wrong)) if wrong else {}).values():
                done.added += bool(due and not kept)
                done.removed += not due
                done.changed += bool(kept and due)
    done.removed += SearchEntry.objects.filter(kind__in=_strangers()).delete()[0]
    return done


def _windows(model: type[Model]) -> Iterator[tuple[int, Wrong]]:
    """How many rows a window of keys holds, and what is wrong in it. Two queries for each window."""
    rows = model._default_manager.order_by("pk")
    entries = SearchEntry.objects.filter(kind=model._meta.label_lower).order_by("key")
    after: int | None = None
    while True:
        read = list((rows if after is None else rows.filter(pk__gt=after))[:BATCH])
        held = entries if after is None else entries.filter(key__gt=after)
        kept = dict(held.values_list("key", "words")[:BATCH])
        ends = [read[-1].pk] if len(read) == BATCH else []
        ends += [max(kept)] if len(kept) == BATCH else []
        after = min(ends, default=None)
        due = {row.pk: index.words_of(row) for row in read if after is None or row.pk <= after}
        kept = {key: words for key, words in kept.items() if after is None or key <= after}
        yield len(due), _wrong(kept, due)
        if after is None:
            return


def _wrong(kept: Mapping[int, str], due: Mapping[int, str]) -> Wrong:
    pairs = ((key, (kept.get(key, ""), due.get(key, ""))) for key in sorted({*kept, *due}))
    return {key: pair for key, pair in pairs if pair[0] != pair[1] or (key in kept and not pair[0])}


@transaction.atomic
def _bring(model: type[Model], keys: Collection[int]) -> Wrong:
    """Write the words of these rows, which are held, so that nobody changes them meanwhile; what was wrong."""
    rows = model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    due = {row.pk: index.words_of(row) for row in rows}
    kind = model._meta.label_lower
    entries = SearchEntry.objects.filter(kind=kind, key__in=keys)
    wrong = _wrong(dict(entries.values_list("key", "words")), due)
    entries.filter(key__in=list(wrong)).delete()
    bulk.insert(SearchEntry, [(kind, key, words) for key, (_, words) in wrong.items() if words], keyed=False)
    return wrong


def _strangers() -> list[str]:
    """Kinds that have entries and nothing to find."""
    known = [model._meta.label_lower for model in index.models()]
    named = SearchEntry.objects.exclude(kind__in=known).order_by("kind").values_list("kind", flat=True)
    return list(named.distinct())
