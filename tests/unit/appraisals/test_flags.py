"""Flags point at what an evaluator should look at; a plain sheet has none."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from thuocdo.appraisals.flags import frozen_flags, given_flags, later_flags
from thuocdo.engine import Period, load_rulebook, parse_subject, rate_subject
from thuocdo.work.models import Task
from thuocdo.work.plausibility import compare

BOOK = load_rulebook("state/nd-335-2025")
MARKS = {c.slug: str(c.max) for c in BOOK.criteria} | {"discipline": "4"}
PLAIN = {
    "id": "P1",
    "coefficient": "2",
    "assigned": "4",
    "completed": "4",
    "quality_met": "4",
    "on_time": "4",
}


def flags(product: dict[str, Any] | None = None, history: tuple[int, ...] = (), **document: Any) -> list[str]:
    subject: dict[str, Any] = {"id": "A", "kind": "civil_servant", "marks": document.pop("marks", MARKS)}
    subject["products"] = [PLAIN | (product or {})]
    if document.pop("empty", False):
        subject["products"] = []
    outcome = rate_subject(BOOK, parse_subject(subject), Period(kind="month", year=2026, number=2))
    whole = {"subject": subject, "reports": {"P1": {"evidence": "Hồ sơ", "cause": ""}}} | document
    changed = whole.pop("tasks_changed", ())
    beside = later_flags(outcome, [Fraction(h) for h in history], tasks_changed=changed)
    return [*frozen_flags(BOOK, whole, outcome), *beside]


def test_a_plain_sheet_has_none() -> None:
    assert flags(history=(95, 98, 99)) == []


@pytest.mark.parametrize(("given", "words"), [
    ({"product": {"outside_plan": True}}, "ngoài kế hoạch"),
    ({"product": {"handed_back": True, "completed": "0", "quality_met": "0", "on_time": "0"}},
     "không thực hiện được"),
    ({"product": {"late": 2}}, "Chậm 2 lần"),
    ({"product": {"quality_errors": 3}}, "3 lần không đạt chất lượng"),
    ({"product": {"completed": "5"}}, "Tỷ lệ trên 100%: số lượng"),
    ({"product": {"completed": "5"}}, "1 việc báo hoàn thành nhiều hơn số được giao"),
    ({"reports": {"P1": {"evidence": "Hồ sơ", "cause": "Mất điện"}}}, "nguyên nhân khách quan"),
    ({"reports": {}}, "chưa có minh chứng"),
    ({"unreported": ["P1"]}, "1 việc không báo cáo"),
    ({"marks": {c.slug: str(c.max) for c in BOOK.criteria}}, "tối đa mọi tiêu chí"),
    ({"history": (50, 60)}, "Khác xa các tháng trước (trung bình 55)"),
    ({"tasks_changed": ["CV-1 số lượng giao 4 → 6"]}, "thay đổi sau khi nộp: CV-1 số lượng giao 4 → 6"),
    ({"empty": True}, "Cần người đánh giá quyết định"),
])  # fmt: skip
def test_each_flag(given: dict[str, Any], words: str) -> None:
    assert any(words in flag for flag in flags(**given))


def test_more_than_assigned_is_named_where_it_makes_up_for_what_is_missing() -> None:
    """Half of one product undone and twice of the other: 100 % of the whole, and no other flag."""
    products = [PLAIN | {"completed": "2", "quality_met": "2", "on_time": "2"},
                PLAIN | {"id": "P2", "completed": "6", "quality_met": "6", "on_time": "6"}]
    subject = {"id": "A", "kind": "civil_servant", "marks": MARKS, "products": products}
    outcome = rate_subject(BOOK, parse_subject(subject), Period(kind="month", year=2026, number=2))
    reports = {p["id"]: {"evidence": "Hồ sơ", "cause": ""} for p in products}
    document = {"subject": subject, "reports": reports}
    above = "1 việc báo hoàn thành nhiều hơn số được giao"
    assert frozen_flags(BOOK, document, outcome) == [above]
    products[1]["outside_plan"] = True
    assert above not in frozen_flags(BOOK, document, outcome)


@pytest.mark.parametrize(("due", "given", "origin", "late"), [
    (date(2026, 2, 20), datetime(2026, 2, 20, 9, tzinfo=UTC), "assigned", False),
    (date(2026, 2, 20), datetime(2026, 2, 21, 9, tzinfo=UTC), "assigned", True),
    (date(2026, 3, 20), datetime(2026, 2, 28, 9, tzinfo=UTC), "assigned", False),
    (date(2026, 3, 20), datetime(2026, 2, 28, 17, 1, tzinfo=UTC), "own", True),
    (date(2026, 2, 20), datetime(2026, 3, 21, 9, tzinfo=UTC), "imported", False),
])  # fmt: skip
def test_a_task_given_after_its_deadline_or_its_month_asks_for_a_look(
    due: date, given: datetime, origin: str, late: bool
) -> None:
    """The month ends at midnight in Vietnam; what another system sent came when that was read."""
    task = Task(code="A", month=date(2026, 2, 1), due_date=due, given_at=given, origin=origin)
    assert given_flags([task], None) == (["1 việc giao sau hạn hoặc sau khi tháng kết thúc"] if late else [])


def test_a_coefficient_of_no_catalogue_and_a_far_volume_ask_for_a_look() -> None:
    task = Task(code="A", month=date(2026, 2, 1), due_date=date(2026, 2, 20), given_at=datetime(2026, 2, 2, tzinfo=UTC))
    assert given_flags([task], None) == []
    task.is_outside_catalogue = True  # type: ignore[attr-defined]
    assert "1 việc hệ số ngoài danh mục" in given_flags([task], None)[0]
    task.is_outside_catalogue = False  # type: ignore[attr-defined]
    usual = [Fraction(30)] * 3
    assert given_flags([task], compare(Fraction(45), usual, [])) == []
    assert "Khối lượng khác xa trung vị" in given_flags([task], compare(Fraction(1023), usual, []))[0]
