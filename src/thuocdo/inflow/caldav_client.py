"""Talking to a calendar server: only to its own host, without redirects, within bounds of size and time."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import caldav
import requests
from caldav.lib.error import DAVError
from lxml import etree  # type: ignore[import-untyped]

from thuocdo.inflow.hosts import checked_url, require_reachable
from thuocdo.kernel.errors import Refusal

MOST_BYTES = 32 * 1024 * 1024
MOST_SECONDS = 60.0
TIMEOUT = 15
MOST_COLLECTIONS = 200
_CAL = "{urn:ietf:params:xml:ns:caldav}"
_DAV = "{DAV:}"
_CTAG = "{http://calendarserver.org/ns/}getctag"
_PROPS = (
    '<?xml version="1.0"?><d:propfind xmlns:d="DAV:" xmlns:cs="http://calendarserver.org/ns/"><d:prop>'
    "<d:resourcetype/><d:sync-token/><cs:getctag/></d:prop></d:propfind>"
)
_TODOS = (
    '<?xml version="1.0"?><c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>'
    '<d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VTODO"/>'
    "</c:comp-filter></c:filter></c:calendar-query>"
)


@dataclass(frozen=True)
class Entry:
    """One stored calendar object as it came; `collection` is the last part of its calendar's address."""

    href: str
    etag: str
    data: str
    collection: str


@dataclass(frozen=True)
class Listing:
    """All calendar objects with tasks, and the mark of this state; `entries` is None where nothing changed."""

    mark: str
    entries: list[Entry] | None


class _OneHost(requests.Session):
    """A session that stays on one host, follows nothing, and reads no more than it may."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.trust_env = False
        self.origin = urlsplit(origin)
        self.left = MOST_BYTES
        self.until = time.monotonic() + MOST_SECONDS

    def request(self, method: str, url: str, **options: Any) -> Any:  # type: ignore[override]
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != (self.origin.scheme, self.origin.netloc):
            raise Refusal("caldav.elsewhere", "Máy chủ lịch chỉ sang một máy chủ khác nên đã dừng.")
        require_reachable(parts)
        answer = super().request(
            method, url, **{**options, "stream": True, "allow_redirects": False, "timeout": TIMEOUT, "proxies": {}}
        )
        pieces = []
        for piece in answer.iter_content(1 << 16):
            self.left -= len(piece)
            pieces.append(piece)
            if self.left < 0 or time.monotonic() > self.until:
                answer.close()
                raise Refusal("caldav.large", "Máy chủ lịch trả lời quá lớn hoặc quá lâu nên đã dừng.")
        answer._content = b"".join(pieces)
        if b"<!DOCTYPE" in answer._content[:4096] or b"<!ENTITY" in answer._content[:4096]:
            raise Refusal("caldav.declaration", "Máy chủ lịch gửi khai báo không được phép.")
        return answer


class Server:
    """A calendar server with one account. Every failure is a Refusal with a Vietnamese sentence."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = checked_url(url)
        self.client = caldav.DAVClient(self.url, username=username, password=password, timeout=TIMEOUT)
        self.client.session = _OneHost(self.url)

    def _call(self, method: str, *args: Any) -> Any:
        try:
            answer = getattr(self.client, method)(*args)
        except DAVError as error:
            if isinstance(error, caldav.lib.error.AuthorizationError):
                raise Refusal("caldav.password", "Máy chủ lịch không nhận tài khoản hoặc mật khẩu.") from error
            raise Refusal("caldav.protocol", "Máy chủ lịch trả lời không đúng giao thức CalDAV.") from error
        except (requests.RequestException, OSError) as error:
            raise Refusal("caldav.down", "Không kết nối được máy chủ lịch, hoặc bị ngắt giữa chừng.") from error
        except (etree.LxmlError, ValueError, NotImplementedError, AssertionError) as error:
            raise Refusal("caldav.protocol", "Máy chủ lịch trả lời không đúng giao thức CalDAV.") from error
        return answer

    def _listed(self, method: str, url: str, body: str, depth: int) -> Mapping[str, Mapping[str, Any]]:
        answer = self._call(method, url, body, depth)
        if answer.status != 207:
            raise Refusal("caldav.status", f"Máy chủ lịch trả lời {answer.status} thay vì danh sách.")
        found: Mapping[str, Mapping[str, Any]] = answer.find_objects_and_props()
        return found

    def _collections(self) -> dict[str, str]:
        """Calendars at the address (itself, or one level below), each with the mark of its state."""
        for depth in (0, 1):
            found = {
                urljoin(self.url, href): "|".join(_text(props.get(tag)) for tag in (_CTAG, f"{_DAV}sync-token"))
                for href, props in self._listed("propfind", self.url, _PROPS, depth).items()
                if props.get(f"{_DAV}resourcetype") is not None
                and props[f"{_DAV}resourcetype"].find(f"{_CAL}calendar") is not None
            }
            if found:
                break
        if not found or len(found) > MOST_COLLECTIONS:
            raise Refusal("caldav.no_calendar", "Địa chỉ này không phải lịch và không chứa lịch nào.")
        return found

    def listing(self, mark: str) -> Listing:
        """Everything, unless the calendars still stand at `mark`. All of it or a Refusal: never a part."""
        collections = self._collections()
        now = hashlib.sha256(repr(sorted(collections.items())).encode()).hexdigest()
        if now == mark and all(state.strip("|") for state in collections.values()):
            return Listing(now, None)
        entries = []
        for url in sorted(collections):
            name = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]
            for href, props in sorted(self._listed("report", url, _TODOS, 1).items()):
                data, etag = _text(props.get(f"{_CAL}calendar-data")), _text(props.get(f"{_DAV}getetag"))
                if data:
                    entries.append(Entry(urljoin(url, href), etag, data, name))
        return Listing(now, entries)

    def replace(self, href: str, etag: str, data: str) -> bool:
        """Write one object back if nobody changed it since; says whether it was written."""
        headers = {"Content-Type": "text/calendar; charset=utf-8", **({"If-Match": etag} if etag else {})}
        return self._call("put", href, data, headers).status in (200, 201, 204)


def _text(element: Any) -> str:
    return (element.text or "").strip() if element is not None else ""
