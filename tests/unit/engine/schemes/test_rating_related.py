"""Levels of related subjects, disciplines, grades: waves from below, rings, dates."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.engine.schemes.made import FOUR, book, c, flag, flags, level, one, person, run, scheme
from thuocdo.engine import CaseError

RELATIONS = [c(id="collective", label="Tập thể"), c(id="units", label="Đơn vị", many=True)]


def related(quantifier: str, **keys: Any) -> dict[str, Any]:
    return {"test": "levels", "id": "u", "label": "Các đơn vị", "relation": "units", "quantifier": quantifier, **keys}


def judged(test: dict[str, Any]) -> Any:
    return book(scheme(score=None, relations=RELATIONS, levels=[level("good", test), FOUR[3]]))


def units(*codes: str) -> dict[str, Any]:
    return {"units": [{"level": code} for code in codes]}


@pytest.mark.parametrize(
    ("test", "good", "bad"),
    [
        (related("all", at_least_level="good"), ("excellent", "good"), ("good", "complete")),
        (related("any", exactly_level="incomplete"), ("good", "incomplete"), ("good", "limited")),
        (related("share", at_least_level="good", share={"at_least": 70}), ("good",) * 7 + ("complete",) * 3,
         ("good",) * 69 + ("complete",) * 31),
        (related("share", exactly_level="incomplete", share={"more_than": "1/2"}), ("incomplete",) * 2 + ("good",),
         ("incomplete", "good")),
    ],
)  # fmt: skip
def test_all_any_and_shares_of_related_levels(test: Any, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    assert one(judged(test), related=units(*good)).level == "good"
    assert one(judged(test), related=units(*bad)).level == "incomplete"
    assert one(judged(test)).missing == ("related.units",)
    assert "mức xếp loại của đơn vị" in one(judged(test)).reason


@pytest.mark.parametrize(("when_none", "found"), [("holds", "good"), ("fails", "incomplete"), ("open", None)])
def test_none_related(when_none: str, found: str | None) -> None:
    for test in (related("all", at_least_level="good"), related("any", at_least_level="good")):
        assert one(judged({**test, "when_none": when_none}), related={"units": []}).level == found
    share = related("share", at_least_level="good", share={"at_least": 50}, when_none=when_none)
    assert one(judged(share), related={"units": []}).level == found


TREE = book(
    scheme(relations=RELATIONS, limits=[c(id="head", label="Không cao hơn tập thể", at_most_of="collective")]),
    scheme(id="t", subject_kinds=["party_organisation"], relations=RELATIONS,
           levels=[level("excellent", {"test": "levels", "id": "u", "label": "70%", "relation": "units",
                                       "quantifier": "share", "at_least_level": "good", "share": {"at_least": 70},
                                       "when_none": "holds"}), FOUR[3]], score=None),
)  # fmt: skip


def test_the_level_of_a_collective_is_rated_first_wherever_it_stands_in_the_file() -> None:
    people = [
        person("head", marks={"all": 95}, related={"collective": {"id": "team"}}),
        person("team", kind="collective", marks={"all": 75}, related={"collective": {"level": "excellent"}}),
        {"id": "party", "kind": "party_organisation", "related": {"units": [{"id": "head"}, {"id": "team"}]}},
    ]
    for order in (people, people[::-1]):
        found = run(TREE, *order)
        levels = {one: outcome.level for one, outcome in found.outcomes.items()}
        assert levels == {"head": "good", "team": "good", "party": "excellent"}
        assert list(found.outcomes) == [item["id"] for item in order]
    lowered = found.outcomes["head"].finding("limit.head")
    assert (lowered.effect, "“Mức good”" in lowered.sentence_vi) == ("lowered", True)


def test_an_unknown_collective_matters_unless_nothing_can_fall() -> None:
    waiting = person("team", kind="collective", related={"collective": {"level": "good"}})
    head = {"related": {"collective": {"id": "team"}}}
    found = run(TREE, person("A", marks={"all": 95}, **head), waiting).outcomes["A"]
    assert (found.kind, found.missing) == ("needs_decision", ("related.collective",))
    assert run(TREE, person("A", marks={"all": 10}, **head), waiting).outcomes["A"].level == "incomplete"
    assert one(TREE, marks={"all": 95}).missing == ("related.collective",)


def test_a_ring_is_refused_with_its_path() -> None:
    people = [
        person("a", marks={"all": 95}, related={"collective": {"id": "b"}}),
        person("b", marks={"all": 95}, related={"collective": {"id": "c"}}),
        person("c", marks={"all": 95}, related={"collective": {"id": "b"}}),
    ]
    with pytest.raises(CaseError, match="b → c → b"):
        run(TREE, *people)


def test_relations_that_no_rule_reads_may_form_a_ring() -> None:
    people = [
        person("a", marks={"all": 95}, related={"units": [{"id": "b"}], "collective": {"level": "good"}}),
        person("b", marks={"all": 95}, related={"units": [{"id": "a"}], "collective": {"level": "good"}}),
    ]
    assert {o.level for o in run(TREE, *people).outcomes.values()} == {"good"}


def test_related_subjects_must_be_there_and_fit() -> None:
    with pytest.raises(CaseError, match="không có đối tượng mã “x”"):
        one(TREE, marks={"all": 1}, related={"collective": {"id": "x"}})
    with pytest.raises(CaseError, match="không có trong thang mức"):
        one(TREE, marks={"all": 1}, related={"collective": {"level": "great"}})
    with pytest.raises(CaseError, match="chỉ có một"):
        one(TREE, marks={"all": 1}, related={"collective": [{"level": "good"}, {"level": "good"}]})
    with pytest.raises(CaseError, match="đúng một trong ba"):
        one(TREE, marks={"all": 1}, related={"collective": {"level": "good", "id": "A"}})


def test_who_is_not_rated_counts_only_where_it_makes_no_difference_whether_the_text_means_them_too() -> None:
    """One trigger by share, one level by `all`, one by `any`, over any number of units; A fills columns with B."""
    over = {"test": "levels", "relation": "units", "when_none": "fails", "label": "Đơn vị"}
    most = {**over, "id": "most", "quantifier": "share", "exactly_level": "incomplete", "share": {"more_than": 50}}
    none = {**over, "id": "none", "quantifier": "any", "exactly_level": "incomplete"}
    every = {**over, "id": "every", "at_least_level": "good"}

    def rated(test: dict[str, Any], *units: str) -> tuple[str, str | None]:
        trigger = c(id="t", label="T", level="incomplete", when=[test])
        made = book(scheme(relations=RELATIONS, triggers=[trigger]))
        given = [{"not_rated": True} if unit == "-" else {"level": unit} for unit in units]
        people = [person(who, marks={"all": 95}, related={"units": its}) for who, its in (("A", given), ("B", []))]
        alone, beside = (run(made, *some).outcomes["A"] for some in (people[:1], people))
        assert (alone.kind, alone.level, alone.missing) == (beside.kind, beside.level, ())
        return alone.kind, alone.level

    fires, rests, asked = ("rated", "incomplete"), ("rated", "excellent"), ("needs_decision", None)
    assert [rated(most, *units) for units in (["-"], ["good", "-", "-"], ["incomplete", "-"])] == [rests, rests, asked]
    assert [rated(most, *units) for units in (["incomplete"] * 2 + ["-"], ["-", "-"])] == [fires, rests]
    assert [rated(none, *units) for units in (["good", "-"], ["incomplete", "-"], ["-"])] == [rests, fires, rests]
    assert [rated(every, *units) for units in (["good", "-"], ["complete", "-"], ["-"])] == [asked, rests, rests]


def test_a_flag_that_says_that_somebody_is_not_rated_follows_from_it() -> None:
    made = book(
        scheme(
            facts=[c(id="gone", label="Không xếp loại", kind="flag", unrated="collective"), *flags("x")],
            relations=RELATIONS,
            limits=[c(id="low", label="Trần", at_most="good", when=[flag("gone")])],
            not_rated=[c(id="x", label="X", when=[flag("x")])],
        )
    )
    team = person("T", kind="collective", facts={"x": True})
    found = run(made, person("A", marks={"all": 95}, related={"collective": {"id": "T"}}), team).outcomes["A"]
    assert found.level == "good"
    assert found.absent is not None
    assert "facts.gone" not in str(found.absent.inputs), "it follows, nobody states it"
    assert ("Không xếp loại", "có") in found.finding("limit.low").inputs
    assert one(made, marks={"all": 95}, related={"collective": {"level": "good"}}).level == "excellent"
    assert one(made, marks={"all": 95}, facts={"gone": True}).level == "good"
    for stated, told in ((True, {"level": "good"}), (False, {"not_rated": True})):
        with pytest.raises(CaseError, match=r"nhưng related\.collective ghi"):
            one(made, marks={"all": 95}, facts={"gone": stated}, related={"collective": told})


def test_a_related_level_may_be_one_that_this_scheme_does_not_have() -> None:
    made = book(
        scheme(
            relations=RELATIONS,
            levels=[FOUR[0], FOUR[1], level("incomplete", otherwise=True)],
            limits=[c(id="head", label="Trần", at_most_of="collective")],
        )
    )
    assert one(made, marks={"all": 95}, related={"collective": {"level": "limited"}}).level == "incomplete"
    assert one(made, marks={"all": 95}, related={"collective": {"level": "good"}}).level == "good"


def disciplined(**keys: Any) -> Any:
    test = {"test": "discipline", "id": "d", "label": "Bị kỷ luật", **keys.pop("test", {})}
    points = keys.pop("points", ())
    triggers = [c(id="punished", label="Kỷ luật", level="incomplete", when=[test])]
    return book(scheme(triggers=triggers, **keys), points=points)


def record(**keys: Any) -> dict[str, Any]:
    plain = {"act": "HV1", "form": "canh_cao", "side": "party", "effective_date": "2025-05-10", "about": "duty"}
    return {**plain, **keys}


def dating(counts_in: str) -> dict[str, Any]:
    once = c(id="one_year_only", label="one_year_only", counts_in=counts_in)
    return {"dating": [once, *(c(id=name, label=name) for name in ("already_used", "former_agency"))]}


FIRST, LAST = dating("first"), dating("last")
BEFORE = record(effective_date="2024-05-10", side="administrative")


@pytest.mark.parametrize(
    ("rules", "records", "counts"),
    [
        ({}, [record()], True),
        ({}, [record(effective_date="2024-12-31")], False),
        ({}, [record(used_in_year=2024)], True),
        (FIRST, [record(used_in_year=2024)], False),
        ({}, [record(act_agency="former")], True),
        (FIRST, [record(act_agency="former")], False),
        (FIRST, [record(), BEFORE], False),
        (LAST, [record(), BEFORE], True),
        (LAST, [record(), record(effective_date="2026-05-10")], False),
        ({}, [record(), BEFORE], True),
        ({"test": {"act": "earlier"}}, [record()], False),
        ({"test": {"act": "this_year"}}, [record()], True),
        ({"test": {"act": "this_year"}}, [record(act_year=2023)], False),
        ({"test": {"act": "earlier"}}, [record(act_year=2023)], True),
        ({"test": {"act": "earlier"}}, [record(), BEFORE], True),
        ({"test": {"about": ["degradation"]}}, [record()], False),
        ({"test": {"sides": ["administrative"]}}, [record()], False),
        ({"test": {"forms": ["khai_tru"]}}, [record()], False),
        ({"test": {"forms": ["canh_cao"]}}, [record()], True),
    ],
)
def test_which_records_count(rules: Any, records: list[dict[str, Any]], counts: bool) -> None:
    outcome = one(disciplined(**dict(rules)), marks={"all": 95}, disciplines=records)
    assert outcome.level == ("incomplete" if counts else "excellent")
    if not rules:
        assert outcome.finding("dating.HV1.1").effect == ("counted" if counts else "not_triggered")


def test_the_year_of_two_decisions_on_one_act_is_asked_where_the_text_leaves_it_open() -> None:
    place = "s.dating.one_year_only.counts_in"
    readings = [
        {"id": one, "label": one, "source": "suy luận", "confidence": "I", "set": {place: one}}
        for one in ("first", "last")
    ]
    point = c(id="which_year", question="Năm nào?", places=[place], readings=readings)
    made = disciplined(points=[point], **dating("open"))
    asked = one(made, marks={"all": 95}, disciplines=[record(), BEFORE])
    assert (asked.level, asked.finding("dating.HV1.1").effect) == (None, "left_open")
    (question,) = asked.open_points
    assert [answer.band for answer in question.readings] == ["excellent", "incomplete"]
    assert one(made, marks={"all": 30}, disciplines=[record(), BEFORE]).level == "incomplete"
    assert one(made, marks={"all": 95}, disciplines=[record(used_in_year=2025), BEFORE]).level == "incomplete"
    assert one(made, marks={"all": 95}, disciplines=[record()]).level == "incomplete"


def test_which_year_counts_is_said_of_the_rule_of_one_year_only() -> None:
    for rule in ({"id": "one_year_only"}, {"id": "former_agency", "counts_in": "first"}):
        with pytest.raises(ValidationError, match="counts_in"):
            disciplined(dating=[c(label="x", **rule)])


def test_a_record_outside_the_quarter_does_not_count_in_it() -> None:
    quarter = {"kind": "quarter", "year": 2025, "number": 1}
    assert one(disciplined(), marks={"all": 95}, disciplines=[record()], period=quarter).level == "excellent"


def test_no_record_may_be_a_condition() -> None:
    test = {"test": "discipline", "id": "d", "label": "Không bị kỷ luật", "is": False}
    made = book(scheme(score=None, facts=flags("x"), levels=[level("good", test, flag("x")), FOUR[3]]))
    assert one(made, facts={"x": True}).level == "good"
    assert one(made, facts={"x": True}, disciplines=[record()]).level == "incomplete"


def graded() -> Any:
    def grades(**keys: Any) -> dict[str, Any]:
        return {"test": "grades", "id": "g", "label": "Tiêu chí", **keys}

    criteria = [c(slug=name, label=name, group="duty" if name < "c" else "other") for name in ("a", "b", "d")]
    return book(
        scheme(
            score=None,
            grades=c(label="Tiêu chí", criteria=criteria),
            levels=[
                level("excellent", grades(groups=["duty"], exactly="excellent"),
                      grades(id="o", except_groups=["duty"], at_least="good")),
                level("good", grades(at_least="good")),
                level("complete", grades(quantifier="any", at_least="average")),
                level("incomplete", otherwise=True),
            ],
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("grades", "code"),
    [
        (("excellent", "excellent", "good"), "excellent"),
        (("excellent", "good", "excellent"), "good"),
        (("excellent", "excellent", "average"), "complete"),
        (("poor", "poor", "average"), "complete"),
        (("poor", "poor", "poor"), "incomplete"),
    ],
)
def test_graded_criteria(grades: tuple[str, ...], code: str) -> None:
    assert one(graded(), grades=dict(zip("abd", grades, strict=True))).level == code


def test_a_missing_grade_is_named() -> None:
    asked = one(graded(), grades={"a": "excellent", "b": "excellent"})
    assert asked.missing == ("grades.d",)
    assert "tiêu chí “d”" in asked.reason
    assert one(graded(), grades={"a": "poor", "b": "average"}).level == "complete"
