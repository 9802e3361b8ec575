"""Cases 37 and 38: the server's time in Viet Nam rules, whatever zone or hour a machine is set to."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.test import Client
from django.utils import timezone as django_timezone

from tests.cast import build_cast
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cli.verifying import as_text
from thuocdo.organisation.actions import create_unit
from thuocdo.organisation.models import Unit
from thuocdo.web import access

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


def test_abuse_37_the_clock_of_the_phone_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 2, 28, 17, 30, tzinfo=timezone.utc)
    monkeypatch.setattr("thuocdo.web.access.now", lambda: at)
    cast = build_cast()
    client = Client(headers={"Date": "Fri, 27 Feb 2026 17:30:00 GMT"})
    client.force_login(cast.officer_appraised.user)
    page = client.get("/cong-viec/").content.decode()
    assert "tháng 3" in page.lower()
    assert "tháng 3 năm 2026" in page.lower() or "3/2026" in page


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


def test_abuse_38_requests_side_by_side_raise_no_alarm(at: datetime) -> None:
    for number, seconds in enumerate((0, 30, -20, 45)):
        make_unit_at(number, at + timedelta(seconds=seconds))
    assert verify().backwards == {}
