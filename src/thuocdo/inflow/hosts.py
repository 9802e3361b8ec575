"""Which calendar servers may be reached: those the operator named, and nothing inside this machine by accident."""

import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from thuocdo.kernel.errors import Refusal

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}


def _refuse(code: str, message: str) -> Refusal:
    return Refusal(f"url.{code}", message, field="url")


def checked_url(url: str) -> str:
    """The address of a calendar server, if it may be reached at all. Raises Refusal with the field `url`.

    https to a host of THUOCDO_CALDAV_HOSTS; http only to this machine, where it is named there. No user or password in
    the address, no fragment.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refuse("unreadable", "Địa chỉ máy chủ lịch không đọc được. Hãy ghi lại.") from error
    host = (parts.hostname or "").lower()
    if len(url) > 500 or not host or parts.scheme not in ("https", "http") or parts.fragment or not url.isprintable():
        raise _refuse("form", "Địa chỉ máy chủ lịch phải có dạng https://lich.example.vn/… và không quá 500 ký tự.")
    if parts.username or parts.password or "@" in parts.netloc:
        raise _refuse("password", "Không ghi tài khoản, mật khẩu trong địa chỉ. Hãy ghi ở hai ô riêng.")
    if not is_listed(host, port):
        raise _refuse("host", f"Máy chủ “{host[:100]}” chưa được người quản trị cho phép (biến THUOCDO_CALDAV_HOSTS).")
    if parts.scheme == "http" and host not in LOOPBACK_NAMES:
        raise _refuse("http", "Chỉ kết nối qua https; http chỉ dùng cho máy chủ trên chính máy này.")
    return url


def is_listed(host: str, port: int | None) -> bool:
    """Whether the operator named this host, with or without its port."""
    return bool({host, f"{host}:{port}"} & {h.lower() for h in settings.CALDAV_HOSTS})


def require_reachable(parts: SplitResult) -> None:
    """Raises Refusal when the name leads into this machine, the local link or nowhere, unless it says so itself."""
    host = (parts.hostname or "").lower()
    if host in LOOPBACK_NAMES:
        return
    try:
        found = {ip_address(row[4][0]) for row in socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)}
    except (OSError, ValueError, UnicodeError) as error:
        raise _refuse("unknown", f"Không tìm thấy máy chủ “{host[:100]}”. Hãy kiểm tra địa chỉ và mạng.") from error
    bad = [a for a in found if a.is_loopback or a.is_link_local or a.is_unspecified or a.is_multicast or a.is_reserved]
    if bad and not all(str(a) == host for a in bad):
        raise _refuse("inside", f"Máy chủ “{host[:100]}” trỏ vào địa chỉ nội bộ không được phép.")
