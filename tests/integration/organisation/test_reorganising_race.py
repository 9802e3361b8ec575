"""A reorganisation is applied while somebody ends a post of its units: neither overwrites the other."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.integration.organisation.test_any_reorganisations import AT, FIRST, build
from tests.races import together
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation import actions
from thuocdo.organisation.actions import reorganising
from thuocdo.organisation.changes.mapping import SuccessionLine
from thuocdo.organisation.models import Employment

pytestmark = pytest.mark.django_db(transaction=True)
Act = dict[str, Any]


def applied_beside(patch: pytest.MonkeyPatch, ending: Callable[[Act, Employment], Any]) -> tuple[Employment, Any]:
    """The reorganisation has read its posts when `ending` begins. The old post, and what `ending` came to."""
    place, officer = build()
    act: Act = {"by": officer, "at": AT}
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
            return ending(act, post)
        finally:
            ended.set()

    patch.setattr(reorganising, "_refuse_unclear", after_reading)
    applied, done = together(
        lambda: actions.apply_reorganisation(**act, plan_id=plan.pk, version=plan.version), end, bound=60
    )
    assert getattr(applied, "state", applied) == "applied"
    post.refresh_from_db()
    return post, done


def test_an_end_written_meanwhile_is_kept(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2026, 1, 20)
    post, done = applied_beside(
        monkeypatch, lambda act, post: actions.end_employment(**act, employment_id=post.pk, end=day)
    )
    assert (done.end, post.end) == (day, day)


def test_who_leaves_meanwhile_is_not_carried_on_unseen(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do the two wait for each other: the new post points to the person, whom the one who leaves holds."""
    post, done = applied_beside(
        monkeypatch,
        lambda act, post: actions.offboard(
            **act, person_id=post.person_id, last_day=date(2026, 1, 19), reason="Nghỉ hưu"
        ),
    )
    assert isinstance(done, Refusal)
    assert done.code == "departure.early"
    assert post.end == FIRST
