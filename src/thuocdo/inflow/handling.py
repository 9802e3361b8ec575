"""Small files are read and applied in the request, large ones (`settings.IMPORT_IN_REQUEST`) by the worker."""

from datetime import datetime

from django.conf import settings

from thuocdo.accounts.models import User
from thuocdo.inflow.actions import apply_file, ask_to_apply_file, preview_file, receive_file
from thuocdo.inflow.models import LargeSourceFile, SourceFile


def upload(*, by: User, at: datetime, source_id: int, file_name: str, content: bytes, whole: bool) -> SourceFile:
    """Read a file now, or leave it to the worker. Raises NotYours, Conflict, Refusal."""
    take = receive_file if len(content) > settings.IMPORT_IN_REQUEST else preview_file
    return take(by=by, at=at, source_id=source_id, file_name=file_name, content=content, whole=whole)


def apply(*, by: User, at: datetime, file_id: int, many_gone: bool) -> bool:
    """Write what the preview showed; whether that was left to the worker. Raises NotYours, Refusal, Conflict."""
    if not LargeSourceFile.objects.filter(pk=file_id).exists():
        apply_file(by=by, at=at, file_id=file_id, many_gone=many_gone)
        return False
    ask_to_apply_file(by=by, at=at, file_id=file_id, many_gone=many_gone)
    return True
