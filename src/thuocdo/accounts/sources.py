"""Guessing over many names: one password tried on every account from one source.

Each name alone is closed for a source after five wrong passwords (django-axes). Who tries a few on each of very many
names stays below that; so a source is closed for a while once it failed on too many names. Other sources are not
touched: nobody can lock out somebody else by guessing.
"""

from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest

MOST_NAMES = 100
WINDOW = timedelta(minutes=15)


def source_is_closed(source: str, at: datetime) -> bool:
    """Whether `source` (an address) failed on `MOST_NAMES` different names within the window. One query."""
    failed = AccessAttempt.objects.filter(ip_address=source, attempt_time__gt=at - WINDOW)
    return bool(failed.values("username").distinct().count() >= MOST_NAMES)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the entry that our outermost proxy added, or the connection itself.

    What a browser writes into X-Forwarded-For stands further left and is not believed.
    """
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    proxies: int = settings.PROXIES_IN_FRONT
    return hops[-proxies] if 0 < proxies <= len(hops) else str(request.META.get("REMOTE_ADDR", ""))
