"""Facts are read exactly or refused with key, problem and remedy; never clamped, never guessed."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine.support import FULL, MARCH, YEAR, month, product, rate, year
from thuocdo.engine import (
    CaseError,
    Period,
    canonical_json,
    load_book,
    parse_case,
    parse_frozen,
    parse_subject,
    rate_subject,
)
from thuocdo.engine.each import entered_twice
from thuocdo.engine.facts import MAX_PRODUCTS, plain
from thuocdo.engine.schemes.case import rate_one

MARK_REFUSED = [-1, "30.5.1", "9,5", "1.000", "NaN", "inf", "９", "", "1e1", 4.5, True, None, "4.505", [], {}]


@pytest.mark.parametrize("mark", MARK_REFUSED)
def test_a_mark_is_exact_or_refused(mark: object) -> None:
    with pytest.raises(CaseError) as caught:
        parse_subject({"id": "A", "kind": "civil_servant", "marks": {"discipline": mark}})
    assert caught.value.key == "marks.discipline"
    assert caught.value.remedy


@pytest.mark.parametrize("mark", ["5.01", "5.5", 6, 10_000])
def test_a_mark_above_its_maximum_names_criterion_and_maximum(mark: object) -> None:
    with pytest.raises(CaseError, match="lớn hơn mức tối đa 5 của tiêu chí “Ý thức kỷ luật") as caught:
        rate(month(marks={**FULL, "discipline": mark}))
    assert caught.value.key == "subjects[A].marks.discipline"


PRODUCT_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"coefficient": 0}, "phải lớn hơn 0"),
    ({"coefficient": "-1"}, "không phải số"),
    ({"quality_met": 5}, "lớn hơn completed"),
    ({"on_time": 5}, "lớn hơn completed"),
    ({"late": 1, "late_excused": 2}, "lớn hơn late"),
    ({"completed": None, "quality_met": None, "on_time": None, "late": 1, "late_excused": 2}, "lớn hơn late"),
    ({"late": 2, "late_each": [1, 1, 1]}, "chỉ có 2 lần bị tính"),
    ({"late": 2, "late_excused": 1, "late_each": [1, 1]}, "chỉ có 1 lần bị tính"),
    ({"quality_errors": 3, "quality_errors_each": [1]}, "phải bằng"),
    ({"quality_errors": 9, "quality_errors_each": [1, 1, 1, 1, 5]}, "chỉ có 4 sản phẩm trọn vẹn"),
    ({"on_time": "2.5", "late": 4, "late_each": [1, 1, 1, 1]}, "2 sản phẩm trọn vẹn và một phần sản phẩm được tính"),
    ({"on_time": 0, "late": 1, "late_each": [1]}, "chỉ có 0 sản phẩm"),
    ({"one_piece": True, "late": 2, "late_each": [1, 1]}, "chỉ có 1 sản phẩm"),
    ({"late": 1, "late_each": [0]}, "late_each"),
    ({"late": 1, "late_each": []}, "late_each"),
    ({"one_piece": False}, "one_piece"),
    ({"quality_errors": -1}, "từ 0 đến"),
    ({"quality_errors": 10_000}, "từ 0 đến"),
    ({"late": True}, "số nguyên"),
    ({"late": "1"}, "số nguyên"),
    ({"assigned": "1" * 10}, "quá lớn"),
    ({"outside_plan": "có"}, "true hoặc false"),
    ({"colour": "red"}, "khóa lạ"),
    ({"id": "a b"}, "ký tự không được phép: không dùng khoảng trắng, dấu nháy kép"),
    ({"id": ""}, "không được để trống"),
]


@pytest.mark.parametrize(("change", "problem"), PRODUCT_REFUSED)
def test_a_product_line_is_refused_with_a_reason(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(CaseError, match=problem):
        parse_subject(month(products=[product(**change)]))


SUBJECT_REFUSED: list[tuple[dict[str, Any], str]] = [
    (month(kind="soldier"), "chỉ nhận civil_servant"),
    (month(leadership="boss"), "chỉ nhận none"),
    (month(products=[product(), product()]), "mã sản phẩm “SP1” ghi hai lần"),
    (
        month(products=[product(str(i)) for i in range(MAX_PRODUCTS + 1)]),
        f"quá nhiều mục, tối đa {MAX_PRODUCTS}",
    ),
    (month(subordinates=[{"id": "B"}, {"id": "B"}]), "mã cấp dưới"),
    (month(months=[]), "không ghi cùng lúc điểm các tháng"),
    (year(quarters=[]), "không ghi cùng lúc điểm tháng"),
    (year(months=[{"month": 1, "score": 1}] * 2), "tháng “1” ghi hai lần"),
    (year(months=[{"month": 1}]), "đúng một trong hai"),
    (year(months=[{"month": 1, "score": 1, "not_scored": "other"}]), "đúng một trong hai"),
    (year(months=[{"month": 13, "score": 1}]), "lớn nhất"),
    (year(months=[{"month": 0, "score": 1}]), "nhỏ nhất"),
    (year("1000.01"), "từ 0 đến 1000"),
    (year(year={"months_worked": 13}), "lớn nhất"),
    (year(year={"disciplines": [{"act": "H"}]}), "thiếu khóa bắt buộc"),
    (year(year=5), "một nhóm khóa"),
    ({"kind": "cadre"}, "thiếu khóa bắt buộc"),
    ({"id": 5, "kind": "cadre"}, "phải là chữ"),
    (month(products="many"), "danh sách"),
    (month(marks=5), "nhóm khóa"),
]


@pytest.mark.parametrize(("facts", "problem"), SUBJECT_REFUSED)
def test_a_subject_is_refused_with_a_reason(facts: dict[str, Any], problem: str) -> None:
    with pytest.raises(CaseError, match=problem) as caught:
        parse_subject(facts)
    assert "\n" not in str(caught.value)


RULE_REFUSED: list[tuple[dict[str, Any], Period, str]] = [
    (month(marks={"beauty": 1}), MARCH, "không có tiêu chí này"),
    (month(leadership_factors={"organising": 100}), MARCH, "không giữ chức vụ lãnh đạo"),
    (month(subordinates=[]), MARCH, "không giữ chức vụ lãnh đạo"),
    (month(leadership="head", leadership_factors={"luck": 100}), MARCH, "không có yếu tố này"),
    (month(leadership="head", leadership_factors={"organising": 75}), MARCH, "Chỉ ghi 100 hoặc 50"),
    (
        month(leadership="head", leadership_factors={"unit_results": 100},
              subordinates=[{"id": "B", "score": 1}]),
        MARCH,
        "điểm của cấp dưới cho kết quả 50",
    ),
    (month(decisions={"luck": {"reading": "x", "by": "y", "reason": "z"}}), MARCH, "không có điểm mở này"),
    (month(decisions={"rounding": {"reading": "x", "by": "y", "reason": "z"}}), MARCH, "không có cách hiểu"),
    (year(), MARCH, "kỳ tháng không tổng hợp"),
    (month(), YEAR, "tổng hợp từ điểm các tháng"),
    (year("100.01"), YEAR, "có điểm lớn hơn 100"),
    (year(year={"organisation_level": "best"}), YEAR, "không có mức “best”"),
    (month(year={}), MARCH, "dữ kiện năm chỉ dùng cho kỳ năm"),
    ({"id": "A", "kind": "civil_servant", "months": [{"month": 1, "score": 1}]},
     Period(kind="quarter", year=2026, number=2), "tháng 1 không thuộc quý 2"),
    ({"id": "A", "kind": "civil_servant", "quarters": []}, Period(kind="quarter", year=2026, number=2),
     "không tổng hợp từ điểm quý"),
    ({"id": "A", "kind": "civil_servant", "quarters": [{"quarter": 3, "score": 1}]},
     Period(kind="half_year", year=2026, number=1), "quý 3 không thuộc"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "period", "problem"), RULE_REFUSED)
def test_what_the_rulebook_does_not_know_is_refused(facts: dict[str, Any], period: Period, problem: str) -> None:
    with pytest.raises(CaseError, match=problem):
        rate(facts, period)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"kind": "month", "year": 2026}, "phải ghi number từ 1 đến 12"),
        ({"kind": "quarter", "year": 2026, "number": 5}, "từ 1 đến 4"),
        ({"kind": "year", "year": 2026, "number": 1}, "không ghi number"),
    ],
)
def test_a_period_names_its_number(facts: dict[str, Any], problem: str) -> None:
    case = {"title": "t", "period": facts, "subjects": [{"id": "A", "kind": "cadre"}]}
    with pytest.raises(CaseError, match=problem):
        parse_case(json.dumps(case).encode())


def test_periods_know_their_days() -> None:
    assert (str(MARCH.start), str(MARCH.end), MARCH.label) == ("2026-03-01", "2026-03-31", "tháng 3 năm 2026")
    assert (YEAR.months[-1], str(YEAR.end), YEAR.label) == (12, "2026-12-31", "năm 2026")
    assert Period(kind="half_year", year=2026, number=2).months == (7, 8, 9, 10, 11, 12)


def test_toml_and_json_give_the_same_facts() -> None:
    toml = b'title="t"\n[period]\nkind="month"\nyear=2026\nnumber=3\n'
    toml += b'[[subjects]]\nid="A"\nkind="civil_servant"\n'
    toml += b"[subjects.marks]\ndiscipline = 4.50\n"
    text = '{"title":"t","period":{"kind":"month","year":2026,"number":3},"subjects":[{"id":"A",'
    text += '"kind":"civil_servant","marks":{"discipline":4.5}}]}'
    assert parse_case(toml) == parse_case(text.encode())


HOSTILE = [
    (b"\xff\xfe", "UTF-8"),
    (b"title = ", "sai cú pháp"),
    (b'{"title": ', "sai cú pháp"),
    (b'{"a": 1, "a": 2}', "ghi hai lần"),
    (b"a = " + b"[" * 5000 + b"]" * 5000, "lồng nhau quá sâu|sai cú pháp"),
    (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "lồng nhau quá sâu"),
    (b'{"title": ' + b"9" * 5000 + b"}", "sai cú pháp"),
    (b"", "thiếu khóa bắt buộc"),
    (b" " * (32 * 2**20 + 1), "lớn hơn 32 MB"),
]


@pytest.mark.parametrize(("raw", "problem"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_are_refused(raw: bytes, problem: str) -> None:
    with pytest.raises(CaseError, match=problem):
        parse_case(raw)


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="không có tệp này"):
        parse_case(tmp_path / "none.toml")
    with pytest.raises(CaseError, match="không mở được tệp"):
        parse_case(tmp_path)
    big = tmp_path / "big.toml"
    with big.open("wb") as file:
        file.truncate(33 * 2**20)
    with pytest.raises(CaseError, match="lớn hơn 32 MB"):
        parse_case(big)


def test_two_subjects_may_not_share_an_id() -> None:
    case = {"title": "t", "period": {"kind": "year", "year": 2026}, "subjects": [year(), year()]}
    with pytest.raises(CaseError, match="mã người “A” ghi hai lần"):
        parse_case(canonical_json(case).encode())


def test_the_canonical_text_is_stable_and_comes_back() -> None:
    facts = month(marks={**FULL, "discipline": "4.50"}, name="Nguyễn Văn An")
    subject = parse_subject(facts)
    text = canonical_json(subject)
    assert '"discipline":"4.5"' in text
    assert "Nguyễn Văn An" in text
    assert parse_subject(json.loads(text)) == subject
    reordered = parse_subject(dict(reversed(list(facts.items()))))
    assert canonical_json(reordered) == text
    with pytest.raises(CaseError, match=r"\(còn 1 lỗi khác\)"):
        parse_subject({"id": "", "kind": ""})


def _case(*subjects: object) -> bytes:
    return json.dumps({"title": "t", "period": {"kind": "year", "year": 2026}, "subjects": subjects}).encode()


def test_one_wrong_value_is_one_fault_named_by_the_id_of_the_subject() -> None:
    with pytest.raises(CaseError) as caught:
        parse_case(_case(year(id="A"), year(id="B7", year={"months_worked": "abc"})))
    assert caught.value.key == "subjects[B7].year.months_worked"
    assert caught.value.more == ()
    assert "lỗi khác" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", 7, None, "x" * 65, "a]b"])
def test_a_subject_without_a_readable_id_is_named_by_its_place(name: object) -> None:
    with pytest.raises(CaseError) as caught:
        parse_case(_case(year(id="A"), year(id=name, kind="soldier")))
    keys = {caught.value.key, *(fault.key for fault in caught.value.more)}
    assert "subjects[1].kind" in keys


def test_faults_are_listed_one_a_line_ten_at_most() -> None:
    with pytest.raises(CaseError) as caught:
        parse_case(_case(*(year(id=f"P{n}", kind="soldier") for n in range(12))))
    lines = caught.value.lines()
    assert len(lines) == 11
    assert lines[9].startswith("dữ liệu, khóa “subjects[P9].kind”")
    assert lines[10] == "Còn 2 lỗi khác."
    with pytest.raises(CaseError) as caught:
        parse_case(_case(*(year(id=f"P{n}", kind="soldier") for n in range(10))))
    assert len(caught.value.lines()) == 10


def test_only_exact_values_have_a_plain_form() -> None:
    assert plain({"a": Decimal("1.50"), "b": Fraction(1, 3), "c": MARCH.start, "d": (None, True)}) == {
        "a": "1.5", "b": "1/3", "c": "2026-03-01", "d": [None, True],
    }  # fmt: skip
    with pytest.raises(TypeError):
        plain(1.5)


@pytest.mark.parametrize(
    ("counted", "times", "each", "twice"),
    [(300, 1, (), True), (400, 1, (), False), (300, 0, (), False), (300, 1, (1,), False), (300, 1, (0,), False),
     (0, 1, (), False)],
)
def test_a_product_left_out_and_an_occurrence_may_be_one_fault(
    counted: int, times: int, each: tuple[int, ...], twice: bool
) -> None:
    assert entered_twice(counted, 400, times, each) is twice


@pytest.mark.parametrize("where", ["year", "scheme"])
def test_what_was_frozen_is_read_although_two_decisions_differ_on_one_act(where: str) -> None:
    """Facts that come in are refused; a document of before the rule is rated again as it was."""
    decisions = [
        {"act": "H", "form": "khien_trach", "side": "party", "effective_date": "2026-03-01", "about": about}
        for about in ("duty", "other")
    ]
    subject: dict[str, Any] = {"id": "A", "kind": "civil_servant"}
    if where == "year":
        months = [{"month": month, "score": "90"} for month in range(1, 13)]
        subject |= {"months": months, "year": {"months_worked": 12, "disciplines": decisions}}
        book: Any = load_book("state/nd-335-2025")
    else:
        book = load_book("state/nd-90-2020")
        subject |= {"disciplines": decisions}
    with pytest.raises(CaseError, match=r"disciplines\.2\.about.*cùng về hành vi H"):
        parse_subject(subject)
    frozen, period = parse_frozen(subject), Period(kind="year", year=2026)
    outcome = rate_subject(book, frozen, period) if where == "year" else rate_one(book, frozen, period)
    assert outcome.id == "A"
    assert json.loads(canonical_json(frozen))["id"] == "A"
    if where == "year":
        assert outcome.level == "incomplete"

@pytest.mark.parametrize(("more", "said"), [
    ({"valid": 85, "invalid": 3}, r"valid \+ invalid \(88\) khác collected \(90\)"),
    ({"valid": 85, "invalid": 6}, r"valid \+ invalid \(91\) khác collected \(90\)"),
    ({"valid": 85, "invalid_lines": 4}, r"high \+ medium \+ low \+ invalid_lines \(84\) khác valid \(85\)"),
    ({"collected": 70}, r"high \+ medium \+ low \(80\) lớn hơn collected \(70\)"),
    ({"collected": None, "issued": 79}, r"high \+ medium \+ low \(80\) lớn hơn issued \(79\)"),
])  # fmt: skip
def test_ballots_that_do_not_add_up_are_refused(more: dict[str, Any], said: str) -> None:
    """QĐ 96: minutes tell ballots collected, valid, invalid, and levels by name; a line alone may be invalid."""
    votes = {"collected": 90, "high": 30, "medium": 40, "low": 10} | more
    subject = {"id": "A", "kind": "leader", "votes": {name: n for name, n in votes.items() if n is not None}}
    with pytest.raises(CaseError, match=said) as told:
        parse_subject(subject)
    assert told.value.key == "subjects[A].votes"
    assert parse_frozen(subject).votes is not None
    fits = {"collected": 90, "valid": 85, "invalid": 5, "high": 30, "medium": 40, "low": 10, "invalid_lines": 5}
    assert parse_subject(subject | {"votes": fits}).votes is not None
    assert parse_subject(subject | {"votes": {"low": 10}}).votes is not None


@pytest.mark.parametrize(("facts", "key", "said"), [
    ({"tasks": {"assigned": 10, "done": 5, "late": 6}}, "tasks", r"late \(6\) lớn hơn done \(5\)"),
    ({"led": {"assigned": 10, "done": 5, "above": 6}}, "led", r"above \(6\) lớn hơn done \(5\)"),
    ({"related": {"collective": {"id": "A"}}}, "related.collective", "ghi chính mình"),
])  # fmt: skip
def test_facts_that_cannot_be_true_together_are_refused(facts: dict[str, Any], key: str, said: str) -> None:
    with pytest.raises(CaseError, match=said) as told:
        parse_subject({"id": "A", "kind": "leader", **facts})
    assert told.value.key == f"subjects[A].{key}"
    assert parse_subject({"id": "B", "kind": "leader", "tasks": {"assigned": 10, "done": 5, "late": 5, "above": 5}})


def test_everything_wrong_with_a_file_as_a_whole_is_one_refusal_and_hides_nothing() -> None:
    """Ids written twice, steps of nobody, a decision without a name or a reason."""
    subject = {"id": "A", "kind": "leader", "decisions": {"gap": {"reading": "good", "by": " ", "reason": "\t"}}}
    period = {"kind": "year", "year": 2025}
    whole = {"title": "t", "period": period, "steps": [{"step": "x", "subject": "Z"}, {"step": "y", "subject": "Y"}]}
    with pytest.raises(CaseError) as told:
        parse_case(json.dumps(whole | {"subjects": [subject]}).encode())
    wanted = [f"subjects[A].decisions.gap.{key}" for key in ("by", "reason")]
    assert [fault.key for fault in told.value.faults()] == wanted
    assert {fault.problem for fault in told.value.faults()} == {"không được để trống"}
    one = {"id": "A", "kind": "leader"}
    with pytest.raises(CaseError) as told:
        parse_case(json.dumps(whole | {"subjects": [one, one], "rating_date": "2024-01-01"}).encode())
    assert told.value.problem == (
        "mã người “A” ghi hai lần; ngày xếp loại (rating_date) 01/01/2024 trước ngày đầu của năm 2025; "
        "bước “x” ghi cho “Z”, không có mã này trong subjects; bước “y” ghi cho “Y”, không có mã này trong subjects"
    )
