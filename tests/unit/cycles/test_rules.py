"""Who evaluates whom by the table of Điều 10, and who is away for all of a period."""

from datetime import date
from itertools import product

import pytest

from thuocdo.cycles import rules
from thuocdo.cycles.rules import Seat, TableRow
from thuocdo.engine import load_rulebook
from thuocdo.kernel.periods import Span, month_span

CITY, COMMITTEE, DIVISION, TEAM = 1, 2, 3, 4
NAMES = {CITY: "Thành phố", COMMITTEE: "Ủy ban", DIVISION: "Phòng", TEAM: "Tổ"}
HEADS = {CITY: [10], COMMITTEE: [20], DIVISION: [30], TEAM: [40]}
BOOK = load_rulebook("state/nd-335-2025")
TABLE = tuple(TableRow(e.subject, e.evaluates, e.rates, "Điều 10") for e in BOOK.procedure.evaluators)


def seat(person: int, unit: int, kind: str, leadership: str = "none", **where: int | None) -> Seat:
    return Seat(
        1, person, unit, kind, leadership, where.get("agency", DIVISION), where.get("managing", COMMITTEE)
    )


@pytest.mark.parametrize(
    ("who", "evaluator", "rates"),
    [
        (seat(30, DIVISION, "agency", "head"), 20, COMMITTEE),
        (seat(31, DIVISION, "agency", "deputy"), 30, DIVISION),
        (seat(32, DIVISION, "agency"), 30, DIVISION),
        (seat(40, TEAM, "component", "head"), 30, DIVISION),
        (seat(41, TEAM, "component", "deputy"), 40, DIVISION),
        (seat(42, TEAM, "component"), 40, DIVISION),
    ],
)
def test_the_table_of_the_rulebook(who: Seat, evaluator: int, rates: int) -> None:
    found = rules.evaluator_for(who, TABLE, HEADS, NAMES)
    assert (found.person, found.rating_unit, found.problem, found.cite) == (evaluator, rates, "", "Điều 10")


def test_the_rulebook_names_only_what_the_rules_know() -> None:
    known = {rules.AGENCY_HEAD, rules.AGENCY_STAFF, rules.COMPONENT_STAFF}
    assert {row.subject for row in TABLE} == known
    for row in TABLE:
        rules.authority_unit(row.evaluates, seat(1, TEAM, "component"))
        rules.authority_unit(row.rates, seat(1, TEAM, "component"))
    with pytest.raises(ValueError, match="unknown authority"):
        rules.authority_unit("king", seat(1, TEAM, "component"))


def test_nobody_evaluates_themselves_and_what_is_missing_is_said() -> None:
    kinds = ("agency", "component", "place")
    for kind, leadership, person in product(kinds, ("none", "head", "deputy"), (10, 20, 30, 40)):
        found = rules.evaluator_for(seat(person, TEAM, kind, leadership), TABLE, HEADS, NAMES)
        assert found.person != person
        assert (found.person is None) == bool(found.problem)
    cases = [
        (seat(32, DIVISION, "agency", agency=None), HEADS, "không thuộc cơ quan nào"),
        (seat(30, DIVISION, "agency", "head", managing=None), HEADS, "cơ quan quản lý công chức"),
        (seat(32, DIVISION, "agency"), {}, "Chưa ghi nhận người đứng đầu của “Phòng”"),
        (seat(32, DIVISION, "agency"), {DIVISION: [30, 31]}, "2 người đứng đầu"),
    ]
    for who, heads, words in cases:
        assert words in rules.evaluator_for(who, TABLE, heads, NAMES).problem
    assert rules.evaluator_for(seat(1, TEAM, "component"), (), HEADS, NAMES).problem


MARCH = month_span(2026, 3)
D = date


@pytest.mark.parametrize(
    ("served", "absences", "expected"),
    [
        (Span(D(2020, 1, 1)), [], None),
        (Span(D(2020, 1, 1)), [("maternity", Span(D(2026, 3, 1), D(2026, 4, 1)))], "maternity"),
        (Span(D(2020, 1, 1)), [("maternity", Span(D(2026, 3, 2), D(2026, 4, 1)))], None),
        (Span(D(2020, 1, 1)), [("maternity", Span(D(2026, 3, 1), D(2026, 3, 31)))], None),
        (Span(D(2020, 1, 1)), [("sick_leave", Span(D(2026, 2, 1), D(2026, 3, 10))),
                               ("unpaid_leave", Span(D(2026, 3, 10)))], "sick_leave"),
        (Span(D(2020, 1, 1)), [("sick_leave", Span(D(2026, 2, 1), D(2026, 3, 10))),
                               ("unpaid_leave", Span(D(2026, 3, 11)))], None),
        (Span(D(2026, 3, 20)), [("study", Span(D(2026, 3, 20), D(2026, 4, 1)))], "study"),
        (Span(D(2020, 1, 1), D(2026, 3, 5)), [("study", Span(D(2026, 2, 1), D(2026, 3, 5)))], "study"),
    ],
)  # fmt: skip
def test_away_for_all_days_served(
    served: Span, absences: list[tuple[str, Span]], expected: str | None
) -> None:
    assert rules.away_all(MARCH, served, absences) == expected
