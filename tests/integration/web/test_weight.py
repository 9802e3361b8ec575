"""What an employee's page costs on a cold cache, measured at the sockets of the real server of `thuocdo demo`."""

import gzip
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests import demonstration
from thuocdo.demo import situations
from thuocdo.demo.tour import PASSWORD

LIMIT = 100_000
USER = situations.USERNAMES[situations.CIVIL_SERVANT]
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
IN_CSS = re.compile(r"url\([\"']?(?!data:)([^\"')]+)")
pytestmark = pytest.mark.slow


@dataclass
class Browser:
    """A browser with cookies and without a cache; `received` counts header and body bytes as they came."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    received: int = 0

    def fetch(self, path: str, form: dict[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept-Encoding": "gzip", "Cookie": cookies}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode(form) if form is not None else None
        connection.request("POST" if form is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        self.received += len(content) + sum(len(n) + len(v) + 4 for n, v in answer.getheaders())
        connection.close()
        packed = answer.getheader("Content-Encoding") == "gzip"
        return answer, gzip.decompress(content) if packed else content

    def sign_in(self) -> None:
        """Through the sign-in page."""
        page = self.fetch("/dang-nhap/")[1].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "username": USER, "password": PASSWORD, "next": "/"}
        assert self.fetch("/dang-nhap/", form)[0].status == 302

    def weigh(self, path: str) -> int:
        """Bytes of a page with everything it links to, each fetched anew."""
        self.received = 0
        answer, content = self.fetch(path)
        assert answer.status == 200, (path, answer.status)
        waiting, seen = ASSET.findall(content.decode()), set()
        while waiting:
            asset = waiting.pop()
            if asset in seen:
                continue
            seen.add(asset)
            answer, content = self.fetch(asset)
            assert answer.status == 200, asset
            if asset.endswith(".css"):
                waiting += [urllib.parse.urljoin(asset, found) for found in IN_CSS.findall(content.decode())]
        assert len(seen) >= 4, "style, script, htmx and the mark"
        return self.received


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory, run_folder: Path) -> Iterator[int]:
    """The demonstration's server on a free port, with a data directory of its own."""
    folder: Path = tmp_path_factory.mktemp("demo")
    demonstration.copy(run_folder, folder / "data")
    with demonstration.served(folder / "data", folder / "output") as (found, _):
        yield found


def test_no_page_of_an_employee_weighs_more_than_100_kilobytes(port: int) -> None:
    browser = Browser(port)
    weights = {"/dang-nhap/": browser.weigh("/dang-nhap/")}
    browser.sign_in()
    listed = browser.fetch("/phieu/")[1].decode()
    sheets = [f"/phieu/{n}/" for n in sorted({int(n) for n in re.findall(r'href="/phieu/(\d+)/"', listed)})]
    assert len(sheets) == 3, "two confirmed months and one to file"
    paths = ["/", "/phieu/", "/quy-tac/", "/quy-tac/state/nd-335-2025/", "/tro-giup/", "/mat-khau/"]
    years = re.findall(r"/nam/\d{4}/", listed)
    paths += [years[0], *sheets]
    paths += [f"{sheet}{tail}" for sheet in sheets[:2] for tail in ("vi-sao/", "bien-nhan/", "kien-nghi/")]
    paths.append(f"{sheets[-1]}xem-lai/")
    for path in paths:
        weights[path] = browser.weigh(path)
    heavy = {path: weight for path, weight in weights.items() if weight > LIMIT}
    assert not heavy, heavy
    assert min(weights.values()) > 20_000, "everything was counted"
