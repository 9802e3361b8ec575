"""Where a request comes from, with and without a proxy of ours in front."""

from typing import Any

import pytest
from django.test import RequestFactory

from thuocdo.accounts.sources import address_of


@pytest.mark.parametrize(
    ("proxies", "header", "found"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_add_is_believed(
    settings: Any, proxies: int, header: str, found: str
) -> None:
    settings.PROXIES_IN_FRONT = proxies
    assert address_of(RequestFactory().get("/", headers={"X-Forwarded-For": header})) == found
