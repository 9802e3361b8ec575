"""Days and times that people type: accepted in a few plain forms, refused in words, never guessed."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from thuocdo.kernel.errors import Refusal

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})|([0-9]{2})([0-9]{2})([0-9]{4})", re.ASCII)
_TIME = re.compile(r"([0-9]{1,2})[:hg]([0-9]{2})?", re.ASCII)


def parse_day(text: str, *, label: str, field: str) -> date:
    """A day typed as 30/10/2026, 30-10-2026, 30.10.2026 or 30102026. Raises Refusal naming the field.

    >>> parse_day(" 30/10/2026 ", label="Hạn", field="due") == parse_day("30102026", label="Hạn", field="due")
    True
    """
    typed = text.strip()
    match = _DAY.fullmatch(typed)
    if match is None:
        what = f"“{typed[:40]}” không đọc được thành ngày" if typed else "chưa nhập ngày"
        raise Refusal(
            "day.unreadable", f"{label}: {what}. Hãy nhập ngày/tháng/năm, ví dụ 30/10/2026.", field=field
        )
    day, month, year = (match[1], match[3], match[4]) if match[1] else (match[5], match[6], match[7])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refusal(
            "day.impossible", f"{label}: không có ngày {typed}. Hãy xem lại ngày và tháng.", field=field
        ) from None


def parse_moment(day: str, clock: str, *, label: str, field: str) -> datetime:
    """A day and a time of day in Viet Nam (17:00 or 17h00). Raises Refusal naming the field."""
    on = parse_day(day, label=label, field=field)
    match = _TIME.fullmatch(clock.strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if hour > 23 or minute > 59:
        raise Refusal(
            "time.unreadable",
            f"{label}: giờ “{clock[:20]}” không đọc được. Hãy nhập giờ và phút, ví dụ 17:00.",
            field=f"{field}_time",
        )
    return datetime.combine(on, time(hour, minute), VIET_NAM)
