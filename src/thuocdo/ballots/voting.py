"""Who votes about whom, for a page that asks the same people beforehand (one person as rater and voter)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from thuocdo.ballots import rules
from thuocdo.ballots.models import BallotLine, Elector


def voters_about(people: Collection[int], subjects: Collection[int], among: Collection[int]) -> set[tuple[int, int]]:
    """Of `among` (people), who may vote in a ballot that has one of these people or subjects of the year's round on
    its slip, as (voter, person or subject). No vote is read. Two queries."""
    lines = BallotLine.objects.filter(Q(person__in=people) | Q(subject__in=subjects), number__isnull=False)
    lines = lines.exclude(ballot__state=rules.CANCELLED)
    about: dict[int, set[int]] = {}
    for ballot, person, subject in lines.values_list("ballot_id", "person_id", "subject_id"):
        about.setdefault(ballot, set()).add(person if person is not None else subject)
    electors = Elector.objects.filter(ballot__in=list(about), person__in=among, left_out="")
    return {
        (voter, key) for ballot, voter in electors.values_list("ballot_id", "person_id") for key in about[ballot]
    }
