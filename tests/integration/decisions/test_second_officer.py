"""Where the agency wants it, one officer asks and another closes or publishes: by action, page and constraint."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.agreement import all_disagree
from tests.cast import Cast
from tests.clients import page_of
from tests.factories.months import exempted
from tests.factories.people import give_role
from tests.guards import outside_actions
from tests.integration.decisions.conftest import AT, CLOSED, choose
from tests.integration.decisions.test_supplements import replaced
from tests.integration.web.office import set_clock, text_of
from thuocdo.accounts.models import User
from thuocdo.appraisals.actions import close_cycle, resume_run
from thuocdo.appraisals.actions.second import ask_second, set_second_officer, withdraw_second
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle, SecondOfficer, StepRequest
from thuocdo.decisions import working
from thuocdo.decisions.actions import publish_units
from thuocdo.decisions.actions.runs import start_publishing
from thuocdo.decisions.models import Publication, PublishedResult
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Role
from thuocdo.organisation.told import told
from thuocdo.organisation.waiting import todo


def demand(
    cast: Cast, *, closing: bool = True, publishing: bool = True, start: date = date(2026, 1, 1)
) -> SecondOfficer:
    return set_second_officer(
        unit_id=cast.ward.pk, closing=closing, publishing=publishing, decided_by="Chủ tịch, Thông báo số 7",
        start=start, by=cast.organisation_officer.user, at=AT,
    )  # fmt: skip


@pytest.fixture
def ready(cast: Cast, february: Cycle) -> Cycle:
    """Everything is done, only the closing is left; a second officer there is."""
    for sheet in february.sheets.filter(state="drafting").select_related("person", "cycle__root"):
        exempted(sheet, cast.organisation_officer, AT)
    choose(cast)
    with outside_actions():
        give_role(cast.deputy, cast.ward, Role.Kind.OFFICER)
    return february


def test_nobody_is_asked_for_a_second_officer_who_is_not_there(cast: Cast) -> None:
    with pytest.raises(Refusal, match="mới có một cán bộ tổ chức"):
        demand(cast)
    assert demand(cast, closing=False, publishing=False).closing is False, "to ask for nothing is always possible"
    with pytest.raises(NotYours):
        set_second_officer(
            unit_id=cast.ward.pk, closing=False, publishing=False, decided_by="x", start=AT.date(),
            by=cast.stranger.user, at=AT,
        )  # fmt: skip


def test_one_asks_and_another_closes_and_publishes(cast: Cast, ready: Cycle) -> None:
    demand(cast)
    first = {"cycle_id": ready.pk, "by": cast.organisation_officer.user, "at": CLOSED}
    second = {"cycle_id": ready.pk, "by": cast.deputy.user, "at": CLOSED}
    with pytest.raises(Conflict, match="hai cán bộ tổ chức khi khóa kỳ"):
        close_cycle(**second)
    asked = ask_second(step="close", **first)
    assert ask_second(step="close", **first) == asked, "twice is once"
    with pytest.raises(Conflict, match="cần một cán bộ tổ chức khác"):
        close_cycle(**first)
    with pytest.raises(Conflict, match="đã đề nghị trước"):
        ask_second(step="close", **second)
    withdraw_second(step="close", **first)
    with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
        close_cycle(**second)
    ask_second(step="close", **first)
    close_cycle(**second)
    done = StepRequest.objects.get(step="close", withdrawn_at=None)
    assert (done.asked_by, done.confirmed_by) == (cast.organisation_officer.user, cast.deputy.user)
    with pytest.raises(Conflict, match="không rút được"):
        withdraw_second(step="close", **first)

    unit = {"unit_ids": [cast.economy.pk]}
    with pytest.raises(Conflict, match="công bố kết quả"):
        publish_units(**unit, **first)
    ask_second(step="publish", **second)
    with pytest.raises(Conflict, match="cần một cán bộ"):
        publish_units(**unit, **second)
    publish_units(**unit, **first)
    publish_units(unit_ids=[cast.committee.pk], **second)
    assert Publication.objects.filter(cycle=ready).count() == 2, "what was confirmed once goes on by either"
    kinds = {problem.kind for problem in verify().problems}
    assert not kinds & {"cycles.steprequest", "cycles.secondofficer", "cycles.cycle"}


def test_what_is_decided_after_two_published_needs_two_again(cast: Cast, ready: Cycle) -> None:
    """Otherwise whoever asked for the first publication would publish every later result alone."""
    demand(cast, closing=False)
    me, other, late = cast.organisation_officer.user, cast.deputy.user, CLOSED + timedelta(days=1)
    close_cycle(cycle_id=ready.pk, by=me, at=CLOSED)
    ask_second(cycle_id=ready.pk, step="publish", by=me, at=CLOSED)
    units = {"cycle_id": ready.pk, "unit_ids": [cast.economy.pk, cast.committee.pk]}
    publish_units(**units, by=other, at=CLOSED)
    replaced(cast, ready)
    for alone in (me, other):
        with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
            publish_units(**units, by=alone, at=late)
    with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
        start_publishing(cycle_id=ready.pk, by=me, at=late)
    ask_second(cycle_id=ready.pk, step="publish", by=me, at=late)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        StepRequest.objects.create(cycle=ready, step="publish", asked_by=other, asked_at=late)
    assert (waits(me, late), waits(other, late)) == ([], ["step.publish"])
    with pytest.raises(Conflict, match="cần một cán bộ"):
        publish_units(**units, by=me, at=late)
    assert [one.number for one in publish_units(**units, by=other, at=late).created] == [2]
    assert waits(other, late) == []


def test_a_result_decided_while_a_run_publishes_stops_the_run_until_two_agree_again(
    cast: Cast, ready: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked again first, the run goes on when the other one lets it; the page says where to ask."""
    monkeypatch.setattr(working, "UNITS_AT_ONCE", 2)
    demand(cast, closing=False)
    me, other, late = cast.organisation_officer.user, cast.deputy.user, CLOSED + timedelta(days=2)
    close_cycle(cycle_id=ready.pk, by=me, at=CLOSED)
    ask_second(cycle_id=ready.pk, step="publish", by=me, at=CLOSED)
    run = start_publishing(cycle_id=ready.pk, by=other, at=CLOSED)
    assert working.work_once()
    new = replaced(cast, ready)
    assert working.work_once()
    run.refresh_from_db()
    assert (run.state, run.created) == ("failed", 1)
    assert "có kết quả hoặc mức mới được quyết định, nên việc công bố kết quả dừng ở đây" in run.problem
    assert "Hãy bấm Đề nghị công bố kết quả" in run.problem
    assert not PublishedResult.objects.filter(confirmation=new).exists()
    set_clock(monkeypatch, late)
    client = Client()
    client.force_login(other)
    page, table = reverse("run", args=[run.pk]), reverse("decisions_cycle", args=[ready.pk])
    assert f'href="{table}"' in page_of(client.get(page))
    assert "sau đó có kết quả hoặc mức mới được quyết định" in page_of(client.get(table))
    goes_on = reverse("run_move", args=[run.pk, "tiep"])
    assert client.post(goes_on).status_code == 409
    ask_second(cycle_id=ready.pk, step="publish", by=other, at=late)
    refused = client.post(goes_on)
    assert (refused.status_code, "cần một cán bộ tổ chức khác" in page_of(refused)) == (409, True)
    client.force_login(me)
    assert client.post(goes_on).status_code == 302
    while working.work_once():
        pass
    run.refresh_from_db()
    agreed = StepRequest.objects.order_by("-pk").first()
    assert agreed is not None
    assert (run.state, agreed.asked_by, agreed.confirmed_by) == ("done", other, me)
    assert Publication.objects.filter(cycle=ready).count() == 2


