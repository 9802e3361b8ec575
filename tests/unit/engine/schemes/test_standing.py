"""Where every step stands: what waits for whom, and that nobody waits for a step that nobody has."""

from datetime import date

import pytest

from tests.unit.engine.schemes.small import ROOT, UNIT, small
from thuocdo.engine import SchemeBook, load_book
from thuocdo.engine.schemes.graph import Graph, graph_of
from thuocdo.engine.schemes.standing import Done, Subject, after, standings


def graph() -> Graph:
    book = load_book("party/qd-366-2025", ["overlays/vi-du-dang-uy-xa"])
    assert isinstance(book, SchemeBook)
    return graph_of(book, date(2026, 12, 20))


OFFICE = [
    Subject("UB", "collective"),
    Subject("CU", "collective", links={"same_level": ["UB"]}),
    Subject("CT", "leader", "head", "P1", {"collective": ["UB"]}),
    Subject("PCT", "leader", "deputy", "P2", {"collective": ["UB"], "head": ["CT"]}),
    Subject("DV1", "party_member", person="P1"),
    Subject("CC1", "civil_servant", person="P1"),
    Subject("DV3", "party_member", person="P3"),
    Subject("CB", "party_organisation", links={"collective": ["CU"], "members": ["DV1", "DV3", "KHONG-CO"]}),
]


def stands(*done: Done) -> dict[Done, str]:
    return {(row.node.id, row.subject): row.state for row in standings(graph(), OFFICE, done)}


def waits(step: Done, *done: Done) -> set[tuple[str, tuple[str, ...]]]:
    rows = standings(graph(), OFFICE, done)
    row = next(row for row in rows if (row.node.id, row.subject) == step)
    return {(waiting.edge.first, waiting.subjects) for waiting in row.waits}


def test_a_head_waits_for_the_collective_and_for_the_cell() -> None:
    assert waits(("review_head", "CT")) == {("review_collective", ("UB",)), ("review_in_cell", ("DV1",))}
    assert waits(("rate_head", "CT")) == {("rate_collective", ("UB",))}
    done = ("review_collective", "UB"), ("review_in_cell", "DV1")
    assert stands(*done)["review_head", "CT"] == "free"
    assert stands(*done)["review_others", "PCT"] == "waits"
    assert stands(*done, ("review_head", "CT"))["review_others", "PCT"] == "free"


def test_a_committee_waits_for_the_government_and_a_cell_for_its_members() -> None:
    assert waits(("review_collective", "CU")) == {("review_collective", ("UB",))}
    assert waits(("rate_organisation", "CB"), ("rate_member", "DV3")) == {
        ("rate_collective", ("CU",)),
        ("rate_member", ("DV1",)),
    }


def test_a_member_waits_for_the_level_at_work_only_where_there_is_one() -> None:
    assert waits(("rate_member", "DV1")) == {("rate_work", ("CC1",))}
    assert stands()["rate_member", "DV3"] == "free"
    assert stands(("rate_work", "CC1"))["rate_member", "DV1"] == "free"
    assert stands(("rate_work", "CC1"))["rate_work", "CC1"] == "done"


def test_of_several_posts_of_one_human_one_is_enough() -> None:
    twice = [*OFFICE, Subject("VC1", "public_employee", person="P1")]
    rows = standings(graph(), twice, [("rate_work", "VC1")])
    assert next(row.state for row in rows if (row.node.id, row.subject) == ("rate_member", "DV1")) == "free"


def test_in_hoa_binh_a_leader_is_rated_after_the_opinions_about_the_same_leader() -> None:
    book = load_book("party/qd-132-2018", ["overlays/hoa-binh-2018"])
    assert isinstance(book, SchemeBook)
    order = graph_of(book, date(2018, 12, 20))
    two = [Subject("CT", "leader", "head", "P1"), Subject("PCT", "leader", "deputy", "P2")]
    rows = standings(order, two, [("ask_around", "PCT")])
    rated = [row for row in rows if row.node.id == "rate_leader"]
    waits = {row.subject: {one.edge.first: one.subjects for one in row.waits} for row in rated}
    assert waits["CT"]["ask_around"] == ("CT",)
    assert "ask_around" not in waits["PCT"]
    about = ("leader", "agency")
    asked = {kind: {one.id for one in book.book.opinions if one.concerns(kind, "head")} for kind in about}
    assert asked["leader"] - asked["agency"] >= {"superior", "peer", "subordinate"}


def test_a_step_may_wait_for_everybody() -> None:
    book = small(ROOT, UNIT)
    stages = [
        stage.model_copy(update={"step": "rating", "subjects": (kind,)})
        for stage, kind in zip(book.book.stages, ("collective", "leader", "agency"), strict=True)
    ]
    laid = graph_of(SchemeBook(**{**vars(book), "book": book.book.model_copy(update={"stages": tuple(stages)})}))
    subjects = [Subject("A", "agency"), Subject("T", "collective"), Subject("B", "agency")]
    row = next(row for row in standings(laid, subjects, [("check", "A")]) if row.subject == "T")
    assert [waiting.subjects for waiting in row.waits] == [("B",)]


def test_a_step_taken_early_is_refused_and_not_done() -> None:
    head, office = ("review_head", "CT"), ("review_collective", "UB")
    done, refused = after(graph(), OFFICE, [head, office, ("review_in_cell", "DV1"), head])
    assert done == (office, ("review_in_cell", "DV1"), head)
    assert [(row.node.id, row.subject) for row in refused] == [head]
    with pytest.raises(KeyError):
        after(graph(), OFFICE, [("review_head", "UB")])
