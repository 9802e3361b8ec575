"""The officer's people page by page: by key, without counting long lists, and the same for an officer of many units."""

from datetime import date
from typing import Any

import pytest

from tests.guards import outside_actions
from tests.integration.organisation.ward import Ward
from thuocdo.organisation import directory
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.queries import people_for_officer

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)


@pytest.fixture
def crowd(ward: Ward) -> Ward:
    """Twelve namesakes in the ward, who only differ by code, and twelve elsewhere."""
    with outside_actions():
        for n in range(24):
            unit = ward.units["P1" if n % 2 else "P2-UB"]
            person = Person.objects.create(
                code=f"X{n:02d}", full_name="Lê Văn Bảy", sort_key="bay van le", search_key="le van bay"
            )
            Employment.objects.create(person=person, unit=unit, kind="civil_servant", position="x", start=DAY)
    return ward


def codes(ward: Ward, **asked: Any) -> list[str]:
    """All pages one after the other."""
    found: list[str] = []
    page = directory.people_page(ward.officer, DAY, **asked)
    while True:
        found += [line.person.code for line in page.lines]
        if page.onward is None:
            return found
        page = directory.people_page(ward.officer, DAY, after=page.onward, **asked)


@pytest.mark.parametrize("few", [0, 1000], ids=["an officer of many units", "of few"])
def test_pages_by_key_name_everybody_once(crowd: Ward, monkeypatch: Any, few: int) -> None:
    monkeypatch.setattr(directory, "PAGE", 3)
    monkeypatch.setattr(directory, "FEW_UNITS", few)
    monkeypatch.setattr(directory, "COUNTED", 4)
    everybody = list(people_for_officer(crowd.officer, DAY).values_list("code", flat=True))
    assert codes(crowd) == everybody
    assert codes(crowd, typed="le van bay") == [f"X{n:02d}" for n in range(24) if n % 2]
    first = directory.people_page(crowd.officer, DAY)
    assert first.how_many == ("Hơn 1.000 người" if few else "Nhiều người, từng trang một")
    assert directory.people_page(crowd.officer, DAY, typed="X01").how_many == "1 người"
    assert all(p.unit_id != crowd.units["P2-UB"].pk for line in first.lines for p in line.posts)


def test_a_page_costs_the_same_for_any_number_of_people(crowd: Ward, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5):
        directory.people_page(crowd.officer, DAY)
