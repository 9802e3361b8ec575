"""Two connections acting on one sheet at once: one effect, and the other is told."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from tests.cast import Cast, build_cast
from tests.factories.months import (
    confirmed,
    exempted,
    judgement,
    make_task,
    open_month,
    opened,
    self_document,
    sheet_of,
    submitted,
)
from tests.factories.people import give_role
from tests.races import meeting, together
from thuocdo.appraisals import actions
from thuocdo.appraisals.actions import closing, confirming
from thuocdo.appraisals.models import Confirmation, Petition, Sheet, Submission
from thuocdo.audit.models import Event
from thuocdo.cycles import opening
from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.population import Candidate, population
from thuocdo.intake import steps as intake_steps
from thuocdo.intake.actions import apply_import, preview_block, preview_undo
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.models import Role
from thuocdo.work.actions import assigning, sharing
from thuocdo.work.models import Task
from thuocdo.work.rules import Report, Share

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


@pytest.fixture
def february(cast: Cast) -> Cycle:
    make_task(cast.officer_appraised, cast.economy, 1, giver=cast.task_giver.user)
    return open_month(cast.ward, cast.organisation_officer)


def test_submit_twice_at_once(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.officer_appraised)

    def submit() -> Submission:
        return actions.submit(
            sheet_id=sheet.pk, version=1, document=self_document(), by=cast.officer_appraised.user, at=at
        )

    done = together(*[submit] * 6)
    assert {s.pk for s in done} == {done[0].pk}
    assert Submission.objects.count() == 1
    assert Event.objects.filter(code="sheet.submitted").count() == 1


def test_withdraw_against_open(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = submitted(february, cast.officer_appraised, at)
    results = together(
        lambda: actions.withdraw(sheet_id=sheet.pk, version=2, by=cast.officer_appraised.user, at=at),
        lambda: actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at),
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert Sheet.objects.get(pk=sheet.pk).version == 3
    assert Event.objects.filter(code__in=["sheet.withdrawn", "sheet.opened"]).count() == 1


def test_confirm_against_return_and_against_itself(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = opened(february, cast.officer_appraised, at)
    act = {"sheet_id": sheet.pk, "version": sheet.version, "by": cast.head.user, "at": at}
    results = together(
        lambda: actions.confirm(judgement=judgement(), **act),
        lambda: actions.confirm(judgement=judgement(), **act),
        lambda: actions.return_for_revision(reason="Thiếu minh chứng", **act),
        lambda: actions.confirm(judgement=judgement(comment="Khác"), **act),
    )
    told = [r for r in results if isinstance(r, Conflict)]
    assert told
    assert all("Lê Minh Đức" in r.message or "trạng thái" in r.message for r in told)
    assert Event.objects.filter(code__in=["sheet.confirmed", "sheet.returned"]).count() == 1
    assert Confirmation.objects.count() == (Sheet.objects.get(pk=sheet.pk).state == "confirmed")


def test_close_against_submit(cast: Cast, february: Cycle, at: datetime) -> None:
    officer = cast.organisation_officer.user
    for sheet in february.sheets.exclude(person=cast.officer_appraised.pk):
        exempted(sheet, cast.organisation_officer, at)
    mine = sheet_of(february, cast.officer_appraised)
    results = together(
        lambda: actions.close_cycle(cycle_id=february.pk, by=officer, at=at),
        lambda: actions.submit(
            sheet_id=mine.pk, version=1, document=self_document(), by=cast.officer_appraised.user, at=at
        ),
        lambda: actions.exempt(sheet_id=mine.pk, reason="Điều động", by=officer, at=at),
    )
    cycle, sheet = Cycle.objects.get(pk=february.pk), Sheet.objects.get(pk=mine.pk)
    assert sheet.state in ("submitted", "exempted")
    assert cycle.state == "open" or sheet.state == "exempted"
    assert any(isinstance(r, Refusal) for r in results)


def test_closing_and_confirming_wait_for_each_other_in_one_order(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing holds the period and asks for its sheets; whoever holds a sheet asks for nothing of the period."""
    officer = cast.organisation_officer.user
    mine = opened(february, cast.officer_appraised, at)
    for sheet in february.sheets.exclude(pk=mine.pk):
        exempted(sheet, cast.organisation_officer, at)
    meeting(monkeypatch, (closing, "require_officer"), (confirming, "require_evaluator"))
    shut, result = together(
        lambda: actions.close_cycle(cycle_id=february.pk, by=officer, at=at),
        lambda: actions.confirm(
            sheet_id=mine.pk, version=mine.version, judgement=judgement(), by=cast.head.user, at=at
        ),
    )
    assert isinstance(result, Confirmation)
    assert isinstance(shut, dict | Refusal)
    assert Cycle.objects.get(pk=february.pk).state == ("closed" if isinstance(shut, dict) else "open")


