"""What people type on the pages of difficulties, and refusals as lines of the error summary."""

from thuocdo.kernel.errors import Conflict, Forbidden, Refusal
from thuocdo.web import forms
from thuocdo.web.forms import Problem


def number(typed: str) -> int:
    """A number in an address or a hidden field; anything else is 0, which names nothing."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def problems_of(refusal: Refusal | None) -> list[Problem]:
    """Every problem of a refusal with its field."""
    return forms.problems_of(refusal) if refusal else []


def status_of(refusal: Refusal | None) -> int:
    """The status of a page that shows this refusal."""
    if refusal is None:
        return 200
    if isinstance(refusal, Conflict):
        return 409
    return 403 if isinstance(refusal, Forbidden) else 400
