"""Filters of the pages of rules."""

from django import template

from thuocdo.web.rules.rows import SURE

register = template.Library()


@register.filter
def sure(code: str) -> str:
    """How sure the reading of an article is, in a few words.

    >>> sure("H")
    'đã đọc toàn văn'
    """
    return SURE[code]


@register.filter
def anchor(ref: str) -> str:
    """The place of an article in the table of sources.

    >>> anchor("nd-335/dieu-11.2")
    'nguon--nd-335--dieu-11.2'
    """
    return f"nguon--{ref.replace('/', '--')}"
