"""Results that no later result replaces, asked so that a city's database finds them by index."""

from django.db.models import Exists, OuterRef, QuerySet

from thuocdo.appraisals.models import Confirmation


def in_force(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Of these results those that hold.

    `replaced_by__isnull` says the same, but PostgreSQL then expects one row where there are all, and looks each up.
    """
    return rows.filter(~Exists(Confirmation.objects.filter(replaces=OuterRef("pk"))))
