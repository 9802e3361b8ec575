"""Outcomes: the law's numbers, what is left open, and every number added again from the findings."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.unit.engine.support import (
    BOOK,
    FULL,
    KEY,
    MARCH,
    WARD_BOOK,
    YEAR,
    copy_of_rulebooks,
    month,
    product,
    rate,
    short_year,
    year,
)
from thuocdo.engine import (
    CaseError,
    Outcome,
    Period,
    columns_from_subjects,
    compile_plan,
    load_rulebook,
    parse_subject,
    rate_columns,
    rate_subject,
)
from thuocdo.engine.blocks import products
from thuocdo.engine.convert import product_columns
from thuocdo.engine.rate import NEEDS_DECISION_ROW, NOT_RATED_ROW, SCORED_ROW

Q2 = Period(kind="quarter", year=2026, number=2)
DECIDED = {"by": "Chủ tịch", "reason": "vì"}


def number_of(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def readd(outcome: Outcome) -> Fraction:
    """The score from nothing but the texts of the findings."""
    value = {item.id: dict(item.inputs) for item in outcome.findings}
    general = sum(
        (number_of(v["Điểm"]) for k, v in value.items() if k.startswith("general.") and "Điểm" in v),
        Fraction(0),
    )
    lines = [v for k, v in value.items() if k.startswith("product.")]
    outside = {k for k in value if k.startswith("product.") and "ngoài" in k}
    assert not outside
    ratios = []
    for slug, label in (("quantity", "số lượng"), ("quality", "chất lượng"), ("progress", "tiến độ")):
        top = sum((number_of(line[f"Tính vào {label}"]) for line in lines), Fraction(0))
        below = sum((number_of(line["A·K"]) for line in lines), Fraction(0))
        assert number_of(value[f"results.{slug}"]["Tử số"]) == top
        assert number_of(value[f"results.{slug}"]["Mẫu số"]) == below
        ratios.append(top / below)
    ratios += [number_of(v["Mức"].rstrip("%")) / 100 for k, v in value.items() if k.startswith("results.leader")]
    return general + 70 * sum(ratios, Fraction(0)) / len(ratios)


def test_every_number_is_readded_from_the_findings() -> None:
    outcome = rate(
        month(
            leadership="deputy",
            leadership_factors={"unit_results": 100, "organising": 50, "solidarity": 100},
            products=[
                product(coefficient="1.75", quality_errors=2, late=3, late_excused=1),
                product("SP2", assigned="2.5", completed="1.25", quality_met=1, on_time="0.5"),
                product("SP3", handed_back=True),
            ],
        )
    )
    assert outcome.kind == "scored"
    assert readd(outcome) == outcome.score
    assert all(item.cite for item in outcome.findings)
    assert all(item.sentence_vi.endswith(".") for item in outcome.findings)
    assert len({item.id for item in outcome.findings}) == len(outcome.findings)


def test_the_outcome_as_json() -> None:
    found = rate(month()).to_dict()
    assert (found["outcome"], found["band"]) == ("scored", "excellent")
    assert found["score"] == {"exact": "100/1", "decimal": "100"}
    assert "level" not in found
    assert rate(month()).to_json() == rate(month()).to_json()
    assert "level" in rate(year(), YEAR).to_dict()
    assert rate(month()).finding("total").value == 100
    with pytest.raises(KeyError):
        rate(month()).finding("nothing")


def test_a_capped_ratio_and_a_capped_result_say_so() -> None:
    extra = [product(), product("SP2", outside_plan=True, assigned=1, completed=1, quality_met=1, on_time=1)]
    ward = rate(month(products=extra), book=WARD_BOOK)
    assert ward.score == 100
    assert ward.finding("results.points").effect == "capped"
    assert ward.finding("open.ratio_cap").effect == "settled_by_overlay"
    assert "Quy chế đánh giá của phường (ví dụ minh họa)" in ward.finding("open.ratio_cap").sentence_vi
    each = {"ratio_cap": {"reading": "each_ratio_100", **DECIDED}}
    one = rate(month(products=extra, decisions=each))
    assert one.finding("results.quantity").effect == "capped"
    assert one.finding("open.ratio_cap").effect == "settled_by_decision"
    assert rate(month(products=extra)).finding("open.ratio_cap").effect == "readings_agree"


def test_rounding_is_shown_where_it_was_chosen() -> None:
    facts = month(products=[product(assigned=420, completed=240, quality_met=240, on_time="239.91")])
    rounded = rate({**facts, "decisions": {"rounding": {"reading": "hundredths", **DECIDED}}})
    assert (rounded.score, rounded.band) == (70, "good")
    assert "Làm tròn thành 70 điểm" in rounded.finding("total").sentence_vi
    asked = rate(facts)
    assert [item.id for item in asked.open_points] == ["rounding"]
    assert [(r.id, r.band, r.depends) for r in asked.open_points[0].readings] == [
        ("none", "complete", False),
        ("hundredths", "good", False),
    ]
    assert asked.finding("total").value == Fraction("69.995")
    with pytest.raises(KeyError):
        asked.finding("band")


def test_totals_on_an_unchosen_reading_are_not_shown() -> None:
    five = rate(month(products=[product(quality_errors=5, quality_errors_each=[5])]))
    ids = {item.id for item in five.findings}
    assert not ids & {"total", "band", "results.points", "results.mean"}
    question = five.open_points[0]
    assert [(r.id, r.score) for r in question.readings] == [
        ("zero", Fraction(565, 6)),
        ("literal", Fraction(2225, 24)),
    ]
    assert question.cite[0].article.startswith("Điều 14")
    assert question.to_dict()["readings"][0]["score"] == {"exact": "565/6", "decimal": "94.1666"}
    assert five.score is None


def test_what_takes_from_the_line_in_a_rulebook_kept_before_still_does(tmp_path: Path) -> None:
    root = copy_of_rulebooks(tmp_path)
    results = root / KEY / "results.toml"
    results.write_text(results.read_text(encoding="utf-8").replace('per = "product"\n', ""), encoding="utf-8")
    before = load_rulebook(KEY, roots=(root,))
    assert (before.takes_from_products, load_rulebook(KEY).takes_from_products) == (False, True)
    facts = month(products=[product(late=2, quality_errors=5, on_time=3)])
    decided = {"deduction_floor": {"reading": "zero", **DECIDED}}
    outcome = rate({**facts, "decisions": decided}, book=before)
    assert outcome.score == 30 + 70 * (1 + 0 + Fraction(3, 4) / 2) / 3
    line = outcome.finding("product.SP1")
    assert ("Mỗi lần trừ (tiến độ)", "25% điểm của cả dòng") in line.inputs
    now = rate(month(products=[product(late=2, quality_errors=5, on_time=3)]))
    assert now.missing == ("products[SP1].quality_errors_each", "products[SP1].late_each")


@pytest.mark.parametrize(("each", "left"), [
    ([1, 1, 1], "2.5 - 0.25 - 0.25 - 0.125"), ([3], "2.5 - 0.75"), ([0, 0, 3], "2.5 - 0.375"),
    ([1, 2], "2.5 - 0.25 - 0.5"), ([0, 0, 5], "2.5 - 0.5"), ([5, 0, 6], "2.5 - 1 - 0.5"),
])  # fmt: skip
def test_the_part_of_a_product_comes_last_and_loses_of_itself(each: list[int], left: str) -> None:
    """2,5 products in time of 2,5, coefficient 1 (NĐ 335 Điều 14 khoản 2 điểm c)."""
    counted = dict.fromkeys(("assigned", "completed", "quality_met", "on_time"), "2.5")
    line = product(**counted, late=sum(each), late_each=each)
    outcome = rate(month(products=[line], decisions={"deduction_floor": {"reading": "zero", **DECIDED}}))
    first, *less = map(Fraction, left.split(" - "))
    assert outcome.score == 30 + 70 * (2 + (first - sum(less)) / Fraction(5, 2)) / 3
    literal = rate(month(products=[line], decisions={"deduction_floor": {"reading": "literal", **DECIDED}}))
    part = each[2] if len(each) > 2 else 0
    kept = Fraction(5, 2) - Fraction(sum(each) - part, 4) - Fraction(part, 8)
    assert literal.score == 30 + 70 * (2 + kept / Fraction(5, 2)) / 3


def test_none_of_those_that_count_is_said_by_nought() -> None:
    """Ten done, both late ones left out of those that count: nothing more is taken."""
    line = product(assigned=10, completed=10, quality_met=10, on_time=8, late=2, late_each=[0])
    assert rate(month(products=[line])).score == 30 + 70 * (2 + Fraction(8, 10)) / 3
    assert rate(month(products=[product(assigned=1, completed=1, quality_met=1, on_time=0, late=1)])).score is not None


def test_the_explanation_says_which_products_lost_what_and_how_sure_the_floor_is() -> None:
    line = product(assigned=10, completed=10, quality_met=10, on_time=10, late=7, late_each=[1, 6])
    outcome = rate(month(products=[line], decisions={"deduction_floor": {"reading": "zero", **DECIDED}}))
    found = outcome.finding("product.SP1")
    assert dict(found.inputs) | {"Tính vào tiến độ": "8,75"} == dict(found.inputs)
    assert ("Số lần của từng sản phẩm (tiến độ)", "1; 6") in found.inputs
    assert ("Mỗi lần trừ (tiến độ)", "25% điểm của sản phẩm đó") in found.inputs
    assert ("Còn được tính (tiến độ)", "8,75") in found.inputs
    assert "dừng ở 0 (suy luận: điểm của một sản phẩm không thể âm; mức tin cậy I)" in found.sentence_vi
    assert "không giới hạn (câu chữ Điều 14 khoản 2; mức tin cậy L)" in found.sentence_vi
    plain = rate(month(products=[product(late=1)])).finding("product.SP1")
    assert "mức tin cậy" not in plain.sentence_vi


def test_what_is_missing_says_of_which_line() -> None:
    asked = rate(month(products=[product(late=5)]))
    assert "sản phẩm nào chậm bao nhiêu lần, trong dòng SP1 (khóa products[SP1].late_each)" in asked.reason


def test_readings_that_depend_on_another_point_say_so() -> None:
    both = rate(
        month(
            products=[
                product(quality_errors=5, quality_errors_each=[5], on_time=2),
                product("SP2", outside_plan=True, completed=2, quality_met=0, on_time=0),
            ]
        )
    )
    assert {item.id for item in both.open_points} == {"deduction_floor", "ratio_cap"}
    assert all(reading.depends for item in both.open_points for reading in item.readings)


def test_missing_marks_keep_the_sum_so_far() -> None:
    some = {slug: mark for slug, mark in FULL.items() if slug != "discipline"}
    outcome = rate(month(marks=some))
    assert outcome.missing == ("marks.discipline",)
    assert outcome.finding("general.total").value == 25
    assert outcome.finding("results.points").value == 70
    assert outcome.finding("general.discipline").effect == "missing"


def test_an_off_step_mark_is_refused_once_the_step_is_settled() -> None:
    with pytest.raises(CaseError, match=r"điểm 4,1 của tiêu chí “Ý thức kỷ luật.* bước 0,25") as caught:
        rate(month(marks={**FULL, "discipline": "4.10"}), book=WARD_BOOK)
    assert caught.value.key == "subjects[A].marks.discipline"
    assert "đã quyết định tại Điều 4 khoản 2 Quy chế đánh giá của phường" in caught.value.problem
    alone = {"general_steps": {"reading": "half_point", **DECIDED}}
    with pytest.raises(CaseError, match=r"đã chọn cho riêng người này \(decisions.general_steps\)"):
        rate(month(marks={**FULL, "discipline": "4.25"}, decisions=alone))
    assert rate(month(marks={**FULL, "discipline": "4.25"}), book=WARD_BOOK).score == Fraction("99.25")
    with pytest.raises(CaseError, match="đã được quyết định chung"):
        rate(month(decisions={"rounding": {"reading": "none", **DECIDED}}), book=WARD_BOOK)


def test_a_step_reading_that_refuses_says_so() -> None:
    asked = rate(month(marks={**FULL, "discipline": "4.25"}))
    kinds = {r.id: r.outcome for r in asked.open_points[0].readings}
    assert kinds == {"hundredths": "scored", "quarter_point": "scored", "half_point": "refused"}


def test_a_kind_outside_the_rulebook_is_not_rated() -> None:
    outcome = rate(month(kind="agency"))
    assert outcome.kind == "not_rated"
    assert outcome.finding("selection").inputs[1] == ("Độ tin cậy", "H")


def test_an_undated_discipline_hides_what_depends_on_it() -> None:
    act = {"act": "H", "form": "khien_trach", "side": "party", "about": "duty"}
    facts = year("95", year={"months_worked": 12, "disciplines": [
        {**act, "effective_date": "2025-11-01"}, {**act, "effective_date": "2026-03-01"}]})  # fmt: skip
    outcome = rate(facts, YEAR)
    assert [item.id for item in outcome.open_points] == ["discipline_year"]
    assert not [item for item in outcome.findings if item.id.startswith("dating.")]


def test_two_decisions_that_differ_on_one_act_are_refused() -> None:
    act = {"act": "H", "form": "khien_trach", "side": "party", "effective_date": "2026-03-01"}
    given = [{**act, "about": "duty"}, {**act, "about": "degradation"}]
    with pytest.raises(CaseError, match=r"year\.disciplines\.2\.about”: quyết định 2"):
        rate(year("95", year={"months_worked": 12, "disciplines": given}), YEAR)


def test_no_scored_month_at_all() -> None:
    months = [{"month": number, "not_scored": "maternity"} for number in range(1, 13)]
    outcome = rate(year(months=months, year={"months_worked": 0, "maternity_leave": True}), YEAR)
    assert (outcome.kind, outcome.reason) == ("needs_decision", "Không có kỳ nào có điểm.")


def test_quarters_that_are_missing_are_named() -> None:
    facts = {"id": "A", "kind": "civil_servant", "year": {"months_worked": 12},
             "quarters": [{"quarter": 1, "score": 80}]}  # fmt: skip
    outcome = rate(facts, YEAR)
    assert outcome.missing == ("quarters[2]", "quarters[3]", "quarters[4]")
    assert outcome.reason == (
        "Chưa đủ dữ kiện: điểm quý 2; điểm quý 3; điểm quý 4 (khóa quarters[2], quarters[3], quarters[4])."
    )


WAITING: list[tuple[dict[str, Any], Period, str]] = [
    (month(products=None), MARCH, "danh sách sản phẩm, công việc (khóa products)."),
    (
        month(products=[{"id": "SP1", "coefficient": 1, "assigned": 4, "completed": 4, "on_time": 4}]),
        MARCH,
        "số đạt chất lượng của sản phẩm SP1 (khóa products[SP1].quality_met).",
    ),
    (
        month(leadership="head", leadership_factors={"organising": 100, "solidarity": 100},
              subordinates=[{"id": "B2"}]),
        MARCH,
        "điểm của cấp dưới B2 (khóa subordinates[B2].score).",
    ),
    (
        year(leadership="head", months=[{"month": n, "score": 95} for n in range(2, 13)]),
        YEAR,
        "điểm tháng 1; mức xếp loại của tổ chức mà người này đứng đầu "
        "(khóa months[1], year.organisation_level).",
    ),
    (year(year={}), YEAR, "số tháng làm việc thực tế trong năm (khóa year.months_worked)."),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "period", "sentence"), WAITING)
def test_missing_facts_are_named_in_words_and_by_key(facts: dict[str, Any], period: Period, sentence: str) -> None:
    outcome = rate({key: value for key, value in facts.items() if value is not None}, period)
    assert outcome.kind == "needs_decision"
    assert outcome.reason.startswith("Chưa đủ dữ kiện: ")
    assert outcome.reason.endswith(sentence)


def test_fewer_months_worked_than_scored_is_refused() -> None:
    assert rate(short_year("5.5", 6), YEAR).kind == "not_rated"
    with pytest.raises(CaseError, match="ghi 5 tháng làm việc nhưng có điểm của 6 tháng") as caught:
        rate(short_year(5, 6), YEAR)
    assert caught.value.key == "subjects[A].year.months_worked"


def test_a_contract_worker_who_is_not_covered_by_choice() -> None:
    chosen = {"contract_workers": {"reading": "not_apply", **DECIDED}}
    outcome = rate(year(kind="contract_worker", decisions=chosen), YEAR)
    assert (outcome.kind, "không áp dụng" in outcome.reason) == ("not_rated", True)
    assert rate(year(kind="contract_worker"), YEAR).open_points[0].id == "contract_workers"


def facts_of_every_kind() -> list[dict[str, Any]]:
    five = [product(quality_errors=5, quality_errors_each=[5])]
    huge = product(assigned="999999999.99", completed="999999999.98", quality_met=1, on_time=1, coefficient="9999999")
    return [
        month(id="plain"),
        month(id="huge", products=[huge]),
        month(id="empty", products=[]),
        month(id="not-scored", products=[], decisions={"empty_denominator": {
            "reading": "not_scored_this_period", **DECIDED}}),
        month(id="open", products=five),
        month(id="zero", products=five, decisions={"deduction_floor": {"reading": "zero", **DECIDED}}),
        month(id="step", marks={**FULL, "discipline": "4.1"}),
        month(id="head", leadership="head", leadership_factors={"organising": 50, "solidarity": 100},
              subordinates=[{"id": "B", "score": "50"}]),
        month(id="missing", marks={}),
        month(id="worker", kind="contract_worker"),
    ]  # fmt: skip


def test_all_at_once_is_one_by_one() -> None:
    plan = compile_plan(BOOK)
    subjects = [parse_subject(facts) for facts in facts_of_every_kind()]
    together = rate_columns(plan, columns_from_subjects(plan, subjects, MARCH))
    kinds = {"scored": SCORED_ROW, "not_rated": NOT_RATED_ROW, "needs_decision": NEEDS_DECISION_ROW}
    for row, subject in enumerate(subjects):
        alone = rate_subject(BOOK, subject, MARCH)
        assert together.kind[row] == kinds[alone.kind], subject.id
        assert together.score(row) == alone.score
        asked = {together.point_ids[i] for i in np.flatnonzero(together.open[row])}
        assert asked == {item.id for item in alone.open_points}
        if alone.band is not None:
            assert together.codes[int(together.band[row])] == alone.band


def test_a_country_in_spans_is_the_country_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = compile_plan(BOOK)
    facts = [item for item in facts_of_every_kind() if "decisions" not in item and item["id"] != "huge"]
    columns = columns_from_subjects(plan, [parse_subject(item) for item in facts], MARCH)
    whole = rate_columns(plan, columns)
    monkeypatch.setattr("thuocdo.engine.rate.ROWS_AT_ONCE", 2)
    parts = rate_columns(plan, columns)
    assert parts.kind.tolist() == whole.kind.tolist()
    assert set(whole.kind.tolist()) == {SCORED_ROW, NEEDS_DECISION_ROW}
    assert parts.open.tolist() == whole.open.tolist()
    assert whole.open.any()
    assert parts.band.tolist() == whole.band.tolist()
    assert [parts.score(row) for row in range(len(facts))] == [whole.score(row) for row in range(len(facts))]


@pytest.mark.parametrize("late", [0, 3, 5])
def test_ratios_added_line_by_line_are_the_ratios_apart(late: int) -> None:
    lines = [product("SP1", late=late, quality_errors=1, one_piece=True)]
    lines += [product("SP2", coefficient=3, handed_back=True)]
    plan = compile_plan(WARD_BOOK)
    columns = product_columns(plan, [parse_subject(month(products=lines))], MARCH)
    together = products.apply(plan, columns.lines, plan.base, frozenset(), False)
    apart = products.apply(plan, columns.lines, plan.base, frozenset(), True)
    assert together.numerators == ()
    assert len(apart.numerators) == 3
    assert int(together.total[0]) == int(apart.total[0]) == sum(int(one[0]) for one in apart.numerators)
    assert int(together.denominator[0]) == int(apart.denominator[0])


def test_years_all_at_once_are_one_by_one() -> None:
    plan = compile_plan(BOOK)
    big = f"{90 * 10**40 - 1}/{10**40}"
    rows = [
        year("80", id="plain"),
        year(big, id="below-by-a-hair", decisions={"rounding": {"reading": "none", **DECIDED}}),
        year(big, id="rounded-up", decisions={"rounding": {"reading": "hundredths", **DECIDED}}),
        year(big, id="open"),
        year("200/3", id="thirds"),
        year("95", id="fired", year={"months_worked": 12, "degradation_concluded": True},
             months=[{"month": 12, "not_scored": "not_yet"}]),
        short_year("5.99", 6, id="short"),
    ]  # fmt: skip
    subjects = [parse_subject(facts) for facts in rows]
    together = rate_columns(plan, columns_from_subjects(plan, subjects, YEAR))
    alone = [rate_subject(BOOK, subject, YEAR) for subject in subjects]
    assert [together.score(row) for row in range(len(rows))] == [item.score for item in alone]
    assert [item.level for item in alone] == [
        "good",
        "good",
        "excellent",
        None,
        "complete",
        "incomplete",
        None,
    ]
    assert [item.kind for item in alone][3] == "needs_decision"
    assert together.kind.tolist() == [0, 0, 0, 2, 0, 0, 1]


def test_products_and_means_are_not_mixed_in_one_run() -> None:
    plan = compile_plan(BOOK)
    mean = {"id": "M", "kind": "civil_servant", "months": [{"month": 4, "score": 80}]}
    with pytest.raises(CaseError, match="Tách thành hai lượt"):
        columns_from_subjects(plan, [parse_subject(mean), parse_subject(month())], Q2)


def test_large_sums_leave_int64_without_a_wrong_digit() -> None:
    facts = month(
        products=[
            product(str(n), coefficient="999999999.99", assigned="999999999.99", completed="999999999.98",
                    quality_met="999999999.97", on_time="0.01", late=9, late_excused=6, late_each=[3])
            for n in range(50)
        ]
    )  # fmt: skip
    a, c, q, t = (Fraction(Decimal(x)) for x in ("999999999.99", "999999999.98", "999999999.97", "0.01"))
    expected = 30 + 70 * (c / a + q / a + t * Fraction(1, 4) / a) / 3
    assert rate(facts).score == expected


def test_columns_with_wrong_marks_are_refused() -> None:
    plan = compile_plan(BOOK)
    columns = product_columns(plan, [parse_subject(month())], MARCH)
    columns.marks[0, 0] = 501
    with pytest.raises(CaseError, match="5,01 lớn hơn mức tối đa 5"):
        rate_columns(plan, columns)
