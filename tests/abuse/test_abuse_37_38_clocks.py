"""Cases 37 and 38: the server's time in Viet Nam rules, whatever zone or hour a machine is set to."""

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import pytest
from django.urls import reverse
from django.utils import timezone as django_timezone

from tests.cast import build_cast
from tests.clients import page_of, signed_in
from tests.factories import months
from tests.guards import outside_actions
from tests.integration.web.office import set_clock
from thuocdo.appraisals import actions
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cli.verifying import as_text
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Conflict
from thuocdo.organisation.actions import create_unit
from thuocdo.organisation.models import Unit
from thuocdo.web import access
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2026, 2, 28, 16, 30, tzinfo=timezone.utc), date(2026, 2, 28)),
        (datetime(2026, 2, 28, 16, 59, 59, tzinfo=timezone.utc), date(2026, 2, 28)),
        (datetime(2026, 2, 28, 17, 0, tzinfo=timezone.utc), date(2026, 3, 1)),
        (datetime(2026, 2, 28, 17, 30, tzinfo=timezone.utc), date(2026, 3, 1)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=timezone.utc), date(2027, 1, 1)),
    ],
)
def test_abuse_37_the_month_ends_at_midnight_in_viet_nam_on_a_server_in_utc(
    utc: datetime, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thuocdo.web.access.now", lambda: utc)
    assert access.today() == day
    assert django_timezone.get_current_timezone_name() == "Asia/Ho_Chi_Minh"


@pytest.fixture
def machine_in_utc() -> Iterator[None]:
    """The process itself runs in UTC, as a server set up carelessly does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(("second", "taken"), [(-1, True), (0, True), (1, False)])
def test_abuse_37_an_extension_ends_at_the_second_in_viet_nam_on_a_server_in_utc(
    machine_in_utc: None, second: int, taken: bool
) -> None:
    assert time.localtime().tm_gmtoff == 0, "the machine is in UTC"
    cast = build_cast()
    months.make_task(cast.colleague, cast.economy)
    month = months.open_month(cast.ward, cast.organisation_officer)
    sheet = months.sheet_of(month, cast.colleague)
    end = datetime(2026, 3, 10, tzinfo=months.VIETNAM)  # 17:00 of the day before for the machine
    by = cast.organisation_officer.user
    actions.extend(sheet_id=sheet.pk, reason="Ốm", until=end, by=by, at=months.SUBMIT_BY - timedelta(hours=1))
    with outside_actions():
        Cycle.objects.filter(pk=month.pk).update(state="closed", closed_at=months.CONFIRM_BY, closed_by=by)
    when = (end + timedelta(seconds=second)).astimezone(timezone.utc)
    if taken:
        assert months.submitted(month, cast.colleague, when).state == "submitted"
        return
    with pytest.raises(Conflict, match="đã hết lúc 00:00"):
        months.submitted(month, cast.colleague, when)
    assert months.sheet_of(month, cast.colleague).state == "drafting"


@pytest.mark.parametrize(("second", "month", "said"), [(-1, 2, "28/02/2026, 23:59"), (0, 3, "01/03/2026, 00:00")])
def test_abuse_37_proposals_and_reports_at_midnight_belong_to_the_day_in_viet_nam_on_a_server_in_utc(
    machine_in_utc: None, second: int, month: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = build_cast()
    me, task = cast.colleague, months.make_task(cast.colleague, cast.economy, reported=False)
    moment = datetime(2026, 2, 28, 17, 0, tzinfo=timezone.utc) + timedelta(seconds=second)
    set_clock(monkeypatch, moment)
    browser = signed_in(me)
    new = {"title": "Trực đêm giao tháng", "assigned": "1", "coefficient": "1", "due_date": "31/03/2026"}
    assert browser.post(reverse("propose_task"), new).status_code == 302
    made = Task.objects.get(title=new["title"])
    assert (made.month, made.given_at) == (date(2026, month, 1), moment), "the month of the day in Viet Nam"
    late = browser.post(reverse("propose_task"), new | {"title": "Hạn tháng Hai", "due_date": "28/02/2026"})
    assert late.status_code == (302 if month == 2 else 400), "a deadline of February is before March"
    report = {"version": "1", "completed": "4", "quality_met": "4", "on_time": "4"}
    assert browser.post(reverse("task_step", args=[task.pk, "bao-cao"]), report).status_code == 302
    task.refresh_from_db()
    assert (task.reported_at, task.month) == (moment, months.MONTH), "reported then, and still of its own month"
    link = {"kind": "document", "text": "12/BC"}
    browser.post(reverse("task_step", args=[task.pk, "minh-chung"]), link)
    assert said in page_of(browser.get(reverse("task", args=[task.pk])), 200)


def make_unit_at(number: int, at: datetime) -> None:
    """Leave one event of that time."""
    kind, start = Unit.Kind.AGENCY, date(2026, 1, 1)
    create_unit(by=None, at=at, code=f"CQ{number}", name="Cơ quan", kind=kind, start=start)


def test_abuse_38_a_clock_set_back_changes_no_order_and_is_told(at: datetime) -> None:
    times = [at, at + timedelta(minutes=10), at - timedelta(hours=1), at - timedelta(minutes=59)]
    for number, when in enumerate(times):
        make_unit_at(number, when)
    events = list(Event.objects.order_by("seq"))
    assert [e.at for e in events] == times, "the order is that of the numbers, not of the clock"
    report = verify()
    assert report.clean
    assert report.backwards == {events[0].chain: events[2].seq}
    assert "đồng hồ máy chủ từng bị lùi" in as_text(report, anchored=False)


def test_abuse_38_a_clock_set_back_is_told_while_the_product_runs(
    at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = time.time
    make_unit_at(1, at)
    monkeypatch.setattr("thuocdo.audit.clock.time", lambda: real() - 30)
    make_unit_at(2, at)
    assert not caplog.records, "a time server may put half a minute right"
    monkeypatch.setattr("thuocdo.audit.clock.time", lambda: real() - 3630)
    make_unit_at(3, at)
    make_unit_at(4, at)
    (alert,) = caplog.messages
    assert "Đồng hồ máy chủ vừa bị lùi 3600 giây" in alert or "3599 giây" in alert


def test_abuse_38_requests_side_by_side_raise_no_alarm(at: datetime) -> None:
    for number, seconds in enumerate((0, 30, -20, 45)):
        make_unit_at(number, at + timedelta(seconds=seconds))
    assert verify().backwards == {}
