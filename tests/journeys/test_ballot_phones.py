"""Goal B5: a secret ballot on phones, from keys to board. The committee's tool runs in a real browser from its own
file, phones in real browsers of their size; the other voters are scripted; the casting host listens on its own port.
`TD_VOTERS=100 TD_PHONES=3` is the whole room, which the product's own server serves, as many processes as it has."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.factories import phones
from tests.factories.phones import Meeting
from tests.journeys.ballot_room import LATE, PHONES, VOTERS, WHOLE, p95, processors, scripted, used
from tests.journeys.conftest import PATIENCE, PHONE
from tests.ports import first_answer, free_port, kill_group, over_test_database
from thuocdo.ballots.casting.host import Host
from thuocdo.ballots.casting.keeper import Beating, Keeper
from thuocdo.ballots.lpk1 import tool, verifier
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.organisation.models import Person

SOON = """const later = window.setTimeout; window.setTimeout = (work, time) => later(work, Math.min(time || 0, 300));
const [begun, real] = [Date.now(), Date.now]; Date.now = () => begun + 50 * (real() - begun);"""
"""The phone's random delays and looks, made short; its clock, made fast."""


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None: ...


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads, request_queue_size = True, 128


@pytest.fixture
def casting(settings: Any, transactional_db: None) -> Iterator[str]:
    """The casting host on its own port over the test's database."""
    keeper, stop = Keeper(grace=1, every=0.3), threading.Event()
    server = make_server("127.0.0.1", 0, Host(keeper), Threaded, Quiet)  # type: ignore[arg-type]
    beating = Beating(keeper, stop)
    settings.CASTING_URL = f"http://localhost:{server.server_port}"
    threads = [beating, threading.Thread(target=server.serve_forever, daemon=True)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    stop.set()
    server.shutdown()
    server.server_close()
    beating.join(10)


@pytest.fixture
def site(casting: str, settings: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """The signed-in host."""
    if not WHOLE:
        yield request.getfixturevalue("live_server").url
        return
    port = free_port()
    command = [sys.executable, "-m", "thuocdo.cli", "serve", "--port", str(port), "--no-casting"]
    env = over_test_database(connection) | {"THUOCDO_CASTING_URL": settings.CASTING_URL}
    child = subprocess.Popen(command, env=env, start_new_session=True)
    url = f"http://localhost:{port}"
    try:
        first_answer(f"{url}/", child)
        SERVERS[url] = child.pid
        yield url
    finally:
        kill_group(child)


LEAVING = 0 if WHOLE else 1
"""A phone that takes a slip and does not cast it."""
SERVERS: dict[str, int] = {}
"""Process groups of signed-in hosts by their address."""


def inside(context: BrowserContext, site: str, person: Person) -> BrowserContext:
    """Signed in, without the page for it."""
    client = Client()
    client.force_login(person.user)  # type: ignore[arg-type]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    context.set_default_timeout(180_000 if WHOLE else PATIENCE)
    return context


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("THUOCDO_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"ballot-{name}.png", full_page=True)


def covered(page: Page) -> None:
    """What is marked on a phone that lies untouched is covered after twenty seconds, and still there."""
    marked, show = page.get_by_label("Tín nhiệm thấp"), page.get_by_role("button", name="Hiện lại")
    assert marked.is_visible()
    assert show.is_hidden()
    page.evaluate("const now = performance.now.bind(performance); performance.now = () => now() + 19000")
    page.wait_for_timeout(1100)
    assert marked.is_visible(), "not before"
    page.evaluate("const then = performance.now.bind(performance); performance.now = () => then() + 2000")
    show.wait_for()
    assert not marked.is_visible()
    picture(page, "covered")
    show.click()
    assert marked.is_checked()
    assert marked.is_visible()


class Committee:
    """The page of the committee and its tool, side by side in one browser."""

    def __init__(self, context: BrowserContext, site: str, one: Meeting, file: Path) -> None:
        file.write_text(tool.build(), encoding="utf-8")
        self.tool, self.page = context.new_page(), context.new_page()
        self.tool.goto(file.as_uri())
        self.address = f"{site}/bo-phieu/dien-thoai/{one.ballot.pk}/"
        self.page.goto(self.address)

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def given(self, path: str) -> str:
        return self.page.request.get(self.address + path).text()

    def see(self, words: str) -> None:
        """Load until the page says so."""
        for _ in range(100):
            self.page.goto(self.address)
            if words in self.page.inner_text("main"):
                return
            time.sleep(0.1)
        raise AssertionError(f"{words}: {self.page.inner_text('main')}")


@pytest.mark.slow
@pytest.mark.long(26)
def test_b5_a_ballot_on_phones_from_keys_to_board(browser: Browser, site: str, casting: str, tmp_path: Path) -> None:
    one = phones.meeting(VOTERS)
    screens: list[Page] = []
    for person in one.voters[: PHONES + LEAVING]:
        context = inside(browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True), site, person)
        context.add_init_script(SOON)
        screens.append(context.new_page())
        screens[-1].goto(f"{site}/bo-phieu/dien-thoai/{one.ballot.pk}/phieu/")
    screens[0].locator("#phone", has_text="Chưa phát phiếu").wait_for()
    assert "ẩn danh tuyệt đối" not in screens[0].content().lower()
    assert screens[0].get_by_role("link", name="Bỏ phiếu kín: giới hạn").first.get_attribute("href")
    desk = inside(browser.new_context(), site, one.tellers[0])
    of = Committee(desk, site, one, tmp_path / "cong-cu.html")

    of.tool.locator("#in-ballot").fill(of.given("cuoc-bo-phieu/"))
    of.tool.get_by_role("button", name="Đọc cuộc bỏ phiếu").click()
    of.tool.locator("#present").fill(str(VOTERS))
    of.tool.get_by_role("button", name="Tạo khóa").click()
    of.tool.locator("#shares details").nth(2).wait_for()
    printed = of.tool.evaluate("[...document.querySelectorAll('#shares p.code')].map((p) => p.textContent)")
    of.page.locator("#keys").fill("không phải khóa")
    of.press("Nhận khóa")
    assert "không đọc được" in of.page.inner_text("main")
    of.page.locator("#keys").fill(of.tool.locator("#text-keys").input_value())
    of.press("Nhận khóa")
    of.tool.get_by_role("button", name="Ba người đã có mảnh khóa").click()
    for box in of.page.locator("input[name=present]").all():
        box.check()
    picture(of.page, "roll-call")
    of.press("Bắt đầu phát phiếu")
    code = of.tool.locator("#keys-code").text_content()
    of.tool.locator("summary", has_text="Cầu nối").click()
    of.tool.locator("#bridge-address").fill(of.page.locator("#bridge-address").inner_text())
    with of.tool.expect_popup() as bridge:
        of.tool.get_by_role("button", name="Mở cầu nối").click()

    voters, before = scripted(one, one.voters[PHONES + LEAVING :], site, casting), processors(SERVERS.get(site))
    with ThreadPoolExecutor(max_workers=len(voters)) as many:
        asked = [many.submit(voter.get_token) for voter in voters]
        for screen in screens:
            screen.locator("#phone", has_text="So mã khóa").wait_for()
            assert code in screen.inner_text("#phone")
            picture(screen, "token")
            screen.get_by_role("button", name="Mã giống nhau: nhận phiếu").click()
        while not all(one_.done() for one_ in asked):
            bridge.value.wait_for_timeout(100)
        [one_.result() for one_ in asked]
    for screen in screens:
        screen.locator("#phone", has_text="Đã nhận phiếu").wait_for()
    screens[0].reload()
    screens[0].locator("#phone", has_text="Đã nhận phiếu").wait_for()
    *screens, left = screens if LEAVING else [*screens, screens[0]]
    spent = used(before, processors(SERVERS.get(site)), VOTERS)
    token, load = p95(voter.waited for voter in voters), os.getloadavg()[0]
    print(f"B5, {VOTERS} voters: tokens p95 {token:.1f} s at load {load:.1f}, {spent}", flush=True)
    picture(bridge.value, "bridge")
    bridge.value.close()
    of.tool.get_by_role("button", name="Kết thúc phát phiếu").click()
    of.see("Kết thúc phát phiếu")
    of.press("Kết thúc phát phiếu")
    assert f"Phát ra\n{VOTERS}" in of.page.inner_text("main")
    of.press("Bắt đầu bỏ phiếu")

    with ThreadPoolExecutor(max_workers=len(voters)) as many:
        casting_ = [many.submit(voter.cast, place % 3) for place, voter in enumerate(voters)]
        for screen in screens:
            screen.get_by_label("Tín nhiệm thấp").check()
            picture(screen, "slip")
            if screen is screens[0]:
                covered(screen)
            screen.get_by_role("button", name="Xem lại").click()
            picture(screen, "review")
            screen.get_by_role("button", name="Bỏ phiếu", exact=True).click()
        if LEAVING:  # who keeps the slip keeps five others waiting until casting closes
            screens[0].locator("#phone", has_text="chậm nhất khi đóng bỏ phiếu").wait_for()
            while not all(voter.sent or each.done() for voter, each in zip(voters, casting_, strict=True)):
                of.page.wait_for_timeout(50)
            of.press("Đóng bỏ phiếu")
        [each.result() for each in casting_]
    cast = p95(voter.wrote for voter in voters)
    print(f"B5: casts written p95 {cast:.1f} s, random delay of up to {LATE:.0f} s included", flush=True)
    for screen in screens:
        screen.locator("#phone", has_text="Đã ghi phiếu của ông/bà").wait_for()
    of.see(f"Đã ghi\n{VOTERS - LEAVING}")
    picture(of.page, "casting")
    if not LEAVING:
        of.press("Đóng bỏ phiếu")
    of.see("Công bố số phiếu thu về")
    assert not TokenRequest.objects.exists()

    of.tool.locator("#in-casts").fill(of.given("cac-phieu/"))
    of.tool.locator("#share-1").fill(printed[0])
    of.tool.locator("#share-2").fill(printed[2])
    of.tool.get_by_role("button", name="Mở phiếu và kiểm").click()
    of.tool.locator("#step-board").wait_for()
    of.page.locator("#board").fill(of.tool.locator("#text-board").input_value())
    of.press("Công bố bảng kết quả")
    opened = time.monotonic()
    for screen in screens:
        screen.locator("#phone", has_text="khớp. Hãy xem dòng của ông/bà").wait_for()
        assert "Dòng của ông/bà: …" in screen.inner_text("#phone")
        assert "Tín nhiệm thấp" in screen.locator("#phone tr.own").inner_text()
    shown = time.monotonic() - opened
    screens[0].evaluate("performance.now = () => 1e9")
    screens[0].get_by_role("button", name="Hiện lại").wait_for()
    assert screens[0].get_by_text("Dòng của ông/bà: …").is_hidden()
    picture(screens[0], "board-covered")
    screens[0].get_by_role("button", name="Hiện lại").click()
    print(f"B5: result on {len(screens)} phones {shown:.1f} s after opening", flush=True)
    assert token <= 10
    assert cast <= 20
    assert shown <= 5
    picture(screens[0], "board")
    assert screens[0].evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert [found["id"] for found in Axe().run(screens[0]).response["violations"]] == []
    made = json.loads(Ballot.objects.get(code=one.code).board)
    assert verifier.problems(made) == []
    assert made["returned"] == Cast.objects.count() == VOTERS - LEAVING
    if LEAVING:
        left.locator("#phone", has_text="không được bỏ nên không tính").wait_for()
        picture(left, "left")
        with left.expect_download() as evidence:
            left.get_by_role("button", name="Lấy bằng chứng phiếu không có trên bảng").click()
        unused = json.loads(evidence.value.path().read_text(encoding="utf-8"))
        assert verifier.unused_problems(made, [unused]) == []
        more = made | {"issued": VOTERS - 1}
        assert "KÝ THỪA" in verifier.unused_problems(more, [unused])[0]
    screens[0].get_by_role("link", name="Xem bảng kết quả").first.click()
    screens[0].get_by_role("heading", name="Từng phiếu").wait_for()
    picture(screens[0], "published")
    of.press("Hết thời gian nêu ý kiến, lập biên bản")
    assert "Đưa bản chụp lên" in of.page.inner_text("main")
    picture(of.page, "minutes")
    connection.close()
