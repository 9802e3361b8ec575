"""Open places: questions, readings that agree, decisions, and points that only an agency can fill."""

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
    point,
    scheme,
    score_from,
    share,
)
from thuocdo.engine import CaseError
from thuocdo.engine.schemes.compiling import compile_scheme
from thuocdo.engine.schemes.rate import combinations

BOUND = (
    level("good", score_from("open")),
    level("complete", {"test": "score", "label": "Dưới", "below": "open"}),
)
PLACES = ["s.levels.good.score.at_least", "s.levels.complete.score.below"]
EIGHTY = point(
    "bound_80",
    PLACES,
    eighty_is_good={PLACES[0]: 80, PLACES[1]: 80},
    eighty_is_complete={"s.levels.good.score.more_than": 80, "s.levels.complete.score.at_most": 80},
)
OPEN = book(scheme(levels=list(BOUND)), points=[EIGHTY])


def test_readings_matter_only_at_the_bound_they_differ_on() -> None:
    asked = one(OPEN, marks={"all": 80})
    assert (asked.kind, [q.id for q in asked.open_points]) == ("needs_decision", ["bound_80"])
    assert [(r.id, r.band, r.confidence) for r in asked.open_points[0].readings] == [
        ("eighty_is_good", "good", "I"),
        ("eighty_is_complete", "complete", "I"),
    ]
    assert asked.finding("open.bound_80").effect == "left_open"
    for mark, code in (("80.01", "good"), ("79.99", "complete")):
        agreed = one(OPEN, marks={"all": mark})
        assert (agreed.level, agreed.finding("open.bound_80").effect) == (code, "readings_agree")
        assert agreed.score is not None
    assert one(OPEN).missing == ("marks.all",)


def test_a_point_without_readings_leaves_the_level_itself_to_the_authority() -> None:
    made = book(scheme(levels=list(BOUND)), points=[point("bound_80", PLACES)])
    asked = one(made, marks={"all": 80})
    assert (asked.kind, asked.left_whole, asked.within) == ("needs_decision", True, ("good", "complete"))
    assert not one(made).left_whole, "facts are missing: nobody decides yet"
    assert not one(OPEN, marks={"all": 80}).left_whole, "a reading is chosen there"
    assert (one(OPEN, marks={"all": 81}).left_whole, one(OPEN, marks={"all": 81}).within) == (False, ("good",))


def test_a_decision_settles_a_point_for_one_subject() -> None:
    settled = one(OPEN, marks={"all": 80}, decisions={"bound_80": decided("eighty_is_good")})
    assert (settled.level, settled.finding("open.bound_80").effect) == ("good", "settled_by_decision")
    assert one(OPEN, marks={"all": 81}, decisions={"bound_80": decided("eighty_is_good")}).level == "good"
    with pytest.raises(CaseError, match="Chọn: eighty_is_good, eighty_is_complete"):
        one(OPEN, marks={"all": 80}, decisions={"bound_80": decided("other")})


def test_a_decision_on_what_is_not_at_issue_is_refused() -> None:
    made = book(
        scheme(
            levels=list(BOUND),
            facts=flags("breach"),
            not_rated=[c(id="breach", label="Vi phạm", when=[flag("breach")])],
        ),
        points=[EIGHTY],
    )
    with pytest.raises(CaseError, match="không có gì phải quyết định"):
        one(made, facts={"breach": True}, marks={"all": 80}, decisions={"bound_80": decided("eighty_is_good")})


def test_a_point_without_readings_waits_for_the_agency() -> None:
    made = book(
        scheme(score=c(label="Tổng", max=100, groups=[group("all", "open"), group("bonus", "open", bonus=True)])),
        points=[point("maxima", ["s.score.groups.all.max"]), point("bonus", ["s.score.groups.bonus.max"])],
    )
    asked = one(made, marks={"all": 80})
    assert [q.id for q in asked.open_points] == ["maxima"]
    assert asked.open_points[0].readings == ()
    both = one(made, marks={"all": 80, "bonus": 2})
    assert [q.id for q in both.open_points] == ["maxima", "bonus"]
    assert both.finding("score.bonus").effect == "left_open"


def test_one_listed_reading_is_no_agreement() -> None:
    made = book(
        scheme(rollup=c(label="Năm", periods=["year"], parts="months", method="open")),
        points=[point("year_method", ["s.rollup.method"], mean={"s.rollup.method": "mean"})],
    )
    months = [{"month": 1, "score": 95}]
    asked = one(made, months=months)
    assert (asked.kind, asked.open_points[0].readings[0].band) == ("needs_decision", "excellent")
    assert one(made, months=months, decisions={"year_method": decided("mean")}).score == 95
    assert one(made, marks={"all": 95}).level == "excellent"


