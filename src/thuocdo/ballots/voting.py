"""Who votes about whom, for a page that asks the same people beforehand (one person as rater and voter)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from thuocdo.ballots import rules
from thuocdo.ballots.models import BallotLine, Elector
from thuocdo.rounds.models import Round, RoundSubject

About = tuple[str, int]
"""`("person", key)` or `("subject", key)`: keys of the two say nothing about each other."""


def voters_about(
    round_: Round, people: Collection[int], subjects: Collection[int], among: Collection[int]
) -> set[tuple[int, About]]:
    """Of `among` (people), who may vote in a ballot of the round, or of its year outside any round, that has one of
    these people or subjects of the round on its slip; a line about a unit or Party organisation is about its subject.
    No vote is read. Three queries."""
    places: dict[tuple[str, int], list[int]] = {}
    bodies = RoundSubject.objects.filter(round=round_, pk__in=subjects, person=None)
    for key, unit, party in bodies.values_list("pk", "unit_id", "party_id"):
        places.setdefault(("organisation", party) if party is not None else ("unit", unit), []).append(key)
    units, organisations = ([key for kind, key in places if kind == name] for name in ("unit", "organisation"))
    lines = BallotLine.objects.filter(
        Q(person__in=people)
        | Q(subject__in=subjects)
        | Q(subject=None, organisation__in=organisations)
        | Q(subject=None, organisation=None, unit__in=units, person=None),
        Q(ballot__round=round_) | Q(ballot__round=None, ballot__year=round_.year),
        number__isnull=False,
    ).exclude(ballot__state=rules.CANCELLED)
    about: dict[int, set[About]] = {}
    columns = ("ballot_id", "person_id", "subject_id", "unit_id", "organisation_id")
    for ballot, person, subject, unit, organisation in lines.values_list(*columns):
        found = about.setdefault(ballot, set())
        if person is not None:
            found.add(("person", person))
        if subject is not None:
            found.add(("subject", subject))
        elif person is None:
            place = ("organisation", organisation) if organisation is not None else ("unit", unit)
            found |= {("subject", key) for key in places.get(place, ())}
    electors = Elector.objects.filter(ballot__in=list(about), person__in=among, left_out="")
    return {
        (voter, one) for ballot, voter in electors.values_list("ballot_id", "person_id") for one in about[ballot]
    }
