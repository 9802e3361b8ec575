"""Corners of loading: what is left out with its rule, lists as text, levels between, content that has no hash."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.schemes.made import book, c, flag, flags, point, scheme
from tests.unit.engine.schemes.small import KEY, ROOT, UNIT, copy_of_small, small
from tests.unit.engine.support import edit
from thuocdo.engine import RulebookError, SchemeBook, load_variant, select_rulebook
from thuocdo.engine.reading import canonical_hash
from thuocdo.engine.schemes.in_force import in_force
from thuocdo.engine.schemes.paths import PathError, find, open_places
from thuocdo.engine.schemes.readings import with_readings

MONTHLY = "schemes/monthly.toml"
SHARE = '{ test = "share", id = "done", label = "Xong", part = ["tasks.done"], of = ["tasks.assigned"], at_least = 90 }'
GOOD = '{ test = "score", label = "Tốt", at_least = "open", below = 90 }'
RISE = 'path = "monthly.levels.excellent.score.at_least"\nvalue = 92'
PERCENT = 'path = "monthly.quotas.excellent.percent"\nvalue = 15'


def test_a_point_keeps_the_places_of_rules_that_hold() -> None:
    limits = [
        c(id=name, label=name, at_most="good", when=[flag("f", **{"is": True}), share], since=since)
        for name, since, share in (
            ("first", date(2020, 1, 1), bound("first")),
            ("later", date(2026, 1, 1), bound("later")),
        )
    ]
    paths = ["s.limits.first.first.more_than", "s.limits.later.later.more_than"]
    asked = point("p", paths, low=dict.fromkeys(paths, 10))
    made = book(scheme(facts=flags("f"), limits=limits), points=[asked])
    (left,) = in_force(made, date(2025, 1, 1), date(2025, 12, 31)).open_points
    assert left.places == ("s.limits.first.first.more_than",)
    assert left.readings[0].write == {"s.limits.first.first.more_than": 10}
    assert in_force(made, date(2026, 1, 1), date(2026, 12, 31)) is made


def bound(name: str) -> dict[str, Any]:
    return {"test": "number", "id": name, "label": name, "of": "tasks.late", "more_than": "open"}


def test_a_list_that_is_changed_is_kept_as_text() -> None:
    varied = load_variant(KEY, (), {"monthly.quotas.excellent.scopes": ["agency", "group"]}, [ROOT])
    assert varied.filled["monthly.quotas.excellent.scopes"].reading == "agency, group"  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["m.scopes.agency.x", "m.rows.0.max"])
def test_what_has_no_name_has_no_path(path: str) -> None:
    with pytest.raises(PathError, match="không có"):
        find({"m": {"scopes": ["agency"], "rows": [{"max": 1}]}}, path)


def test_a_place_without_a_short_path_is_shown_in_full() -> None:
    same = [{"id": "same", "at_least": "open"}]
    data = {"m": {"levels": [{"code": "a", "when": same, "unless": [dict(same[0])]}], "list": [{"max": "open"}]}}
    assert list(open_places(data).values()) == [
        "m.levels.a.same.at_least",
        "m.levels.a.unless.same.at_least",
        "m.list.0.max",
    ]


def test_a_raised_bound_finds_the_score_among_other_conditions(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / KEY / MONTHLY, GOOD, f"{SHARE}, {GOOD}")
    edit(root / UNIT / "overlay.toml", PERCENT, RISE)
    levels = small(root, UNIT).scheme("monthly").levels
    assert levels[1].when[1].below == 92  # type: ignore[union-attr]
    assert levels[1].when[0].at_least == 90  # type: ignore[union-attr]


def test_a_level_below_without_an_upper_bound_stays(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    edit(root / KEY / MONTHLY, '"open", below = 90 }', '"open" }')
    edit(root / UNIT / "overlay.toml", PERCENT, RISE)
    book = small(root, UNIT)
    assert book.scheme("monthly").levels[0].when[0].at_least == 92  # type: ignore[union-attr]
    assert book.scheme("monthly").levels[1].when[0].below is None  # type: ignore[union-attr]
    assert "monthly.levels.good.score.below" not in book.filled


def test_a_reading_that_is_not_listed() -> None:
    assert with_readings(small(), {}) is small()
    with pytest.raises(KeyError, match="neither"):
        with_readings(small(), {"bound_70": "neither"})


def without_score(tmp_path: Path, lowest: str) -> SchemeBook:
    """The small rulebook with scores that only roll up: levels by score, no score sheet of its own."""
    root = copy_of_small(tmp_path)
    path = root / KEY / MONTHLY
    text = path.read_text(encoding="utf-8")
    rollup = '[rollup]\nlabel = "Bình quân"\nperiods = ["quarter"]\nparts = "months"\nmethod = "mean"\n'
    cited = 'cite = "small/1"\nsince = 2020-01-01\n'
    text = text[: text.index("[score]")] + rollup + cited + text[text.index("[[levels]]") :]
    text = text.replace('periods = ["month"]', 'periods = ["quarter"]').replace("at_least = 50", lowest)
    path.write_text(text, encoding="utf-8")
    points = root / KEY / "open.toml"
    text = points.read_text(encoding="utf-8")
    points.write_text(text[text.index('[[points]]\nid = "bound_70"') :], encoding="utf-8")
    return small(root)


def test_levels_of_a_rolled_up_score_are_checked_without_a_score_sheet(tmp_path: Path) -> None:
    assert without_score(tmp_path / "a", "at_least = 50").scheme("monthly").score is None
    with pytest.raises(RulebookError, match="ngưỡng 95 không thấp hơn mức đứng trên"):
        without_score(tmp_path / "b", "at_least = 95")


def test_a_folder_without_a_table_of_coverage_binds_nobody() -> None:
    found = select_rulebook("civil_servant", date(2026, 1, 1), [ROOT / KEY])
    assert found.rulebook is None
    assert "chưa ghi quy định nào" in found.sentence_vi


def test_a_hash_is_of_content_that_has_one_text() -> None:
    assert canonical_hash({"a": date(2026, 1, 1)}) == canonical_hash({"a": "2026-01-01"})
    with pytest.raises(TypeError, match="Fraction"):
        canonical_hash({"a": Fraction(1, 3)})
