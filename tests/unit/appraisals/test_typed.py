"""What people type into a sheet: accepted or refused by one rule, every problem named by field."""

from typing import Any

import pytest

from thuocdo.appraisals.drafts import check_shape
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.typed import Problems, mark_step, read_marks, read_self
from thuocdo.appraisals.typed_judgement import Line, read_judgement
from thuocdo.engine import list_overlays, load_rulebook
from thuocdo.engine.loader import overlay_parent

BOOK = load_rulebook("state/nd-335-2025")
BASE = {"CV1": Line(400, 300, 400, 0, 1, 0)}


def mark(typed: object, slug: str = "discipline") -> tuple[dict[str, int], dict[str, str]]:
    problems = Problems()
    return read_marks(BOOK, {slug: typed}, problems, complete=False), problems


@pytest.mark.parametrize(("typed", "hundredths"), [
    ("5", 500), ("4,5", 450), ("4.5", 450), (" 4,25 ", 425), ("0", 0), ("0,05", 5)])  # fmt: skip
def test_marks_that_are_accepted(typed: str, hundredths: int) -> None:
    assert mark(typed) == ({"discipline": hundredths}, {})


@pytest.mark.parametrize("typed", [
    "-1", "5,01", "30.5", "1.000", "NaN", "٣", "３", "4,555", "1e0",
    "∞", "x", "4 5", True, 4.5, ["4"], {"a": 1}])  # fmt: skip
def test_marks_that_are_refused_by_name_and_never_clamped(typed: object) -> None:
    marks, problems = mark(typed)
    assert marks == {}
    assert list(problems) == ["marks.discipline"]
    assert "I.2" in problems["marks.discipline"]


def test_an_empty_mark_is_partial_in_a_draft_and_missing_when_filed() -> None:
    assert mark("") == ({}, {})
    assert mark("1", "unknown")[1].keys() == {"marks.unknown"}
    document, problems = read_self(BOOK, {"marks": {"discipline": "4"}}, complete=True)
    assert document.marks == {"discipline": 400}
    assert len(problems) == len(BOOK.criteria) - 1


def test_a_settled_step_is_asked_for_with_the_article_that_settled_it() -> None:
    own = [key for key in list_overlays() if overlay_parent(key) == BOOK.key]
    settled = [load_rulebook(BOOK.key, (key,)) for key in own]
    steps = [(book, step) for book in settled if (step := mark_step(book)) is not None and step.settled]
    assert steps
    for book, step in steps:
        problems = Problems()
        assert read_marks(book, {"discipline": "1,03"}, problems, complete=False) == {}
        message = problems["marks.discipline"]
        assert f"bội số của {step.text}" in message
        assert "“1,03”" in message
        assert "Điều" in step.source
        assert step.source in message


def test_without_a_settlement_any_step_is_read_and_the_common_one_is_known() -> None:
    step = mark_step(BOOK)
    assert step is not None
    assert (step.settled, step.hundredths, step.text) == (False, 50, "0,5")
    assert "Điều 12" in step.source
    assert mark("4,33") == ({"discipline": 433}, {})


@pytest.mark.parametrize("document", [
    {"marks": []}, {"strengths": 5}, {"strengths": "x" * 4001}, {"unreported_ok": "yes"},
    {"other": 1}])  # fmt: skip
def test_a_document_of_another_shape_is_named(document: dict[str, Any]) -> None:
    assert read_self(BOOK, document, complete=False)[1].keys() == document.keys()


def judge(tasks: dict[str, Any], **more: Any) -> tuple[Any, dict[str, str]]:
    return read_judgement(BOOK, {"tasks": tasks, **more}, BASE, leader=False, marks=False, complete=False)


