"""Cases 16-19, 48 and 49: forms of other sites, sessions, guessing, forwarded links, shared computers."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.abuse.strangers import addresses, urls
from tests.cast import Cast, build_cast
from tests.factories import months
from tests.guards import outside_actions
from tests.house.test_permissions import PUBLIC
from thuocdo.accounts.actions import issue_link, set_password_by_link
from thuocdo.accounts.models import User
from thuocdo.accounts.sources import MOST_NAMES
from thuocdo.audit.models import Event
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.actions import stop_account
from thuocdo.organisation.models import Role
from thuocdo.web.middleware import IDLE

pytestmark = pytest.mark.django_db
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"| data-now="[0-9]*"')
PASSWORD = "mot-cau-du-dai-2026"
POSTS = [(name, next(addresses(route, variable, None))) for name, route, variable in urls() if name not in PUBLIC]


@pytest.fixture
def cast(at: datetime, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast; the officer appraised, the head and the organisation officer have a password."""
    monkeypatch.setattr("thuocdo.web.access.now", lambda: at)
    monkeypatch.setattr("thuocdo.web.account.views.now", lambda: at)
    made = build_cast()
    for person in (made.officer_appraised, made.head, made.organisation_officer):
        token = issue_link(by=None, at=at, username=person.user.username).token
        set_password_by_link(by=None, at=at, token=token, password=PASSWORD)
    return made


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/dang-nhap/", {"username": username, "password": password}, **extra)


@pytest.fixture
def inside(cast: Cast) -> Client:
    client = Client()
    assert sign_in(client, "kt003").status_code == 302
    return client


