"""Corners of rating: unknown heights of limits, wide numbers, ragged facts, what has no answer."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
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
    point,
    run,
    scheme,
    score_from,
    share,
)
from tests.unit.engine.schemes.test_columns import subjects
from thuocdo.engine import CaseError, Period, RulebookError, load_book, parse_case, rate_case
from thuocdo.engine.schemes.arrays import columns_from_arrays, quota_counts, ranks_for
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.convert import columns_from_subjects
from thuocdo.engine.schemes.explain import reason_of
from thuocdo.engine.schemes.one import evaluate_one, questions
from thuocdo.engine.schemes.rate import rate_scheme
from thuocdo.engine.schemes.readings import index_of, with_readings
from thuocdo.engine.schemes.truth import TRUE, either_none

PERIOD = Period(kind="year", year=2025)
RELATION = [c(id="collective", label="Tập thể")]
CHOOSES = book(scheme(relations=RELATION, limits=[c(id="head", label="Trần", at_most_of="collective", chooses=True)]))


def test_a_choice_under_a_collective_waits_for_its_level() -> None:
    asked = one(CHOOSES, marks={"all": 95}, related={"collective": {"level": "complete"}})
    assert [reading.id for reading in asked.open_points[0].readings] == ["complete", "incomplete"]
    waiting = one(CHOOSES, marks={"all": 95})
    assert (waiting.missing, waiting.open_points) == (("related.collective",), ())
    chosen = {"head": decided("complete")}
    settled = one(CHOOSES, marks={"all": 95}, related={"collective": {"level": "complete"}}, decisions=chosen)
    assert settled.level == "complete"
    with pytest.raises(CaseError, match="không có gì phải quyết định"):
        one(CHOOSES, marks={"all": 95}, related={"collective": {"level": "incomplete"}}, decisions=chosen)
    better = {"head": decided("good")}
    with pytest.raises(CaseError, match="cao hơn mức trần"):
        one(CHOOSES, marks={"all": 95}, related={"collective": {"level": "complete"}}, decisions=better)


def test_a_collective_that_is_not_rated_gives_no_height() -> None:
    made = book(
        scheme(
            facts=flags("x"),
            relations=RELATION,
            limits=[c(id="head", label="Trần", at_most_of="collective", roles=["head"])],
            not_rated=[c(id="x", label="X", when=[flag("x")])],
        )
    )
    team = person("T", kind="collective", facts={"x": True})
    head = person("H", leadership="head", marks={"all": 95}, related={"collective": {"id": "T"}})
    outcome = run(made, head, team).outcomes["H"]
    assert (outcome.kind, outcome.missing) == ("needs_decision", ()), "its level is not asked for: there is none"
    assert "có đối tượng không xếp loại nên không có mức để so, văn bản không nói" in outcome.reason
    assert "không xếp loại" in outcome.finding("limit.head").sentence_vi
    stated = one(made, leadership="head", marks={"all": 95}, related={"collective": {"not_rated": True}})
    assert (stated.kind, stated.reason) == (outcome.kind, outcome.reason)


def test_missing_facts_of_mitigating_circumstances() -> None:
    test = {"test": "number", "id": "n", "label": "Số", "of": "facts.n", "at_least": 3}
    trigger = c(id="breach", label="Vi phạm", level="incomplete", when=[flag("breach")],
                mitigation=c(label="Tình tiết", when=[test]))  # fmt: skip
    made = book(scheme(facts=[*flags("breach"), c(id="n", label="Số", kind="count")], triggers=[trigger]))
    outcome = one(made, marks={"all": 95}, facts={"breach": True})
    assert (outcome.missing, outcome.finding("trigger.breach").effect) == (("facts.n",), "missing")
    assert one(made, marks={"all": 95}, facts={"breach": True, "n": 2}).level == "incomplete"
    assert one(made, marks={"all": 95}, facts={"breach": True, "n": 3}).open_points[0].id == "breach"


def test_flags_no_record_and_numbers_that_are_not_there() -> None:
    tests = [
        {"test": "discipline", "id": "d", "label": "Kỷ luật"},
        {"test": "number", "id": "n", "label": "Số", "of": "tasks.done", "at_least": 1},
    ]
    made = book(scheme(score=None, levels=[level("good", *tests), FOUR[3]]))
    assert one(made).level == "incomplete"
    assert one(book(scheme(score=None, levels=[level("good", tests[1]), FOUR[3]]))).missing == ("tasks.done",)


def test_counts_and_hundredths_in_one_share() -> None:
    test = share("x", "time.worked_days", "facts.days", at_least="50.5")
    facts = [c(id="days", label="Ngày", kind="count")]
    made = book(scheme(score=None, facts=facts, levels=[level("good", test), FOUR[3]]))
    assert one(made, time={"worked_days": "50.5"}, facts={"days": 100}).level == "good"
    assert one(made, time={"worked_days": "50.49"}, facts={"days": 100}).level == "incomplete"


def test_a_score_against_a_bound_with_a_long_fraction() -> None:
    made = book(scheme(levels=[level("good", score_from("89.00000000000000000001")), FOUR[3]],
                       rollup=c(label="Năm", periods=["year"], parts="months", method="mean")))  # fmt: skip
    months = [{"month": 1, "score": "89"}, {"month": 2, "score": "89.00000000000000000002"}]
    assert one(made, months=months).level == "good"
    assert one(made, months=[months[0]]).level == "incomplete"
    assert one(made, marks={"all": "89"}).level == "incomplete"


def test_a_scale_and_members_together() -> None:
    steps = [{"id": "a", "at_least": 50, "points": 40}, {"id": "b", "below": 50, "points": "open"}]
    scale = c(part=["tasks.done"], of=["tasks.assigned"], steps=steps)
    groups = [group("fixed", 40, scale=scale), group("all", 60)]
    path = "s.score.groups.fixed.scale.b.points"
    made = book(
        scheme(score=c(label="Tổng", max=100, groups=groups, combine="mean_of_members")),
        points=[point("low", [path], none={path: 0}, ten={path: 10})],
    )
    sheets = [{"marker": str(n), "marks": {"all": mark}} for n, mark in enumerate((50, 51, 51))]
    assert one(made, member_marks=sheets, tasks={"done": 5, "assigned": 10}).score == Fraction(272, 3)
    asked = one(made, member_marks=sheets, tasks={"done": 4, "assigned": 10})
    assert (asked.level, asked.score, asked.finding("open.low").effect) == ("complete", None, "readings_agree")
    lacking = one(made, member_marks=[{"marker": "M", "marks": {}}], tasks={"done": 5, "assigned": 10})
    assert lacking.missing == ("member_marks",)


def test_a_share_of_levels_between_two_bounds() -> None:
    test = {"test": "levels", "id": "u", "label": "Đơn vị", "relation": "units", "quantifier": "share",
            "at_least_level": "good", "share": {"at_least": 40, "below": 60}}  # fmt: skip
    relations = [c(id="units", label="Đơn vị", many=True)]
    made = book(scheme(score=None, relations=relations, levels=[level("good", test), FOUR[3]],
                       subject_kinds=["civil_servant"]),
                scheme(id="t", subject_kinds=["unit"]))  # fmt: skip
    units = [{"level": "good"}, {"level": "complete"}]
    assert one(made, related={"units": units}).level == "good"
    waiting = person("U", kind="unit")
    both = run(made, person(related={"units": [*units, {"id": "U"}]}), waiting).outcomes["A"]
    assert both.kind == "needs_decision"
    all_good = [{"level": "good"}] * 8
    assert run(made, person(related={"units": [*all_good, {"id": "U"}]}), waiting).outcomes["A"].level == "incomplete"


def test_one_level_stands_for_a_relation_of_many() -> None:
    test = {"test": "levels", "id": "u", "label": "Đơn vị", "relation": "units", "quantifier": "share",
            "at_least_level": "good", "share": {"at_least": "1/2"}}  # fmt: skip
    relations = [c(id="units", label="Đơn vị", many=True)]
    made = book(scheme(score=None, relations=relations, levels=[level("good", test), FOUR[3]]))
    assert one(made, related={"units": {"level": "good"}}).level == "good"
    assert one(made, related={"units": {"level": "complete"}}).level == "incomplete"


def test_ragged_arrays_of_absences_units_members_and_percents() -> None:
    test = {"test": "absence", "id": "x", "label": "Nghỉ", "reasons": ["sick"], "at_least": 10}
    made = book(
        scheme(
            relations=[c(id="units", label="Đơn vị", many=True)],
            score=c(label="Tổng", max=100, groups=[group("all", 100, input="percent")], combine="mean_of_members",
                    combine_roles=["head"]),
            levels=[level("excellent", score_from(90),
                          {"test": "levels", "id": "u", "label": "Đơn vị", "relation": "units",
                           "at_least_level": "good", "when_none": "holds"}), *FOUR[1:]],
            limits=[c(id="away", label="Nghỉ", when=[test], at_most="good")],
            quotas=[c(id="q", label="Q", level="excellent", base="rated", percent=20, scopes=["agency"],
                      rounding="up")],
        )
    )  # fmt: skip
    plan = compile_scheme(made, "s")
    given: dict[str, Any] = {
        "roles": np.array([0, 1, 0], dtype=np.int8),
        "marks.all": np.array([9500, -1, 9500], dtype=np.int32),
        "members.offsets": np.array([0, 0, 2, 2]),
        "members.marks.all": np.array([9000, 9001], dtype=np.int32),
        "absences.offsets": np.array([0, 1, 1, 1]),
        "absences.reason": np.array([0], dtype=np.int8),
        "absences.days": np.array([1000]),
        "related.units.rank": np.array([0, 2], dtype=np.int8),
        "related.units.offsets": np.array([0, 0, 1, 2]),
    }
    columns = columns_from_arrays(plan, given, PERIOD)
    found = rate_scheme(plan, columns)
    assert [plan.codes[i] for i in found.level] == ["good", "excellent", "good"]
    assert found.score(1) == Fraction("90.005")
    assert len(found) == 3
    rule = made.schemes[0].quotas[0]
    cell = np.zeros(3, dtype=np.int64)
    assert quota_counts(plan, rule, found, cell, 1, "up").places.tolist() == [1]
    staff = rule.model_copy(update={"base": "all_staff"})
    assert quota_counts(plan, staff, found, cell, 1, "floor", np.array([40])).places.tolist() == [8]
    with pytest.raises(KeyError):
        quota_counts(plan, rule.model_copy(update={"base": "leaders"}), found, cell, 1, "up")
    with pytest.raises(CaseError, match="tối đa"):
        columns_from_arrays(plan, {**given, "marks.all": np.array([10_001, 0, 0])}, PERIOD)
    assert rate_scheme(plan, columns.take(np.array([2, 1]))).level.tolist() == [1, 0]


def test_a_related_level_of_another_ladder_is_refused() -> None:
    own = [level("a", score_from(50)), level("b", otherwise=True)]
    made = book(
        scheme(
            relations=RELATION, limits=[c(id="head", label="Trần", at_most_of="collective")], subject_kinds=["unit"]
        ),
        scheme(id="t", subject_kinds=["collective"], levels=own),
    )
    head = person("H", kind="unit", marks={"all": 95}, related={"collective": {"id": "T"}})
    with pytest.raises(CaseError, match="không có trong thang mức"):
        run(made, head, person("T", kind="collective", marks={"all": 60}))


def test_a_test_for_a_level_that_the_scheme_cannot_know() -> None:
    test = {"test": "levels", "id": "u", "label": "Đơn vị", "relation": "collective", "at_least_level": "none"}
    made = book(scheme(relations=RELATION, levels=[level("good", test), FOUR[3]]))
    with pytest.raises(RulebookError, match="“none” không có trong thang mức"):
        compile_scheme(made, "s")


def test_readings_by_name() -> None:
    path = "s.levels.good.score.at_least"
    listed = point("p", [path], low={path: 70})
    made = book(scheme(levels=[level("good", score_from("open")), FOUR[3]]), points=[listed])
    assert with_readings(made, {}) is made
    with pytest.raises(KeyError):
        index_of(made.open_points[0], "none")
    with pytest.raises(KeyError):
        with_readings(made, {"p": "none"})


def test_a_settled_point_is_not_decided_again() -> None:
    path = "s.levels.good.score.at_least"
    listed = point("p", [path], low={path: 70}, high={path: 80})
    made = with_readings(
        book(scheme(levels=[level("good", score_from("open")), FOUR[3]]), points=[listed]), {"p": "low"}
    )
    assert one(made, marks={"all": 70}).level == "good"
    with pytest.raises(CaseError, match="đã được quyết định"):
        one(made, marks={"all": 70}, decisions={"p": decided("high")})


def test_an_overlay_s_choice_is_a_finding() -> None:
    path = "s.levels.good.score.at_least"
    listed = point("p", [path], low={path: 70}, high={path: 80})
    made = with_readings(
        book(scheme(levels=[level("good", score_from("open")), FOUR[3]]), points=[listed]), {"p": "low"}
    )
    settled = {"p": replace(made.settled["p"], by="Chủ tịch", reason="Có lý do", overlay="overlays/x")}
    laid = replace(made, settled=settled, overlay_titles={"overlays/x": "Quy chế X"})
    found = one(laid, marks={"all": 70}).finding("open.p")
    assert (found.effect, "Quy chế X" in found.sentence_vi) == ("settled_by_overlay", True)


def test_a_trigger_and_a_point_of_one_name_take_their_own_answers() -> None:
    path = "s.levels.good.score.at_least"
    made = book(
        scheme(facts=flags("x"), levels=[level("good", score_from("open")), FOUR[3]],
               triggers=[c(id="same", label="Tùy", level="incomplete", when=[flag("x")], discretion=True)]),
        points=[point("same", [path], low={path: 70}, high={path: 80})],
    )  # fmt: skip
    assert one(made, marks={"all": 75}, decisions={"same": decided("low")}).level == "good"
    assert one(made, marks={"all": 95}, facts={"x": True}, decisions={"same": decided("apply")}).level == "incomplete"


def test_a_role_without_a_scheme_says_for_which_roles_there_is_one() -> None:
    made = book(scheme(roles=["head", "deputy"], periods=["year"]))
    said = one(made, leadership="none").reason
    assert "dành cho người đứng đầu (khóa leadership = head), cấp phó (khóa leadership = deputy)." in said
    month = one(made, period={"kind": "month", "year": 2025, "number": 3}, leadership="none")
    assert month.reason.endswith("trong kỳ tháng 3 năm 2025.")


def test_a_reason_is_never_empty() -> None:
    plan = compile_scheme(book(), "s")
    found = evaluate_one(plan, subjects([person()])[0], PERIOD, {})
    bare = replace(found, causes=type(found.causes)(1))
    assert questions(bare) == ()
    assert "cấp có thẩm quyền" in reason_of(bare, ())
    assert plan.level(0).code == "excellent"


def test_a_roll_up_without_scores_waits() -> None:
    rule = c(label="Năm", periods=["year"], parts="quarters", method="mean", left_out=["maternity"])
    made = book(scheme(score=None, rollup=rule))
    outcome = one(made, quarters=[{"quarter": 1, "not_scored": "maternity"}])
    assert (outcome.missing, outcome.finding("rollup.quarter.1").effect) == (("quarters",), "not_triggered")
    assert one(made).missing == ("quarters",)
    assert one(made, quarters=[{"quarter": 1, "score": 80}, {"quarter": 2, "score": 100}]).score == 90


def test_levels_of_rated_rows_only_reach_the_next_wave() -> None:
    plan = compile_scheme(book(), "s")
    given = {"roles": np.zeros(2, dtype=np.int8), "marks.all": np.array([9500, -1], dtype=np.int64)}
    assert ranks_for(rate_scheme(plan, columns_from_arrays(plan, given, PERIOD)), plan).tolist() == [0, -1]


def batch(made: Any, *people: dict[str, Any]) -> Any:
    plan = compile_scheme(made, "s")
    return plan, rate_scheme(plan, columns_from_subjects(plan, subjects(list(people)), PERIOD))


def test_points_without_readings_are_marked_in_columns() -> None:
    maxima = book(
        scheme(score=c(label="Tổng", max=100, groups=[group("all", "open")])),
        points=[point("maxima", ["s.score.groups.all.max"])],
    )
    _, found = batch(maxima, person(marks={"all": 5}), person("B"))
    assert found.open[:, 0].tolist() == [True, False]
    rolled = book(
        scheme(rollup=c(label="Năm", periods=["year"], parts="months", method="open")),
        points=[point("method", ["s.rollup.method"])],
    )
    _, found = batch(rolled, person(months=[{"month": 1, "score": 5}]), person("B", marks={"all": 95}))
    assert (found.open[:, 0].tolist(), found.kind.tolist()) == ([True, False], [2, 0])


def test_readings_agree_in_columns_without_a_score() -> None:
    path = "s.levels.good.x.at_least"
    made = book(
        scheme(
            score=None, levels=[level("good", share("x", "tasks.done", "tasks.assigned", at_least="open")), FOUR[3]]
        ),
        points=[point("p", [path], low={path: 50}, high={path: 60})],
    )
    counts = [person(f"P{n}", tasks={"done": n, "assigned": 10}) for n in (4, 5, 6)]
    plan, found = batch(made, *counts)
    assert [plan.codes[i] if i >= 0 else None for i in found.level] == ["incomplete", None, "good"]
    assert found.open[:, 0].tolist() == [False, True, False]


def test_scores_beyond_64_bits_in_columns() -> None:
    made = book(scheme(rollup=c(label="Năm", periods=["year"], parts="months", method="mean")))
    months = [{"month": n, "score": f"{90 * d}/{d}"} for n, d in ((1, 10**9 + 7), (2, 10**9 + 9), (3, 998244353))]
    months[0]["score"] = f"{90 * (10**9 + 7) + 1}/{10**9 + 7}"
    _, found = batch(made, person(months=months), person("B", marks={"all": 90}))
    assert found.score(0) == 90 + Fraction(1, 3 * (10**9 + 7))
    assert found.score(1) == 90
    plan = compile_scheme(made, "s")
    given = {
        "roles": np.zeros(1, dtype=np.int8),
        "parts.num": np.array([[90 * 1009, 90 * 1013]]),
        "parts.den": np.array([[1009, 1013]]),
        "parts.state": np.array([[1, 1]], dtype=np.int8),
    }
    assert rate_scheme(plan, columns_from_arrays(plan, given, PERIOD)).score(0) == 90


def test_columns_that_are_not_there() -> None:
    made = book(
        scheme(
            facts=flags("x"),
            levels=[level("good", flag("x", **{"is": False}), score_from(50)), FOUR[3]],
            limits=[c(id="d", label="Kỷ luật", when=[{"test": "discipline", "id": "d", "label": "Kỷ luật"}],
                      at_most="incomplete")],
        )
    )  # fmt: skip
    plan = compile_scheme(made, "s")
    given = {"roles": np.zeros(1, dtype=np.int8), "marks.all": np.array([9500])}
    assert rate_scheme(plan, columns_from_arrays(plan, given, PERIOD)).level.tolist() == [0]


def test_parts_above_their_group_and_percents_without_a_cap() -> None:
    parts = [c(slug="p1", label="Một", max=60), c(slug="p2", label="Hai", max=60)]
    made = book(scheme(score=c(label="Tổng", max=100, groups=[group("all", 100, parts=parts)])))
    with pytest.raises(CaseError, match="quá tối đa 100 điểm"):
        one(made, marks={"p1": 60, "p2": "40.01"})
    assert one(made, marks={"p1": 60, "p2": 40}).score == 100
    percents = book(scheme(score=c(label="Tổng", max=100, groups=[group("all", 100, input="percent")])))
    assert "được 50 điểm" in one(percents, marks={"all": 50}).finding("score.all").sentence_vi


def test_a_scale_under_an_open_maximum() -> None:
    scale = c(part=["tasks.done"], of=["tasks.assigned"], steps=[{"id": "a", "points": 40}])
    made = book(
        scheme(score=c(label="Tổng", max=100, groups=[group("all", "open", scale=scale)])),
        points=[point("maxima", ["s.score.groups.all.max"])],
    )
    assert [q.id for q in one(made, tasks={"done": 1, "assigned": 2}).open_points] == ["maxima"]


def test_a_choice_before_the_collective_is_known_is_refused() -> None:
    with pytest.raises(CaseError, match="không có gì phải quyết định"):
        one(CHOOSES, marks={"all": 95}, decisions={"head": decided("good")})


def test_the_gap_does_not_excuse_another_decision() -> None:
    made = book(
        scheme(
            facts=flags("x"),
            levels=[
                level("good", score_from(50)),
                level("incomplete", {"test": "score", "label": "Dưới", "below": 40}),
            ],
            triggers=[c(id="x", label="Tùy", level="incomplete", when=[flag("x")], discretion=True)],
        )
    )
    with pytest.raises(CaseError, match="không có gì phải quyết định"):
        one(made, marks={"all": 45}, decisions={"x": decided("waive")})
    assert one(made, marks={"all": 45}).open_points[0].id == "gap"


def test_one_collective_that_has_no_level() -> None:
    test = {"test": "levels", "id": "u", "label": "Tập thể", "relation": "collective", "at_least_level": "good"}
    made = book(
        scheme(facts=flags("x"), relations=RELATION, levels=[level("good", test), FOUR[3]], score=None,
               not_rated=[c(id="x", label="X", when=[flag("x")])], quotas=[
                   c(id="q", label="Q", level="good", base="rated", percent=20, scopes=["agency"], rounding="floor")]),
    )  # fmt: skip
    team = person("T", kind="collective", facts={"x": True}, agency="KHAC")
    found = run(made, person(related={"collective": {"id": "T"}}), team)
    outcome = found.outcomes["A"]
    assert (outcome.kind, outcome.missing) == ("needs_decision", ())
    assert "không xếp loại" in outcome.finding("level.good.u").sentence_vi
    assert [cell.agency for cell in found.quotas] == [""]


def test_a_bound_with_a_large_denominator() -> None:
    test = share("x", "tasks.done", "tasks.assigned", at_least="1/1048583", below="1048582/1048583")
    made = book(scheme(score=None, levels=[level("good", test), FOUR[3]]))
    assert one(made, tasks={"done": 1, "assigned": 1_048_583}).level == "good"
    assert one(made, tasks={"done": 1, "assigned": 1_048_584}).level == "incomplete"
    assert one(made, tasks={"done": 1_048_582, "assigned": 1_048_583}).level == "incomplete"


def test_where_there_is_always_something_to_take_a_share_of() -> None:
    for word in ("holds", "fails", "open"):
        assert either_none(TRUE, False, word) == TRUE


def test_votes_that_are_given_were_held() -> None:
    """QĐ 366 Điều 11: more than half low votes; nobody has to say beside them that a vote was held."""
    file = {
        "title": "Phiếu tín nhiệm trong năm",
        "rulebook": "party/qd-366-2025",
        "period": {"kind": "year", "year": 2026},
        "subjects": [
            {
                "id": "L",
                "kind": "leader",
                "leadership": "head",
                "marks": {"general": 28, "results": 66},
                "led": {"assigned": 40, "done": 40, "late": 0, "above": 12, "failing": 0},
                "defects": {"total": 0, "fixed": 0},
                "related": {"units": []},
                "votes": {"collected": 100, "valid": 100, "high": 30, "medium": 19, "low": 51},
            }
        ],
    }
    book = load_book("party/qd-366-2025")
    assert rate_case(book, parse_case(json.dumps(file).encode())).outcomes["L"].level == "incomplete"
    file["subjects"][0]["facts"] = {"vote_held": False}  # type: ignore[index]
    with pytest.raises(CaseError, match="ghi là không có, nhưng tệp có mục votes"):
        rate_case(book, parse_case(json.dumps(file).encode()))


def test_what_the_kind_says_is_not_stated() -> None:
    """QĐ 366 Điều 5 speaks of members only: whose capacity it is follows from the kind."""
    case = parse_case(Path("src/rulebooks/party/qd-366-2025/cases/member-with-post-not-rated.toml"))
    told = case.subjects[0].model_copy(update={"facts": {"as_member": True}})
    with pytest.raises(CaseError, match="suy từ loại đối tượng"):
        rate_case(load_book("party/qd-366-2025"), case.model_copy(update={"subjects": (told,)}))
