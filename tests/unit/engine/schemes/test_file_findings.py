"""What a file says about all of its subjects: quotas, steps taken early, money."""

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.unit.engine.schemes.made import CITED, book, c, person, run, scheme
from thuocdo.engine import CaseError, QuotaCell, SchemeBook, load_book, parse_case, rate_case
from thuocdo.engine.schemes.counting import places_of, stable_of

QUOTA = c(
    id="excellent",
    label="Xuất sắc",
    level="excellent",
    base="levels",
    base_levels=["good"],
    percent=20,
    scopes=["agency", "group"],
    rounding="floor",
)


def crowd(excellent: int, good: int, **facts: Any) -> list[dict[str, Any]]:
    top = [person(f"X{n}", marks={"all": str(90 + n % 3)}, agency="CQ", **facts) for n in range(excellent)]
    return top + [person(f"G{n}", marks={"all": 75}, agency="CQ", **facts) for n in range(good)]


def cells(quota: dict[str, Any], people: list[dict[str, Any]], **keys: Any) -> tuple[QuotaCell, ...]:
    return run(book(scheme(quotas=[quota])), *people, **keys).quotas


def counted(cell: QuotaCell) -> tuple[int, int, int | None, int | None, bool]:
    return cell.base, cell.at_level, cell.places, cell.stable_places, cell.exceeded


def test_a_quota_counts_and_lowers_nobody() -> None:
    agency, group = cells(QUOTA, crowd(4, 12, group="cv"))
    assert counted(agency) == counted(group) == (12, 4, 2, 2, True)
    assert (group.agency, group.group, agency.group) == ("CQ", "cv", None)
    assert agency.candidates == ("X2", "X1", "X0", "X3")
    said = agency.finding.sentence_vi
    assert agency.finding.id == "quota.excellent.CQ"
    assert group.finding.id == "quota.excellent.CQ.cv"
    assert "không nêu cách chọn" in said
    assert "3–4. X0, X3 (2 bằng điểm)" in said
    assert "giữ được 2" in said


def test_a_leader_and_a_member_of_one_group_name_are_not_one_base() -> None:
    """The person rated as a leader is also rated as a member: two ratings, each counted among its like."""
    people = crowd(1, 3, group="cv", kind="party_member")
    leaders = [one | {"id": f"L{one['id']}", "kind": "leader"} for one in crowd(1, 5, group="cv")]
    both = scheme(quotas=[QUOTA | {"scopes": ["group"]}], subject_kinds=["party_member", "leader"])
    members, heads = run(book(both), *people, *leaders).quotas
    assert (members.side, *counted(members)) == ("party_member", 3, 1, 0, 0, True)
    assert (heads.side, *counted(heads)) == ("leader", 5, 1, 1, 1, False)
    assert [one.finding.id for one in (members, heads)] == [
        "quota.excellent.CQ.cv.party_member",
        "quota.excellent.CQ.cv.leader",
    ]
    assert "nhóm cv, đảng viên: " in members.finding.sentence_vi
    assert run(book(both), *people).quotas[0].side is None


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        ("rated", {}, (16, 4, 3, 3, True)),
        ("leaders", {}, (16, 4, 3, 3, True)),
        ("all_staff", {"headcounts": [{"agency": "CQ", "staff": 40}]}, (40, 4, 8, 8, False)),
        ("all_staff", {}, (0, 4, None, None, False)),
        ("open", {}, (0, 4, None, None, False)),
    ],
)
def test_bases(base: str, changes: Any, expected: Any) -> None:
    quota = {**QUOTA, "base": base, "base_levels": [], "scopes": ["agency"]}
    (cell,) = cells(quota, crowd(4, 12, leadership="head"), **changes)
    assert counted(cell) == expected
    assert (cell.finding.effect == "left_open") == (expected[2] is None)


def test_open_rounding_stands_where_every_way_gives_the_same() -> None:
    quota = {**QUOTA, "rounding": "open", "scopes": ["agency"]}
    assert counted(cells(quota, crowd(2, 10))[0]) == (10, 2, 2, 2, False)
    (cell,) = cells(quota, crowd(2, 12))
    assert (cell.places, "2 hoặc 3 suất" in cell.finding.sentence_vi) == (None, True)


