"""Every write of this room, by name."""

from thuocdo.rulesets.actions.binding import bind
from thuocdo.rulesets.actions.numbers import record_number
from thuocdo.rulesets.actions.regulations import (
    begin_regulation,
    drop_regulation,
    return_regulation,
    save_regulation,
    withdraw_regulation,
    write_approval,
    write_proposal,
)

__all__ = [
    "begin_regulation",
    "bind",
    "drop_regulation",
    "record_number",
    "return_regulation",
    "save_regulation",
    "withdraw_regulation",
    "write_approval",
    "write_proposal",
]
