"""The scan of a signed paper, as a form sends it."""

from django.http import HttpRequest

from thuocdo.web.uploads import content_of
from thuocdo.work.evidence import MOST_BYTES, Upload


def scan_sent(request: HttpRequest) -> Upload | None:
    """The file of the field `file`, or None where none was chosen."""
    sent = request.FILES.get("file")
    return Upload(sent.name or "", content_of(sent, MOST_BYTES)) if sent is not None else None
