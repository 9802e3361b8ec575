from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast, build_cast


@pytest.fixture(autouse=True)
def _heads_dir(settings: Any, tmp_path: Path) -> None:
    settings.HEADS_DIR = tmp_path / "heads"


@pytest.fixture(autouse=True)
def _every_write_is_an_action(writes_only_in_actions: None) -> None:
    """All writes of these tests go through actions, or say that they do not."""


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()
