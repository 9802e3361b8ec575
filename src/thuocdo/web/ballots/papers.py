"""Papers of a ballot: slips, tally sheets, minutes as PDF; the scan; votes as a file of facts."""

import json
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.ballots import queries
from thuocdo.documents import ballots
from thuocdo.web.access import needs, now, user_of
from thuocdo.work.storage import stored


@needs(Permission.SIGNED_IN)
@require_safe
def slips(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """One slip, to be printed as often as people are summoned."""
    return _pdf(ballots.slips_pdf(user_of(request), ballot_id, now()), f"phieu-{ballot_id}")


@needs(Permission.SIGNED_IN)
@require_safe
def tally(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The sheet on which slips are tallied."""
    return _pdf(ballots.tally_pdf(user_of(request), ballot_id, now()), f"phieu-kiem-{ballot_id}")


@needs(Permission.SIGNED_IN)
@require_safe
def minutes(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The minutes, once the figures are settled."""
    return _pdf(ballots.minutes_pdf(user_of(request), ballot_id, now()), f"bien-ban-{ballot_id}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@needs(Permission.SIGNED_IN)
@require_safe
def scan(request: HttpRequest, ballot_id: int, scan_id: int) -> HttpResponse:
    """The scan of the signed minutes as an attachment."""
    row = queries.scan_of(user_of(request), ballot_id, scan_id, now())
    response = HttpResponse(stored(row.digest), content_type=row.media)
    response["Content-Disposition"] = f"attachment; filename=\"bien-ban\"; filename*=UTF-8''{quote(row.name)}"
    return response


@needs(Permission.SIGNED_IN)
@require_safe
def facts(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Votes on three levels as a file that `thuocdo rate` takes, with the minutes they come from."""
    value = queries.facts_of(user_of(request), ballot_id, now())
    response = HttpResponse(json.dumps(value, ensure_ascii=False, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="du-kien-{ballot_id}.json"'
    return response
