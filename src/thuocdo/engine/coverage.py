"""Which rulebook governs a kind of subject on a day; or, in words, which instrument governs and is missing
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from thuocdo.engine.loader import default_roots, list_rulebooks, read_source, validate
from thuocdo.engine.schema import Confidence, Slug, Strict, Text


class Entry(Strict):
    """One row of the timeline. `rulebook` is what rates; `by_choice` is what the authority may choose."""

    kind: Slug
    since: date
    until: date | None = None
    rulebook: str | None = None
    by_choice: str | None = None
    instrument: Text
    sentence: Text
    cite: Text
    confidence: Confidence


class CoverageFile(Strict):
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Selection:
    """The answer: `rulebook` to rate by, or None and a sentence that says what governs and what is missing.

    `by_choice` names a rulebook that the competent authority may choose to apply; the product never does
    unasked.
    """

    subject_kind: str
    on: date
    rulebook: str | None
    by_choice: str | None
    instrument: str
    sentence_vi: str
    cite: str
    confidence: Confidence | None


def select_rulebook(subject_kind: str, on: date, roots: Sequence[Path] | None = None) -> Selection:
    """Look up the timeline of `coverage.toml`.

    >>> select_rulebook("civil_servant", date(2026, 3, 1)).rulebook
    'state/nd-335-2025'
    >>> select_rulebook("cadre", date(2026, 8, 1)).rulebook is None
    True
    """
    searched = tuple(roots or default_roots())
    known = list_rulebooks(searched)
    for entry in _entries(searched):
        if entry.kind == subject_kind and entry.since <= on and (entry.until is None or on < entry.until):
            key = entry.rulebook if entry.rulebook in known else None
            return Selection(
                subject_kind,
                on,
                key,
                entry.by_choice,
                entry.instrument,
                entry.sentence,
                entry.cite,
                entry.confidence,
            )
    sentence = (
        f"Bảng phạm vi áp dụng chưa ghi quy định nào cho đối tượng này vào ngày {on:%d/%m/%Y}. "
        "Bộ tính không xếp loại khi chưa biết quy định áp dụng."
    )
    return Selection(subject_kind, on, None, None, "", sentence, "", None)


@lru_cache(maxsize=8)
def _entries(roots: tuple[Path, ...]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for root in roots:
        path = root / "coverage.toml"
        if path.is_file():
            found += validate(CoverageFile, read_source(path)).entries
    return tuple(found)
