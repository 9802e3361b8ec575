"""Lists that a city makes large come back unchanged, whole and by few queries (issue 4: 10,000 rows)."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from tests.guards import outside_actions
from tests.integration.intake.files import cells_of, written
from tests.integration.organisation.ward import SINCE, Ward
from thuocdo.intake.actions import export_list, preview_import
from thuocdo.intake.documents import stored_counts, stored_problems
from thuocdo.organisation.models import Employment, Person, Role, Unit, UnitLink
from thuocdo.records.models import Absence

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE, UNITS = 10_000, 6_000
# Kind -> rows of the list, and whether the file keeps its marks: with them a row is compared, without it is planned.
LARGE = {
    "roles": (PEOPLE + 1, True), "absences": (PEOPLE, False), "units": (UNITS + 4, False),
}  # fmt: skip


def kept(model: type[Model], rows: Iterable[Any]) -> list[Any]:
    found = iter(rows)
    made: list[Any] = []
    while part := list(islice(found, 2000)):
        made += model._default_manager.bulk_create(part)
    return made


def crowd(ward: Ward) -> None:
    """10,000 people of one office, each with a role and an absence; 6,000 units beside it."""
    office, agency, day = ward.units["P1-VP"], ward.units["P1-UB"], date(2026, 1, 1)
    people = kept(
        Person, (Person(code=f"N{n:05}", full_name="Đỗ Thị Nhiều", sort_key="", search_key="") for n in range(PEOPLE))
    )
    post: dict[str, Any] = {"unit": office, "kind": "civil_servant", "leadership": "none", "start": SINCE}
    kept(Employment, (Employment(person=one, **post) for one in people))
    kept(Role, (Role(person=one, unit=office, kind="enterer", start=SINCE) for one in people))
    starts = [day + timedelta(days=n % 300) for n in range(PEOPLE)]
    ends = (date(2027, 1, 1), None)
    kept(Absence, (
        Absence(person=one, kind="maternity", start=starts[n], end=ends[n % 2]) for n, one in enumerate(people)
    ))  # fmt: skip
    units = kept(Unit, (Unit(code=f"T{n:04}", name=f"Tổ {n}", kind="component", start=SINCE) for n in range(UNITS)))
    kept(UnitLink, (UnitLink(tree="structure", child=one, parent=agency, start=SINCE) for one in units))


@pytest.mark.long(20)
def test_10_000_rows_of_each_large_list_come_back_unchanged(ward: Ward, at: Any) -> None:
    with outside_actions():
        crowd(ward)
    for kind, (rows, marked) in LARGE.items():
        act: dict[str, Any] = {"by": ward.officer, "at": at, "kind": kind, "scope": "P1"}
        with CaptureQueriesContext(connection) as asked:
            content = export_list(**act)
            cells = cells_of(content)
            file = content if marked else written([row[:-1] for row in cells])
            batch = preview_import(file_name="t.xlsx", content=file, **act)
        assert len(cells) - 1 == rows
        assert (batch.state, stored_problems(batch)) == ("ready", [])
        counts = stored_counts(batch)
        assert counts.pop("unchanged") == counts.pop("rows") == rows
        assert not any(counts.values()), (kind, counts)
        assert len(asked) < 80, f"{kind}: {len(asked)} queries, not one for each row"
