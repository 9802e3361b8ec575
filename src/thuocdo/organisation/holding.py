"""What lists hold before they read what they write, in the order of the pages: people, units, posts, each by key."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.models import Employment, Person, PersonMerge, Unit

Keys = Sequence[tuple[Any, ...]]


def hold(rows: QuerySet[Any], name: str = "pk", values: Iterable[Any] = ()) -> None:
    """Whoever else writes these rows waits until this act ends; rows that only point to them are still written."""
    keys = sorted(row.pk for row in lookup(rows.only("pk"), name, values))
    model: type[Model] = rows.model
    lookup(model._default_manager.select_for_update(no_key=True).only("pk").order_by("pk"), "pk", keys)


def hold_people(codes: Collection[str]) -> list[int]:
    """The people of these staff codes and those in whom their codes go on. Returns their keys."""
    merges = PersonMerge.objects.filter(approved_at__isnull=False)
    people = [person.pk for person in lookup(Person.objects.only("pk"), "code", codes)]
    people += [merge.kept_id for merge in lookup(merges, "dropped_id", people)]
    hold(Person.objects.all(), values=people)
    return people


def units_of(codes: Collection[str]) -> list[int]:
    """The keys of the units with these codes, in capitals."""
    return [pk for pk, code in Unit.objects.values_list("pk", "code") if code.upper() in codes]


def hold_posts(keys: Keys) -> None:
    """What the list of people writes: the people, the units (who else becomes a head there waits), the posts."""
    people = hold_people({key[0] for key in keys})
    hold(Unit.objects.all(), values=units_of({key[1] for key in keys}))
    hold(Employment.objects.all(), "person_id", people)


def hold_units(keys: Keys) -> None:
    """What the list of units writes."""
    hold(Unit.objects.all(), values=units_of({key[0] for key in keys}))
