"""Who keeps the files of a unit that ended in a reorganisation."""

from collections.abc import Collection, Mapping
from datetime import date

from thuocdo.organisation.models import Reorganisation, Succession, Unit, UnitLink
from thuocdo.organisation.queries import forest, on_day
from thuocdo.organisation.rules import MAX_DEPTH

Keepers = Mapping[int, int]


def keepers() -> dict[int, int]:
    """Units that ended, each with the one that took its files over. One query."""
    return dict(UnitLink.objects.filter(tree=UnitLink.Tree.SUCCESSION).values_list("child_id", "parent_id"))


def keeper_of(unit: int, kept: Keepers) -> int:
    """Who keeps the files of the unit now: itself, or the last of its successors.

    >>> keeper_of(1, {1: 2, 2: 3}), keeper_of(4, {1: 2})
    (3, 4)
    """
    for _ in range(MAX_DEPTH):
        if unit not in kept:
            break
        unit = kept[unit]
    return unit


def predecessors(unit: Unit) -> list[Unit]:
    """Units that ended in the reorganisation which made this one, in rank order. One query."""
    applied = Succession.objects.filter(plan__state=Reorganisation.State.APPLIED, code=unit.code)
    old = Unit.objects.filter(pk__in=applied.values("old"), end=unit.start).exclude(pk=unit.pk)
    return list(old.order_by("order", "code"))


def keeper_on(unit: Unit, on: date) -> Unit:
    """Who acts for the unit on that day: itself, or once it has ended the one that keeps its files. One query; a later
    reorganisation hands what a keeper kept on to its own keeper."""
    held = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.SUCCESSION, child=unit).select_related("parent")
    link = held.first()
    return link.parent if link else unit


def paths_on(units: Collection[int], on: date) -> dict[int, tuple[int, ...]]:
    """Each of these units (ids) and those above it on that day, nearest first, for what one above chose for those below
    it. Above a unit that has ended stand the one that keeps its files and those above that one. Two queries."""
    tree, kept = forest(on), UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.SUCCESSION, child__in=units)
    keeper = dict(kept.values_list("child_id", "parent_id"))
    return {unit: (unit, *tree.path(keeper[unit])) if unit in keeper else tuple(tree.path(unit)) for unit in units}


def keeping(unit: int, on: date) -> int:
    """`keeper_on` by id. One query."""
    held = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.SUCCESSION, child=unit)
    return held.values_list("parent_id", flat=True).first() or unit
