"""A choice among units for pages of a city: all where they are few, else those found by what was typed."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from thuocdo.kernel.text import asked_words
from thuocdo.organisation.finding.models import SearchEntry
from thuocdo.organisation.models import Unit

MOST = 40
"""More units than these are looked for by words of their name or by their code."""


@dataclass(frozen=True)
class UnitChoice:
    """The units to choose from. `many`: there are more than can be shown, so the page has a field to look for them;
    `more`: more match than are shown."""

    units: tuple[Unit, ...]
    typed: str
    many: bool
    more: bool
    chosen: int

    def __bool__(self) -> bool:
        return bool(self.units) or self.many


NO_UNITS = UnitChoice((), "", False, False, 0)


def choice(units: QuerySet[Unit], typed: str = "", chosen: int = 0) -> UnitChoice:
    """Of `units` (already those that the user may choose) the first, or those with the typed words; the chosen one is
    always among them, first. One query (in an order that has an index: a city's units are looked at until there are
    enough), one more where something was typed, and one where the chosen unit does not stand among the first."""
    asked = asked_words(typed)
    if asked:
        named = SearchEntry.objects.filter(kind=Unit._meta.label_lower, words__begin_with=asked)
        matching = Q(pk__in=list(named.values_list("key", flat=True))) | Q(pk=chosen)
    else:
        matching = Q()
    found = list(units.filter(matching).order_by("order", "code", "pk")[: MOST + 1])
    shown, more = found[:MOST], len(found) > MOST
    if chosen and more:
        here = [one for one in shown if one.pk == chosen] or list(units.filter(pk=chosen))
        shown = [*here, *(one for one in shown if one.pk != chosen)][:MOST]
    return UnitChoice(tuple(shown), typed, bool(asked) or more, more, chosen)
