"""The units whose heads evaluate in a period, in the order in which a run publishes them."""

from thuocdo.cycles.models import Member


def units_of(cycle_id: int, *, after: int = 0, most: int | None = None) -> list[int]:
    """Ids of evaluating units after one of them. One query."""
    rows = Member.objects.filter(cycle=cycle_id, standing=Member.Standing.IN, evaluator_unit__gt=after)
    return list(rows.order_by("evaluator_unit").values_list("evaluator_unit", flat=True).distinct()[:most])
