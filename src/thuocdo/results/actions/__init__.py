"""Every write about results that follow from months: roll-ups, and looks at them."""

from thuocdo.results.actions.handing import receive_results, return_results, send_results, withdraw_results
from thuocdo.results.actions.rollups import Frozen, freeze_rollup, freeze_rollups
from thuocdo.results.actions.viewing import record_bundle, record_period_file, record_results_view

__all__ = [
    "Frozen", "freeze_rollup", "freeze_rollups", "receive_results", "record_bundle", "record_period_file",
    "record_results_view", "return_results", "send_results", "withdraw_results",
]  # fmt: skip
