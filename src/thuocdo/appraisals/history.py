"""A person's own sheets across periods, with results, petitions and how each differs from the one before."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Confirmation, PaperEntry, Petition, Sheet
from thuocdo.appraisals.years import own_years
from thuocdo.kernel.exact import parse_fraction


@dataclass(frozen=True)
class HistoryLine:
    """One sheet: its newest result (with `judged_on_paper`), how many results there were, the petitions, and the
    exact difference in points from the period of the same kind before it (None where there is none, or it was rated
    by another rulebook)."""

    sheet: Sheet
    result: Any
    results: int
    petitions: tuple[Petition, ...]
    difference: Fraction | None
    other_rule: bool

    @property
    def on_paper(self) -> bool:
        """Whether the result stands on an entry from paper, of the owner's part or of the judgement."""
        return self.result is not None and (self.result.entered_by_id is not None or self.result.judged_on_paper)


@dataclass(frozen=True)
class HistoryYear:
    """The lines of a year, the newest first, and what its page is called."""

    year: int
    lines: tuple[HistoryLine, ...]
    name: str


def own_history(user: User) -> list[HistoryYear]:
    """All own sheets by year, the newest first. Three queries."""
    on_paper = Exists(PaperEntry.objects.filter(submission=OuterRef("submission")))
    rows = Sheet.objects.filter(person__user_id=user.pk).select_related("cycle", "member")
    rows = rows.prefetch_related(
        Prefetch("confirmations", Confirmation.objects.defer("outcome").annotate(judged_on_paper=on_paper)),
        Prefetch("petitions", Petition.objects.defer("text")),
    )
    lines = list(_lines(rows.order_by("cycle__year", "cycle__kind", "cycle__number", "pk")))
    lines.sort(key=lambda one: (-one.sheet.cycle.year, one.sheet.cycle.kind, -one.sheet.cycle.number, -one.sheet.pk))
    names = dict(own_years([one.sheet for one in lines]))
    years = groupby(lines, key=lambda one: one.sheet.cycle.year)
    return [HistoryYear(year, tuple(found), names[year]) for year, found in years]


def _lines(sheets: Iterable[Sheet]) -> Iterable[HistoryLine]:
    before: dict[str, Confirmation] = {}
    for sheet in sheets:
        results = sorted(sheet.confirmations.all(), key=lambda one: one.number)
        result = results[-1] if results else None
        earlier = before.get(sheet.cycle.kind)
        same = result is not None and earlier is not None and _rule(result) == _rule(earlier)
        yield HistoryLine(
            sheet,
            result,
            len(results),
            tuple(sorted(sheet.petitions.all(), key=lambda one: one.pk)),
            difference(earlier, result) if same else None,
            other_rule=result is not None and earlier is not None and not same,
        )
        if result is not None:
            before[sheet.cycle.kind] = result


def _rule(result: Confirmation) -> tuple[str, tuple[str, ...]]:
    return result.rulebook, tuple(result.overlays)


def difference(earlier: Confirmation | None, later: Confirmation | None) -> Fraction | None:
    """How many points more, exactly, where both have a score."""
    if earlier is None or later is None or not earlier.score or not later.score:
        return None
    return parse_fraction(later.score) - parse_fraction(earlier.score)
