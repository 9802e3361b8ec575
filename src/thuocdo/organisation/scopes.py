"""Whose list it is: the steps of the lists that leave, shared by the rooms."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Scope
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import chain_of_user, day_of


def signed_in(by: User | None) -> User:
    """Lists of one's own work need an account. Raises NotYours."""
    if by is None:
        raise NotYours()
    return by


def own_scope(by: User | None, at: datetime, code: str) -> Scope:
    """What is about the user alone; the code is not read. Raises NotYours."""
    user = signed_in(by)
    return Scope(chain_of_user(user, day_of(at)), user.display_name, user)
