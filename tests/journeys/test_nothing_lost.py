"""Whatever is killed on the way through flow A, at most the last five seconds of typing are gone.

A point is a place of the flow together with what is gone there: the browser's window, the network, the server. One
person goes through the month once; every killed server is the same product, started again (`server`).
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import PASSWORD, PATIENCE
from tests.journeys.people import cast_with_passwords, month_open
from tests.journeys.server import Server
from thuocdo.accounts.models import UnsentText
from thuocdo.appraisals.models import Draft, Sheet, Submission
from thuocdo.work.models import Clarification, Task

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long(110)]
LIMIT = 5.0
"""Seconds of typing that may be lost."""
DEATHS = ("window", "network", "server")
PLACES = (
    ("#task-{task}-completed", ("1", "2", "3")),
    ("#mark-discipline", ("4,5", "4", "3,5")),
    ("#mark-political_ethics", ("3", "3,5", "2")),
    ("#strengths", ("Tiếp dân đúng hẹn.", "Gõ khi mất mạng.", "Gõ khi máy chủ hỏng.")),
    ("#shortcomings", ("Còn chậm.", "Chậm hai việc.", "Cần chủ động hơn.")),
)
"""Where something is typed, and what, for each death."""
CLOCK_AHEAD = "Date.now = ((real) => () => real() + 13 * 3600 * 1000)(Date.now)"
"""The device's clock jumps: what was kept is kept, whatever the device says."""


@pytest.fixture
def cast() -> Cast:
    """The cast with passwords; January was filed, tasks of February wait."""
    made = cast_with_passwords()
    return made


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    """February's sheet with its owner."""
    me, at = cast.officer_appraised, timezone.now()
    months.make_task(me, cast.economy, 1, month=months.MONTH.replace(month=1))
    for number in range(1, 5):
        months.make_task(me, cast.economy, number, reported=False)
    found = {}
    for number in (1, 2):
        found[number] = month_open(cast, at, number=number)  # fmt: skip
    months.submitted(found[1], me, at)
    return months.sheet_of(found[2], me)


@pytest.fixture
def server(sheet: Sheet) -> Iterator[Server]:
    """The product in a process of its own."""
    made = Server(str(connection.settings_dict["NAME"]))
    made.start()
    yield made
    made.end()


class Person:
    """The owner of the sheet at a browser whose window can be closed."""

    def __init__(self, browser: Browser, server: Server, sheet: Sheet) -> None:
        self.browser, self.server, self.sheet = browser, server, sheet
        self.form = f"{server.url}/phieu/{sheet.pk}/"
        self.points: list[tuple[str, str]] = []
        self.context: BrowserContext = self.fresh([])
        self.page: Page = self.context.new_page()
        self.sign_in()

    def sign_in(self) -> None:
        self.page.goto(f"{self.server.url}/dang-nhap/")
        self.page.get_by_label("Tên đăng nhập").fill("kt003")
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.goto(self.form)

    def fresh(self, cookies: Any) -> BrowserContext:
        context = self.browser.new_context(locale="vi-VN")
        context.add_cookies(cookies)
        context.set_default_timeout(PATIENCE)
        return context

    def close_window(self) -> None:
        """The window is closed with its tab and what that kept, and another opened; the session's cookie is still on
        disk. Chromium itself lives: test_killed_browser kills that. (`storage_state` would ask the page, which may be
        on its way elsewhere, and has no limit of time.)"""
        cookies = self.context.cookies()
        self.context.close()
        self.context = self.fresh(cookies)
        self.page = self.context.new_page()
        self.page.goto(self.form)

    def killed(self, death: str, place: str) -> None:
        """One more point: it was killed there and nothing was lost."""
        self.points.append((death, place))

    def cut(self, death: str) -> None:
        """The network or the server is gone."""
        if death == "network":
            self.context.set_offline(True)
        else:
            self.server.kill()

    def mend(self, death: str) -> None:
        """It is there again."""
        if death == "network":
            self.context.set_offline(False)
        else:
            self.server.start()

    def noticed(self) -> None:
        """The page says that it is not connected."""
        self.page.locator("#live-messages", has_text="mất kết nối").wait_for()

    def come_back(self) -> None:
        """To the form, from a tab that may still be on its way to the browser's own page of errors."""
        for _ in range(3):
            try:
                self.page.goto(self.form)
            except Error as fault:
                if "interrupted by another navigation" not in str(fault):
                    raise
            else:
                return
        raise AssertionError(self.page.url)

    def unanswered(self) -> None:
        """The browser comes to its own page, because nobody answered."""
        for _ in range(300):
            if self.page.url.startswith("chrome-error:"):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(self.page.url)

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


