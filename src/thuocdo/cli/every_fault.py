"""Reads a case file and says everything that is wrong with it at once: what no format allows, and what the rulebook of
each subject does not take of the rest, of its steps and of the decisions to raise a share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from thuocdo.engine.case_io import decoded, parse_case, parse_frozen
from thuocdo.engine.cases import rate_file
from thuocdo.engine.errors import CaseError, RulebookError, together
from thuocdo.engine.facts import Case, QuotaRaise, SubjectFacts
from thuocdo.engine.incoming import contradictions
from thuocdo.engine.loader import load_book
from thuocdo.engine.outcome import CaseResult
from thuocdo.engine.raises import check_raises
from thuocdo.engine.rating import rulebook_of
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.scheme_facts import Step
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.case import Picked, faults_in, waves
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.precedence import check_steps
from thuocdo.engine.single import rate_subject

HEAD = ("title", "period", "rulebook", "overlays", "procedure", "place", "rating_date", "own_regulation")

WHO = {"", "id", "kind", "leadership", "procedure"}
"""Without these right nobody knows by what the rest is judged."""


@dataclass(frozen=True)
class By:
    """The rulebook and overlays that were asked for, else those of the file; where rulebooks are looked for."""

    rulebook: str | None = None
    overlays: Sequence[str] = ()
    roots: Sequence[Path] | None = None


def read_case(source: Path | str, rulebook: str | None = None, overlays: Sequence[str] = ()) -> Case:
    """The case, to be rated by this rulebook or its own. Raises `CaseError` with every fault that can be told."""
    return _read(source, By(rulebook, overlays))


def rate_all(source: Path | str, case: Case, by: By) -> CaseResult:
    """The whole file rated. Raises `CaseError` with every fault that can be told."""
    try:
        return rate_file(case, by.rulebook, by.overlays, by.roots)
    except CaseError as error:
        told = CaseError(
            file=str(source), key=error.key, problem=error.problem, remedy=error.remedy, more=error.more
        )
        raise together([told, *_by_rulebooks(decoded(source), by)]) from None


def read_and_rate(source: Path, roots: Sequence[Path] | None) -> tuple[Case, CaseResult]:
    """A case file with its result. Raises `CaseError` with every fault that can be told."""
    by = By(roots=roots)
    case = _read(source, by)
    return case, rate_all(source, case, by)


def _read(source: Path | str, by: By) -> Case:
    try:
        return parse_case(source)
    except CaseError as error:
        try:
            data = decoded(source)
        except CaseError:
            raise error from None  # not readable at all
        raise together([error, *_by_rulebooks(data, by)]) from None


def _by_rulebooks(data: Mapping[str, Any], by: By) -> Iterator[CaseError]:
    entries = data.get("subjects")
    sound = [one for entry in entries if (one := _sound(entry)) is not None] if isinstance(entries, list) else []
    known = {one.id for one in sound}
    head = {name: data[name] for name in HEAD if name in data}
    try:
        whole = Case.model_validate(head | {"subjects": sound[:1]})
    except ValueError:
        return  # without a period or a subject no rulebook is known
    books: dict[str, Rulebook | SchemeBook] = {}
    for subject in sound:
        yield from contradictions(subject)
        try:
            key = by.rulebook or whole.rulebook or rulebook_of(whole, subject)
            book = load_book(key, tuple(by.overlays) or whole.overlays, by.roots) if key else None
        except (RulebookError, CaseError):
            return  # told by itself once the facts can be read
        if isinstance(book, Rulebook):
            books[subject.id] = book
            yield from _told(partial(rate_subject, book, subject, whole.period))
        elif book is not None:
            books[subject.id] = book = in_force(book, whole.period.start, whole.period.end)
            yield from faults_in(Picked(subject, book), whole.period)
    if len(sound) < len(entries or ()) or len(known) < len(sound):
        return  # who is missing here may be whom a step or a raised share is of
    every = whole.model_copy(
        update={
            "subjects": tuple(sound),
            "steps": _each(Step, data.get("steps")),
            "quota_raises": _each(QuotaRaise, data.get("quota_raises")),
        }
    )
    yield from _told(partial(check_raises, every, books))
    taken = tuple(step for step in every.steps if step.subject in known)
    of_schemes = {one: book for one, book in books.items() if isinstance(book, SchemeBook)}
    picked = [Picked(one, of_schemes[one.id]) for one in sound if one.id in of_schemes]
    yield from _told(partial(waves, picked, frozenset(known - of_schemes.keys()), whole.period))
    yield from _told(partial(check_steps, of_schemes, every.model_copy(update={"steps": taken})))


def _told(check: Callable[[], object]) -> Iterator[CaseError]:
    try:
        check()
    except CaseError as error:
        yield error


def _each(model: type[BaseModel], entries: object) -> tuple[BaseModel, ...]:
    """Those entries of a list of the file that can be read."""
    found = []
    for entry in entries if isinstance(entries, list) else ():
        with suppress(ValueError):
            found.append(model.model_validate(entry))
    return tuple(found)


def _sound(entry: object) -> SubjectFacts | None:
    """A subject without the sections that no format allows; None where too little is left."""
    if not isinstance(entry, dict):
        return None
    try:
        return parse_frozen(entry)
    except CaseError as error:
        wrong = {fault.key.partition(".")[0].partition("[")[0] for fault in error.faults()}
    if wrong & WHO:
        return None
    try:
        return parse_frozen({name: value for name, value in entry.items() if name not in wrong})
    except CaseError:
        return None
