"""Values of a template look as Django shows them, although numbers and words take a shorter way."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, base
from django.utils.safestring import mark_safe

from thuocdo.web import shown_values

VALUES = (
    0, 7, -3, 999, 1000, 1234567, True, False, None, "", "A & <b>", "Đạt, 5%", mark_safe("<b>x</b>"), Decimal("12.5"),
    1.5, Fraction(1, 3), date(2026, 3, 5), [1, "<"],
)  # fmt: skip


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_the_shorter_way_shows_the_same(value: object, autoescape: bool) -> None:
    assert base.render_value_in_context is shown_values._shown
    context = Context(autoescape=autoescape)
    assert shown_values._shown(value, context) == shown_values._as_always(value, context)
