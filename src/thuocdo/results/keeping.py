"""Which agency keeps the results of somebody who moved, and what another one has received of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Member
from thuocdo.organisation.models import Role, UnitLink
from thuocdo.organisation.queries import headed_exactly, units_where_any
from thuocdo.organisation.rules import MAX_DEPTH
from thuocdo.results.models import Handover, HandoverLine

Keepers = Mapping[int, int]
Received = Mapping[int, frozenset[int]]
"""Agency to the ids of the results it has received."""


def keepers() -> dict[int, int]:
    """Units that ended in a reorganisation, each with the one that keeps its files now. One query."""
    return dict(UnitLink.objects.filter(tree=UnitLink.Tree.SUCCESSION).values_list("child_id", "parent_id"))


def keeper_of(agency: int, kept: Keepers) -> int:
    """Who keeps the files of the agency now: itself, or the last of its successors.

    >>> keeper_of(1, {1: 2, 2: 3}), keeper_of(4, {1: 2})
    (3, 4)
    """
    for _ in range(MAX_DEPTH):
        if agency not in kept:
            break
        agency = kept[agency]
    return agency


def one_keeper(members: Collection[Member]) -> bool:
    """Whether nobody moved between agencies: then nothing needs to be sent."""
    return len({member.agency_id for member in members}) < 2


def received_by(people: Collection[int], year: int, kept: Keepers) -> dict[int, set[int]]:
    """Ids of results received, by the agency that keeps them now. One query."""
    rows = HandoverLine.objects.filter(
        handover__person__in=people, handover__year=year, handover__state=Handover.State.RECEIVED,
        confirmation__isnull=False,
    )  # fmt: skip
    found: dict[int, set[int]] = defaultdict(set)
    for agency, key in rows.values_list("handover__to_agency_id", "confirmation_id"):
        found[keeper_of(agency, kept)].add(key)
    return found


def reading_units(user: User, on: date) -> set[int]:
    """Units whose received results the user reads: as organisation officer, inspector, or head of exactly that unit."""
    return units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on) | headed_exactly(user, on)


def sent_along(user: User, sheets: Collection[int], on: date) -> set[int]:
    """Those of the sheets of which a result was handed over to, and received by, an agency the user reads for."""
    rows = HandoverLine.objects.filter(
        confirmation__sheet__in=sheets, handover__state=Handover.State.RECEIVED
    ).values_list("confirmation__sheet_id", "handover__to_agency_id")
    found = list(rows)
    if not found:
        return set()
    units = reading_units(user, on)
    return {sheet for sheet, agency in found if agency in units}
