"""Score, levels, triggers, not rated and limits of a scheme, at and around every bound."""

from fractions import Fraction
from typing import Any

import pytest

from tests.unit.engine.schemes.made import (
    FOUR,
    book,
    c,
    decided,
    flag,
    flags,
    group,
    level,
    one,
    person,
    run,
    scheme,
    score_from,
    share,
)
from thuocdo.engine import CaseError

PLAIN = book()


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("90", "excellent"),
        ("89.99", "good"),
        ("70", "good"),
        ("69.99", "complete"),
        ("50", "complete"),
        ("49.99", "incomplete"),
        ("0", "incomplete"),
    ],
)
def test_a_bound_belongs_to_the_level_that_names_it(mark: str, code: str) -> None:
    outcome = one(PLAIN, marks={"all": mark})
    assert (outcome.kind, outcome.level, outcome.score) == ("rated", code, Fraction(mark))
    assert outcome.label_vi == f"Mức {code}"
    assert outcome.finding("score.total").value == Fraction(mark)


@pytest.mark.parametrize(
    ("bounds", "shares"),
    [
        ({"at_least": 30}, {(3, 10): True, (29, 100): False, (299, 1000): False}),
        ({"more_than": 30}, {(3, 10): False, (31, 100): True}),
        ({"at_most": "2/3"}, {(2, 3): True, (667, 1000): False, (666, 1000): True}),
        ({"below": "2/3"}, {(2, 3): False, (20, 30): False, (19, 30): True}),
        ({"at_least": 30, "below": 50}, {(3, 10): True, (5, 10): False, (49, 100): True}),
        ({"at_least": "1/1000003"}, {(1, 1_000_003): True, (1, 1_000_004): False}),
    ],
)
def test_shares_are_compared_by_cross_multiplication(bounds: Any, shares: dict[tuple[int, int], bool]) -> None:
    made = book(
        scheme(levels=[level("good", share("x", "tasks.done", "tasks.assigned", **bounds)), FOUR[3]], score=None)
    )
    for (part, whole), holds in shares.items():
        found = one(made, tasks={"done": part, "assigned": whole})
        assert found.level == ("good" if holds else "incomplete"), (part, whole)


@pytest.mark.parametrize(("when_none", "kind", "code"), [
    ("holds", "rated", "good"), ("fails", "rated", "incomplete"), ("open", "needs_decision", None),
])  # fmt: skip
def test_a_share_of_nothing(when_none: str, kind: str, code: str | None) -> None:
    test = share("x", "tasks.done", "tasks.assigned", at_least=30, when_none=when_none)
    outcome = one(book(scheme(levels=[level("good", test), FOUR[3]], score=None)), tasks={"done": 0, "assigned": 0})
    assert (outcome.kind, outcome.level) == (kind, code)
    assert ("Không có gì để tính tỷ lệ" in outcome.reason) == (kind == "needs_decision")
    assert (outcome.left_whole, outcome.open_points) == (kind == "needs_decision", ()), "chosen by the authority"


def test_missing_facts_are_named_only_where_the_result_hangs_on_them() -> None:
    made = book(
        scheme(
            facts=flags("breach"),
            levels=[
                level("excellent", score_from(90), share("a", "tasks.above", "tasks.assigned", at_least=30)),
                *FOUR[1:],
            ],
            triggers=[c(id="breach", label="Vi phạm", level="incomplete", when=[flag("breach")])],
        )
    )
    assert one(made, marks={"all": 95}).missing == ("tasks.above", "tasks.assigned")
    assert one(made, marks={"all": 85}).level == "good"
    assert one(made).missing == ("marks.all", "tasks.above", "tasks.assigned")
    assert "điểm “Nhóm all”" in one(made).reason
    fired = one(made, facts={"breach": True})
    assert (fired.level, fired.score, fired.missing) == ("incomplete", None, ())


def test_conditions_that_join_conditions() -> None:
    made = book(
        scheme(
            score=None,
            facts=flags("a", "b"),
            levels=[
                level("excellent", {"test": "all", "id": "x", "label": "Cả hai", "conditions": [flag("a"), flag("b")]}),
                level("good", {"test": "any", "id": "y", "label": "Một", "conditions": [flag("a"), flag("b")]}),
                level("complete", {"test": "some", "id": "z", "label": "Một", "need": "any",
                                   "conditions": [flag("a", **{"is": False}), flag("b")]}),
            ],
        )
    )  # fmt: skip
    assert one(made, facts={"a": True, "b": True}).level == "excellent"
    assert one(made, facts={"b": True}).level == "good"
    outcome = one(made)
    assert outcome.level == "complete"
    assert outcome.finding("level.complete.a").effect == "met"
    assert outcome.finding("level.good.y").effect == "not_met"


