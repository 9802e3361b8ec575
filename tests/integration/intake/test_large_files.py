"""Large files: read and applied by the worker, whole and once, also where it is killed half-way; the owner sees it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from tests.integration.intake.files import TCVN3
from tests.integration.organisation.ward import HEADER, person_row, xlsx
from thuocdo.audit.models import Event
from thuocdo.config.environment import SettingError, kilobytes
from thuocdo.intake import specs
from thuocdo.intake.actions import (
    apply_import,
    ask_to_apply,
    drop_import,
    preview_import,
    read_received,
    receive_import,
    write_asked,
)
from thuocdo.intake.archive import MOST_BYTES
from thuocdo.intake.documents import stored_counts, stored_problems
from thuocdo.intake.models import ImportBatch, LargeImport
from thuocdo.intake.working import import_once
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.models import Person

pytestmark = pytest.mark.django_db
PAGES = "/to-chuc/nhap-du-lieu"


def rows(number):
    return [person_row(f"CC{n:03}", "Nguyễn Thị Hòa") for n in range(number)]


def received(ward, at, content=None, name="nguoi.xlsx"):
    content = xlsx(HEADER, rows(3)) if content is None else content
    return receive_import(by=ward.officer, at=at, kind="people", scope="P1", file_name=name, content=content)


def again(batch):
    return ImportBatch.objects.get(pk=batch.pk)


def codes(*wanted):
    return list(Event.objects.filter(code__in=wanted).order_by("pk").values_list("code", flat=True))


@pytest.fixture
def clock(at, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    monkeypatch.setattr("thuocdo.intake.working.now", lambda: at)


def test_from_upload_to_applied_by_the_pages_and_the_worker(ward, at, clock, settings, monkeypatch):
    settings.IMPORT_IN_REQUEST = 0
    officer = Client()
    officer.force_login(ward.officer)
    file = SimpleUploadedFile("nguoi.xlsx", xlsx(HEADER, rows(3)))
    page = officer.post(f"{PAGES}/", {"kind": "people", "scope": "P1", "file": file}, follow=True)
    batch = ImportBatch.objects.get()
    where = f"{PAGES}/{batch.pk}/"
    assert (batch.state, page["Refresh"], bool(batch.large.content)) == ("reading", "3", True)
    assert "chờ tiến trình xử lý" in page.content.decode()
    assert "Thêm mới" not in page.content.decode(), "nothing is counted before it is read"
    with monkeypatch.context() as later:
        later.setattr("django.utils.timezone.now", lambda: at + timedelta(minutes=6))
        still = officer.get(where)
    assert "Refresh" not in still, "a page left open where no worker runs counts as left"
    assert "Hơn năm phút không có tiến triển" in still.content.decode()
    assert import_once() is True
    batch = again(batch)
    assert (batch.state, stored_counts(batch)["created"], batch.large.content) == ("ready", 3, None)
    shown = officer.get(where)
    assert "Refresh" not in shown
    assert "Thêm mới" in shown.content.decode()
    for _ in range(2):
        answer = officer.post(f"{where}ap-dung/", {"skip": "3"}, follow=True)
    assert (again(batch).state, answer["Refresh"]) == ("applying", "3")
    assert not Person.objects.filter(code="CC000").exists(), "the request has written nothing"
    assert import_once() is True
    assert import_once() is False, "nothing waits any more"
    assert again(batch).state == "applied"
    assert sorted(Person.objects.filter(code__startswith="CC0").values_list("code", flat=True)) == ["CC000", "CC002"]
    assert codes("import.received", "import.previewed", "import.asked", "import.applied") == [
        "import.received", "import.previewed", "import.asked", "import.applied",
    ]  # fmt: skip


@pytest.mark.parametrize("when", ["read", "write"])
def test_a_worker_killed_half_way_leaves_nothing_and_the_next_goes_on_once(ward, at, clock, monkeypatch, when):
    batch, spec = received(ward, at), specs.spec_of("people")
    if when == "write":
        import_once()
        ask_to_apply(by=ward.officer, at=at, batch_id=batch.pk)
    done = spec.write if when == "write" else spec.plan

    def killed(*given):
        done(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        field = "write" if when == "write" else "plan"
        patch.setitem(specs._SPECS, "people", specs.Spec(**{**vars(spec), field: killed}))
        with pytest.raises(KeyboardInterrupt):
            import_once()
    assert (again(batch).state, Person.objects.filter(code="CC000").count()) == (
        ("applying" if when == "write" else "reading"), 0,
    )  # fmt: skip
    assert import_once() is True
    if when == "write":
        assert (again(batch).state, Person.objects.filter(code="CC000").count()) == ("applied", 1)
    else:
        assert again(batch).state == "ready"
    assert write_asked(by=None, at=at, batch_id=batch.pk) is None, "a second worker finds nothing to do"
    assert read_received(by=None, at=at, batch_id=batch.pk, found=None) is None
    assert len(codes("import.previewed")) == 1


def test_what_cannot_be_read_or_written_says_why_and_can_be_asked_again(ward, at, clock, monkeypatch):
    bad = received(ward, at, b"\xd0\xcf\x11\xe0" + b"x" * 100)
    import_once()
    assert again(bad).state == "refused"
    assert "đời cũ" in stored_problems(again(bad))[0].message
    batch = received(ward, at)
    import_once()
    ask_to_apply(by=ward.officer, at=at, batch_id=batch.pk)
    monkeypatch.setattr("thuocdo.intake.working.write_asked", _database_error)
    import_once()
    large = LargeImport.objects.get(pk=batch.pk)
    assert (again(batch).state, large.step) == ("ready", "none")
    assert "CC000" not in large.problem, "no row of the database in a large's words"
    monkeypatch.undo()
    import_others(ward, at, person_row("CC001", "Người Khác"))
    ask_to_apply(by=ward.officer, at=at, batch_id=batch.pk)
    import_once()
    assert again(batch).state == "ready"
    assert "Dữ liệu đã thay đổi sau khi xem trước" in LargeImport.objects.get(pk=batch.pk).problem


def _database_error(**given):
    raise DatabaseError("Key (code)=(CC000) already exists")


def import_others(ward, at, row):
    content = xlsx(HEADER, [row])
    batch = preview_import(by=ward.officer, at=at, kind="people", scope="P1", file_name="x.xlsx", content=content)
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)


def test_an_old_font_waits_for_its_owner_and_is_planned_by_the_worker(ward, at, clock):
    lines = ["Mã cán bộ,Họ và tên,Mã đơn vị,Đối tượng,Chức vụ,Từ ngày"]
    lines.append("CC001,Nguyễn Thị Hòa,P1-VP,công chức,Chuyên viên,01/07/2025")
    content = "\n".join(lines).translate(TCVN3).encode("latin-1")
    batch = received(ward, at, content, "nguoi.csv")
    import_once()
    assert again(batch).state == "converted"
    ask_to_apply(by=ward.officer, at=at, batch_id=batch.pk)
    assert again(batch).state == "reading"
    import_once()
    assert again(batch).state in ("ready", "refused")
    assert "Nguyễn Thị Hòa" in again(batch).rows


def test_only_its_own_people_and_only_within_bounds(ward, at, clock, settings):
    batch = received(ward, at)
    with pytest.raises(NotYours):
        ask_to_apply(by=ward.stranger, at=at, batch_id=batch.pk)
    with pytest.raises(Refusal, match="20 MB"):
        received(ward, at, b"PK\x03\x04" + b"0" * MOST_BYTES)
    drop_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert import_once() is False, "what was dropped is not read"
    with pytest.raises(Conflict):
        ask_to_apply(by=ward.officer, at=at, batch_id=batch.pk)


def test_the_setting_is_a_number_of_kilobytes(monkeypatch):
    monkeypatch.setenv("X_KB", "2")
    assert (kilobytes("X_KB", default=1), kilobytes("Y_KB", default=1)) == (2048, 1024)
    for wrong in ("-1", "1.5", "nhiều", "99999"):
        monkeypatch.setenv("X_KB", wrong)
        with pytest.raises(SettingError, match="kilobyte"):
            kilobytes("X_KB", default=1)
