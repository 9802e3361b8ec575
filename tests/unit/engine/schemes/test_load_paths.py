"""Paths lead to figures by names; what leads nowhere is refused; writing a bound replaces an open one."""

from typing import Any

import pytest

from thuocdo.engine.schemes.paths import PathError, find, open_places, read, write

DATA: dict[str, Any] = {
    "m": {
        "label": "M",
        "levels": [
            {"code": "a", "when": [{"test": "any", "id": "one", "conditions": [
                {"test": "share", "id": "x", "at_least": "open", "when_none": "open"}]}]},
            {"code": "b", "when": [{"test": "score", "at_least": "open", "below": 90}]},
        ],
        "score": {"groups": [{"slug": "g", "code": "I", "max": "open"}]},
        "scopes": ["agency"],
    },
    "money": {"tables": [{"id": "t", "rows": [{"level": "a", "coefficient": 1},
                                             {"level": "a", "coefficient": "open"}]}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("m.label", ("m", "label")),
        ("m.scopes", ("m", "scopes")),
        ("m.levels.b.score.below", ("m", "levels", 1, "when", 0, "below")),
        ("m.levels.b.when.score.below", ("m", "levels", 1, "when", 0, "below")),
        ("m.levels.a.one.x.at_least", ("m", "levels", 0, "when", 0, "conditions", 0, "at_least")),
        ("m.score.groups.g.max", ("m", "score", "groups", 0, "max")),
        ("money.t.a.coefficient", ("money", "tables", 0, "rows", 0, "coefficient")),
        ("money.t.a-2.coefficient", ("money", "tables", 0, "rows", 1, "coefficient")),
        ("m.levels.b.score.more_than", ("m", "levels", 1, "when", 0, "more_than")),
    ],
)
def test_a_path_leads_to_its_figure(path: str, location: tuple[str | int, ...]) -> None:
    assert find(DATA, path) == location


@pytest.mark.parametrize(
    "path",
    ["m", "", "m.levels", "m.levels.c.abbr", "m.levels.b.score", "m.levels.b.when", "n.x", "m..x", "m.label.x.y"],
)
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(PathError, match="đường dẫn"):
        find(DATA, path)


def test_every_open_place_has_its_shortest_path() -> None:
    assert set(open_places(DATA).values()) == {
        "m.levels.a.one.x.at_least",
        "m.levels.b.score.at_least",
        "m.score.groups.g.max",
        "money.t.a-2.coefficient",
    }
    for location, path in open_places(DATA).items():
        assert find(DATA, path) == location
        assert read(DATA, location) == "open"


@pytest.mark.parametrize(
    ("before", "name", "replace", "after"),
    [
        ({"at_least": "open"}, "more_than", False, {"more_than": 7}),
        ({"more_than": "open"}, "at_least", False, {"at_least": 7}),
        ({"below": "open"}, "at_most", False, {"at_most": 7}),
        ({"at_most": "open"}, "below", False, {"below": 7}),
        ({"at_least": 5}, "more_than", False, {"at_least": 5, "more_than": 7}),
        ({"at_least": 5}, "more_than", True, {"more_than": 7}),
        ({"below": 5}, "at_least", True, {"below": 5, "at_least": 7}),
    ],
)
def test_a_bound_replaces_an_open_one_of_the_other_name(
    before: dict[str, Any], name: str, replace: bool, after: dict[str, Any]
) -> None:
    data = {"m": dict(before)}
    write(data, ("m", name), 7, replace=replace)
    assert data["m"] == after
