"""Party organisations, members and committees."""

from datetime import date

from tests.factories.people import START
from tests.guards import outside_actions
from thuocdo.organisation.models import Person, Unit
from thuocdo.records.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation, PartyStanding

ADMITTED = date(2015, 2, 3)


def make_party(
    code: str, name: str, kind: str, unit: Unit, *, under: PartyOrganisation | None = None, start: date = START
) -> PartyOrganisation:
    """A Party organisation beside a unit, directly under another one."""
    with outside_actions():
        found = PartyOrganisation.objects.create(code=code, name=name, kind=kind, unit=unit, start=start)
        if under is not None:
            PartyLink.objects.create(child=found, parent=under, start=start)
    return found


def join(person: Person, cell: PartyOrganisation, *, admitted: date = ADMITTED, start: date = START) -> None:
    """The person is a member of the cell."""
    with outside_actions():
        PartyMembership.objects.create(person=person, organisation=cell, admitted=admitted, start=max(start, admitted))


def seat(person: Person, organisation: PartyOrganisation, role: str, *, start: date = START) -> None:
    """The person sits on the committee."""
    with outside_actions():
        CommitteeSeat.objects.create(person=person, organisation=organisation, role=role, start=start)


def stand(person: Person, kind: str, *, start: date = START) -> None:
    """The member is in a standing that a rule asks for."""
    with outside_actions():
        PartyStanding.objects.create(person=person, kind=kind, start=start)
