"""The order of a run: every worker begins with its share of the long tests."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.dealing import dealt


def one(name: str, seconds: int = 0, *, database: bool = True) -> Any:
    marks = {"long": pytest.mark.long(seconds).mark} if seconds else {}
    return SimpleNamespace(name=name, fixturenames=["db"] if database else [], get_closest_marker=marks.get)


def test_each_stretch_begins_with_its_share_and_nothing_is_lost() -> None:
    items = [one(f"t{n}") for n in range(20)]
    items += [one("year", 150), one("months", 60), one("fuzz", 50), one("pictures", 11, database=False)]
    names = [item.name for item in dealt(items, 3)]
    assert sorted(names) == sorted(item.name for item in items)
    assert [names[start] for start in (0, 8, 16)] == ["year", "months", "pictures"]
    assert names[17] == "fuzz", "what needs no database comes while the first worker makes one"
    assert [name for name in names if name.startswith("t")] == [f"t{n}" for n in range(20)]


def test_one_worker_begins_with_the_longest() -> None:
    items = [one("short"), one("long", 5), one("pictures", 11, database=False)]
    assert [item.name for item in dealt(items, 1)] == ["pictures", "long", "short"]
    assert dealt([], 3) == []
