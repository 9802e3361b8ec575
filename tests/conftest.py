"""Fixtures of the whole suite. Each folder adds its own in a conftest beside its tests."""

import gc
import re
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestModule
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_save
from django.template import engines
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import emptying, guards, migrated, standing
from tests.dealing import dealt
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import SENTENCES, sentence

APPEND_ONLY_TABLES = (
    "audit_event",
    "audit_eventobject",
    "appraisals_submission",
    "appraisals_confirmation",
    "appraisals_remark",
    "appraisals_leveldecision",
    "appraisals_paperentry",
    "rulesets_regulationtext",
    "rulesets_regulationnumber",
    "cycles_rulebookmove",
    "rulesets_rulebookversion",
    "rounds_stepdone",
    "conclusions_assessmentpaper",
    "records_observation",
    "records_observationstep",
    "conclusions_assessmentpart",
    "reviews_reviewreport",
    "reviews_remedystep",
    "reviews_meetingminutes",
    "reviews_meetingwithdrawal",
    "reviews_selfscore",
    "reviews_recognition",
    "work_evidence",
    "collectives_unitsubmission",
    "collectives_unitresult",
    "collectives_unitreopeningend",
    "results_rollup",
    "opinions_opiniontally",
    "opinions_opinion",
    "opinions_opinioncomment",
    "results_handoverline",
    "appraisals_situationanswer",
    "results_syncmark",
    "results_yearpaper",
    "decisions_publication",
    "decisions_publishedresult",
    "ballots_countentry",
    "ballots_minutes",
)


hypothesis_settings.register_profile(
    "thuocdo", hypothesis_settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("thuocdo")
"""A busy machine is slow at making examples and at running them: that says nothing about either. How many are made, and
from which seed, stays as Hypothesis chooses by itself, also on a CI server."""

PROFILES = {"desktop", "phone"}
ENDS = ("/", ".py::")
"""Of a folder and of a file, in the name of a test."""
STAYING = re.compile(r"\bslow\b|\btransaction")
"""A file without these words holds no test that stays (`_stays`)."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--profile", choices=sorted(PROFILES), help="journeys of both sizes: run this size only")
    parser.addoption("--elsewhere", default="", help="folders and files of another run: what is slow or commits stays")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays: to search it for garbage again and again took each worker a seventh of that time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Tests have no examples in their docstrings: looking for some took each worker a second."""
    return [one for one in (yield) if not isinstance(one, DoctestModule)]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of which nothing stays need not be read: to import those of another run took each worker seconds."""
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    name = collection_path.relative_to(config.rootpath).as_posix() + "::"
    return (name.startswith(_elsewhere(config)) and not _may_stay(collection_path)) or None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Said where everything is collected, as the run that skips the file would not miss it."""
    if _stays(item) and not _may_stay(item.path):
        raise pytest.UsageError(f"{item.nodeid} stays, but no word of its file says so ({STAYING.pattern}).")


@cache
def _may_stay(path: Path) -> bool:
    return bool(STAYING.search(path.read_text(encoding="utf-8")))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A story told on both sizes runs once per database: on the desktop of one, on the phone of the other. The order
    of what is left spreads the long ones over the workers."""
    profile = config.getoption("profile")
    others = PROFILES - {profile} if profile else set()
    elsewhere = _elsewhere(config)
    left = {
        item for item in items if others & set(_case(item)) or (item.nodeid.startswith(elsewhere) and not _stays(item))
    }
    config.hook.pytest_deselected(items=left)
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = dealt([item for item in items if item not in left], workers)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of collected tests and all of Django stay to the end: the search for garbage leaves them out, and as it
    comes after every 700 objects by itself, it took a tenth of the processor time of pages and queries."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _elsewhere(config: pytest.Config) -> tuple[str, ...]:
    """How the names of tests of another run begin."""
    places = config.getoption("elsewhere").split()
    return tuple(f"tests/{top}{place}{end}" for place in places for top in ("", "integration/") for end in ENDS)


def _stays(item: pytest.Item) -> bool:
    """What no other run makes, and races and kills, which every database ends in its own way."""
    marker = item.get_closest_marker("django_db")
    return "slow" in item.keywords or bool(marker and marker.kwargs.get("transaction"))


def _case(item: pytest.Item) -> list[str]:
    """The parts of a test's parameter id."""
    case = getattr(item, "callspec", None)
    return case.id.split("-") if case is not None and "journeys" in item.nodeid else []


@pytest.fixture(autouse=True, scope="session")
def _pages_are_imported() -> None:
    """A page imported while a test holds the clock would keep that clock for all tests after it."""
    import_module(settings.ROOT_URLCONF)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        guards.block_network(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _the_product_writes_only_in_actions() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        guards.writes_need_actions(patch)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """They begin with a copy that is migrated already."""
    return bool(request.config.option.reuse_db) or _copies(request.config)


def _copies(config: pytest.Config) -> bool:
    """A run without workers on a server has nobody to share a copy with."""
    return hasattr(config, "workerinput") or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run see, and no other run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest, run_folder: Path
) -> None:
    if _copies(request.config) and not request.config.option.reuse_db:
        migrated.provide(run_folder)


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied() -> Iterator[None]:
    """Tests that commit are cleaned by emptying all tables."""
    with pytest.MonkeyPatch.context() as patch:
        emptying.empty_quickly(patch, APPEND_ONLY_TABLES)
        yield


@pytest.fixture(autouse=True, scope="module")
def _worlds_end_with_their_module(django_db_blocker: Any) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        standing.fall()


@pytest.fixture
def _worlds(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        standing.begin(request)


@pytest.fixture
def _django_db_helper(_worlds: None, _django_db_helper: None) -> None:
    """pytest-django's transaction of a test begins upon the worlds that stand (tests/standing.py)."""


class UnknownVariable(str):
    """What a template gets for a variable that does not exist: an error instead of an empty text."""

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, missing: object) -> str:
        raise AssertionError(f"template variable “{missing}” does not exist")


@pytest.fixture(autouse=True, scope="session")
def _unknown_template_variables_are_errors() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines["django"].engine, "string_if_invalid", UnknownVariable("%s"))  # type: ignore[attr-defined]
        yield


@pytest.fixture(autouse=True, scope="session")
def _every_event_has_a_sentence() -> Iterator[None]:
    """Whatever a test records, audit/presenters.py must be able to put into words."""

    def check(sender: object, instance: Event, **_: object) -> None:
        assert instance.code in SENTENCES, f"add a sentence for {instance.code} to audit/presenters.py"
        sentence(instance)

    post_save.connect(check, sender=Event)
    yield
    post_save.disconnect(check, sender=Event)


@pytest.fixture(scope="session")
def at() -> datetime:
    """The time of the test: Thursday 5 March 2026, 09:00 in Viet Nam."""
    return datetime(2026, 3, 5, 9, 0, tzinfo=timezone(timedelta(hours=7)))
