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
    many genuine casts came beyond the number given out, which an honest committee's tool makes impossible. Where
    `rules.closing` puts it off nothing is written and casting goes on: fewer than `FEWEST` slips, once opened, say what
    each of them chose; as few in a batch of their own are known to have come last (`small_last`: False while the
    committee is told so, True where it closed all the same)."""
    one = Ballot.objects.select_for_update().get(pk=ballot_id)
    if one.state != rules.CLOSING:
        nothing_changed()
        return one.state
    committed = set(Cast.objects.filter(ballot=one).values_list("serial", flat=True))
    late = len({row["serial"] for row in rest} - committed)
    becomes = rules.closing(len(committed), late, told=one.small_last is not None)
    if becomes != "close":
        return _put_off(one, becomes == "last", by, at)
    small = bool(committed) and 0 < late < rules.FEWEST
    one.small_last = True if small else None
    insert(one.pk, rest)
    returned = anew(one.pk)
    TokenRequest.objects.filter(elector__ballot=one).delete()
    one.refused = refused
    one.state = rules.PHONE.target("close", one.state)
    one.version += 1
    one.save()
    chain = chain_of(one.unit, localdate(at))
    data, code = {"issued": one.issued, "returned": returned}, "ballot.casting_closed"
    if refused:
        data, code = data | {"refused": refused}, "ballot.casting_closed_over"
    elif small:
        data, code = data | {"fewest": rules.FEWEST}, "ballot.casting_closed_small"
    record(chain=chain, code=code, by=by, at=at, objects=[one], data=data)
    return one.state


def _put_off(one: Ballot, last: bool, by: User | None, at: datetime) -> str:
    one.put_off = (one.put_off or 0) + 1
    if last:
        one.small_last = False
    one.state = rules.PHONE.target("put_off", one.state)
    one.version += 1
    one.save()
    code = "ballot.closing_put_off_last" if last else "ballot.closing_put_off"
    chain, data = chain_of(one.unit, localdate(at)), {"fewest": rules.FEWEST}
    record(chain=chain, code=code, by=by, at=at, objects=[one], data=data)
    return one.state
