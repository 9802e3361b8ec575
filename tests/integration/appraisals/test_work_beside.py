"""Confirmed causes enter the judgement by themselves; outstanding explanations stop a confirmation."""

from datetime import date, datetime

import pytest

from tests.cast import Cast
from tests.factories import months
from tests.factories.people import add_post
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.queries import evaluation_table, preview_judgement, sheet_to_evaluate, todo
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.models import Employment
from thuocdo.work import actions as work
from thuocdo.work.evidence import Upload
from thuocdo.work.models import CauseClaim, Clarification, Task
from thuocdo.work.queries_evidence import evidence_file, task_to_see

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(cast: Cast, at: datetime) -> Task:
    """A task reported late once, with a cause that waits for the head."""
    return months.make_task(cast.officer_appraised, cast.economy, 7, late=1, giver=cast.task_giver.user)


def claim(cast: Cast, task: Task, at: datetime) -> CauseClaim:
    return work.claim_cause(
        by=cast.officer_appraised.user, at=at, task_id=task.pk, version=task.version, occurrences=1, text="Bão"
    )


def test_a_cause_confirmed_after_filing_is_the_default_and_more_needs_a_reason(
    cast: Cast, late: Task, february: Cycle, at: datetime
) -> None:
    head = cast.head.user
    waiting = claim(cast, late, at)
    sheet = months.opened(february, cast.officer_appraised, at)
    before = preview_judgement(head, sheet.pk, months.judgement()).score
    work.decide_cause(by=head, at=at, claim_id=waiting.pk, confirmed=1, reason="Công văn 12")
    base = sheet_to_evaluate(head, sheet.pk, at).base["subject"]["products"]
    assert {line["id"]: line["late_excused"] for line in base}[late.code] == 1
    after = preview_judgement(head, sheet.pk, months.judgement()).score
    assert before is not None
    assert after is not None
    assert after > before
    sheet.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.confirm(
            sheet_id=sheet.pk, version=sheet.version, by=head, at=at,
            judgement=months.judgement(tasks={late.code: {"late_excused": "0"}}),
        )  # fmt: skip
    assert list(refused.value.problems) == [f"tasks.{late.code}.note"]
    done = actions.confirm(
        sheet_id=sheet.pk, version=sheet.version, by=head, at=at, judgement=months.judgement()
    )
    again = actions.confirm(
        sheet_id=sheet.pk, version=sheet.version, by=head, at=at, judgement=months.judgement()
    )
    assert done == again


def test_an_unclaimed_excuse_needs_the_evaluators_own_reason(
    cast: Cast, late: Task, february: Cycle, at: datetime
) -> None:
    sheet = months.opened(february, cast.officer_appraised, at)
    sheet.refresh_from_db()
    lines = {late.code: {"late_excused": "1"}}
    with pytest.raises(Refused):
        actions.confirm(
            sheet_id=sheet.pk, version=sheet.version, by=cast.head.user, at=at,
            judgement=months.judgement(tasks=lines),
        )  # fmt: skip
    lines[late.code]["note"] = "Chờ văn bản của Sở"
    assert actions.confirm(
        sheet_id=sheet.pk, version=sheet.version, by=cast.head.user, at=at,
        judgement=months.judgement(tasks=lines),
    ).pk  # fmt: skip


def ask(cast: Cast, task: Task, at: datetime) -> Clarification:
    return work.ask_clarification(
        by=cast.head.user, at=at, task_id=task.pk, question="Vì sao chậm?", due=date(2026, 12, 31)
    )


def test_an_outstanding_explanation_stops_the_confirmation_unless_acknowledged(
    cast: Cast, late: Task, february: Cycle, at: datetime
) -> None:
    head = cast.head.user
    ask(cast, late, at)
    sheet = months.opened(february, cast.officer_appraised, at)
    sheet.refresh_from_db()
    assert any("giải trình" in flag for flag in sheet_to_evaluate(head, sheet.pk, at).flags)
    values = {"sheet_id": sheet.pk, "version": sheet.version, "by": head, "at": at, "judgement": months.judgement()}
    with pytest.raises(Refusal) as refused:
        actions.confirm(**values)
    assert refused.value.field == "unanswered_ok"
    assert actions.confirm(**values, unanswered_ok=True).pk


