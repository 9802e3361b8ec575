"""Whatever is killed on the way through flow A, at most the last five seconds of typing are gone."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.cast import Cast, build_cast
from tests.factories import months
from tests.guards import outside_actions
from tests.journeys.conftest import PASSWORD
from tests.journeys.server import Server
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Draft, Sheet, Submission
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 5.0
"""Seconds of typing that may be lost."""


@pytest.fixture
def cast() -> Cast:
    """The cast with passwords; January was filed, one task of February waits."""
    made = build_cast()
    with outside_actions():
        User.objects.update(password=make_password(PASSWORD))
    return made


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    """February's sheet with its owner."""
    me, at = cast.officer_appraised, timezone.now()
    months.make_task(me, cast.economy, 1, month=months.MONTH.replace(month=1))
    months.make_task(me, cast.economy, 1, reported=False)
    found = {}
    for number in (1, 2):
        found[number] = actions.open_cycle(
            root_id=cast.ward.pk, kind="month", year=2026, number=number, choices={},
            by=cast.organisation_officer.user, at=at, submit_by=at + timedelta(days=3),
            confirm_by=at + timedelta(days=6),
        )  # fmt: skip
    months.submitted(found[1], me, at)
    return months.sheet_of(found[2], me)


@pytest.fixture
def server(sheet: Sheet) -> Iterator[Server]:
    """The product in a process of its own."""
    made = Server(str(connection.settings_dict["NAME"]))
    made.start()
    yield made
    made.kill()


class Person:
    """The owner of the sheet at a browser that can be killed."""

    def __init__(self, browser: Browser, server: Server, sheet: Sheet) -> None:
        self.browser, self.server, self.sheet = browser, server, sheet
        self.form = f"{server.url}/phieu/{sheet.pk}/"
        self.context: BrowserContext = self.fresh(None)
        self.page: Page = self.context.new_page()
        self.page.goto(f"{server.url}/dang-nhap/")
        self.page.get_by_label("Tên đăng nhập").fill("kt003")
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.goto(self.form)

    def fresh(self, state: Any) -> BrowserContext:
        context = self.browser.new_context(locale="vi-VN", storage_state=state)
        context.set_default_timeout(15_000)
        return context

    def kill_browser(self) -> None:
        """The window is gone; the session's cookie is still on the disk."""
        state = self.context.storage_state()
        self.context.close()
        self.context = self.fresh({"cookies": state["cookies"], "origins": []})
        self.page = self.context.new_page()
        self.page.goto(self.form)

    def type(self, selector: str, text: str) -> None:
        self.page.locator(selector).fill("")
        self.page.locator(selector).click()
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def stands(self, selector: str, text: str) -> None:
        assert self.page.locator(selector).input_value() == text, selector

    def take_back(self) -> None:
        """Take what the tab kept, where it had to be kept."""
        button = self.page.get_by_role("button", name="Lấy lại nội dung đã gõ")
        if button.count():
            button.click()

    def copies(self) -> list[str]:
        found: list[str] = self.page.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('thuocdo:keep'))")
        return found


def within_limit(found: Callable[[], bool], limit: float = LIMIT) -> None:
    """It comes true within the limit, counted from now."""
    end = time.monotonic() + limit
    while not found():
        assert time.monotonic() < end, f"not on the server after {limit} seconds"
        time.sleep(0.05)


def drafted(sheet: Sheet, text: str) -> Callable[[], bool]:
    """Whether the server's draft holds the text."""
    return lambda: any(
        text in json.dumps(json.loads(d), ensure_ascii=False)
        for d in Draft.objects.filter(sheet=sheet).values_list("document", flat=True)
    )


def test_a_kill_at_twelve_points_of_flow_a(browser: Browser, server: Server, sheet: Sheet) -> None:
    begun = time.monotonic()
    me = Person(browser, server, sheet)
    browser_dies(me)
    network_goes(me)
    server_dies(me)
    me.context.close()
    took = time.monotonic() - begun
    assert took < 90, f"{took:.0f} s"