def test_the_worst_trigger_that_fires_fixes_the_level() -> None:
    made = book(
        scheme(
            facts=flags("small", "grave"),
            triggers=[
                c(id="small", label="Nhẹ", level="complete", when=[flag("small")]),
                c(id="grave", label="Nặng", level="incomplete", when=[flag("grave")], roles=["head"]),
            ],
        )
    )
    facts = {"small": True, "grave": True}
    assert one(made, marks={"all": 95}, facts=facts).level == "complete"
    assert one(made, marks={"all": 95}, facts=facts, leadership="head").level == "incomplete"
    assert one(made, marks={"all": 95}).finding("trigger.small").effect == "not_triggered"


def weighing() -> Any:
    mitigation = c(label="Khách quan", when=[flag("excuse")])
    return book(
        scheme(
            facts=flags("breach", "excuse", "choice"),
            triggers=[
                c(id="breach", label="Vi phạm", level="incomplete", when=[flag("breach")], mitigation=mitigation),
                c(id="choice", label="Tùy", level="complete", when=[flag("choice")], discretion=True),
            ],
        )
    )


def test_mitigating_circumstances_and_discretion_ask_the_authority() -> None:
    made = weighing()
    plain = one(made, marks={"all": 95}, facts={"breach": True})
    assert plain.level == "incomplete"
    asked = one(made, marks={"all": 95}, facts={"breach": True, "excuse": True})
    assert (asked.kind, [q.id for q in asked.open_points]) == ("needs_decision", ["breach"])
    assert [(r.id, r.band) for r in asked.open_points[0].readings] == [("apply", "incomplete"), ("waive", "excellent")]
    for reading, code in (("apply", "incomplete"), ("waive", "excellent")):
        facts = {"breach": True, "excuse": True}
        settled = one(made, marks={"all": 95}, facts=facts, decisions={"breach": decided(reading)})
        assert settled.level == code
        found = settled.finding("trigger.breach")
        assert found.effect == "settled_by_decision"
        assert "Chủ tịch" in found.sentence_vi
    assert one(made, marks={"all": 30}, facts={"breach": True, "excuse": True}).level == "incomplete"
    both = one(made, marks={"all": 95}, facts={"choice": True})
    assert both.open_points[0].question_vi.startswith("Tùy")


def test_not_rated_unless() -> None:
    rule = c(
        id="short",
        label="Làm việc dưới 6 tháng",
        when=[{"test": "number", "id": "m", "label": "Dưới 6 tháng", "of": "time.months_worked", "below": 6}],
        unless=[flag("maternity")],
    )
    made = book(scheme(facts=flags("maternity"), not_rated=[rule]))
    out = one(made, marks={"all": 95}, time={"months_worked": "5.99"})
    assert (out.kind, out.reason) == ("not_rated", "Làm việc dưới 6 tháng.")
    assert out.finding("not_rated.short").effect == "not_rated"
    assert one(made, marks={"all": 95}, time={"months_worked": 6}).level == "excellent"
    assert one(made, marks={"all": 95}, time={"months_worked": 5}, facts={"maternity": True}).level == "excellent"
    assert one(made, marks={"all": 95}).missing == ("time.months_worked",)


def test_the_gap_is_decided_and_then_limited() -> None:
    made = book(
        scheme(
            facts=flags("held"),
            levels=[level("excellent", score_from(90), flag("held")), level("good", score_from(70, below=90)),
                    level("incomplete", {"test": "score", "label": "Dưới 70", "below": 70})],
            gap=c(question="Văn bản để trống?", levels=["good", "incomplete"]),
        )
    )  # fmt: skip
    asked = one(made, marks={"all": 95})
    assert (asked.kind, asked.reason.startswith("Văn bản để trống? Điểm đạt mức “")) == ("needs_decision", True)
    assert asked.reason.endswith("”, còn chưa đạt: có held.")
    assert [reading.id for reading in asked.open_points[0].readings] == ["good", "incomplete"]
    settled = one(made, marks={"all": 95}, decisions={"gap": decided("good")})
    assert (settled.level, settled.finding("gap").effect) == ("good", "settled_by_decision")
    with pytest.raises(CaseError, match="Chọn: good, incomplete"):
        one(made, marks={"all": 95}, decisions={"gap": decided("excellent")})
    with pytest.raises(CaseError, match="không có gì phải quyết định"):
        one(made, marks={"all": 80}, decisions={"gap": decided("good")})


