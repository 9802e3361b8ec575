"""Every URL needs a sign-in and a named permission unless listed as public, and refuses everybody else."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.guards import outside_actions
from tests.house.sources import ROOT
from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission

ROWS = tomllib.loads((ROOT / "tests" / "house" / "permissions.toml").read_text(encoding="utf-8"))
PUBLIC: dict[str, str] = ROWS["public"]
NEEDS: dict[str, list[str]] = ROWS["needs"]
SAMPLES = {"int": "1", "str": "khong-co", "path": "khong/co", "slug": "khong-co"}


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """(path with sample values, pattern) of every URL."""
    for one in resolver.url_patterns:
        here = prefix + _sample(one)
        if isinstance(one, URLResolver):
            yield from patterns(one, here)
        else:
            yield here, one


def _sample(one: URLPattern | URLResolver) -> str:
    route = str(one.pattern)
    for name, converter in one.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, SAMPLES[kind])
    assert "<" not in route, f"give test_permissions.py a sample for {route}"
    return route


URLS = list(patterns(get_resolver()))
NAMES = [str(pattern.name) for _, pattern in URLS]
BY_ROW = [(path, NEEDS[str(p.name)]) for path, p in URLS if str(p.name) in NEEDS]
STRICT = [(path, needs) for path, needs in BY_ROW if Permission.SIGNED_IN.value not in needs]


def test_every_url_has_one_row_and_every_row_its_url() -> None:
    assert len(set(NAMES)) == len(NAMES)
    missing = sorted(set(NAMES) - PUBLIC.keys() - NEEDS.keys())
    assert missing == [], "add a row to tests/house/permissions.toml"
    assert sorted((PUBLIC.keys() | NEEDS.keys()) - set(NAMES)) == [], "rows without a URL"
    assert PUBLIC.keys() & NEEDS.keys() == set()
    assert all(PUBLIC.values()), "say why it is public"


def test_rows_are_in_order() -> None:
    assert list(PUBLIC) == sorted(PUBLIC)
    assert list(NEEDS) == sorted(NEEDS)


def as_its_row_says(pattern: URLPattern) -> bool:
    view: Any = pattern.callback
    name = str(pattern.name)
    if name in PUBLIC:
        return view.login_required is False
    asked = getattr(view, "needs", frozenset())
    return getattr(view, "login_required", True) is True and asked == {Permission(one) for one in NEEDS[name]} != set()


def test_each_view_asks_for_what_its_row_says() -> None:
    assert URLS
    assert [str(pattern.name) for _, pattern in URLS if not as_its_row_says(pattern)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "needs"), BY_ROW, ids=[path for path, _ in BY_ROW])
def test_a_stranger_is_sent_to_the_sign_in(client: Client, path: str, needs: list[str]) -> None:
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/dang-nhap/")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "needs"), STRICT, ids=[path for path, _ in STRICT])
def test_an_account_without_the_permission_is_refused(
    client: Client, at: datetime, path: str, needs: list[str]
) -> None:
    with outside_actions():
        nobody = User.objects.create(username="khong.quyen", display_name="Không Quyền", created_at=at)
    client.force_login(nobody, "thuocdo.accounts.backends.PasswordBackend")
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 403
