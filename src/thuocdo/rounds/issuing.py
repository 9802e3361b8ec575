"""Which Party organisation issues a paper about subjects of a round."""

from __future__ import annotations

from collections.abc import Sequence

from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.models import Round, RoundSubject


def issuer_of(one: Round, subjects: Sequence[RoundSubject]) -> PartyOrganisation:
    """The one that all the subjects are or belong to; else that of the round. At most two queries."""
    rows = RoundSubject.objects.filter(pk__in=[subject.pk for subject in subjects])
    found = {own or above for own, above in rows.values_list("party_id", "organisation__party_id")}
    key = found.pop() if len(found) == 1 else None
    return one.organisation if key in (None, one.organisation_id) else PartyOrganisation.objects.get(pk=key)
