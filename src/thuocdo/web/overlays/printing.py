"""The printed draft of a unit's regulation."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.documents.regulation import regulation_paper
from thuocdo.documents.regulation_word import regulation_docx
from thuocdo.web.access import needs, today, user_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@needs(Permission.MANAGE_CYCLES, Permission.EVALUATE)
@require_safe
def docx(request: HttpRequest, regulation_id: int) -> HttpResponse:
    """The stored text as a Word document that says it is a draft."""
    paper = regulation_paper(user_of(request), regulation_id, today())
    response = HttpResponse(regulation_docx(paper), content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{paper.reference}.docx"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
