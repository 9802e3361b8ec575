"""Every write about results that follow from months: roll-ups, and looks at them."""

from thuocdo.results.actions.filing import file_year_paper
from thuocdo.results.actions.following import (
    decide_follow_up,
    end_follow_up_rule,
    propose_follow_up,
    publish_follow_up,
    set_follow_up_rule,
    undo_follow_up,
    withdraw_follow_up,
)
from thuocdo.results.actions.handing import receive_results, return_results, send_results, withdraw_results
from thuocdo.results.actions.outside import (
    confirm_outside_results,
    enter_outside_result,
    return_outside_results,
    withdraw_outside_results,
)
from thuocdo.results.actions.rollups import Frozen, freeze_rollup, freeze_rollups
from thuocdo.results.actions.syncing import mark_synced
from thuocdo.results.actions.viewing import record_bundle, record_period_file, record_results_view

__all__ = [
    "Frozen", "confirm_outside_results", "decide_follow_up", "end_follow_up_rule", "enter_outside_result",
    "file_year_paper", "freeze_rollup", "freeze_rollups", "mark_synced", "propose_follow_up", "publish_follow_up",
    "receive_results", "record_bundle", "record_period_file", "record_results_view", "return_outside_results",
    "return_results", "send_results", "set_follow_up_rule", "undo_follow_up", "withdraw_follow_up",
    "withdraw_outside_results", "withdraw_results",
]  # fmt: skip
