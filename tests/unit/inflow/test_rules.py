"""Merging three versions, lateness, silence, and the description of the JSON door."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from thuocdo.api.urls import openapi
from thuocdo.inflow import rules
from thuocdo.inflow.payloads import TaskIn

DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"
AT = datetime(2026, 3, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("applied", "here", "offered", "write", "clashes"),
    [
        ({"a": 1}, {"a": 1}, {"a": 1}, {}, ()),
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}, ()),
        ({"a": 1}, {"a": 2}, {"a": 1}, {}, ()),
        ({"a": 1}, {"a": 2}, {"a": 2}, {}, ()),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}, ("a",)),
        ({"a": 1}, {"a": 1, "completed": None}, {"a": 1, "completed": 5}, {"completed": 5}, ()),
        ({"a": 1}, {"a": 1, "completed": 4}, {"a": 1, "completed": 5}, {"completed": 5}, ("completed",)),
        ({}, {"evidence": ""}, {"evidence": "x"}, {"evidence": "x"}, ()),
    ],
)
def test_what_only_one_side_changed_is_merged(
    applied: dict[str, object], here: dict[str, object], offered: dict[str, object], write: object, clashes: object
) -> None:
    found = rules.merge(applied, here, offered)
    assert (found.write, found.clashes) == (write, clashes)


def test_done_becomes_a_report_by_its_day() -> None:
    due = date(2026, 3, 25)
    assert rules.completion(None, due, 400) == rules.NOT_REPORTED
    assert rules.completion(due, due, 400)["on_time"] == 400
    late = rules.completion(date(2026, 3, 26), due, 400)
    assert (late["completed"], late["on_time"], late["late"]) == (400, 400, 1), "once: an excuse gives all of it back"


def test_silence_and_broken_lists() -> None:
    assert not rules.is_silent(None, AT, None, AT + timedelta(days=99))
    assert not rules.is_silent(None, AT, 7, AT + timedelta(days=7))
    assert rules.is_silent(AT, AT, 7, AT + timedelta(days=8))
    assert [rules.too_many_gone(*pair) for pair in ((9, 9), (5, 10), (6, 10), (0, 100))] == [False, False, True, False]


def test_the_page_describes_every_field_and_call_of_the_door() -> None:
    page = DOCS.read_text(encoding="utf-8")
    assert [name for name in TaskIn.model_fields if f"`{name}`" not in page and f'"{name}"' not in page] == []
    described = openapi()
    for path, calls in described["paths"].items():
        for method in calls:
            assert f"`{method.upper()} {path.removeprefix('/api/v1')}`" in page
    batch = described["components"]["schemas"]["Batch"]
    assert batch["additionalProperties"] is False
    assert batch["properties"]["tasks"]["maxItems"] == 1000
    assert set(batch["properties"]["tasks"]["items"]["properties"]) == set(TaskIn.model_fields)
    assert batch["properties"]["tasks"]["items"]["additionalProperties"] is False
    assert described["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"
