"""Abuse 46, ballots on phones: nobody who reads the database, its log, its copies or the servers' logs links a voter
and a vote (goal B1). `TD_BALLOTS=100 pytest …` makes as many ballots of each kind; CI makes a few."""

import io
import json
import logging
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection, transaction

from tests.abuse import ballot_forensics as kit
from tests.abuse.ballot_forensics import Traces
from tests.factories import phones
from tests.factories.people import make_person, make_unit
from tests.guards import outside_actions
from tests.progress import Bounded
from tests.unit.ballots import making
from thuocdo.audit.models import Event
from thuocdo.ballots import rules
from thuocdo.ballots.actions import phones as committee
from thuocdo.ballots.actions import tokens
from thuocdo.ballots.casting.host import Host
from thuocdo.ballots.casting.keeper import Keeper
from thuocdo.ballots.casting.pool import Pool
from thuocdo.ballots.lpk1 import board, casts
from thuocdo.ballots.messages import message
from thuocdo.ballots.models import Ballot, Elector
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.organisation.models import Person, Unit

VOTERS = 20
EACH = int(os.environ.get("TD_BALLOTS", "6"))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> tuple[Unit, list[Person], list[Person]]:
    """Twenty voters and three tellers. Whether a cast is genuine is asked elsewhere; here it only has to be stored."""
    monkeypatch.setattr(casts, "genuine", lambda *_: True)
    unit = make_unit("PX", "Phòng họp")
    people = [make_person(f"PX-{n:02d}", f"Người {n}", unit) for n in range(VOTERS + 3)]
    return unit, people[:3], people[3:]


