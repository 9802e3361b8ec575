"""Signing in and out, the one-time link, the change of password."""

from datetime import datetime

import pytest
from axes.models import AccessAttempt
from django.test import Client

from tests.factories.people import make_account
from thuocdo.accounts.actions import issue_link
from thuocdo.accounts.models import User
from thuocdo.audit.models import Event
from thuocdo.organisation.actions import stop_account
from thuocdo.web import access

pytestmark = pytest.mark.django_db
PASSWORD = "mot-cau-du-dai-2026"


@pytest.fixture
def token(at: datetime, monkeypatch: pytest.MonkeyPatch) -> str:
    """A one-time link of a new account; the pages' clock stands at `at`."""
    for module in ("thuocdo.web.access", "thuocdo.web.account.views"):
        monkeypatch.setattr(f"{module}.now", lambda: at)
    make_account("an.nv", "Nguyễn Văn An", at)
    return issue_link(by=None, at=at, username="an.nv").token


@pytest.fixture
def an(token: str, client: Client) -> User:
    client.post(f"/kich-hoat/{token}/", {"password": PASSWORD, "again": PASSWORD})
    return User.objects.get(username="an.nv")


def codes() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("code", flat=True))


def test_the_link_sets_a_password_once(token: str, client: Client) -> None:
    assert "an.nv" in client.get(f"/kich-hoat/{token}/").content.decode()
    answer = client.post(f"/kich-hoat/{token}/", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/dang-nhap/"
    assert client.get(f"/kich-hoat/{token}/").status_code == 404
    assert client.post(f"/kich-hoat/{token}/", {"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert codes().count("account.password_set") == 1


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("ngan", "ngan", "ít nhất 10 ký tự"),
        (PASSWORD, PASSWORD + "x", "khác nhau"),
        ("password123", "password123", "dễ"),
        ("", "", "ít nhất 10 ký tự"),
    ],
)
def test_a_poor_password_is_refused_beside_its_field(
    token: str, client: Client, password: str, again: str, said: str
) -> None:
    answer = client.post(f"/kich-hoat/{token}/", {"password": password, "again": again})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count(said) >= 2, "once in the summary and once beside the field"
    assert 'class="error-summary"' in page
    assert "vẫn còn nguyên" not in page, "the fields are emptied"
    assert "account.password_set" not in codes()


def test_sign_in_leaves_an_event_and_goes_where_it_was_heading(an: User, client: Client) -> None:
    answer = client.post("/dang-nhap/", {"username": " An.NV ", "password": PASSWORD, "next": "/mat-khau/"})
    assert answer.headers["Location"] == "/mat-khau/"
    assert codes()[-1] == "account.signed_in"
    assert client.get("/mat-khau/").status_code == 200
    client.post("/dang-xuat/")
    assert codes()[-1] == "account.signed_out"
    assert client.get("/mat-khau/").status_code == 302


@pytest.mark.parametrize("next_page", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_host(an: User, client: Client, next_page: str) -> None:
    answer = client.post("/dang-nhap/", {"username": "an.nv", "password": PASSWORD, "next": next_page})
    assert answer.headers["Location"] == "/"


def test_unknown_name_and_wrong_password_get_the_same_answer(an: User, client: Client) -> None:
    def tried(username: str) -> tuple[int, str]:
        answer = client.post("/dang-nhap/", {"username": username, "password": "sai-hoan-toan"})
        page = answer.content.decode()
        return answer.status_code, page[page.index("error-summary") : page.index("</ul>", page.index("error-summary"))]

    assert tried("an.nv") == tried("khong.co")


def test_what_was_left_empty_is_named_and_counts_as_no_attempt(an: User, client: Client) -> None:
    for _ in range(6):
        page = client.post("/dang-nhap/", {"username": " ", "password": ""}).content.decode()
    assert 'href="#username"' in page
    assert 'href="#password"' in page
    assert "Tên đăng nhập hoặc mật khẩu không đúng" not in page
    only = client.post("/dang-nhap/", {"username": "an.nv", "password": ""}).content.decode()
    assert 'href="#username"' not in only
    assert client.post("/dang-nhap/", {"username": "an.nv", "password": PASSWORD}).status_code == 302


def test_five_wrong_passwords_lock_the_door_even_for_the_right_one(an: User, client: Client) -> None:
    for _ in range(5):
        answer = client.post("/dang-nhap/", {"username": "an.nv", "password": "sai-hoan-toan"})
    assert answer.status_code == 429
    assert "15 phút" in answer.content.decode()
    assert client.post("/dang-nhap/", {"username": "an.nv", "password": PASSWORD}).status_code == 429
    assert AccessAttempt.objects.filter(username="an.nv").exists()


def test_a_change_of_password_ends_the_other_sessions(an: User, client: Client) -> None:
    other = Client()
    for browser in (client, other):
        browser.post("/dang-nhap/", {"username": "an.nv", "password": PASSWORD})
    wrong = client.post("/mat-khau/", {"old": "sai", "password": "cau-khac-du-dai-99", "again": "cau-khac-du-dai-99"})
    assert wrong.status_code == 400
    assert "Mật khẩu đang dùng không đúng" in wrong.content.decode()
    done = client.post("/mat-khau/", {"old": PASSWORD, "password": "cau-khac-du-dai-99", "again": "cau-khac-du-dai-99"})
    assert done.headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert codes()[-1] == "account.password_changed"


def test_a_stopped_account_cannot_sign_in(an: User, client: Client) -> None:
    stop_account(by=None, at=access.now(), person_id=an.person.pk)
    assert client.post("/dang-nhap/", {"username": "an.nv", "password": PASSWORD}).status_code == 400
