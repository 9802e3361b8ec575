"""What a paper about units says, frozen when it is drafted: the decided levels of one round's units."""

import json
from datetime import date
from typing import Any

from thuocdo.collectives.models import UnitResult, UnitRound
from thuocdo.collectives.queries import results_of
from thuocdo.decisions.contents import ResultLine, bases_of
from thuocdo.decisions.models import Decision
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.models import UnitLink
from thuocdo.organisation.queries import ancestors, on_day
from thuocdo.organisation.successors import keeper_on
from thuocdo.rulesets.regulations import numbers_by_title
from thuocdo.rulesets.versions import past_book


def frozen_units(one: UnitRound, on: date) -> dict[str, Any]:
    """Everything that the paper prints, as plain data for `canonical`.

    `of` tells it from papers about people; `heads` may not sign it; `receivers` are the rated units and the units
    they belong to, the authorities concerned.
    """
    results = results_of(one)
    rated = [result.unit_id for result in results]
    books = [past_book(digest) for digest in dict.fromkeys(result.rulebook_hash for result in results)]
    issuer = keeper_on(one.authority, on)
    path = ancestors(issuer, on)
    above = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.STRUCTURE, child__in=rated)
    parents = set(above.values_list("parent_id", flat=True)) - {one.authority_id}
    return {
        "format": 1,
        "of": "units",
        "round": one.pk,
        "period": one.label,
        "unit": issuer.name,
        **({} if issuer == one.authority else {"of_unit": one.authority.name}),
        "above": path[1].name if len(path) > 1 else "",
        "bases": [*bases_of(books, numbers_by_title({key for book in books for key in book.overlays})), one.basis],
        "lines": [vars(_line(result)) for result in results],
        "heads": sorted({result.unit_head_id for result in results if result.unit_head_id}),
        "receivers": sorted({*rated, *parents}),
    }


def _line(result: UnitResult) -> ResultLine:
    """A unit's line; it names no person and no person's result (0)."""
    score = format_points(result.score_shown) if result.score_shown is not None else ""
    kind = result.sheet.get_kind_display()
    return ResultLine(0, 0, result.unit.name, kind, result.authority.name, score, result.label, "" if score else "–")


def unit_papers_of(one: UnitRound) -> list[Decision]:
    """The papers on a round, newest first; dropped ones are left out."""
    rows = Decision.objects.filter(unit=one.authority_id, cycle=None).exclude(state=Decision.State.DROPPED)
    return [row for row in rows.order_by("-pk") if json.loads(row.content).get("round") == one.pk]