def within_limit(found: Callable[[], bool]) -> None:
    """It comes true within the limit, counted from now."""
    end = time.monotonic() + LIMIT
    while not found():
        assert time.monotonic() < end, f"not on the server after {LIMIT} seconds"
        time.sleep(0.05)


def drafted(sheet: Sheet, text: str) -> Callable[[], bool]:
    """Whether the server's draft holds the text."""
    return lambda: any(
        text in json.dumps(json.loads(d), ensure_ascii=False)
        for d in Draft.objects.filter(sheet=sheet).values_list("document", flat=True)
    )


def unsent(place: str, text: str) -> Callable[[], bool]:
    """Whether the server keeps the text as typed and not sent at this place."""
    rows = UnsentText.objects.filter(user__username="kt003", place=place)
    kept = rows.exclude(typed="").values_list("typed", flat=True)
    return lambda: any(text in str(json.loads(typed)) for typed in kept.all())


def test_a_kill_at_thirty_points_of_flow_a(browser: Browser, server: Server, sheet: Sheet) -> None:
    begun = time.monotonic()
    me = Person(browser, server, sheet)
    typing(me)
    typing_without_a_pause(me)
    choosing(me)
    reporting(me)
    proposing(me)
    answering(me)
    leaving_the_tab(me)
    signing_out(me)
    going_on(me)
    filing(me)
    me.context.close()
    assert len(me.points) == len(set(me.points)) >= 30, me.points
    assert {death for death, _ in me.points} == set(DEATHS)
    print(f"{len(me.points)} points in {time.monotonic() - begun:.0f} s")


def typing(me: Person) -> None:
    """In a number of a task, a mark typed, a mark lower than before, a text, another text: each of the three dies."""
    task = Task.objects.filter(person=me.sheet.person, month=months.MONTH).latest("pk")
    for number, death in enumerate(DEATHS):
        for place, texts in PLACES:
            selector, text = place.format(task=task.pk), texts[number]
            if death == "window":
                me.type(selector, text)
                within_limit(drafted(me.sheet, f'"{text}"'))
                me.close_window()
            else:
                me.cut(death)
                me.type(selector, text)
                me.noticed()
                me.mend(death)
                within_limit(drafted(me.sheet, f'"{text}"'))
                within_limit(lambda: not me.copies())
            me.stands(selector, text)
            me.killed(death, place)


def typing_without_a_pause(me: Person) -> None:
    """Nobody stops for the sake of a draft: it is written on the way."""
    me.page.locator("#shortcomings").fill("")
    me.page.locator("#shortcomings").click()
    begun = time.monotonic()
    while time.monotonic() - begun < LIMIT:
        me.page.keyboard.type("chậm ")
        time.sleep(0.1)
    assert drafted(me.sheet, "chậm chậm")(), "typing without a pause is saved on the way"
    me.close_window()
    assert me.page.locator("#shortcomings").input_value().startswith("chậm chậm")
    me.killed("window", "in the middle of typing")


def choosing(me: Person) -> None:
    """A tap on a mark's button, and one that keeps the marks of last month for a whole group."""
    for number, death in enumerate(DEATHS):
        choice = str(number + 1)
        button = me.page.locator("#mark-political_ethics-khung .quick").get_by_role("button", name=choice, exact=True)
        if death == "window":
            button.click()
            within_limit(drafted(me.sheet, f'"{choice}"'))
            me.close_window()
        else:
            me.cut(death)
            button.click()
            me.noticed()
            me.mend(death)
            within_limit(lambda: not me.copies())
        me.stands("#mark-political_ethics", choice)
        me.killed(death, "a mark chosen by its button")
    for death in DEATHS:
        me.type("#mark-political_ethics", "1")
        within_limit(lambda: not me.copies())
        if death != "window":
            me.cut(death)
            me.page.locator(".keep button").first.click()
            me.noticed()
            me.mend(death)
        me.page.locator(".keep button").first.click()
        expect(me.page.locator("#mark-political_ethics")).to_have_value("4")
        if death == "window":
            me.close_window()
        me.stands("#mark-political_ethics", "4")
        me.killed(death, "a group kept as last month")


