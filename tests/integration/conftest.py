"""What every room's tests begin with; a room that needs more overrides it beside its tests."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast, build_cast
from tests.standing import standing


@pytest.fixture(autouse=True)
def _heads_dir(settings: Any, tmp_path: Path) -> None:
    settings.HEADS_DIR = tmp_path / "heads"


@standing
def cast(db: None) -> Cast:
    return build_cast()
