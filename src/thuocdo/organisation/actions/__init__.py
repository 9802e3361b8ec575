"""Every write on units, people, posts, roles and their accounts. `by=None` is the operator at set-up."""

from thuocdo.organisation.actions.accounts import (
    PersonLink,
    issue_links,
    open_account,
    restart_account,
    stop_account,
)
from thuocdo.organisation.actions.changes import (
    change_post,
    close_left_account,
    offboard,
    rename_person,
    reset_sign_in,
    undo_offboard,
)
from thuocdo.organisation.actions.contacts import end_contact, set_contact
from thuocdo.organisation.actions.duties import appoint_acting_head, delegate, end_duty, give_field
from thuocdo.organisation.actions.merging import approve_merge, propose_merge, withdraw_merge
from thuocdo.organisation.actions.people import (
    create_person,
    employ,
    end_employment,
    end_role,
    give_role,
    hire,
)
from thuocdo.organisation.actions.reorganising import (
    apply_reorganisation,
    begin_reorganisation,
    save_reorganisation,
    undo_reorganisation,
)
from thuocdo.organisation.actions.units import (
    NewUnit,
    correct_unit_name,
    create_unit,
    create_units,
    open_unit,
)

__all__ = [
    "NewUnit",
    "PersonLink",
    "apply_reorganisation",
    "appoint_acting_head",
    "approve_merge",
    "begin_reorganisation",
    "change_post",
    "close_left_account",
    "correct_unit_name",
    "create_person",
    "create_unit",
    "create_units",
    "delegate",
    "employ",
    "end_contact",
    "end_duty",
    "end_employment",
    "end_role",
    "give_field",
    "give_role",
    "hire",
    "issue_links",
    "offboard",
    "open_account",
    "open_unit",
    "propose_merge",
    "rename_person",
    "reset_sign_in",
    "restart_account",
    "save_reorganisation",
    "set_contact",
    "stop_account",
    "undo_offboard",
    "undo_reorganisation",
    "withdraw_merge",
]
