"""Take the pictures of the user handbook: `.venv/bin/python scripts/handbook_pictures.py [NAME ...]` (no name: all).

Builds a fresh demonstration in a temporary directory, serves it on a free port of this machine, and writes
PNG files of at most 256 colours and 80 KB each into docs/handbook/pictures. Needs Chromium
(`sudo apt-get install chromium`).
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "handbook" / "pictures"
MOST_BYTES, MOST_COLOURS = 80_000, 256
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
    page.goto(page.url.rstrip("/") + "/khoa/")


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
    for _ in range(1200):
        if server.poll() is not None:
            raise SystemExit("the demonstration did not start")
        try:
            urllib.request.urlopen(f"{origin}/dang-nhap/", timeout=2)
        except OSError:
            time.sleep(0.5)
        else:
            return origin
    raise SystemExit("the demonstration did not answer within ten minutes")


def pixels(png: bytes) -> np.ndarray:
    """Height x width x 3 of a screenshot: eight bits a channel, not interlaced, as Chromium writes it."""
    place, data, width, height, channels = 8, b"", 0, 0, 3
    while place < len(png):
        size, kind = struct.unpack(">I4s", png[place : place + 8])
        body, place = png[place + 8 : place + 8 + size], place + 12 + size
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">2I5B", body)
            if (depth, interlaced) != (8, 0) or colour not in (2, 6):
                raise SystemExit("this browser writes another kind of PNG")
            channels = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            data += body
    lines = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    rows, above = [], np.zeros((width, channels), np.int64)
    for line in lines:
        above = _unfiltered(int(line[0]), line[1:].astype(np.int64).reshape(width, channels), above)
        rows.append(above[:, :3])
    return np.array(rows, np.uint8)


def _unfiltered(kind: int, row: np.ndarray, above: np.ndarray) -> np.ndarray:
    if kind in (0, 2):
        return (row + above * (kind == 2)) & 255
    if kind == 1:
        return np.cumsum(row, axis=0) & 255
    left, corner, out = [0] * row.shape[1], [0] * row.shape[1], []
    for here, up in zip(row.tolist(), above.tolist(), strict=True):
        guess = [(a + b) // 2 if kind == 3 else _paeth(a, b, c) for a, b, c in zip(left, up, corner, strict=True)]
        left, corner = [(x + g) & 255 for x, g in zip(here, guess, strict=True)], up
        out.append(left)
    return np.array(out, np.int64)


def _paeth(left: int, up: int, corner: int) -> int:
    near = left + up - corner
    a, b, c = abs(near - left), abs(near - up), abs(near - corner)
    return left if a <= b and a <= c else up if b <= c else corner


def fewer_colours(png: bytes) -> bytes:
    """The picture with a palette: its most frequent colours, every other colour as the nearest of them."""
    picture = pixels(png)
    height, width, _ = picture.shape
    colours, where, count = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    palette = colours[np.argsort(-count, kind="stable")[:MOST_COLOURS]].astype(np.int64)
    nearest = [int(((palette - colour) ** 2).sum(axis=1).argmin()) for colour in colours.astype(np.int64)]
    lines = np.array(nearest, np.uint8)[where.reshape(-1)].reshape(height, width)
    body = b"".join(b"\0" + line.tobytes() for line in lines)
    head = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(body, 9)),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(b)) + kind + b + struct.pack(">I", zlib.crc32(kind + b)) for kind, b in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


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
    path.write_bytes(fewer_colours(page.screenshot()))
    context.close()
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name} has {size} bytes, more than {MOST_BYTES}")
    print(f"{path.name}: {size // 1000} KB")


def main(names: list[str]) -> None:
    """The pictures named; all where none is."""
    binary = shutil.which("chromium")
    if binary is None:
        raise SystemExit("Chromium is missing: sudo apt-get install chromium")
    TARGET.mkdir(parents=True, exist_ok=True)
    with demonstration() as origin, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=binary, args=["--no-sandbox", "--disable-gpu"])
        for shot in (one for one in SHOTS if not names or one.name in names):
            take(browser, origin, shot)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
