"""Subjects of a year's round about whom somebody may ask for opinions."""

from datetime import date

from django.db.models import Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.organisation.queries import descendants
from thuocdo.rounds.models import Round, RoundSubject


def offered(year: Round, unit_id: int, user: User, on: date) -> QuerySet[RoundSubject]:
    """Those in the round, of the unit and below it; never the user, nor a collective in which the user sits."""
    mine = RoundSubject.objects.filter(round=year, person__user_id=user.pk, collective__isnull=False)
    rows = RoundSubject.objects.filter(
        round=year, unit__in=descendants(unit_id, on), standing=RoundSubject.Standing.IN
    ).exclude(Q(person__user_id=user.pk) | Q(pk__in=mine.filter(kind="leader").values("collective_id")))
    return rows.select_related("unit")
