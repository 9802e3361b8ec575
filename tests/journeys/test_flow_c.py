"""Flow C: an officer closes a district on one screen; navigations and taps are counted, keyboard and phone work."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast, build_cast
from tests.factories import months
from tests.guards import outside_actions
from tests.journeys.conftest import PASSWORD, Visitor
from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR = tmp_path / "heads"
    made = build_cast()
    with outside_actions():
        User.objects.update(password=make_password(PASSWORD))
    return made


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
def test_a_district_is_closed_on_one_screen(visitors: Any, cast: Cast, at: datetime, on_phone: bool) -> None:
    month = months.open_month(cast.ward, cast.organisation_officer)
    months.submitted(month, cast.colleague, at)
    visitor: Visitor = visitors(phone=on_phone)
    visitor.sign_in(cast.organisation_officer.user.username)
    page = visitor.go(reverse("cycle_progress", args=[month.pk]))
    assert page.get_by_role("button", name="Khóa kỳ").is_disabled()
    assert f"chờ {cast.head.full_name} xác nhận 1 phiếu" in page.inner_text("main")
    visitor.accessible()
    visitor.picture(f"flow-c-red-{'phone' if on_phone else 'desktop'}")
    visitor.arrive("button", f"Nhắc {cast.economy.name}")
    assert "Đã nhắc" in page.inner_text("main")
    assert Notice.objects.filter(kind="sheet.reminder", user=cast.head.user).count() == 1
    with outside_actions():
        Sheet.objects.filter(cycle=month).update(state="exempted")

    visitor.go(reverse("cycle_progress", args=[month.pk]))
    navigations: list[str] = []
    page.on("framenavigated", lambda frame: navigations.append(frame.url))
    taps = 0
    if on_phone:
        page.locator("#khoa > summary").tap()
        taps += 1
    else:
        page.locator("#khoa > summary").focus()
        page.keyboard.press("Enter")
    panel = page.locator("#khoa")
    assert "Không ai nộp, rút, trả lại hay xác nhận" in panel.inner_text()
    assert navigations == []
    visitor.accessible()
    visitor.picture(f"flow-c-clean-{'phone' if on_phone else 'desktop'}")
    with page.expect_navigation():
        if on_phone:
            panel.get_by_role("button", name="Khóa tháng").tap()
            taps += 1
        else:
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
    assert taps == (2 if on_phone else 0)
    assert Cycle.objects.get(pk=month.pk).state == "closed"
    assert "Đã khóa kỳ" in page.inner_text("main")
    visitor.accessible()
    visitor.arrive("link", "Công bố và văn bản tổng hợp của kỳ")
    assert page.url.endswith(reverse("decisions_cycle", args=[month.pk]))