def test_the_raised_line_the_small_group_and_a_percent_that_is_a_fact() -> None:
    raised = c(percent=25, label="Nâng", hardness="soft")
    quota = {**QUOTA, "scopes": ["agency"], "raised": raised}
    decision = {"quota_raises": [{"agency": "CQ", "by": "Tỉnh ủy", "reason": "Nổi trội"}]}
    (cell,) = cells(quota, crowd(3, 12), **decision)
    assert counted(cell) == (12, 3, 3, 3, False)
    assert "Tỉnh ủy" in cell.finding.sentence_vi
    assert "khuyến nghị" in cell.finding.sentence_vi
    (small,) = cells({**QUOTA, "scopes": ["agency"], "small": {"fewer_than": 5, "at_most": 1, **CITED}}, crowd(2, 2))
    assert counted(small) == (2, 2, 1, 1, True)
    fact = {**QUOTA, "percent": None, "percent_fact": "party", "scopes": ["agency"]}
    facts = {"quota_facts": [{"agency": "CQ", "id": "party", "value": "37/180"}]}
    (cell,) = cells(fact, crowd(3, 15), **facts)
    assert (cell.percent, cell.places) == (Fraction(185, 9), 3)
    assert cells(fact, crowd(3, 15))[0].places is None
    assert cells({**QUOTA, "percent": "open", "scopes": ["agency"]}, crowd(3, 15))[0].places is None


@pytest.mark.parametrize(
    ("unit", "places", "said"),
    [
        ({"level": "excellent"}, 3, "Tỉnh ủy"),
        ({"id": "X0"}, 3, "Tỉnh ủy"),
        ({"level": "good"}, 2, "Không áp dụng tỷ lệ nâng"),
        ({"id": "KHONG-CO"}, None, "Chưa ghi mức của cơ quan"),
        (None, None, "Chưa ghi mức của cơ quan"),
    ],
)
def test_a_raised_line_that_hangs_on_the_level_of_the_agency(unit: Any, places: int | None, said: str) -> None:
    raised = c(percent=25, label="Đơn vị xuất sắc", needs_level="excellent")
    quota = {**QUOTA, "scopes": ["agency"], "raised": raised}
    decision = {"agency": "CQ", "by": "Tỉnh ủy", "reason": "Nổi trội", **({"unit": unit} if unit else {})}
    (cell,) = cells(quota, crowd(3, 12), quota_raises=[decision])
    assert (cell.places, said in cell.finding.sentence_vi) == (places, True)


def test_those_under_one_parent_and_only_the_roles_it_counts() -> None:
    people = crowd(2, 10, parent="TINH")
    (cell,) = cells({**QUOTA, "scopes": ["parent"]}, people)
    assert (cell.agency, cell.parent, cell.base, cell.places) == ("CQ", "TINH", 10, 2)
    heads = {**QUOTA, "scopes": ["agency"], "roles": ["head"]}
    assert cells(heads, people) == ()
    people.append(person("HEAD", marks={"all": 95}, agency="CQ", leadership="head"))
    assert counted(cells(heads, people)[0]) == (0, 1, 0, 0, True)


def test_those_without_a_stated_group_or_parent_are_counted_all_the_same() -> None:
    """QĐ 366 counts by group alone: a file that names no group is no file without a quota."""
    people = crowd(2, 4)
    (grouped,) = cells({**QUOTA, "scopes": ["group"]}, people)
    assert (grouped.agency, grouped.group, *counted(grouped)) == ("CQ", None, 4, 2, 0, 1, True)
    assert "chưa ghi" in grouped.finding.sentence_vi
    (under,) = cells({**QUOTA, "scopes": ["parent"]}, people)
    assert (under.parent, under.exceeded) == (None, True)
    agency_alone = cells(QUOTA, people)
    assert [cell.finding.id for cell in agency_alone] == ["quota.excellent.CQ"]


def test_one_quota_of_two_schemes_is_one_quota() -> None:
    made = book(
        scheme(quotas=[QUOTA], roles=["none"]), scheme(id="t", quotas=[{**QUOTA, "label": "Khác"}], roles=["head"])
    )
    people = [*crowd(1, 10), person("H", marks={"all": 95}, agency="CQ", leadership="head")]
    found = run(made, *people).quotas
    assert [(cell.base, cell.at_level) for cell in found] == [(10, 2)]


