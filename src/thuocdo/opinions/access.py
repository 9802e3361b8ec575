"""Who prepares a round: the head of the unit (or acting head) and its organisation officers, never for themselves."""

from datetime import date

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.opinions.models import OpinionRound
from thuocdo.organisation.queries import headed_exactly, officer_units


def organised(user: User, on: date) -> set[int]:
    """Units for whose people the user prepares rounds. Two queries."""
    return headed_exactly(user, on) | officer_units(user, on)


def require_organises(unit_id: int, user: User, on: date) -> None:
    """Raises NotYours."""
    if unit_id not in organised(user, on):
        raise NotYours()


def locked(round_id: int) -> OpinionRound:
    """The round, locked until the end of the transaction. Raises NotYours."""
    if not OpinionRound.objects.select_for_update(of=("self",)).filter(pk=round_id).exists():
        raise NotYours()
    return OpinionRound.objects.select_related("cycle", "year_round__organisation", "unit").get(pk=round_id)
