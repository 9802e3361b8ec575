"""Uploading a file as a customer does: look at the preview, then apply it."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.demo.xlsx import File
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.intake.models import ImportBatch


def import_file(file: File, *, by: User, at: datetime) -> ImportBatch:
    """Preview and apply. A file of ours that is refused is a bug of the demonstration."""
    batch = preview_import(by=by, at=at, kind=file.kind, scope=file.scope, file_name=file.name,
                           content=file.content)
    if batch.state != ImportBatch.State.READY:
        raise ValueError(f"{file.name}: {batch.problems[:2000]}")
    return apply_import(by=by, at=at, batch_id=batch.pk)
