"""The precedence graph: whose steps, which waits for which, on which date."""

from datetime import date
from pathlib import Path

import pytest

from tests.unit.engine.schemes.small import KEY, UNIT, copy_of_small, small
from thuocdo.engine import RulebookError, SchemeBook, load_book
from thuocdo.engine.schemes.graph import forms_of, graph_of

STAGE = '[[stages]]\nid = "{id}"\nlabel = "{id}"\n{more}\ncite = "small/3"\nsince = 2020-01-01\n'


def book_of(key: str, *overlays: str) -> SchemeBook:
    book = load_book(key, overlays)
    assert isinstance(book, SchemeBook)
    return book


@pytest.mark.parametrize(
    ("key", "overlays", "day", "pairs"),
    [
        ("party/qd-366-2025", (), date(2025, 12, 20), {
            ("review_collective", "review_head"), ("review_head", "review_others"),
            ("rate_collective", "rate_head"), ("rate_organisation", "rate_organisation"), ("rate_work", "rate_member"),
        }),
        ("party/qd-124-2023", (), date(2023, 12, 20), {
            ("review_head", "review_others"), ("rate_work", "rate_member"),
        }),
        ("party/qd-366-2025", ("overlays/vi-du-dang-uy-xa",), date(2026, 12, 20), {
            ("review_in_cell", "review_head"), ("review_in_cell", "review_others"),
        }),
        ("party/qd-132-2019", (), date(2020, 12, 20), {("rate_member", "rate_organisation")}),
        ("party/qd-132-2018", ("overlays/hoa-binh-2018",), date(2018, 12, 20), {
            ("rate_member", "rate_leader"), ("review_individual", "complete_report"),
        }),
    ],
)  # fmt: skip
def test_every_party_rulebook_says_what_comes_first(
    key: str, overlays: tuple[str, ...], day: date, pairs: set[tuple[str, str]]
) -> None:
    graph = graph_of(book_of(key, *overlays), day)
    assert pairs <= {(edge.first, edge.then) for edge in graph.edges}
    assert all(node.subjects and node.step for node in graph.nodes)
    place = {node.id: row for row, rank in enumerate(graph.ranks()) for node in rank}
    assert all(place[e.first] < place[e.then] for e in graph.edges if e.first != e.then)
    assert len({(e.first, e.then, e.link) for e in graph.edges}) == len(graph.edges)


@pytest.mark.parametrize(("key", "year"), [("party/qd-366-2025", 2026), ("party/qd-124-2023", 2024)])
def test_which_reviews_are_those_in_the_leadership_is_our_inference_and_binds_nobody_unaccepted(
    key: str, year: int
) -> None:
    graph = graph_of(book_of(key), date(year, 12, 20))
    assert [edge.id for edge in graph.unsettled] == ["cell_first"]
    assert "review_in_cell" not in {edge.first for edge in graph.edges}
    (point,) = (point for point in book_of(key).open_points if point.id == "review_in_leadership")
    assert [reading.confidence for reading in point.readings] == ["I"]
    accepted = graph_of(book_of("party/qd-366-2025", "overlays/vi-du-dang-uy-xa"), date(2026, 12, 20))
    assert accepted.unsettled == ()


def test_a_head_and_a_deputy_have_steps_of_their_own() -> None:
    graph = graph_of(book_of("party/qd-366-2025"), date(2025, 12, 20))
    assert [step.id for step in graph.steps_of("leader", "head")] == ["review_head", "rate_head"]
    assert [step.id for step in graph.steps_of("leader", "deputy")] == ["rate_individual", "review_others"]
    assert [edge.then for edge in graph.after("review_head")] == ["review_others"]
    assert graph.named("review_individual", "leader", "deputy") == ("review_others",)
    assert graph.named("rate_head", "leader", "deputy") == ()


