"""Which results are published, for the room below that must not change their levels any more."""

from collections.abc import Collection

from thuocdo.appraisals.models import Confirmation
from thuocdo.decisions.models import Publication


def published_results(confirmations: Collection[int]) -> set[int]:
    """Those of the results that a publication names. Two queries."""
    rows = Confirmation.objects.filter(pk__in=confirmations)
    places = set(rows.values_list("sheet__cycle_id", "sheet__member__evaluator_unit_id"))
    found = Publication.objects.filter(cycle__in={c for c, _ in places}, unit__in={u for _, u in places})
    return {pk for one in found for pk in one.results} & set(confirmations)
