"""Where the handbook sends somebody through the menu, the menu has that place: “Tổ chức → Nhập dữ liệu”."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from thuocdo.web.context import MENU

PAGES = sorted((ROOT / "docs" / "handbook").glob("*.md"))
GROUP_OF = {label: group for group, entries in MENU for _, _, label in entries}
GROUPS = {group for group, _ in MENU if group}
_STEP = re.compile(r"\s*[→›]\s*")


def paths(text: str) -> list[list[str]]:
    """Each path on one line: the words before the first arrow back to a sign, and those after each."""
    found = []
    for line in text.replace("**", "").replace("“", "").replace("”", "").splitlines():
        for part in re.split(r"[|(),.:;]", line):
            if steps := _STEP.split(part) if _STEP.search(part) else []:
                found.append([step.strip() for step in steps])
    return found


def wrong(before: str, after: str) -> bool:
    """Whether a step names a group without its entry, or an entry under something that is not its group."""
    group = next((g for g in GROUPS if before == g or before.endswith(f" {g}")), None)
    entry = next((e for e in GROUP_OF if after == e or after.startswith(f"{e} ")), None)
    if group is not None:
        return entry is None or GROUP_OF[entry] != group
    return entry is not None and after == entry


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_menu_paths_of_the_handbook_are_those_of_the_menu(page: Path) -> None:
    steps = [pair for path in paths(page.read_text(encoding="utf-8")) for pair in pairwise(path)]
    assert [f"{before} → {after}" for before, after in steps if wrong(before, after)] == []
