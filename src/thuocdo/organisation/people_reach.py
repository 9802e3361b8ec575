"""People of an import's scope, looked up by staff code in sets."""

from collections.abc import Iterable

from thuocdo.intake.specs import Scope
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.models import Employment, Person


def posts_by_code(scope: Scope, codes: Iterable[str]) -> dict[str, list[Employment]]:
    """All posts, within the scope, of the people with these codes; by code, earliest first."""
    units = {u.pk for u in scope.data.units.values()}
    people = {p.pk: p for p in lookup(Person.objects.select_related("user"), "code", codes)}
    found: dict[str, list[Employment]] = {}
    posts = lookup(Employment.objects.select_related("unit"), "person_id", people)
    for post in sorted(posts, key=lambda p: (p.start, p.pk)):
        if post.unit_id in units:
            post.person = people[post.person_id]
            found.setdefault(post.person.code, []).append(post)
    return found


def people_by_code(scope: Scope, codes: Iterable[str]) -> dict[str, Person]:
    """The people with these codes who have a past, present or coming post within the scope."""
    return {code: posts[0].person for code, posts in posts_by_code(scope, codes).items()}
