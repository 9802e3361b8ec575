"""What agencies named for petitions where the rulebook is silent; `appraisals.authority` asks it."""

from datetime import date

from thuocdo.decisions.models import PetitionRoute
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors, on_day


def named_route(unit_id: int, on: date) -> tuple[Unit, str] | None:
    """The authority named for the unit by the nearest unit upwards, and the regulation or the choice that names it."""
    path = [unit.pk for unit in ancestors(unit_id, on)]
    rows = PetitionRoute.objects.filter(on_day(on), unit__in=path).select_related("authority")
    nearest = min(rows, key=lambda row: (path.index(row.unit_id), -row.pk), default=None)
    if nearest is None:
        return None
    if not nearest.chosen_by:
        return nearest.authority, nearest.named_in
    chosen = f"{nearest.named_in} ({nearest.chosen_by} chọn vì quy chế chưa nêu; lý do: {nearest.reason.rstrip('.')})"
    return nearest.authority, chosen
