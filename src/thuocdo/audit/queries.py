"""Reading the log. Who may read about which object is checked by the caller, who knows the object."""

from datetime import datetime

from django.db.models import QuerySet

from thuocdo.audit.models import Event


def events_of(kind: str, key: int | str, *, codes: tuple[str, ...] = ()) -> QuerySet[Event]:
    """Events that touched one object, oldest first. `kind` is the model's label, e.g. "appraisals.sheet".

    `codes` narrows them, e.g. ("sheet.viewed",) for "who looked at it".
    """
    events = Event.objects.filter(touched__kind=kind, touched__key=str(key)).order_by("touched__revision")
    return events.filter(code__in=codes) if codes else events


def events_in(chain: str, *, since: datetime) -> QuerySet[Event]:
    """Events of one chain from a moment on, newest first."""
    return Event.objects.filter(chain=chain, at__gte=since).order_by("-seq")