def reporting(me: Person) -> None:
    """A task is reported by one press; pressed again afterwards, as people do, it has one effect."""
    tasks = list(Task.objects.filter(person=me.sheet.person, month=months.MONTH).order_by("pk"))
    for task, death in zip(tasks, DEATHS, strict=False):
        press = me.page.locator(f"#viec-{task.pk}").get_by_role("button", name="Xong đủ, đạt, đúng hạn")
        if death == "window":
            press.click(no_wait_after=True)
            me.close_window()
        else:
            me.cut(death)
            press.click()
            me.noticed()
            me.mend(death)
        if not me.page.locator(f"#viec-{task.pk} .tag-ok").count():
            me.page.locator(f"#viec-{task.pk}").get_by_role("button", name="Xong đủ, đạt, đúng hạn").click()
        me.page.locator(f"#viec-{task.pk} .tag-ok").wait_for()
        task.refresh_from_db()
        assert (task.completed, task.quality_met, task.on_time) == (400, 400, 400)
        me.killed(death, "a task reported by one press")


def proposing(me: Person) -> None:
    """Own work that is not in the register: typed, sent when nobody is there, sent again."""
    me.page.get_by_role("link", name="Thêm việc tự làm").click()
    for death in DEATHS[1:]:
        title = f"Tiếp dân lưu động: {death}"
        for name, text in (("#title", title), ("#assigned", "1"), ("#coefficient", "1")):
            me.page.locator(name).wait_for()
            me.type(name, text)
        me.page.get_by_role("button", name="Hạn: hết tháng").click()
        me.cut(death)
        me.press("Gửi đề xuất")
        me.noticed()
        me.stands("#title", title)
        me.mend(death)
        me.press("Gửi đề xuất")
        me.page.locator("#them-viec", has_text=f"Đã gửi đề xuất “{title}”").wait_for()
        assert Task.objects.filter(title=title).count() == 1
        me.killed(death, "own work proposed")
        me.page.get_by_role("link", name="Thêm việc khác").click()
    me.page.locator("#title").wait_for()
    me.type("#title", "Việc gõ dở")
    within_limit(unsent("de-xuat/2026-02", "Việc gõ dở"))
    me.close_window()
    me.page.locator(".note", has_text="Việc tự làm: hệ thống còn giữ 1 ô").wait_for()
    me.take_back()
    within_limit(lambda: me.page.locator("#title").input_value() == "Việc gõ dở")
    me.killed("window", "own work proposed")
    me.page.goto(me.form)
    me.press("Bỏ nội dung này")
    within_limit(lambda: not unsent("de-xuat/2026-02", "Việc")())
    assert not me.copies()


def answering(me: Person) -> None:
    """The forms of one task: what was typed and not sent is offered again, what was sent is not."""
    task = Task.objects.filter(person=me.sheet.person, month=months.MONTH).earliest("pk")
    asked = Clarification.objects.create(
        task=task, question="Vì sao chậm?", due=task.due_date, asked_at=timezone.now(),
        asked_by_id=me.sheet.evaluator.user_id,
    )
    page, answer = f"{me.server.url}/cong-viec/{task.pk}/", f"#answer-{asked.pk}"
    me.page.goto(page)
    me.type("#text", "https://example.org/bien-ban")
    me.type(answer, "Chờ văn bản của sở.")
    within_limit(unsent(f"cong-viec/{task.pk}/giai-trinh/{asked.pk}", "Chờ văn bản"))
    within_limit(unsent(f"cong-viec/{task.pk}/minh-chung", "example.org"))
    me.close_window()
    me.page.goto(page)
    for _ in range(2):
        me.press("Lấy lại nội dung đã gõ")
    me.stands(answer, "Chờ văn bản của sở.")
    me.stands("#text", "https://example.org/bien-ban")
    me.killed("window", "an explanation and a link typed")
    with me.page.expect_navigation():
        me.press("Gửi giải trình")
    assert me.page.get_by_role("button", name="Lấy lại nội dung đã gõ").count() == 1, "only the link is not sent"
    asked.refresh_from_db()
    assert asked.answer == "Chờ văn bản của sở."
    me.page.goto(me.form)


