"""The casting host: what it takes, holds, writes and says; nothing in it knows a person."""

import io
import json
import os
import random
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.factories.people import give_role, make_person
from tests.factories.phones import AT, Phone, casting, meeting, signed
from tests.progress import Bounded
from tests.races import together
from tests.standing import standing
from tests.unit.ballots import making
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import sentence
from thuocdo.ballots import rules
from thuocdo.ballots.actions import phones
from thuocdo.ballots.casting import store
from thuocdo.ballots.casting.host import Host
from thuocdo.ballots.casting.keeper import Keeper
from thuocdo.ballots.casting.lease import Lease
from thuocdo.ballots.casting.pool import LEAST, Full, Other, Pool, Row
from thuocdo.ballots.casting.serving import free
from thuocdo.ballots.lpk1 import casts
from thuocdo.ballots.phones.models import Cast, TokenRequest
from thuocdo.kernel.errors import Conflict


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class At:
    """A casting host that is looked after by hand."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.host = Host(Keeper(clock=self.clock))
        self.look()

    def look(self, seconds: float = 5) -> None:
        self.clock.now += seconds
        self.host.keeper.look()

    def ask(self, method: str, path: str, body: bytes = b"", **environ: Any) -> tuple[int, Any]:
        said: list[str] = []
        given = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }  # fmt: skip
        content = b"".join(self.host(given | environ, lambda status, headers: said.append(status)))
        return int(said[0].split()[0]), json.loads(content)

    def post(self, code: str, row: dict[str, str]) -> int:
        return self.ask("POST", f"/bo/{code}/", body_of(row))[0]


def body_of(row: dict[str, str]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode()


@standing
def six(db: None) -> list[Phone]:
    """Six voters with tokens; casting is open."""
    return casting(meeting(6))


def committed(code: str) -> set[str]:
    return set(Cast.objects.filter(ballot__code=code).values_list("serial", flat=True))


def test_casts_are_written_from_five_on_and_the_first_of_a_serial_counts(six: list[Phone]) -> None:
    at, code = At(), six[0].of.code
    rows = [phone.row([[n % 3]]) for n, phone in enumerate(six)]
    assert {len(body_of(row)) for row in rows} == {casts.length(six[0].of.content)}
    for row in rows[: LEAST - 1]:
        assert at.post(code, row) == 202
    at.look()
    assert committed(code) == set()
    assert at.post(code, rows[4]) == 202
    at.look()
    assert committed(code) == set(), "the sixth alone would be named by its batch"
    again = six[0].row([[2]])
    assert again["serial"] == rows[0]["serial"]
    refused = (409, {"why": "other"})
    assert at.ask("POST", f"/bo/{code}/", body_of(again)) == refused, "a second window does not say it was taken"
    assert at.post(code, rows[5]) == 202
    assert at.post(code, rows[0]) == 202, "it waits still"
    at.look()
    assert committed(code) == {row["serial"] for row in rows}
    assert [at.post(code, row) for row in rows] == [200] * 6
    assert at.ask("POST", f"/bo/{code}/", body_of(again)) == refused
    assert Cast.objects.get(serial=rows[0]["serial"]).sealed == rows[0]["sealed"]


def test_who_polls_sees_no_serial_before_closing(six: list[Phone]) -> None:
    """Abuse: ask after every single cast who is new. Before closing the answer never changes; then all come at once."""
    at, one = At(), six[0].of
    rows = [phone.row([[n % 3]]) for n, phone in enumerate(six)]
    heard = []
    for row in rows:
        at.post(one.code, row)
        at.look()
        heard.append(at.ask("GET", f"/bo/{one.code}/da-ghi/"))
    assert heard == [(200, {"state": "casting", "serials": []})] * 6
    phones.begin_closing(**one.by())
    at.look()
    says = at.ask("GET", f"/bo/{one.code}/da-ghi/")[1]
    assert says == {"state": "closed", "serials": sorted(row["serial"] for row in rows)}


PLACES = (
    "/", "/bo-phieu/", "/bo-phieu/{0}/", "/bo-phieu/{0}/du-kien.json", "/bo-phieu/{0}/bien-ban.pdf",
    "/bo-phieu/dien-thoai/{0}/", "/bo-phieu/dien-thoai/{0}/phieu/", "/bo-phieu/dien-thoai/{0}/phieu-cua-toi/",
    "/bo-phieu/dien-thoai/{0}/cac-phieu/", "/bo-phieu/dien-thoai/{0}/yeu-cau/", "/bo-phieu/dien-thoai/{0}/ket-qua/",
    "/bo-phieu/dien-thoai/{0}/ket-qua/tep/", "/kiem-tra/",
)  # fmt: skip


def test_before_closing_no_page_of_any_role_tells_who_cast_or_what(six: list[Phone]) -> None:
    """Abuse: every page of the ballot, the to-do list and the log, before anybody cast and when all are written. Only
    committee and chair see a number grow; nothing else differs for anybody, the voter who cast included."""
    at, one = At(), six[0].of
    officer = make_person("VP-cb", "Cán Bộ", one.unit)
    give_role(officer, one.unit, "officer")
    inspector = make_person("VP-kt", "Kiểm Tra", one.unit)
    give_role(inspector, one.unit, "inspector")
    chair = one.ballot.chair
    assert chair is not None
    roles = {
        "voter": one.voters[0],
        "teller": one.tellers[0],
        "chair": chair,
        "officer": officer,
        "inspector": inspector,
    }
    clients = {name: Client() for name in roles}
    for name, person in roles.items():
        clients[name].force_login(person.user)  # type: ignore[arg-type]
        clients[name].get("/")

    def pages() -> dict[tuple[str, str], tuple[int, str]]:
        found = {}
        for name, place in product(clients, PLACES):
            answer = clients[name].get(place.format(one.ballot.pk))
            text = re.sub(
                r'name="csrfmiddlewaretoken" value="\w+"|data-now="\d+"|\d\d:\d\d(:\d\d)?', "", answer.content.decode()
            )
            found[name, place] = (answer.status_code, text)
        return found

    before, events = pages(), Event.objects.count()
    rows = [phone.row([[n % 3]]) for n, phone in enumerate(six)]
    for row in rows:
        at.post(one.code, row)
    at.look()
    assert len(committed(one.code)) == 6
    after = pages()
    assert Event.objects.count() == events, "no event names a cast"
    phone_page = "/bo-phieu/dien-thoai/{0}/"
    assert {key for key in after if after[key] != before[key]} == {("teller", phone_page), ("chair", phone_page)}
    for role in ("teller", "chair"):
        grown = before[role, phone_page][1].replace("<dt>Đã ghi</dt><dd>0</dd>", "<dt>Đã ghi</dt><dd>6</dd>")
        assert after[role, phone_page][1] == grown
    for row, (_, text) in product(rows, after.values()):
        assert row["serial"][-8:] not in text
    assert after["inspector", PLACES[-1]][0] == 200
    assert {after[name, phone_page][0] for name in ("voter", "officer", "inspector")} == {404}


def test_no_batch_is_below_five_also_where_not_everybody_casts() -> None:
    """Abuse: read the table after every single cast, and at closing. Whoever comes last stands among five."""
    for most in range(LEAST, 24):
        for cast in range(LEAST, most + 1):
            pool, written, sizes = Pool(most), dict[str, str](), []
            for n in range(cast):
                pool.put({"serial": f"{n:02d}", "sealed": ""})
                batch = pool.batch()
                written |= {row["serial"]: "" for row in batch}
                pool.written(written)
                sizes.append(len(batch))
            sizes.append(len(pool.batch(rest=True)))
            assert sum(sizes) == cast
            assert [size for size in sizes if 0 < size < LEAST] == []
            assert sizes[-1] == 0 or cast < most, "nobody waits for closing once all are here"


def test_fewer_than_five_are_not_opened(six: list[Phone]) -> None:
    """Closing is put off and says so; then either more come and it closes, or the ballot goes to paper, and nothing of
    what came is left."""
    at, one = At(), six[0].of
    rows = [phone.row([[0]]) for phone in six]
    for row in rows[: LEAST - 1]:
        assert at.post(one.code, row) == 202
    with pytest.raises(Conflict, match="chỉ chuyển sang phiếu giấy được khi đã bấm đóng"):
        phones.move_to_paper(**one.by(reason="Ít người bỏ"))
    phones.begin_closing(**one.by())
    at.look()
    at.look(30)
    assert (one.ballot.state, one.ballot.put_off, committed(one.code)) == (rules.CASTING, 1, set())
    event = Event.objects.order_by("pk").last()
    assert event is not None
    assert sentence(event).startswith("Chưa đóng được bỏ phiếu trên điện thoại: thu về dưới 5 phiếu")
    teller = Client()
    teller.force_login(one.tellers[0].user)  # type: ignore[arg-type]
    page = teller.get(f"/bo-phieu/dien-thoai/{one.ballot.pk}/").content.decode()
    assert "thu về dưới 5 phiếu" in page
    assert 'value="paper"' in page
    assert at.ask("GET", f"/bo/{one.code}/da-ghi/") == (200, {"state": "casting", "serials": []})
    with transaction.atomic():
        on_paper = phones.move_to_paper(**one.by(reason="Thu về dưới 5 phiếu"))
        assert (on_paper.mode, on_paper.state, on_paper.issued) == ("paper", rules.FROZEN, None)
        assert not TokenRequest.objects.filter(elector__ballot__code=one.code).exists()
        transaction.set_rollback(True)
    at.post(one.code, rows[4])
    phones.begin_closing(**one.by())
    at.look()
    at.look(10)
    assert one.ballot.state == rules.CLOSING, "the time for phones that wait begins anew"
    at.look(30)
    assert (one.ballot.state, committed(one.code)) == (rules.CLOSED, {row["serial"] for row in rows[:5]})


def test_a_host_that_was_killed_while_phones_were_off_puts_closing_off_once_and_says_why(db: None) -> None:
    """Five slips are written when the host is killed with five in memory, and of these phones three are off:
    two alone would be known to have come last. Told so, the committee has the phones come back; or closes all the same,
    and that is on the record."""
    voters = casting(meeting(12))
    one, rows = voters[0].of, [voter.row([[0]]) for voter in voters]
    at = At()
    for row in rows[:10]:
        assert at.post(one.code, row) == 202
    at.look()
    gone = [row for row in rows[:10] if row["serial"] not in committed(one.code)]
    assert (len(committed(one.code)), len(gone)) == (5, LEAST)

    def closing(*coming: Row) -> None:
        for row in coming:
            assert at.post(one.code, row) == 202
        phones.begin_closing(**one.by())
        at.look()
        at.look(30)

    def said() -> tuple[str, str]:
        event = Event.objects.order_by("pk").last()
        assert event is not None
        return event.code, client.get(f"/bo-phieu/dien-thoai/{one.ballot.pk}/").content.decode()

    at, client = At(), Client()
    client.force_login(one.tellers[0].user)  # type: ignore[arg-type]
    closing(*gone[:2])
    assert (one.ballot.state, one.ballot.small_last, len(committed(one.code))) == (rules.CASTING, False, 5)
    code, page = said()
    assert code == "ballot.closing_put_off_last"
    assert "máy chủ nhận phiếu đã khởi động lại khi một số điện thoại đang tắt" in page
    assert 'value="paper"' not in page, "slips are written: it ends on phones"
    with transaction.atomic():
        closing(*gone[2:])
        assert (one.ballot.state, one.ballot.small_last, len(committed(one.code))) == (rules.CLOSED, None, 10)
        transaction.set_rollback(True)
    at = At()
    closing(*gone[:2])
    assert (one.ballot.state, one.ballot.small_last, len(committed(one.code))) == (rules.CLOSED, True, 7)
    code, page = said()
    assert code == "ballot.casting_closed_small"
    assert "ghi vào mục sự việc phát sinh" in page


def test_a_write_that_was_committed_though_it_failed_makes_no_small_batch(
    six: list[Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abuse: cut the connection after the commit. What came since would be a batch of its own."""
    at, code = At(), six[0].of.code
    monkeypatch.setattr(store, "failed", lambda _: None)
    good, sizes = store.write, list[int]()

    def fails(pk: int, batch: Sequence[Row]) -> None:
        before = len(committed(code))
        good(pk, batch)
        sizes.append(len(committed(code)) - before)
        raise DatabaseError

    monkeypatch.setattr(store, "write", fails)
    at.host.keeper.open(code).pool._most = 12  # type: ignore[union-attr]
    for number in range(12):
        at.host.keeper.open(code).pool.put({name: f"{number:02d}{name}" for name in casts.FIELDS})  # type: ignore[union-attr]
        at.look()
    assert (sum(sizes), [size for size in sizes if 0 < size < LEAST]) == (12, [])