@contextmanager
def said() -> Iterator[io.StringIO]:
    """Everything that any logger says."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(level)
    root.removeHandler(handler)


def ours(room: tuple[Unit, list[Person], list[Person]], chance: random.Random, same: bool) -> tuple[Traces, Traces]:
    """One ballot with the product, from tokens to closing. Back: what its tables and copies show after closing; what
    the log, dead rows and a reader during casting show. `same`: all cast in the order in which tokens were asked."""
    unit, tellers, voters = room
    one = phones.issuing(phones.frozen(unit, tellers, voters))
    since, pk = kit.log_position(), one.ballot.pk
    electors = list(Elector.objects.filter(ballot_id=pk).select_related("person"))
    asking = chance.sample(electors, VOTERS)
    modulus = int(making.keys()["sign"], 16)
    answers, blinded, sessions = [], {}, {}
    for elector in asking:
        signature = chance.randrange(2, modulus)
        blinded[f"{pow(signature, 65537, modulus):0768x}"] = elector.pk
        session = SessionStore()
        session["user"] = elector.person.user_id
        session.save()
        sessions[session.session_key] = elector.pk
        user: Any = elector.person.user
        tokens.ask_token(ballot_id=pk, blinded=list(blinded)[-1], by=user, at=phones.AT)
        answers.append({"id": elector.key, "blind_signature": f"{signature:0768x}"})
    chance.shuffle(answers)
    text = json.dumps(message("signatures", keys_fingerprint=board.short(one.tag), signatures=answers))
    by: Any = tellers[0].user
    tokens.sign_tokens(ballot_id=pk, text=text, by=by, at=phones.AT)
    committee.end_issuing(**one.by())
    requests = kit.orders("ballots_tokenrequest", "elector_id", [e.pk for e in electors])
    written = {"ballots_tokenrequest": kit.transactions("ballots_tokenrequest", "elector_id")} if pg() else {}
    committee.start_casting(**one.by())

    casting = list(asking) if same else chance.sample(electors, VOTERS)
    lengths = {"serial": 64, "key": 130, "prefix": 64, "signature": 768, "sealed": 164, "proof": 128}
    truth, time = {}, 0.0
    host = Host(Keeper(clock=lambda: time))
    host.keeper.look()
    with said() as logs:
        for elector in casting:
            row = {name: f"{chance.getrandbits(4 * long):0{long}x}" for name, long in lengths.items()}
            truth[elector.pk] = row["serial"]
            assert posted(host, one.code, row, elector) == 202
            time += chance.choice([0.1, 0.7, 1.5])
            if chance.random() < 0.6:
                host.keeper.look()
        during = kit.orders("ballots_cast", "serial", truth.values())
        raw = b"" if pg() else kit.write_ahead_log()
        committee.begin_closing(**one.by())
        time += 60
        host.keeper.look()
        host.keeper.look()
    assert one.ballot.state == rules.CLOSED
    raw += kit.write_ahead_log(since)

    serials = {serial: serial for serial in truth.values()}
    persons: dict[str, Any] = {
        "proxy's log of tokens": [e.pk for e in asking],
        **requests,
        **kit.orders("ballots_elector", "id", truth),
        **sessions_of(sessions),
        "log, tokens": kit.in_bytes(raw, blinded),
        "events": acting({str(e.person.user_id): e.pk for e in electors}),
    }  # fmt: skip
    after = Traces(truth, persons, kit.orders("ballots_cast", "serial", truth.values()))
    after.votes["restored"] = kit.restored("ballots_cast", "serial", truth.values())
    after.votes["what was logged"] = kit.in_bytes(logs.getvalue().encode(), serials)
    names = {e.pk: e.pk for e in electors} | {e.key: e.pk for e in electors} | {e.person_id: e.pk for e in electors}
    after.joins["values"] = kit.by_value("ballots_cast", "serial", names, truth.values())
    after.joins["cache"] = cached(truth)
    if pg():
        votes = kit.transactions("ballots_cast", "serial")
        own = {serial: votes[serial] for serial in truth.values()}
        for table, found in written.items():
            after.joins[f"{table}: xmin"] = kit.same_transaction({e: found[e] for e in truth}, own)
            after.joins[f"{table}: xmin+1"] = kit.same_transaction({e: found[e] for e in truth}, own, later=True)
    deep = Traces(truth, persons)
    deep.votes = {f"while casting, {name}": order for name, order in during.items()}
    deep.votes["log"] = kit.in_bytes(raw, serials)
    deep.votes["file"] = kit.in_bytes(kit.stored("ballots_cast"), serials)
    Ballot.objects.filter(pk=pk).update(state=rules.FINAL)  # a host begun anew does not read it again
    assert not TokenRequest.objects.filter(elector__ballot_id=pk).exists()
    return after, deep


def posted(host: Host, code: str, row: dict[str, str], elector: Elector) -> int:
    """What a careless proxy passes on: cookie, address, referrer, a header with a name; the host reads none of it."""
    body = json.dumps(row, separators=(",", ":")).encode()
    status: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/bo/{code}/", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body), "HTTP_COOKIE": f"sessionid={elector.key}",
        "REMOTE_ADDR": f"10.0.0.{elector.pk % 250}", "HTTP_REFERER": f"/bo-phieu/{elector.key}/",
        "HTTP_X_USER": str(elector.person_id), "QUERY_STRING": "",
    }  # fmt: skip
    host(environ, lambda line, headers: status.append(line))
    return int(status[0][:3])


def naive(room: tuple[Unit, list[Person], list[Person]], chance: random.Random, together: bool) -> Traces:
    """The usual two tables with an account of who voted, in one transaction or in two, an event, a session, a cache."""
    voters = chance.sample(room[2], VOTERS)
    with connection.cursor() as cursor:
        for table in ("naive_voted", "naive_vote"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("TRUNCATE django_session" if pg() else "DELETE FROM django_session")  # no room left by others
    since, truth, sessions, lines = kit.log_position(), {}, {}, []
    cache.clear()
    mark = chance.getrandbits(32)
    for number, person in enumerate(voters):
        serial = f"{chance.getrandbits(256):064x}"
        truth[person.pk] = serial
        session = SessionStore()
        session["user"] = person.user_id
        session.save()
        sessions[session.session_key] = person.pk
        lines.append(f"{person.pk:08d} POST /vote/{serial}")
        cache.set(f"vote-{serial}", person.pk)
        with connection.cursor() as cursor:
            voted = "INSERT INTO naive_voted (person_id, word, at) VALUES (%s, %s, %s)"
            vote = "INSERT INTO naive_vote (serial, owner_id, at) VALUES (%s, %s, %s)"
            with transaction.atomic() if together else nullcontext():
                cursor.execute(voted, [person.pk, f"{mark:08x}-{person.pk:08d}", number])
                cursor.execute(vote, [serial, person.pk, number])
    log = "\n".join(lines).encode()
    raw = kit.write_ahead_log(since)
    words = {f"{mark:08x}-{pk:08d}": pk for pk in truth}
    serials = {serial: serial for serial in truth.values()}
    found = Traces(truth, {
        "log of the proxy": kit.in_bytes(log, {f"{pk:08d} POST": pk for pk in truth}),
        "log": kit.in_bytes(raw, words),
        **kit.orders("naive_voted", "person_id", truth),
        **sessions_of(sessions),
    })  # fmt: skip
    found.votes = kit.orders("naive_vote", "serial", truth.values()) | {
        "log": kit.in_bytes(raw, serials),
        "what was logged": kit.in_bytes(log, serials),
        "restored": kit.restored("naive_vote", "serial", truth.values()),
    }
    found.joins["values"] = kit.by_value("naive_vote", "serial", {pk: pk for pk in truth}, truth.values())
    found.joins["cache"] = cached(truth)
    if pg():
        found.votes["file"] = kit.in_bytes(kit.stored("naive_vote"), serials)[::-1]  # a page is filled from its end
        both = (kit.transactions("naive_voted", "person_id"), kit.transactions("naive_vote", "serial"))
        found.joins["xmin" if together else "xmin+1"] = kit.same_transaction(*both, later=not together)
    return found


def sessions_of(persons: dict[Any, int]) -> dict[str, list[int]]:
    """Whose sessions stand in which orders; who has the installation's key reads that."""
    found = kit.orders("django_session", "session_key", persons)
    return {f"sessions: {name}": [persons[key] for key in order] for name, order in found.items()}


def acting(users: dict[str, int]) -> list[int]:
    """Voters who stand in events, in the order of events."""
    actors = Event.objects.order_by("pk").values_list("actor", flat=True)
    return [users[actor] for actor in actors if actor in users]


