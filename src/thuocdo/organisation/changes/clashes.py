"""Why two codes cannot become one person: rooms above (sheets) register what they see, as this floor does not know
them."""

from collections.abc import Callable, Collection
from datetime import date

from django.db.models import Q

from thuocdo.kernel.once import once
from thuocdo.organisation.access import chain_of
from thuocdo.organisation.models import Employment, Person, PersonMerge

Check = Callable[[int, int], str]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Called once by each room when the program starts. `check(kept, dropped)` gives a sentence, or nothing."""
    if check not in _checks:
        _checks.append(check)


def found(kept: int, dropped: int) -> str:
    """The first reason against merging these two people; empty where there is none."""
    return next((sentence for check in _checks if (sentence := check(kept, dropped))), "")


def chain(person: Person, on: date) -> str:
    """The audit chain of the person's latest post."""
    post = Employment.objects.filter(person=person).select_related("unit").order_by("-start", "-pk").first()
    return chain_of(post.unit if post else None, on)


def identities(person_id: int) -> tuple[int, ...]:
    """The person and the codes that were merged into it: all whose history is this human's. One query."""
    return (person_id, *(one.dropped_id for one in _merges(person_id) if one.kept_id == person_id))


def kept_code(person_id: int) -> int | None:
    """The person into whom this code was merged; None where it stands for itself. The query of `identities`."""
    return next((one.kept_id for one in _merges(person_id) if one.dropped_id == person_id), None)


def _merges(person_id: int) -> list[PersonMerge]:
    here = Q(kept=person_id) | Q(dropped=person_id)
    rows = PersonMerge.objects.filter(here, approved_at__isnull=False).order_by("pk")
    return once((_merges, person_id), lambda: list(rows))


def whose_codes(people: Collection[int]) -> dict[int, int]:
    """By each of these people and of the codes merged into them, whose it is. One query, none for one person whose
    `identities` the page has read."""
    if len(people) == 1:
        return {code: kept for kept in people for code in identities(kept)}
    merged = PersonMerge.objects.filter(kept_id__in=people, approved_at__isnull=False)
    return {pk: pk for pk in people} | dict(merged.order_by("pk").values_list("dropped_id", "kept_id"))


def merged_into(people: Collection[int]) -> list[int]:
    """The codes that were merged into these people. One query."""
    merged = PersonMerge.objects.filter(kept_id__in=people, approved_at__isnull=False)
    return list(merged.order_by("pk").values_list("dropped_id", flat=True))
