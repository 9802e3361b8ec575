"""The employee's month in a real browser: from the to-do list to the receipt, the bill and the petition."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import Visitor
from tests.journeys.people import cast_with_passwords, month_open
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Confirmation, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 100_000


@pytest.fixture
def cast() -> Cast:
    """The cast with passwords; four tasks wait for the officer's report."""
    made = cast_with_passwords()
    for number in range(1, 5):
        months.make_task(made.officer_appraised, made.economy, number, reported=False)
    months.make_task(made.colleague, made.economy, 1)
    months.make_task(made.colleague, made.economy, 2, completed=300, quality_met=200, on_time=300, late=1)
    return made


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    """February's cycle, with deadlines still to come."""
    return month_open(cast)


def confirmed(cycle: Cycle, cast: Cast, at: datetime) -> Confirmation:
    result = months.confirmed(cycle, cast.colleague, at)
    actions.record_view(sheet_id=result.sheet_id, by=cast.organisation_officer.user, at=at)
    return result


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_month_from_the_list_to_the_receipt(visitors: Any, cast: Cast, cycle: Cycle, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    me: Visitor = visitors(phone=phone)
    me.sign_in("kt003")
    me.accessible()
    me.picture(f"employee-todo-{size}")
    me.clicks = 0
    me.arrive("link", "Lập và nộp phiếu tháng 2/2026")
    me.accessible()
    me.picture(f"employee-sheet-empty-{size}")
    report_all(me, cast)
    mark_all(me)
    me.accessible()
    me.picture(f"employee-sheet-filled-{size}")
    me.tap("button", "Xem lại trước khi nộp")
    me.page.wait_for_url("**/xem-lai/")
    assert "97,5" in me.page.inner_text("main")
    me.accessible()
    me.picture(f"employee-review-{size}")
    me.tap("button", "Nộp phiếu tháng 2/2026")
    me.page.wait_for_url("**/bien-nhan/")
    assert me.clicks <= 20, "flow A: at most 20 taps"
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SUBMITTED
    assert me.page.inner_text("#ma-bien-nhan").startswith(f"2026-T02-{sheet.pk}-1-")
    me.accessible()
    me.picture(f"employee-receipt-{size}")
    me.arrive("link", "Xem phiếu, rút lại")
    me.accessible()
    me.tap("button", "Rút lại phiếu để sửa")
    me.page.get_by_text("Đã rút lại phiếu").wait_for()


def report_all(me: Visitor, cast: Cast) -> None:
    """One tap for each task."""
    for task in Task.objects.filter(person=cast.officer_appraised).order_by("code"):
        me.clicks += 1
        box = me.page.locator(f"#viec-{task.pk}")
        box.get_by_role("button", name="Xong đủ, đạt, đúng hạn").click()
        box.get_by_text("đã ghi").wait_for()
    assert not Task.objects.filter(person=cast.officer_appraised, completed=None).exists()


def mark_all(me: Visitor) -> None:
    """One tap for each criterion: 4 of 5 first, 2 of 2,5 for three others, the maximum for the rest."""
    groups = me.page.locator(".quick")
    for index in range(groups.count()):
        me.clicks += 1
        groups.nth(index).get_by_role("button").nth(4 if index in (0, 3, 4, 9) else 5).click()
    me.page.get_by_text("Đã lưu nháp lúc").wait_for()
    me.page.locator("#tong-tam-tinh", has_text="97,5").wait_for()
    assert "Hoàn thành xuất sắc nhiệm vụ" in me.page.inner_text("#dang-tinh")


def test_a_wrong_number_is_explained_and_nothing_is_lost(desktop: Visitor, cast: Cast, cycle: Cycle) -> None:
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    desktop.sign_in("kt003")
    page = desktop.go(f"/phieu/{sheet.pk}/")
    page.get_by_label("I.2. Ý thức kỷ luật").fill("30.5")
    page.get_by_label("Ưu điểm").fill("Tận tụy với người dân")
    page.locator("#mark-discipline-cong", has_text="lớn hơn mức tối đa 5").wait_for()
    page.get_by_role("button", name="Xem lại trước khi nộp").click()
    summary = page.locator("#error-summary")
    summary.wait_for()
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.title().startswith("Lỗi: ")
    desktop.accessible()
    desktop.picture("employee-sheet-errors-desktop")
    summary.get_by_role("link", name="30.5").click()
    assert page.evaluate("document.activeElement.id") == "mark-discipline"
    assert page.get_by_label("I.2. Ý thức kỷ luật").input_value() == "30.5"
    assert page.get_by_label("Ưu điểm").input_value() == "Tận tụy với người dân"
    page.reload()
    assert page.get_by_label("Ưu điểm").input_value() == "Tận tụy với người dân", "the draft was saved"


def test_long_work_says_so_until_the_page_changes(desktop: Visitor, cast: Cast, cycle: Cycle) -> None:
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    desktop.sign_in("kt003")
    page = desktop.go(f"/phieu/{sheet.pk}/")
    page.evaluate("window.sent = 0; window.addEventListener('submit', (event) => "
                  "{ if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); })")
    button = page.get_by_role("button", name="Lưu và tính thử")
    button.click()
    assert button.get_attribute("aria-busy") == "true"
    page.get_by_role("status").filter(has_text="Đang xử lý, xin chờ…").wait_for()
    desktop.accessible()
    page.get_by_text("Đã chờ 5 giây").wait_for()
    button.click()
    assert page.evaluate("window.sent") == 1, "the guard holds as long as the page stays"
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-busy") is None
    assert not page.get_by_text("Đang xử lý").count()
    button.click()
    assert page.evaluate("window.sent") == 2


def test_an_upload_names_its_own_wait(desktop: Visitor, cast: Cast) -> None:
    desktop.sign_in(cast.organisation_officer.user.username)
    page = desktop.go("/to-chuc/nhap-du-lieu/")
    page.evaluate("window.addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("status").filter(has_text="Đang đọc tệp, có thể mất đến một phút").wait_for()
    desktop.accessible()


def test_after_the_session_ended_the_page_keeps_what_was_typed(
    desktop: Visitor, cast: Cast, cycle: Cycle
) -> None:
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    desktop.sign_in("kt003")
    page = desktop.go(f"/phieu/{sheet.pk}/")
    desktop.context.clear_cookies()
    page.get_by_label("Ưu điểm").fill("Đang gõ dở")
    page.locator("#live-messages", has_text="chưa được lưu").wait_for()
    assert page.get_by_label("Ưu điểm").input_value() == "Đang gõ dở"
    desktop.complaints = [c for c in desktop.complaints if "status of 401" not in c]


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_bill_the_petition_and_the_year(visitors: Any, cast: Cast, cycle: Cycle, phone: bool) -> None:
    size = "phone" if phone else "desktop"
    result = confirmed(cycle, cast, timezone.now())
    me: Visitor = visitors(phone=phone)
    me.sign_in("kt004")
    for path, name in (
        ("/phieu/", "sheets"),
        (f"/phieu/{result.sheet_id}/", "confirmed"),
        (f"/phieu/{result.sheet_id}/vi-sao/", "why"),
        ("/nam/2026/", "year"),
        ("/quy-tac/", "rulebooks"),
        ("/quy-tac/state/nd-335-2025/", "rulebook"),
        ("/tro-giup/", "help"),
        ("/mat-khau/", "password"),
        ("/khong-co-trang-nay/", "not-found"),
    ):
        me.go(path)
        me.accessible()
        me.picture(f"employee-{name}-{size}")
    me.go(f"/phieu/{result.sheet_id}/vi-sao/")
    me.arrive("link", "Gửi kiến nghị")
    me.accessible()
    me.page.get_by_label("Nội dung kiến nghị").fill(
        "Báo cáo số 2 chậm do chờ ý kiến cấp trên, có công văn kèm theo."
    )
    me.tap("button", "Gửi kiến nghị")
    me.page.get_by_text("đang giải quyết").wait_for()
    me.accessible()
    me.picture(f"employee-petition-{size}")


def test_pages_are_light_on_a_cold_cache(phone: Visitor, cast: Cast, cycle: Cycle) -> None:
    result = confirmed(cycle, cast, timezone.now())
    weights = {"/dang-nhap/": phone.weigh("/dang-nhap/").total}
    phone.sign_in("kt004")
    for path in (
        "/",
        "/phieu/",
        f"/phieu/{result.sheet_id}/vi-sao/",
        "/nam/2026/",
        "/quy-tac/state/nd-335-2025/",
    ):
        weights[path] = phone.weigh(path).total
    phone.context.clear_cookies()
    phone.sign_in("kt003")
    path = f"/phieu/{months.sheet_of(cycle, cast.officer_appraised).pk}/"
    weights[path] = phone.weigh(path).total
    assert all(0 < weight <= LIMIT for weight in weights.values()), weights
