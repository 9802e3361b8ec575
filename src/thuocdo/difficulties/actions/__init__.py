"""Every write of difficulties, as the words of the office."""

from thuocdo.difficulties.actions.answering import answer, publish, reopen
from thuocdo.difficulties.actions.raising import raise_difficulty, withdraw
from thuocdo.difficulties.actions.routing import merge, send_up, take_back

__all__ = [
    "answer",
    "merge",
    "publish",
    "raise_difficulty",
    "reopen",
    "send_up",
    "take_back",
    "withdraw",
]
