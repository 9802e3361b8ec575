"""What other rooms put up when a rating step is taken back: results that were taken on its level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.rounds.models import StepDone

PutUp = Callable[[StepDone, User, datetime], Sequence[Model]]
_rooms: list[PutUp] = []


def register(put_up: PutUp) -> None:
    """Called once by each room when the program starts. `put_up(row, by, at)` is given the row that takes the step back
    and gives the rows it saved, for the caller to record."""
    if put_up not in _rooms:
        _rooms.append(put_up)


def put_up(row: StepDone, by: User, at: datetime) -> list[Model]:
    """The rows that every room saved because this one takes a rating step back."""
    return [made for room in _rooms for made in room(row, by, at)]