def test_abuse_16_no_post_is_taken_without_the_token_of_our_own_page(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in_as = User.objects.get(username="vp002")
    client.force_login(sign_in_as)
    events = Event.objects.count()
    for name, address in POSTS:
        for origin in ({}, {"HTTP_ORIGIN": "https://example.org"}):
            assert client.post(address, {"x": "1"}, **origin).status_code == 403, name
    assert Event.objects.count() == events
    assert client.session.get("_auth_user_id") == str(sign_in_as.pk), "nobody was signed out by it either"


def test_abuse_16_signing_in_by_a_foreign_form_is_refused_too(cast: Cast) -> None:
    assert sign_in(Client(enforce_csrf_checks=True), "kt003").status_code == 403


def test_abuse_17_a_session_planted_before_signing_in_is_not_the_one_signed_in(cast: Cast) -> None:
    victim, thief = Client(), Client()
    session = thief.session
    session["planted"] = True
    session.save()
    victim.cookies = SimpleCookie({"sessionid": session.session_key})
    sign_in(victim, "kt003")
    assert victim.cookies["sessionid"].value != session.session_key
    assert "planted" in victim.session, "the visit goes on under a new key"
    thief.cookies = SimpleCookie({"sessionid": session.session_key})
    assert thief.get("/mat-khau/").status_code == 302
    assert victim.get("/mat-khau/").status_code == 200


def _new_password(cast: Cast, at: datetime) -> None:
    token = issue_link(by=None, at=at, username="kt003").token
    set_password_by_link(by=None, at=at, token=token, password="cau-khac-du-dai-99")


def _stopped(cast: Cast, at: datetime) -> None:
    stop_account(by=None, at=at, person_id=cast.officer_appraised.pk)


@pytest.mark.parametrize("change", [_new_password, _stopped])
def test_abuse_17_a_new_password_or_a_stop_ends_every_session_at_once(
    cast: Cast, inside: Client, at: datetime, change: Callable[[Cast, datetime], None]
) -> None:
    other = Client()
    sign_in(other, "kt003")
    kept = inside.cookies["sessionid"].value
    change(cast, at)
    for client in (inside, other):
        assert client.get("/phieu/").headers["Location"].startswith("/dang-nhap/")
    thief = Client()
    thief.cookies = SimpleCookie({"sessionid": kept})
    assert thief.get("/phieu/").status_code == 302


def test_abuse_17_a_role_that_ends_is_gone_with_the_next_request_of_an_open_session(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    sign_in(client, "vp002")
    monkeypatch.setattr("thuocdo.web.access.today", at.date)
    assert client.get("/to-chuc/nguoi/").status_code == 200
    with outside_actions():
        Role.objects.filter(person=cast.organisation_officer).update(end=at.date())
    assert client.get("/to-chuc/nguoi/").status_code == 403
    assert client.post("/to-chuc/nguoi/them/", {"code": "X"}).status_code == 403


def tried(username: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """What a guesser sees and could measure of one try: status, body, headers, queries, hashes computed."""
    hashed: list[str] = []
    with monkeypatch.context() as patch:
        hasher = type(hashers.get_hasher())
        encode = hasher.encode
        patch.setattr(hasher, "encode", lambda self, *a: hashed.append("x") or encode(self, *a))
        with CaptureQueriesContext(connection) as queries:
            answer = sign_in(Client(), username, "sai-hoan-toan", REMOTE_ADDR=f"10.0.0.{len(username)}")
    page = _TOKEN.sub("", answer.content.decode().replace(username, ""))
    statements = [q["sql"].split(" ")[0] for q in queries]
    return answer.status_code, page, sorted(answer.headers), statements, len(hashed)


def test_abuse_18_known_unknown_stopped_and_passwordless_names_are_answered_alike(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_account(by=None, at=at, person_id=cast.head.pk)
    names = {"known": "kt003", "unknown": "zz999", "stopped": "kt001", "never activated": "kt004"}
    seen = {kind: tried(name, monkeypatch) for kind, name in names.items()}
    assert seen["known"][0] == 400
    assert seen["known"][4] == 1, "one hash, whoever it is"
    for kind, found in seen.items():
        assert found == seen["known"], kind


def test_abuse_18_links_that_are_unknown_used_or_expired_are_answered_alike(cast: Cast, at: datetime) -> None:
    used = issue_link(by=None, at=at, username="kt003").token
    set_password_by_link(by=None, at=at, token=used, password=PASSWORD)
    expired = issue_link(by=None, at=at - timedelta(days=30), username="kt004").token
    pages = [Client().get(f"/kich-hoat/{token}/") for token in ("x" * 43, used, expired)]
    assert [p.status_code for p in pages] == [404] * 3
    assert len({_TOKEN.sub("", p.content.decode()) for p in pages}) == 1


def test_abuse_19_one_password_over_many_names_closes_the_source_and_locks_out_nobody(cast: Cast) -> None:
    for number in range(MOST_NAMES):
        assert sign_in(Client(), f"cb{number:06d}", "Abc@123456", REMOTE_ADDR="10.1.1.1").status_code == 400
    closed = sign_in(Client(), "kt003", REMOTE_ADDR="10.1.1.1")
    assert closed.status_code == 429
    assert "15 phút" in closed.content.decode()
    assert sign_in(Client(), "kt003", REMOTE_ADDR="10.1.1.2").status_code == 302, "the victim signs in elsewhere"


def test_abuse_19_a_name_is_closed_for_the_source_that_guesses_not_for_its_owner(cast: Cast) -> None:
    for _ in range(5):
        answer = sign_in(Client(), "kt003", "sai-hoan-toan", REMOTE_ADDR="10.1.1.3")
    assert answer.status_code == 429
    assert sign_in(Client(), "kt003", REMOTE_ADDR="10.1.1.4").status_code == 302


def test_abuse_19_default_patterns_are_no_passwords(cast: Cast, at: datetime) -> None:
    token = issue_link(by=None, at=at, username="kt003").token
    for password in (
        "Abc@123456", "abc123456789", "Matkhau@123", "MatKhau2026!", "Hanoi@2026", "01/01/1990", "Ngoc01011990",
        "NguyenThiHongNgoc@123", "Ngoc@12345", "kt003@123456", "Congchuc@2026", "1111111111", "Vietnam@1945",
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            set_password_by_link(by=None, at=at, token=token, password=password)
        assert refused.value.field == "password", password
    for password in ("ba con meo nam 2026", "troimuaroinang-07", "Hanoi mua thu 1954!"):
        token = issue_link(by=None, at=at, username="kt003").token
        assert set_password_by_link(by=None, at=at, token=token, password=password).check_password(password)


def test_abuse_48_a_forwarded_link_says_nothing_before_the_sign_in(cast: Cast) -> None:
    month = months.open_month(cast.ward, cast.organisation_officer)
    sheet = months.sheet_of(month, cast.officer_appraised)
    for path in (f"/phieu/{sheet.pk}/", f"/danh-gia/phieu/{sheet.pk}/", f"/xem/phieu/{sheet.pk}/", "/"):
        stranger = Client()
        answer = stranger.get(path, headers={"User-Agent": "facebookexternalhit/1.1; Zalo"}, follow=True)
        page = answer.content.decode()
        assert answer.redirect_chain[-1][0].startswith("/dang-nhap/?next=")
        assert cast.officer_appraised.full_name not in page
        assert "og:" not in page, "a preview shows the name of the product and nothing else"
        assert "<title>Đăng nhập" in page
    colleague = Client()
    colleague.force_login(cast.colleague.user)
    assert colleague.get(f"/phieu/{sheet.pk}/").status_code == 404


def test_abuse_49_nothing_of_a_signed_in_page_stays_on_a_shared_computer(cast: Cast, inside: Client) -> None:
    for path in ("/", "/phieu/", "/cong-viec/", "/khong-co/", "/to-chuc/nguoi/"):
        assert inside.get(path).headers["Cache-Control"] == "no-store", path
    cookie = inside.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    left = inside.post("/dang-xuat/")
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert left.headers["Cache-Control"] == "no-store"
    assert inside.get("/phieu/").status_code == 302
    assert User.objects.get(username="kt003").is_active


def test_abuse_49_who_walks_away_is_signed_out_and_what_was_typed_is_kept(
    cast: Cast, inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_000_000.0]
    monkeypatch.setattr("thuocdo.web.middleware.clock", lambda: clock[0])
    assert inside.get("/phieu/").status_code == 200
    for _ in range(3):
        clock[0] += IDLE - 1
        assert inside.get("/phieu/").status_code == 200, "who goes on working stays"
    clock[0] += IDLE + 1
    told = inside.post("/phieu/1/luu/", {"strengths": "đang gõ"}, headers={"HX-Request": "true"})
    assert told.status_code == 401
    assert "Nội dung đang gõ vẫn còn trên trang này" in told.content.decode()
    assert inside.get("/phieu/").status_code == 302


def test_abuse_49_no_search_engine_is_let_in(cast: Cast) -> None:
    assert '<meta name="robots" content="noindex">' in Client().get("/dang-nhap/").content.decode()
