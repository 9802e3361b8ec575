"""A run that stopped is given up: what is written stays, nothing more is done, and it is said who did it and why."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.clients import page_of
from tests.guards import outside_actions
from tests.integration.decisions.conftest import AT, CLOSED
from tests.integration.decisions.test_second_officer import demand, ready
from tests.integration.decisions.test_supplements import replaced
from tests.integration.results import world
from tests.integration.web.office import set_clock
from thuocdo.accounts.models import User
from thuocdo.appraisals.actions import close_cycle, drop_run, opening, resume_run, runs, start_rating, stop_run
from thuocdo.appraisals.actions.second import ask_second
from thuocdo.appraisals.models import ProposedResult
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle, Run
from thuocdo.decisions import working
from thuocdo.decisions.actions import publish_units
from thuocdo.decisions.actions.runs import note_published, start_publishing
from thuocdo.decisions.models import Publication
from thuocdo.decisions.working_units import units_of
from thuocdo.kernel.errors import Conflict, NotYours, Refusal

__all__ = ["ready"]
WHY = "Phân công lại việc công bố"


def published() -> set[int]:
    return set(Publication.objects.values_list("unit_id", flat=True))


def half_published(cycle: Cycle, by: User, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, set[int]]:
    """A run stopped after its first batch."""
    monkeypatch.setattr(working, "UNITS_AT_ONCE", 2)
    run = start_publishing(cycle_id=cycle.pk, by=by, at=CLOSED)
    assert working.work_once()
    stop_run(run_id=run.pk, by=by, at=CLOSED)
    first = published()
    assert 0 < len(first) < run.total
    return run, first


def test_what_was_published_stays_and_the_rest_is_published_by_a_new_run(
    cast: Cast, ready: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = cast.organisation_officer.user
    close_cycle(cycle_id=ready.pk, by=me, at=CLOSED)
    run, first = half_published(ready, me, monkeypatch)
    run.refresh_from_db()
    left = units_of(ready.pk, after=run.position, most=9)
    with pytest.raises(NotYours):
        drop_run(run_id=run.pk, reason=WHY, by=cast.stranger.user, at=CLOSED)
    with pytest.raises(Refusal, match="chưa nhập"):
        drop_run(run_id=run.pk, reason=" ", by=me, at=CLOSED)
    drop_run(run_id=run.pk, reason=WHY, by=me, at=CLOSED)
    drop_run(run_id=run.pk, reason=WHY, by=me, at=CLOSED)
    event = Event.objects.get(code="run.dropped")
    assert (event.actor, WHY in str(event.data)) == (str(me.pk), True)
    # A worker that chose its units before the stop comes too late.
    late = publish_units(cycle_id=ready.pk, unit_ids=left, by=me, at=CLOSED, in_run=True)
    assert (late.created, late.skipped, published()) == ((), (), first)
    note_published(run_id=run.pk, position=run.position, unit_ids=left, failed={}, by=None, at=CLOSED)
    assert not working.work_once()
    for act in (stop_run, resume_run):
        with pytest.raises(Conflict, match="đã bỏ dở"):
            act(run_id=run.pk, by=me, at=CLOSED)
    again = start_publishing(cycle_id=ready.pk, by=me, at=CLOSED)
    while working.work_once():
        pass
    again.refresh_from_db()
    assert again.state == "done"
    assert published() > first
    with pytest.raises(Conflict, match="đã xong"):
        drop_run(run_id=again.pk, reason=WHY, by=me, at=CLOSED)
    assert "cycles.steprequest" not in {problem.kind for problem in verify().problems}


def test_where_two_publish_one_does_not_drop_alone_and_the_rest_needs_two_again(
    cast: Cast, ready: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand(cast, closing=False)
    me, other = cast.organisation_officer.user, cast.deputy.user
    close_cycle(cycle_id=ready.pk, by=me, at=CLOSED)
    ask_second(cycle_id=ready.pk, step="publish", by=me, at=CLOSED)
    run, first = half_published(ready, other, monkeypatch)
    set_clock(monkeypatch, CLOSED)
    client, page, drop = Client(), reverse("run", args=[run.pk]), reverse("run_move", args=[run.pk, "bo"])
    client.force_login(other)
    refused = client.post(drop, {"reason": WHY})
    assert (refused.status_code, "cần một cán bộ tổ chức khác" in page_of(refused)) == (409, True)
    assert f">{WHY}</textarea>" in page_of(refused), "what was typed stays"
    assert client.post(drop, {"reason": ""}).status_code == 400
    client.force_login(me)
    assert "Bỏ dở lượt này" in page_of(client.get(page))
    assert client.post(drop, {"reason": WHY}).headers["Location"] == page
    told = page_of(client.get(page))
    assert f"{me.display_name} bỏ dở" in told
    assert WHY in told
    assert "Chạy tiếp</button>" not in told
    for alone in (me, other):
        with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
            start_publishing(cycle_id=ready.pk, by=alone, at=CLOSED)
    ask_second(cycle_id=ready.pk, step="publish", by=other, at=CLOSED)
    start_publishing(cycle_id=ready.pk, by=me, at=CLOSED)  # at the moment at which the other one was dropped
    while working.work_once():
        pass
    assert published() > first


def test_two_agree_again_also_where_the_run_that_was_dropped_began_before_they_did(
    cast: Cast, ready: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer result stops the run, the second officer lets it go on under another request, then it is dropped."""
    demand(cast, closing=False)
    me, other, late = cast.organisation_officer.user, cast.deputy.user, CLOSED + timedelta(days=2)
    ask: dict[str, Any] = {"cycle_id": ready.pk, "step": "publish", "by": me}
    close_cycle(cycle_id=ready.pk, by=me, at=CLOSED)
    ask_second(**ask, at=CLOSED)
    run, first = half_published(ready, other, monkeypatch)
    replaced(cast, ready)
    again = ask_second(**ask, at=late)
    resume_run(run_id=run.pk, by=other, at=late)
    again.refresh_from_db()
    assert again.confirmed_by == other
    stop_run(run_id=run.pk, by=other, at=late)
    drop_run(run_id=run.pk, reason=WHY, by=me, at=CLOSED)  # by a clock that went back: what is written decides
    for alone in (me, other):
        with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
            start_publishing(cycle_id=ready.pk, by=alone, at=late + timedelta(hours=2))
    assert published() == first


