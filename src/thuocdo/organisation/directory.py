"""The officer's pages of people and accounts: read page by page, with a constant number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.kernel.text import fold
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.organisation.queries import officer_units, on_day, people_for_officer, person_for_officer

PAGE = 50
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
    """One page of a list; `number` counts from 1."""

    lines: list[PersonLine]
    total: int
    number: int
    pages: int


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


def people_page(user: User, on: date, *, typed: str = "", account: str = "", number: int = 1) -> PeoplePage:
    """One page of the officer's people, searched by name (with or without marks) or staff code."""
    units = officer_units(user, on)
    people = people_for_officer(user, on, typed, units=units).filter(_ACCOUNT_FILTERS.get(account, Q()))
    total = people.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    chosen = _with_posts(people, units)[(number - 1) * PAGE:number * PAGE]
    return PeoplePage([_line(p, on) for p in chosen], total, number, pages)


def _with_posts(people: QuerySet[Person], units: set[int]) -> QuerySet[Person]:
    posts = Employment.objects.filter(unit_id__in=units).select_related("unit").order_by("start", "pk")
    return people.prefetch_related(Prefetch("employments", queryset=posts, to_attr="shown_posts"))


def _line(person: Person, on: date) -> PersonLine:
    posts: list[Employment] = person.shown_posts  # type: ignore[attr-defined]
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
    units: list[Unit]
    account: str
    suggestion: str


def person_view(user: User, person_id: int, on: date) -> PersonView:
    """One of the officer's people with the units where a post or role can be given. Raises NotYours."""
    person = person_for_officer(user, person_id, on)
    units = officer_units(user, on)
    posts = (
        Employment.objects.filter(person=person, unit_id__in=units).select_related("unit").order_by("-start")
    )
    roles = Role.objects.filter(person=person, unit_id__in=units).select_related("unit").order_by("-start")
    choices = list(Unit.objects.filter(on_day(on), pk__in=units).order_by("order", "code"))
    return PersonView(person, list(posts), list(roles), choices, account_state(person),
                      suggest_username(person.full_name))
