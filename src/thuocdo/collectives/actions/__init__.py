"""Every write on units as subjects."""

from thuocdo.collectives.actions.deciding import decide_unit, reconsider_unit, send_unit_proposal_back
from thuocdo.collectives.actions.own import (
    ask_bonus,
    drop_bonus,
    name_writer,
    report_unit_task,
    save_unit_draft,
    submit_unit_sheet,
    withdraw_unit_sheet,
)
from thuocdo.collectives.actions.reopening import (
    agree_unit_reopening,
    ask_unit_reopening,
    close_unit_again,
    drop_unit_reopening,
)
from thuocdo.collectives.actions.review import (
    begin_hold,
    end_hold,
    judge_unit_task,
    open_unit_sheet,
    propose_unit_level,
    record_unit_view,
    return_unit_sheet,
    rule_on_bonus,
)
from thuocdo.collectives.actions.rounds import close_round, give_unit_task, open_round, raise_quota

__all__ = [
    "agree_unit_reopening",
    "ask_bonus",
    "ask_unit_reopening",
    "begin_hold",
    "close_round",
    "close_unit_again",
    "decide_unit",
    "drop_bonus",
    "drop_unit_reopening",
    "end_hold",
    "give_unit_task",
    "judge_unit_task",
    "name_writer",
    "open_round",
    "open_unit_sheet",
    "propose_unit_level",
    "raise_quota",
    "reconsider_unit",
    "record_unit_view",
    "report_unit_task",
    "return_unit_sheet",
    "rule_on_bonus",
    "save_unit_draft",
    "send_unit_proposal_back",
    "submit_unit_sheet",
    "withdraw_unit_sheet",
]
