"""One by one equals all at once; columns from arrays; the explanation adds up to the score."""

import json
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.unit.engine.schemes import test_rating_open
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
from thuocdo.engine import CaseError, Period, SchemeBook, parse_case
from thuocdo.engine.schemes import rate as rate_module
from thuocdo.engine.schemes.arrays import columns_from_arrays, quota_counts, ranks_for
from thuocdo.engine.schemes.columns import UNKNOWN, UNRATED
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.convert import columns_from_subjects
from thuocdo.engine.schemes.rate import rate_scheme

PERIOD = Period(kind="year", year=2025)
MANY = book(
    scheme(
        facts=[*flags("breach", "excuse", "away"), c(id="n", label="Số", kind="count")],
        relations=[c(id="collective", label="Tập thể"), c(id="units", label="Đơn vị", many=True)],
        score=c(
            label="Tổng",
            max=100,
            groups=[group("all", 90), group("bonus", 10, bonus=True)],
            combine="mean_of_members",
            combine_roles=["head"],
        ),
        rollup=c(label="Năm", periods=["year"], parts="months", method="mean"),
        levels=[
            level("excellent", score_from(90), share("a", "tasks.above", "tasks.assigned", at_least=30)),
            level("good", score_from(70), {"test": "levels", "id": "u", "label": "Đơn vị", "relation": "units",
                                           "at_least_level": "good", "when_none": "holds"}),
            *FOUR[2:],
        ],
        triggers=[
            c(id="breach", label="Vi phạm", level="incomplete", when=[flag("breach")],
              mitigation=c(label="Khách quan", when=[flag("excuse")])),
            c(id="punished", label="Kỷ luật", level="complete",
              when=[{"test": "discipline", "id": "d", "label": "Kỷ luật"}]),
        ],
        not_rated=[c(id="short", label="Ngắn", when=[{"test": "number", "id": "m", "label": "Tháng",
                                                      "of": "time.months_worked", "below": 6}])],
        limits=[
            c(id="head", label="Trần", at_most_of="collective", roles=["head", "deputy"]),
            c(id="away", label="Nghỉ", at_most="complete", chooses=True,
              when=[{"test": "absence", "id": "x", "label": "Nghỉ", "reasons": ["sick"], "at_least": 10}]),
        ],
    )
)  # fmt: skip


def somebody(number: int) -> dict[str, Any]:
    """Facts with holes, dense around the bounds."""
    draw = random.Random(number)
    role = draw.choice(["none", "none", "head", "deputy"])
    found = person(f"P{number}", leadership=role, time={"months_worked": draw.choice(["5.99", 6, 12])})
    if draw.random() < 0.9:
        found["tasks"] = {"assigned": 10, "above": draw.choice([2, 3, 4])}
    marks = {"all": draw.choice(["50", "69.99", "70", "80", "89.99", "90"])}
    if draw.random() < 0.4:
        marks["bonus"] = draw.choice(["0.01", "10"])
    if role == "head":
        sheets = [{"marker": str(n), "marks": {"all": draw.choice(["80", "90"])}} for n in range(draw.randint(0, 3))]
        found["member_marks"] = sheets
    elif draw.random() < 0.2:
        found["months"] = [{"month": n, "score": draw.choice(["90", "270001/3000", "89"])} for n in (1, 2)]
    elif draw.random() < 0.9:
        found["marks"] = marks
    found["facts"] = {"breach": draw.random() < 0.1, "excuse": draw.random() < 0.5}
    found["related"] = {"units": [{"level": draw.choice(["good", "complete"])} for _ in range(draw.randint(0, 2))]}
    if role != "none" and draw.random() < 0.8:
        found["related"]["collective"] = {"level": draw.choice(["excellent", "good", "incomplete"])}
    if draw.random() < 0.2:
        found["absences"] = [{"reason": "sick", "days": draw.choice(["9.99", "10"])}]
        if draw.random() < 0.5 and found["absences"][0]["days"] == "10":
            found["decisions"] = {"away": decided("incomplete")}
    if draw.random() < 0.1:
        found["disciplines"] = [{"act": "H", "form": "canh_cao", "side": "party", "effective_date": "2025-05-10",
                                 "about": "duty"}]  # fmt: skip
    return found


def subjects(people: list[dict[str, Any]]) -> Any:
    file = {"title": "Thử", "period": {"kind": "year", "year": 2025}, "subjects": people}
    return parse_case(json.dumps(file).encode()).subjects


def fine(made: SchemeBook, people: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any]]:
    """Those whose decisions are at issue, with their outcomes one by one."""
    found = []
    for item in people:
        try:
            found.append((item, run(made, item).outcomes[item["id"]]))
        except CaseError as error:
            assert "không có gì phải quyết định" in str(error)  # noqa: PT017
    return found


