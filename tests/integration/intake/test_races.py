"""An import is applied while somebody works on a person whom it names: both are done, nobody waits for ever."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest

from tests.integration.organisation.ward import HEADER, SINCE, build_ward, person_row, xlsx
from tests.races import meeting, together
from thuocdo.audit.verify import verify
from thuocdo.intake import steps
from thuocdo.intake.actions import apply_import, preview_import
from thuocdo.organisation.actions import changes
from thuocdo.organisation.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_import_and_a_reset_of_one_of_its_people(
    transactional_db: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import waits for the person, whose reset waits for the chain that everybody signs in on: not held by then."""
    ward = build_ward(at)
    act: dict[str, Any] = {"by": ward.officer, "at": at}
    person = ward.employee_person
    rows = [person_row(person.code, "Tên Sau Khi Nhập", username=ward.employee.username, start=f"{SINCE:%d/%m/%Y}")]
    batch = preview_import(kind="people", scope="P1", file_name="t.xlsx", content=xlsx(HEADER, rows), **act)
    meeting(monkeypatch, (steps, "planned_for"), (changes, "new_links"))
    applied, link = together(
        partial(apply_import, batch_id=batch.pk, **act), partial(changes.reset_sign_in, person_id=person.pk, **act)
    )
    assert (applied.state, link.person.pk) == ("applied", person.pk)
    assert Person.objects.get(pk=person.pk).full_name == "Tên Sau Khi Nhập"
    assert [p for p in verify().problems if p.kind in ("organisation.person", "intake.importbatch")] == []
