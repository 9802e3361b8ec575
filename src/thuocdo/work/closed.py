"""Months that no longer take tasks for a person. `work` does not know periods: the floor that does says so."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from thuocdo.kernel.errors import Conflict

PersonMonth = tuple[int, date]
Asked = Callable[[Collection[PersonMonth]], Mapping[PersonMonth, str]]
_ANSWERS: list[Asked] = []


def register(answer: Asked) -> None:
    """Called once by the app that knows periods, when the app is ready.

    `answer` maps each closed one of the asked (person id, first day of month) to the sentence that says so.
    """
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)


def closed_months(asked: Collection[PersonMonth]) -> dict[PersonMonth, str]:
    """The closed ones among the asked months, with the sentence. One query, whatever the number asked."""
    found: dict[PersonMonth, str] = {}
    for answer in _ANSWERS if asked else ():
        found.update(answer(asked))
    return found


def require_open(person_id: int, month: date) -> None:
    """Raises Conflict when the month is closed for the person."""
    sentence = closed_months([(person_id, month)]).get((person_id, month))
    if sentence is not None:
        raise Conflict(sentence)