@pytest.mark.parametrize(("line", "fields"), [
    ({}, set()),
    ({"completed": "4", "late": 1}, set()),
    ({"completed": "3", "note": "Một báo cáo trùng"}, {"on_time"}),
    ({"completed": "3", "on_time": "3"}, {"note"}),
    ({"late_excused": "1"}, {"note"}),
    ({"late_excused": "1", "note": "Mưa lũ"}, set()),
    ({"late_excused": "2", "note": "Mưa lũ"}, {"late_excused"}),
    ({"quality_errors": "0,5"}, {"quality_errors"}),
    ({"quality_errors": "-1"}, {"quality_errors"}),
    ({"late": "99999"}, {"late"}),
    ({"quality_met": "5", "note": "x"}, {"quality_met"}),
    ({"note": "y" * 1001}, {"note"}),
    ({"quality_errors": "1", "note": "Sai"}, {"quality_met"}),
    ({"quality_errors": "1", "quality_errors_each": "1", "note": "Sai ở một báo cáo khác, vẫn đạt"}, set()),
    ({"quality_errors": "1", "quality_errors_each": "1; 1", "note": "Sai"}, {"quality_errors_each"}),
    ({"quality_errors": "1", "quality_errors_each": "một", "note": "Sai"}, {"quality_errors_each"}),
    ({"on_time": "3", "note": "Một báo cáo không được nhận"}, {"on_time"}),
    ({"on_time": "3", "late": "0", "note": "Một báo cáo không được nhận"}, set()),
    ({"on_time": "3", "late_excused": "1", "note": "Mưa lũ"}, set()),
    ({"late": "6", "late_each": "1; 5", "note": "Theo sổ"}, set()),
    ({"late": "6", "late_each": "1; 4", "note": "Theo sổ"}, {"late_each"}),
    ({"late_each": "1"}, {"note"}),
])  # fmt: skip
def test_a_judged_line(line: dict[str, Any], fields: set[str]) -> None:
    assert {f.removeprefix("tasks.CV1.") for f in judge({"CV1": line})[1]} == fields


def test_what_was_said_of_products_stays_unless_it_is_said_anew() -> None:
    base = {"CV1": Line(1000, 1000, 1000, 0, 6, 0, late_each=(1, 5))}
    said = {"late_each": "2;4", "note": "x"}
    for typed, left in (({}, (1, 5)), (said | {"late_each": ""}, ()), (said, (2, 4))):
        judged, problems = read_judgement(
            BOOK, {"tasks": {"CV1": typed}}, base, leader=False, marks=False, complete=False
        )
        assert (judged.tasks["CV1"].late_each, problems) == (left, {})


def test_marks_belong_to_the_owner_and_factors_to_leaders() -> None:
    assert set(judge({}, marks={"discipline": "4"})[1]) == {"marks"}
    assert set(judge({}, leadership_factors={"organising": "100"})[1]) == {"leadership_factors.organising"}
    assert set(judge({"ZZ": {}})[1]) == {"tasks.ZZ"}


@pytest.mark.parametrize("document", [
    {"state": "confirmed"}, {"marks": {"a": 1.5}}, {"marks": ["1"]},
    {"marks": {"a": {"b": {"c": {"d": "e"}}}}},
    {"strengths": "x" * 500_000}, []])  # fmt: skip
def test_drafts_keep_only_the_shape_of_a_sheet(document: Any) -> None:
    with pytest.raises(Refused):
        check_shape(document)


def test_a_draft_may_be_wrong_in_content() -> None:
    draft = {"marks": {"discipline": "99"}, "tasks": {"CV1": {"completed": "x"}}, "unreported_ok": True}
    assert check_shape(draft) == draft


def test_a_judged_product_is_named_by_its_title_not_by_its_code() -> None:
    named = {"CV1": Line(400, 300, 400, 0, 1, 0, title="Báo cáo quý")}
    typed = {"tasks": {"CV1": {"completed": "x", "note": "sửa"}}}
    _, problems = read_judgement(BOOK, typed, named, leader=False, marks=False, complete=False)
    assert problems["tasks.CV1.completed"].startswith("Báo cáo quý: ")
