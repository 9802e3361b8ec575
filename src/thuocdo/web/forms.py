"""Forms keep the text as typed; every problem names its field and says what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from thuocdo.kernel.errors import Refusal


@dataclass(frozen=True)
class Problem:
    """One line of the error summary (`web/_errors.html`). `field` is the id of the input, or empty."""

    message: str
    field: str = ""


def problem_of(refusal: Refusal, prefix: str = "") -> Problem:
    """A refusal as a line of the error summary, linked to the input with id `prefix` + field."""
    return Problem(refusal.message, f"{prefix}{refusal.field}" if refusal.field else "")


def by_field(problems: Iterable[Problem]) -> dict[str, str]:
    """Messages by input id, for the text beside each field; the first one wins."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.field:
            found.setdefault(problem.field, problem.message)
    return found
