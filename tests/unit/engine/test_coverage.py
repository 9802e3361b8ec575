"""Which rule governs: by procedure, place, role and the date an instrument keys on; two rows never both bind."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.schemes.small import copy_of_small
from thuocdo.engine import (
    CaseError,
    RulebookError,
    SchemeBook,
    Selection,
    list_rulebooks,
    load_book,
    parse_case,
    rate_selected,
    select_all,
    select_rulebook,
)
from thuocdo.engine.coverage import coverage_rows

ROW = {"instrument": "Văn bản", "sentence": "Câu.", "cite": "Điều 1", "confidence": "H", "rulebook": "test/small"}


def table(tmp_path: Path, *rows: dict[str, Any]) -> list[Path]:
    """A root with these rows of coverage."""
    root = copy_of_small(tmp_path)
    lines = []
    for row in rows:
        lines.append("[[entries]]")
        for key, value in {"kind": "civil_servant", "since": date(2020, 1, 1), **ROW, **row}.items():
            text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
            lines.append(f"{key} = {text if isinstance(value, bool | date | list) else repr(value)}")
    (root / "coverage.toml").write_text("\n".join(lines), encoding="utf-8")
    return [root]


def test_the_date_that_the_instrument_keys_on_decides(tmp_path: Path) -> None:
    old = {"key_date": "rating_date", "until": date(2025, 8, 30), "sentence": "Cũ."}
    new = {"key_date": "rating_date", "since": date(2025, 8, 30), "sentence": "Mới."}
    roots = table(tmp_path, old, new)
    start = date(2025, 1, 1)
    asked = select_rulebook("civil_servant", start, roots)
    assert (asked.rulebook, asked.needs) == (None, ("rating_date",))
    assert "Cũ." in asked.sentence_vi
    assert "Mới." in asked.sentence_vi
    late = select_rulebook("civil_servant", start, roots, rating_date=date(2025, 12, 20))
    assert (late.sentence_vi, late.since, late.until) == ("Mới.", date(2025, 8, 30), None)
    early = select_rulebook("civil_servant", start, roots, rating_date=date(2025, 8, 29))
    assert (early.sentence_vi, early.until) == ("Cũ.", date(2025, 8, 30))
    assert select_rulebook("civil_servant", date(2026, 1, 1), roots).sentence_vi == "Mới."


def test_the_transition_hangs_on_the_units_own_regulation(tmp_path: Path) -> None:
    own = {"own_regulation": True, "sentence": "Quy chế."}
    none = {"own_regulation": False, "until": date(2027, 1, 1), "sentence": "Chuyển tiếp."}
    roots = table(tmp_path, own, none)
    day = date(2026, 1, 1)
    assert select_rulebook("civil_servant", day, roots).needs == ("own_regulation",)
    assert select_rulebook("civil_servant", day, roots, own_regulation=True).sentence_vi == "Quy chế."
    assert select_rulebook("civil_servant", day, roots, own_regulation=False).sentence_vi == "Chuyển tiếp."
    gone = select_rulebook("civil_servant", date(2027, 1, 1), roots, own_regulation=False)
    assert gone.rulebook is None
    assert "chưa ghi quy định nào cho đối tượng này, kỳ bắt đầu ngày 01/01/2027." in gone.sentence_vi
    early = (date(2026, 12, 1), "bắt đầu ngày 01/01/2027, xếp loại ngày 01/12/2026.")
    for rated, said in (early, (gone.on, "này, ngày 01/01/2027.")):
        again = select_rulebook("civil_servant", gone.on, roots, own_regulation=False, rating_date=rated)
        assert said in again.sentence_vi


def test_where_nothing_binds_the_other_procedures_are_named(tmp_path: Path) -> None:
    roots = table(
        tmp_path,
        {"procedure": "party", "sentence": "Đảng."},
        {"procedure": "local", "place": "ha-noi", "sentence": "Hà Nội."},
        {"procedure": "pay", "until": date(2026, 1, 1), "sentence": "Chi."},
    )
    found = select_rulebook("civil_servant", date(2026, 1, 1), roots)
    assert (found.rulebook, found.sentence_vi[-32:]) == (None, "khác: Đảng (khóa procedure = party)."[-32:])
    there = select_rulebook("civil_servant", date(2026, 1, 1), roots, place="ha-noi")
    assert there.sentence_vi.endswith("Đảng (khóa procedure = party), địa phương (khóa procedure = local).")
    assert "procedure" not in select_rulebook("cadre", date(2026, 1, 1), roots).sentence_vi


def test_role_place_and_procedure(tmp_path: Path) -> None:
    roots = table(
        tmp_path,
        {"roles": ["head"], "sentence": "Trưởng."},
        {"roles": ["none", "deputy"], "sentence": "Khác."},
        {"procedure": "party", "sentence": "Đảng."},
        {"procedure": "party", "place": "ha-noi", "sentence": "Đảng Hà Nội."},
    )
    day = date(2021, 1, 1)
    assert select_rulebook("civil_servant", day, roots).needs == ("role",)
    assert select_rulebook("civil_servant", day, roots, role="head").sentence_vi == "Trưởng."
    assert select_rulebook("civil_servant", day, roots, role="deputy").sentence_vi == "Khác."
    party: dict[str, Any] = {"procedure": "party"}
    assert select_rulebook("civil_servant", day, roots, **party).sentence_vi == "Đảng."
    assert select_rulebook("civil_servant", day, roots, place="ha-noi", **party).sentence_vi == "Đảng Hà Nội."
    assert select_rulebook("civil_servant", day, roots, place="hue", **party).sentence_vi == "Đảng."
    found: tuple[Selection, ...] = select_all(["civil_servant", "party_member"], day, roots, role="head")
    assert [(item.procedure, item.sentence_vi) for item in found] == [("state", "Trưởng."), ("party", "Đảng.")]
    assert select_all(["agency"], day, roots) == ()


def test_the_kind_of_period_decides(tmp_path: Path) -> None:
    roots = table(tmp_path, {"periods": ["quarter"], "sentence": "Quý."}, {"periods": ["year"], "sentence": "Năm."})
    day = date(2021, 1, 1)
    assert select_rulebook("civil_servant", day, roots).needs == ("period",)
    assert select_rulebook("civil_servant", day, roots, period="year").sentence_vi == "Năm."
    assert "chưa ghi" in select_rulebook("civil_servant", day, roots, period="month").sentence_vi


def test_a_year_begun_under_a_rulebook_and_rated_under_its_other_row_falls_under_it() -> None:
    year = date(2023, 1, 1)
    for rated in (date(2023, 12, 1), date(2024, 1, 10)):
        found = select_rulebook("civil_servant", year, rating_date=rated, period="year")
        assert found.rulebook == "state/nd-90-2020-nd-48-2023"
    assert select_rulebook("civil_servant", date(2026, 1, 1), period="year").rulebook == "state/nd-335-2025"


def test_a_rulebook_that_is_not_here_is_not_selected(tmp_path: Path) -> None:
    roots = table(tmp_path, {"rulebook": "test/other", "by_choice": "test/small"})
    found = select_rulebook("civil_servant", date(2021, 1, 1), roots)
    assert (found.rulebook, found.by_choice, found.confidence) == (None, "test/small", "H")


@pytest.mark.parametrize(
    "second",
    [
        {},
        {"since": date(2025, 1, 1)},
        {"roles": ["head"]},
        {"own_regulation": True},
        {"key_date": "rating_date", "rulebook": "test/other"},
        {"key_date": "rating_date", "since": date(2029, 1, 1), "rulebook": "test/other"},
    ],
)
def test_two_rows_that_both_bind_are_refused(tmp_path: Path, second: dict[str, Any]) -> None:
    roots = table(tmp_path, {}, second)
    with pytest.raises(RulebookError, match="dòng 2 và dòng 1 của bảng cùng áp dụng") as caught:
        select_rulebook("civil_servant", date(2026, 1, 1), roots)
    assert caught.value.line is not None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"until": date(2025, 1, 1)}, {"since": date(2025, 1, 1)}),
        ({"roles": ["head"]}, {"roles": ["none"]}),
        ({"own_regulation": False}, {"own_regulation": True}),
        ({}, {"procedure": "party"}),
        ({}, {"place": "ha-noi"}),
        ({"since": date(2025, 1, 1)}, {"key_date": "rating_date", "until": date(2025, 1, 1)}),
    ],
)
def test_rows_that_never_bind_together_stand(tmp_path: Path, first: dict[str, Any], second: dict[str, Any]) -> None:
    select_rulebook("cadre", date(2026, 1, 1), table(tmp_path, first, second))


def test_an_interval_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    roots = table(tmp_path, {"until": date(2019, 1, 1)})
    with pytest.raises(RulebookError, match="không sau ngày bắt đầu"):
        select_rulebook("civil_servant", date(2026, 1, 1), roots)


def test_the_coverage_of_the_product_fits_the_rulebooks_that_are_here() -> None:
    known = list_rulebooks()
    rows = [(row, key) for row in coverage_rows() for key in (row.rulebook, row.by_choice) if key in known]
    assert len(rows) > 20
    for row, key in rows:
        book = load_book(key or "")
        if isinstance(book, SchemeBook):
            where = f"{row.kind}: {key}"
            assert book.book.procedure_kind == row.procedure, where
            assert book.book.place in ("", row.place), where
            assert any(row.kind in scheme.subject_kinds for scheme in book.schemes) or not book.schemes, where


def test_a_place_that_nothing_is_known_of_is_refused_with_the_list() -> None:
    raw = b'title="t"\nplace="ha-noi-cu"\nprocedure="local"\nperiod={kind="month",year=2020,number=1}\n'
    case = parse_case(raw + b'[[subjects]]\nid="A"\nkind="civil_servant"\nmarks={discipline=20}')
    with pytest.raises(CaseError, match=r"ha-noi-cu.*da-nang, .*ha-noi, "):
        rate_selected(case)
