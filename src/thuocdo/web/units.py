"""What a page with a choice among units was asked for."""

from typing import NamedTuple

from django.http import HttpRequest

from thuocdo.web.decisions.typed import number


class Asked(NamedTuple):
    """The words to look for (`tim-don-vi` of the address, or as named), and the unit chosen in the form."""

    typed: str
    chosen: int


def asked_for(request: HttpRequest, field: str = "unit", name: str = "tim-don-vi") -> Asked:
    """For `organisation.choosing.choice`. `name`: a second list of units on a page is looked through by itself."""
    sent = request.POST or request.GET
    return Asked((sent.get(name) or request.GET.get(name, ""))[:100], number(sent.get(field, "")))
