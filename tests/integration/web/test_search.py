"""The search box of every page and the page it leads to."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.factories.finding import words_anew
from tests.guards import outside_actions
from tests.integration.web.crowd import AT, Crowd, gather
from thuocdo.audit.models import Event
from thuocdo.organisation.finding import queries

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crowd]:
    """One crowd for all tests of this file, rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic(), outside_actions():
        made = gather(120)
        words_anew()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def officer(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client = Client()
    client.force_login(crowd.officer.user)
    return client


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_box_stands_on_pages_of_the_signed_in_only(officer: Client) -> None:
    assert 'action="/tim/"' in text_of(officer, "/")
    assert 'action="/tim/"' not in text_of(Client(), "/dang-nhap/")
    assert Client().get("/tim/?q=le").status_code == 302


def test_groups_say_how_many_and_lead_to_all_of_a_kind(officer: Client) -> None:
    page = text_of(officer, "/tim/?q=cc0")
    assert "Người: 100" in page
    assert page.count("/to-chuc/nguoi/") == queries.SHOWN + 1  # and the menu
    assert "/tim/?q=cc0&amp;loai=nguoi" in page
    everybody = text_of(officer, "/tim/?q=cc0&loai=nguoi")
    assert everybody.count('href="/to-chuc/nguoi/') == queries.MOST + 1
    assert "ít nhất" not in everybody


def test_more_than_a_hundred_are_not_counted_out(officer: Client) -> None:
    assert "Người: ít nhất 100" in text_of(officer, "/tim/?q=cc")
    assert "hãy gõ thêm chữ" in text_of(officer, "/tim/?q=cc&loai=nguoi")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Tên, mã, số văn bản"),
        ("a", "ít nhất hai chữ cái"),
        ("%25%25", "ít nhất hai chữ cái"),
        ("khongcoai", "Không có người, đơn vị, công việc hay văn bản nào khớp"),
        ("%3Cb%3Ekhong%3C/b%3E", "&lt;b&gt;khong&lt;/b&gt;"),
        ("phuong&loai=khac", "Đơn vị: 2"),
        ("%00phuong", "Đơn vị: 2"),
        ("x" * 5000, "Không có người"),
    ],
)
def test_what_is_said_to_odd_words(officer: Client, typed: str, said: str) -> None:
    assert said in text_of(officer, f"/tim/?q={typed}")


def test_neither_words_nor_results_are_written_anywhere(officer: Client, caplog: pytest.LogCaptureFixture) -> None:
    before = Event.objects.count()
    with caplog.at_level(logging.DEBUG, logger="thuocdo"), caplog.at_level(logging.INFO, logger="django"):
        page = text_of(officer, "/tim/?q=bui thi mai")
    assert "Bùi Thị Mai" in page
    assert Event.objects.count() == before
    assert "bui thi" not in caplog.text
    assert "Bùi Thị" not in caplog.text