def test_undecided_subjects_are_said() -> None:
    (cell,) = cells({**QUOTA, "scopes": ["agency"]}, [*crowd(1, 5), person("?", agency="CQ")])
    assert cell.undecided == ("?",)
    assert "con số có thể thay đổi" in cell.finding.sentence_vi


@pytest.mark.parametrize("rounding", ["floor", "half_up", "up"])
@pytest.mark.parametrize("falls", [-1, 0, 1])
@pytest.mark.parametrize("share", [Fraction(1, 5), Fraction(1, 4), Fraction(2, 5), Fraction(3, 2)])
def test_the_stable_number_is_the_largest_that_fits(rounding: Any, falls: int, share: Fraction) -> None:
    for at_level in range(9):
        for base in range(at_level if falls < 0 else 0, 14):
            top, bases = np.array([at_level]), np.array([base])
            places = places_of(bases, share, rounding)
            found = int(stable_of(top, bases, places, share, rounding, falls)[0])
            fits = [
                kept
                for kept in range(at_level + 1)
                if kept <= int(places_of(np.array([base + falls * (at_level - kept)]), share, rounding)[0])
            ]
            wanted = max(fits, default=0) if at_level > int(places[0]) else int(places[0])
            assert found == wanted, (at_level, base)


KINDS = ["collective", "civil_servant"]
STAGES = [c(id=name, label=f"Bước {name}", step="review", subjects=KINDS) for name in ("first", "then", "sum")]
EDGES = [
    c(id="team", label="Tập thể trước", first="first", then="then", link="collective"),
    c(id="work", label="Công chức trước", first="first", then="sum", link="same"),
    c(id="all", label="Xong hết", first="then", then="sum", link="any"),
]
ORDER = book(scheme(relations=[c(id="collective", label="Tập thể")]), stages=STAGES, precedence=EDGES)


def steps(*taken: str) -> list[dict[str, str]]:
    return [{"step": step.split(":")[0], "subject": step.split(":")[1]} for step in taken]


@pytest.mark.parametrize(
    ("taken", "refused"),
    [
        (("first:team", "then:A"), []),
        (("then:A", "first:team", "then:A"), ["then:A"]),
        (("first:A", "then:A"), ["then:A"]),
        (("then:team",), []),
        (("first:B", "first:team", "then:A", "then:B", "then:team", "sum:A"), []),
        (("first:team", "then:A", "sum:A"), ["sum:A"]),
    ],
)
def test_a_step_taken_early_is_refused_and_not_done(taken: tuple[str, ...], refused: list[str]) -> None:
    people = [
        person("team", kind="collective", marks={"all": 80}),
        person("A", marks={"all": 80}, person="P", related={"collective": {"id": "team"}}),
        person("B", marks={"all": 80}, person="P"),
    ]
    found = run(ORDER, *people, steps=steps(*taken)).findings
    assert [dict(item.inputs)["Bước"] for item in found] == refused
    for item in found:
        assert (item.effect, item.cite[0].article) == ("refused", "Điều 1")


def test_unknown_steps_and_subjects() -> None:
    with pytest.raises(CaseError, match="không có bước “nap”"):
        run(ORDER, person(marks={"all": 1}), steps=steps("nap:A"))
    with pytest.raises(CaseError, match="không có mã này"):
        run(ORDER, person(marks={"all": 1}), steps=steps("first:Z"))


def test_a_step_that_its_subject_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(CaseError, match=r"“B” không có bước “sum”\. Bước của đối tượng này: rating_s"):
        run(ORDER, person("B", kind="agency", marks={"all": 1}), steps=steps("sum:B"))
    with pytest.raises(CaseError, match="bộ quy tắc này không ghi trình tự"):
        run(book(scheme(periods=["month"])), person(marks={"all": 1}), steps=steps("sum:A"))


def test_everything_that_holds_a_step_back_is_said_with_its_words() -> None:
    people = [person("team", kind="collective"), person("A", person="P", related={"collective": {"id": "team"}})]
    (early,) = run(ORDER, *people, person("B", person="P"), steps=steps("sum:A")).findings
    assert early.id == "precedence.work.A"
    assert "“Bước sum”: phải xong bước “Bước first” cho B. Công chức trước; phải xong bước “Bước then” cho" in (
        early.sentence_vi
    )
    assert dict(early.inputs)["Còn chờ"] == "B, team"


