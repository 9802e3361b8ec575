"""Which rulebooks may rate units of a kind in a period, and which of them the law itself names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from thuocdo.collectives.models import UnitRound, UnitSheet
from thuocdo.collectives.sheets import period_of, scheme_for
from thuocdo.engine.coverage import select_rulebook
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import RegulationText

KINDS = tuple(UnitSheet.SubjectKind.values)


@dataclass(frozen=True)
class Option:
    """A rulebook, alone or with one regulation. `value` is what a form posts; `by_law`: the law itself names it."""

    kind: str
    rulebook: str
    overlays: tuple[str, ...]
    title: str
    by_law: bool

    @property
    def value(self) -> str:
        return "|".join((self.rulebook, *self.overlays))


def options(authority: Unit, one: UnitRound, on: date) -> dict[str, list[Option]]:
    """By kind of unit every rulebook with a scheme for it in this period, that of the law first. Regulations of the
    authority and of units above are offered with the rulebook they complete, and the examples, named as such. Three
    queries."""
    above = [unit.pk for unit in ancestors(authority, on)]
    own = RegulationText.objects.filter(regulation__unit__in=above, start__lte=on).order_by("-start", "pk")
    laid: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for rulebook, base, key, title in own.values_list("regulation__rulebook", "regulation__base", "key", "title"):
        laid.setdefault(rulebook, []).append(((*base, key), title))
    return {kind: _of_kind(kind, one, laid) for kind in KINDS}


def _of_kind(kind: str, one: UnitRound, laid: Mapping[str, list[tuple[tuple[str, ...], str]]]) -> list[Option]:
    law = select_rulebook(kind, period_of(one).start, catalogue.roots()).rulebook
    found = []
    for book in catalogue.books():
        if not isinstance(book, SchemeBook) or book.book.procedure_kind not in ("state", "local"):
            continue
        if not _in_force(book, one) or scheme_for(book, kind, one) is None:
            continue
        examples = [((key,), title) for key, title in catalogue.fitting().get(book.key, ())]
        found.append(Option(kind, book.key, (), book.title, book.key == law))
        found += [
            Option(kind, book.key, keys, f"{book.short_title} + {title}", False)
            for keys, title in (*examples, *laid.get(book.key, ()))
        ]
    return sorted(found, key=lambda option: (not option.by_law, option.title))


def _in_force(book: SchemeBook, one: UnitRound) -> bool:
    start = period_of(one).start
    return book.since <= start and (book.until is None or start < book.until)

