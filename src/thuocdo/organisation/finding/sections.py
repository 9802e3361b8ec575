"""People and units: an officer finds theirs, a head and a giver of tasks the people they lead, everybody oneself."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Subquery

from thuocdo.organisation.finding.queries import MOST, Asked, Hit, Section
from thuocdo.organisation.models import Employment, Person, PersonMerge, PersonName, Unit

LEADS = ("led", "giver", "assign")
REACH = ("officer", "inspector", *LEADS)


def texts_of_person(person: Person) -> tuple[str, ...]:
    return person.full_name, person.code


def texts_of_former_name(name: PersonName) -> tuple[str, ...]:
    return (name.full_name,)


def texts_of_unit(unit: Unit) -> tuple[str, ...]:
    return unit.name, unit.code


def scope_of_people(asked: Asked) -> QuerySet[Any, Any]:
    """People with a post, of any day, where the user has anything to do; and oneself (one key, so that the posts of few
    units are looked up and not all read)."""
    oneself = Person.objects.filter(user_id=asked.user.pk).values("pk")
    posts = Employment.objects.filter(Q(unit_id__in=asked.units(*REACH)) | Q(person_id=Subquery(oneself)))
    return posts.values("person_id")


def _scope_of_names(asked: Asked) -> QuerySet[Any, Any]:
    return PersonName.objects.filter(person_id__in=scope_of_people(asked)).values("pk")


def find_people(asked: Asked) -> list[Hit]:
    """People by their name, a former one, their code or one merged into it. Two queries: one for who they are, as the
    posts of all three would else be read together."""
    named, former = asked.found(Person), asked.found(PersonName)
    merged = PersonMerge.objects.filter(dropped__in=named, approved_at__isnull=False, withdrawn_at__isnull=True)
    renamed = PersonName.objects.filter(pk__in=former).order_by().values_list("person_id")
    also = renamed.union(merged.order_by().values_list("kept_id"))
    posts = Employment.objects.filter(person__in={*named, *(pk for (pk,) in also)})
    ordered = posts.order_by("person__sort_key", "person__code", "start", "pk").values_list(*_COLUMNS)
    lines = (_person_hit(asked, list(held)) for _, held in groupby(map(_Post._make, ordered), key=lambda p: p.person))
    return list(islice((line for line in lines if line is not None), MOST + 1))


_COLUMNS = (
    "person_id", "person__code", "person__full_name", "person__user_id", "unit_id", "unit__name", "position", "start",
    "end",
)  # fmt: skip


class _Post(NamedTuple):
    """What a line needs of a post: `_COLUMNS`, as common words have a thousand of them."""

    person: int
    code: str
    full_name: str
    user: int | None
    unit: int
    unit_name: str
    position: str
    start: date
    end: date | None


def _person_hit(asked: Asked, held: list[_Post]) -> Hit | None:
    person = held[0]
    now = [post for post in held if post.start <= asked.on and (post.end is None or asked.on < post.end)]
    path = _person_path(asked, person, held, now)
    if not path:
        return None
    reach, mine = asked.units(*REACH), person.user == asked.user.pk
    told = [post for post in now or held[-1:] if mine or post.unit in reach]
    note = "; ".join(f"{post.position}, {post.unit_name}" for post in told)
    return Hit(f"{person.full_name} ({person.code})", note, path)


def _person_path(asked: Asked, person: _Post, held: list[_Post], now: list[_Post]) -> str:
    """Where the user looks at this person; empty where nowhere."""
    if person.user == asked.user.pk:
        return "/lich-su/"
    if _any_in(held, asked.units("officer")):
        return f"/to-chuc/nguoi/{person.person}/"
    if _any_in(now, asked.units(*LEADS)):
        return f"/giao-viec/nguoi/{person.person}/?thang={asked.on.month}&nam={asked.on.year}"
    return f"/kiem-tra/?tim={person.code}" if _any_in(held, asked.units("inspector")) else ""


def _any_in(posts: Iterable[_Post], units: Collection[int]) -> bool:
    return any(post.unit in units for post in posts)


def scope_of_units(asked: Asked) -> QuerySet[Any, Any]:
    """An officer's units, and the led and inspected ones."""
    return Unit.objects.filter(pk__in=asked.units("officer", "inspector", "led")).values("pk")


def find_units(asked: Asked) -> list[Hit]:
    """Units by name or code, also those that ended. One query."""
    looked_after, read = asked.units("officer"), asked.units("officer", "inspector", "led")
    units = Unit.objects.filter(pk__in=read.intersection(asked.found(Unit)))
    return [
        Hit(f"{unit.name} ({unit.code})", _unit_note(unit, asked.on), _unit_path(unit.pk, looked_after))
        for unit in units.order_by("order", "code")[: MOST + 1]
    ]


def _unit_note(unit: Unit, on: date) -> str:
    ended = unit.end is not None and unit.end <= on
    return f"{unit.get_kind_display()}; đã kết thúc từ {unit.end:%d/%m/%Y}" if ended else unit.get_kind_display()


def _unit_path(unit_id: int, looked_after: Collection[int]) -> str:
    return f"/to-chuc/co-cau/don-vi/{unit_id}/" if unit_id in looked_after else f"/ke-hoach/don-vi/{unit_id}/"


PEOPLE = Section("nguoi", "Người", 10, {Person: scope_of_people, PersonName: _scope_of_names}, find_people)
UNITS = Section("don-vi", "Đơn vị", 20, {Unit: scope_of_units}, find_units)
