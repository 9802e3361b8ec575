"""Whose a text or a defect is: a person's in all procedures, a collective's from round to round."""

from django.db.models import Q, QuerySet

from thuocdo.reviews.models import Defect, PromptPoint
from thuocdo.rounds.models import RoundSubject


def owner_of(one: RoundSubject) -> str:
    """`p12` for a person whatever the procedure, the key of a collective or organisation in its rounds."""
    return f"p{one.person_id}" if one.person_id is not None else one.key


def defects_of(one: RoundSubject, *years: int) -> QuerySet[Defect]:
    """Defects that count, pointed out in the reviews of these years, oldest first."""
    return Defect.objects.filter(owner=owner_of(one), year__in=years, dropped_at=None).order_by("pk")


def reviewed_before(one: RoundSubject) -> bool:
    """Whether the product holds a report of the year before: then what is not written down was not there."""
    same = Q(person=one.person_id) if one.person_id is not None else Q(key=one.key)
    earlier = RoundSubject.objects.filter(same, round__year=one.round.year - 1, reports__isnull=False)
    return earlier.exists()


def points_of(one: RoundSubject) -> list[tuple[str, str]]:
    """The points of the prompt to the subject: number and text. One query."""
    rows = PromptPoint.objects.filter(prompt__subject=one).order_by("number")
    return [(str(number), text) for number, text in rows.values_list("number", "text")]
