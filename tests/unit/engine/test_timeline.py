"""The timeline: which rulebook governs whom, by the date that each instrument keys on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from thuocdo.engine import Selection, list_rulebooks, select_rulebook
from thuocdo.engine.coverage import Entry, _entries
from thuocdo.engine.reading import default_roots
from thuocdo.engine.schema import PeriodKind

STATE = [
    ("civil_servant", 2015, date(2015, 7, 31), None),
    ("civil_servant", 2015, date(2015, 8, 1), "state/nd-56-2015"),
    ("public_employee", 2017, date(2017, 9, 14), "state/nd-56-2015"),
    ("public_employee", 2017, date(2017, 9, 15), "state/nd-56-2015-nd-88-2017"),
    ("cadre", 2020, date(2020, 8, 19), "state/nd-56-2015-nd-88-2017"),
    ("cadre", 2020, date(2020, 8, 20), "state/nd-90-2020"),
    ("civil_servant", 2023, date(2023, 9, 14), "state/nd-90-2020"),
    ("civil_servant", 2023, date(2023, 9, 15), "state/nd-90-2020-nd-48-2023"),
    ("civil_servant", 2025, date(2026, 1, 10), "state/nd-90-2020-nd-48-2023"),
    ("civil_servant", 2026, date(2026, 12, 10), "state/nd-335-2025"),
    ("cadre", 2026, date(2026, 6, 30), "state/nd-90-2020-nd-48-2023"),
    ("cadre", 2026, date(2026, 7, 1), None),
    ("public_employee", 2026, date(2026, 6, 30), "state/nd-90-2020-nd-48-2023"),
    ("agency", 2026, date(2026, 12, 10), "state/nd-335-2025-agencies"),
    ("unit", 2026, date(2026, 12, 10), "state/nd-233-2026"),
]


@pytest.mark.parametrize(("kind", "year", "rated", "key"), STATE)
def test_the_stated_rating_day_decides(kind: str, year: int, rated: date, key: str | None) -> None:
    assert select_rulebook(kind, date(year, 1, 1), rating_date=rated).rulebook == key


@pytest.mark.parametrize(
    ("rated", "own", "key"),
    [
        (date(2026, 12, 10), True, "state/nd-233-2026"),
        (date(2026, 9, 30), False, None),
        (date(2026, 10, 1), False, "state/nd-90-2020-nd-48-2023"),
        (date(2026, 12, 10), False, "state/nd-90-2020-nd-48-2023"),
        (date(2027, 1, 31), False, "state/nd-90-2020-nd-48-2023"),
        (date(2027, 2, 1), False, None),
        (date(2027, 2, 1), True, "state/nd-233-2026"),
    ],
)
def test_public_employees_in_transition(rated: date, own: bool, key: str | None) -> None:
    """Điều 20 khoản 1 Nghị định 233/2026/NĐ-CP."""
    found = select_rulebook("public_employee", date(2026, 1, 1), rating_date=rated, own_regulation=own)
    assert (found.rulebook, found.needs) == (key, ())


def test_what_decides_and_is_not_stated_is_asked_for() -> None:
    asked = select_rulebook("public_employee", date(2026, 1, 1), rating_date=date(2026, 12, 10))
    assert (asked.rulebook, asked.needs) == (None, ("own_regulation",))
    assert select_rulebook("civil_servant", date(2023, 1, 1)).needs == ("rating_date",)


@pytest.mark.parametrize(
    ("year", "key"),
    [
        (2016, "state/nd-56-2015"),
        (2018, "state/nd-56-2015-nd-88-2017"),
        (2022, "state/nd-90-2020"),
        (2024, "state/nd-90-2020-nd-48-2023"),
    ],
)
def test_a_year_inside_one_row_needs_no_rating_day(year: int, key: str) -> None:
    assert select_rulebook("public_employee", date(year, 1, 1)).rulebook == key


OTHERS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"procedure": "party", "rating_date": date(2023, 10, 3)}, "party_member", "party/qd-132-2019"),
    ({"procedure": "party", "rating_date": date(2023, 10, 4)}, "party_member", "party/qd-124-2023"),
    ({"procedure": "party", "rating_date": date(2025, 8, 29)}, "collective", "party/qd-124-2023"),
    ({"procedure": "party", "rating_date": date(2025, 8, 30)}, "collective", "party/qd-366-2025"),
    ({"procedure": "confidence_vote", "rating_date": date(2023, 6, 30)}, "cadre", "votes/nq-85-2014"),
    ({"procedure": "confidence_vote", "rating_date": date(2023, 7, 1)}, "cadre", "votes/nq-96-2023"),
    ({"procedure": "confidence_vote", "rating_date": date(2023, 2, 2)}, "leader", "votes/qd-96-2023"),
    ({"procedure": "pay", "rating_date": date(2026, 6, 30)}, "agency", "state/nd-73-2024"),
    ({"procedure": "pay", "rating_date": date(2026, 7, 1)}, "agency", "state/nd-161-2026"),
]


@pytest.mark.parametrize(("asked", "kind", "key"), OTHERS)
def test_other_procedures(asked: dict[str, Any], kind: str, key: str | None) -> None:
    start = date(asked["rating_date"].year, 1, 1)
    assert select_rulebook(kind, start, **asked).rulebook == key


def test_the_quy_dinh_124_of_2018_is_never_selected() -> None:
    """Quy định 124-QĐ/TW ngày 02/02/2018 (giám sát) shares its number only."""
    found = select_rulebook("party_member", date(2018, 1, 1), procedure="party", rating_date=date(2018, 2, 3))
    assert found.rulebook != "party/qd-124-2023"


def test_ha_noi_from_2026_is_the_agencys_choice() -> None:
    for kind in ("civil_servant", "public_employee"):
        found = select_rulebook(kind, date(2026, 3, 1), procedure="local", place="ha-noi")
        assert (found.rulebook, found.by_choice) == (None, "local/ha-noi-3251-2022")
    before = select_rulebook("civil_servant", date(2025, 12, 1), procedure="local", place="ha-noi")
    assert before.rulebook == "local/ha-noi-3251-2022"


@pytest.mark.parametrize(
    ("place", "on", "key", "choice"),
    [
        ("tp-hcm", date(2024, 1, 1), "local/tp-hcm-4631-2018", None),
        ("tp-hcm", date(2024, 4, 1), None, "local/tp-hcm-4631-2018"),
        ("tp-hcm", date(2024, 7, 1), "local/tp-hcm-20-2024", None),
        ("phu-tho", date(2022, 5, 1), None, "local/phu-tho-so-tttt-2022"),
        ("quang-nam", date(2023, 1, 1), None, None),
    ],
)
def test_a_local_text_that_may_not_bind_is_not_selected(
    place: str, on: date, key: str | None, choice: str | None
) -> None:
    """A quarter in which the text changed; a department's own text in a whole province; a text known by title."""
    found = select_rulebook("civil_servant", on, procedure="local", place=place)
    assert (found.rulebook, found.by_choice, found.place) == (key, choice, place)


