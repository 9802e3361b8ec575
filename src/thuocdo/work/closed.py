"""Months that no longer take tasks for a person. `work` does not know periods: the floor that does says so."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from django.db.models import Exists, Q

from thuocdo.kernel.errors import Conflict

PersonMonth = tuple[int, date]
Asked = Callable[[Collection[PersonMonth]], Mapping[PersonMonth, str]]
Condition = Callable[[str], Exists]
Hold = Callable[[Collection[PersonMonth]], None]
_HOLDS: list[Hold] = []
_ANSWERS: list[Asked] = []
_CONDITIONS: list[Condition] = []


def register(answer: Asked, condition: Condition, hold: Hold) -> None:
    """Called once by the app that knows periods, when the app is ready.

    `answer` maps each closed one of the asked (person id, first day of month) to the sentence that says so;
    `condition` says the same of rows, whose task stands at the prefix (`task__`); `hold` keeps the asked ones from
    being closed until the end of the transaction.
    """
    if answer not in _ANSWERS:
        _ANSWERS.append(answer)
        _CONDITIONS.append(condition)
        _HOLDS.append(hold)


def in_open_month(prefix: str = "") -> Q:
    """Condition on tasks, or on rows with the task at the prefix (`task__`): the month still takes steps."""
    return Q(*(~condition(prefix) for condition in _CONDITIONS))


def closed_months(asked: Collection[PersonMonth]) -> dict[PersonMonth, str]:
    """The closed ones among the asked months, with the sentence. One query, whatever the number asked."""
    found: dict[PersonMonth, str] = {}
    for answer in _ANSWERS if asked else ():
        found.update(answer(asked))
    return found


def hold_months(asked: Collection[PersonMonth]) -> None:
    """No month asked is closed in the meantime. Called before any task is locked; who held asks `closed_months`."""
    for hold in _HOLDS if asked else ():
        hold(asked)


def require_open(person_id: int, month: date) -> None:
    """Raises Conflict when the month is closed for the person."""
    sentence = closed_months([(person_id, month)]).get((person_id, month))
    if sentence is not None:
        raise Conflict(sentence)