@pytest.mark.parametrize("span", [7, 16_384])
def test_one_by_one_equals_all_at_once(span: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_module, "ROWS_AT_ONCE", span)
    pairs = fine(MANY, [somebody(number) for number in range(300)])
    plan = compile_scheme(MANY, "s")
    found = rate_scheme(plan, columns_from_subjects(plan, subjects([item for item, _ in pairs]), PERIOD))
    kinds = ("rated", "not_rated", "needs_decision")
    assert {outcome.kind for _, outcome in pairs} == set(kinds)
    for row, (_, outcome) in enumerate(pairs):
        code = plan.codes[found.level[row]] if found.level[row] >= 0 else None
        assert (kinds[found.kind[row]], code, found.score(row)) == (outcome.kind, outcome.level, outcome.score)


def test_open_points_are_marked_row_by_row() -> None:
    made = test_rating_open.OPEN
    plan = compile_scheme(made, "s")
    people = [person(f"P{n}", marks={"all": mark}) for n, mark in enumerate(("79", "80", "81"))]
    people += [person("D", marks={"all": "80"}, decisions={"bound_80": decided("eighty_is_good")}), person("E")]
    found = rate_scheme(plan, columns_from_subjects(plan, subjects(people), PERIOD))
    assert found.point_ids == ("bound_80",)
    assert found.open[:, 0].tolist() == [False, True, False, False, False]
    assert [plan.codes[i] if i >= 0 else None for i in found.level] == ["complete", None, "good", "good", None]
    assert found.kind.tolist() == [0, 2, 0, 0, 2]


def test_the_groups_of_the_explanation_add_up_to_the_score() -> None:
    for item, outcome in fine(MANY, [somebody(number) for number in range(200)]):
        if outcome.score is None or "months" in item:
            continue
        values = [outcome.finding(f"score.{slug}").value for slug in ("all", "bonus")]
        assert sum(values, Fraction(0)) == outcome.score == outcome.finding("score.total").value


PLAIN = compile_scheme(book(scheme(relations=[c(id="collective", label="Tập thể")],
                                   limits=[c(id="head", label="Trần", at_most_of="collective")])), "s")  # fmt: skip


def arrays(**keys: Any) -> dict[str, Any]:
    plain = {
        "roles": np.zeros(3, dtype=np.int8),
        "marks.all": np.array([9500, 7500, -1], dtype=np.int32),
        "related.collective": np.array([1, 0, 0], dtype=np.int8),
    }
    return {**plain, **keys}


def test_columns_from_arrays() -> None:
    found = rate_scheme(PLAIN, columns_from_arrays(PLAIN, arrays(), PERIOD))
    assert [PLAIN.codes[i] if i >= 0 else None for i in found.level] == ["good", "good", None]
    assert found.score(0) == 95
    assert found.score(2) is None
    assert ranks_for(found, PLAIN).tolist() == [1, 1, UNKNOWN]
    cell = np.zeros(3, dtype=np.int64)
    rule = book(scheme(quotas=[c(id="q", label="Q", level="excellent", base="levels", base_levels=["good"],
                                 percent=50, scopes=["agency"], rounding="floor")])).schemes[0].quotas[0]  # fmt: skip
    counts = quota_counts(PLAIN, rule, found, cell, 1, "floor")
    assert [int(x[0]) for x in (counts.at_level, counts.base, counts.places, counts.stable)] == [0, 2, 1, 1]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"marks.none": np.zeros(3, dtype=np.int32)}, "không có cột này"),
        ({"marks.all": np.zeros(2, dtype=np.int32)}, "cần 3 dòng"),
        ({"marks.all": np.zeros(3)}, "không phải số nguyên"),
        ({"marks.all": np.array([10_001, 0, 0])}, "tối đa"),
        ({"tasks.done": np.array([10**16, 0, 0])}, "lớn hơn"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes: Any, word: str) -> None:
    with pytest.raises(CaseError, match=word):
        columns_from_arrays(PLAIN, arrays(**changes), PERIOD)


def test_a_level_that_the_next_plan_does_not_know() -> None:
    other = compile_scheme(book(scheme(levels=[level("a", score_from(50)), level("b", otherwise=True)])), "s")
    found = rate_scheme(
        other, columns_from_arrays(other, {k: v for k, v in arrays().items() if "rel" not in k}, PERIOD)
    )
    with pytest.raises(CaseError, match="không có trong thang mức"):
        ranks_for(found, PLAIN)


def test_not_rated_is_handed_on_as_such() -> None:
    rule = c(id="x", label="X", when=[flag("x")])
    plan = compile_scheme(book(scheme(facts=flags("x"), not_rated=[rule])), "s")
    given = {"roles": np.zeros(1, dtype=np.int8), "facts.x": np.ones(1, dtype=np.int8)}
    assert ranks_for(rate_scheme(plan, columns_from_arrays(plan, given, PERIOD)), plan).tolist() == [UNRATED]


def test_every_name_of_a_finding_is_there_once() -> None:
    outcome = one(MANY, marks={"all": 80, "bonus": 9}, time={"months_worked": 12}, tasks={"assigned": 10, "above": 3},
                  related={"units": []})  # fmt: skip
    names = [item.id for item in outcome.findings]
    assert len(names) == len(set(names))
    assert names[-1] == "level"
    assert outcome.to_json() == outcome.to_json()
