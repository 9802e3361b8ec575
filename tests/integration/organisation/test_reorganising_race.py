"""A reorganisation is applied while somebody writes a post of its units: what the other wrote is not overwritten."""

import threading
from datetime import date
from typing import Any

import pytest

from tests.integration.organisation.test_any_reorganisations import AT, FIRST, build
from tests.races import together
from thuocdo.organisation import actions
from thuocdo.organisation.actions import reorganising
from thuocdo.organisation.changes.mapping import SuccessionLine
from thuocdo.organisation.models import Employment

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_end_written_meanwhile_is_kept(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    place, officer = build()
    act: dict[str, Any] = {"by": officer, "at": AT}
    line = SuccessionLine(old="A", code="A-MOI", name="Phòng A mới", kind="agency", parent="NOI", records=True)
    plan = actions.begin_reorganisation(
        **act, root_id=place.pk, title="Đổi tên", decision="01/QĐ", decided_on=AT.date(), start=FIRST, rows=[line]
    )
    post = Employment.objects.get(person__code="A2")
    read, ended, unclear = threading.Event(), threading.Event(), reorganising._refuse_unclear

    def after_reading(*given: Any) -> None:
        read.set()
        ended.wait(2)
        unclear(*given)

    def end() -> Any:
        assert read.wait(20)
        try:
            return actions.end_employment(**act, employment_id=post.pk, end=date(2026, 1, 20))
        finally:
            ended.set()

    monkeypatch.setattr(reorganising, "_refuse_unclear", after_reading)
    applied, done = together(
        lambda: actions.apply_reorganisation(**act, plan_id=plan.pk, version=plan.version), end, bound=60
    )
    assert getattr(applied, "state", applied) == "applied"
    assert done.end == date(2026, 1, 20)
    post.refresh_from_db()
    assert post.end == date(2026, 1, 20)
