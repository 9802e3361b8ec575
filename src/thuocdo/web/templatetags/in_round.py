"""The pages about one subject of a round, from each to the others."""

from typing import Any

from django import template
from django.template import Context

from thuocdo.rounds.models import RoundSubject
from thuocdo.web.rounds import beside

register = template.Library()


@register.inclusion_tag("web/rounds/_beside.html", takes_context=True)
def beside_in_round(context: Context, row: RoundSubject, here: str) -> dict[str, Any]:
    """Links to the other pages about `row`; `here` is the route of the page that shows them."""
    return {"links": beside.beside(context["user"], row, here), "row": row}
