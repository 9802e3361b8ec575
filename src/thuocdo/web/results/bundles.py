"""The electronic file of a person's year as one ZIP."""

from contextlib import ExitStack
from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from thuocdo.accounts.permissions import Permission
from thuocdo.documents.bundle import write_bundle
from thuocdo.results import actions
from thuocdo.web.access import needs, now, user_of
from thuocdo.web.results.kept import by_kept_code


@needs(Permission.SIGNED_IN)
@require_safe
@by_kept_code
def bundle(request: HttpRequest, person_id: int, year: int) -> FileResponse:
    """Written to a file on disk, then sent from it. Somebody else's file is on the record with its digest."""
    user, at = user_of(request), now()
    with ExitStack() as held:
        out = held.enter_context(TemporaryFile())
        made = write_bundle(user, person_id, year, at, out)
        actions.record_bundle(person_id=person_id, year=year, files=made.files, digest=made.digest, by=user, at=at)
        held.pop_all()  # from here on the response closes the file
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{made.reference}.zip", content_type="application/zip")