def test_proposed_results_stay_and_are_computed_anew_by_another_run(cast: Cast, february: Cycle) -> None:
    me = cast.organisation_officer.user
    run = start_rating(cycle_id=february.pk, by=me, at=AT)
    with pytest.raises(Conflict, match="Dừng sau đợt này"):
        drop_run(run_id=run.pk, reason=WHY, by=me, at=AT)
    runs.rate_batch(run_id=run.pk, by=None, at=AT)
    kept = ProposedResult.objects.count()
    stop_run(run_id=run.pk, by=me, at=AT)
    drop_run(run_id=run.pk, reason=WHY, by=me, at=AT)
    assert ProposedResult.objects.count() == kept
    assert start_rating(cycle_id=february.pk, by=me, at=AT).pk != run.pk
    for wrong in ({"drop_reason": ""}, {"dropped_by": None}, {"finished_at": None}, {"state": "done"}):
        with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
            Run.objects.filter(pk=run.pk).update(**wrong)


def test_a_period_of_nobody_goes_with_its_run_and_is_opened_again(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "AT_ONCE", 0)
    set_clock(monkeypatch, world.day_after(2))
    me: Any = cast.organisation_officer.user
    cycle = world.open_period(cast, 2)
    run = Run.objects.get(cycle=cycle)
    stop_run(run_id=run.pk, by=me, at=AT)
    client.force_login(me)
    drop = reverse("run_move", args=[run.pk, "bo"])
    assert client.post(drop, {"reason": "Mở nhầm tháng"}).headers["Location"] == reverse("cycles")
    assert not Cycle.objects.filter(pk=cycle.pk).exists()
    event = Event.objects.get(code="run.opening_dropped")
    assert "Mở nhầm tháng" in str(event.data)
    assert not {"cycles.cycle", "cycles.run"} & {problem.kind for problem in verify().problems}

    again = Run.objects.get(cycle=world.open_period(cast, 2))
    assert working.work_once()
    stop_run(run_id=again.pk, by=me, at=AT)
    refused = client.post(reverse("run_move", args=[again.pk, "bo"]), {"reason": "Mở nhầm tháng"})
    assert (refused.status_code, "ai cũng phải có phiếu" in page_of(refused)) == (409, True)
    resume_run(run_id=again.pk, by=me, at=AT)
    while working.work_once():
        pass
    again.refresh_from_db()
    assert again.state == "done"