def cached(truth: dict[int, str]) -> dict[int, str]:
    """Persons that the cache holds beside a serial."""
    found = {serial: cache.get(f"vote-{serial}") for serial in truth.values()}
    assert found.values() or not any("ballot" in key for key in getattr(cache, "_cache", {}))
    return {person: serial for serial, person in found.items() if person is not None}


def pg() -> bool:
    return connection.vendor == "postgresql"


@pytest.mark.parametrize("together", [True, False], ids=["one transaction", "two"])
def test_b1_every_attack_links_everybody_in_a_naive_model(
    room: tuple[Unit, list[Person], list[Person]], together: bool
) -> None:
    kind = "BIGSERIAL PRIMARY KEY" if pg() else "INTEGER PRIMARY KEY AUTOINCREMENT"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE naive_voted (id {kind}, person_id BIGINT, word VARCHAR(20), at INTEGER)")
        cursor.execute(f"CREATE TABLE naive_vote (id {kind}, serial VARCHAR(64), owner_id BIGINT, at INTEGER)")
    try:
        found = kit.linked([naive(room, random.Random(seed), together) for seed in (1, 2)])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE naive_voted")
            cursor.execute("DROP TABLE naive_vote")
    assert len(found) > 30
    assert {name: score for name, score in found.items() if score != (2 * VOTERS, 2 * VOTERS)} == {}
    assert set(kit.too_well(found, VOTERS)) == {*found, "all together"}


def test_b1_no_attack_links_better_than_chance_in_ours(room: tuple[Unit, list[Person], list[Person]]) -> None:
    """After closing not even where everybody casts in the order of the tokens; the log and a reader during casting see
    the order of batches (docs/ballots.md), which links nobody where people cast in an order of their own."""
    found = linked_in_ours(room, 46)
    if any(found):  # chance alone does that now and then, and not twice in the same attack
        again = linked_in_ours(room, 47)
        assert [sorted(first.keys() & second.keys()) for first, second in zip(found, again, strict=True)] == [[], []]


def batches_of(room: tuple[Unit, list[Person], list[Person]], chance: random.Random) -> tuple[list[int], int]:
    """Some of those who have a slip never cast it. How many casts each look at the table found new, from the first one
    to closing, which is what the log shows too; and how many were cast."""
    one = phones.issuing(phones.frozen(room[0], room[1], room[2]))
    with outside_actions():
        Ballot.objects.filter(code=one.code).update(state=rules.CASTING, issued=VOTERS)
    lengths = {"serial": 64, "key": 130, "prefix": 64, "signature": 768, "sealed": 164, "proof": 128}
    time, seen = 0.0, []
    host = Host(Keeper(clock=lambda: time))
    host.keeper.look()
    casting = chance.sample(list(Elector.objects.filter(ballot__code=one.code)), chance.randint(5, VOTERS))
    for elector in casting:
        row = {name: f"{chance.getrandbits(4 * long):0{long}x}" for name, long in lengths.items()}
        assert posted(host, one.code, row, elector) == 202
        time += chance.choice([0.1, 2.5])
        host.keeper.look()
        seen.append(list(Cast.objects.filter(ballot__code=one.code).values_list("serial", flat=True)))
    committee.begin_closing(**one.by())
    for _ in range(3):
        time += 30
        host.keeper.look()
    seen.append(list(Cast.objects.filter(ballot__code=one.code).values_list("serial", flat=True)))
    with outside_actions():
        Ballot.objects.filter(code=one.code).update(state=rules.FINAL)
    return kit.groups(seen), len(casting)


def test_b1_no_batch_names_who_casts_late_also_where_not_everybody_casts(
    room: tuple[Unit, list[Person], list[Person]], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [batches_of(room, random.Random(seed)) for seed in range(4)]
    assert [sum(sizes) for sizes, _ in found] == [cast for _, cast in found]
    assert len({cast for _, cast in found} - {VOTERS}) > 1
    assert [sizes for sizes, _ in found if min(sizes) < rules.FEWEST] == []
    monkeypatch.setattr(Pool, "batch", lambda pool, *, rest=False: list(pool._waiting.values()))
    naive, _ = batches_of(room, random.Random(1))
    assert min(naive) == 1, "a host that writes what it has is caught"


def linked_in_ours(room: tuple[Unit, list[Person], list[Person]], seed: int) -> tuple[dict[str, str], dict[str, str]]:
    """Attacks that link better than chance: on the tables after closing, and on the log where orders differ."""
    chance = random.Random(seed)
    bounded = Bounded(f"B1, attacked ballots (seed {seed})", 2 * EACH)
    made = [(n % 2 == 0, *ours(room, chance, same=n % 2 == 0)) for n in bounded]
    tables = kit.linked([after for _, after, _ in made])
    assert len(tables) >= 10
    deep = kit.linked([deep for same, _, deep in made if not same])
    assert len(deep) >= 10
    bounded.require_whole()
    return kit.too_well(tables, VOTERS), kit.too_well(deep, VOTERS)
