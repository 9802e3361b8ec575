"""One step of whatever large file of a source waits: what `thuocdo work` repeats beside the files of `intake`."""

import logging

from django.utils.timezone import now

from thuocdo.inflow.actions import give_up_file, note_file_stage, read_received_file, write_asked_file
from thuocdo.inflow.models import LargeSourceFile, SourceFile
from thuocdo.inflow.queries import next_large_file
from thuocdo.inflow.tables import read_file
from thuocdo.intake.working import PROBLEMS, words_of
from thuocdo.kernel.errors import Refusal

LOG = logging.getLogger("thuocdo.work")


def take_once() -> bool:
    """Do the oldest step; False when nothing waits. One that cannot be done says why and does not stop the worker."""
    large = next_large_file()
    if large is None:
        return False
    try:
        if large.step == LargeSourceFile.Step.READ:
            _read(large)
        else:
            _at(large, "so từng dòng rồi ghi", 60)
            write_asked_file(by=None, at=now(), file_id=large.pk)
    except PROBLEMS as error:
        LOG.error("source file %s stopped by %s", large.pk, type(error).__name__, exc_info=error)
        give_up_file(by=None, at=now(), file_id=large.pk, problem=words_of(error))
    return True


def _at(large: LargeSourceFile, stage: str, done: int) -> None:
    note_file_stage(by=None, at=now(), file_id=large.pk, stage=stage, done=done)


def _read(large: LargeSourceFile) -> None:
    """The file is read before the transaction begins, so that nobody waits for that."""
    _at(large, "đọc tệp", 10)
    row = SourceFile.objects.select_related("source").get(pk=large.pk)
    try:
        found = read_file(row.source, bytes(large.content or b""))
    except Refusal as refusal:
        read_received_file(by=None, at=now(), file_id=large.pk, found=refusal)
        return
    _at(large, "so từng dòng với việc đang có", 40)
    read_received_file(by=None, at=now(), file_id=large.pk, found=found)
