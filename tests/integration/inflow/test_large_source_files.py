"""Large files of a source: read and applied by the worker, whole and once, also where it is killed half-way."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from tests.guards import outside_actions
from tests.integration.inflow.conftest import Place, make_source
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.inflow.actions import ask_to_apply_file, drop_file, receive_file, stop_source, write_asked_file
from thuocdo.inflow.models import LargeSourceFile, Source, SourceFile
from thuocdo.inflow.working import take_once
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.models import Role
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
HEADER = "Mã ở nguồn (số văn bản),Tên việc (trích yếu),Người xử lý (mã),Hạn,Mã sản phẩm"
ROWS = [
    "13/UBND,Báo cáo,CC900,25/03/2026,SP-001", "14/UBND,Việc lạ,LA,25/03/2026,", "15/UBND,Hạn sai,CC900,25/13/2026,",
]  # fmt: skip


@pytest.fixture
def lists(place: Place, monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setattr("thuocdo.inflow.working.now", lambda: place.at)
    columns = {"product": "Mã sản phẩm"}
    made: Source = make_source(place.ward, place.at, "file", "Danh sách", columns=columns).source
    return made


def content(*rows: str) -> bytes:
    return "\n".join([HEADER, *(rows or ROWS)]).encode()


def received(place: Place, source: Source, text: bytes | None = None, **more: Any) -> SourceFile:
    given: dict[str, Any] = {"file_name": "viec.csv", "content": text or content(), "whole": False} | more
    return receive_file(by=place.ward.officer, at=place.at, source_id=source.pk, **given)


def asked(place: Place, row: SourceFile, **more: Any) -> SourceFile:
    return ask_to_apply_file(by=place.ward.officer, at=place.at, file_id=row.pk, **more)


def standing(row: SourceFile) -> tuple[str, str]:
    """State, and what the worker says went wrong."""
    large = LargeSourceFile.objects.select_related("file").get(pk=row.pk)
    return large.file.state, large.problem


def test_from_upload_to_applied_by_the_pages_and_the_worker(
    place: Place, lists: Source, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_IN_REQUEST = 0
    officer = Client()
    officer.force_login(place.ward.officer, "thuocdo.accounts.backends.PasswordBackend")
    file = SimpleUploadedFile("viec.csv", content())
    page = officer.post(f"/viec-den/{lists.pk}/tep/", {"file": file}, follow=True)
    row = SourceFile.objects.get()
    where = f"/viec-den/tep/{row.pk}/"
    assert (row.state, page["Refresh"], bool(row.large.content)) == ("reading", "3", True)
    assert "chờ tiến trình xử lý" in page.content.decode()
    with monkeypatch.context() as later:
        later.setattr("django.utils.timezone.now", lambda: place.at + timedelta(minutes=6))
        still = officer.get(where)
    assert "Refresh" not in still
    assert "Hơn năm phút không có tiến triển" in still.content.decode()
    with pytest.raises(Conflict):
        drop_file(by=place.ward.officer, at=place.at, file_id=row.pk)
    assert take_once() is True
    shown = officer.get(where)
    assert "Refresh" not in shown
    for words in ("mới (1)", "chưa hiểu (1)", "bị từ chối (1)", "Tác dụng từng dòng là của lúc đọc tệp"):
        assert words in shown.content.decode()
    assert (standing(row), LargeSourceFile.objects.get().content) == (("ready", ""), None)
    for _ in range(2):
        answer = officer.post(where, {"viec": "ap-dung"}, follow=True)
        assert answer["Refresh"] == "3"
    assert standing(row) == ("applying", "")
    assert not Task.objects.exists(), "the request has written nothing"
    assert take_once() is True
    assert take_once() is False, "nothing waits any more"
    assert (standing(row), Task.objects.get().title) == (("applied", ""), "Báo cáo")
    codes = list(Event.objects.filter(code__startswith="source.file").order_by("pk").values_list("code", flat=True))
    assert codes == ["source.file_received", "source.file_read", "source.file_asked", "source.file_applied"]
    assert [p for p in verify().problems if p.kind.startswith(("inflow.", "work.task"))] == []


def test_the_preview_with_its_names_goes_once_the_file_is_applied_or_dropped(place: Place, lists: Source) -> None:
    rows = [received(place, lists), received(place, lists)]
    kept = LargeSourceFile.objects.order_by("pk").values_list("lines", flat=True)
    take_once()
    take_once()
    assert ["Báo cáo" in lines for lines in kept.all()] == [True, True]
    asked(place, rows[0])
    take_once()
    drop_file(by=place.ward.officer, at=place.at, file_id=rows[1].pk)
    assert list(kept.all()) == ["[]", "[]"]


@pytest.mark.parametrize("when", ["read", "write"])
def test_a_worker_killed_half_way_leaves_nothing_and_the_next_goes_on_once(
    place: Place, lists: Source, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    row = received(place, lists)
    if when == "write":
        take_once()
        asked(place, row)

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("thuocdo.inflow.actions.large._done", killed)
        with pytest.raises(KeyboardInterrupt):
            take_once()
    before = ("applying", "") if when == "write" else ("reading", "")
    assert (standing(row), Task.objects.count()) == (before, 0)
    assert take_once() is True
    after = (("applied", ""), 1) if when == "write" else (("ready", ""), 0)
    assert (standing(row), Task.objects.count()) == after
    assert write_asked_file(by=None, at=place.at, file_id=row.pk) is None, "a second worker finds nothing to do"


def test_what_cannot_be_read_or_written_says_why_and_can_be_asked_again(
    place: Place, lists: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = received(place, lists, b"A,B\n1,2")
    take_once()
    assert standing(bad)[0] == "refused"
    assert "cột" in standing(bad)[1]
    row = received(place, lists)
    take_once()
    asked(place, row)
    with monkeypatch.context() as patch:
        patch.setattr("thuocdo.inflow.working.write_asked_file", _database_error)
        take_once()
    assert standing(row)[0] == "ready"
    assert "13/UBND" not in standing(row)[1], "no row of the database in the words"
    asked(place, row)
    take_once()
    assert standing(row) == ("applied", "")
    fewer = received(place, lists, content("99/UBND,Khác,CC900,25/03/2026,SP-001"), whole=True)
    take_once()
    asked(place, fewer)
    monkeypatch.setattr("thuocdo.inflow.rules.too_many_gone", lambda gone, all: gone * 2 > all)
    take_once()
    assert (standing(fewer)[0], "quá một nửa" in standing(fewer)[1]) == ("ready", True)
    asked(place, fewer, many_gone=True)
    take_once()
    assert standing(fewer) == ("applied", "")


def _database_error(**_: Any) -> None:
    raise DatabaseError("Key (code)=(13/UBND) already exists")


def test_a_stopped_source_and_a_right_that_ended_are_told_and_hold_up_nothing(place: Place, lists: Source) -> None:
    with pytest.raises(NotYours):
        receive_file(
            by=place.ward.stranger, at=place.at, source_id=lists.pk, file_name="a.csv", content=content(), whole=False
        )
    row = received(place, lists)
    take_once()
    with pytest.raises(NotYours):
        ask_to_apply_file(by=place.ward.stranger, at=place.at, file_id=row.pk)
    asked(place, row)
    with outside_actions():
        Role.objects.filter(person__user=place.ward.officer).update(end=place.at.date())
    take_once()
    assert standing(row)[0] == "ready"
    assert Task.objects.count() == 0
    with outside_actions():
        Role.objects.filter(person__user=place.ward.officer).update(end=None)
    asked(place, row)
    stop_source(by=place.ward.officer, at=place.at, source_id=lists.pk, version=Source.objects.get(pk=lists.pk).version)
    take_once()
    assert "đã ngừng nhận" in standing(row)[1]
    assert take_once() is False
