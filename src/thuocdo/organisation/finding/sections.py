"""People and units: an officer finds theirs, a head and a giver of tasks the people they lead, everybody oneself."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from thuocdo.organisation.finding.queries import Asked, Hit, Section
from thuocdo.organisation.models import Employment, Person, PersonMerge, PersonName, Unit
from thuocdo.organisation.queries import on_day

LEADS = ("led", "giver", "assign")


def texts_of_person(person: Person) -> tuple[str, ...]:
    return person.full_name, person.code


def texts_of_former_name(name: PersonName) -> tuple[str, ...]:
    return (name.full_name,)


def texts_of_unit(unit: Unit) -> tuple[str, ...]:
    return unit.name, unit.code


def find_people(asked: Asked, most: int) -> list[Hit]:
    """People by their name, a former one, their code or one merged into it. Two queries."""
    kept, led = asked.units("officer", "inspector"), asked.units(*LEADS)
    posts = Employment.objects.filter(Q(unit_id__in=kept) | on_day(asked.on) & Q(unit_id__in=led))
    people = Person.objects.filter(pk__in=_people_named(asked))
    people = people.filter(Q(user_id=asked.user.pk) | Exists(posts.filter(person_id=OuterRef("pk"))))
    held = Employment.objects.select_related("unit").order_by("start", "pk")
    rows = people.order_by("sort_key", "code").prefetch_related(
        Prefetch("employments", queryset=held, to_attr="all_posts")
    )
    return [_person_hit(asked, person, person.all_posts) for person in rows[:most]]


def _people_named(asked: Asked) -> QuerySet[Any, Any]:
    by_name = Person.objects.filter(pk__in=asked.keys(Person)).values_list("pk")
    former = PersonName.objects.filter(pk__in=asked.keys(PersonName)).values_list("person_id")
    merged = PersonMerge.objects.filter(approved_at__isnull=False, withdrawn_at__isnull=True)
    return by_name.union(former, merged.filter(dropped__in=asked.keys(Person)).values_list("kept_id"))


def _person_hit(asked: Asked, person: Person, posts: Iterable[Employment]) -> Hit:
    held = list(posts)
    now = [post for post in held if post.start <= asked.on and (post.end is None or asked.on < post.end)]
    officer, inspector = asked.units("officer"), asked.units("inspector")
    mine = person.user_id == asked.user.pk
    reach = officer | inspector | asked.units(*LEADS)
    told = [post for post in now or held[-1:] if mine or post.unit_id in reach]
    return Hit(
        f"{person.full_name} ({person.code})",
        "; ".join(f"{post.position}, {post.unit.name}" for post in told),
        _person_path(asked, person, held, now, mine=mine),
    )


def _person_path(asked: Asked, person: Person, held: list[Employment], now: list[Employment], *, mine: bool) -> str:
    if mine:
        return "/lich-su/"
    if _any_in(held, asked.units("officer")):
        return f"/to-chuc/nguoi/{person.pk}/"
    if _any_in(now, asked.units(*LEADS)):
        return f"/giao-viec/nguoi/{person.pk}/?thang={asked.on.month}&nam={asked.on.year}"
    return f"/kiem-tra/?tim={person.code}"


def _any_in(posts: Iterable[Employment], units: Collection[int]) -> bool:
    return any(post.unit_id in units for post in posts)


def find_units(asked: Asked, most: int) -> list[Hit]:
    """Units by name or code, also those that ended: an officer's, and the led and inspected ones. One query."""
    looked_after = asked.units("officer")
    units = Unit.objects.filter(pk__in=asked.keys(Unit)).filter(pk__in=looked_after | asked.units("inspector", "led"))
    return [
        Hit(f"{unit.name} ({unit.code})", _unit_note(unit, asked.on), _unit_path(unit.pk, looked_after))
        for unit in units.order_by("order", "code")[:most]
    ]


def _unit_note(unit: Unit, on: date) -> str:
    ended = unit.end is not None and unit.end <= on
    return f"{unit.get_kind_display()}; đã kết thúc từ {unit.end:%d/%m/%Y}" if ended else unit.get_kind_display()


def _unit_path(unit_id: int, looked_after: Collection[int]) -> str:
    return f"/to-chuc/co-cau/don-vi/{unit_id}/" if unit_id in looked_after else f"/ke-hoach/don-vi/{unit_id}/"


PEOPLE = Section("nguoi", "Người", 10, find_people)
UNITS = Section("don-vi", "Đơn vị", 20, find_units)
