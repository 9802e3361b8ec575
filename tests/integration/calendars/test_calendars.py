"""The calendar of units: inherited days, days off and made up, the year confirmed, the page, the clock over it."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import Cast, build_cast
from tests.guards import outside_actions
from thuocdo.audit.models import Event
from thuocdo.calendars import actions
from thuocdo.calendars.models import CalendarDay, CalendarYear
from thuocdo.calendars.queries import add_workdays, calendar_places, calendar_year, is_workday
from thuocdo.kernel.errors import Conflict, NotYours, Refusal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 0, tzinfo=timezone(timedelta(hours=7)))
ON = AT.date()
SATURDAY, MONDAY = date(2026, 8, 22), date(2026, 8, 31)


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def fixed(cast: Cast, unit: int, day: date, kind: str = "off", reason: str = "Nghỉ bù Quốc khánh") -> CalendarDay:
    values = {"kind": kind, "reason": reason, "decision": "Số 15/TB-UBND", "at": AT}
    return actions.set_day(unit_id=unit, day=day, by=cast.organisation_officer.user, **values)


def test_abuse_36_days_set_above_hold_below_and_the_nearest_unit_speaks_last(cast: Cast) -> None:
    assert not is_workday(cast.economy.pk, date(2026, 2, 17))  # Tết, as the library proposes
    assert not is_workday(cast.economy.pk, SATURDAY)
    fixed(cast, cast.ward.pk, SATURDAY, "working", "Làm bù cho ngày 31/8")
    assert is_workday(cast.finance_team.pk, SATURDAY)
    assert not is_workday(cast.other_ward.pk, SATURDAY)
    fixed(cast, cast.economy.pk, SATURDAY, "off", "Phòng làm bù ngày khác")
    assert not is_workday(cast.finance_team.pk, SATURDAY)
    assert is_workday(cast.culture.pk, SATURDAY)
    count = add_workdays(cast.culture.pk, date(2026, 8, 21), 7)
    assert "tính cả thứ Bảy, 22/08/2026 (Làm bù cho ngày 31/8)" in count.words()
    assert count.due == date(2026, 9, 3)  # six days, then 31 August to 2 September are off
    over_the_year = add_workdays(cast.culture.pk, date(2026, 12, 30), 2)
    assert over_the_year.due == date(2027, 1, 4)
    assert "Tết Dương lịch (01/01/2027)" in over_the_year.words()


def test_a_day_is_replaced_taken_back_and_refused_with_words(cast: Cast) -> None:
    row = fixed(cast, cast.ward.pk, MONDAY)
    assert fixed(cast, cast.ward.pk, MONDAY).pk == row.pk
    changed = fixed(cast, cast.ward.pk, MONDAY, reason="Nghỉ theo thông báo")
    assert (changed.pk, CalendarDay.objects.count()) == (row.pk, 1)
    assert Event.objects.filter(code="calendar.day_set").count() == 2
    with pytest.raises(Refusal, match="đã là ngày làm việc"):
        fixed(cast, cast.ward.pk, date(2026, 9, 8), "working")
    with pytest.raises(Refusal, match="chưa nhập"):
        fixed(cast, cast.ward.pk, MONDAY, reason="  ")
    for bad in ({"kind": "half"}, {"day": date(1990, 1, 1)}, {"reason": "x" * 201}):
        values = {"unit_id": cast.ward.pk, "day": MONDAY, "kind": "off", "reason": "x", "decision": ""} | bad
        with pytest.raises(Refusal):
            actions.set_day(by=cast.organisation_officer.user, at=AT, **values)
    for other in (cast.head, cast.stranger, cast.inspector):
        with pytest.raises(NotYours):
            actions.remove_day(day_id=row.pk, by=other.user, at=AT)
        with pytest.raises(NotYours):
            actions.confirm_year(unit_id=cast.ward.pk, year=2026, decision="x", by=other.user, at=AT)
    actions.remove_day(day_id=row.pk, by=cast.organisation_officer.user, at=AT)
    with pytest.raises(NotYours):
        actions.remove_day(day_id=row.pk, by=cast.organisation_officer.user, at=AT)
    assert not CalendarDay.objects.exists()


def test_a_confirmed_year_keeps_its_days_whatever_the_library_says(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = cast.organisation_officer.user
    fixed(cast, cast.ward.pk, date(2026, 2, 16), "working", "Cơ quan làm việc ngày này")
    before = calendar_year(officer, cast.ward.pk, 2026, ON)
    assert not before.confirmed
    assert date(2026, 2, 17) in dict(before.proposed)
    with pytest.raises(Refusal, match="chưa nhập"):
        actions.confirm_year(unit_id=cast.ward.pk, year=2026, decision="", by=officer, at=AT)
    for _ in range(2):
        actions.confirm_year(unit_id=cast.ward.pk, year=2026, decision="Số 1/TB", by=officer, at=AT)
    with pytest.raises(Conflict, match="đã được xác nhận theo Số 1/TB"):
        actions.confirm_year(unit_id=cast.ward.pk, year=2026, decision="Số 2/TB", by=officer, at=AT)
    assert CalendarYear.objects.count() == 1
    assert Event.objects.filter(code="calendar.year_confirmed").count() == 1
    monkeypatch.setattr("thuocdo.kernel.workdays.public_holidays", lambda _year: {date(2026, 6, 1): "sai"})
    assert not is_workday(cast.economy.pk, date(2026, 2, 17))
    assert is_workday(cast.economy.pk, date(2026, 2, 16))
    assert is_workday(cast.economy.pk, date(2026, 6, 1))
    assert not is_workday(cast.other_ward.pk, date(2026, 6, 1))
    after = calendar_year(officer, cast.ward.pk, 2026, ON)
    assert (after.confirmed, after.confirmed_here, after.proposed) == (True, True, ())
    below = calendar_year(officer, cast.economy.pk, 2026, ON)
    assert (below.confirmed, below.confirmed_here) == (True, False)
    actions.confirm_year(unit_id=cast.economy.pk, year=2026, decision="Như cấp trên", by=officer, at=AT)
    assert not CalendarDay.objects.filter(unit=cast.economy.pk).exists()


def test_the_database_wants_a_reason_and_one_row_per_day(cast: Cast) -> None:
    fixed(cast, cast.ward.pk, MONDAY)
    for wrong in ({"reason": ""}, {"day": MONDAY}):
        values = {"unit": cast.ward.pk, "day": date(2026, 9, 9), "kind": "off", "reason": "x", "set_at": AT} | wrong
        with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
            CalendarDay.objects.create(**values)


def test_who_reads_and_who_keeps(cast: Cast) -> None:
    kept = {place.name: place.may_change for place in calendar_places(cast.organisation_officer.user, ON)}
    assert kept == {"Phường Bồ Đề": True, "Văn phòng": True}
    assert [p.may_change for p in calendar_places(cast.colleague.user, ON)] == [False]
    assert not calendar_year(cast.colleague.user, cast.ward.pk, 2026, ON).may_change
    for unit, year in ((cast.culture.pk, 2026), (cast.ward.pk, 1990), (999999, 2026)):
        with pytest.raises(NotYours):
            calendar_year(cast.colleague.user, unit, year, ON)


def test_the_year_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.organisation_officer.user)
    path = f"/to-chuc/lich/{cast.ward.pk}/2026/"
    assert "lịch năm " in client.get("/to-chuc/lich/").content.decode()
    page = client.get(path).content.decode()
    assert "chưa được xác nhận" in page
    assert "đề xuất" in page
    assert "thứ Ba, 17/02/2026" in page
    assert page.count("<caption>") == 12
    day = {"do": "day", "day": "31/08/2026", "kind": "off", "reason": "Nghỉ bù", "decision": "Số 15/TB"}
    bad = client.post(path, day | {"reason": ""})
    assert bad.status_code == 400
    assert "31/08/2026" in bad.content.decode()
    assert client.post(path, day | {"day": "31/13/2026"}).status_code == 400
    assert client.post(path, day).status_code == 302
    assert "Số 15/TB" in client.get(path).content.decode()
    row = CalendarDay.objects.get()
    assert client.post(path, {"do": "remove", "day_id": row.pk}).status_code == 302
    assert client.post(path, {"do": "remove", "day_id": "x"}).status_code == 404
    assert client.post(path, {"do": "confirm", "confirmed": ""}).status_code == 400
    assert client.post(path, {"do": "confirm", "confirmed": "Số 1/TB"}).status_code == 302
    assert client.post(path, {"do": "confirm", "confirmed": "Số 2/TB"}).status_code == 409
    assert "Đã xác nhận" in client.get(path).content.decode()
    client.force_login(cast.colleague.user)
    assert "Ghi vào lịch" not in client.get(path).content.decode()
    assert client.post(path, day).status_code == 404
    client.force_login(cast.stranger.user)
    assert client.get(path).status_code == 404
