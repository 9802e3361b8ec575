"""Two deliveries of one source at the same moment: each task once, and every answer is true."""

from datetime import datetime
from functools import partial

import pytest

from tests.integration.inflow.conftest import make_source, task
from tests.integration.organisation.ward import build_ward
from tests.races import together
from thuocdo.audit import verify
from thuocdo.inflow.actions import deliver
from thuocdo.inflow.models import SourceItem
from thuocdo.inflow.payloads import Offer, TaskContent, content_of
from thuocdo.inflow.planning import Decision
from thuocdo.work.models import Task

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