def browser_dies(me: Person) -> None:
    """1-5: in a number of a task, a mark, a text, in typing without a pause, after a choice for a whole group."""
    task = Task.objects.get(person=me.sheet.person, month=months.MONTH)
    for selector, text in (
        (f"#task-{task.pk}-completed", "3"), ("#mark-discipline", "4,5"), ("#strengths", "Tiếp dân đúng hẹn."),
    ):  # fmt: skip
        me.type(selector, text)
        within_limit(drafted(me.sheet, f'"{text}"'))
        me.kill_browser()
        me.stands(selector, text)
    me.page.locator("#shortcomings").click()
    begun = time.monotonic()
    while time.monotonic() - begun < LIMIT:
        me.page.keyboard.type("chậm ")
        time.sleep(0.1)
    assert drafted(me.sheet, "chậm chậm")(), "typing without a pause is saved on the way"
    me.kill_browser()
    assert me.page.locator("#shortcomings").input_value().startswith("chậm chậm")
    me.page.locator(".keep button").first.click()
    me.page.locator(".group").first.get_by_text("cộng dồn").first.wait_for()
    me.kill_browser()
    me.stands("#mark-political_ethics", "4")


def network_goes(me: Person) -> None:
    """6-8: typing goes on without a network; it comes back; the tab is reloaded in between; a proposal too."""
    me.context.set_offline(True)
    me.type("#strengths", "Gõ khi mất mạng.")
    me.page.locator("#live-messages", has_text="mất kết nối").wait_for()
    me.context.set_offline(False)
    within_limit(drafted(me.sheet, "Gõ khi mất mạng."))
    within_limit(lambda: not me.copies())
    me.context.set_offline(True)
    me.type("#strengths", "Rồi tải lại trang.")
    with pytest.raises(Error):
        me.page.reload()
    me.context.set_offline(False)
    me.page.goto(me.form)
    me.take_back()
    me.stands("#strengths", "Rồi tải lại trang.")
    within_limit(drafted(me.sheet, "Rồi tải lại trang."))
    me.page.get_by_role("link", name="Thêm việc tự làm").click()
    me.page.locator("#title").wait_for()
    me.type("#title", "Tiếp dân lưu động")
    me.page.goto(me.form)
    me.take_back()
    me.page.locator("#title").wait_for()
    within_limit(lambda: me.page.locator("#title").input_value() == "Tiếp dân lưu động")
    me.page.goto(me.form)
    me.press("Bỏ bản giữ trên máy này")
    assert not me.copies()


def server_dies(me: Person) -> None:
    """9-12: while typing, on the way to the answers, on filing; and who leaves takes the copies along."""
    me.server.kill()
    me.type("#strengths", "Gõ khi máy chủ hỏng.")
    me.page.locator("#live-messages", has_text="mất kết nối").wait_for()
    me.server.start()
    within_limit(drafted(me.sheet, "Gõ khi máy chủ hỏng."))
    for slug, text in months.marks().items():
        me.page.locator(f"#mark-{slug}").fill(text)
    me.press("Xong đủ, đạt, đúng hạn")
    me.page.locator(".tag-ok").first.wait_for()
    me.server.kill()
    me.type("#strengths", "Vừa gõ vừa đi tiếp.")
    me.page.locator("#phieu button[value=review]").click()
    me.page.wait_for_url("chrome-error://**")
    me.server.start()
    me.page.goto(me.form)
    me.take_back()
    me.stands("#strengths", "Vừa gõ vừa đi tiếp.")
    within_limit(drafted(me.sheet, "Vừa gõ vừa đi tiếp."))
    me.press("Xem lại trước khi nộp")
    me.page.wait_for_url("**/xem-lai/")
    me.server.kill()
    me.press("Nộp phiếu")
    me.page.wait_for_url("chrome-error://**")
    assert not Submission.objects.filter(sheet=me.sheet).exists()
    me.server.start()
    me.page.goto(me.form + "xem-lai/")
    assert "Vừa gõ vừa đi tiếp." in me.page.inner_text("main")
    me.press("Nộp phiếu")
    me.page.wait_for_url("**/bien-nhan/")
    assert Submission.objects.filter(sheet=me.sheet).count() == 1
    assert not [key for key in me.copies() if key.endswith(":phieu")], "erased when the server has it"
    me.page.evaluate("sessionStorage.setItem('thuocdo:keep:0:/phieu/1/:phieu', '{}')")
    me.press("Đăng xuất")
    me.page.wait_for_url("**/dang-nhap/**")
    assert not me.copies(), "computers are shared"
