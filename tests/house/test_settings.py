"""Every THUOCDO_* variable that the code reads is described, and every one described is read."""

import re

from tests.house.sources import ROOT, SRC

NAME = re.compile(r"THUOCDO_[A-Z_]+")


def names(text: str) -> set[str]:
    return set(NAME.findall(text))


def test_settings_and_their_description_agree() -> None:
    sources = [*SRC.rglob("*.py"), *(ROOT / "tests" / "journeys").rglob("*.py")]
    read = set().union(*(names(path.read_text(encoding="utf-8")) for path in sources))
    described = names((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    assert read == described
