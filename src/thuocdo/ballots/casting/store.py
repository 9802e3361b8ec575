"""The casting host's side of the database: which ballots are open, their serials, batches of casts."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from thuocdo.ballots import rules
from thuocdo.ballots.actions.closing import close_casting
from thuocdo.ballots.casting.batches import insert
from thuocdo.ballots.casting.pool import Row
from thuocdo.ballots.lpk1.board import tag_of
from thuocdo.ballots.models import Ballot
from thuocdo.ballots.phones.models import Cast

log = logging.getLogger(__name__)
CLOSING, OPENED = rules.CLOSING, rules.OPENED
TAKES = (rules.CASTING, rules.CLOSING)
SHOWN = rules.ON_CASTING_HOST


@dataclass(frozen=True, slots=True)
class Facts:
    """A ballot as it is from the start of casting on."""

    ballot: dict[str, Any]
    keys: dict[str, str]
    tag: str
    issued: int


def states() -> list[tuple[int, str, str]]:
    """Key, code and state of every ballot on phones that is open."""
    shown = Ballot.objects.filter(mode=Ballot.Mode.PHONE, state__in=SHOWN)
    return list(shown.order_by("pk").values_list("pk", "code", "state"))


def facts(pk: int) -> Facts:
    """Nothing of it changes any more."""
    one = Ballot.objects.get(pk=pk)
    content = json.loads(one.document)
    assert one.keys is not None
    assert one.issued is not None
    return Facts(content, one.keys, tag_of(content, one.keys), one.issued)


def board(pk: int) -> bytes:
    """The published board, empty before."""
    return str(Ballot.objects.values_list("board", flat=True).get(pk=pk)).encode()


def seals(pk: int) -> dict[str, str]:
    """What is committed: seals by serial."""
    return dict(Cast.objects.filter(ballot_id=pk).values_list("serial", "sealed"))


def write(pk: int, batch: Sequence[Row]) -> None:
    """One batch in one transaction; a serial that is there already stays as it is. Nothing after closing."""
    with transaction.atomic():
        state = Ballot.objects.select_for_update().values_list("state", flat=True).get(pk=pk)
        if state in TAKES:
            insert(pk, batch)


def close(pk: int, rest: Sequence[Row], *, refused: int = 0) -> str:
    """The rest, then the end of casting; the state after it, which is that of casting where too few slips are here."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")
    state = close_casting(ballot_id=pk, rest=rest, refused=refused, by=None, at=timezone.now())
    sweep()
    return state


def failed(problem: Exception) -> None:
    """Said in the log by its kind alone (a database's message may carry a row), and the connection made anew."""
    log.error("casting: %s; tried again", type(problem).__name__)
    connection.close()


def leave() -> None:
    """The connection ends with the thread that used it."""
    connection.close()


def sweep() -> None:
    """What was written before the rows were written anew is not left behind where that is in our hands."""
    if connection.in_atomic_block:
        return
    words = (
        ["PRAGMA wal_checkpoint(TRUNCATE)"]
        if connection.vendor == "sqlite"
        else ["VACUUM ballots_cast", "VACUUM ballots_tokenrequest"]
    )
    try:
        with connection.cursor() as cursor:
            for one in words:
                cursor.execute(one)
    except DatabaseError as problem:
        failed(problem)