def test_slips_signed_beyond_the_number_given_out_are_told(six: list[Phone]) -> None:
    """Abuse: whoever holds the tool signs two slips more and casts them first. Two voters are refused; everybody is
    told how many."""
    at, one = At(), six[0].of
    extra = [casts.new_token(making.keys(), one.tag) for _ in range(2)]
    for token in extra:
        assert (
            at.post(one.code, casts.cast(one.content, making.keys(), one.tag, token, signed(token.blinded), [[0]]))
            == 202
        )
    rows = [phone.row([[1]]) for phone in six]
    assert [at.post(one.code, row) for row in rows[:4]] == [202] * 4
    for row in [*rows[4:], *rows[4:]]:
        assert at.ask("POST", f"/bo/{one.code}/", body_of(row)) == (409, {"why": "full"})
    phones.begin_closing(**one.by())
    at.look()
    assert (one.ballot.state, one.ballot.refused, len(committed(one.code))) == (rules.CLOSED, 2, 6)
    event = Event.objects.order_by("pk").last()
    assert event is not None
    assert sentence(event).endswith("thu về 6 phiếu; từ chối 2 phiếu có chữ ký thật vì đã đủ số phát ra")
    teller = Client()
    teller.force_login(one.tellers[0].user)  # type: ignore[arg-type]
    assert "đã từ chối <b>2</b> phiếu" in teller.get(f"/bo-phieu/dien-thoai/{one.ballot.pk}/").content.decode()