def test_every_named_rulebook_exists() -> None:
    rows: tuple[Entry, ...] = _entries(default_roots())
    named = {key for row in rows for key in (row.rulebook, row.by_choice) if key is not None}
    assert named - set(list_rulebooks()) <= {"party/hd-27-2014"}  # data that arrives by itself


def test_a_leader_is_rated_by_quarter_and_by_year_under_different_instruments() -> None:
    def party(period: PeriodKind | None) -> Selection:
        rated = date(2026, 6, 30)
        return select_rulebook("leader", date(2026, 4, 1), procedure="party", rating_date=rated, period=period)

    assert party("quarter").rulebook == "party/quarterly-2026"
    assert party("year").rulebook == "party/qd-366-2025"
    assert party(None).needs == ("period",)


@pytest.mark.parametrize("place", ["ha-noi", "da-nang", "hai-phong", "tp-hcm"])
def test_extra_income_hangs_on_the_place(place: str) -> None:
    asked: dict[str, Any] = {"procedure": "pay", "rating_date": date(2026, 12, 20)}
    found = select_rulebook("civil_servant", date(2026, 1, 1), place=place, **asked).rulebook
    assert str(found).startswith(f"local/{place}")
    assert select_rulebook("civil_servant", date(2026, 1, 1), **asked).rulebook is None
