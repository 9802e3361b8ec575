"""Writes a checked list of units in sets: a fixed number of statements for each table, whatever its
length.
"""

from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Plan
from thuocdo.organisation.imports_units_plan import UnitEntry
from thuocdo.organisation.models import Unit, UnitLink

BATCH = 500


def write_units(plan: Plan[list[UnitEntry]], by: User | None, at: datetime) -> list[Model]:
    """Units and their places of the plan. Returns every row written."""
    entries = plan.work
    new = [Unit(code=e.code, **e.values) for e in entries if e.stored is None]
    changed = [_filled(e.stored, e) for e in entries if e.stored is not None and e.changed]
    Unit.objects.bulk_create(new, batch_size=BATCH)
    Unit.objects.bulk_update(changed, ["name", "kind", "order", "end"], batch_size=BATCH)
    return [*new, *changed, *_links(entries, new)]


def _filled(unit: Unit, entry: UnitEntry) -> Unit:
    for key, value in entry.values.items():
        setattr(unit, key, value)
    return unit


def _links(entries: list[UnitEntry], new: list[Unit]) -> list[Model]:
    """Links made, put right and ended."""
    units = {u.code: u for u in new} | {e.code: e.stored for e in entries if e.stored is not None}
    made, written = [], []
    for entry in entries:
        for place in entry.places:
            if place.ends is not None:
                place.ends.end = place.start
                written.append(place.ends)
            if place.above is None:
                continue
            parent = place.unit or units[place.above]
            if place.mends is not None:
                place.mends.parent = parent
                written.append(place.mends)
            else:
                made.append(UnitLink(tree=place.tree, child=units[entry.code], parent=parent,
                                     start=place.start))
    UnitLink.objects.bulk_create(made, batch_size=BATCH)
    UnitLink.objects.bulk_update(written, ["parent", "end"], batch_size=BATCH)
    return [*made, *written]