def test_the_order_of_2018_knows_its_weak_source_and_says_what_no_text_orders() -> None:
    alone = graph_of(book_of("party/qd-132-2018"), date(2018, 12, 20))
    assert [node.id for node in alone.nodes if not node.stated] == [
        "rating_collective", "rating_leader", "rating_party_organisation",
    ]  # fmt: skip
    laid = graph_of(book_of("party/qd-132-2018", "overlays/hoa-binh-2018"), date(2018, 12, 20))
    both = next(edge for edge in laid.edges if edge.then == "rate_member")
    assert (both.confidence, len(both.cite)) == ("L", 2)
    assert [node.id for node in laid.nodes if not node.stated] == []


def test_a_scheme_for_leaders_only_leaves_the_others_alone() -> None:
    graph = graph_of(book_of("state/nd-56-2015"))
    civil = next(node for node in graph.nodes if node.id == "rating_civil")
    assert civil.roles == ("none", "deputy")


def test_what_is_not_in_force_on_the_day_is_left_out() -> None:
    assert graph_of(small(), date(2019, 12, 31)).nodes == ()
    assert graph_of(small(), date(2019, 12, 31)).ranks() == ()
    assert [edge.id for edge in graph_of(small()).edges] == ["collective_first"]


def test_a_stage_that_ends_takes_its_edges_with_it(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / KEY / "procedure.toml"
    path.write_text(path.read_text("utf-8").replace("since = 2020", "until = 2022-01-01\nsince = 2020", 1), "utf-8")
    assert graph_of(small(root), date(2021, 1, 1)).edges
    assert graph_of(small(root), date(2022, 1, 1)).edges == ()


def test_an_overlay_adds_a_step() -> None:
    graph = graph_of(small(Path(__file__).parents[3] / "rulebooks", UNIT))
    assert [edge.id for edge in graph.before("rate_collective")] == ["check_first"]


@pytest.mark.parametrize(
    ("stages", "says"),
    [
        ([("all", 'parts = ["none"]')], "không phải một bước riêng"),
        ([("all", 'parts = ["rate_head"]\nstep = "review"\nsubjects = ["leader"]')], "parts"),
        ([("alone", 'step = "review"')], "step đi cùng subjects"),
    ],
)
def test_a_wrong_stage_is_refused(tmp_path: Path, stages: list[tuple[str, str]], says: str) -> None:
    root = copy_of_small(tmp_path)
    path = root / KEY / "procedure.toml"
    more = "".join(STAGE.format(id=key, more=text) for key, text in stages)
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    with pytest.raises(RulebookError, match=says):
        small(root)


def test_a_ring_through_stages_spoken_of_together_is_named(tmp_path: Path) -> None:
    root = copy_of_small(tmp_path)
    path = root / KEY / "procedure.toml"
    more = STAGE.format(id="all", more='parts = ["rate_head", "rate_collective"]')
    edge = '[[precedence]]\nid = "back"\nlabel = "Ngược"\nfirst = "all"\nthen = "rate_collective"\nlink = "same"\n'
    path.write_text(path.read_text("utf-8") + more + edge + 'cite = "small/3"\nsince = 2020-01-01\n', "utf-8")
    with pytest.raises(RulebookError, match="chạy vòng"):
        small(root)


def test_the_letter_of_a_form_goes_by_the_year() -> None:
    def number(key: str, day: date, kind: str, role: str) -> list[str]:
        return [use.number for use in forms_of(book_of(key), day) if use.concerns(kind, role)]

    assert number("party/qd-124-2023", date(2023, 12, 20), "leader", "head") == ["02B"]
    assert number("party/qd-124-2023", date(2023, 12, 20), "party_member", "none") == ["02A"]
    assert number("party/qd-366-2025", date(2025, 12, 20), "leader", "head") == ["02A", "05"]
    assert number("party/qd-366-2025", date(2025, 12, 20), "party_member", "none") == ["02B", "02C", "05"]
    assert number("party/qd-366-2025", date(2025, 12, 20), "party_member", "head") == ["02A", "05"]
    assert number("party/qd-366-2025", date(2025, 9, 20), "leader", "head") == []
