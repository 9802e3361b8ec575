"""Writes of tasks that flow in."""

from thuocdo.inflow.actions.deliveries import deliver, note_failure
from thuocdo.inflow.actions.files import apply_file, drop_file, preview_file
from thuocdo.inflow.actions.inbox import answer_items, ignore_items, resolve_items
from thuocdo.inflow.actions.large import (
    ask_to_apply_file,
    give_up_file,
    note_file_stage,
    read_received_file,
    receive_file,
    write_asked_file,
)
from thuocdo.inflow.actions.sources import (
    IssuedToken,
    change_source,
    create_source,
    renew_token,
    restart_source,
    stop_source,
)

__all__ = [
    "IssuedToken", "answer_items", "apply_file", "ask_to_apply_file", "change_source", "create_source", "deliver",
    "drop_file", "give_up_file", "ignore_items", "note_failure", "note_file_stage", "preview_file",
    "read_received_file", "receive_file", "renew_token", "resolve_items", "restart_source", "stop_source",
    "write_asked_file",
]  # fmt: skip
