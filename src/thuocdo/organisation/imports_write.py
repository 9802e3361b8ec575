"""Writes a checked list of people in sets: a fixed number of statements for each table, whatever its
length.
"""

from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.links import new_user
from thuocdo.accounts.models import User
from thuocdo.intake.specs import Plan
from thuocdo.organisation.actions.people import new_person
from thuocdo.organisation.imports_plan import FIELDS, Entry, NewPost, changes
from thuocdo.organisation.models import Employment, Person, Role

BATCH = 500


def write_people(plan: Plan[list[Entry]], by: User | None, at: datetime) -> list[Model]:
    """Accounts, people, posts and roles of the plan. Returns every row written."""
    entries = plan.work
    users = _users(entries, at)
    people, people_written = _people(entries, users)
    posts = _posts(entries, people)
    roles = Role.objects.bulk_create(
        [
            Role(person=people[e.code], unit=unit, kind=kind, start=span.start, end=span.end, given_by=by)
            for e in entries
            for kind, unit, span in e.roles
        ],
        batch_size=BATCH,
    )
    return [*users.values(), *people_written, *posts, *roles]


def _users(entries: list[Entry], at: datetime) -> dict[str, User]:
    """New accounts, and accounts whose shown name follows a renamed person; by staff code."""
    new = {e.code: new_user(username=e.username, display_name=e.name, at=at) for e in entries if e.new_user}
    User.objects.bulk_create(new.values(), batch_size=BATCH)
    renamed = {}
    for entry in entries:
        if entry.rename and entry.person and entry.person.user:
            entry.person.user.display_name = entry.rename
            renamed[entry.code] = entry.person.user
    User.objects.bulk_update(renamed.values(), ["display_name"], batch_size=BATCH)
    return {**new, **renamed}


def _people(entries: list[Entry], users: dict[str, User]) -> tuple[dict[str, Person], list[Person]]:
    """Every person of the file by code, and those that were written."""
    new, changed = [], []
    for entry in entries:
        if entry.person is None:
            person = new_person(entry.code, entry.name)
            person.user = users.get(entry.code)
            new.append(person)
            entry.person = person
        elif entry.rename or entry.new_user:
            _follow(entry, entry.person, users)
            changed.append(entry.person)
    Person.objects.bulk_create(new, batch_size=BATCH)
    Person.objects.bulk_update(changed, ["full_name", "sort_key", "search_key", "user"], batch_size=BATCH)
    return {e.code: e.person for e in entries if e.person}, [*new, *changed]


def _follow(entry: Entry, person: Person, users: dict[str, User]) -> None:
    if entry.rename:
        fresh = new_person(entry.code, entry.rename)
        person.full_name, person.sort_key, person.search_key = (
            fresh.full_name,
            fresh.sort_key,
            fresh.search_key,
        )
    if entry.new_user:
        person.user = users[entry.code]


def _posts(entries: list[Entry], people: dict[str, Person]) -> list[Employment]:
    new, changed = [], []
    for entry in entries:
        for item in entry.posts:
            if item.post is None:
                post = Employment(person=people[entry.code], unit=item.unit, start=item.span.start)
                new.append(_filled(post, item))
            elif changes(item):
                changed.append(_filled(item.post, item))
    Employment.objects.bulk_create(new, batch_size=BATCH)
    Employment.objects.bulk_update(
        changed, ["kind", "position", "leadership", "task_group", "end"], batch_size=BATCH
    )
    return [*new, *changed]


def _filled(post: Employment, item: NewPost) -> Employment:
    for key, column in FIELDS.items():
        setattr(post, column, item.value(key))
    post.end = item.span.end
    return post