def of_a_head(word: str, day: str) -> tuple[str, ...]:
    """Steps refused where somebody is reviewed by this word without the review in the cell."""
    made = load_book("party/qd-366-2025")
    assert isinstance(made, SchemeBook)
    people = [
        {"id": "BT", "kind": "leader", "leadership": "head", "person": "P"},
        {"id": "DV", "kind": "party_member", "leadership": "head", "person": "P"},
    ]
    year = {"kind": "year", "year": int(day[:4])}
    file = {"title": "t", "period": year, "rating_date": day, "subjects": people, "steps": steps(f"{word}:BT")}
    return tuple(item.id for item in rate_case(made, parse_case(json.dumps(file).encode())).findings if item.cite)


def test_a_stage_left_open_holds_by_its_own_words_and_no_step_by_them() -> None:
    assert of_a_head("review_in_leadership", "2025-12-20")[-1:] == ("precedence.cell_first.BT",)
    assert not [one for one in of_a_head("review_head", "2025-12-20") if one.startswith("precedence")]


def pay(*rows: dict[str, Any], **keys: Any) -> Any:
    table = c(id="extra", label="Thu nhập tăng thêm", base_label="Lương", paid="Hằng tháng", rows=list(rows), **keys)
    fund = c(id="bonus", label="Quỹ thưởng", of_label="Quỹ lương", percent=10)
    return book(scheme(), tables=[table], funds=[fund])


def paid(made: Any, mark: int, base: int | None = 3_000_001, **keys: Any) -> Any:
    facts = {} if base is None else {"pay": {"base": base}}
    outcome = run(made, person(marks={"all": mark}, **facts), **keys).outcomes["A"]
    return next((item for item in outcome.findings if item.id == "money.extra"), None)


def test_money_by_level_is_exact() -> None:
    made = pay(
        {"level": "excellent", "coefficient": "0.5", "floor": 1_500_000},
        {"level": "good", "percent_of_best": 80, "at_most": True},
        {"level": "complete", "coefficient": "open"},
    )
    best = paid(made, 95)
    assert best.value == Fraction("1500000.5")
    assert "không nói làm tròn" in best.sentence_vi
    floor = paid(made, 95, 2_000_000)
    assert (floor.value, floor.effect) == (1_500_000, "capped")
    good = paid(made, 75, 4_000_000)
    assert (good.value, "tối đa" in good.sentence_vi) == (1_600_000, True)
    assert paid(made, 75, None).value is None
    assert (paid(made, 55).effect, paid(made, 55).value) == ("left_open", None)
    assert paid(made, 10) is None
    assert paid(made, 95, None).value is None


def test_a_table_holds_for_its_days_and_kinds() -> None:
    rows = [{"level": "excellent", "coefficient": 1}]
    assert paid(pay(*rows, until="2025-01-01"), 95) is None
    assert paid(pay(*rows, since="2026-01-01"), 95) is None
    assert paid(pay(*rows, kinds=["cadre"]), 95) is None
    assert paid(pay({**rows[0], "kinds": ["cadre"]}), 95) is None
    assert paid(pay(*rows), 95).value == 3_000_001


def test_a_percent_of_the_best_amount_where_that_is_the_base() -> None:
    made = pay({"level": "excellent", "percent_of_best": 100}, {"level": "good", "percent_of_best": 80})
    assert paid(made, 75, 6_000_000).value == 4_800_000
    unknown = pay({"level": "excellent", "coefficient": "open"}, {"level": "good", "percent_of_best": 80})
    assert paid(unknown, 75).value is None


def test_funds() -> None:
    funds = [{"agency": "UB", "fund": "bonus", "amount": 1_200_000_005}, {"agency": "X", "fund": "other", "amount": 1}]
    (found,) = run(pay(), person(marks={"all": 1}), salary_funds=funds).findings
    assert (found.id, found.value) == ("fund.bonus.UB", Fraction("120000000.5"))
    assert "1.200.000.005 đồng" in found.sentence_vi
