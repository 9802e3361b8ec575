"""Refusals answered inside the page they concern, so that nothing typed is lost."""

from thuocdo.kernel.errors import Conflict, Forbidden, Refusal
from thuocdo.web.forms import problems_of

__all__ = ["problems_of", "status_of"]


def status_of(refusal: Refusal | None) -> int:
    """HTTP status of a page that shows this refusal."""
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 403 if isinstance(refusal, Forbidden) else 400
