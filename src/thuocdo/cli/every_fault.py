"""Reads a case file and says everything that is wrong with it at once: what no format allows, and what the rulebook of
each subject does not take of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from thuocdo.engine.case_io import decoded, parse_case, parse_subject
from thuocdo.engine.errors import CaseError, RulebookError, together
from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.engine.loader import load_book
from thuocdo.engine.rating import rulebook_of
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schemes.case import Picked, faults_in
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.single import rate_subject

HEAD = ("title", "period", "rulebook", "overlays", "procedure", "place", "rating_date", "own_regulation")

WHO = {"", "id", "kind", "leadership", "procedure"}
"""Without these right nobody knows by what the rest is judged."""


def read_case(source: Path | str, rulebook: str | None = None, overlays: Sequence[str] = ()) -> Case:
    """The case, to be rated by this rulebook or its own. Raises `CaseError` with every fault that can be told."""
    try:
        return parse_case(source)
    except CaseError as error:
        if not error.key:
            raise  # not readable at all
        raise together([error, *_by_rulebooks(decoded(source), rulebook, overlays)]) from None


def _by_rulebooks(data: Mapping[str, Any], rulebook: str | None, overlays: Sequence[str]) -> Iterator[CaseError]:
    entries = data.get("subjects")
    sound = [one for entry in entries if (one := _sound(entry)) is not None] if isinstance(entries, list) else []
    try:
        whole = Case.model_validate({name: data[name] for name in HEAD if name in data} | {"subjects": sound[:1]})
    except ValueError:
        return  # without a period or a subject no rulebook is known
    for subject in sound:
        try:
            key = rulebook or whole.rulebook or rulebook_of(whole, subject)
            book = load_book(key, tuple(overlays) or whole.overlays) if key else None
        except (RulebookError, CaseError):
            return  # told by itself once the facts can be read
        if isinstance(book, Rulebook):
            try:
                rate_subject(book, subject, whole.period)
            except CaseError as error:
                yield error
        elif book is not None:
            book = in_force(book, whole.period.start, whole.period.end)
            yield from faults_in(Picked(subject, book), whole.period)


def _sound(entry: object) -> SubjectFacts | None:
    """A subject without the sections that no format allows; None where too little is left."""
    if not isinstance(entry, dict):
        return None
    try:
        return parse_subject(entry)
    except CaseError as error:
        wrong = {fault.key.partition(".")[0].partition("[")[0] for fault in error.faults()}
    if wrong & WHO:
        return None
    try:
        return parse_subject({name: value for name, value in entry.items() if name not in wrong})
    except CaseError:
        return None
