"""Ballots on phones with as many voters and slips, for counting queries."""

from typing import Any

from tests.factories import phones
from tests.guards import outside_actions
from tests.integration.web import crowd
from tests.unit.ballots import making
from thuocdo.accounts.models import User
from thuocdo.ballots import rules
from thuocdo.ballots.lpk1 import board
from thuocdo.ballots.models import Ballot, Elector
from thuocdo.ballots.phones.models import TokenRequest


def build(people: crowd.Crowd, rows: int) -> tuple[dict[str, int], dict[str, User]]:
    """One in which tokens are asked for, and one whose board is there (its signatures are not looked at here)."""
    tellers, voters = people.people[:3], people.people[: max(rows, rules.FEWEST)]
    asking = phones.issuing(phones.frozen(people.place, tellers, voters, quorum=[1, 3]))
    with outside_actions():
        for elector in Elector.objects.filter(ballot__code=asking.code)[: rows // 2]:
            TokenRequest.objects.create(elector=elector, blinded="1" * 768)
    done = phones.frozen(people.place, tellers, voters, quorum=[1, 3])
    made = [
        dict.fromkeys(("serial", "key", "prefix", "signature", "sealed", "proof"), f"{n:064x}") | {"choice": [[0]]}
        for n in range(len(voters))
    ]
    shown = board.publish(done.content, making.keys(), present=len(voters), issued=len(voters), rows=made)
    with outside_actions():
        one: Any = done.ballot
        one.state, one.keys, one.present, one.issued = Ballot.State.OPENED, making.keys(), len(voters), len(voters)
        one.board, one.board_hash = board.canonical(shown).decode(), shown["hash"]
        one.save()
    users: Any = {"counting": tellers[0].user, "voting": voters[-1].user}
    return {"phones": asking.ballot.pk, "phones_opened": done.ballot.pk}, users
