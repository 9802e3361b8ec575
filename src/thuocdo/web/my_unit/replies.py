"""Refusals answered inside the page they concern, so that nothing typed is lost."""

from thuocdo.appraisals.errors import Refused
from thuocdo.kernel.errors import Conflict, Forbidden, Refusal
from thuocdo.web.forms import Problem, problem_of


def problems_of(refusal: Refusal) -> list[Problem]:
    """Every problem of a refusal; a document's problems are linked to the inputs of the same name."""
    if isinstance(refusal, Refused):
        return [Problem(message, field) for field, message in refusal.problems.items()]
    return [problem_of(refusal)]


def status_of(refusal: Refusal | None) -> int:
    """HTTP status of a page that shows this refusal."""
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 403 if isinstance(refusal, Forbidden) else 400
