"""Pure rules of messages: addresses, what a message says, when the next try is due."""

import re
from datetime import datetime, time, timedelta

from thuocdo.kernel.errors import Refusal

FROM_HOUR = time(7, 30)
"""Messages of a working day go out from this hour on."""
LOOK_AGAIN = timedelta(hours=1)
TRIES = 6
ADDRESSES_A_DAY = 5
LINK_LIVES = timedelta(days=2)
_ADDRESS = re.compile(
    r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def address_from(typed: str) -> str:
    """The address as it will be used. Raises Refusal (`address`).

    >>> address_from(" an@example.vn ")
    'an@example.vn'
    """
    text = typed.strip(" ")
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise Refusal(
            "mail.address",
            "Địa chỉ thư không đúng. Hãy ghi như trong hộp thư của ông/bà, ví dụ nguyenvan.an@coquan.gov.vn.",
            field="address",
        )
    return text


def next_try(tries: int, at: datetime) -> datetime | None:
    """When a message that could not be sent `tries` times is tried again: after 5, 15, 45 minutes, …; None: given up.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [next_try(n, noon).strftime("%H:%M") for n in (1, 2, 3)], next_try(6, noon)
    (['12:05', '12:15', '12:45'], None)
    """
    return None if tries >= TRIES else at + timedelta(minutes=5 * 3 ** (tries - 1))


def waiting_letter(number: int, link: str) -> tuple[str, str]:
    """Subject and text about what waits: a number and the way to sign in; no name, no matter, no figure."""
    text = (
        f"Ông/bà có {number} việc cần làm trên Thước Đo.\n\n"
        f"Đăng nhập để xem: {link}\n\n"
        "Thư này tự động, không chứa thông tin về việc hay về người. Muốn đổi cách nhận thư hoặc thôi nhận, hãy mở mục "
        "“Thư báo” sau khi đăng nhập.\n"
    )
    return "Thước Đo: có việc cần làm", text


def address_letter(link: str) -> tuple[str, str]:
    """Subject and text with the one-time link that confirms an address."""
    text = (
        "Có người ghi địa chỉ này để nhận thư báo của chương trình Thước Đo.\n\n"
        f"Nếu là ông/bà, hãy đăng nhập rồi xác nhận trong 2 ngày tại: {link}\n\n"
        "Nếu không phải, hãy bỏ qua thư này: không xác nhận thì không có thư nào được gửi nữa.\n"
    )
    return "Thước Đo: xác nhận địa chỉ thư", text