def test_an_answer_lifts_the_stop_and_plain_confirmation_names_the_sheet(
    cast: Cast, late: Task, february: Cycle, at: datetime
) -> None:
    head = cast.head.user
    asked = ask(cast, late, at)
    sheet = months.submitted(february, cast.officer_appraised, at)
    sheet.refresh_from_db()
    row = next(r for r in evaluation_table(head, february.pk, at).rows if r.sheet == sheet)
    assert any("giải trình" in flag for flag in row.flags)
    with pytest.raises(Refused):
        actions.confirm_many(items=[(sheet.pk, sheet.version)], comment="Đạt", by=head, at=at)
    work.answer_clarification(
        by=cast.officer_appraised.user, at=at, clarification_id=asked.pk, answer="Chờ số liệu"
    )
    row = next(r for r in evaluation_table(head, february.pk, at).rows if r.sheet == sheet)
    assert not any("giải trình" in flag for flag in row.flags)


def test_the_evaluator_sees_the_task_and_decides_its_cause(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    """The chairman evaluates the head of a division below: the task of the head is for the chairman."""
    task = months.make_task(cast.head, cast.economy, 7, late=1, giver=cast.chairman.user)
    view = task_to_see(cast.chairman.user, task.pk, at.date())
    assert "decide" in view.may
    with pytest.raises(NotYours):
        task_to_see(cast.deputy.user, task.pk, at.date())


def test_the_evaluator_of_a_head_asks_for_an_explanation(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    """The chairman evaluates the head of a division by the management tree, so nobody below gives that head work."""
    task = months.make_task(cast.head, cast.economy, 7, giver=cast.head_elsewhere.user)
    may = task_to_see(cast.chairman.user, task.pk, at.date()).may
    assert {"ask", "give"} <= may
    question = {"at": at, "task_id": task.pk, "question": "Vì sao chậm?", "due": date(2026, 12, 31)}
    for other in (cast.head, cast.stranger, cast.inspector):
        with pytest.raises(NotYours):
            work.ask_clarification(by=other.user, **question)
    asked = work.ask_clarification(by=cast.chairman.user, **question)
    assert (asked.asked_by, asked.task) == (cast.chairman.user, task)


def test_abuse_04_a_head_who_left_neither_reads_the_task_nor_decides_its_cause(
    cast: Cast, late: Task, february: Cycle, at: datetime
) -> None:
    """Until somebody else is recorded the sheet still names who left: that alone opens nothing of the work."""
    waiting, head, day = claim(cast, late, at), cast.head.user, at.date()
    upload = Upload("bao-cao.pdf", b"%PDF-1.7 bao cao")
    file = work.add_evidence(by=cast.officer_appraised.user, at=at, task_id=late.pk, kind="file", upload=upload)
    months.opened(february, cast.officer_appraised, at)
    lines = {f"/cong-viec/{late.pk}/#nguyen-nhan", f"/danh-gia/{february.pk}/"}
    assert lines <= {line.path for line in todo(head, at)}
    assert evidence_file(head, file.pk, day)
    with outside_actions():
        Employment.objects.filter(person=cast.head).update(end=day)
    add_post(cast.head, cast.office, "Chánh Văn phòng", leadership="head", start=day)
    with pytest.raises(NotYours):
        work.decide_cause(by=head, at=at, claim_id=waiting.pk, confirmed=1, reason="Công văn 12")
    with pytest.raises(NotYours):
        task_to_see(head, late.pk, day)
    with pytest.raises(NotYours):
        evidence_file(head, file.pk, day)
    assert lines.isdisjoint(line.path for line in todo(head, at))
    assert late.claims.get().state == CauseClaim.State.WAITING
