"""Every write on tasks: giving, proposing, reporting, sharing, proving, explaining, converting."""

from thuocdo.work.actions.assigning import assign_task, change_task, report_task, withdraw_task
from thuocdo.work.actions.causes import claim_cause, decide_cause
from thuocdo.work.actions.clarifying import answer_clarification, ask_clarification
from thuocdo.work.actions.converting import choose_conversion
from thuocdo.work.actions.giving import assign_many
from thuocdo.work.actions.handing import give_over_task, hand_back_task, offer_to_take_over
from thuocdo.work.actions.proposing import accept_task, decline_task, drop_proposal, propose_task
from thuocdo.work.actions.proving import add_evidence, withdraw_evidence
from thuocdo.work.actions.sharing import split_task

__all__ = [
    "accept_task",
    "add_evidence",
    "answer_clarification",
    "ask_clarification",
    "assign_many",
    "assign_task",
    "change_task",
    "choose_conversion",
    "claim_cause",
    "decide_cause",
    "decline_task",
    "drop_proposal",
    "give_over_task",
    "hand_back_task",
    "offer_to_take_over",
    "propose_task",
    "report_task",
    "split_task",
    "withdraw_evidence",
    "withdraw_task",
]
