"""The end of casting, taken by the casting host itself: only it knows what waits in its memory."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.ballots import rules
from thuocdo.ballots.casting.batches import anew, insert
from thuocdo.ballots.casting.pool import Row
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.phones.models import TokenRequest
from thuocdo.organisation.access import chain_of


@action
def close_casting(*, ballot_id: int, rest: Sequence[Row], refused: int, by: User | None, at: datetime) -> str:
    """Write the rest, write all casts anew by serial, forget who asked for a token; the state after it. `refused`: how
    many genuine casts came beyond the number given out, which an honest committee's tool makes impossible."""
    one = Ballot.objects.select_for_update().get(pk=ballot_id)
    if one.state != rules.CLOSING:
        nothing_changed()
        return one.state
    insert(one.pk, rest)
    returned = anew(one.pk)
    TokenRequest.objects.filter(elector__ballot=one).delete()
    one.refused = refused
    one.state = rules.PHONE.target("close", one.state)
    one.version += 1
    one.save()
    chain = chain_of(one.unit, localdate(at))
    data = {"issued": one.issued, "returned": returned} | ({"refused": refused} if refused else {})
    code = "ballot.casting_closed_over" if refused else "ballot.casting_closed"
    record(chain=chain, code=code, by=by, at=at, objects=[one], data=data)
    return one.state