def test_taking_a_report_back_and_confirming_the_month_leave_the_month_as_it_was_confirmed(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the report goes before the sheet is confirmed, or the month is closed and it stays."""
    owner = cast.officer_appraised
    task = Task.objects.get(person=owner)
    act: dict[str, Any] = {"by": owner.user, "at": at}
    text = f"Mã công việc\tHoàn thành\tĐạt chất lượng\tĐúng hạn\n{task.code}\t1\t1\t1"
    batch = apply_import(batch_id=preview_block(kind="progress", scope="2026-02", text=text, **act).pk, **act)
    mine = opened(february, owner, at)
    back = preview_undo(batch_id=batch.pk, **act)
    meeting(monkeypatch, (intake_steps, "put_back"), (confirming, "require_evaluator"))
    undone, result = together(
        partial(apply_import, batch_id=back.pk, **act),
        lambda: actions.confirm(
            sheet_id=mine.pk, version=mine.version, judgement=judgement(), by=cast.head.user, at=at
        ),
    )
    assert isinstance(result, Confirmation)
    task.refresh_from_db()
    if connection.vendor == "postgresql":  # who confirms holds the sheet when both have begun
        assert isinstance(undone, Conflict)
    assert (task.completed == 100) == isinstance(undone, Conflict)


def test_an_office_list_gives_no_task_in_a_month_that_is_confirmed_meanwhile(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list holds the sheets of its months before it asks whether they are closed."""
    owner = cast.officer_appraised
    mine = opened(february, owner, at)
    titles = "Mã công việc\tMã cán bộ\tTháng\tTên công việc\tHệ số quy đổi\tSố lượng giao\tHạn hoàn thành"
    text = f"{titles}\nMOI-1\t{owner.code}\t02/2026\tViệc mới\t1\t1\t25/02/2026"
    act: dict[str, Any] = {"by": cast.organisation_officer.user, "at": at}
    batch = preview_block(kind="tasks", scope=cast.ward.code, text=text, **act)
    meeting(monkeypatch, (intake_steps, "going"), (confirming, "require_evaluator"))
    applied, result = together(
        partial(apply_import, batch_id=batch.pk, **act),
        lambda: actions.confirm(
            sheet_id=mine.pk, version=mine.version, judgement=judgement(), by=cast.head.user, at=at
        ),
    )
    assert isinstance(result, Confirmation)
    if connection.vendor == "postgresql":  # who confirms holds the sheet when both have begun
        assert isinstance(applied, Conflict)
    assert Task.objects.filter(code="MOI-1").exists() != isinstance(applied, Conflict)


@pytest.mark.parametrize("step", ["report", "assign", "withdraw", "split"])
def test_nothing_is_written_of_a_month_that_is_being_confirmed(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Who confirms holds the sheet when the step on a task, or on a share of a task of another, begins."""
    owner, giver = cast.officer_appraised, {"by": cast.task_giver.user, "at": at}
    task = Task.objects.get(person=owner)
    whole = make_task(cast.colleague, cast.economy, 2, state="split", reported=False)
    if step == "withdraw":
        make_task(owner, cast.economy, 3, part_of=whole)
    mine = opened(february, owner, at)
    steps: dict[str, tuple[tuple[Any, str], Callable[[], object]]] = {
        "report": (
            (assigning, "lock_task"),
            lambda: assigning.report_task(
                by=owner.user, at=at, task_id=task.pk, version=task.version, report=Report(100, 100, 100)
            ),
        ),
        "assign": (
            (assigning, "new_task"),
            lambda: assigning.assign_task(
                person_id=owner.pk, month=task.month, title="Mới", coefficient=100, assigned=100,
                due_date=task.due_date, **giver,
            ),
        ),
        "withdraw": (
            (assigning, "lock_task"),
            lambda: assigning.withdraw_task(task_id=whole.pk, version=whole.version, reason="Thôi", **giver),
        ),
        "split": (
            (sharing, "lock_task"),
            lambda: sharing.split_task(
                task_id=whole.pk, version=whole.version,
                shares=[Share(owner.pk, task.month, whole.assigned, task.due_date)], **giver,
            ),
        ),
    }  # fmt: skip
    held, act = steps[step]
    before = list(Task.objects.filter(person=owner).order_by("pk").values())
    meeting(monkeypatch, held, (confirming, "require_evaluator"))
    written, result = together(
        act,
        lambda: actions.confirm(
            sheet_id=mine.pk, version=mine.version, judgement=judgement(), by=cast.head.user, at=at
        ),
    )
    assert isinstance(result, Confirmation)
    if connection.vendor == "postgresql":
        assert isinstance(written, Conflict), written
    assert isinstance(written, Conflict | Task)
    assert (list(Task.objects.filter(person=owner).order_by("pk").values()) == before) == isinstance(written, Conflict)


def test_petition_and_opening_happen_once(cast: Cast, february: Cycle, at: datetime) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    asked = together(
        *[
            lambda n=n: actions.petition(
                confirmation_id=result.pk, text=f"Xin xem lại {n}", by=cast.officer_appraised.user, at=at
            )
            for n in range(3)
        ]
    )
    assert Petition.objects.count() == 1
    assert sum(isinstance(r, Conflict) for r in asked) == 2
    opened_twice = together(*[lambda: open_month(cast.ward, cast.organisation_officer, month=3)] * 3)
    assert sum(isinstance(r, Conflict) for r in opened_twice) == 2
    assert Cycle.objects.filter(number=3).count() == 1


def test_two_roots_at_once_let_each_person_in_once(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The culture division lies below the ward: who opens either looks for sheets under the other. Nobody writes
    before both have looked, unless one waits for the other."""
    looked = threading.Barrier(2, timeout=1)

    def slowly(*given: Any) -> list[Candidate]:
        found = population(*given)
        with suppress(threading.BrokenBarrierError):
            looked.wait()
        return found

    give_role(cast.organisation_officer, cast.culture, Role.Kind.OFFICER)
    open_month(cast.culture, cast.organisation_officer, month=1)  # keeps the rulebook's version
    monkeypatch.setattr(opening, "population", slowly)
    done = together(*(partial(open_month, root, cast.organisation_officer) for root in (cast.ward, cast.culture)))
    assert all(isinstance(cycle, Cycle) for cycle in done)
    inside = Member.objects.filter(standing=Member.Standing.IN, cycle__number=2)
    assert inside.filter(person=cast.head_elsewhere).count() == 1
    assert not inside.values("person").annotate(sheets=Count("pk")).filter(sheets__gt=1).exists()

    left_out = Member.objects.filter(person=cast.mover, standing=Member.Standing.CHOICE, cycle__number=2)
    post = cast.mover.employments.get(unit=cast.culture)
    act = {"employment_id": post.pk, "reason": "Vị trí hiện nay", "by": cast.organisation_officer.user, "at": at}
    answers = together(*(partial(actions.admit_member, member_id=row.pk, **act) for row in left_out))
    assert [isinstance(one, Refusal) for one in answers].count(True) == 1
    assert inside.filter(person=cast.mover).count() == 1
