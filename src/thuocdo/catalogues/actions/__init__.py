"""Every write of the catalogues."""

from thuocdo.catalogues.actions.approving import approve_catalogue, return_catalogue, submit_catalogue
from thuocdo.catalogues.actions.drafting import (
    begin_catalogue,
    drop_catalogue,
    remove_line,
    save_line,
    save_way,
    set_aside,
    take_lines,
    take_proposal,
)
from thuocdo.catalogues.actions.inventories import (
    add_inventory_line,
    begin_inventory,
    change_inventory_line,
    drop_inventory_lines,
    join_inventory_lines,
    restore_inventory_lines,
    return_inventory,
    send_inventory,
)
from thuocdo.catalogues.actions.proposals import propose_product, refuse_proposal, withdraw_proposal

__all__ = [
    "add_inventory_line",
    "approve_catalogue",
    "begin_catalogue",
    "begin_inventory",
    "change_inventory_line",
    "drop_catalogue",
    "drop_inventory_lines",
    "join_inventory_lines",
    "propose_product",
    "refuse_proposal",
    "remove_line",
    "restore_inventory_lines",
    "return_catalogue",
    "return_inventory",
    "save_line",
    "save_way",
    "send_inventory",
    "set_aside",
    "submit_catalogue",
    "take_lines",
    "take_proposal",
    "withdraw_proposal",
]
