"""Whether a database is empty, holds the demonstration, or holds somebody's real organisation."""

from datetime import date
from enum import StrEnum

from django.db import connection
from django.utils import timezone

from thuocdo.audit.models import Event
from thuocdo.audit.recording import SYSTEM_CHAIN
from thuocdo.organisation.models import Person, Unit

BEGUN, FINISHED = "demo.begun", "demo.finished"


class DemoState(StrEnum):
    """What is in the database."""

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    READY = "ready"
    FOREIGN = "foreign"


def demo_state() -> DemoState:
    """Read from the audit chain of the installation: a demonstration says so in its first event.

    A database without our tables is empty; one with tables of something else is not ours to fill.
    """
    tables = set(connection.introspection.table_names())
    if Event._meta.db_table not in tables:
        return DemoState.FOREIGN if tables else DemoState.EMPTY
    marks = Event.objects.filter(chain=SYSTEM_CHAIN, code__in=(BEGUN, FINISHED))
    codes = set(marks.values_list("code", flat=True))
    if FINISHED in codes:
        return DemoState.READY
    if BEGUN in codes:
        return DemoState.UNFINISHED
    if Unit.objects.exists() or Person.objects.exists():
        return DemoState.FOREIGN
    return DemoState.EMPTY


def built_on() -> date:
    """The day on which the demonstration was built."""
    return timezone.localtime(Event.objects.get(chain=SYSTEM_CHAIN, code=FINISHED).at).date()
