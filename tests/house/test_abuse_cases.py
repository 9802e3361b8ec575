"""docs/abuse-cases.md: every abuse case of this stage has a row, and every test it names exists; so have the goals of
docs/ballots.md."""

import re

import pytest

from tests.house.sources import ROOT

ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.M)
ROWS = {
    int(number): (words, re.findall(r"`([^`]+)`", tests))
    for number, words, tests in ROW.findall((ROOT / "docs" / "abuse-cases.md").read_text(encoding="utf-8"))
}


def test_every_case_has_its_row() -> None:
    assert sorted(ROWS) == [*range(1, 25), *range(32, 50)]


@pytest.mark.parametrize("number", sorted(ROWS))
def test_the_named_tests_exist(number: int) -> None:
    words, named = ROWS[number]
    assert len(words.split()) >= 5, "say what is tried and what happens"
    assert named
    for one in named:
        path, _, name = one.partition("::")
        assert path.startswith("tests/"), one
        assert name.startswith("test_"), f"{one}: name the test, not its file"
        source = (ROOT / path).read_text(encoding="utf-8")
        assert f"\ndef {name}(" in source, one


def test_every_goal_of_ballots_and_opinions_has_tests_of_its_name_where_the_table_says() -> None:
    rows = re.findall(r"^\| B(\d) \| (.+?) \|", (ROOT / "docs" / "ballots.md").read_text(encoding="utf-8"), re.M)
    assert [number for number, _ in rows] == list("12345678")
    for number, cell in rows:
        paths = re.findall(r"`(tests/[^`]+)`", cell)
        assert paths
        for path in paths:
            assert f"\ndef test_b{number}_" in (ROOT / path).read_text(encoding="utf-8"), f"B{number}: {path}"
