"""Tasks of a calendar server, pulled from a real Radicale."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.inflow.conftest import Place, make_source
from tests.integration.inflow.radicale import PASSWORD, USER, Radicale, running, todo
from thuocdo.inflow import caldav_client, credentials
from thuocdo.inflow.caldav_client import Entry
from thuocdo.inflow.caldav_tasks import offer_from
from thuocdo.inflow.models import DeliveryDay, Source, SourceItem
from thuocdo.inflow.payloads import Offer, Unusable
from thuocdo.inflow.pulling import pull
from thuocdo.kernel.errors import Refusal
from thuocdo.work import actions as work
from thuocdo.work.models import Task
from thuocdo.work.rules import Report


@dataclass
class Calendar:
    """A server, the source that points to it, and the place."""

    server: Radicale
    source: Source
    place: Place

    def pull(self, **options: Any) -> Any:
        """One pull now."""
        return pull(Source.objects.select_related("agency").get(pk=self.source.pk), self.place.at, **options)

    def item(self, uid: str) -> SourceItem:
        """One stored item."""
        return SourceItem.objects.select_related("task").get(source=self.source, external_id=uid)


@pytest.fixture
def calendar(place: Place, tmp_path: Path, settings: Any) -> Iterator[Calendar]:
    settings.CREDENTIALS_DIR = tmp_path / "credentials"
    settings.CALDAV_HOSTS = ["127.0.0.1"]
    with running(tmp_path) as server:
        made = make_source(
            place.ward, place.at, "caldav", "Lịch", url=server.url, username=USER, default_coefficient=100,
            completion="report", people={"an@example.vn": "CC900", "lich:cong-viec": "CC900"}, write_back=True,
        )  # fmt: skip
        credentials.keep_password(made.source.pk, PASSWORD)
        yield Calendar(server, made.source, place)


def test_tasks_come_in_change_are_completed_and_go(calendar: Calendar) -> None:
    server = calendar.server
    server.put("u1", todo("u1", "ATTENDEE:mailto:an@example.vn", "PRIORITY:1", "PERCENT-COMPLETE:40"))
    server.put("u2", todo("u2"))
    server.put("u3", todo("u3", "ATTENDEE:mailto:la@example.vn"))
    server.put("u4", todo("u4", "RRULE:FREQ=DAILY"))
    first = calendar.pull()
    assert (first.counts, first.failure) == ({"created": 2, "waiting": 2}, "")
    task = calendar.item("u1").task
    assert task is not None
    assert (task.person.code, task.is_key, task.completed, f"{task.due_date}") == ("CC900", True, None, "2026-03-25")
    assert calendar.pull().decisions == []
    server.put("u1", todo("u1", "ATTENDEE:mailto:an@example.vn", "STATUS:COMPLETED", "COMPLETED:20260324T030000Z"))
    server.put("u2", todo("u2", summary="Tên mới"))
    assert calendar.pull().counts["updated"] == 2
    task.refresh_from_db()
    assert (task.completed, task.on_time, task.late) == (100, 100, 0)
    server.delete("u2")
    server.put("u3", todo("u3", "STATUS:CANCELLED"))
    assert calendar.pull().counts["withdrawn"] == 2
    gone = calendar.item("u2").task
    assert gone is not None
    assert (gone.title, gone.state, calendar.item("u3").state) == ("Tên mới", Task.State.WITHDRAWN, "withdrawn")


def test_a_completion_here_is_written_back_once(calendar: Calendar) -> None:
    calendar.server.put("u1", todo("u1", "X-KHAC:giữ nguyên"))
    calendar.pull()
    task = calendar.item("u1").task
    assert task is not None
    report = Report(completed=100, quality_met=100, on_time=100)
    work.report_task(by=calendar.place.ward.employee, at=calendar.place.at, task_id=task.pk, version=task.version,
                     report=report)  # fmt: skip
    assert calendar.pull().written_back == 1
    stored = calendar.server.get("u1")
    assert "STATUS:COMPLETED" in stored
    assert "X-KHAC:giữ nguyên" in stored
    after = calendar.pull()
    assert (after.written_back, after.counts) == (0, {"updated": 1}) or after.counts == {"unchanged": 1}
    assert calendar.item("u1").state == "applied"


def test_two_hundred_items_and_a_list_that_lost_most(calendar: Calendar) -> None:
    folder = calendar.server.folder
    calendar.server.put("m0", todo("m0"))
    place = calendar.server.stored("m0").parent
    for number in range(1, 200):
        (place / f"m{number}.ics").write_text(todo(f"m{number}"), encoding="utf-8")
    assert folder.exists()
    assert calendar.pull().counts == {"created": 200}
    for number in range(1, 200):
        (place / f"m{number}.ics").unlink()
    calendar.server.put("m0", todo("m0", summary="Đổi"))
    kept = calendar.pull()
    assert "quá một nửa" in kept.failure
    assert Task.objects.filter(state="active").count() == 200
    assert calendar.pull(many_gone=True).counts == {"updated": 1, "withdrawn": 199}


def test_a_wrong_password_and_a_server_that_is_down_change_nothing(calendar: Calendar) -> None:
    calendar.server.put("u1", todo("u1"))
    calendar.pull()
    credentials.keep_password(calendar.source.pk, "sai")
    assert "mật khẩu" in calendar.pull().failure
    credentials.keep_password(calendar.source.pk, PASSWORD)
    calendar.server.stop()
    assert "Không kết nối được" in calendar.pull().failure
    assert calendar.item("u1").state == "applied"
    assert "Không kết nối được" in DeliveryDay.objects.get(source=calendar.source).failure


def test_a_server_that_dies_in_the_middle_changes_nothing(calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    calendar.server.put("u1", todo("u1"))
    calendar.pull()
    calendar.server.delete("u1")
    calendar.server.put("u2", todo("u2"))
    listed = caldav_client.Server._collections

    def dies(self: caldav_client.Server) -> dict[str, str]:
        found = listed(self)
        calendar.server.stop()
        return found

    monkeypatch.setattr(caldav_client.Server, "_collections", dies)
    assert "ngắt giữa chừng" in calendar.pull().failure
    assert (calendar.item("u1").state, SourceItem.objects.count()) == ("applied", 1)


def test_hostile_entries_are_told_and_the_others_come_in(calendar: Calendar) -> None:
    server = calendar.server
    for uid in ("b", "tot"):
        server.put(uid, todo(uid))
    calendar.pull()
    server.put("b", todo("b", "DESCRIPTION:" + "x" * 70_000))
    server.put("tot", todo("tot", summary="Vẫn vào"))
    found = calendar.pull()
    assert {d.external_id: d.code for d in found.decisions if d.outcome == "refused"} == {"b": "ics_large"}
    good = calendar.item("tot").task
    assert good is not None
    assert good.title == "Vẫn vào"
    assert calendar.item("b").state == "applied", "an entry that cannot be read is not taken for gone"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nhỏng", "ics_broken"),
        ("", "ics_broken"),
        ("BEGIN:VCALENDAR\r\n" * 3000, "ics_broken"),
        (todo("u", "DESCRIPTION:" + "x" * 70_000), "ics_large"),
        (todo("u", due="20261399"), "ics_broken"),
        (todo("u" * 201), "ics_uid"),
        (todo("u", summary="x" * 1001), "string_too_long"),
        (todo("u", "PERCENT-COMPLETE:400"), "less_than_equal"),
        (todo("u").replace("VTODO", "VEVENT"), "ics_no_todo"),
        (todo("u").replace("DUE;", "X-KHAC;"), "ics_no_due"),
    ],
)  # fmt: skip
def test_entries_that_cannot_be_read_say_why(data: str, code: str) -> None:
    read = offer_from(Entry("http://127.0.0.1/lich/u.ics", "1", data, "lich"), {})
    assert isinstance(read, Unusable)
    assert (read.code, bool(read.message)) == (code, True)


def test_a_hostile_recurrence_is_never_expanded() -> None:
    data = todo("u", "RRULE:FREQ=SECONDLY;COUNT=999999999", "RDATE;VALUE=DATE:20260301,20260302")
    read = offer_from(Entry("http://127.0.0.1/lich/u.ics", "1", data, "lich"), {})
    assert isinstance(read, Offer)
    assert read.content["recurring"] is True


def test_the_password_is_in_a_file_of_the_service_alone(calendar: Calendar, settings: Any) -> None:
    path = Path(settings.CREDENTIALS_DIR) / f"source-{calendar.source.pk}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in str(vars(Source.objects.get(pk=calendar.source.pk)))


@pytest.mark.parametrize(
    "url",
    [
        "https://khac.example.vn/", "http://lich.example.vn/", "file:///etc/passwd", "https://169.254.169.254/",
        "https://lich.example.vn@127.0.0.2/", "https://u:p@lich.example.vn/", "http://127.0.0.1:99999/", "lich",
        "https://lich.example.vn:8443/#x", "https://[::1]/",
    ],
)  # fmt: skip
def test_only_servers_that_the_operator_named_are_reached(place: Place, settings: Any, url: str) -> None:
    settings.CALDAV_HOSTS = ["lich.example.vn"]
    with pytest.raises(Refusal) as refused:
        make_source(place.ward, place.at, "caldav", "Lịch", url=url, username=USER)
    assert refused.value.field == "url"


def test_a_listed_name_that_leads_inside_is_not_followed(place: Place, settings: Any, monkeypatch: Any) -> None:
    settings.CALDAV_HOSTS = ["lich.example.vn"]
    monkeypatch.setattr("socket.getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("169.254.169.254", 443))])
    server = caldav_client.Server("https://lich.example.vn/", USER, PASSWORD)
    with pytest.raises(Refusal, match="nội bộ"):
        server.listing("")


def test_another_host_is_never_asked(place: Place, settings: Any) -> None:
    settings.CALDAV_HOSTS = ["127.0.0.1:1", "localhost"]
    server = caldav_client.Server("http://127.0.0.1:1/", USER, PASSWORD)
    with pytest.raises(Refusal, match="máy chủ khác"):
        server.replace("http://localhost/x", "", "")
