"""Filed documents rated together, under rulebooks of both shapes: each as its own page rates it."""

import json
import random
from contextlib import suppress
from typing import Any

import pytest

from tests.factories.schemes import HA_NOI
from tests.unit.engine import support
from thuocdo.appraisals import facts, proposing
from thuocdo.cycles.models import Cycle
from thuocdo.engine import CaseError, Rulebook, SchemeBook, canonical_json, parse_subject
from thuocdo.engine.many import Brief, brief_of
from thuocdo.kernel.errors import Refusal
from thuocdo.rulesets import catalogue

CYCLE = Cycle(kind="month", year=2026, number=2)


def under_a_scheme(number: int) -> dict[str, Any]:
    """Facts of a sheet, with holes, around the bounds, some of them refused."""
    draw = random.Random(number)
    marks = {"discipline": draw.choice(["18", "20"]), "quantity": draw.choice(["5", "24"]), "progress": "20"}
    if draw.random() < 0.8:
        marks["quality"] = draw.choice(["4.5", "24.5", "25"])
    if draw.random() < 0.3:
        marks["bonus"] = draw.choice(["5", "10"])
    if draw.random() < 0.1:
        marks["discipline"] = "20.01"
    found: dict[str, Any] = {"id": f"P{number}", "kind": "civil_servant", "marks": marks}
    found["leadership"] = draw.choice(["none", "none", "head", "deputy"])
    if draw.random() < 0.9:
        found["time"] = {"working_days": "20", "worked_days": draw.choice(["9.5", "10", "20"])}
    if draw.random() < 0.4:
        found["absences"] = [{"reason": "sick", "days": draw.choice(["0", "10"])}]
    if found["leadership"] != "none" and draw.random() < 0.8:
        found["related"] = {"unit": {"level": draw.choice(["good", "excellent", "no_such_level"])}}
    if draw.random() < 0.1:
        found["decisions"] = {"absence_half": {"reading": "complete", "by": "A", "reason": "B"}}
    if draw.random() < 0.05:
        found["kind"] = "collective"
    return found


def of_products(number: int) -> dict[str, Any]:
    """A month of tasks: some lines not reported, handed back or late; some sheets with decisions of their own."""
    draw = random.Random(number)
    lines = []
    for place in range(draw.randint(0, 4)):
        line = support.product(f"T{place}", coefficient=draw.choice(["0.5", "1", "1.33"]), late=draw.choice([0, 0, 1]))
        if draw.random() < 0.1:
            line |= {"handed_back": True}
            del line["completed"], line["quality_met"], line["on_time"]
        elif draw.random() < 0.1:
            line |= {"completed": "2.5", "quality_met": "1", "on_time": "0", "outside_plan": True}
        elif draw.random() < 0.1:
            del line["on_time"]
        lines.append(line)
    leadership = draw.choice(["none", "none", "head", "deputy"])
    found = support.month(id=f"P{number}", products=lines, leadership=leadership)
    found["marks"] = support.FULL | {"discipline": draw.choice(["0", "2.5", "0.01"])}
    if draw.random() < 0.1:
        del found["marks"]["discipline"]
    if draw.random() < 0.1:
        found["marks"]["no_such"] = "1"
    if draw.random() < 0.2:
        found["kind"] = draw.choice(["contract_worker", "cadre"])
    if found["kind"] == "contract_worker" and draw.random() < 0.5:
        point = next(p for p in support.BOOK.open_points if p.id == "contract_workers")
        found["decisions"] = {point.id: {"reading": point.readings[0].id, "by": "A", "reason": "B"}}
    if leadership != "none" and draw.random() < 0.3:
        found["leadership_factors"] = dict.fromkeys(("unit_results", "organising", "solidarity"), 100)
    return found


def filed(subject: dict[str, Any]) -> str:
    """The document as a sheet stores it; what the form never lets through is kept as it is."""
    with suppress(CaseError):
        subject = json.loads(canonical_json(parse_subject(subject)))
    return facts.canonical({"subject": subject, "strengths": 'Có "subject":{ trong lời', "unreported": []})


def alone(book: Rulebook | SchemeBook, text: str) -> Brief | str:
    try:
        return brief_of(facts.rate(book, CYCLE, json.loads(text)["subject"]).outcome)
    except Refusal as refused:
        return str(refused)


def compared(book: Rulebook | SchemeBook, texts: list[str]) -> tuple[set[str], int]:
    """Kinds of result that occurred, and how many were refused."""
    found = proposing.rate_all(book, CYCLE, texts)
    assert found == [alone(book, text) for text in texts]
    return {one.kind for one in found if isinstance(one, Brief)}, sum(isinstance(one, str) for one in found)


def test_sheets_of_a_scheme_are_rated_in_columns_as_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    book = catalogue.load_any(*HA_NOI)
    people = [under_a_scheme(number) for number in range(150)]
    kinds, refused = compared(book, [*map(filed, people)])
    assert kinds == {"rated", "not_rated", "needs_decision"}
    assert 5 < refused < 50
    decided = sum("decisions" in one for one in people)
    alone_: list[Any] = []
    one_by_one = facts.rate

    def counted(*given: Any) -> Any:
        alone_.append(given)
        return one_by_one(*given)

    monkeypatch.setattr(facts, "rate", counted)
    proposing.rate_all(book, CYCLE, [*map(filed, people)])
    assert 0 < len(alone_) <= refused + decided  # whoever is neither refused nor decided on goes with the others


def test_sheets_of_products_are_rated_in_columns_as_each_alone() -> None:
    kinds, refused = compared(support.BOOK, [*map(filed, map(of_products, range(200)))])
    assert kinds == {"scored", "not_rated", "needs_decision"}
    assert refused
    kinds, refused = compared(support.WARD_BOOK, [*map(filed, map(of_products, range(200)))])
    assert "scored" in kinds
    assert refused  # the ward settled the step of marks: one mark off it does not hold up the others