def test_two_decisions_say_the_same_of_one_act() -> None:
    first = {"act": "H1", "form": "khien_trach", "side": "party", "effective_date": "2025-03-01", "about": "duty"}
    made, second = book(scheme()), first | {"effective_date": "2025-04-01", "form": "canh_cao"}
    for given, said in (
        ([first, second | {"about": "other"}],
         r"disciplines\.2\.about.*quyết định 2 \(hiệu lực 01/04/2025\) ghi nội dung vi phạm “việc khác”, "
         r"quyết định 1 \(hiệu lực 01/03/2025\) ghi “hoạt động công vụ, nhiệm vụ”, cùng về hành vi H1"),
        ([first | {"act_agency": "former"}, second], "nơi đang công tác.*cơ quan, đơn vị cũ"),
        ([first | {"act_year": 2024}, second, second | {"act_year": 2025}], "định 3.*“2025”, quyết định 1.*“2024”"),
    ):  # fmt: skip
        with pytest.raises(CaseError, match=said):
            one(made, marks={"all": 95}, disciplines=given)
    other = second | {"act": "H2", "about": "other", "act_agency": "former", "act_year": 2024}
    assert one(made, marks={"all": 95}, disciplines=[first | {"act_year": 2025}, second, other]).kind == "rated"


def test_a_limit_lowers_and_never_raises() -> None:
    test = {
        "test": "absence", "id": "x", "label": "Nghỉ", "reasons": ["sick", "other"],
        "of": "time.working_days", "at_least": 50,
    }  # fmt: skip
    made = book(scheme(limits=[c(id="away", label="Nghỉ nửa tháng", when=[test], at_most="complete")]))
    half: dict[str, Any] = {"absences": [{"reason": "sick", "days": "10.5"}, {"reason": "other", "days": "0.5"}]}
    days = {"working_days": 22}
    lowered = one(made, marks={"all": 95}, time=days, **half)
    assert (lowered.level, lowered.finding("limit.away").effect) == ("complete", "lowered")
    assert one(made, marks={"all": 40}, time=days, **half).level == "incomplete"
    assert one(made, marks={"all": 95}, time={"working_days": "22.01"}, **half).level == "excellent"
    assert one(made, marks={"all": 95}).level == "excellent"
    assert one(made, marks={"all": 95}, **half).missing == ("time.working_days",)
    assert one(made, marks={"all": 40}, **half).level == "incomplete"


def test_a_count_of_days_is_a_limit_too() -> None:
    test = {"test": "absence", "id": "x", "label": "Nghỉ", "reasons": ["sick"], "more_than": 10}
    made = book(scheme(limits=[c(id="away", label="Nghỉ", when=[test], at_most="good")]))
    assert one(made, marks={"all": 95}, absences=[{"reason": "sick", "days": 10}]).level == "excellent"
    assert one(made, marks={"all": 95}, absences=[{"reason": "sick", "days": "10.01"}]).level == "good"
    assert one(made, marks={"all": 95}, absences=[{"reason": "other", "days": 20}]).level == "excellent"


def test_the_authority_chooses_among_what_a_limit_leaves() -> None:
    made = book(
        scheme(
            facts=flags("away", "breach"),
            limits=[c(id="away", label="Nghỉ", when=[flag("away")], at_most="complete", chooses=True)],
            triggers=[c(id="breach", label="Vi phạm", level="incomplete", when=[flag("breach")])],
        )
    )
    asked = one(made, marks={"all": 95}, facts={"away": True})
    assert [reading.id for reading in asked.open_points[0].readings] == ["complete", "incomplete"]
    for code in ("complete", "incomplete"):
        settled = one(made, facts={"away": True}, decisions={"away": decided(code)})
        assert (settled.level, settled.finding("limit.away").effect) == (code, "settled_by_decision")
    with pytest.raises(CaseError, match=r"cao hơn mức trần\. Chọn: complete, incomplete"):
        one(made, marks={"all": 95}, facts={"away": True}, decisions={"away": decided("good")})
    assert one(made, marks={"all": 95}, facts={"away": True, "breach": True}).level == "incomplete"


def test_nobody_without_a_scheme_is_rated() -> None:
    outcome = run(PLAIN, person(kind="cadre")).outcomes["A"]
    assert (outcome.kind, outcome.findings[0].id) == ("not_rated", "selection")


