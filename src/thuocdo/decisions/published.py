"""The one meaning of published: a publication names the result."""

from django.db.models import Exists, OuterRef, QuerySet

from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import Confirmation
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models import PublishedResult


def _named() -> Exists:
    return Exists(PublishedResult.objects.filter(confirmation=OuterRef("pk")))


def published(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Those of the results that are in force and published."""
    return in_force(rows.filter(_named()))


def unpublished(rows: QuerySet[Confirmation]) -> QuerySet[Confirmation]:
    """Those of the results that are in force in a closed cycle and not published yet."""
    return in_force(rows.filter(sheet__cycle__state=Cycle.State.CLOSED)).filter(~_named())


def named_results() -> QuerySet[PublishedResult]:
    """What publications name, in force or not, as `appraisals.published` asks for it."""
    return PublishedResult.objects.all()
