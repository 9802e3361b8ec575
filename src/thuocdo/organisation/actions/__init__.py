"""Every write on units, people, posts, roles and their accounts. `by=None` is the operator at set-up."""

from thuocdo.organisation.actions.accounts import (
    PersonLink,
    issue_links,
    link_account,
    open_account,
    restart_account,
    stop_account,
)
from thuocdo.organisation.actions.duties import appoint_acting_head, delegate, end_duty, give_field
from thuocdo.organisation.actions.people import create_person, employ, end_employment, end_role, give_role
from thuocdo.organisation.actions.reorganising import (
    apply_reorganisation,
    begin_reorganisation,
    save_reorganisation,
    undo_reorganisation,
)
from thuocdo.organisation.actions.units import NewUnit, create_unit, create_units, link_unit

__all__ = [
    "NewUnit",
    "PersonLink",
    "apply_reorganisation",
    "appoint_acting_head",
    "begin_reorganisation",
    "create_person",
    "create_unit",
    "create_units",
    "delegate",
    "employ",
    "end_duty",
    "end_employment",
    "end_role",
    "give_field",
    "give_role",
    "issue_links",
    "link_account",
    "link_unit",
    "open_account",
    "restart_account",
    "save_reorganisation",
    "stop_account",
    "undo_reorganisation",
]
