"""What an overlay may choose: every place that the parent leaves open, and every figure that may be tightened."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from django.utils.timezone import localdate

from thuocdo.engine import Rulebook
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.situations import NOT_SAID, TITLES, asked_from
from thuocdo.kernel.exact import decimal_vi

Kind = Literal["settle", "lower", "raise", "fill", "parts", "say"]
OPEN_KINDS = frozenset({"settle", "fill", "say"})
"""What the parent leaves open, and not only lets be tightened or divided."""


@dataclass(frozen=True)
class Option:
    """One listed reading of an open point, or one allowed word of an open figure."""

    id: str
    label: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Table:
    """A group whose open parts are filled one by one: `fixed` is what its other parts hold already."""

    key: str
    label: str
    limit: Decimal | None
    fixed: Decimal


@dataclass(frozen=True)
class Item:
    """One thing that the parent leaves to the unit.

    `name` is the name of its field; `target` the open point or the path. `limit` is the parent's figure that may not
    be loosened (for parts: what they must add up to). `settled` says which superior unit has decided already.
    """

    name: str
    kind: Kind
    target: str
    label: str
    cite: tuple[Citation, ...]
    options: tuple[Option, ...] = ()
    limit: Decimal | None = None
    unit: str = ""
    settled: str = ""
    table: Table | None = None

    @property
    def articles(self) -> str:
        """The parent's articles in words."""
        return "; ".join(c.text() for c in self.cite)

    @property
    def limit_words(self) -> str:
        """The parent's figure with its unit."""
        return "" if self.limit is None else f"{figure(self.limit)}{self.unit}"

    def option(self, option_id: str) -> Option | None:
        """The listed option, or None."""
        return next((o for o in self.options if o.id == option_id), None)


def figure(value: Decimal | int) -> str:
    """A number for Vietnamese readers."""
    return decimal_vi(Fraction(value))


def people_items(book: Rulebook) -> tuple[Item, ...]:
    """Open points, quotas that may be lowered, bounds that may be raised and cases that hang on dates, of a rulebook of
    the NĐ 335 shape."""
    return (*_points(book), *_quotas(book), *_bands(book), *situation_items(book))


def situation_items(book: Rulebook | SchemeBook) -> Iterator[Item]:
    """Cases of a period that hang on dates of which the text with its overlays leaves something open from today on."""
    for kind, title in TITLES.items():
        rows = [one for one in book.book.situations if one.kind == kind]
        asked, still = asked_from(rows, localdate())
        if still is not None:
            yield Item(f"say-{kind}", "say", kind, f"{title}: {still.asks}", book.cite(still.cite))
        elif asked:
            yield Item(f"say-{kind}", "say", kind, f"{title}: {NOT_SAID.format(book.short_title)}", ())


def _points(book: Rulebook) -> Iterator[Item]:
    for point in book.open_points:
        options = tuple(Option(r.id, r.label_vi, r.source, r.confidence) for r in point.readings)
        settled = f"{point.settled.by}: {_label(options, point.settled.reading)}" if point.settled else ""
        yield Item(f"settle-{point.id}", "settle", point.id, point.question_vi, point.cite, options, settled=settled)


def _label(options: tuple[Option, ...], chosen: str) -> str:
    return next((o.label for o in options if o.id == chosen), chosen)


def _quotas(book: Rulebook) -> Iterator[Item]:
    for quota in book.book.quotas:
        yield Item(
            f"lower-{quota.id}",
            "lower",
            f"quotas.{quota.id}.percent",
            quota.label,
            book.cite(quota.cite),
            limit=quota.percent,
            unit="%",
        )


def _bands(book: Rulebook) -> Iterator[Item]:
    for band in book.book.bands:
        if band.at_least > 0:
            yield Item(
                f"raise-{band.code}",
                "raise",
                f"bands.{band.code}.at_least",
                f"{band.label}: từ bao nhiêu điểm",
                book.cite(band.cite),
                limit=band.at_least,
                unit=" điểm",
            )
