"""Every write of the room."""

from thuocdo.ballots.actions.counting import agree_recount, call_roll, correct_issued, enter_count, issue_slips, recount
from thuocdo.ballots.actions.freezing import cancel_ballot, freeze_ballot
from thuocdo.ballots.actions.people import choose_people
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
from thuocdo.ballots.actions.preparing import prepare_ballot
from thuocdo.ballots.actions.signing import attach_scan, confirm_scan, finish_ballot
from thuocdo.ballots.actions.tokens import ask_token, sign_tokens

__all__ = [
    "agree_recount", "ask_token", "attach_scan", "begin_closing", "call_roll", "cancel_ballot", "choose_people",
    "confirm_scan", "correct_issued", "end_issuing", "end_objections", "enter_count", "finish_ballot", "freeze_ballot",
    "issue_slips", "move_to_paper", "prepare_ballot", "publish_board", "recount", "restart_issuing", "sign_tokens",
    "start_casting", "start_issuing", "take_keys",
]  # fmt: skip
