"""Pure rules for user names and one-time links."""

import hashlib
import re
from datetime import datetime, timedelta

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean, disguised

LINK_DAYS = 7
_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,58})[a-z0-9]", re.ASCII)


def username_from(typed: str) -> str:
    """The stored form of a user name: ASCII lower case only, so that no two accounts look alike.

    >>> username_from(" An.NV ")
    'an.nv'
    """
    name = clean(typed).lower()
    if disguised(name):
        raise Refusal(
            "account.disguised", f"Tên đăng nhập “{name[:60]}” có chữ trông như chữ Latinh nhưng thuộc bảng chữ khác. "
            "Hãy gõ lại bằng bàn phím, không dán.", field="username",
        )
    if _USERNAME.fullmatch(name) is None:
        raise Refusal(
            "account.username",
            f"Tên đăng nhập “{name[:60]}” không dùng được. Hãy dùng 3–60 ký tự gồm chữ không dấu a–z, chữ "
            f"số, "
            "dấu chấm, gạch ngang hoặc gạch dưới; bắt đầu và kết thúc bằng chữ hoặc số.",
            field="username",
        )
    return name


def token_hash(token: str) -> str:
    """What is stored of a one-time token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_expiry(at: datetime) -> datetime:
    """One-time links live for seven days."""
    return at + timedelta(days=LINK_DAYS)
