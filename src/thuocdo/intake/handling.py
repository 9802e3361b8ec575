"""Small files are read and written in the request, large ones (`settings.IMPORT_IN_REQUEST`) by the worker."""

from datetime import datetime

from django.conf import settings

from thuocdo.accounts.models import User
from thuocdo.intake.actions import apply_import, ask_to_apply, confirm_conversion, preview_import, receive_import
from thuocdo.intake.models import ImportBatch, LargeImport


def upload(*, by: User, at: datetime, kind: str, scope: str, file_name: str, content: bytes) -> ImportBatch:
    """Read a file now, or leave it to the worker. Raises NotYours, Refusal."""
    take = receive_import if len(content) > settings.IMPORT_IN_REQUEST else preview_import
    return take(by=by, at=at, kind=kind, scope=scope, file_name=file_name, content=content)


def is_large(batch_id: int) -> bool:
    """Whether the worker reads and writes this file. One query."""
    return LargeImport.objects.filter(pk=batch_id).exists()


def apply(*, by: User, at: datetime, batch_id: int, skip: frozenset[int]) -> ImportBatch:
    """Write what the preview showed, now or by the worker. Raises NotYours, Refusal, Conflict."""
    write = ask_to_apply if is_large(batch_id) else apply_import
    return write(by=by, at=at, batch_id=batch_id, skip=skip)


def confirm(*, by: User, at: datetime, batch_id: int) -> ImportBatch:
    """Take converted texts as right; the preview follows, now or by the worker. Raises NotYours, Conflict."""
    take = ask_to_apply if is_large(batch_id) else confirm_conversion
    return take(by=by, at=at, batch_id=batch_id)