def test_what_the_committee_did_not_give_out_is_not_taken(six: list[Phone]) -> None:
    at, code = At(), six[0].of.code
    row = six[0].row([[0]])
    other = six[1].row([[1]])
    for changed in (
        row | {"sealed": other["sealed"]}, row | {"signature": other["signature"]}, row | {"serial": "0" * 64},
        row | {"proof": "f" * 128}, row | {"key": "04" + "f" * 128}, dict.fromkeys(row, "é"),
    ):  # fmt: skip
        assert at.post(code, changed) in (400, 413)
    body = body_of(row)
    assert at.ask("POST", f"/bo/{code}/", body + b" ")[0] == 413
    assert at.ask("POST", f"/bo/{code}/", body, CONTENT_LENGTH="")[0] == 413
    assert at.ask("POST", f"/bo/{code}/", b"{" * len(body))[0] == 400
    assert at.ask("POST", f"/bo/{code}/", b"[" * len(body))[0] == 400
    assert at.ask("POST", "/bo/khong-co/", body)[0] == 404
    assert at.ask("GET", "/")[0] == at.ask("GET", f"/bo/{code}/")[0] == at.ask("GET", f"/bo/{code}/ket-qua/")[0] == 404
    assert at.ask("DELETE", f"/bo/{code}/")[0] == 405
    assert at.host.keeper.open(code).pool.waiting == 0  # type: ignore[union-attr]


