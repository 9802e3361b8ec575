"""A choice among Party organisations: all where they are few, else those found by what was typed."""

from django.db.models import QuerySet

from thuocdo.kernel.text import fold
from thuocdo.organisation.choosing import MOST
from thuocdo.records.models import PartyOrganisation


def some(rows: QuerySet[PartyOrganisation], typed: str) -> tuple[list[PartyOrganisation], bool]:
    """The first of these by name, or those whose name or code holds what was typed; and whether there are more. One
    query, two where something was typed."""
    word = fold(typed.strip())
    if word:
        every = rows.values_list("pk", "name", "code")
        rows = rows.filter(pk__in=[pk for pk, name, code in every if word in fold(f"{name} {code}")][: MOST + 1])
    found = list(rows.order_by("name", "code", "pk")[: MOST + 1])
    return found[:MOST], len(found) > MOST
