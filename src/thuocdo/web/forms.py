"""Forms keep the text as typed; every problem names its field and says what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from thuocdo.kernel.errors import Refusal, Several
from thuocdo.kernel.text import clean


@dataclass(frozen=True)
class Problem:
    """One line of the error summary (`web/_errors.html`). `field` is the id of the input, or empty."""

    message: str
    field: str = ""


def problem_of(refusal: Refusal, prefix: str = "") -> Problem:
    """A refusal as a line of the error summary, linked to the input with id `prefix` + field."""
    return Problem(refusal.message, f"{prefix}{refusal.field}" if refusal.field else "")


def problems_of(refusal: Refusal, prefix: str = "") -> list[Problem]:
    """Every problem of a refusal, each linked to the input with id `prefix` + field."""
    if isinstance(refusal, Several):
        return [Problem(message, f"{prefix}{field}" if field else "") for field, message in refusal.problems.items()]
    return [problem_of(refusal, prefix)]


def by_field(problems: Iterable[Problem]) -> dict[str, str]:
    """Messages by input id, for the text beside each field; the first one wins."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.field:
            found.setdefault(problem.field, problem.message)
    return found


def words_typed(posted: Mapping[str, str], name: str, label: str) -> str:
    """What was written, as typed. Raises Refusal with the field where nothing was."""
    typed = posted.get(name, "")
    if not clean(typed):
        raise Refusal("text.empty", f"{label}: chưa nhập. Hãy nhập nội dung.", field=name)
    return typed


def choice_typed(posted: Mapping[str, str], name: str, label: str) -> str:
    """The choice posted. Raises Refusal with the field where nothing was chosen."""
    typed = posted.get(name, "")
    if not clean(typed):
        raise Refusal("choice.missing", f"{label}: chưa chọn. Hãy chọn một mục.", field=name)
    return typed
