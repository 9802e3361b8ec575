"""Units, people and their accounts."""

from datetime import date, datetime, timezone

from tests.guards import outside_actions
from thuocdo.accounts.models import User
from thuocdo.kernel.text import fold, sort_key
from thuocdo.organisation.actions import open_account
from thuocdo.organisation.models import Employment, Person, Role, Unit, UnitLink

START = date(2025, 7, 1)
CREATED = datetime(2025, 7, 1, tzinfo=timezone.utc)


def make_unit(
    code: str,
    name: str,
    kind: str = Unit.Kind.AGENCY,
    *,
    under: Unit | None = None,
    managed_by: Unit | None = None,
) -> Unit:
    """A unit, where it belongs in the structure, and who manages its civil servants."""
    with outside_actions():
        unit = Unit.objects.create(code=code, name=name, kind=kind, start=START)
        for tree, parent in ((UnitLink.Tree.STRUCTURE, under), (UnitLink.Tree.MANAGEMENT, managed_by)):
            if parent is not None:
                UnitLink.objects.create(tree=tree, child=unit, parent=parent, start=START)
    return unit


def make_account(username: str, display_name: str, at: datetime) -> User:
    """An account without a password that the operator opens at `at`, on the record, for a person without a post."""
    with outside_actions():
        person = Person.objects.create(
            code=f"TK{Person.objects.count()}",
            full_name=display_name,
            sort_key=sort_key(display_name),
            search_key=fold(display_name),
        )
    return open_account(by=None, at=at, person_id=person.pk, username=username)


def make_person(
    code: str,
    full_name: str,
    unit: Unit,
    position: str = "Chuyên viên",
    *,
    leadership: str = "none",
    kind: str = "civil_servant",
    start: date = START,
    end: date | None = None,
    account: bool = True,
) -> Person:
    """A person with one post and, unless `account` is False, an account named after the code."""
    with outside_actions():
        user = None
        if account:
            user = User.objects.create(
                username=code.lower(), display_name=full_name, password="!", created_at=CREATED
            )
        person = Person.objects.create(
            code=code,
            full_name=full_name,
            sort_key=sort_key(full_name),
            search_key=fold(full_name),
            user=user,
        )
    add_post(person, unit, position, leadership=leadership, kind=kind, start=start, end=end)
    return person


def add_post(
    person: Person,
    unit: Unit,
    position: str,
    *,
    leadership: str = "none",
    kind: str = "civil_servant",
    start: date = START,
    end: date | None = None,
) -> Employment:
    """One more post of a person."""
    with outside_actions():
        return Employment.objects.create(
            person=person,
            unit=unit,
            kind=kind,
            position=position,
            leadership=leadership,
            start=start,
            end=end,
            task_group="Chuyên môn, nghiệp vụ",
        )


def give_role(person: Person, unit: Unit, kind: str) -> Role:
    """A role over a unit and what is below it."""
    with outside_actions():
        return Role.objects.create(person=person, unit=unit, kind=kind, start=START)
