"""No page uses more than 15 queries, but for the two named long ones of one sheet, which use up to 18; 60 rows cost as
many as 5.

This is the guard of growth for every page of the product, at two sizes of everything at once; at least twenty of them
must really have grown. It compares queries, not what they read: a page that shows all its rows reads more of them.
The lists that come page by page are also measured in bytes, with pages of four rows: one page weighs the same however
many people there are."""

import fcntl
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.web import budget_world as world
from tests.pages import FIXED, NO_PAGE, ONE_SHEET, PAGES
from tests.tables import ragged
from thuocdo.web import urls

FEW, MANY = 5, 60
LIST, DOCUMENT = 15, 18
LONG = {"assessment", "review_write"}
"""Of the pages of one sheet those that show so many things of different tables; two queries are the look's record."""
PAGED = {
    "accounts", "assessments_round", "cycle_close", "cycle_log", "cycle_places", "cycle_progress",
    "decide_levels", "difficulty_review", "evaluate_table", "inbox", "observations_about", "outside_result",
    "outside_results", "people", "reorganisation", "reviews", "round_subjects", "round_work",
    "round_work_everywhere", "round_year_levels", "tasks_month",
}  # fmt: skip
"""The lists that come page by page, in pages of a module's `PAGE` rows."""
ROWS, HEAVIER = 4, 1.1
"""Rows of a page when it is weighed, and how much more a page of many may weigh (numbers of pages, longer counts)."""
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Counts = dict[str, tuple[int, int]]


def names(patterns: list[Any]) -> Iterator[str]:
    """Names of all URLs below these patterns."""
    for one in patterns:
        yield from names(one.url_patterns) if hasattr(one, "url_patterns") else [str(one.name)]


def measured(rows: int, known: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Queries and size of every page, with that many rows everywhere, and under `bytes:` the size of one page of a few
    rows of those that come page by page; nothing is kept. What only a first answer reads
    does not count, so a page is asked again when it costs other than what is known of it."""
    with transaction.atomic():
        made = world.build(rows)
        windows: dict[str, Client] = {}
        found, sizes = {}, {}
        for name, (who, address) in PAGES.items():
            if who not in windows:
                windows[who] = Client()
                windows[who].force_login(made.users[who])
                windows[who].get("/")
            path = address.format(**made.ids)
            found[name], sizes[name] = asked(windows[who], path)
            if found[name] != known.get(name):
                found[name], sizes[name] = asked(windows[who], path)
        with pytest.MonkeyPatch.context() as patch:
            for module in [m for name, m in sys.modules.items() if name.startswith("thuocdo.")]:
                if isinstance(getattr(module, "PAGE", None), int):
                    patch.setattr(module, "PAGE", ROWS)
            for name in PAGED:
                who, address = PAGES[name]
                sizes[f"bytes:{name}"] = asked(windows[who], address.format(**made.ids))[1]
        transaction.set_rollback(True)
    return found, sizes


def asked(client: Client, path: str) -> tuple[int, int]:
    """Queries and bytes of one answer."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.content.decode()[-1500:])
    assert not ragged(answer.content.decode()), (path, "rows of a table have other cells than its heading")
    return len(queries), len(answer.content)


def counted() -> Counts:
    """Queries of every page by name, with few and with many rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: world.AT)
        few, small = measured(FEW, {})
        many, large = measured(MANY, few)
    grown = {name for name in PAGES if large[name] > small[name] * 2}
    assert len(grown) >= 20, f"the lists did not grow: {sorted(set(PAGES) - grown)}"
    weighed = {name: (small[name], large[name]) for name in large if name.startswith("bytes:")}
    return {name: (few[name], many[name]) for name in PAGES} | weighed


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: Any, run_folder: Path) -> Counts:
    """Counted once a run, whichever workers then compare them."""
    known = run_folder / "queries.json"
    with (run_folder / "queries.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            with django_db_blocker.unblock():
                known.write_text(json.dumps(counted()))
    found: Counts = json.loads(known.read_text())
    return found


@pytest.mark.long(90)
def test_the_same_pages_were_counted_twice(counts: Counts) -> None:
    assert set(counts) == set(PAGES) | {f"bytes:{name}" for name in PAGED}


def test_every_page_is_in_the_table() -> None:
    known = set(PAGES) | set(FIXED) | NO_PAGE
    found = set(names(urls.urlpatterns))
    assert found == known, f"missing here: {sorted(found - known)}; gone: {sorted(known - found)}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_within_its_queries(counts: Counts, name: str) -> None:
    few, many = counts[name]
    assert many == few, f"{name}: {few} queries with {FEW} rows, {many} with {MANY}"
    assert few <= (DOCUMENT if name in LONG & ONE_SHEET else LIST), f"{name}: {few} queries"


@pytest.mark.parametrize("name", sorted(PAGED))
def test_one_page_of_a_list_weighs_the_same_however_many_there_are(counts: Counts, name: str) -> None:
    few, many = counts[f"bytes:{name}"]
    assert many <= few * HEAVIER, f"{name}: {few} bytes with {FEW} rows, {many} with {MANY}, {ROWS} on a page"