def test_a_scheme_that_only_scores() -> None:
    made = book(scheme(levels=[], result="band"))
    outcome = one(made, marks={"all": "88.5"})
    assert (outcome.kind, outcome.band, outcome.score) == ("scored", None, Fraction("88.5"))
    assert one(made).missing == ("marks.all",)
    banded = one(book(scheme(result="band")), marks={"all": 95})
    assert (banded.kind, banded.band, banded.level, banded.year) == ("scored", "excellent", None, False)


def test_seven_levels_need_wider_bits() -> None:
    bounds = [90, 80, 70, 60, 50, 40]
    levels = [level(f"l{bound}", score_from(bound)) for bound in bounds]
    top = c(id="top", label="Trần", when=[flag("held")], at_most="l70")
    made = book(scheme(levels=[*levels, level("l0", otherwise=True)], limits=[top], facts=flags("held")))
    for bound in (*bounds, 0):
        assert one(made, marks={"all": bound}).level == f"l{bound}"
    assert one(made, marks={"all": 95}, facts={"held": True}).level == "l70"


def groups(*found: dict[str, Any]) -> Any:
    return book(scheme(score=c(label="Tổng", max=100, groups=list(found))))


def test_bonus_and_deductions() -> None:
    made = groups(group("all", 70), group("bonus", 10, bonus=True), group("duty", 20, overflow=True))
    full = {"all": 70, "duty": 20}
    assert one(made, marks=full).score == 90
    assert one(made, marks={**full, "bonus": 9}).score == 99
    assert one(made, marks=full, deductions={"all": 70}).score == 20
    assert one(made, marks=full, deductions={"duty": "60.5"}).score == Fraction("29.5")
    found = one(made, marks=full, deductions={"duty": 25}).finding("score.duty")
    assert (found.value, found.effect) == (-5, "deducted")
    with pytest.raises(CaseError, match=r"trừ 70,01 điểm, nhiều hơn 70 điểm"):
        one(made, marks=full, deductions={"all": "70.01"})
    with pytest.raises(CaseError, match="nhiều hơn tổng điểm"):
        one(made, marks=full, deductions={"duty": "90.01"})


def test_percents_of_the_maximum_are_held_to_their_cap() -> None:
    made = groups(group("all", 70, input="percent", percent_cap=120), group("duty", 30))
    outcome = one(made, marks={"all": "130", "duty": 16})
    assert (outcome.score, outcome.finding("score.all").effect) == (100, "capped")
    assert one(made, marks={"all": "33.33", "duty": 0}).score == Fraction("23.331")
    with pytest.raises(CaseError, match="lớn hơn tối đa 100%"):
        one(groups(group("all", 100, input="percent")), marks={"all": 101})


def test_marks_by_part_and_by_role() -> None:
    parts = [c(slug="p1", label="Một", max=60), c(slug="p2", label="Hai", max=40)]
    made = groups(group("all", 100, parts=parts, roles=["none"]), group("lead", 100, roles=["head", "deputy"]))
    outcome = one(made, marks={"p1": 60, "p2": "30.25"})
    assert (outcome.score, outcome.finding("score.p2").value) == (Fraction("90.25"), Fraction("30.25"))
    assert one(made, marks={"p1": 60}).missing == ("marks.p2",)
    assert one(made, marks={"lead": 80}, leadership="head").score == 80
    with pytest.raises(CaseError, match="không có khóa này"):
        one(made, marks={"lead": 80})
    with pytest.raises(CaseError, match="lớn hơn tối đa 60"):
        one(made, marks={"p1": "60.01", "p2": 1})


def test_points_that_follow_from_a_share() -> None:
    steps = [
        {"id": "all", "at_least": 100, "points": 100},
        {"id": "most", "at_least": 80, "below": 100, "points": 70},
        {"id": "few", "below": 50, "points": 0},
    ]
    scale = c(part=["tasks.done"], of=["tasks.assigned"], steps=steps)
    made = groups(group("all", 100, scale=scale))
    for done, points in ((10, 100), (8, 70), (9, 70), (4, 0)):
        assert one(made, tasks={"done": done, "assigned": 10}).score == points
    hole = one(made, tasks={"done": 6, "assigned": 10})
    assert "không thuộc bậc nào" in hole.reason
    assert one(made, tasks={"done": 6}).missing == ("tasks.assigned",)
    assert one(made, tasks={"done": 9, "assigned": 10}).finding("score.all").effect == "counted"


