"""For which kinds of period a binding holds: months and quarters, or the year, as the rulebook itself says.

So a unit can rate its months by a local scheme and its years by a decree: each kind of period has its own dates.
"""

from collections.abc import Iterable, Mapping, Sequence

from thuocdo.engine.errors import RulebookError
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.catalogue import Spans
from thuocdo.rulesets.models import Binding

EVERY: Spans = frozenset({"parts", "year"})
WORDS = {span.value: str(span.label) for span in (Binding.Periods.PARTS, Binding.Periods.YEAR)}

Held = Mapping[tuple[int, str], Sequence[Binding]]
"""Bindings of a day by unit and kind of people."""


def spans_of(binding: Binding) -> Spans:
    """The kinds of period for which a binding holds.

    A row from before they were told apart says nothing: then the rulebook does. One that cannot be read any more, and
    a row that names none, hold for all, as they did.
    """
    if binding.periods:
        return EVERY if binding.periods == Binding.Periods.ALL else frozenset({binding.periods})
    if not binding.rulebook:
        return EVERY
    try:
        book = catalogue.load_any(binding.rulebook)
    except RulebookError:
        return EVERY
    return catalogue.sheet_spans(book).get(binding.subject_kind, EVERY)


def as_stored(spans: Spans) -> str:
    """The column that says so."""
    return Binding.Periods.ALL.value if spans == EVERY else next(iter(spans))


def words(spans: Spans) -> str:
    """`tháng, quý`, `năm` or both.

    >>> words(EVERY)
    'tháng, quý, năm'
    """
    return ", ".join(WORDS[span] for span in WORDS if span in spans)


def by_place(rows: Iterable[Binding]) -> dict[tuple[int, str], list[Binding]]:
    """The rows by unit and kind of people, the latest first."""
    found: dict[tuple[int, str], list[Binding]] = {}
    for row in sorted(rows, key=lambda b: (b.start, b.pk), reverse=True):
        found.setdefault((row.unit_id, row.subject_kind), []).append(row)
    return found


def nearest(held: Held, path: Iterable[int], kind: str, span: str) -> Binding | None:
    """The binding of the nearest unit upwards for this kind of people in this kind of period."""
    return next((b for unit in path for b in held.get((unit, kind), ()) if span in spans_of(b)), None)