def test_a_batch_confirms_nothing_that_was_asked_while_its_run_waited(
    cast: Cast, ready: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who started the run has not seen the new result; the worker must not agree to it in that name. And a run goes on
    in the name of who let it, as who began may not be an officer any more."""
    monkeypatch.setattr(working, "UNITS_AT_ONCE", 2)
    demand(cast, closing=False)
    me, other = cast.organisation_officer.user, cast.deputy.user
    ask = {"cycle_id": ready.pk, "step": "publish"}
    close_cycle(cycle_id=ready.pk, by=me, at=CLOSED)
    ask_second(**ask, by=me, at=CLOSED)
    run = start_publishing(cycle_id=ready.pk, by=other, at=CLOSED)
    assert working.work_once()
    new = replaced(cast, ready)
    asked = ask_second(**ask, by=me, at=CLOSED + timedelta(days=2))
    assert working.work_once()
    run.refresh_from_db()
    asked.refresh_from_db()
    assert (run.state, asked.confirmed_by) == ("failed", None)
    assert f"{me.display_name} đã đề nghị công bố kết quả lúc" in run.problem
    assert "bấm “Chạy tiếp” để xác nhận" in run.problem
    assert not PublishedResult.objects.filter(confirmation=new).exists()
    withdraw_second(**ask, by=me, at=CLOSED + timedelta(days=2))
    ask_second(**ask, by=other, at=CLOSED + timedelta(days=2))
    with outside_actions():
        Role.objects.filter(person=cast.deputy).update(end=CLOSED.date() + timedelta(days=3))
    resume_run(run_id=run.pk, by=me, at=CLOSED + timedelta(days=2))
    while working.work_once():
        pass
    run.refresh_from_db()
    assert (run.state, run.problem, run.resumed_by) == ("done", "", me)
    assert PublishedResult.objects.get(confirmation=new).publication.by == me
    names = set(Event.objects.filter(code="run.units_published").values_list("actor", flat=True))
    assert names == {str(me.pk), str(other.pk)}


def test_new_is_what_comes_later_and_not_what_a_clock_says(cast: Cast, ready: Cycle) -> None:
    """A decision notes its time before it waits for anybody: it may be committed after two agreed at a later time."""
    demand(cast, closing=False)
    me, other, late = cast.organisation_officer.user, cast.deputy.user, CLOSED + timedelta(days=9)
    close_cycle(cycle_id=ready.pk, by=me, at=CLOSED)
    ask_second(cycle_id=ready.pk, step="publish", by=me, at=late)
    units = {"cycle_id": ready.pk, "unit_ids": [cast.economy.pk, cast.committee.pk]}
    publish_units(**units, by=other, at=late)
    assert replaced(cast, ready).at < late
    with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
        publish_units(**units, by=me, at=late)
    with outside_actions():  # agreed before the numbers were kept: the time is all there is
        StepRequest.objects.update(results=None, levels=None, confirmed_at=CLOSED)
    with pytest.raises(Conflict, match="Hãy bấm Đề nghị"):
        publish_units(**units, by=me, at=late)


def test_the_database_refuses_one_person_twice(cast: Cast, ready: Cycle) -> None:
    demand(cast)
    row = ask_second(cycle_id=ready.pk, step="close", by=cast.organisation_officer.user, at=CLOSED)
    for changed in ({"confirmed_by": row.asked_by, "confirmed_at": CLOSED}, {"confirmed_by": cast.deputy.user}):
        with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
            StepRequest.objects.filter(pk=row.pk).update(**changed)


def waits(user: User, at: datetime) -> list[str]:
    """Kinds of lines on the to-do list about closing and publishing."""
    asked = ("step.close", "step.publish", "cycle.to_close")
    return [line.kind for line in todo(user, at) if line.kind in asked]


def done(user: User, at: datetime) -> list[bool]:
    """Of the notices that ask to confirm, whether each says that it is done; newest first."""
    return [one.done for one in told(user, todo(user, at)) if one.notice.kind == "step.asked"]


def test_the_step_waits_on_the_list_of_who_can_confirm_and_of_nobody_else(cast: Cast, ready: Cycle) -> None:
    me, other, late = cast.organisation_officer.user, cast.deputy.user, ready.confirm_by + timedelta(days=1)
    assert (waits(me, CLOSED), waits(other, CLOSED)) == (["cycle.to_close"], ["cycle.to_close"])
    demand(cast)
    ask_second(cycle_id=ready.pk, step="close", by=me, at=CLOSED)
    assert (waits(me, CLOSED), waits(other, CLOSED)) == ([], ["step.close"])
    line = next(one for one in todo(other, late) if one.kind == "step.close")
    assert (line.path, line.overdue) == (f"/to-chuc/ky/{ready.pk}/", True)
    assert line.text == f"{me.display_name} đề nghị khóa kỳ tháng 2/2026 của {cast.ward.name}: xem lại và xác nhận"
    assert (done(me, CLOSED), done(other, CLOSED)) == ([], [False])
    assert all_disagree(CLOSED) == []
    for outsider in (cast.head, cast.stranger, cast.chairman):
        assert waits(outsider.user, CLOSED) == []
        assert done(outsider.user, CLOSED) == []

    withdraw_second(cycle_id=ready.pk, step="close", by=me, at=CLOSED)
    assert (waits(me, CLOSED), waits(other, CLOSED)) == (["cycle.to_close"], ["cycle.to_close"])
    assert done(other, CLOSED) == [True]
    ask_second(cycle_id=ready.pk, step="close", by=me, at=CLOSED)
    assert done(other, CLOSED) == [False], "the same notice, still unread, asks again; there is no second one"
    close_cycle(cycle_id=ready.pk, by=other, at=CLOSED)
    assert (waits(me, CLOSED), waits(other, CLOSED), done(other, CLOSED)) == ([], [], [True])

    ask_second(cycle_id=ready.pk, step="publish", by=other, at=CLOSED)
    assert (waits(me, CLOSED), waits(other, CLOSED)) == (["step.publish"], [])
    assert (done(me, CLOSED), done(other, CLOSED)) == ([False], [True])
    publish_units(cycle_id=ready.pk, unit_ids=[cast.economy.pk], by=me, at=CLOSED)
    assert (waits(me, CLOSED), done(me, CLOSED)) == ([], [True])
    said = Notice.objects.filter(kind="step.asked").values_list("text", flat=True)
    assert not [text for text in said if me.display_name in text or other.display_name in text]


def test_a_request_that_the_agency_no_longer_asks_for_waits_for_nobody(cast: Cast, ready: Cycle) -> None:
    demand(cast)
    me, other, after = cast.organisation_officer.user, cast.deputy.user, CLOSED + timedelta(days=1)
    ask_second(cycle_id=ready.pk, step="close", by=me, at=CLOSED)
    demand(cast, closing=False, start=after.date())
    assert (waits(me, CLOSED), waits(other, CLOSED)) == ([], ["step.close"])
    assert (waits(me, after), waits(other, after)) == (["cycle.to_close"], ["cycle.to_close"])
    assert done(other, after) == [True]


def test_the_choice_is_dated_and_may_name_one_step_or_none(cast: Cast, ready: Cycle) -> None:
    demand(cast, publishing=False)
    with pytest.raises(Conflict, match="phải bắt đầu sau"):
        demand(cast, closing=False)
    demand(cast, closing=False, publishing=False, start=CLOSED.date() + timedelta(days=1))
    with pytest.raises(Conflict, match="hai cán bộ"):
        close_cycle(cycle_id=ready.pk, by=cast.deputy.user, at=CLOSED)
    close_cycle(cycle_id=ready.pk, by=cast.deputy.user, at=CLOSED + timedelta(days=1))
    publish_units(cycle_id=ready.pk, unit_ids=[cast.economy.pk], by=cast.deputy.user, at=CLOSED + timedelta(days=1))
    assert not StepRequest.objects.exists()


def test_the_pages_ask_withdraw_and_confirm(cast: Cast, ready: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, CLOSED)
    officer, other = Client(), Client()
    officer.force_login(cast.organisation_officer.user)
    other.force_login(cast.deputy.user)
    form = {"do": "second", "unit": str(cast.ward.pk), "closing": "1", "publishing": "1"}
    form |= {"second_by": "", "second_start": "x"}
    choices = reverse("decisions_choices")
    assert officer.post(choices, form).status_code == 400
    assert officer.post(choices, form | {"second_by": "Chủ tịch", "second_start": "01/01/2026"}).status_code == 302
    assert "khóa kỳ, công bố" in text_of(officer.get(choices))
    progress, close = (reverse(name, args=[ready.pk]) for name in ("cycle_progress", "cycle_close"))
    page = text_of(officer.get(progress))
    assert "Đề nghị khóa kỳ" in page
    assert "Khóa tháng 2" not in page
    assert officer.post(close, {"do": "ask"}).status_code == 302
    assert "Rút đề nghị khóa kỳ" in text_of(officer.get(close))
    seen = text_of(other.get(progress))
    assert f"{cast.organisation_officer.user.display_name} đã đề nghị" in seen
    assert "Khóa tháng 2" in seen
    assert officer.post(close).status_code == 409
    assert other.post(close).status_code == 302
    table = reverse("decisions_cycle", args=[ready.pk])
    assert "Công bố các đơn vị đã chọn" not in text_of(officer.get(table))
    assert officer.post(table, {"do": "ask"}).status_code == 302
    assert "Công bố các đơn vị đã chọn" in text_of(other.get(table))
    assert other.post(table, {"do": "publish", "unit": str(cast.economy.pk)}).status_code == 302
    assert Publication.objects.filter(cycle=ready).exists()
