"""The pages about one subject of a round, from each to the others."""

from typing import Any

from django import template
from django.template import Context

from thuocdo.rounds.models import RoundSubject
from thuocdo.web.rounds import beside

register = template.Library()


@register.inclusion_tag("web/rounds/_beside.html", takes_context=True)
def beside_in_round(context: Context, row: RoundSubject, here: str) -> dict[str, Any]:
    """Links to the other pages about `row`, where the user sees it in its round; `here` is the route of this page."""
    return {"links": beside.beside_if_seen(context["user"], row, here), "row": row}


@register.inclusion_tag("web/rounds/_beside.html")
def beside_seen(row: RoundSubject, here: str, mine: bool) -> dict[str, Any]:
    """The same on a page that has found out that the user sees the subject, and whether it is the own one."""
    return {"links": beside.beside(row, here, mine=mine), "row": row}
