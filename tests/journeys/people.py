"""Who sits at the screens, and the month that waits for them."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from tests.cast import Cast, build_cast
from tests.guards import outside_actions
from tests.journeys.conftest import PASSWORD
from thuocdo.accounts.models import User
from thuocdo.appraisals import actions
from thuocdo.cycles.models import Cycle


def may_sign_in() -> None:
    """Everybody who has an account by now signs in with the one password."""
    with outside_actions():
        User.objects.update(password=make_password(PASSWORD))


def cast_with_passwords() -> Cast:
    made = build_cast()
    may_sign_in()
    return made


def month_open(cast: Cast, at: datetime | None = None, *, year: int = 2026, number: int = 2) -> Cycle:
    """The month's cycle, February's unless another is named; opened now, with deadlines still to come."""
    at = at or timezone.now()
    return actions.open_cycle(
        root_id=cast.ward.pk, kind="month", year=year, number=number, choices={}, by=cast.organisation_officer.user,
        at=at, submit_by=at + timedelta(days=3), confirm_by=at + timedelta(days=6),
    )  # fmt: skip
