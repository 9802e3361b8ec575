"""Many subjects in columns, without findings: to each what rating it alone says, under rulebooks of both shapes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.engine import support
from tests.unit.engine.schemes.made import (
    FOUR,
    YEAR,
    book,
    c,
    decided,
    flag,
    flags,
    group,
    level,
    person,
    point,
    run,
    scheme,
    score_from,
)
from tests.unit.engine.schemes.test_columns import MANY, somebody
from thuocdo.engine import CaseError, Period, Rulebook, SchemeBook, parse_case, parse_subject, rate_subject
from thuocdo.engine.loader import load_book
from thuocdo.engine.many import Brief, brief_of, rate_many
from thuocdo.engine.rating import rate_case

BOOKS = Path(__file__).resolve().parents[4] / "src" / "rulebooks"
YEAR_2025 = Period(kind="year", year=2025)
READINGS = {p.id: p.readings[0].id for p in support.BOOK.open_points if p.readings}


def alone(made: SchemeBook, item: dict[str, Any]) -> Brief | None:
    """What a subject gets in a file of its own; None where it is refused."""
    try:
        return brief_of(run(made, item).outcomes[item["id"]])
    except CaseError:
        return None


def together(made: Rulebook | SchemeBook, people: list[dict[str, Any]], period: Period) -> list[Brief | None]:
    file = {"title": "Thử", "period": YEAR, "subjects": people}
    parsed = parse_case(json.dumps(file).encode()).subjects if period == YEAR_2025 else [*map(parse_subject, people)]
    return rate_many(made, parsed, period)


def test_a_scheme_gives_each_what_it_gets_alone() -> None:
    people = [somebody(number) for number in range(160)]
    found = together(MANY, people, YEAR_2025)
    for item, brief in zip(people, found, strict=True):
        if item.get("decisions"):
            assert brief is None  # whether a decision answers a question is asked of each alone
        else:
            assert brief == alone(MANY, item)
    assert {"away", "gap"} & {name for brief in found if brief for name in brief.asked} == {"away"}
    assert {brief.kind for brief in found if brief} == {"rated", "not_rated", "needs_decision"}


def test_triggers_and_gaps_are_asked_as_of_one() -> None:
    breach = c(id="breach", label="Vi phạm", level="incomplete", when=[flag("breach")],
               mitigation=c(label="Khách quan", when=[flag("excuse")]))  # fmt: skip
    made = book(
        scheme(
            subject_kinds=["civil_servant"],
            facts=flags("breach", "excuse", "none"),
            triggers=[breach],
            levels=[level("good", score_from(70)), level("incomplete", flag("none"))],
        )
    )
    people = [
        person("gap", marks={"all": "69"}),
        person("good", marks={"all": "70"}),
        person("breach", marks={"all": "70"}, facts={"breach": True, "excuse": True}),
        {"id": "none", "kind": "collective"},
    ]
    found = together(made, people, YEAR_2025)
    assert found == [alone(made, item) for item in people]
    assert [brief.asked for brief in found if brief] == [("gap",), (), ("breach",), ()]
    assert found[-1] == Brief("not_rated", None, "", ())  # the rulebook has no scheme for it


def test_a_point_of_which_no_reading_matters_hides_no_question() -> None:
    """Low votes over half on either base, with a mitigating fact: what is asked is whether they count, not of what."""
    folder = BOOKS / "party" / "qd-366-2025"
    case = parse_case(folder / "cases" / "leader-low-votes.toml")
    case = case.model_copy(update={"subjects": tuple(one for one in case.subjects if not one.decisions)})
    made = load_book("party/qd-366-2025")
    alone_ = rate_case(made, case).outcomes
    found = rate_many(made, case.subjects, case.period)
    assert found == [brief_of(alone_[one.id]) for one in case.subjects]
    assert ("low_votes",) in [brief.asked for brief in found if brief]


@pytest.mark.no_cover  # seven seconds of tracing, and test_rating_open goes the same ways
def test_too_many_open_points_to_combine_are_all_asked() -> None:
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
    people = [person(f"P{n}", facts={f"f{m}": n for m in range(7)}) for n in range(4)] + [person("Q")]
    found = together(made, people, YEAR_2025)
    assert found == [alone(made, item) for item in people]
    assert found[3]
    assert found[3].asked == tuple(f"p{n}" for n in range(7))  # no single reading matters to 3 of each, yet all wait


def test_one_refused_subject_does_not_hold_up_the_others() -> None:
    made = book(
        scheme(result="band", score=c(label="Tổng", max=100, groups=[group("all", 90), group("bonus", 10, bonus=True)]))
    )
    fine = [person(f"P{n}", marks={"all": f"{50 + n}"}) for n in range(5)]
    bad = [person("X", marks={"all": "91"}), person("Y", marks={"all": "20"}, deductions={"all": "21"})]
    related = person("Z", marks={"all": "80"}, related={"collective": {"id": "P0"}})
    people = [*fine[:3], bad[0], *fine[3:], bad[1]]
    found = together(made, people, YEAR_2025)
    assert found == [alone(made, item) for item in people]
    assert [brief is None for brief in found] == [False] * 3 + [True] + [False] * 2 + [True]
    file = [parse_subject(related), parse_subject(fine[0])]
    assert [brief is None for brief in rate_many(made, file, YEAR_2025)] == [True, False]


def test_months_and_years_of_products_with_decisions_of_their_own() -> None:
    applied = {"contract_workers": decided(READINGS["contract_workers"])}
    months = [
        support.month(id="A"),
        support.month(id="B", products=[]),
        support.month(id="C", marks={**support.FULL, "discipline": "0.01"}),
        support.month(id="D", kind="cadre"),
        support.month(id="E", tasks={"assigned": 1}),
        support.month(id="F", marks={"no_such": "1"}),
        support.month(id="G", kind="contract_worker"),
        support.month(id="G1", kind="contract_worker", decisions=applied),
        support.month(id="G2", kind="contract_worker", decisions={"no_such": decided("x")}),
        support.month(id="H", products=[support.product(completed=None)]),
        support.year(id="I"),
    ]
    _as_alone(support.BOOK, months, support.MARCH)
    years = [support.year(str(score), id=f"Y{score}") for score in (49, 50, 90)]
    years += [
        support.short_year(3, 3, id="S"),
        support.year(id="N", months=[]),
        support.year(id="L", leadership="head"),
    ]
    _as_alone(support.BOOK, years, support.YEAR)


def _as_alone(made: Rulebook, people: list[dict[str, Any]], period: Period) -> None:
    found = together(made, people, period)
    unknown = 0
    for item, brief in zip(people, found, strict=True):
        try:
            expected = brief_of(rate_subject(made, parse_subject(item), period))
        except CaseError:
            expected = None
        if brief is None:
            unknown += 1
        else:
            assert brief == expected, item["id"]
    assert unknown < len(people) / 2
