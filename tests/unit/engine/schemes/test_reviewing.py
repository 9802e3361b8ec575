"""What a rulebook says of reviews: the form of the year, its contents, its marks or grades, the terms of a meeting."""

from datetime import date

import pytest

from thuocdo.engine import load_book
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.reviewing import layouts_of, meeting_terms, rows_of

ON = {"party/qd-366-2025": date(2025, 12, 20), "party/qd-124-2023": date(2024, 12, 20), "party/qd-132-2019": date(
    2020, 12, 20), "party/qd-132-2018": date(2018, 12, 20)}  # fmt: skip


def book(key: str, *overlays: str) -> SchemeBook:
    found = load_book(key, overlays=overlays)
    assert isinstance(found, SchemeBook)
    return found


@pytest.mark.parametrize(
    ("key", "kind", "role", "forms"),
    [
        ("party/qd-366-2025", "collective", "none", ["01"]),
        ("party/qd-366-2025", "leader", "head", ["02A"]),
        ("party/qd-366-2025", "party_member", "none", ["02B", "02C"]),
        ("party/qd-124-2023", "leader", "head", ["02B"]),
        ("party/qd-124-2023", "party_member", "none", ["02A"]),
        ("party/qd-124-2023", "collective", "none", [""]),
        ("party/qd-132-2019", "party_member", "none", ["02"]),
        ("party/qd-132-2019", "collective", "none", ["04"]),
        ("party/qd-132-2018", "party_member", "none", ["5"]),
        ("party/qd-366-2025", "civil_servant", "none", []),
    ],
)
def test_the_letters_of_the_forms_change_from_period_to_period(
    key: str, kind: str, role: str, forms: list[str]
) -> None:
    assert [one.form for one in layouts_of(book(key), kind, role, ON[key])] == forms  # type: ignore[arg-type]


def test_a_leader_speaks_of_three_contents_more_than_a_member() -> None:
    of = book("party/qd-366-2025")
    member = layouts_of(of, "party_member", "none", ON[of.key])[0]
    leader = layouts_of(of, "leader", "head", ON[of.key])[0]
    assert {head.id for head in leader.heads} - {head.id for head in member.heads} == {"leading", "daring", "example"}
    assert [(row.id, row.most) for row in leader.rows] == [("general", 3000), ("results", 7000)]
    assert leader.unsaid
    assert leader.has("prompts")


@pytest.mark.parametrize(
    ("key", "kind", "role", "rows", "unsaid"),
    [
        ("local/hai-phong-212-2025", "leader", "head", 9, 0),
        ("local/phu-tho-so-tttt-2022", "unit", "none", 0, 2),
        ("state/nd-233-2026", "public_employee", "none", 2, 6),
    ],
)
def test_marks_are_asked_by_parts_where_each_has_a_maximum_and_a_group_without_one_is_only_named(
    key: str, kind: str, role: str, rows: int, unsaid: int
) -> None:
    asked, named = rows_of(book(key), kind, role)  # type: ignore[arg-type]
    assert (len(asked), len(named)) == (rows, unsaid)


def test_before_points_there_were_four_grades() -> None:
    of = book("party/qd-132-2018")
    [sheet] = layouts_of(of, "party_member", "none", ON[of.key])
    assert {row.most for row in sheet.rows} == {None}
    assert sheet.note
    assert layouts_of(of, "party_member", "none", date(2018, 1, 1)) == ()


def test_the_strictest_rule_of_a_meeting_holds_and_nothing_is_made_up_for_other_years() -> None:
    now = meeting_terms(book("party/qd-366-2025"), "", date(2025, 12, 20))
    assert (now.draft_days, now.half_days) == (3, 2)
    assert meeting_terms(book("party/qd-366-2025"), "province", date(2025, 12, 20)).half_days == 4
    before = meeting_terms(book("party/qd-132-2018"), "province", date(2018, 12, 20))
    assert (before.draft_days, before.half_days, before.draft_cite, before.length_cite) == (None, None, (), ())
