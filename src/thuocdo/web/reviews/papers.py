"""Papers of a review: a report as PDF or DOCX; of its meeting the minutes as PDF and the scan of what was signed."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.documents.render import to_docx, to_pdf
from thuocdo.documents.reports import review_report
from thuocdo.documents.reviews import minutes_pdf
from thuocdo.kernel.errors import NotYours
from thuocdo.reviews.actions import record_review_view
from thuocdo.reviews.minutes.queries import scan_of
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.decisions.typed import number as whole_number
from thuocdo.work.storage import stored

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAKERS = {"pdf": (to_pdf, "application/pdf"), "docx": (to_docx, WORD)}


@needs(Permission.SIGNED_IN)
@require_safe
def report(request: HttpRequest, subject_id: int, kind: str) -> HttpResponse:
    """The report in force, or that of `?lan=`, as PDF or DOCX; a look at another person's is on record."""
    if kind not in MAKERS:
        raise NotYours()
    user, at = user_of(request), now()
    made = review_report(user, subject_id, whole_number(request.GET.get("lan", "")), at)
    record_review_view(subject_id=subject_id, by=user, at=at)
    maker, content_type = MAKERS[kind]
    response = HttpResponse(maker(made), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.reference}.{kind}"'
    return response


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