def leaving_the_tab(me: Person) -> None:
    """The tab is loaded again while nobody is there, on a device whose clock jumps: it offers what it kept."""
    for death in DEATHS[1:]:
        text = f"Rồi tải lại trang: {death}."
        me.cut(death)
        me.type("#strengths", text)
        with pytest.raises(Error):
            me.page.reload()
        me.mend(death)
        me.context.add_init_script(CLOCK_AHEAD)
        me.come_back()
        me.take_back()
        me.stands("#strengths", text)
        within_limit(drafted(me.sheet, text))
        me.killed(death, "the tab loaded again")


def going_on(me: Person) -> None:
    """On the way from the form to the answers."""
    for slug, text in months.marks().items():
        me.page.locator(f"#mark-{slug}").fill(text)
    for task in Task.objects.filter(person=me.sheet.person, month=months.MONTH, state=Task.State.ACTIVE):
        if not me.page.locator(f"#viec-{task.pk} .tag-ok").count():
            me.page.locator(f"#viec-{task.pk}").get_by_role("button", name="Xong đủ, đạt, đúng hạn").click()
            me.page.locator(f"#viec-{task.pk} .tag-ok").wait_for()
    within_limit(lambda: not me.copies())
    for death in DEATHS:
        text = f"Vừa gõ vừa đi tiếp: {death}."
        to_answers = me.page.locator("#phieu button[value=review]")
        if death == "window":
            me.type("#strengths", text)
            to_answers.click(no_wait_after=True)
            within_limit(drafted(me.sheet, text))
            me.close_window()
        else:
            me.cut(death)
            me.type("#strengths", text)
            to_answers.click(no_wait_after=True)
            me.unanswered()
            me.mend(death)
            me.page.goto(me.form)
            me.take_back()
        me.stands("#strengths", text)
        within_limit(drafted(me.sheet, text))
        me.killed(death, "on the way to the answers")
    me.press("Xem lại trước khi nộp")
    me.page.wait_for_url("**/xem-lai/")


def filing(me: Person) -> None:
    """Filing is not lost and not done twice; the copy on the device goes when the server has it."""
    answers = me.form + "xem-lai/"
    for death in DEATHS[1:]:
        me.cut(death)
        me.press("Nộp phiếu")
        me.unanswered()
        assert not Submission.objects.filter(sheet=me.sheet).exists()
        me.mend(death)
        me.page.goto(answers)
        assert "Vừa gõ vừa đi tiếp: server." in me.page.inner_text("main")
        me.killed(death, "filing")
    me.page.get_by_role("button", name="Nộp phiếu").first.click(no_wait_after=True)
    me.close_window()
    if not Submission.objects.filter(sheet=me.sheet).exists():
        me.page.goto(answers)
        me.press("Nộp phiếu")
        me.page.wait_for_url("**/bien-nhan/")
    assert Submission.objects.filter(sheet=me.sheet).count() == 1
    me.killed("window", "filing")
    me.page.goto(me.form + "bien-nhan/")
    assert not [key for key in me.copies() if key.endswith(":phieu")], "erased when the server has it"


def signing_out(me: Person) -> None:
    """Computers are shared: what was typed and did not come through leaves with the person."""
    save = f"**/phieu/{me.sheet.pk}/luu/"
    me.page.route(save, lambda route: route.abort())
    me.type("#strengths", "Người sau không được đọc.")
    assert len(me.copies()) == 1
    me.press("Đăng xuất")
    me.page.wait_for_url("**/dang-nhap/**")
    assert not me.copies()
    me.page.unroute(save)
    me.sign_in()
    assert "Người sau không được đọc." not in me.page.locator("#strengths").input_value()
    me.type("#strengths", "Câu cuối trước khi ra về.")
    me.press("Đăng xuất")
    me.page.wait_for_url("**/dang-nhap/**")
    assert drafted(me.sheet, "Câu cuối trước khi ra về.")(), "the last word goes to the server before the person does"
    assert not me.copies()
    me.sign_in()
