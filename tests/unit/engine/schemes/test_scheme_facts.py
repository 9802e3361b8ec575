"""The facts of schemes: counts that must fit, exact numbers, one key of two."""

import json
from typing import Any

import pytest

from thuocdo.engine import CaseError, canonical_json, parse_case
from thuocdo.engine.facts import KINDS


def parsed(subject: dict[str, Any], **keys: Any) -> Any:
    file = {"title": "t", "period": {"kind": "year", "year": 2025}, **keys}
    file["subjects"] = [{"id": "A", "kind": "party_member", **subject}]
    return parse_case(json.dumps(file).encode())


def decided(**keys: Any) -> dict[str, Any]:
    day = {"effective_date": "2025-03-01", "about": "duty"}
    return {"act": "H", "form": "khien_trach", "side": "party", **day, **keys}


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"tasks": {"assigned": 3, "done": 4}}, r"done \(4\) lớn hơn assigned \(3\)"),
        ({"tasks": {"assigned": 3, "late": 4}}, "late"),
        ({"tasks": {"assigned": 3, "above": 4}}, "above"),
        ({"led": {"assigned": 3, "failing": 4}}, "failing"),
        ({"tasks": {"done": 1.5}}, "số nguyên"),
        ({"tasks": {"done": True}}, "số nguyên"),
        ({"tasks": {"done": -1}}, "từ 0 đến"),
        ({"defects": {"total": 1, "fixed": 2}}, "fixed"),
        ({"votes": {"valid": 5, "high": 3, "low": 3}}, "high"),
        ({"votes": {"valid": 5, "collected": 4}}, "valid"),
        ({"votes": {"issued": 5, "collected": 6}}, "collected"),
        ({"votes": {"convened": 5, "valid": 6}}, "valid"),
        ({"votes": {"total": 5, "valid": 6}}, "valid"),
        ({"time": {"working_days": 20, "worked_days": "20.5"}}, "worked_days"),
        ({"time": {"months_worked": 13}}, "12"),
        ({"facts": {"x": "1.234"}}, "chữ số thập phân"),
        ({"facts": {"x": [1]}}, "phải là một số"),
        ({"facts": {"x": "có"}}, "ghi true hoặc false, không đặt trong dấu nháy"),
        ({"disciplines": [decided(act_year=2026)]}, r"\(2026\) sau năm quyết định có hiệu lực"),
        ({"disciplines": [decided(act_year=2024, used_in_year=2023)]}, r"năm 2023, trước năm xảy ra \(2024\)"),
        ({"absences": [{"reason": "tired", "days": 1}]}, "không hợp lệ"),
        ({"member_marks": [{"marker": "M", "marks": {}}, {"marker": "M", "marks": {}}]}, "ghi hai lần"),
        ({"months": [{"month": 1, "score": 5}], "member_marks": []}, "không ghi cùng lúc"),
        ({"kind": "dog"}, "không hợp lệ"),
    ],
)
def test_facts_that_do_not_fit_are_refused(facts: dict[str, Any], word: str) -> None:
    with pytest.raises(CaseError, match=word):
        parsed(facts)


def test_a_rating_before_its_period_is_refused() -> None:
    with pytest.raises(CaseError, match="31/12/2024 trước ngày đầu của năm 2025"):
        parsed({}, rating_date="2024-12-31")
    assert parsed({}, rating_date="2025-01-01").rating_date is not None


def test_years_of_an_act_in_their_order_are_taken() -> None:
    given = [decided(act_year=2025), decided(act="H2", act_year=2023, used_in_year=2023), decided(used_in_year=2024)]
    assert len(parsed({"disciplines": given}).subjects[0].disciplines) == 3


def test_what_is_not_given_is_not_written() -> None:
    subject = parsed({}).subjects[0]
    assert json.loads(canonical_json(subject)) == {
        "id": "A", "kind": "party_member", "leadership": "none", "leadership_factors": {}, "decisions": {},
    }  # fmt: skip


def test_ten_kinds_and_one_related_subject_or_several() -> None:
    assert len(KINDS) == 10
    found = parsed({"related": {"a": {"level": "good"}, "b": [{"id": "B"}, {"level": "x"}], "c": []}}).subjects[0]
    assert [len(items) for items in found.related.values()] == [1, 2, 0]
    again = parsed(json.loads(canonical_json(found))).subjects[0]
    assert canonical_json(again) == canonical_json(found)


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({"headcounts": [{"agency": "U", "staff": 1}, {"agency": "U", "staff": 2}]}, "ghi hai lần"),
        ({"quota_facts": [{"agency": "U", "id": "x", "value": 101}]}, "100"),
        ({"quota_facts": [{"agency": "U", "id": "x", "value": "3/2"}]}, "100"),
        ({"salary_funds": [{"agency": "U", "fund": "x", "amount": 1}] * 2}, "ghi hai lần"),
        ({"steps": [{"step": "x", "subject": "Z"}]}, "không có mã này"),
        ({"procedure": "play"}, "không hợp lệ"),
    ],
)
def test_facts_of_the_file(keys: dict[str, Any], word: str) -> None:
    with pytest.raises(CaseError, match=word):
        parsed({}, **keys)
    parsed({}, headcounts=[{"agency": "U", "staff": 1}, {"agency": "U", "group": "g", "staff": 2}])
