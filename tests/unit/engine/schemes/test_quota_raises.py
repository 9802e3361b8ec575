"""The raised line is decided for an agency or for one similar group of it; what names no group means all of them."""

import json
from typing import Any

import pytest

from tests.unit.engine.schemes.test_absent import MEMBER, MONTHS
from thuocdo.engine import CaseError, parse_case
from thuocdo.engine.cases import rate_file

WHO = {"by": "Ban Thường vụ", "reason": "vượt kế hoạch"}


def places(book: str, year: int, people: list[dict[str, Any]], *raises: dict[str, Any]) -> dict[str | None, int | None]:
    case = {"title": "t", "rulebook": book, "period": {"kind": "year", "year": year}, "subjects": people,
            "quota_raises": [{"agency": "A", **WHO, **one} for one in raises]}  # fmt: skip
    return {cell.group: cell.places for cell in rate_file(parse_case(json.dumps(case).encode())).quotas}


def members() -> list[dict[str, Any]]:
    good = {**MEMBER, "marks": {"general": 30, "results": 45}, "agency": "A"}
    return [{**good, "id": f"{group}{n}", "group": group} for group in ("G1", "G2") for n in range(4)]


def officials() -> list[dict[str, Any]]:
    scores = [{**month, "score": "80"} for month in MONTHS]
    person = {"kind": "civil_servant", "agency": "A", "months": scores, "year": {"months_worked": 12}}
    return [{**person, "id": f"{group}{n}", "group": group} for group in ("G1", "G2") for n in range(4)]


def test_of_one_group_of_the_party() -> None:
    assert places("party/qd-366-2025", 2025, members()) == {"G1": 0, "G2": 0}
    assert places("party/qd-366-2025", 2025, members(), {"group": "G1"}) == {"G1": 1, "G2": 0}
    assert places("party/qd-366-2025", 2025, members(), {}) == {"G1": 1, "G2": 1}
    assert places("party/qd-366-2025", 2025, members(), {}, {"group": "G2"}) == {"G1": 1, "G2": 1}


def test_of_one_group_of_civil_servants() -> None:
    """The agency as a whole keeps its own line."""
    assert places("state/nd-335-2025", 2026, officials()) == {None: 1, "G1": 0, "G2": 0}
    assert places("state/nd-335-2025", 2026, officials(), {"group": "G1"}) == {None: 1, "G1": 1, "G2": 0}
    assert places("state/nd-335-2025", 2026, officials(), {}) == {None: 2, "G1": 1, "G2": 1}


def test_twice_for_the_same_is_refused() -> None:
    with pytest.raises(CaseError, match="tỷ lệ nâng của “A G1” ghi hai lần"):
        places("party/qd-366-2025", 2025, members(), {"group": "G1"}, {"group": "G1"})
