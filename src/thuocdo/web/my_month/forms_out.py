"""Mẫu 01 and Mẫu 02 as files."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.appraisals import actions
from thuocdo.documents.forms import mau_01, mau_02
from thuocdo.documents.model import FormData
from thuocdo.documents.render import to_docx, to_pdf
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.queries import person_of
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.versions import version_asked

_MAKERS = {
    "pdf": (to_pdf, "application/pdf"),
    "docx": (to_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@needs(Permission.OWN_SHEET)
@require_safe
def form_01(request: HttpRequest, sheet_id: int, kind: str) -> HttpResponse:
    """Mẫu 01 of a sheet that the user may see, also of an earlier result (`ban`); taking another's is a
    look."""
    file = _file(mau_01(user_of(request), sheet_id, version_asked(request)), kind)
    actions.record_view(sheet_id=sheet_id, by=user_of(request), at=now())
    return file


@needs(Permission.OWN_SHEET)
@require_safe
def form_02(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """Mẫu 02 of the user's own year, as a draft."""
    person = person_of(user_of(request))
    if person is None:
        raise NotYours()
    return _file(mau_02(user_of(request), person.pk, year), kind)


@needs(Permission.INSPECT, Permission.MANAGE_CYCLES, Permission.EVALUATE)
@require_safe
def form_02_of(request: HttpRequest, person_id: int, year: int, kind: str) -> HttpResponse:
    """Mẫu 02 of somebody else's year, as a draft; taking it is a look at every sheet of that year."""
    file = _file(mau_02(user_of(request), person_id, year), kind)
    actions.record_year_view(person_id=person_id, year=year, by=user_of(request), at=now())
    return file


def _file(form: FormData, kind: str) -> HttpResponse:
    if kind not in _MAKERS:
        raise NotYours("Chỉ có tệp PDF (.pdf) hoặc Word (.docx). Hãy chọn một trong hai.")
    make, content_type = _MAKERS[kind]
    response = HttpResponse(make(form), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{form.reference}.{kind}"'
    return response