@pytest.mark.parametrize(
    ("place", "test", "facts", "readings"),
    [
        (
            "of",
            share("x", "votes.low", "open", more_than=50),
            {"votes": {"low": 45, "collected": 100, "valid": 80}},
            {"a": ["votes.collected"], "b": ["votes.valid"]},
        ),
        (
            "need",
            {"test": "some", "id": "x", "label": "Một hay cả hai", "need": "open",
             "conditions": [flag("one"), flag("two")]},
            {"facts": {"one": True}},
            {"a": "all", "b": "any"},
        ),
        (
            "exactly",
            {"test": "grades", "id": "x", "label": "Mức", "exactly": "open"},
            {"grades": {"duty": "good"}},
            {"a": "excellent", "b": "good"},
        ),
        (
            "at_least",
            {"test": "number", "id": "x", "label": "Số", "of": "facts.n", "at_least": "open"},
            {"facts": {"n": 5}},
            {"a": 6, "b": 5},
        ),
        (
            "at_least",
            {"test": "absence", "id": "x", "label": "Nghỉ", "reasons": ["sick"], "at_least": "open"},
            {"absences": [{"reason": "sick", "days": 5}]},
            {"a": 6, "b": 5},
        ),
        (
            "when_none",
            share("x", "defects.fixed", "defects.total", at_least=100),
            {"defects": {"fixed": 0, "total": 0}},
            {"a": "fails", "b": "holds"},
        ),
        (
            "when_none",
            {"test": "levels", "id": "x", "label": "Đơn vị", "relation": "units", "at_least_level": "good"},
            {"related": {"units": []}},
            {"a": "fails", "b": "holds"},
        ),
        (
            "share.at_least",
            {"test": "levels", "id": "x", "label": "Đơn vị", "relation": "units", "quantifier": "share",
             "exactly_level": "good", "share": {"at_least": "open"}},
            {"related": {"units": [{"level": "good"}, {"level": "excellent"}]}},
            {"a": 51, "b": "1/2"},
        ),
    ],
)  # fmt: skip
def test_every_kind_of_open_figure(place: str, test: Any, facts: Any, readings: Any) -> None:
    path = f"s.levels.good.x.{place}"
    made = book(
        scheme(
            score=None,
            facts=[*flags("one", "two"), c(id="n", label="Số", kind="count")],
            grades=c(label="Tiêu chí", criteria=[c(slug="duty", label="Nhiệm vụ", group="g")]),
            relations=[c(id="units", label="Đơn vị", many=True)],
            levels=[level("good", test), FOUR[3]],
        ),
        points=[point("p", [path], **{key: {path: value} for key, value in readings.items()})],
    )
    asked = one(made, **facts)
    assert [q.id for q in asked.open_points] == ["p"]
    assert [r.band for r in asked.open_points[0].readings] == ["incomplete", "good"]
    assert one(made, **facts, decisions={"p": decided("b")}).level == "good"


def test_open_forms_of_discipline_matter_only_where_there_is_a_record() -> None:
    path = "s.triggers.punished.records.forms"
    trigger = c(
        id="punished",
        label="Kỷ luật",
        level="incomplete",
        when=[{"test": "discipline", "id": "records", "label": "Có kỷ luật"}],
    )
    made = book(
        scheme(triggers=[trigger]),
        points=[point("forms", [path], any_form={path: ["khien_trach", "canh_cao"]}, grave={path: ["canh_cao"]})],
    )
    record = {"act": "HV1", "side": "party", "effective_date": "2025-05-10", "about": "duty"}
    assert one(made, marks={"all": 95}).level == "excellent"
    asked = one(made, marks={"all": 95}, disciplines=[{**record, "form": "khien_trach"}])
    assert [r.band for r in asked.open_points[0].readings] == ["incomplete", "excellent"]
    agreed = one(made, marks={"all": 95}, disciplines=[{**record, "form": "canh_cao"}])
    assert (agreed.level, agreed.finding("open.forms").effect) == ("incomplete", "readings_agree")


def test_two_points_are_combined() -> None:
    places = ["s.levels.good.score.at_least", "s.levels.good.x.at_least"]
    made = book(
        scheme(levels=[level("good", score_from("open"), share("x", "tasks.done", "tasks.assigned", at_least="open")),
                       FOUR[3]]),
        points=[
            point("p", places[:1], low={places[0]: 70}, high={places[0]: 80}),
            point("q", places[1:], low={places[1]: 70}, high={places[1]: 80}),
        ],
    )  # fmt: skip
    asked = one(made, marks={"all": 75}, tasks={"done": 3, "assigned": 4})
    assert [q.id for q in asked.open_points] == ["p", "q"]
    assert one(made, marks={"all": 75}, tasks={"done": 9, "assigned": 10}).open_points[0].id == "p"
    assert one(made, marks={"all": 69}, tasks={"done": 3, "assigned": 4}).level == "incomplete"
    assert one(made, marks={"all": 80}, tasks={"done": 4, "assigned": 5}).level == "good"


def test_too_many_combinations_show_each_reading_alone() -> None:
    places = [f"s.levels.good.f{n}.at_least" for n in range(7)]
    tests = [
        {"test": "number", "id": f"f{n}", "label": "Số", "of": f"facts.f{n}", "at_least": "open"} for n in range(7)
    ]
    made = book(
        scheme(
            score=None,
            facts=[c(id=f"f{n}", label="Số", kind="count") for n in range(7)],
            levels=[level("good", *tests), FOUR[3]],
        ),
        points=[point(f"p{n}", [path], low={path: 1}, high={path: 2}) for n, path in enumerate(places)],
    )
    plan = compile_scheme(made, "s")
    combos, complete = combinations(plan, tuple(range(7)))
    assert (len(combos), complete) == (8, False)
    asked = one(made, facts={f"f{n}": 2 for n in range(7)})
    assert (asked.kind, len(asked.open_points)) == ("needs_decision", 7)


def test_a_band_needs_the_same_score_under_every_reading() -> None:
    path = "s.score.groups.all.percent_cap"
    made = book(
        scheme(
            result="band",
            score=c(label="Tổng", max=100, groups=[group("all", 50, input="percent", percent_cap="open")]),
            levels=[level("good", score_from(40)), FOUR[3]],
        ),
        points=[point("cap", [path], hundred={path: 100}, more={path: 120})],
    )
    assert [q.id for q in one(made, marks={"all": 110}).open_points] == ["cap"]
    agreed = one(made, marks={"all": 90})
    assert (agreed.kind, agreed.score) == ("scored", 45)
