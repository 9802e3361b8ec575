"""What the operator's commands read around the first officer. No access check: there is nobody yet."""

from thuocdo.organisation.access import staff_code
from thuocdo.organisation.models import Person, Role, Unit


def anybody() -> bool:
    """Whether there is any person in the database."""
    return Person.objects.exists()


def person_coded(code: str) -> Person | None:
    """The person with that staff code, with the account. Raises Refusal for a code that cannot be one."""
    return Person.objects.filter(code=staff_code(code)).select_related("user").first()


def others_hold_the_office(person: Person | None) -> bool:
    """Whether there are organisation officers, and this person is none of them."""
    officers = Role.objects.filter(kind=Role.Kind.OFFICER, end=None)
    return officers.exists() and not (person is not None and officers.filter(person=person).exists())


def unit_coded(code: str) -> Unit | None:
    """The unit with that code, however it is capitalised."""
    return Unit.objects.filter(code__iexact=code).first()
