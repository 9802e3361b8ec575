"""What agencies named for petitions where the rulebook is silent; `appraisals.authority` asks it."""

from datetime import date

from thuocdo.decisions.models import PetitionRoute
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.successors import paths_on


def named_route(unit_id: int, on: date) -> tuple[Unit, str] | None:
    """The authority named for the unit by the nearest unit upwards, and the regulation or the choice that names it; for
    a unit that has ended, upwards from whoever keeps its files."""
    path = paths_on([unit_id], on)[unit_id]
    rows = PetitionRoute.objects.filter(on_day(on), unit__in=path).select_related("authority")
    nearest = min(rows, key=lambda row: (path.index(row.unit_id), -row.pk), default=None)
    if nearest is None:
        return None
    if not nearest.chosen_by:
        return nearest.authority, nearest.named_in
    chosen = f"{nearest.named_in} ({nearest.chosen_by} chọn vì quy chế chưa nêu; lý do: {nearest.reason.rstrip('.')})"
    return nearest.authority, chosen
