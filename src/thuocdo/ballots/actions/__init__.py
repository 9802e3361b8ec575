"""Every write of the room."""

from thuocdo.ballots.actions.phones import (
    begin_closing,
    end_issuing,
    end_objections,
    move_to_paper,
    publish_board,
    restart_issuing,
    start_casting,
    start_issuing,
    take_keys,
)
from thuocdo.ballots.actions.tokens import ask_token, sign_tokens

__all__ = [
    "ask_token",
    "begin_closing",
    "end_issuing",
    "end_objections",
    "move_to_paper",
    "publish_board",
    "restart_issuing",
    "sign_tokens",
    "start_casting",
    "start_issuing",
    "take_keys",
]
