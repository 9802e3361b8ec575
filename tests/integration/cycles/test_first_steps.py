"""Before the first period an officer sees what to do next, at the price of any list."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import build_cast
from thuocdo.cycles.first_steps import first_steps

pytestmark = pytest.mark.django_db


def test_the_page_says_what_is_done_and_what_is_next(
    client: Client, at: Any, django_assert_max_num_queries: Any
) -> None:
    officer: Any = build_cast().organisation_officer.user
    client.force_login(officer)
    with django_assert_max_num_queries(15):
        page = client.get("/").content.decode()
    assert "Mở kỳ" in page
    with django_assert_max_num_queries(4):
        steps = {step.code: step.done for step in first_steps(officer, at.date())}
    assert steps == {"units": True, "people": True, "accounts": False, "tasks": False, "cycle": False}
