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


def heads(*bodies: str) -> list[dict[str, Any]]:
    """Twelve of one similar position, each of another agency; the last six of the second body where two are named."""
    good = {**MEMBER, "marks": {"general": 30, "results": 45}, "group": "giam-doc"}
    people = [{**good, "id": f"GD{n}", "agency": f"SO{n}"} for n in range(12)]
    return [one | ({"decided_by": bodies[n * len(bodies) // 12]} if bodies else {}) for n, one in enumerate(people)]


def cells(people: list[dict[str, Any]], *raises: dict[str, Any]) -> dict[str, tuple[int | None, str]]:
    case = {"title": "t", "rulebook": "party/qd-366-2025", "period": {"kind": "year", "year": 2025},
            "subjects": people, "quota_raises": [{**WHO, **one} for one in raises]}  # fmt: skip
    found = rate_file(parse_case(json.dumps(case).encode())).quotas
    return {cell.finding.id: (cell.places, cell.finding.sentence_vi) for cell in found}


def test_a_group_is_counted_across_agencies_where_the_text_knows_only_groups() -> None:
    """QĐ 366 Điều 11.1.5: by similar position; twelve heads of agencies are one group, not twelve of one each."""
    ((name, (places, said)),) = cells(heads()).items()
    assert (name, places) == ("quota.excellent.-.giam-doc", 2)
    assert said.startswith("Nhóm giam-doc (các cơ quan SO0, SO1, SO10")
    assert {name: found[0] for name, found in cells(heads("BTV1", "BTV2")).items()} == {
        "quota.excellent.BTV1.giam-doc": 1, "quota.excellent.BTV2.giam-doc": 1,
    }  # fmt: skip


def test_those_who_name_no_group_stay_with_their_agency() -> None:
    people = [{key: value for key, value in one.items() if key != "group"} for one in heads()[:2]]
    assert list(cells(people)) == ["quota.excellent.SO0", "quota.excellent.SO1"]
    assert list(cells([one | {"decided_by": "BTV"} for one in people])) == ["quota.excellent.BTV"]


def test_a_raise_across_agencies_names_the_body() -> None:
    for meant in ({"agency": "SO1"}, {"agency": "BTV", "group": "giam-doc"}):
        ((places, said),) = cells(heads(), meant).values()
        assert places is None
        assert "decided_by" in said
    assert cells(heads("BTV"), {"agency": "BTV"})["quota.excellent.BTV.giam-doc"][0] == 3
    ((places, _),) = cells(heads(), {"agency": "OTHER"}).values()
    assert places == 2


def test_twice_for_the_same_is_refused() -> None:
    with pytest.raises(CaseError, match="tỷ lệ nâng của “A G1” ghi hai lần"):
        places("party/qd-366-2025", 2025, members(), {"group": "G1"}, {"group": "G1"})
