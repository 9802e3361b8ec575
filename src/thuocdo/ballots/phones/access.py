"""Who acts on a ballot on phones: its tellers, its chair, a voter who is present."""

from thuocdo.accounts.models import User
from thuocdo.ballots.models import Ballot, Elector, Teller
from thuocdo.kernel.errors import Conflict, NotYours
from thuocdo.organisation.models import Person

MOVED = "Cuộc bỏ phiếu vừa thay đổi (hiện {state}). Hãy tải lại trang để xem tình trạng mới nhất."


def is_teller(one: Ballot, user: User) -> bool:
    return Teller.objects.filter(ballot=one, person__user_id=user.pk).exists()


def is_chair(one: Ballot, user: User) -> bool:
    return one.chair_id is not None and Person.objects.filter(pk=one.chair_id, user_id=user.pk).exists()


def elector_of(one: Ballot, user: User) -> Elector | None:
    """The user among those who may vote, with the own request for a token."""
    found = Elector.objects.filter(ballot=one, person__user_id=user.pk, left_out="")
    return found.select_related("token_request").first()


def locked(ballot_id: int, user: User, *, version: int | None = None, chair: bool = False) -> Ballot:
    """A ballot on phones, locked until the end of the transaction, for one of its tellers (`chair`: or its chair).
    Raises NotYours; Conflict where it moved on since the page was shown."""
    found = Ballot.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=ballot_id).first()
    allowed = found is not None and (is_teller(found, user) or (chair and is_chair(found, user)))
    if found is None or not allowed or found.mode != Ballot.Mode.PHONE or found.state == Ballot.State.DRAFT:
        raise NotYours()
    if version is not None and found.version != version:
        raise Conflict(MOVED.format(state=found.get_state_display()))
    return found
