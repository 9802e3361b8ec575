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
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.organisation.access import chain_of


@action
def close_casting(*, ballot_id: int, rest: Sequence[Row], refused: int, by: User | None, at: datetime) -> str:
    """Write the rest, write all casts anew by serial, forget who asked for a token; the state after it. `refused`: how
    many genuine casts came beyond the number given out, which an honest committee's tool makes impossible. With fewer
    than `FEWEST` slips nothing is written and casting goes on: so few, once opened, say what each of them chose."""
    one = Ballot.objects.select_for_update().get(pk=ballot_id)
    if one.state != rules.CLOSING:
        nothing_changed()
        return one.state
    here = set(Cast.objects.filter(ballot=one).values_list("serial", flat=True)) | {row["serial"] for row in rest}
    if len(here) < rules.FEWEST:
        return _put_off(one, by, at)
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


def _put_off(one: Ballot, by: User | None, at: datetime) -> str:
    one.put_off = (one.put_off or 0) + 1
    one.state = rules.PHONE.target("put_off", one.state)
    one.version += 1
    one.save()
    record(
        chain=chain_of(one.unit, localdate(at)), code="ballot.closing_put_off", by=by, at=at, objects=[one],
        data={"fewest": rules.FEWEST},
    )  # fmt: skip
    return one.state
