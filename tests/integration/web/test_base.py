"""The frame of every page: who sees what, refusals as pages, nothing private kept, strict CSP."""

import logging
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.actions import notify
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.web import errors
from thuocdo.web.context import MENU
from thuocdo.web.middleware import Refusals

pytestmark = pytest.mark.django_db
PASSWORD = "mot-cau-du-dai-2026"
PLACES = [place for _, places in MENU for place in places]


@pytest.fixture
def ward() -> Unit:
    return Unit.objects.create(code="P", name="UBND phường Ngọc Hà", kind="agency", start=date(2025, 7, 1))


@pytest.fixture
def make_user(at: datetime) -> Any:
    def make(username: str, name: str) -> User:
        user = User(username=username, display_name=name, created_at=at)
        user.set_password(PASSWORD)
        user.save()
        return user

    return make


@pytest.fixture
def an(ward: Unit, make_user: Any) -> User:
    """An ordinary civil servant."""
    user: User = make_user("an", "Nguyễn Văn An")
    person = Person.objects.create(code="CC1", full_name="Nguyễn Văn An", sort_key="a", search_key="a", user=user)
    Employment.objects.create(
        person=person,
        unit=ward,
        kind="civil_servant",
        position="Chuyên viên",
        leadership="none",
        start=date(2025, 7, 1),
    )
    return user


def test_the_navigation_holds_only_what_this_user_can_do(an: User, ward: Unit, client: Client) -> None:
    client.force_login(an)
    page = client.get("/").content.decode()
    assert "Nguyễn Văn An" in page
    assert "Chuyên viên, UBND phường Ngọc Hà" in page
    assert 'href="/phieu/"' in page
    everybodys = page.count('href="/to-chuc/lich/"')
    assert page.count('href="/to-chuc/') == everybodys
    assert 'href="/danh-gia/"' not in page
    Role.objects.create(person=Person.objects.get(user=an), unit=ward, kind="officer", start=date(2025, 7, 1))
    page = client.get("/").content.decode()
    assert 'href="/to-chuc/nguoi/"' in page


@pytest.mark.parametrize("path", sorted({place[1] for place in PLACES} | {"/quy-tac/", "/mat-khau/"}))
def test_every_place_of_the_navigation_exists_and_wants_a_sign_in(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/dang-nhap/?next=")


@pytest.mark.parametrize("place", PLACES, ids=[place[1] for place in PLACES])
def test_the_navigation_asks_for_what_the_page_asks_for(place: tuple[Any, str, str]) -> None:
    assert resolve(place[1]).func.needs == place[0]  # type: ignore[attr-defined]


def test_help_names_the_officer_to_call(an: User, ward: Unit, client: Client) -> None:
    client.force_login(an)
    assert "chưa có người liên hệ và cán bộ tổ chức" in client.get("/tro-giup/").content.decode()
    mai = Person.objects.create(code="CC9", full_name="Bùi Thị Mai", sort_key="m", search_key="m")
    Role.objects.create(person=mai, unit=ward, kind="officer", start=date(2025, 7, 1))
    assert "Bùi Thị Mai" in client.get("/tro-giup/").content.decode()


def test_an_unknown_host_is_a_vietnamese_page() -> None:
    answer = Client(headers={"host": "khong-phai-chung-toi.example"}).get("/")
    assert answer.status_code == 400
    assert "Yêu cầu không hợp lệ" in answer.content.decode()


def test_a_page_is_private_and_strict(an: User, client: Client) -> None:
    client.force_login(an)
    answer = client.get("/")
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    for forbidden in ("<style", "style=", "onclick", "http://", "https://"):
        assert forbidden not in page
    assert "Clear-Site-Data" in client.post("/dang-xuat/").headers


def test_notices_are_counted_shown_and_read(an: User, make_user: Any, client: Client, at: datetime) -> None:
    notify(
        users=[an, make_user("binh", "Lê Bình")],
        kind="sheet.confirmed",
        text="Phiếu đã được xác nhận",
        path="/phieu/",
        at=at,
    )
    client.force_login(an)
    page = client.get("/").content.decode()
    assert '<span class="count">1</span>' in page
    assert "Phiếu đã được xác nhận" in page
    client.post("/thong-bao/da-doc/")
    assert '<span class="count">0</span>' in client.get("/").content.decode()
    assert User.objects.get(username="binh").notices.filter(read_at=None).count() == 1


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotYours(), 404),
        (Forbidden(), 403),
        (Conflict("Đã có người mở phiếu lúc 09:00."), 409),
        (Refusal("x", "Chưa nhập lý do."), 400),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_refusal_is_a_page_or_a_fragment(refusal: Refusal, status: int, htmx: bool, an: User) -> None:
    request = RequestFactory(headers={"HX-Request": "true"} if htmx else {}).get("/")
    request.user = an
    request._messages = []  # type: ignore[attr-defined]
    answer = Refusals(lambda r: None).process_exception(request, refusal)  # type: ignore[arg-type, return-value]
    assert answer is not None
    assert answer.status_code == status
    text = answer.content.decode()
    assert refusal.message in text
    assert ("<html" in text) is not htmx
    assert (answer.headers.get("HX-Retarget") == "#live-messages") is htmx


def test_an_address_that_only_takes_forms_says_so_when_it_is_opened(an: User, client: Client) -> None:
    client.force_login(an)
    opened = client.get("/ke-hoach/them/")
    assert (opened.status_code, opened.headers["Allow"]) == (405, "POST")
    assert "chỉ nhận biểu mẫu gửi đi" in opened.content.decode()


def test_a_bug_is_not_a_refusal(an: User) -> None:
    assert (
        Refusals(lambda r: None).process_exception(  # type: ignore[arg-type, return-value]
            RequestFactory().get("/"), ValueError("x")
        )
        is None
    )


def test_a_failure_shows_the_reference_that_was_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="thuocdo.failures"):
        answer = errors.server_error(RequestFactory().get("/phieu/"))
    reference = caplog.records[0].getMessage().split()[1]
    assert answer.status_code == 500
    assert reference in answer.content.decode()


def test_an_unknown_address_is_a_vietnamese_page(client: Client) -> None:
    answer = client.get("/khong-co/")
    assert answer.status_code == 404
    assert "Không tìm thấy" in answer.content.decode()


def test_htmx_after_the_session_ended_keeps_the_page(client: Client) -> None:
    answer = client.get("/phieu/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#live-messages"
    assert "đăng nhập lại" in answer.content.decode()


def test_a_stale_token_is_a_vietnamese_page() -> None:
    answer = Client(enforce_csrf_checks=True).post("/dang-nhap/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "Trang này đã cũ" in answer.content.decode()
