"""The days written into the form that opens a period are those of the unit's own calendar."""

from datetime import date, datetime, timedelta, timezone

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, build_cast
from tests.guards import outside_actions
from tests.integration.web.office import set_clock, text_of
from thuocdo.calendars.actions import set_day
from thuocdo.calendars.models import CalendarDay
from thuocdo.cycles.models import Cycle
from thuocdo.web.organisation_office.closing import heads_name, last_day

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 5, 9, 0, tzinfo=timezone(timedelta(hours=7)))
TUESDAY, SATURDAY = date(2026, 3, 31), date(2026, 4, 4)


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    set_clock(monkeypatch, AT)
    return build_cast()


def fixed(cast: Cast, day: date, kind: str, reason: str) -> None:
    officer = cast.organisation_officer.user
    set_day(unit_id=cast.ward.pk, day=day, kind=kind, reason=reason, decision="Số 9/TB", by=officer, at=AT)


def suggested(client: Client) -> list[str]:
    page = client.get(reverse("cycle_new")).content.decode()
    days = (date(2026, 3, 31) + timedelta(days=n) for n in range(15))
    return [f"{day:%d/%m}" for day in days if f'value="{day:%d/%m/%Y}"' in page]


def test_days_off_and_worked_of_the_unit_move_the_suggestion(cast: Cast, client: Client) -> None:
    client.force_login(cast.organisation_officer.user)
    assert suggested(client) == ["31/03", "03/04"]
    assert f"tính theo lịch làm việc của {cast.ward.name}" in text_of(client.get(reverse("cycle_new")))
    fixed(cast, TUESDAY, "off", "Nghỉ theo thông báo")
    assert suggested(client) == ["01/04", "06/04"]
    fixed(cast, SATURDAY, "working", "Làm bù")
    assert suggested(client) == ["01/04", "04/04"]


def test_a_calendar_without_working_days_leaves_the_days_to_be_typed(cast: Cast, client: Client) -> None:
    client.force_login(cast.organisation_officer.user)
    off = {"unit": cast.ward.pk, "kind": "off", "reason": "nhập nhầm", "decision": "1/TB", "set_at": AT}
    with outside_actions():
        days = [
            CalendarDay(day=date(2026, 3, 30) + timedelta(days=n), set_by=cast.organisation_officer.user, **off)
            for n in range(90)
        ]
        CalendarDay.objects.bulk_create(days)
    page = client.get(reverse("cycle_new"))
    assert page.status_code == 200
    assert suggested(client) == []
    assert "Chưa gợi ý được ngày" in text_of(page)


def test_sheets_due_before_the_period_ends_are_pointed_out(cast: Cast, client: Client) -> None:
    client.force_login(cast.organisation_officer.user)
    asked = {"root": cast.ward.pk, "kind": "quarter", "number": "1", "year": "2026", "submit_by": "27/02/2026",
             "submit_by_time": "17:00", "confirm_by": "03/04/2026", "confirm_by_time": "17:00"}  # fmt: skip
    assert "trước khi kỳ kết thúc (31/03/2026)" in text_of(client.get(reverse("cycle_review"), asked))
    page = text_of(client.get(reverse("cycle_review"), asked | {"submit_by": "31/03/2026"}))
    assert "trước khi kỳ kết thúc" not in page


def test_a_quarter_s_heads_are_not_named_like_a_month_s_and_its_last_day_is_told_until_it_comes() -> None:
    quarter, april = Cycle(kind="quarter", year=2026, number=4), Cycle(kind="month", year=2026, number=4)
    assert [heads_name(one) for one in (quarter, april)] == ["dau-chuoi-2026-Q4.json", "dau-chuoi-2026-T04.json"]
    assert last_day(april, date(2026, 4, 29)) == date(2026, 4, 30)
    assert last_day(april, date(2026, 4, 30)) is None
