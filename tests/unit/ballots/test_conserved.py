"""Goal B2: a thousand random ballots with crashes, a database that fails before or after it commits, retries and second
windows conserve every vote. The host, its keeper and its memory are the product's; the database is a model that keeps
what it was given and never changes it. The real one, and a process that is really killed: tests/integration/ballots.
CI makes a few of them; `TD_CONSERVED=1000 pytest …` all."""

import contextlib
import io
import json
import os
from collections.abc import Iterable, Sequence
from random import Random

import pytest

from tests.progress import Bounded
from tests.unit.ballots import making
from thuocdo.ballots import rules
from thuocdo.ballots.casting import keeper, pool, store
from thuocdo.ballots.casting.host import Host
from thuocdo.ballots.casting.keeper import Keeper
from thuocdo.ballots.casting.pool import Row
from thuocdo.ballots.lpk1 import casts
from thuocdo.ballots.lpk1.board import tag_of

BALLOTS = int(os.environ.get("TD_CONSERVED", "120"))
QUESTION = making.ballot(lines=[making.ballot()["lines"][0]], summoned=40)
LENGTHS = {"serial": 64, "key": 130, "prefix": 64, "signature": 768, "sealed": 164, "proof": 128}
CODE = QUESTION["id"]


class Lost(Exception):
    """The database went away."""


class Disc:
    """What is committed. Fails now and then before it commits, or after it has."""

    def __init__(self, issued: int, chance: Random, failing: float) -> None:
        self.rows: dict[str, str] = {}
        self.state, self.closings, self.told = rules.CASTING, 0, False
        self._issued, self._chance, self._failing = issued, chance, failing

    def states(self) -> list[tuple[int, str, str]]:
        self._fails()
        return [(1, CODE, self.state)]

    def facts(self, _: int) -> store.Facts:
        return store.Facts(QUESTION, making.keys(), tag_of(QUESTION, making.keys()), self._issued)

    def seals(self, _: int) -> dict[str, str]:
        self._fails()
        return dict(self.rows)

    def write(self, _: int, batch: Sequence[Row]) -> None:
        self._fails()
        if self.state in store.TAKES:
            self._keep(batch)
        self._fails()

    def close(self, _: int, rest: Sequence[Row], *, refused: int = 0) -> str:
        self._fails()
        assert not refused, "nobody signed more slips than were given out"
        late = len({row["serial"] for row in rest} - self.rows.keys())
        becomes = rules.closing(len(self.rows), late, told=self.told)
        if self.state == rules.CLOSING and becomes != "close":
            self.state, self.told = rules.CASTING, self.told or becomes == "last"
        elif self.state == rules.CLOSING:
            self._keep(rest)
            self.state, self.closings = rules.CLOSED, self.closings + 1
        self._fails()
        return self.state

    def _keep(self, rows: Sequence[Row]) -> None:
        new = [row for row in rows if row["serial"] not in self.rows]
        assert not new or len(new) >= rules.FEWEST or self.told, "whose cast is written late is told from the others"
        for row in new:
            self.rows[row["serial"]] = row["sealed"]

    def _fails(self) -> None:
        if self._chance.random() < self._failing:
            raise Lost


class Window:
    """One window of a phone: sends the same row until it hears that it is written; what it heard last, it shows."""

    def __init__(self, row: dict[str, str]) -> None:
        self.row, self.heard = row, ""
        self.body = json.dumps(row, separators=(",", ":")).encode()

    def send(self, host: Host) -> None:
        said: list[str] = []
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/bo/{CODE}/", "CONTENT_LENGTH": str(len(self.body)),
                   "wsgi.input": io.BytesIO(self.body)}  # fmt: skip
        content = json.loads(b"".join(host(environ, lambda status, _: said.append(status))))
        status = said[0][:3]
        assert status in ("200", "202", "404", "409"), status
        why = {"200": "written", "202": "waits", "404": "closed"}.get(status) or content["why"]
        self.heard = self.heard if why == "closed" else why


def row_of(chance: Random) -> dict[str, str]:
    return {name: f"{chance.getrandbits(4 * long):0{long}x}" for name, long in LENGTHS.items()}


def held(chance: Random, patch: pytest.MonkeyPatch) -> None:
    """One ballot from the start of casting to its end, and what must hold then."""
    issued, now = chance.randint(5, 30), 0.0
    disc = Disc(issued, chance, failing=chance.choice([0.0, 0.05, 0.3]))
    for name in ("states", "facts", "seals", "write", "close"):
        patch.setattr(store, name, getattr(disc, name))
    patch.setattr(pool, "SystemRandom", lambda: chance)

    def begun() -> Host:
        return Host(Keeper(clock=lambda: now))

    def look() -> None:
        with contextlib.suppress(Lost):  # as `Beating` does
            host.keeper.look()

    slips = [row_of(chance) for _ in range(issued)]
    casting = slips[: issued - chance.choice([0, 0, 1, 4])]
    later = [Window(row) for row in casting]
    later += [Window(row | {"sealed": row_of(chance)["sealed"]}) for row in casting if chance.random() < 0.2]
    chance.shuffle(later)
    open_, host, crashes = list[Window](), begun(), chance.choice([0.0, 0.02, 0.15])
    while later or disc.state == rules.CASTING:
        now += chance.choice([0.1, 0.5, 2.5])
        if later and chance.random() < 0.5:
            open_.append(later.pop())
        for window in chance.sample(open_, min(len(open_), 3)):
            if window.heard != "written" or chance.random() < 0.1:  # now and then again, though it has its answer
                window.send(host)
        host = begun() if chance.random() < crashes else host
        look()
        if not later and chance.random() < 0.2:
            disc.state = rules.CLOSING
    for turn in range(400):
        now += 3.0  # a phone sends again every three seconds
        for window in open_:
            if window.heard != "written":
                window.send(host)
        host = begun() if turn < 40 and chance.random() < crashes else host
        look()
        if disc.state != rules.CLOSING:
            break
    assert not disc.told, "phones that come again leave no small batch, however often the host is killed"
    if len(casting) < rules.FEWEST:
        assert (disc.state, disc.rows) == (rules.CASTING, {}), "so few are neither written nor opened"
        return
    assert (disc.state, disc.closings) == (rules.CLOSED, 1)
    assert disc.rows.keys() == {row["serial"] for row in casting}, "every slip cast, nothing else, each once"
    for window in open_:
        counted = disc.rows[window.row["serial"]] == window.row["sealed"]
        assert window.heard != "written" or counted, "what was called written is counted as it was sent"
        assert window.heard != "other" or not counted, "who was told of another choice is not the one counted"


def many(ballots: Iterable[int], patch: pytest.MonkeyPatch) -> None:
    for seed in ballots:
        try:
            held(Random(seed), patch)
        except AssertionError as problem:
            problem.add_note(f"ballot {seed}")
            raise


def test_b2_random_ballots_with_crashes_retries_and_second_windows_conserve_every_vote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(casts, "genuine", lambda *_: True)
    monkeypatch.setattr(store, "failed", lambda _: None)
    assert keeper.store is store
    bounded = Bounded("B2, random ballots", BALLOTS)
    many(bounded, monkeypatch)
    bounded.require_whole()


def test_b2_would_find_a_host_that_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself: a host that calls written what only waits in its memory loses votes, and this is found."""
    monkeypatch.setattr(casts, "genuine", lambda *_: True)
    monkeypatch.setattr(store, "failed", lambda _: None)
    monkeypatch.setattr(keeper.Pool, "has", lambda memory, row: memory.knows(row))
    with pytest.raises(AssertionError):
        many(range(50), monkeypatch)
