"""Coefficients are exact or refused; a draft is whole or every gap is named; versions are compared by code."""

import pytest

from thuocdo.catalogues import rules
from thuocdo.catalogues.rules import Entry, Line, Way, alike, counted, derive, derive_all, differences, problems
from thuocdo.kernel.errors import Conflict

BASE = Line("SP-00", "Văn bản đơn giản", 1, standard=True, points=500)
GROUPS = ({"name": "Đơn giản", "coefficient": 100}, {"name": "Trung bình", "coefficient": 250})
RATIO = Way("ratio", accepted=True, groups=GROUPS)


def test_a_ratio_that_ends_in_hundredths_is_taken_with_its_derivation() -> None:
    found = derive(Line("SP-01", "Báo cáo", 2, points=1200), RATIO, BASE)
    assert (found.coefficient, found.words) == (240, "Hệ số 2,4 = 12 điểm / 5 điểm của sản phẩm chuẩn")
    assert derive(BASE, RATIO, BASE).coefficient == 100


def test_a_ratio_is_never_rounded_without_the_agencys_decision() -> None:
    base = Line("SP-00", "Văn bản", 1, standard=True, points=700)
    line = Line("SP-01", "Báo cáo", 2, points=1200)
    found = derive(line, RATIO, base)
    assert found.coefficient is None
    assert "12/7" in found.problem
    without_reason = Way("ratio", accepted=True, rounding="half_up")
    assert derive(line, without_reason, base).coefficient is None


@pytest.mark.parametrize(("rounding", "expected"), [("half_up", 171), ("down", 171), ("up", 172)])
def test_a_decided_rounding_is_applied_and_said(rounding: str, expected: int) -> None:
    base = Line("SP-00", "Văn bản", 1, standard=True, points=700)
    way = Way("ratio", accepted=True, rounding=rounding, rounding_reason="Thông báo 12/TB-UBND")
    found = derive(Line("SP-01", "Báo cáo", 2, points=1200), way, base)
    assert found.coefficient == expected
    assert "12/7" in found.words
    assert "Thông báo 12/TB-UBND" in found.words


def test_half_up_goes_up_at_exactly_half() -> None:
    base = Line("SP-00", "Văn bản", 1, standard=True, points=800)
    way = Way("ratio", accepted=True, rounding="half_up", rounding_reason="QĐ 1")
    assert derive(Line("SP-01", "Báo cáo", 2, points=100), way, base).coefficient == 13
    down = Way("ratio", accepted=True, rounding="down", rounding_reason="QĐ 1")
    assert derive(Line("SP-01", "Báo cáo", 2, points=100), down, base).coefficient == 12


def test_a_coefficient_rounded_to_nothing_is_refused() -> None:
    base = Line("SP-00", "Văn bản", 1, standard=True, points=99900)
    way = Way("ratio", accepted=True, rounding="down", rounding_reason="QĐ 1")
    found = derive(Line("SP-01", "Báo cáo", 2, points=1), way, base)
    assert found.coefficient is None
    assert "không dùng được" in found.problem


def test_the_ratio_needs_the_agencys_consent_the_standards_points_and_the_lines_points() -> None:
    line = Line("SP-01", "Báo cáo", 2, points=1200)
    assert "chưa chấp nhận" in derive(line, Way("ratio"), BASE).problem
    assert "Sản phẩm chuẩn" in derive(line, RATIO, None).problem
    assert "Sản phẩm chuẩn" in derive(line, RATIO, Line("SP-00", "Văn bản", 1, standard=True)).problem
    assert "chưa có điểm" in derive(Line("SP-01", "Báo cáo", 2), RATIO, BASE).problem


def test_a_typed_coefficient_needs_its_reason() -> None:
    way = Way("typed", groups=GROUPS)
    assert derive(Line("SP-01", "Báo cáo", 2), way, BASE).problem
    assert "chưa có lý do" in derive(Line("SP-01", "Báo cáo", 2, typed=150), way, BASE).problem
    found = derive(Line("SP-01", "Báo cáo", 2, typed=150, reason="Bấm giờ"), way, BASE)
    assert (found.coefficient, found.words) == (150, "Hệ số 1,5 do cơ quan ghi; lý do: Bấm giờ")
    assert derive(BASE, way, BASE).coefficient == 100


def test_a_group_gives_its_common_coefficient_and_the_standards_group_is_one() -> None:
    way = Way("group", groups=GROUPS)
    found = derive(Line("SP-01", "Báo cáo", 2), way, BASE)
    assert (found.coefficient, found.words) == (250, "Hệ số 2,5: hệ số chung của nhóm 2 “Trung bình”")
    assert "nhóm 3" in derive(Line("SP-01", "Báo cáo", 3), way, BASE).problem
    wrong = Way("group", groups=({"name": "Đơn giản", "coefficient": 200},))
    assert any("phải là 1" in words for words in problems([BASE], wrong))


def test_a_draft_names_every_gap_once() -> None:
    assert problems([], RATIO)[0] == "Danh mục chưa có dòng nào."
    lines = [Line("SP-01", "Báo cáo", 3, points=1000), Line("SP-02", "Tờ trình", 3, points=1000)]
    found = problems(lines, RATIO)
    assert "đúng một sản phẩm" in found[0]
    assert found[1] == "Nhóm phức tạp 3 chưa có tên nhưng đang được dùng."
    assert len(found) == len(set(found)) == 3
    assert problems([BASE, Line("SP-01", "Báo cáo", 2, points=1000)], RATIO) == []


def test_every_line_is_derived_against_the_one_standard() -> None:
    lines = [Line("SP-01", "Báo cáo", 2, points=1000), BASE]
    assert [d.coefficient for d in derive_all(lines, RATIO)] == [200, 100]


def test_versions_differ_by_code() -> None:
    before = [Entry("A", "Báo cáo", 1, 100, True), Entry("B", "Tờ trình", 2, 200), Entry("C", "Giấy mời", 1, 50)]
    after = [Entry("A", "Báo cáo tháng", 2, 150), Entry("C", "Giấy mời", 1, 50), Entry("D", "Kế hoạch", 3, 400, True)]
    found = {one.code: one for one in differences(before, after)}
    assert {code: one.kind for code, one in found.items()} == {
        "A": "changed", "B": "ended", "C": "unchanged", "D": "new",
    }  # fmt: skip
    assert found["A"].words == (
        "tên: Báo cáo → Báo cáo tháng", "nhóm: 1 → 2", "hệ số: 1 → 1,5", "không còn là sản phẩm chuẩn",
    )  # fmt: skip
    assert [one.kind for one in differences(before, before)] == ["unchanged"] * 3


def test_titles_are_grouped_without_marks_and_capitals() -> None:
    found = counted([("Báo cáo tháng", 100), ("BÁO CÁO  tháng", 250), ("Tờ trình", 100)])
    assert [(one.name, one.occurrences, one.quantity) for one in found.values()] == [
        ("Báo cáo tháng", 2, 350), ("Tờ trình", 1, 100),
    ]  # fmt: skip
    assert alike([(1, "Đơn thư"), (2, "đơn  thu"), (3, "Khác")]) == {1: "don thu", 2: "don thu"}


def test_the_tables_allow_no_short_cut() -> None:
    with pytest.raises(Conflict):
        rules.CATALOGUE.target("approve", rules.DRAFTING)
    with pytest.raises(Conflict):
        rules.INVENTORY.target("change", rules.SENT)
    with pytest.raises(Conflict):
        rules.PROPOSAL.target("accept", rules.WAITING)
    assert rules.CATALOGUE.names_from(rules.APPROVED) == ()
