"""Shared by the tests of the evaluator's and the officer's pages: clock, month, forms as sent."""

import re
from datetime import datetime
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast, build_cast
from tests.factories import months

MOST_QUERIES = 15
_INPUT = re.compile(r"<input\b[^>]*>")
_AREA = re.compile(r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', re.S)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """The pages' clock stands still at `at`."""
    monkeypatch.setattr("thuocdo.web.access.timezone", SimpleNamespace(now=lambda: at, localdate=timezone.localdate))


def ready_cast() -> Cast:
    """The cast, everybody in the economy division with two tasks done well."""
    cast = build_cast()
    for person in (cast.officer_appraised, cast.colleague, cast.head, cast.deputy, cast.team_head):
        for number in (1, 2):
            months.make_task(person, cast.economy, number, giver=cast.task_giver.user)
    return cast


def text_of(response: HttpResponse) -> str:
    """The page without tags, spaces collapsed."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def form_of(response: HttpResponse, action: str) -> dict[str, Any]:
    """The fields of the form with this action as a browser would send them unchanged."""
    html = response.content.decode()
    start = html.index(f'action="{action}"')
    part = html[start : html.index("</form>", start)]
    found: dict[str, Any] = {}
    for tag in _INPUT.findall(part):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        chosen = attributes.get("type") not in ("radio", "checkbox") or " checked" in tag
        if "name" in attributes and chosen and attributes["name"] != "csrfmiddlewaretoken":
            found[unescape(attributes["name"])] = unescape(attributes.get("value", ""))
    return found | {name: unescape(text) for name, text in _AREA.findall(part)}


def counted(client: Client, path: str) -> int:
    """Queries of one page, without the frame's differences between people."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(queries)


def item_of(client: Client, cycle_id: int, sheet_id: int) -> str:
    """What the box of a sheet's row sends from the evaluator's table as it stands now."""
    page = client.get(f"/danh-gia/{cycle_id}/").content.decode()
    found = re.search(rf'name="item" value="({sheet_id}:[^"]+)"', page)
    assert found, "the row has no box"
    return found[1]
