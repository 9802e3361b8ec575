"""The operator's log: where it failed and of what kind; no row of the database, nothing typed, no forged line."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.module_loading import import_string

from thuocdo.accounts.backends import PasswordBackend
from thuocdo.accounts.models import User
from thuocdo.api.door import _failed

pytestmark = pytest.mark.django_db
NAME, PASSWORD = "nguyen.thi.hong.ngoc", "mat-khau-da-go-2026"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the console of the installed product would show."""
    logs: Any = settings.LOGGING
    console = logs["handlers"]["console"]
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(import_string(logs["formatters"][console["formatter"]]["()"])())
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def duplicated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in writes a row that is there already: PostgreSQL repeats it in the DETAIL of its error."""

    def twice(self: PasswordBackend, request: Any, **credentials: Any) -> None:
        for _ in range(2):
            User.objects.bulk_create([User(username=NAME, display_name="x", created_at=timezone.now())])

    monkeypatch.setattr(PasswordBackend, "authenticate", twice)


@pytest.mark.usefixtures("duplicated")
def test_a_failing_page_leaves_its_place_and_no_data(log: io.StringIO) -> None:
    client = Client(raise_request_exception=False)
    answer = client.post("/dang-nhap/", {"username": NAME, "password": PASSWORD})
    text = log.getvalue()
    assert answer.status_code == 500
    assert "django.db.utils.IntegrityError" in text
    assert "in twice" in text, "the place of the failure is there"
    assert "SQLITE_CONSTRAINT_UNIQUE" in text or "sqlstate=23505, table_name=accounts_user" in text
    reference = next(line.split()[1] for line in text.splitlines() if line.startswith("failure "))
    assert reference in answer.content.decode()
    for told in (NAME, PASSWORD, "DETAIL", "Key ("):
        assert told not in text


def test_a_failing_call_leaves_no_body_of_the_request(log: io.StringIO) -> None:
    name, body = "Nguyễn Thị Hồng Ngọc", '{"person": "KT002", "note": "bí mật"}'
    try:
        try:
            int(name)
        except ValueError as cause:
            raise RuntimeError(body) from cause
    except RuntimeError as error:
        _failed(RequestFactory().post("/api/v1/deliveries/", b"{}", "application/json"), error)
    text = log.getvalue()
    assert "builtins.ValueError\n-- then --\n" in text
    assert "builtins.RuntimeError" in text
    assert "/api/v1/deliveries/" in text
    for told in ("Hồng Ngọc", "KT002", "bí mật"):
        assert told not in text


def test_what_speaks_of_the_program_alone_is_said(log: io.StringIO) -> None:
    try:
        import_string("thuocdo.config.logs.nothing")
    except ImportError as error:
        logging.getLogger("thuocdo.work").error("run %d stopped by %s", 7, error, exc_info=error)
    said = 'builtins.ImportError: Module "thuocdo.config.logs" does not define a "nothing" attribute/class'
    assert log.getvalue().startswith(f"run 7 stopped by {said}\n")


def test_an_address_forges_no_line_and_gives_no_link_away(log: io.StringIO) -> None:
    logger = logging.getLogger("thuocdo.failures")
    logger.error("failure %s at %s", "AB12", "/x/\nfailure 0000 at /y/\x1b[31m\r")
    logger.error("failure %(ref)s", {"ref": "CD34"})
    logger.error("failure at /kich-hoat/abc-DEF_1/ and %s", "/thu-bao/xac-nhan/xyz:1/")
    assert log.getvalue().splitlines() == [
        "failure AB12 at /x/\\nfailure 0000 at /y/\\x1b[31m\\x0d",
        "failure CD34",
        "failure at /kich-hoat/…/ and /thu-bao/xac-nhan/…/",
    ]