def test_closing_writes_the_rest_and_everything_anew(six: list[Phone]) -> None:
    at, one = At(), six[0].of
    rows = [phone.row([[0]]) for phone in six[:4]]
    for row in rows:
        at.post(one.code, row)
    phones.begin_closing(**one.by())
    at.look()
    assert one.ballot.state == rules.CLOSING, "phones that wait before they send are waited for"
    late = six[4].row([[1]])
    assert at.post(one.code, late) == 202
    at.look(30)
    assert one.ballot.state == rules.CLOSED
    assert committed(one.code) == {row["serial"] for row in [*rows, late]}
    assert not TokenRequest.objects.filter(elector__ballot__code=one.code).exists()
    assert at.post(one.code, rows[0]) == 409
    assert at.ask("GET", f"/bo/{one.code}/da-ghi/")[1]["state"] == "closed"


def test_what_waits_in_memory_comes_again_after_a_crash(six: list[Phone]) -> None:
    at, code = At(), six[0].of.code
    rows = [phone.row([[n % 3]]) for n, phone in enumerate(six)]
    for row in rows:
        at.post(code, row)
    at = At()
    for row in random.Random(1).sample(rows, 6):
        at.post(code, row)
    at.look()
    assert committed(code) == {row["serial"] for row in rows}


