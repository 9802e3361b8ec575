"""A variant changes figures by path and is checked like any rulebook; comparisons say what differs, in words."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.engine.schemes.small import KEY, ROOT, UNIT, small
from tests.unit.engine.support import BOOK, WARD
from tests.unit.engine.support import KEY as PEOPLE
from thuocdo.engine import Rulebook, RulebookError, SchemeBook, compare_books, load_book, load_variant
from thuocdo.engine.rulebook import Citation


def varied(changes: dict[str, Any], *overlays: str) -> SchemeBook:
    book = load_variant(KEY, overlays, changes, [ROOT])
    assert isinstance(book, SchemeBook)
    return book


def people(changes: dict[str, Any], *overlays: str) -> Rulebook:
    book = load_variant(PEOPLE, overlays, changes)
    assert isinstance(book, Rulebook)
    return book


def test_a_figure_of_a_scheme_is_changed_by_path() -> None:
    book = varied({"monthly.quotas.excellent.percent": 22, "money.extra.good.coefficient": Decimal("0.9")})
    assert book.scheme("monthly").quotas[0].percent == 22
    assert book.book.tables[0].rows[1].coefficient == Decimal("0.9")
    assert book.hash != small().hash
    assert book.filled["monthly.quotas.excellent.percent"].overlay in book.overlay_titles
    assert varied({}) is small()


def test_a_change_may_loosen_what_an_overlay_may_not() -> None:
    assert varied({"monthly.quotas.excellent.percent": 25}, UNIT).scheme("monthly").quotas[0].percent == 25
    assert people({"quotas.excellent.percent": 25, "bands.good.at_least": "65"}).bands[1].at_least == 65
    assert people({"bands.good.at_least": 75}, WARD).bands[1].at_least == 75
    assert BOOK.bands[1].at_least == 70


def test_a_point_is_settled_by_another_reading() -> None:
    settled = varied({"points.bound_70": "good"}, UNIT)
    test = settled.scheme("monthly").levels[1].when[0]
    assert (test.at_least, test.more_than) == (70, None)  # type: ignore[union-attr]
    assert settled.settled["bound_70"].reading == "good"
    chosen = people({"points.rounding": "hundredths"}, WARD).point("rounding").settled
    assert chosen is not None
    assert chosen.reading == "hundredths"


def test_a_bound_takes_the_level_below_along() -> None:
    levels = varied({"monthly.levels.excellent.score.at_least": 85}).scheme("monthly").levels
    assert levels[0].when[0].at_least == 85  # type: ignore[union-attr]
    assert levels[1].when[0].below == 85  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("monthly.quotas.best.percent", 5, "không có “best”"),
        ("monthly.quotas.excellent", 5, "không dẫn đến một số liệu|cả một mục"),
        ("monthly.levels.good.score", 5, "cả một mục|không dẫn đến"),
        ("monthly", 5, "phải có dạng"),
        ("monthly..percent", 5, "phải có dạng"),
        ("monthly.quotas.excellent.percent", 500, "không quá 100"),
        ("monthly.quotas.excellent.percent", 1.5, "viết chính xác"),
        ("monthly.quotas.excellent.colour", 1, "khóa lạ"),
        ("monthly.score.max", 90, "cộng các nhóm|thang điểm"),
        ("monthly.levels.excellent.score.at_least", 40, "không thấp hơn"),
        ("points.none", "x", "không có điểm mở “none”"),
        ("points.bound_70", "x", "không có cách hiểu “x”"),
        ("points.rounding", "x", "không liệt kê cách hiểu nào"),
    ],
)
def test_an_unsound_change_of_a_scheme_is_refused(path: str, value: Any, problem: str) -> None:
    if path == "monthly.score.max":
        value = 20
    with pytest.raises(RulebookError, match=problem) as caught:
        varied({path: value})
    assert caught.value.key == path


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("bands.good.at_least", 95, "không thấp hơn mức đứng trên"),
        ("bands.none.at_least", 50, "không có “none”"),
        ("quotas.excellent.percent", "nhiều", "không âm"),
        ("quotas.excellent.colour", 5, "khóa lạ"),
        ("points.none", "x", "không có điểm mở này"),
        ("points.rounding", "x", "không có cách hiểu “x”"),
    ],
)
def test_an_unsound_change_of_people_is_refused(path: str, value: Any, problem: str) -> None:
    with pytest.raises(RulebookError, match=problem) as caught:
        people({path: value})
    assert caught.value.key == path


def texts(cite: tuple[Citation, ...]) -> list[str]:
    return [item.text() for item in cite]


def test_what_an_overlay_changed_is_compared_by_path() -> None:
    found = {item.path: item for item in compare_books(small(), small(ROOT, UNIT))}
    assert set(found) == {
        "monthly.score.groups.results.max",
        "monthly.score.groups.results.parts.quantity",
        "monthly.score.groups.results.parts.quality",
        "monthly.levels.good.score.at_least",
        "monthly.levels.good.score.more_than",
        "monthly.levels.complete.score.below",
        "monthly.levels.complete.score.at_most",
        "monthly.limits.late_often",
        "monthly.quotas.excellent.percent",
        "monthly.quotas.excellent.raised",
        "money.extra.good.coefficient",
        "procedure.stages.check",
        "procedure.precedence.check_first",
    }
    quota = found["monthly.quotas.excellent.percent"]
    assert (quota.before_vi, quota.after_vi) == ("20%", "15%")
    assert quota.title_vi == "Hằng tháng: Không quá 20%: tỷ lệ"
    assert (texts(quota.cite_before), texts(quota.cite_after)) == (["Điều 3 Văn bản thử"], ["Điều 3 Văn bản thử"])
    limit = found["monthly.limits.late_often"]
    assert (limit.before_vi, texts(limit.cite_before)) == ("không có", [])
    assert texts(limit.cite_after) == ["Điều 5 Quy chế thử"]
    assert found["money.extra.good.coefficient"].before_vi == "để ngỏ"


def test_comparing_is_the_same_from_both_sides() -> None:
    one, other = small(), small(ROOT, UNIT)
    there, back = compare_books(one, other), compare_books(other, one)
    assert {(d.path, d.before_vi, d.after_vi) for d in there} == {(d.path, d.after_vi, d.before_vi) for d in back}
    assert compare_books(one, one) == ()
    assert compare_books(BOOK, BOOK) == ()


def test_people_are_compared_by_the_paths_of_their_variants() -> None:
    changes = {"quotas.excellent.percent": 25, "bands.good.at_least": 65}
    found = {d.path: (d.before_vi, d.after_vi) for d in compare_books(BOOK, people(changes))}
    assert found == {"quotas.excellent.percent": ("20%", "25%"), "bands.good.at_least": ("70", "65")}


def test_two_shapes_are_compared_by_what_both_have() -> None:
    found = {d.path: d for d in compare_books(small(), BOOK)}
    assert (found["monthly.quotas.excellent.rounding"].after_vi) == "làm tròn xuống"
    good = found["monthly.levels.good.score.at_least"]
    assert (good.before_vi, good.after_vi) == ("để ngỏ", "70")
    assert texts(good.cite_after) == ["Điều 20 khoản 2 Nghị định 335/2025/NĐ-CP"]
    assert "monthly.levels.excellent.score.at_least" not in found
    back = compare_books(BOOK, small())
    assert {d.path.partition(".")[0] for d in back} == {"people"}


def test_schemes_without_a_partner_are_named_whole() -> None:
    other = load_book("state/nd-90-2020")
    found = {d.path: d for d in compare_books(small(), other)}
    assert found["monthly"].after_vi == "không có"
    assert found["monthly"].title_vi == "Khung “Hằng tháng”"
    assert found["cadre"].before_vi == "không có"
