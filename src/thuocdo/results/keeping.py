"""Which agency keeps the results of somebody who moved, and what another one has received of them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.cycles.models import Member
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where_any
from thuocdo.organisation.successors import Keepers, keeper_of
from thuocdo.results.models import Handover, HandoverLine


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
    """Units whose received results the user reads: as organisation officer, inspector, or head of exactly that unit or
    of the one that keeps its files."""
    return units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on) | headed_units(user, on)


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
