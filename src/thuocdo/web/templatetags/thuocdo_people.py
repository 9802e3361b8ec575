"""Filters of the pages of people."""

from datetime import date, timedelta
from typing import Any

from django import template

from thuocdo.intake.only_out import ONLY_OUT
from thuocdo.web.tables.filters import asked_of, in_address

register = template.Library()


@register.filter
def day_before(end: date | None) -> str:
    """The last day people see, from the half-open end that is stored: 31/12/2026 for 1 January 2027."""
    return "" if end is None else f"{end - timedelta(days=1):%d/%m/%Y}"


@register.filter
def add_text(start: str, number: int) -> str:
    """Text and number joined, for the id of a field in a list."""
    return f"{start}{number}"


@register.filter
def only_out(kind: str) -> str:
    """Why a list that goes out does not come back."""
    return ONLY_OUT[kind]


@register.simple_tag(takes_context=True)
def filter_asked(context: dict[str, Any], kind: str) -> str:
    """The filter of the page of this list as the end of an address; empty where the page shows the whole list."""
    asked = in_address(asked_of(context["request"], kind))
    return f"?{asked}" if asked else ""
