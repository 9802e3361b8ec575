"""The quota of a case: counted per agency and group, raised only by a recorded decision, lowering nobody."""

from typing import Any

from tests.unit.engine.support import BOOK, short_year, year
from thuocdo.engine import CaseResult, canonical_json, parse_case, rate_case
from thuocdo.engine.rating import rate_selected


def result(subjects: list[dict[str, Any]], **more: Any) -> CaseResult:
    case = {"title": "t", "period": {"kind": "year", "year": 2026}, "subjects": subjects, **more}
    return rate_case(BOOK, parse_case(canonical_json(case).encode()))


def staff(agency: str | None, good: int, excellent: int) -> list[dict[str, Any]]:
    where = {} if agency is None else {"agency": agency}
    people = [year("80", id=f"{agency}G{n}", **where) for n in range(good)]
    return people + [year(f"9{n}", id=f"{agency}E{n}", **where) for n in range(excellent)]


def test_nobody_is_lowered_and_candidates_are_ranked() -> None:
    found = result(staff("CQ", 4, 2))
    cell = found.quotas[0]
    assert (cell.at_level, cell.base, cell.places, cell.exceeded) == (2, 4, 0, True)
    assert cell.candidates == ("CQE1", "CQE0")
    assert [item.level for item in found.outcomes.values()].count("excellent") == 2
    assert "Nghị định không nêu cách chọn người" in cell.finding.sentence_vi
    assert cell.finding.sentence_vi.endswith("cấp có thẩm quyền quyết định.")
    assert cell.finding.id == "quota.excellent.CQ"
    assert cell.finding.cite[0].article == "Điều 20 khoản 5 điểm a"


def test_candidates_stand_by_exact_score_and_ties_stay_ties() -> None:
    close = [year(score, id=name, agency="CQ") for name, score in
             (("A", "95"), ("B", "1143/12"), ("C", "95"), ("D", "285/3"), ("E", "2851/30"))]  # fmt: skip
    finding = result([*staff("CQ", 5, 0), *close]).quotas[0].finding
    assert (
        "Xếp theo điểm chính xác, từ cao xuống: 1. B: 95,25 điểm; 2. E: 2851/30 (≈ 95,0333…) điểm; "
        "3–5. A, C, D (3 người bằng điểm): 95 điểm."
    ) in finding.sentence_vi
    assert "kể cả giữa những người bằng điểm; cấp có thẩm quyền quyết định" in finding.sentence_vi
    assert ["Thứ tự theo điểm: 3–5", "3–5. A, C, D (3 người bằng điểm): 95 điểm"] in finding.to_dict()["inputs"]
    alone = result(staff("CQ", 10, 2)).quotas[0].finding.sentence_vi
    assert alone.endswith("1. CQE1: 91 điểm; 2. CQE0: 90 điểm.")
    assert "bằng điểm" not in alone


def test_a_higher_rate_needs_the_decision_of_that_agency() -> None:
    people = staff("A", 4, 1) + staff("B", 4, 1)
    found = result(people, quota_raises=[{"agency": "A", "by": "Chủ tịch", "reason": "thành tích"}])
    cells = {cell.agency: cell for cell in found.quotas}
    assert (cells["A"].places, cells["B"].places) == (1, 0)
    assert cells["A"].finding.cite[0].article == "Điều 20 khoản 5 điểm b"
    assert "Chủ tịch" in cells["A"].finding.sentence_vi


def test_the_undecided_and_the_unrated_are_not_counted() -> None:
    waiting = year("95", id="W", agency="CQ", leadership="head")
    gone = short_year(2, 2, id="X", agency="CQ")
    cell = result([*staff("CQ", 5, 1), waiting, gone]).quotas[0]
    assert (cell.base, cell.at_level, cell.undecided) == (5, 1, ("W",))
    assert "1 người chưa có kết quả" in cell.finding.sentence_vi


def test_people_without_an_agency_are_one_cell_that_says_so() -> None:
    cell = result(staff(None, 5, 1)).quotas[0]
    assert "chưa ghi cơ quan" in cell.finding.sentence_vi


def test_a_month_has_no_quota_and_nobody_to_count_gives_no_cell() -> None:
    assert result([short_year(1, 1, id="X")]).quotas == ()


def test_each_subject_by_what_governs_it() -> None:
    case = {"title": "t", "period": {"kind": "year", "year": 2026},
            "rating_date": "2026-12-10",
            "subjects": [year(id="A"), year(id="B", kind="cadre"),
                         year(id="C", kind="contract_worker")]}  # fmt: skip
    found = rate_selected(parse_case(canonical_json(case).encode()))
    assert list(found.outcomes) == ["A", "B", "C"]
    assert [item.kind for item in found.outcomes.values()] == ["rated", "not_rated", "needs_decision"]
    assert found.rulebooks == ("state/nd-335-2025",)
    assert found.to_dict()["findings"][0]["rule"] == "quota"


def test_a_rulebook_that_an_authority_may_choose_is_not_applied() -> None:
    case = {"title": "t", "period": {"kind": "month", "year": 2026, "number": 3}, "procedure": "local",
            "place": "ha-noi", "subjects": [{"id": "A", "kind": "civil_servant"}]}  # fmt: skip
    found = rate_selected(parse_case(canonical_json(case).encode()))
    outcome = found.outcomes["A"]
    assert (outcome.kind, outcome.level, outcome.score) == ("needs_decision", None, None)
    assert outcome.reason.endswith("Cơ quan tự xác định khi gắn bộ quy tắc; phần mềm không tự chọn.")
    assert found.rulebooks == ()
