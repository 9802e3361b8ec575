"""Filters of the pages of rules."""

from collections.abc import Iterable

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


@register.filter
def indented(lines: Iterable[str]) -> list[tuple[int, str]]:
    """Lines with how deep they stand: each leading dash is one step.

    >>> indented(["Một trong các điều sau", "– Do bất khả kháng"])
    [(0, 'Một trong các điều sau'), (1, 'Do bất khả kháng')]
    """
    return [(line.count("– ", 0, len(line) - len(line.lstrip("– "))), line.lstrip("– ")) for line in lines]