def test_the_mean_of_the_members_sheets_is_exact() -> None:
    score = c(label="Tổng", max=100, groups=[group("all", 90), group("bonus", 10, bonus=True)],
              combine="mean_of_members", combine_roles=["head"])  # fmt: skip
    made = book(scheme(score=score))
    sheets = [{"marker": str(n), "marks": {"all": mark}} for n, mark in enumerate((80, 81, 81))]
    outcome = one(made, leadership="head", member_marks=sheets)
    assert outcome.score == Fraction(242, 3)
    assert outcome.finding("score.all").value == Fraction(242, 3)
    assert one(made, leadership="head").missing == ("member_marks",)
    assert one(made, marks={"all": 90}).score == 90
    with pytest.raises(CaseError, match="trung bình các phiếu"):
        one(made, leadership="head", marks={"all": 90})
    with pytest.raises(CaseError, match="không lấy trung bình"):
        one(made, member_marks=sheets)


def rolling(**keys: Any) -> Any:
    rule = c(
        label="Trung bình", periods=["year", "quarter"], parts="months", method="mean", left_out=["maternity"], **keys
    )
    return book(scheme(rollup=rule))


def test_a_roll_up_is_the_exact_mean_of_what_is_listed() -> None:
    months = [{"month": 1, "score": "269/3"}, {"month": 2, "score": "271/3"}]
    outcome = one(rolling(), months=months)
    assert (outcome.score, outcome.level) == (90, "excellent")
    assert [f.id for f in outcome.findings][:3] == ["rollup.month.1", "rollup.month.2", "rollup.mean"]
    below = one(rolling(), months=[{"month": 1, "score": "269/3"}, {"month": 2, "score": "270999/3000"}])
    assert below.level == "good"
    left = one(rolling(), months=[*months, {"month": 3, "not_scored": "maternity"}])
    assert left.score == 90
    assert one(rolling(), months=[*months, {"month": 3, "not_scored": "other"}]).missing == ("months",)


def test_scores_with_huge_denominators_add_up_exactly() -> None:
    months = [{"month": n, "score": f"{90 * d + (1 if n == 1 else 0)}/{d}"} for n, d in
              zip(range(1, 5), (10**9 + 7, 10**9 + 9, 998244353, 10**9 + 21), strict=True)]  # fmt: skip
    outcome = one(rolling(), months=months)
    assert outcome.score == 90 + Fraction(1, 4 * (10**9 + 7))
    assert outcome.level == "excellent"


def test_what_a_scheme_does_not_use_is_refused() -> None:
    made = PLAIN
    for facts, word in (
        ({"months": [{"month": 1, "score": 5}]}, "không tổng hợp"),
        ({"products": []}, None),
        ({"marks": {"none": 1}}, "không có khóa này"),
        ({"facts": {"none": True}}, "không có khóa này"),
        ({"related": {"none": []}}, "không có khóa này"),
        ({"grades": {"none": "good"}}, "không có khóa này"),
        ({"deductions": {"none": 1}}, "không có khóa này"),
        ({"decisions": {"none": decided("x")}}, "không có khóa này"),
        ({"leadership_factors": {"d": 100}}, "không dùng dữ kiện này"),
    ):
        if word is None:
            assert one(made, marks={"all": 1}, **facts).kind == "rated"
            continue
        with pytest.raises(CaseError, match=word):
            one(made, **facts)
    with pytest.raises(CaseError, match="không nằm trong"):
        run(rolling(), person(months=[{"month": 1, "score": 5}]), period={"kind": "quarter", "year": 2025, "number": 2})


def test_facts_have_the_kind_that_the_scheme_declares() -> None:
    facts = [*flags("yes"), c(id="n", label="Số", kind="count"), c(id="p", label="Phần trăm", kind="percent")]
    test = {"test": "number", "id": "n", "label": "Số", "of": "facts.n", "at_least": 3}
    other = {"test": "number", "id": "p", "label": "Phần trăm", "of": "facts.p", "more_than": "92.5"}
    made = book(scheme(score=None, facts=facts, levels=[level("good", test, other), FOUR[3]]))
    assert one(made, facts={"n": 3, "p": "92.51"}).level == "good"
    assert one(made, facts={"n": 3, "p": "92.5"}).level == "incomplete"
    for given, word in (({"yes": 1}, "true hoặc false"), ({"n": True}, "một số"), ({"n": "2.5"}, "số nguyên")):
        with pytest.raises(CaseError, match=word):
            one(made, facts=given)
