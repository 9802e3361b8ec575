"""docs/coverage.md: all 27 processes of the seeds, each page, command, case and test it names is there."""

import re
import tomllib

from tests.house.sources import ROOT
from tests.house.test_commands import COMMANDS

LINES = [line for line in (ROOT / "docs/coverage.md").read_text().splitlines() if re.match(r"\| \d+ ", line)]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES]


def test_every_process_has_one_row() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 28))
    assert all(len(row) == 4 and row[1] for row in ROWS)
    assert all((page == "–") <= (proof == "–") for _, _, page, proof in ROWS), "a test of nothing"


def test_pages_and_commands_are_there() -> None:
    pages = tomllib.loads((ROOT / "tests/house/permissions.toml").read_text())
    known = {*pages["needs"], *pages["public"], *COMMANDS}
    named = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row[2])}
    assert named
    assert named <= known


def test_tests_and_cases_are_there() -> None:
    named = [name for row in ROWS for name in re.findall(r"`([^`]+)`", row[3])]
    assert len(named) > 20
    for name in named:
        path, _, function = name.partition("::")
        if function:
            assert f"\ndef {function}(" in (ROOT / "tests" / path).read_text(), name
        else:
            assert (ROOT / "src/rulebooks" / path).is_file(), name
