"""How lists that go out write days and moments: as the lists that come back are read."""

from datetime import date, datetime

from django.utils.timezone import localtime


def day_text(day: date | None) -> str:
    """30/10/2026, empty for none."""
    return f"{day:%d/%m/%Y}" if day else ""


def moment_text(at: datetime | None) -> str:
    """30/10/2026 17:05 in Viet Nam, empty for none."""
    return f"{localtime(at):%d/%m/%Y %H:%M}" if at else ""