def test_memory_has_an_end() -> None:
    pool = Pool(2)
    for serial in "ab":
        pool.put({"serial": serial, "sealed": "first"})
    with pytest.raises(Other):
        pool.put({"serial": "a", "sealed": "other"})
    with pytest.raises(Full):
        pool.put({"serial": "c", "sealed": ""})
    assert pool.complete
    assert [row["serial"] for row in pool.batch(rest=True)] == ["a", "b"]
    assert pool.batch() == []


def test_a_ballot_whose_rows_fail_does_not_hold_up_others(six: list[Phone], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one cannot be read while its rows fail: the one after it is taken, closed, written; then the first."""
    at, first, second = At(), six[0].of, meeting(6)
    voters = casting(second)
    rows = [phone.row([[0]]) for phone in six]
    for row in rows:
        at.post(first.code, row)
    good, told = store.write, list[str]()

    def fails(pk: int, batch: Sequence[Row]) -> None:
        if pk == first.ballot.pk:
            raise ValueError("rows that cannot be written")
        good(pk, batch)

    monkeypatch.setattr(store, "write", fails)
    monkeypatch.setattr(store, "failed", lambda problem: told.append(type(problem).__name__))
    at.look()
    assert [at.post(second.code, phone.row([[1]])) for phone in voters] == [202] * 6
    at.look()
    assert (len(committed(first.code)), len(committed(second.code))) == (0, 6)
    assert set(told) == {"ValueError"}
    assert at.post(first.code, rows[0]) == 202, "it still waits in memory"
    monkeypatch.setattr(store, "write", good)
    at.look()
    assert len(committed(first.code)) == 6


@pytest.mark.django_db(transaction=True)
def test_a_second_host_takes_nothing_until_the_first_is_gone(tmp_path: Path, settings: Any) -> None:
    """Two hosts at once lost what waited in the one that did not close."""
    settings.DATA_DIR = tmp_path
    lease = Lease()
    assert lease.held()
    assert lease.held()
    with ThreadPoolExecutor(1) as other:
        assert not other.submit(free, 1).result(30)
        lease.release()
        assert other.submit(free, 1).result(30)
    keeper = Keeper(alone=lambda: False)
    keeper._open["bp-1"] = None  # type: ignore[assignment]
    keeper.look()
    assert keeper.open("bp-1") is None


@pytest.mark.django_db(transaction=True)
def test_b3_a_hundred_posts_of_one_token_count_once() -> None:
    """Goal B3: different choices under one serial at the same moment, posted to two hosts that write against each
    other; exactly one is counted, the first committed one, and it never changes afterwards. `TD_B3=50`: so often."""
    bounded = Bounded("B3, a hundred posts", int(os.environ.get("TD_B3", "1")))
    for _ in bounded:
        a_hundred_posts()
    bounded.require_whole()


def a_hundred_posts() -> None:
    voters = casting(meeting(5))
    one = voters[0].of
    rows = [voters[0].row([[n % 3]]) for n in range(100)]
    hosts = [At(), At()]
    others = [voter.row([[0]]) for voter in voters[1:]]
    assert {host.post(one.code, row) for host in hosts for row in others} == {202}
    taken = together(*(lambda n=n: hosts[n % 2].post(one.code, rows[n]) for n in range(100)), bound=60)
    assert set(taken) <= {202, 409, 503}
    assert 1 <= taken.count(202) <= 2, "one each"
    together(*(host.look for host in hosts))
    counted = Cast.objects.get(ballot__code=one.code, serial=rows[0]["serial"])
    assert counted.sealed in {row["sealed"] for row in rows}
    for row in rows:
        hosts[0].post(one.code, row)
    hosts[0].look()
    assert committed(one.code) == {row["serial"] for row in [*others, rows[0]]}
    assert Cast.objects.get(serial=counted.serial).sealed == counted.sealed
    assert AT
