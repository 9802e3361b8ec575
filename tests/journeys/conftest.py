"""A real Chromium against a live server: desktop and phone, axe-core, weight of pages, no other host."""

import gzip
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright keeps an event loop in this thread; the queries of the tests are synchronous all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 800}
PASSWORD = "mot-cau-du-dai-2026"
PATIENCE = 30_000
"""Milliseconds that a step of a browser may take before it counts as hanging: two processors that do much else needed
more than ten seconds to sign somebody in. What must be quick is measured, never left to this."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; nothing is downloaded."""
    binary = shutil.which("chromium")
    assert binary, "Chromium is missing: sudo apt-get install chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=binary, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Weight:
    """Bytes of a page as served: static files as their gzip twin, which the production server sends."""

    parts: dict[str, int] = field(default_factory=dict)

    def add(self, url: str, transferred: int) -> None:
        path = urlsplit(url).path
        if path.startswith("/static/"):
            source = finders.find(path.removeprefix("/static/"))
            assert isinstance(source, str), path
            transferred = len(gzip.compress(Path(source).read_bytes()))
        self.parts[path] = transferred

    @property
    def total(self) -> int:
        return sum(self.parts.values())


class Visitor:
    """One person's browser window at one size: goes, signs in, checks, counts, takes pictures."""

    def __init__(self, context: BrowserContext, origin: str, pictures: Path | None) -> None:
        self.context, self.origin, self.pictures = context, origin, pictures
        self.page: Page = context.new_page()
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        self.clicks = 0
        self.looked_at = False
        self.page.on("request", self._watch)
        self.page.on("console", self._listen)
        self.page.on("framenavigated", self._navigated)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))

    def _watch(self, request: Any) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.origin).netloc:
            self.strangers.append(request.url)

    def _listen(self, message: Any) -> None:
        """Complaints of the page. A refusal's own status is none, nor are the styles of axe and camera."""
        refused = message.location["url"] == self.page.url and "status of 4" in message.text
        style = self.looked_at and message.text.startswith("Applying inline style")
        if message.type != "error" or refused or style:
            return
        self.complaints.append(message.text)

    def _navigated(self, frame: Any) -> None:
        if frame == self.page.main_frame:
            self.looked_at = False

    def go(self, path: str) -> Page:
        """Open a page of ours."""
        self.page.goto(self.origin + path)
        return self.page

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Through the sign-in page."""
        self.go("/dang-nhap/")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(password)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Đăng nhập").click()
        assert "/dang-nhap/" not in self.page.url, self.page.inner_text("main")

    def tap(self, role: Any, name: str, *, exact: bool = False) -> None:
        """One click or tap, counted. What comes of it is not waited for: see `arrive`."""
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=exact).first.click()

    def arrive(self, role: Any, name: str, *, exact: bool = False) -> None:
        """One click or tap that leads to a page, until that page is loaded."""
        with self.page.expect_navigation():
            self.tap(role, name, exact=exact)

    def accessible(self) -> None:
        """axe-core finds nothing, and nothing sticks out to the right."""
        self.page.wait_for_load_state()
        self.looked_at = True
        found = Axe().run(self.page).response["violations"]
        assert not found, [(v["id"], [n["target"] for n in v["nodes"]][:5]) for v in found]
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"

    def picture(self, name: str) -> None:
        """A full-page picture, when THUOCDO_PICTURES names a folder."""
        if self.pictures:
            self.looked_at = True
            self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    def weigh(self, path: str) -> Weight:
        """Open a page with a cold cache and weigh everything it transfers."""
        weight = Weight()
        urls: dict[str, str] = {}

        def finished(request: str, transferred: int) -> None:
            if request in urls:  # what ends here without having begun here belongs to the page before
                weight.add(urls[request], transferred)

        session = self.context.new_cdp_session(self.page)
        session.on("Network.responseReceived", lambda e: urls.update({e["requestId"]: e["response"]["url"]}))
        session.on("Network.loadingFinished", lambda e: finished(e["requestId"], e["encodedDataLength"]))
        session.send("Network.enable")
        session.send("Network.clearBrowserCache")
        self.go(path)
        self.page.wait_for_load_state("networkidle")
        session.detach()
        return weight

    def close(self) -> None:
        """Leave; nothing else was contacted and the browser had nothing to complain about."""
        self.context.close()
        assert not self.strangers, f"other hosts contacted: {self.strangers}"
        assert not self.complaints, f"browser errors: {self.complaints}"


def _visitor(browser: Browser, live_server: Any, size: dict[str, int], *, phone: bool) -> Visitor:
    folder = os.environ.get("THUOCDO_PICTURES")
    pictures = Path(folder) if folder else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        viewport=size,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",  # type: ignore[arg-type]
        has_touch=phone,
        is_mobile=phone,
    )
    context.set_default_timeout(PATIENCE)
    return Visitor(context, live_server.url, pictures)


class Clock:
    """The present moment of the server: the story's, from when the story first says what time it is."""

    def __init__(self) -> None:
        self.real = timezone.now
        self.moment: datetime | None = None

    def set(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment or self.real()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The server's clock, for a story that plays in another year."""
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


@pytest.fixture
def desktop(browser: Browser, live_server: Any) -> Iterator[Visitor]:
    """A window of 1280 × 800."""
    visitor = _visitor(browser, live_server, DESKTOP, phone=False)
    yield visitor
    visitor.close()


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Visitor]:
    """A phone of 360 × 800."""
    visitor = _visitor(browser, live_server, PHONE, phone=True)
    yield visitor
    visitor.close()


@pytest.fixture
def visitors(browser: Browser, live_server: Any) -> Iterator[Any]:
    """As many windows as a story needs: `visitors(phone=True)`; all are checked at the end."""
    made: list[Visitor] = []

    def make(*, phone: bool = False) -> Visitor:
        made.append(_visitor(browser, live_server, PHONE if phone else DESKTOP, phone=phone))
        return made[-1]

    yield make
    for visitor in made:
        visitor.close()
