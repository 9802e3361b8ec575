"""Numbers and days as forms post them."""

from datetime import date

from thuocdo.web.my_unit.dates import parse_day


def number(text: str) -> int:
    """An id, or 0, which no row has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def numbers(texts: list[str]) -> list[int]:
    """Ids, each once, in the order given."""
    return list(dict.fromkeys(number(text) for text in texts))


def day_or_none(text: str, *, label: str, field: str) -> date | None:
    """A day, or None where nothing was typed. Raises Refusal."""
    return parse_day(text, label=label, field=field) if text.strip() else None
