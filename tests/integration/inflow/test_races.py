"""Two deliveries of one source at the same moment: each task once, and every answer is true."""

from datetime import datetime
from functools import partial

import pytest

from tests.integration.inflow.conftest import Place, make_source, task
from tests.integration.inflow.test_inbox_in_excel import sent
from tests.integration.organisation.ward import build_ward
from tests.races import meeting, together
from thuocdo.audit import verify
from thuocdo.inflow import knowledge
from thuocdo.inflow.actions import deliver
from thuocdo.inflow.models import SourceItem
from thuocdo.inflow.payloads import Offer, TaskContent, content_of
from thuocdo.inflow.planning import Decision
from thuocdo.intake.actions import apply_import, preview_undo
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.work.actions import report_task
from thuocdo.work.models import Product, Task
from thuocdo.work.rules import Report

pytestmark = pytest.mark.django_db(transaction=True)
BOUND, MANY = 60, 12


def offered(number: int) -> Offer:
    raw = {name: value for name, value in task().items() if name not in ("updated_at", "product")}
    raw |= {"title": f"Việc {number}", "coefficient": "1.5"}
    return Offer(f"VB-{number}", content_of(TaskContent.model_validate(raw)))


def test_deliveries_at_once_make_each_task_once(transactional_db: None, at: datetime) -> None:
    ward = build_ward(at)
    source = make_source(ward, at).source
    lists = [range(MANY), range(MANY // 2, 2 * MANY), range(MANY)]

    def send(numbers: range) -> list[Decision]:
        return deliver(by=None, at=at, source_id=source.pk, offers=[offered(n) for n in numbers])

    answers = together(*(partial(send, one) for one in lists), bound=BOUND)
    assert [len(answer or ()) for answer in answers] == [len(one) for one in lists]
    outcomes = [decision.outcome for answer in answers for decision in answer]
    assert sorted(set(outcomes)) == ["created", "unchanged"]
    assert outcomes.count("created") == 2 * MANY == Task.objects.count() == SourceItem.objects.count()
    assert [p for p in verify.verify().problems if p.kind.startswith(("inflow.", "work.task"))] == []


def test_two_sources_that_bring_the_same_task_at_once_make_it_once(
    transactional_db: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has a sheet in that month yet: the person is what both wait at."""
    ward = build_ward(at)
    made = make_source(ward, at)
    other = make_source(ward, at, name="Hệ thống chỉ đạo").source
    meeting(monkeypatch, (knowledge, "_twins"), (knowledge, "_twins"))
    answers = together(
        *(partial(deliver, by=None, at=at, source_id=one, offers=[offered(1)]) for one in (made.source.pk, other.pk)),
        bound=BOUND,
    )
    codes = sorted((decision.outcome, decision.code) for answer in answers for decision in answer)
    assert codes == [("created", ""), ("waiting", "twin")]
    assert Task.objects.count() == 1


def test_taking_an_import_back_and_a_report_at_once_leave_one_of_them(transactional_db: None, at: datetime) -> None:
    """Either the task is withdrawn and nothing is reported of it, or it is reported and stays."""
    ward = build_ward(at)
    made = make_source(ward, at)
    place = Place(ward, made.source, made.token, Product(), at)
    raw = {name: value for name, value in task().items() if name not in ("updated_at", "product")}
    offer = Offer("VB-1", content_of(TaskContent.model_validate(raw | {"person": "LA", "coefficient": "1.5"})))
    deliver(by=None, at=at, source_id=made.source.pk, offers=[offer])
    batch = sent(place, {"VB-1": {"Mã cán bộ": "CC900"}})
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    given, back = place.task("VB-1"), preview_undo(by=ward.officer, at=at, batch_id=batch.pk)
    report = Report(completed=400, quality_met=400, on_time=400)
    undone, reported = together(
        partial(apply_import, by=ward.officer, at=at, batch_id=back.pk),
        partial(report_task, by=ward.employee, at=at, task_id=given.pk, version=given.version, report=report),
        bound=BOUND,
    )
    given.refresh_from_db()
    item = place.item("VB-1")
    ended = (given.state, given.completed, item.state)
    if isinstance(reported, Refusal):
        assert ended == ("withdrawn", None, "waiting")
    else:
        assert isinstance(undone, Conflict)
        assert ended == ("active", 400, "applied")
    assert [p for p in verify.verify().problems if p.kind.startswith(("inflow.", "work.task"))] == []
