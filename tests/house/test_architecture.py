"""The one page stays one page, and what the rooms say of themselves exists."""

import ast
import re

import pytest

from tests.house.sources import ROOT, SRC, floors, modules

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = sorted(floors())
_NAME = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every word of the product outside the docstrings of its rooms, file names included."""
    words: set[str] = set()
    for path in [*SRC.rglob("*.py"), *SRC.rglob("*.html"), *(ROOT / "src" / "rulebooks").rglob("*.toml")]:
        words |= set(_NAME.findall(path.stem))
        if not (path.name == "__init__.py" and path.parent.parent == SRC):
            words |= set(_NAME.findall(path.read_text(encoding="utf-8")))
    return words


def test_the_architecture_is_one_page_and_names_every_room() -> None:
    assert len(PAGE.splitlines()) <= 100
    assert [room for room in ROOMS if f"`{room}`" not in PAGE] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_and_names_nothing_that_is_gone(room: str, known: set[str]) -> None:
    said = ast.get_docstring(modules()[f"thuocdo.{room}"])
    assert said
    quoted = " ".join(re.findall(r"`([^`]+)`", said))
    named = set(_NAME.findall(re.sub(r"\b\w+_\B", "", quoted)))
    assert sorted(named - known) == []
