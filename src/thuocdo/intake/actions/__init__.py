"""What one does with a list: take it out, preview what comes back, apply it; large files by the worker."""

from thuocdo.intake.actions.batches import (
    apply_import,
    confirm_conversion,
    drop_import,
    export_list,
    preview_block,
    preview_import,
    preview_undo,
)
from thuocdo.intake.actions.large import (
    ask_to_apply,
    give_up_import,
    note_stage,
    read_received,
    receive_import,
    write_asked,
)

__all__ = [
    "apply_import",
    "ask_to_apply",
    "confirm_conversion",
    "drop_import",
    "export_list",
    "give_up_import",
    "note_stage",
    "preview_block",
    "preview_import",
    "preview_undo",
    "read_received",
    "receive_import",
    "write_asked",
]
