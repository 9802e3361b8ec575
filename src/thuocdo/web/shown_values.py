"""Whole numbers and plain words of a template are shown without asking which language and which time zone holds.

A list of 150 lines shows 1,600 numbers, for each of which Django looks up the language and its formats; under
USE_THOUSAND_SEPARATOR = False none of that changes a whole number, and it never changes words.
"""

from typing import Any

from django.template import base
from django.utils.html import escape

_as_always = base.render_value_in_context


def _shown(value: Any, context: Any) -> str:
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is str:
        return escape(value) if context.autoescape else value
    return str(_as_always(value, context))


def register() -> None:
    """Called once when the app is ready."""
    base.render_value_in_context = _shown
