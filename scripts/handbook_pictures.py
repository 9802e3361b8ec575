"""Take the pictures of the user handbook: `.venv/bin/python scripts/handbook_pictures.py`.

Builds a fresh demonstration in a temporary directory, serves it on a free port of this machine, and writes
PNG files of at most 150 KB each into docs/handbook/pictures. Needs Chromium (`sudo apt-get install chromium`).
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "handbook" / "pictures"
MOST_BYTES = 150_000
PASSWORD = "thuocdo-demo"
DESKTOP, PHONE = {"width": 1180, "height": 760}, {"width": 360, "height": 780}


def newest_period(page: Page) -> None:
    """Follow the first period of a list."""
    page.locator("tbody th a").first.click()


def period_before(page: Page) -> None:
    """Follow the second period of a list: the last one that is closed."""
    page.locator("tbody th a").nth(1).click()


def first_in_state(page: Page, state: str) -> None:
    """Open the first sheet of a state in the newest period."""
    newest_period(page)
    page.goto(page.url + f"?trang-thai={state}")
    page.locator("tbody th a").first.click()


def judged(page: Page) -> None:
    """A sheet that the evaluator has opened."""
    first_in_state(page, "under_review")


def own_sheet(page: Page) -> None:
    """The newest own sheet."""
    page.locator("main a[href^='/phieu/']").first.click()


def own_reasons(page: Page) -> None:
    """“Vì sao?” of the newest confirmed own sheet."""
    page.locator("main a[href$='/vi-sao/']").first.click()


def readiness(page: Page) -> None:
    """The review of a new period."""
    page.get_by_role("button", name="Rà soát trước khi mở").click()


def closing(page: Page) -> None:
    """The closing page of the newest period."""
    newest_period(page)
    page.get_by_role("link", name="Khóa kỳ").click()


def stay(page: Page) -> None:
    """The page itself."""


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, where they begin, what they do, at which size."""

    name: str
    user: str
    path: str
    steps: Callable[[Page], None] = stay
    phone: bool = False


SHOTS = (
    Shot("readme", "truongphong", "/danh-gia/", period_before),
    Shot("viec-can-lam", "congchuc", "/"),
    Shot("phieu-thang", "congchuc", "/phieu/", own_sheet, phone=True),
    Shot("vi-sao", "congchuc", "/phieu/", own_reasons),
    Shot("bang-danh-gia", "truongphong", "/danh-gia/", newest_period),
    Shot("danh-gia-phieu", "totruong", "/danh-gia/", judged),
    Shot("kien-nghi", "chutich", "/kien-nghi/"),
    Shot("giao-viec", "giaoviec", "/giao-viec/"),
    Shot("nhap-du-lieu", "tochuc", "/to-chuc/nhap-du-lieu/"),
    Shot("ra-soat", "tochuc", "/to-chuc/ky/mo/", readiness),
    Shot("tien-do", "tochuc", "/to-chuc/ky/", newest_period),
    Shot("khoa-ky", "tochuc", "/to-chuc/ky/", closing),
)


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a fresh demonstration, stopped at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="thuocdo-pictures-") as folder:
        command = [str(Path(sys.executable).with_name("thuocdo")), "demo", "--port", str(port)]
        server = subprocess.Popen(command, env=os.environ | {"THUOCDO_DATA_DIR": folder})
        try:
            yield _when_ready(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _when_ready(origin: str, server: "subprocess.Popen[bytes]") -> str:
    for _ in range(240):
        if server.poll() is not None:
            raise SystemExit("the demonstration did not start")
        try:
            urllib.request.urlopen(f"{origin}/dang-nhap/", timeout=2)
        except OSError:
            time.sleep(0.5)
        else:
            return origin
    raise SystemExit("the demonstration did not answer within two minutes")


def take(browser: Browser, origin: str, shot: Shot) -> None:
    """One picture of the first screen."""
    context = browser.new_context(
        viewport=PHONE if shot.phone else DESKTOP, is_mobile=shot.phone, locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{origin}/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(shot.user)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    page.goto(origin + shot.path)
    shot.steps(page)
    page.wait_for_load_state("networkidle")
    path = TARGET / f"{shot.name}.png"
    page.screenshot(path=path)
    context.close()
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} has {size} bytes, more than {MOST_BYTES}")
    print(f"{path.name}: {size // 1000} KB")


def main() -> None:
    """All pictures."""
    binary = shutil.which("chromium")
    if binary is None:
        raise SystemExit("Chromium is missing: sudo apt-get install chromium")
    TARGET.mkdir(parents=True, exist_ok=True)
    with demonstration() as origin, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=binary, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            take(browser, origin, shot)
        browser.close()


if __name__ == "__main__":
    main()
