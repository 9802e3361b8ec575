"""Absences as the officer sees them on the person's page."""

from thuocdo.organisation.models import Person
from thuocdo.records.models import Absence


def absences_of(person: Person) -> list[Absence]:
    """All of somebody whom the officer may see (`person_view` checks it), latest first. One query."""
    return list(Absence.objects.filter(person=person).order_by("-start", "kind"))
