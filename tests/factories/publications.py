"""Taking publications back, which nobody but the owner of a test database can."""

from django.db import connection

from tests.guards import outside_actions
from thuocdo.audit import append_only
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.keeping import recount
from thuocdo.decisions.models import Publication, PublishedResult

TABLES = ("decisions_publication", "decisions_publishedresult")


def unpublish_everything() -> None:
    """As if nothing had been published."""
    with outside_actions():
        append_only.release(connection, *TABLES)
        PublishedResult.objects.all().delete()
        Publication.objects.all().delete()
        append_only.protect(connection, *TABLES)
        for cycle in Cycle.objects.filter(state=Cycle.State.CLOSED):
            recount(cycle.pk, None)
