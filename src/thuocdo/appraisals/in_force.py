"""Results that no later result replaces, asked so that a city's database finds them by index."""

from django.db.models import Exists, OuterRef, QuerySet

from thuocdo.appraisals.models import Confirmation, Sheet


def in_force(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Of these results those that hold: no later one replaces them, and whoever evaluates does not judge them anew,
    having objected to what was entered from paper.

    `replaced_by__isnull` says the same, but PostgreSQL then expects one row where there are all, and looks each up.
    """
    later = Confirmation.objects.filter(replaces=OuterRef("pk"))
    return rows.filter(~Exists(later)).exclude(sheet__state=Sheet.State.UNDER_REVIEW)
