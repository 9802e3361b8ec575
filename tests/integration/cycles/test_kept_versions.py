"""The rulebook of a period is kept with it: readable and the same after the files change, never a second time."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.cast import Cast, build_cast
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.cycles.models import Cycle
from thuocdo.cycles.queries import uses_of_rulebook
from thuocdo.engine import loader
from thuocdo.engine.loader import default_roots
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.models import RulebookVersion
from thuocdo.rulesets.versions import past_book, pinned_book, variant_of

pytestmark = pytest.mark.django_db
KEY = "state/nd-335-2025"


@pytest.fixture
def cast() -> Cast:
    return build_cast()


def opened(cast: Cast, month: int) -> Cycle:
    at, officer = timezone.now(), cast.organisation_officer.user
    assert officer is not None
    return actions.open_cycle(
        root_id=cast.ward.pk,
        kind="month",
        year=2026,
        number=month,
        choices={},
        by=officer,
        at=at,
        submit_by=at + timedelta(days=3),
        confirm_by=at + timedelta(days=6),
    )


@pytest.fixture
def library(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rulebooks that a test may change."""
    root = tmp_path / "rulebooks"
    copytree(default_roots()[0], root)
    monkeypatch.setattr(catalogue, "default_roots", lambda: (root,))
    return root


def test_a_version_is_kept_once_and_stays_readable_after_the_files_change(cast: Cast, library: Path) -> None:
    cycle = opened(cast, 1)
    opened(cast, 2)
    digest = catalogue.load(KEY).hash
    assert [pin["hash"] for pin in cycle.pins] == [digest]
    assert RulebookVersion.objects.count() == 1
    levels = library / KEY / "levels.toml"
    levels.write_text(levels.read_text(encoding="utf-8").replace("at_least = 90", "at_least = 91"), encoding="utf-8")
    book = past_book(digest)
    assert book.hash == digest
    assert book.key == KEY
    assert next(str(band.at_least) for band in book.bands) == "90"  # type: ignore[union-attr]


def test_files_that_changed_under_a_running_product_cannot_be_pinned(cast: Cast, library: Path) -> None:
    catalogue.load(KEY)
    levels = library / KEY / "levels.toml"
    levels.write_text(levels.read_text(encoding="utf-8").replace("at_least = 90", "at_least = 91"), encoding="utf-8")
    with pytest.raises(Refusal, match="khởi động lại"):
        opened(cast, 1)
    assert not Cycle.objects.exists()


def test_kept_versions_are_never_changed(cast: Cast) -> None:
    opened(cast, 1)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        RulebookVersion.objects.update(files="{}")


def test_uses_name_closed_periods_only(cast: Cast) -> None:
    cycle = opened(cast, 1)
    assert uses_of_rulebook(KEY) == []
    with outside_actions():
        Cycle.objects.filter(pk=cycle.pk).update(
            state="closed", closed_at=timezone.now(), closed_by=cast.organisation_officer.user
        )
    (use,) = uses_of_rulebook(KEY)
    assert use.kept
    assert use.hash == catalogue.load(KEY).hash
    assert use.periods == ("Tháng 1 năm 2026",)


def test_an_unknown_version_is_not_found() -> None:
    with pytest.raises(NotYours):
        past_book("0" * 64)


def test_a_what_if_runs_on_the_kept_version_after_the_files_are_gone(cast: Cast, library: Path) -> None:
    opened(cast, 1)
    digest = catalogue.load(KEY).hash
    levels = library / KEY / "levels.toml"
    levels.write_text(levels.read_text(encoding="utf-8").replace("at_least = 90", "at_least = 91"), encoding="utf-8")
    loader._load.cache_clear()
    assert pinned_book(KEY, (), digest).hash == digest
    changed = variant_of(KEY, (), digest, {"bands.good.at_least": "75"})
    assert [str(band.at_least) for band in changed.bands[:2]] == ["90", "75"]
    levels.unlink()
    loader._load.cache_clear()
    assert pinned_book(KEY, (), digest).hash == digest
    with pytest.raises(NotYours):
        variant_of(KEY, (), "0" * 64, {"bands.good.at_least": "75"})
