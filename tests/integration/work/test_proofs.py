"""Evidence, objective causes, explanations, and work that is hard to count."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.agreement import all_disagree
from tests.guards import outside_actions, refused_by_database
from tests.integration.work.conftest import MARCH
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.work import actions, closed
from thuocdo.work.evidence import MOST_EVIDENCE, Upload
from thuocdo.work.models import Clarification, Evidence, Product, Task
from thuocdo.work.own_work import waiting
from thuocdo.work.queries_evidence import beside_tasks, evidence_file, task_to_see, unanswered
from thuocdo.work.rules import Wanted

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 bao cao"
ON = date(2026, 3, 10)
APRIL = date(2026, 4, 1)


@pytest.fixture
def shut(monkeypatch):
    """Closes March for everybody when called."""

    def close():
        monkeypatch.setattr(closed, "_ANSWERS", [lambda asked: dict.fromkeys(asked, "Tháng đã khóa.")])

    return close


def add(office, at, task, **other):
    values = {"kind": "file", "upload": Upload("Báo cáo.pdf", PDF)}
    return actions.add_evidence(by=office.doer, at=at, task_id=task.pk, **{**values, **other})


def test_files_are_kept_by_digest_and_read_by_those_who_may_see_the_task(office, at, settings):
    task = office.task(at)
    row = add(office, at, task)
    same = add(office, at, task, upload=Upload("bản hai.pdf", PDF))
    assert row.sha256 == same.sha256
    files = [p for p in Path(settings.EVIDENCE_DIR).rglob("*") if p.is_file()]
    assert [p.name for p in files] == [row.sha256]
    for user in (office.doer, office.head, office.ward.officer):
        assert evidence_file(user, row.pk, ON)[1] == PDF
    for user in (office.colleague, office.stranger, office.ward.stranger):
        with pytest.raises(NotYours):
            evidence_file(user, row.pk, ON)
    files[0].write_bytes(b"%PDF-1.7 khac")
    with pytest.raises(Refusal, match="nguyên vẹn"):
        evidence_file(office.doer, row.pk, ON)


def test_only_the_doer_adds_and_withdraws(office, at):
    task = office.task(at)
    row = add(office, at, task)
    for by in (office.head, office.colleague, office.stranger):
        with pytest.raises(NotYours):
            actions.add_evidence(by=by, at=at, task_id=task.pk, kind="document", text="12/BC")
        with pytest.raises(NotYours):
            actions.withdraw_evidence(by=by, at=at, evidence_id=row.pk, reason="x")
    with pytest.raises(NotYours):
        actions.withdraw_evidence(by=office.doer, at=at, evidence_id=999_999, reason="x")


def test_replaced_and_withdrawn_evidence_stays_readable(office, at):
    task = office.task(at)
    first = add(office, at, task)
    second = add(office, at, task, upload=Upload("moi.pdf", PDF + b"2"), replaces_id=first.pk)
    link = add(office, at, task, kind="link", text="https://vanban.example.vn/1")
    gone = actions.withdraw_evidence(by=office.doer, at=at, evidence_id=link.pk, reason="Nhầm việc")
    view = task_to_see(office.head, task.pk, ON)
    assert [e.pk for e in view.evidence] == [second.pk]
    assert [e.pk for e in view.past_evidence] == [first.pk, link.pk, gone.pk]
    assert evidence_file(office.head, first.pk, ON)[1] == PDF
    for old in (first, link):
        with pytest.raises(Conflict, match="thay hoặc rút"):
            actions.withdraw_evidence(by=office.doer, at=at, evidence_id=old.pk, reason="x")
    other = office.task(at)
    with pytest.raises(NotYours):
        add(office, at, other, replaces_id=second.pk)


def test_abuse_43_evidence_of_a_confirmed_month_is_neither_withdrawn_replaced_nor_deleted(office, at, shut):
    task = office.task(at)
    row = add(office, at, task)
    shut()
    with pytest.raises(Conflict):
        actions.withdraw_evidence(by=office.doer, at=at, evidence_id=row.pk, reason="Xóa")
    with pytest.raises(Conflict):
        add(office, at, task, upload=Upload("khac.pdf", PDF + b"3"), replaces_id=row.pk)
    with pytest.raises(Conflict):
        add(office, at, task)
    for change in (Evidence.objects.filter(pk=row.pk).delete, lambda: Evidence.objects.update(text="khác")):
        with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert evidence_file(office.doer, row.pk, ON)[1] == PDF


def test_abuse_30_a_task_takes_only_so_many_files(office, at):
    task = office.task(at)
    for number in range(MOST_EVIDENCE):
        last = add(office, at, task, kind="document", text=f"{number}/BC-UBND")
    with pytest.raises(Refusal, match=str(MOST_EVIDENCE)):
        add(office, at, task)
    assert add(office, at, task, replaces_id=last.pk).kind == "file"


def test_texts_are_kept_as_texts_whatever_they_look_like(office, at):
    task = office.task(at, title="=HYPERLINK(1)")
    row = add(office, at, task, kind="document", text='=cmd|"/c calc"!A1')
    assert row.text == '=cmd|"/c calc"!A1'
    assert task.title == "=HYPERLINK(1)"


def test_evidence_needs_a_kind_and_a_content(office, at):
    task = office.task(at)
    for kind, text in (("file", ""), ("link", "javascript:alert(1)"), ("document", " "), ("withdrawn", "x"), ("", "x")):
        with pytest.raises(Refusal):
            add(office, at, task, kind=kind, text=text, upload=None)


def claimed(office, at, late=2, occurrences=2):
    task = office.reported(office.task(at), at, late)
    claim = actions.claim_cause(
        by=office.doer, at=at, task_id=task.pk, version=task.version, occurrences=occurrences, text="Bão số 3"
    )
    return task, claim


def test_a_cause_is_confirmed_by_the_head_with_a_reason(office, at):
    task, claim = claimed(office, at)
    with pytest.raises(Refusal):
        actions.decide_cause(by=office.head, at=at, claim_id=claim.pk, confirmed=1, reason="")
    with pytest.raises(Refusal):
        actions.decide_cause(by=office.head, at=at, claim_id=claim.pk, confirmed=3, reason="x")
    done = actions.decide_cause(by=office.head, at=at, claim_id=claim.pk, confirmed=1, reason="Đúng một lần")
    assert (done.state, done.confirmed) == ("confirmed", 1)
    task.refresh_from_db()
    assert task.late_excused == 1
    with pytest.raises(Conflict):
        actions.decide_cause(by=office.head, at=at, claim_id=claim.pk, confirmed=2, reason="x")
    with pytest.raises(Refusal, match="được xác nhận"):
        office.reported(task, at, late=0)


def test_a_confirmed_cause_leaves_open_which_products_the_rest_befell(office, at):
    """Nobody knows which of them the cause excuses; what nobody said stays unsaid, and a refusal changes nothing."""
    for typed, confirmed, left in (("1; 2", 1, ""), ("", 1, ""), ("1; 2", 0, "1; 2")):
        task = office.task(at)
        task = office.reported(task, at, late=3, late_each=typed)
        claim = actions.claim_cause(
            by=office.doer, at=at, task_id=task.pk, version=task.version, occurrences=2, text="Bão số 3"
        )
        actions.decide_cause(by=office.head, at=at, claim_id=claim.pk, confirmed=confirmed, reason="Đã xem")
        task.refresh_from_db()
        assert (task.late, task.late_excused, task.late_each, task.reported_at) == (3, confirmed, left, at)
        back = actions.hand_back_task(by=office.doer, at=at, task_id=task.pk, version=task.version, reason="Thiếu số")
        assert (back.completed, back.quality_errors_each, back.late_each) == (0, "", "")


def test_a_report_is_of_the_day_its_figures_were_said(office, at):
    """Evidence or a cause given later makes no report late; other figures are a report of that day."""
    task, later = office.reported(office.task(at), at), at + timedelta(days=3)
    proved = office.reported(task, later, evidence="12/BC-UBND", cause="Mất điện")
    assert (proved.evidence, proved.reported_at, proved.version) == ("12/BC-UBND", at, 3)
    assert office.reported(proved, later, late=1).reported_at == later


def test_nobody_but_a_head_above_decides_a_cause(office, at):
    _, claim = claimed(office, at)
    assert [w.what for w in waiting(office.head, ON)] == ["cause"]
    assert waiting(office.deputy, ON) == []
    for by in (office.doer, office.deputy, office.colleague, office.stranger, office.ward.officer):
        with pytest.raises(NotYours):
            actions.decide_cause(by=by, at=at, claim_id=claim.pk, confirmed=1, reason="x")
    with pytest.raises(NotYours):
        actions.decide_cause(by=office.head, at=at, claim_id=999_999, confirmed=1, reason="x")
    done = actions.decide_cause(by=office.head, at=at, claim_id=claim.pk, confirmed=1, reason="Đúng")
    refused_by_database(done, "cause_claim_not_decided_by_claimant", decided_by_id=office.doer.pk)


def test_a_refused_cause_may_be_claimed_again_and_a_standing_one_not(office, at):
    task, claim = claimed(office, at)
    task.refresh_from_db()
    again = {"by": office.doer, "at": at, "task_id": task.pk, "occurrences": 1, "text": "Mất điện"}
    with pytest.raises(Conflict):
        actions.claim_cause(version=task.version, **again)
    actions.decide_cause(by=office.head, at=at, claim_id=claim.pk, confirmed=0, reason="Không có căn cứ")
    task.refresh_from_db()
    assert task.late_excused == 0
    assert actions.claim_cause(version=task.version, **again).state == "waiting"


def test_more_lateness_than_reported_is_not_claimed(office, at, shut):
    task = office.reported(office.task(at), at, late=1)
    values = {"by": office.doer, "at": at, "task_id": task.pk, "version": task.version, "text": "x"}
    with pytest.raises(Refusal):
        actions.claim_cause(occurrences=2, **values)
    shut()
    with pytest.raises(Conflict):
        actions.claim_cause(occurrences=1, **values)


def test_an_explanation_is_asked_answered_once_and_outstanding_until_then(office, at):
    task = office.task(at)
    asked = {"at": at, "task_id": task.pk, "question": "Vì sao chậm?", "due": date(2026, 3, 20)}
    for by in (office.doer, office.colleague, office.stranger):
        with pytest.raises(NotYours):
            actions.ask_clarification(by=by, **asked)
    with pytest.raises(Refusal):
        actions.ask_clarification(by=office.head, **{**asked, "due": date(2020, 1, 1)})
    one = actions.ask_clarification(by=office.head, **asked)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        Clarification.objects.filter(pk=one.pk).update(asked_by=office.doer)
    with pytest.raises(Conflict):
        actions.ask_clarification(by=office.head, **asked)
    people = [office.doer_person.pk]
    assert all_disagree(at) == []
    assert [w.what for w in waiting(office.doer, ON)] == ["answer"]
    assert [w.what for w in waiting(office.head, ON)] == ["asked"]
    assert unanswered(people, MARCH, APRIL) == {office.doer_person.pk: 1}
    assert beside_tasks([task.code])[task.code].unanswered
    with pytest.raises(NotYours):
        actions.answer_clarification(by=office.head, at=at, clarification_id=one.pk, answer="x")
    with pytest.raises(Refusal):
        actions.answer_clarification(by=office.doer, at=at, clarification_id=one.pk, answer=" ")
    actions.answer_clarification(by=office.doer, at=at, clarification_id=one.pk, answer="Chờ số liệu của thuế")
    with pytest.raises(Conflict):
        actions.answer_clarification(by=office.doer, at=at, clarification_id=one.pk, answer="khác")
    assert unanswered(people, MARCH, APRIL) == {}
    assert all_disagree(at) == []
    assert waiting(office.doer, ON) == waiting(office.head, ON) == []
    assert not beside_tasks([task.code])[task.code].unanswered


def test_a_closed_month_takes_no_report_question_or_answer(office, at, shut):
    task = office.task(at)
    one = actions.ask_clarification(
        by=office.head, at=at, task_id=task.pk, question="Vì sao?", due=date(2026, 3, 20)
    )
    task.refresh_from_db()
    shut()
    for late_step in (
        lambda: office.reported(task, at),
        lambda: actions.hand_back_task(by=office.doer, at=at, task_id=task.pk, version=2, reason="x"),
        lambda: actions.answer_clarification(by=office.doer, at=at, clarification_id=one.pk, answer="x"),
        lambda: actions.propose_task(by=office.doer, at=at, month=MARCH, wanted=Wanted("x", 100, 100, ON)),
    ):
        with pytest.raises(Conflict, match="khóa"):
            late_step()


def choose(office, at, way, **other):
    values = {"start": date(2026, 1, 1), "text": "Quy chế 12/QC", "decided_by": "Chủ tịch UBND phường"}
    return actions.choose_conversion(
        by=office.ward.officer, at=at, agency_id=office.ward.units["P1-UB"].pk, way=way,
        decided_on=date(2025, 12, 20), **{**values, **other},
    )  # fmt: skip


def test_work_hard_to_count_is_refused_while_the_agency_has_chosen_nothing(office, at):
    with pytest.raises(Refusal, match="Người đứng đầu cơ quan quyết định") as refused:
        office.task(at, uncountable=True)
    assert refused.value.field == "uncountable"
    wanted = Wanted("Trực bão", 100, 100, ON, uncountable=True)
    with pytest.raises(Refusal):
        actions.propose_task(by=office.doer, at=at, month=MARCH, wanted=wanted)
    choose(office, at, "hours", hours=800, start=APRIL)
    with pytest.raises(Refusal):
        office.task(at, uncountable=True)


def test_hours_convert_by_the_agencys_figure(office, at):
    choose(office, at, "hours", hours=800)
    task = office.task(at, uncountable=True, assigned=2000, coefficient=999)
    assert (task.assigned, task.coefficient, task.uncountable, task.unconverted) == (250, 100, True, False)
    assert "8 giờ là một đơn vị chuẩn" in task.conversion_note
    assert "không phải quy định của luật" in task.conversion_note
    with pytest.raises(Refusal, match="hai chữ số"):
        office.task(at, uncountable=True, assigned=300)
    values = {"title": "Trực bão", "assigned": 300, "due_date": ON}
    one = {"by": office.head, "at": at, "task_id": task.pk, "version": 1}
    with pytest.raises(Refusal, match="lựa chọn của cơ quan") as refused:
        actions.change_task(**one, **values, coefficient=250)
    assert refused.value.field == "coefficient"
    assert actions.change_task(**one, **values, coefficient=100).assigned == 300


def test_a_catalogue_line_converts_and_unconverted_work_counts_nowhere(office, at):
    with outside_actions():
        product = Product.objects.create(
            agency=office.ward.units["P1-UB"], code="SP-9", name="Trực ban", complexity=1, coefficient=70,
            start=date(2026, 1, 1),
        )  # fmt: skip
    choose(office, at, "product", product_id=product.pk)
    task = office.task(at, uncountable=True, coefficient=500)
    assert (task.coefficient, task.product) == (70, product)
    choose(office, at, "none", start=APRIL)
    later = office.task(at, uncountable=True, month=APRIL, due_date=date(2026, 4, 20))
    assert later.unconverted
    assert not Task.objects.counted().filter(pk=later.pk).exists()
    assert Task.objects.counted().filter(pk=task.pk).exists()


def test_only_the_agencys_officer_enters_a_complete_choice(office, at):
    agency = office.ward.units["P1-UB"].pk
    values = {"at": at, "text": "x", "decided_by": "y", "decided_on": MARCH, "start": MARCH, "agency_id": agency}
    for by in (office.head, office.doer, office.ward.stranger):
        with pytest.raises(NotYours):
            actions.choose_conversion(by=by, way="none", **values)
    for way, other in (("product", {}), ("hours", {}), ("hours", {"hours": 0}), ("guess", {}), ("none", {"start": ON})):
        with pytest.raises(Refusal):
            choose(office, at, way, **other)
    choose(office, at, "none")
    with pytest.raises(Refusal, match="sau ngày đó"):
        choose(office, at, "hours", hours=800)
