"""Papers of a review meeting: the minutes as PDF, the scan of what was signed."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.documents.reviews import minutes_pdf
from thuocdo.reviews.minutes.queries import scan_of
from thuocdo.web.access import needs, now, user_of
from thuocdo.work.storage import stored


@needs(Permission.SIGNED_IN)
@require_safe
def minutes(request: HttpRequest, review_meeting_id: int) -> HttpResponse:
    """The frozen minutes, to be signed by hand."""
    content = minutes_pdf(user_of(request), review_meeting_id, now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="bien-ban-kiem-diem-{review_meeting_id}.pdf"'
    return response


@needs(Permission.SIGNED_IN)
@require_safe
def scan(request: HttpRequest, review_meeting_id: int, number: int) -> HttpResponse:
    """The scan of the signed minutes as an attachment."""
    row = scan_of(user_of(request), review_meeting_id, number, now())
    response = HttpResponse(stored(row.digest), content_type=row.media)
    response["Content-Disposition"] = f"attachment; filename=\"bien-ban\"; filename*=UTF-8''{quote(row.name)}"
    return response
