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
    ((places, said),) = cells(heads(), {"agency": "SO1"}).values()
    assert places is None
    assert "decided_by" in said
    with pytest.raises(CaseError, match="decided_by"):
        cells(heads(), {"agency": "BTV", "group": "giam-doc"})
    assert cells(heads("BTV"), {"agency": "BTV"})["quota.excellent.BTV.giam-doc"][0] == 3


def test_twice_for_the_same_is_refused() -> None:
    with pytest.raises(CaseError, match="tỷ lệ nâng của “A G1” ghi hai lần"):
        places("party/qd-366-2025", 2025, members(), {"group": "G1"}, {"group": "G1"})


def leaders() -> list[dict[str, Any]]:
    good = {"kind": "leader", "leadership": "head", "marks": {"general": 30, "results": 45}, "agency": "A",
            "led": MEMBER["tasks"], "defects": MEMBER["defects"], "related": {"units": []}}  # fmt: skip
    return [{**good, "id": f"L{n}", "group": "G1"} for n in range(4)]


def test_of_one_side_of_a_group_name() -> None:
    case = {"title": "t", "rulebook": "party/qd-366-2025", "period": {"kind": "year", "year": 2025},
            "subjects": [*members(), *leaders()]}  # fmt: skip

    def raised(*raises: dict[str, Any]) -> dict[tuple[str | None, str | None], bool]:
        asked = {**case, "quota_raises": [{"agency": "A", **WHO, **one} for one in raises]}
        cells = rate_file(parse_case(json.dumps(asked).encode())).quotas
        return {(cell.side, cell.group): cell.percent == 25 for cell in cells}

    assert raised({"group": "G1", "side": "leader"}) == {
        ("leader", "G1"): True, ("party_member", "G1"): False, ("party_member", "G2"): False,
    }  # fmt: skip
    assert raised({"side": "party_member"}) == {
        ("leader", "G1"): False, ("party_member", "G1"): True, ("party_member", "G2"): True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ({"agency": "KHONGCO"}, r"agency”: không đối tượng nào .* “KHONGCO”. Trong tệp có: A\."),
        ({"group": "h"}, r"group”: “A” không có nhóm “h”. Trong tệp có: G1, G2\."),
        ({"side": "leader"}, r"side”: .*không có cán bộ lãnh đạo, quản lý. Trong tệp có: party_member \(đảng viên\)"),
    ],
)
def test_what_reaches_nobody_is_refused_with_whom_the_file_has(raised: dict[str, Any], told: str) -> None:
    with pytest.raises(CaseError, match=told):
        places("party/qd-366-2025", 2025, members(), raised)


def test_a_text_without_a_raised_share_is_named() -> None:
    with pytest.raises(CaseError, match=r"không có tỷ lệ nâng\. Bỏ mục này; bộ quy tắc: party/qd-124-2023"):
        places("party/qd-124-2023", 2023, members(), {})
    month = [{"id": "A1", "kind": "civil_servant", "agency": "A", "group": "G", "marks": {}}]
    case = {"title": "t", "period": {"kind": "month", "year": 2026, "number": 3}, "subjects": month,
            "quota_raises": [{"agency": "A", "group": "G", **WHO}]}  # fmt: skip
    with pytest.raises(CaseError, match=r"không có tỷ lệ nâng cho từng nhóm\. Bỏ khóa group"):
        rate_file(parse_case(json.dumps(case).encode()))


@pytest.mark.parametrize(("book", "year", "how"), [
    ("party/qd-366-2025", 2025, "được đếm riêng"), ("state/nd-335-2025", 2026, "không được đếm trong nhóm nào"),
    ("state/nd-233-2026", 2026, "không được đếm trong nhóm nào"),
])  # fmt: skip
def test_who_states_no_group_beside_others_who_do_is_named(book: str, year: int, how: str) -> None:
    people = members() if book.startswith("party") else officials()
    if "233" in book:
        people = [{**{name: one[name] for name in one if name != "year"}, "kind": "public_employee"} for one in people]

    def said(people: list[dict[str, Any]]) -> str:
        case = {"title": "t", "rulebook": book, "period": {"kind": "year", "year": year}, "subjects": people}
        return " ".join(cell.finding.sentence_vi for cell in rate_file(parse_case(json.dumps(case).encode())).quotas)

    assert "Lưu ý" not in said(people)
    assert "Lưu ý" not in said([{name: one[name] for name in one if name != "group"} for one in people])
    mixed = [people[0], *({name: one[name] for name in one if name != "group"} for one in people[1:3]), *people[3:]]
    text = said(mixed)
    assert text.count("Lưu ý") == 1
    assert f"G11, G12 chưa ghi nhóm (khóa group) nên {how}, trong khi cùng cơ quan có nhóm G1, G2" in text
