"""One step of whatever large file waits: what `thuocdo work` repeats beside its runs."""

import logging

from django.db import DatabaseError
from django.utils.timezone import now

from thuocdo.intake.actions import give_up_import, note_stage, read_received, write_asked
from thuocdo.intake.models import ImportBatch, LargeImport
from thuocdo.intake.queries import next_large
from thuocdo.intake.steps import opened
from thuocdo.kernel.errors import Refusal

LOG = logging.getLogger("thuocdo.work")
PROBLEMS = (Refusal, DatabaseError, LookupError, TypeError, ValueError, AttributeError)


def import_once() -> bool:
    """Do the oldest step; False when nothing waits. One that cannot be done says why and does not stop the worker."""
    large = next_large()
    if large is None:
        return False
    try:
        if large.step == LargeImport.Step.READ:
            _read(large)
        else:
            _at(large, "kiểm tra lại rồi ghi", 60)
            write_asked(by=None, at=now(), batch_id=large.pk)
    except PROBLEMS as error:
        LOG.error("import %s stopped by %s", large.pk, type(error).__name__, exc_info=error)
        give_up_import(by=None, at=now(), batch_id=large.pk, problem=words_of(error))
    return True


def _at(large: LargeImport, stage: str, done: int) -> None:
    note_stage(by=None, at=now(), batch_id=large.pk, stage=stage, done=done)


def _read(large: LargeImport) -> None:
    """The file is read before the transaction begins, so that nobody waits for that."""
    found = None
    if large.content is not None:
        _at(large, "đọc tệp", 10)
        found = opened(bytes(large.content), ImportBatch.objects.only("file_name").get(pk=large.pk).file_name)
    _at(large, "so từng dòng với dữ liệu đang có", 40)
    read_received(by=None, at=now(), batch_id=large.pk, found=found)


def words_of(error: Exception) -> str:
    """What the page says of a step that could not be done; nothing of the error's own text but a refusal's."""
    if isinstance(error, Refusal):
        return error.message
    return f"Lỗi của chương trình hoặc cơ sở dữ liệu ({type(error).__name__}). Hãy báo người vận hành."
