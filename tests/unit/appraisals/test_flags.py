"""Flags point at what an evaluator should look at; a plain sheet has none."""

from fractions import Fraction
from typing import Any

import pytest

from thuocdo.appraisals.flags import flags_for
from thuocdo.engine import Period, load_rulebook, parse_subject, rate_subject

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
    return flags_for(BOOK, whole, outcome, [Fraction(h) for h in history], tasks_changed=changed)


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
    assert flags_for(BOOK, document, outcome, [], tasks_changed=()) == [above]
    products[1]["outside_plan"] = True
    assert above not in flags_for(BOOK, document, outcome, [], tasks_changed=())
