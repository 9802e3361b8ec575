"""What a head types into a judgement stays on the device until the server has it, and not longer."""

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import Visitor
from tests.journeys.test_flows import cast as cast
from tests.journeys.test_flows import opened_month

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = "Object.keys(sessionStorage).filter(k => k.startsWith('thuocdo:keep'))"


def test_the_heads_words_survive_a_dead_network_and_leave_with_the_confirmation(desktop: Visitor, cast: Cast) -> None:
    months.make_task(cast.officer_appraised, cast.economy, 1, late=1)
    cycle = opened_month(cast, 2)
    sheet = months.opened(cycle, cast.officer_appraised, timezone.now())
    desktop.sign_in(cast.head.user.username)
    page, path = desktop.page, f"/danh-gia/phieu/{sheet.pk}/"
    save = f"**/danh-gia/phieu/{sheet.pk}/luu/"
    page.route(save, lambda route: route.abort())
    desktop.go(path)
    page.locator("#comment").click()
    page.keyboard.type("Cần chủ động hơn.")
    assert len(page.evaluate(COPIES)) == 1

    desktop.go(f"/danh-gia/{cycle.pk}/")
    page.locator(f'[data-row="{sheet.pk}"] [data-open]').click()
    text = page.locator("#ben-phieu textarea[name=comment]")
    text.wait_for()
    take = page.get_by_role("button", name="Lấy lại nội dung đã gõ")
    if take.count():  # else the last word of the page that was left came through
        take.click()
    expect(text).to_have_value("Cần chủ động hơn.")
    page.unroute(save)
    text.press("End")
    page.keyboard.type(" Tốt.")
    expect(page.locator("#saved")).to_contain_text("Đã lưu nháp", timeout=6000)
    page.wait_for_function(f"{COPIES}.length === 0")
    desktop.accessible()

    text.press("End")
    page.keyboard.type(" Nhất trí.")
    page.locator("#ben-phieu [data-key-confirm]").click()
    expect(page.locator("#ben-phieu")).to_contain_text("Đã xác nhận")
    page.wait_for_timeout(200)
    assert page.evaluate(COPIES) == []
    assert sheet.confirmations.get().comment == "Cần chủ động hơn. Tốt. Nhất trí."

    other = months.opened(cycle, cast.colleague, timezone.now())
    desktop.go(f"/danh-gia/phieu/{other.pk}/")
    page.route("**/*", stop_saving)
    page.locator("#comment").click()
    page.keyboard.type("Đang gõ dở")
    assert len(page.evaluate(COPIES)) == 1
    desktop.arrive("button", "Đăng xuất")
    desktop.complaints[:] = [one for one in desktop.complaints if "ERR_FAILED" not in one]
    assert page.evaluate(COPIES) == [], "computers are shared: signing out leaves nothing"


def stop_saving(route: Route) -> None:
    """Nothing typed gets through: no draft, and no trial that would come after signing out."""
    if route.request.url.endswith(("/luu/", "/tinh-thu/")):
        route.abort()
    else:
        route.continue_()
