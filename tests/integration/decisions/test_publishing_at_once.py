"""At the same moment: two officers publish, and every result is published once; a result is decided while a run of two
officers publishes, and is not published by it."""

from datetime import date, timedelta

import pytest

from tests.cast import Cast, build_cast
from tests.factories.months import confirmed, exempted, judgement, make_task, open_month, sheet_of
from tests.factories.people import give_role
from tests.integration.decisions.conftest import AT, CLOSED, choose
from tests.races import together
from thuocdo.appraisals import actions as appraisals
from thuocdo.appraisals.actions.second import ask_second, set_second_officer
from thuocdo.audit.models import Event
from thuocdo.cycles.models import Cycle, Run
from thuocdo.decisions import actions
from thuocdo.decisions.actions.publishing import REOPENED
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.decisions.models import Publication, PublishedResult, UnpublishedCount
from thuocdo.decisions.working import work_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


@pytest.fixture
def closed(cast: Cast) -> Cycle:
    people = (cast.officer_appraised, cast.colleague)
    for person in people:
        make_task(person, cast.economy, 1, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    for person in people:
        confirmed(cycle, person, AT)
    for sheet in cycle.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        exempted(sheet, cast.organisation_officer, AT)
    appraisals.close_cycle(cycle_id=cycle.pk, by=cast.organisation_officer.user, at=CLOSED)
    choose(cast)
    return Cycle.objects.get(pk=cycle.pk)


def test_two_officers_publish_at_once(cast: Cast, closed: Cycle) -> None:
    give_role(cast.inspector, cast.ward, "officer")

    def publisher(by: object) -> object:
        at = CLOSED + timedelta(days=1)
        return lambda: actions.publish_units(cycle_id=closed.pk, unit_ids=[cast.economy.pk], by=by, at=at)  # type: ignore[arg-type]

    users = (cast.organisation_officer.user, cast.inspector.user)
    done = together(*[publisher(user) for user in users * 2])  # type: ignore[arg-type]
    assert sorted((len(one.created), len(one.skipped)) for one in done) == [(0, 1)] * 3 + [(1, 0)]
    assert list(Publication.objects.values_list("number", flat=True)) == [1]
    assert PublishedResult.objects.count() == 2
    assert not UnpublishedCount.objects.exists()
    assert Event.objects.filter(code="results.published").count() == 1


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=2)], ids=["clocks agree", "decided by an earlier clock"])
def test_a_result_is_decided_while_a_run_of_two_officers_publishes(
    cast: Cast, closed: Cycle, ahead: timedelta
) -> None:
    """Before the batch the run stops; after it the new result waits for two officers. It never goes out unseen."""
    me, other, at = cast.organisation_officer.user, cast.inspector.user, CLOSED + timedelta(days=1)
    give_role(cast.inspector, cast.ward, "officer")
    set_second_officer(
        unit_id=cast.ward.pk, closing=False, publishing=True, decided_by="Chủ tịch", start=date(2026, 1, 1),
        by=me, at=AT,
    )  # fmt: skip
    (row,) = actions.propose_reopening(
        cycle_id=closed.pk, sheet_ids=[sheet_of(closed, cast.officer_appraised).pk], reason="Sai", by=me, at=CLOSED,
    )  # fmt: skip
    decided = {"reopening_id": row.pk, "by": cast.chairman.user, "at": at}
    actions.agree_reopening(**decided)
    ask_second(cycle_id=closed.pk, step="publish", by=me, at=CLOSED)
    run = start_publishing(cycle_id=closed.pk, by=other, at=CLOSED + ahead)
    wrong = judgement(tasks={"202602-KT003-01": {"quality_met": "2", "note": "Sai số liệu"}}, comment="Sửa.")
    new, _ = together(lambda: actions.replace_result(judgement=wrong, reason="Kết luận", **decided), work_once)
    while work_once():
        pass
    run = Run.objects.get(pk=run.pk)
    assert not PublishedResult.objects.filter(confirmation=new).exists()
    assert (run.state, run.created, Publication.objects.count()) in {("failed", 0, 0), ("done", 0, 0)}, run.problem
    found_open = run.failures.filter(unit=cast.economy, reason=REOPENED).exists()
    stopped = "có kết quả hoặc mức mới" in run.problem
    assert stopped != found_open, "the batch came after the result, or found the sheet open"
