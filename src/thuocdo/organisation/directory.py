"""The officer's pages of people and accounts: read page by page, with a constant number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.text import fold
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.organisation.queries import (
    FEW_UNITS,
    find_people,
    officer_units,
    on_day,
    people_for_officer,
    person_for_officer,
)

PAGE = 50
COUNTED = 1000
"""More people than this are not counted: the count would cost more than the page."""
LARGEST_STEP = 2000
ACCOUNT_STATES = {
    "": "tất cả", "none": "chưa có tài khoản", "waiting": "chờ đặt mật khẩu", "active": "đang dùng",
    "stopped": "đã dừng",
}


@dataclass(frozen=True)
class PersonLine:
    """One person of a list: the posts of the day (or the latest one) and how the account stands."""

    person: Person
    posts: list[Employment]
    current: bool
    account: str
    suggestion: str


@dataclass(frozen=True)
class PeoplePage:
    """One page of a list. `how_many` says in words how long the list is; `after` and `onward` are the people after
    whom this page and the next one begin (None: the first page, no next page)."""

    lines: list[PersonLine]
    how_many: str
    after: int | None
    onward: int | None


def account_state(person: Person) -> str:
    """A key of ACCOUNT_STATES."""
    if person.user is None:
        return "none"
    if not person.user.is_active:
        return "stopped"
    return "active" if person.user.has_usable_password() else "waiting"


def suggest_username(full_name: str) -> str:
    """A user name from a name: given name, a dot, the initials of the rest.

    >>> suggest_username("Nguyễn Văn Đức")
    'duc.nv'
    """
    words = [
        w
        for w in ("".join(c for c in word if c.isalnum()) for word in fold(full_name).split())
        if w.isascii()
    ]
    return f"{words[-1]}.{''.join(w[0] for w in words[:-1])}"[:60].rstrip(".") if words else ""


_ACCOUNT_FILTERS = {
    "none": Q(user=None),
    "waiting": Q(user__is_active=True, user__password__startswith="!"),
    "active": Q(user__is_active=True) & ~Q(user__password__startswith="!"),
    "stopped": Q(user__is_active=False),
}


def asked_people(typed: str, account: str) -> QuerySet[Person]:
    """Whoever the pages of people and accounts show for what was typed and chosen there, of any unit."""
    return find_people(Person.objects.all(), typed).filter(_ACCOUNT_FILTERS.get(account, Q())).order_by()


def people_page(user: User, on: date, *, typed: str = "", account: str = "", after: int | None = None) -> PeoplePage:
    """The officer's people after one of them (by key: as quick for the last page as for the first), searched by name
    (with or without marks) or staff code. Constant queries up to FEW_UNITS units; above, a few more for each page whose
    neighbours in the alphabet mostly work elsewhere."""
    units = officer_units(user, on)
    few = len(units) <= FEW_UNITS
    people = people_for_officer(user, on, typed, units=units) if few else _everybody(typed)
    people = people.filter(_ACCOUNT_FILTERS.get(account, Q()))
    found = _walk_names(people, after, units)
    onward = found[PAGE - 1][0].pk if len(found) > PAGE else None
    if few:
        how_many = _how_many(people)
    else:
        how_many = f"{len(found)} người" if onward is None and after is None else "Nhiều người, từng trang một"
    return PeoplePage([_line(*one, on) for one in found[:PAGE]], how_many, after, onward)


def _everybody(typed: str) -> QuerySet[Person]:
    return find_people(Person.objects.select_related("user"), typed).order_by("sort_key", "code")


def _how_many(people: QuerySet[Person]) -> str:
    total = people.order_by()[:COUNTED + 1].count()
    return f"{total} người" if total <= COUNTED else "Hơn 1.000 người"


def _walk_names(
    people: QuerySet[Person], after: int | None, units: set[int]
) -> list[tuple[Person, list[Employment]]]:
    """The next PAGE people who have posts in the units, with these, and one more where there is one."""
    posts = Employment.objects.select_related("unit").order_by("start", "pk")
    rest = people.prefetch_related(Prefetch("employments", queryset=posts, to_attr="all_posts"))
    last = Person.objects.filter(pk=after).values_list("sort_key", "code").first() if after else None
    found: list[tuple[Person, list[Employment]]] = []
    size = PAGE + 1
    while len(found) <= PAGE:
        part = list((rest if last is None else rest.filter(_beyond(*last)))[:size])
        for person in part:
            mine = [post for post in person.all_posts if post.unit_id in units]
            if mine:
                found.append((person, mine))
        if len(part) < size:
            break
        last, size = (part[-1].sort_key, part[-1].code), min(2 * size, LARGEST_STEP)
    return found[: PAGE + 1]


def _beyond(sort_key: str, code: str) -> Q:
    return Q(sort_key__gte=sort_key) & (Q(sort_key__gt=sort_key) | Q(code__gt=code))


def _line(person: Person, posts: list[Employment], on: date) -> PersonLine:
    now = [p for p in posts if p.start <= on and (p.end is None or on < p.end)]
    return PersonLine(
        person, now or posts[-1:], bool(now), account_state(person), suggest_username(person.full_name)
    )


@dataclass(frozen=True)
class PersonView:
    """One person for the officer: posts and roles within the officer's units, the account."""

    person: Person
    posts: list[Employment]
    roles: list[Role]
    account: str
    suggestion: str


def person_view(user: User, person_id: int, on: date) -> PersonView:
    """One of the officer's people with the posts and roles in the officer's units. Raises NotYours."""
    person = person_for_officer(user, person_id, on)
    units = officer_units(user, on)
    posts = (
        Employment.objects.filter(person=person, unit_id__in=units).select_related("unit").order_by("-start")
    )
    roles = Role.objects.filter(person=person, unit_id__in=units).select_related("unit").order_by("-start")
    return PersonView(person, list(posts), list(roles), account_state(person), suggest_username(person.full_name))


def unit_choice(user: User, on: date, typed: str = "", chosen: int = 0) -> UnitChoice:
    """The officer's units where a post or a role can be given or work come in: of many those looked for."""
    return choice(Unit.objects.filter(on_day(on), pk__in=officer_units(user, on)), typed, chosen)
