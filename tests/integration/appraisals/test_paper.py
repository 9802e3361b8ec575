"""A sheet entered from its owner's signed paper: by whom, on what ground, marked everywhere, objected to, never judged
by who entered it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.factories.months import exempted, judgement, make_task, self_document, sheet_of, submitted
from tests.factories.people import give_role
from tests.factories.schemes import HA_NOI, bound, opened_period
from tests.guards import outside_actions
from tests.integration.intake.files import cells_of
from thuocdo.appraisals import actions, rules
from thuocdo.appraisals.actions.paper import Paper, TaskOnPaper
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.history import own_history
from thuocdo.appraisals.judging import subordinates_of
from thuocdo.appraisals.models import Confirmation, Draft, PaperEntry, Remark, Sheet, Submission
from thuocdo.appraisals.overview import evaluation_table
from thuocdo.appraisals.paper.queries import judgement_form, paper_form, papers_to_enter, preview_entered, scan_of
from thuocdo.appraisals.progress import progress
from thuocdo.appraisals.queries import explanation, own_sheet, sheet_to_evaluate, viewers, year_draft
from thuocdo.appraisals.rerating import confirmed_under, count_under
from thuocdo.appraisals.table import last_months
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.cycles.models import Cycle
from thuocdo.documents.forms import mau_01
from thuocdo.engine import Period
from thuocdo.intake.actions import export_list
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Person, Role
from thuocdo.results.gathering import gather
from thuocdo.work.evidence import Upload
from thuocdo.work.models import Task
from thuocdo.work.rules import Report

SCAN = Upload("phieu ky.pdf", b"%PDF-1.7 signed")
SIGNED = date(2026, 2, 27)
WORDS = "Nhập thay từ bản giấy đã ký ngày 27/02/2026, số 12/BG; người nhập: Bùi Thị Mai"


@pytest.fixture(autouse=True)
def _evidence_dir(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_DIR = tmp_path / "evidence"


@pytest.fixture
def enterer(cast: Cast) -> Person:
    """A colleague in the division who enters its papers."""
    give_role(cast.task_giver, cast.economy, Role.Kind.ENTERER)
    return cast.task_giver


def entered(cycle: Cycle, person: Person, by: Person, at: datetime, **changed: Any) -> Sheet:
    sheet = sheet_of(cycle, person)
    given: dict[str, Any] = {
        "sheet_id": sheet.pk, "version": sheet.version, "document": self_document(), "tasks": [],
        "paper": Paper(SIGNED, "12/BG", SCAN), "by": by.user, "at": at,
    }
    actions.enter_paper(**(given | changed))
    return sheet_of(cycle, person)


def test_the_paper_is_filed_for_its_owner_and_marked_wherever_it_appears(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    owner = cast.officer_appraised
    sheet = entered(february, owner, cast.organisation_officer, at)
    paper = PaperEntry.objects.get()
    assert (sheet.state, paper.subject, paper.entered_by) == (rules.SUBMITTED, owner, cast.organisation_officer)
    event = Event.objects.get(code="sheet.entered_from_paper")
    assert (event.actor, event.on_behalf_of) == (str(cast.organisation_officer.user_id), str(owner.user_id))
    seen = own_sheet(owner.user, sheet.pk, at)
    assert seen.paper is not None
    assert seen.paper.words.startswith(WORDS)
    assert paper.scan_sha256[:16] in seen.paper.words
    row = next(r for r in evaluation_table(cast.head.user, february.pk, at).rows if r.sheet.pk == sheet.pk)
    assert row.paper == seen.paper
    assert sheet_to_evaluate(cast.head.user, sheet.pk, at).view.paper == seen.paper
    assert explanation(owner.user, sheet.pk, at=at).paper == seen.paper
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    done = actions.confirm(
        sheet_id=sheet.pk, version=sheet_of(february, owner).version, judgement=judgement(), by=cast.head.user, at=at
    )
    assert done.entered_by == cast.organisation_officer
    assert explanation(owner.user, sheet.pk, at=at).paper == seen.paper
    assert any(WORDS in note for note in mau_01(owner.user, sheet.pk).notes)
    assert own_history(owner.user)[0].lines[0].on_paper
    assert [one for one in verify().problems if one.kind.startswith("appraisals.")] == []


def test_what_the_owner_files_carries_no_mark(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = submitted(february, cast.officer_appraised, at)
    assert own_sheet(cast.officer_appraised.user, sheet.pk, at).paper is None
    assert "object" not in own_sheet(cast.officer_appraised.user, sheet.pk, at).may
    with pytest.raises(Conflict):
        actions.object_to_paper(
            sheet_id=sheet.pk, version=sheet.version, reason="Không phải tôi.", by=cast.officer_appraised.user, at=at
        )


def test_the_results_on_the_paper_become_the_report(cast: Cast, february: Cycle, enterer: Person, at: datetime) -> None:
    task = make_task(cast.colleague, cast.economy, 3, reported=False, giver=cast.task_giver.user)
    with pytest.raises(Refused) as caught:
        entered(february, cast.colleague, enterer, at)
    assert set(caught.value.problems) == {"unreported_ok"}
    report = TaskOnPaper(task.pk, task.version, Report(300, 200, 300, late=1, cause="Chờ ý kiến"))
    entered(february, cast.colleague, enterer, at, tasks=[report])
    task.refresh_from_db()
    assert (task.completed, task.quality_met, task.on_time, task.late, task.cause, task.version) == (
        300, 200, 300, 1, "Chờ ý kiến", report.version + 1
    )
    bad = TaskOnPaper(task.pk, task.version, Report(100, 200, 100))
    with pytest.raises(Refused) as caught:
        entered(february, cast.officer_appraised, enterer, at, tasks=[
            TaskOnPaper(one.pk, one.version, bad.report) for one in Task.objects.filter(person=cast.officer_appraised)
        ])
    assert all(name.endswith("-quality_met") for name in caught.value.problems)
    assert sheet_of(february, cast.officer_appraised).state == rules.DRAFTING
    with pytest.raises(Conflict):
        entered(february, cast.officer_appraised, enterer, at, tasks=[bad])


def test_for_somebody_without_an_account(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = entered(
        february, cast.without_account, cast.organisation_officer, at,
        document=self_document(unreported_ok=True), paper=Paper(SIGNED, "", SCAN),
    )
    assert sheet.state == rules.SUBMITTED
    assert Event.objects.get(code="sheet.entered_from_paper").on_behalf_of == ""


def test_the_owner_is_told_and_may_object_until_it_is_confirmed(cast: Cast, february: Cycle, at: datetime) -> None:
    owner = cast.officer_appraised
    sheet = entered(february, owner, cast.organisation_officer, at)
    assert Notice.objects.filter(user=owner.user, kind="sheet.entered_from_paper").count() == 1
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    sheet = sheet_of(february, owner)
    assert "object" in own_sheet(owner.user, sheet.pk, at).may
    with pytest.raises(Refusal):
        actions.object_to_paper(sheet_id=sheet.pk, version=sheet.version, reason=" ", by=owner.user, at=at)
    with pytest.raises(NotYours):
        actions.object_to_paper(
            sheet_id=sheet.pk, version=sheet.version, reason="Sai", by=cast.colleague.user, at=at
        )
    with pytest.raises(Conflict):
        actions.object_to_paper(sheet_id=sheet.pk, version=1, reason="Sai", by=owner.user, at=at)
    for _ in range(2):
        actions.object_to_paper(
            sheet_id=sheet.pk, version=sheet.version, reason="Điểm ghi khác bản đã ký.", by=owner.user, at=at
        )
    assert sheet_of(february, owner).state == rules.DRAFTING
    said = Remark.objects.get(sheet=sheet)
    assert (said.kind, said.owner, said.by) == (Remark.Kind.OBJECTION, owner.user, owner.user)
    for kind in (Remark.Kind.EXTENSION, Remark.Kind.EXEMPTION, Remark.Kind.RETURN):
        with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
            Remark.objects.create(sheet=sheet, kind=kind, reason="x", owner=owner.user, by=owner.user, at=at)
    told = Notice.objects.filter(kind="sheet.paper_objected").values_list("user", flat=True)
    assert set(told) == {cast.organisation_officer.user_id, cast.head.user_id}
    assert PaperEntry.objects.count() == 1
    again = submitted(february, owner, at)
    assert own_sheet(owner.user, again.pk, at).paper is None
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    done = actions.confirm(
        sheet_id=sheet.pk, version=sheet_of(february, owner).version, judgement=judgement(), by=cast.head.user, at=at
    )
    assert done.entered_by is None
    with pytest.raises(Conflict):
        actions.object_to_paper(
            sheet_id=sheet.pk, version=sheet_of(february, owner).version, reason="Sai", by=owner.user, at=at
        )


def test_a_stand_in_after_an_objection_does_not_stand_on_the_paper(cast: Cast, february: Cycle, at: datetime) -> None:
    owner = cast.officer_appraised
    sheet = entered(february, owner, cast.organisation_officer, at)
    actions.object_to_paper(sheet_id=sheet.pk, version=sheet.version, reason="Không ký.", by=owner.user, at=at)
    actions.allow_stand_in(sheet_id=sheet.pk, reason="Hết hạn", by=cast.organisation_officer.user, at=at)
    done = actions.stand_in(
        sheet_id=sheet.pk, version=sheet_of(february, owner).version, by=cast.head.user, at=at,
        judgement=judgement(marks=self_document()["marks"]),
    )
    assert done.entered_by is None
    assert explanation(owner.user, sheet.pk, at=at).paper is None


def test_who_may_enter(cast: Cast, february: Cycle, enterer: Person, at: datetime) -> None:
    """Abuse: strangers, the owner, the evaluator, an enterer of another unit or of yesterday."""
    for person in (cast.colleague, cast.inspector, cast.stranger, cast.chairman):
        with pytest.raises(NotYours):
            entered(february, cast.officer_appraised, person, at)
    with pytest.raises(NotYours):
        entered(february, cast.without_account, enterer, at)
    give_role(cast.head, cast.ward, Role.Kind.ENTERER)
    give_role(cast.officer_appraised, cast.ward, Role.Kind.ENTERER)
    for person in (cast.head, cast.officer_appraised):
        with pytest.raises(Forbidden):
            entered(february, cast.officer_appraised, person, at)
    with outside_actions():
        Role.objects.filter(person=enterer).update(end=at.date())
    with pytest.raises(NotYours):
        entered(february, cast.officer_appraised, enterer, at)


def test_who_entered_never_judges(cast: Cast, february: Cycle, enterer: Person, at: datetime) -> None:
    """Abuse: the enterer becomes the evaluator afterwards."""
    sheet = entered(february, cast.officer_appraised, enterer, at)
    with outside_actions():
        Sheet.objects.filter(pk=sheet.pk).update(evaluator=enterer)
        type(sheet.member).objects.filter(pk=sheet.member_id).update(evaluator_unit=None)
    actions.open_for_review(sheet_id=sheet.pk, by=enterer.user, at=at)
    with pytest.raises(Forbidden, match="nhập thay phiếu này"):
        actions.confirm(
            sheet_id=sheet.pk, version=sheet_of(february, cast.officer_appraised).version, judgement=judgement(),
            by=enterer.user, at=at,
        )
    own = Submission.objects.get(sheet=sheet)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.create(
            sheet=sheet, number=1, submission=own, subject=cast.officer_appraised, confirmed_by=enterer,
            entered_by=enterer, rulebook="x", rulebook_hash="x", engine_version="1", outcome_kind="rated", outcome="{}",
            comment="x", at=at,
        )
    values = {"submission": own, "sheet": sheet, "signed_on": SIGNED, "number": "1", "at": at}
    people = {"subject": cast.officer_appraised, "evaluator": cast.head, "entered_by": enterer}
    for wrong in ({"entered_by": cast.officer_appraised}, {"entered_by": cast.head}, {"number": ""}):
        with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
            PaperEntry.objects.create(**(values | people | wrong))


@pytest.mark.parametrize(("paper", "field"), [
    (Paper(SIGNED), "file"), (Paper(date(2026, 1, 31), "12"), "signed_on"),
    (Paper(date(2027, 1, 1), "12"), "signed_on"), (Paper(SIGNED, "x" * 81), "number"),
    (Paper(SIGNED, "", Upload("a.exe", b"MZ")), "file"),
])
def test_a_paper_that_proves_nothing_is_refused(
    cast: Cast, february: Cycle, at: datetime, paper: Paper, field: str
) -> None:
    with pytest.raises(Refusal) as caught:
        entered(february, cast.officer_appraised, cast.organisation_officer, at, paper=paper)
    assert caught.value.field == field
    assert sheet_of(february, cast.officer_appraised).state == rules.DRAFTING


def test_too_late_too_old_or_filed_already(cast: Cast, february: Cycle, at: datetime) -> None:
    filed = submitted(february, cast.officer_appraised, at)
    with pytest.raises(Conflict):
        entered(february, cast.officer_appraised, cast.organisation_officer, at)
    with pytest.raises(Conflict):
        entered(february, cast.colleague, cast.organisation_officer, at, version=9)
    with outside_actions():
        closed = {"state": "closed", "closed_at": at, "closed_by": cast.organisation_officer.user}
        Cycle.objects.filter(pk=february.pk).update(**closed)
    with pytest.raises(Conflict):
        entered(february, cast.colleague, cast.organisation_officer, at + timedelta(minutes=1))
    assert filed.version == sheet_of(february, cast.officer_appraised).version


def test_lists_form_scan_and_the_trace_of_looking(cast: Cast, february: Cycle, enterer: Person, at: datetime) -> None:
    found = papers_to_enter(enterer.user, at)
    names = {sheet.person for sheet in found.waiting}
    assert cast.officer_appraised in names
    assert not {enterer, cast.without_account, cast.head_elsewhere} & names
    assert [s.person for s in papers_to_enter(enterer.user, at, "hong ngoc").waiting] == [cast.officer_appraised]
    sheet = sheet_of(february, cast.officer_appraised)
    form = paper_form(enterer.user, sheet.pk, at)
    assert [task.person_id for task in form.tasks] == [cast.officer_appraised.pk] * 2
    for _ in range(2):
        actions.record_paper_look(sheet_id=sheet.pk, by=enterer.user, at=at)
    assert [one.name for one in viewers(cast.officer_appraised.user, sheet.pk)] == [enterer.full_name]
    with pytest.raises(NotYours):
        scan_of(enterer.user, sheet.pk, at)
    entered(february, cast.officer_appraised, enterer, at)
    for person in (enterer, cast.head, cast.officer_appraised, cast.organisation_officer):
        assert scan_of(person.user, sheet.pk, at)[1] == SCAN.content
    for person in (cast.colleague, cast.stranger):
        with pytest.raises(NotYours):
            scan_of(person.user, sheet.pk, at)
    assert [paper.subject for paper in papers_to_enter(enterer.user, at).entered] == [cast.officer_appraised]
    taken = cells_of(export_list(by=enterer.user, at=at, kind="paper-entries", scope="tat-ca"))
    assert [(row[0], row[3], row[5], row[-1]) for row in taken[1:]] == [
        (cast.officer_appraised.code, "tự đánh giá", "12/BG", "có")
    ]
    assert len(cells_of(export_list(by=cast.colleague.user, at=at, kind="paper-entries", scope="tat-ca"))) == 1


def judged_on_paper(cycle: Cycle, person: Person, by: Person, at: datetime, **changed: Any) -> Confirmation:
    sheet = sheet_of(cycle, person)
    given: dict[str, Any] = {
        "sheet_id": sheet.pk, "version": sheet.version, "judgement": judgement(),
        "paper": Paper(SIGNED, "15/BG", SCAN), "by": by.user, "at": at,
    }
    return actions.enter_judgement(**(given | changed))


def filed_on_paper(cast: Cast, cycle: Cycle, at: datetime) -> Sheet:
    """By another officer than the one who will enter the judgement."""
    give_role(cast.office_head, cast.ward, Role.Kind.OFFICER)
    return entered(cycle, cast.officer_appraised, cast.office_head, at)


def test_a_signed_judgement_is_confirmed_in_the_evaluators_name_and_marked(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    owner, officer, head = cast.officer_appraised, cast.organisation_officer, cast.head
    sheet = filed_on_paper(cast, february, at)
    assert [s.pk for s in papers_to_enter(officer.user, at).to_judge] == [sheet.pk]
    form = judgement_form(officer.user, sheet.pk, at)
    assert preview_entered(form, judgement()).kind == "scored"
    done = judged_on_paper(february, owner, officer, at)
    assert (done.confirmed_by, done.entered_by, done.submission.author) == (head, cast.office_head, officer.user)
    paper = PaperEntry.objects.get(submission=done.submission)
    assert (paper.subject, paper.evaluator, paper.entered_by) == (owner, head, officer)
    assert paper.own_entered_by == cast.office_head
    event = Event.objects.get(code="sheet.judgement_entered_from_paper")
    assert (event.actor, event.on_behalf_of) == (str(officer.user_id), str(head.user_id))
    seen = own_sheet(owner.user, sheet.pk, at)
    assert seen.judged_paper is not None
    assert seen.judged_paper.words.startswith("Phần nhận xét, xác nhận nhập thay từ bản giấy đã ký ngày 27/02/2026")
    assert explanation(owner.user, sheet.pk, at=at).judged_paper == seen.judged_paper
    assert sheet_to_evaluate(head.user, sheet.pk, at).view.judged_paper == seen.judged_paper
    row = next(r for r in evaluation_table(head.user, february.pk, at).rows if r.sheet.pk == sheet.pk)
    assert row.judged_on_paper
    assert seen.judged_paper.words in mau_01(owner.user, sheet.pk).notes
    assert own_history(owner.user)[0].lines[0].on_paper
    told = set(Notice.objects.filter(kind="sheet.judgement_entered").values_list("user", flat=True))
    assert told == {head.user_id}
    assert scan_of(head.user, sheet.pk, at, judged=True)[0] == paper
    assert scan_of(head.user, sheet.pk, at)[0] != paper
    assert [one for one in verify().problems if one.kind.startswith("appraisals.")] == []


def test_a_judgement_confirmed_in_the_product_carries_no_mark(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = filed_on_paper(cast, february, at)
    actions.open_for_review(sheet_id=sheet.pk, by=cast.head.user, at=at)
    version = sheet_of(february, cast.officer_appraised).version
    done = actions.confirm(sheet_id=sheet.pk, version=version, judgement=judgement(), by=cast.head.user, at=at)
    view = sheet_to_evaluate(cast.head.user, sheet.pk, at).view
    assert view.judged_paper is None
    assert "object_judgement" not in view.may
    with pytest.raises(Conflict, match="không phải bản nhập thay"):
        actions.object_to_judgement(
            sheet_id=sheet.pk, version=version + 1, reason="Khác", by=cast.head.user, at=at
        )
    with pytest.raises(Conflict):
        judged_on_paper(february, cast.officer_appraised, cast.organisation_officer, at)
    assert Confirmation.objects.get() == done


def test_who_may_enter_a_judgement(cast: Cast, february: Cycle, enterer: Person, at: datetime) -> None:
    """Abuse: the person judged, the evaluator and their delegate, who enters papers only, strangers."""
    sheet, owner = filed_on_paper(cast, february, at), cast.officer_appraised
    give_role(owner, cast.ward, Role.Kind.OFFICER)
    with pytest.raises(Forbidden, match="phiếu của chính ông/bà"):
        judged_on_paper(february, owner, owner, at)
    assert sheet.pk not in {s.pk for s in papers_to_enter(owner.user, at).to_judge}
    give_role(cast.head, cast.ward, Role.Kind.OFFICER)
    with pytest.raises(Forbidden, match="hãy tự nhận xét"):
        judged_on_paper(february, owner, cast.head, at)
    assert papers_to_enter(cast.head.user, at).to_judge == ()
    for person in (enterer, cast.colleague, cast.inspector, cast.stranger, cast.chairman):
        with pytest.raises(NotYours):
            judged_on_paper(february, owner, person, at)
        with pytest.raises(NotYours):
            judgement_form(person.user, sheet.pk, at)
    assert papers_to_enter(enterer.user, at).to_judge == ()
    assert sheet_of(february, owner).state == rules.SUBMITTED
    done = judged_on_paper(february, owner, cast.organisation_officer, at)
    with outside_actions(), pytest.raises(IntegrityError), transaction.atomic():
        PaperEntry.objects.create(
            submission=Submission.objects.create(
                sheet=sheet, number=9, part="evaluator", author=owner.user, document="{}", digest="x", at=at
            ),
            sheet=sheet, subject=owner, evaluator=done.confirmed_by, entered_by=owner, signed_on=SIGNED, number="1",
            at=at,
        )


def test_nobody_enters_both_parts_of_a_sheet(cast: Cast, february: Cycle, at: datetime) -> None:
    """Abuse: one officer makes a whole result with a number for a paper."""
    owner, officer = cast.officer_appraised, cast.organisation_officer
    sheet = filed_on_paper(cast, february, at)
    with pytest.raises(Forbidden, match="đã nhập thay phần tự đánh giá"):
        judged_on_paper(february, owner, cast.office_head, at)
    with pytest.raises(Forbidden):
        judgement_form(cast.office_head.user, sheet.pk, at)
    assert papers_to_enter(cast.office_head.user, at).to_judge == ()
    in_product = submitted(february, cast.colleague, at)
    assert [s.pk for s in papers_to_enter(cast.office_head.user, at).to_judge] == [in_product.pk]
    assert {s.pk for s in papers_to_enter(officer.user, at).to_judge} == {sheet.pk, in_product.pk}
    done = judged_on_paper(february, owner, officer, at)
    with outside_actions(), pytest.raises(IntegrityError, match="nobody_enters_both_parts"), transaction.atomic():
        PaperEntry.objects.create(
            submission=Submission.objects.create(
                sheet=sheet, number=9, part="evaluator", author=officer.user, document="{}", digest="x", at=at
            ),
            sheet=sheet, subject=owner, evaluator=done.confirmed_by, entered_by=cast.office_head,
            own_entered_by=done.entered_by, signed_on=SIGNED, number="1", at=at,
        )


def test_an_owner_who_objected_and_filed_leaves_no_enterer(cast: Cast, february: Cycle, at: datetime) -> None:
    owner = cast.officer_appraised
    sheet = filed_on_paper(cast, february, at)
    actions.object_to_paper(sheet_id=sheet.pk, version=sheet.version, reason="Sai.", by=owner.user, at=at)
    submitted(february, owner, at)
    assert [s.pk for s in papers_to_enter(cast.office_head.user, at).to_judge] == [sheet.pk]
    done = judged_on_paper(february, owner, cast.office_head, at, paper=Paper(at.date(), "15/BG"))
    assert done.entered_by is None


def test_no_judgement_for_a_head_who_left_or_signed_too_early(cast: Cast, february: Cycle, at: datetime) -> None:
    filed_on_paper(cast, february, at)
    with pytest.raises(Refusal) as caught:
        judged_on_paper(
            february, cast.officer_appraised, cast.organisation_officer, at, paper=Paper(date(2026, 2, 26), "15/BG")
        )
    assert caught.value.field == "signed_on"
    in_product = submitted(february, cast.colleague, at)
    with pytest.raises(Refusal):
        judged_on_paper(february, cast.colleague, cast.organisation_officer, at)
    with pytest.raises(Refused) as refused:
        judged_on_paper(
            february, cast.colleague, cast.organisation_officer, at, judgement={"comment": ""},
            paper=Paper(at.date(), "15/BG"),
        )
    assert "comment" in refused.value.problems
    with outside_actions():
        cast.head.employments.filter(leadership="head").update(end=at.date())
    with pytest.raises(Forbidden, match="không còn là người đứng đầu"):
        judged_on_paper(february, cast.colleague, cast.organisation_officer, at, paper=Paper(at.date(), "15/BG"))
    assert sheet_of(february, cast.colleague).version == in_product.version


def test_the_evaluator_objects_and_judges_anew(cast: Cast, february: Cycle, at: datetime) -> None:
    owner, head = cast.officer_appraised, cast.head
    sheet = filed_on_paper(cast, february, at)
    first = judged_on_paper(february, owner, cast.organisation_officer, at)
    assert "object_judgement" in sheet_to_evaluate(head.user, sheet.pk, at).view.may
    version = sheet_of(february, owner).version
    given = {"sheet_id": sheet.pk, "version": version, "reason": "Điểm khác bản đã ký.", "at": at}
    for person in (owner, cast.organisation_officer, cast.deputy, cast.stranger):
        with pytest.raises(NotYours):
            actions.object_to_judgement(**given, by=person.user)
    with pytest.raises(Refusal):
        actions.object_to_judgement(**(given | {"reason": " "}), by=head.user)
    for _ in range(2):
        actions.object_to_judgement(**given, by=head.user)
    assert sheet_of(february, owner).state == rules.UNDER_REVIEW
    told = set(Notice.objects.filter(kind="sheet.judgement_objected").values_list("user", flat=True))
    assert told == {owner.user_id, cast.organisation_officer.user_id}
    version += 1
    with pytest.raises(Conflict, match="chỉ được người đánh giá"):
        judged_on_paper(february, owner, cast.organisation_officer, at)
    assert papers_to_enter(cast.organisation_officer.user, at).to_judge == ()
    with pytest.raises(Conflict):
        actions.return_for_revision(sheet_id=sheet.pk, version=version, reason="x", by=head.user, at=at)
    with pytest.raises(Conflict):
        actions.petition(confirmation_id=first.pk, text="Không đồng ý", by=owner.user, at=at)
    with pytest.raises(Conflict):
        actions.object_to_paper(sheet_id=sheet.pk, version=version, reason="Sai", by=owner.user, at=at)
    assert not {"return", "object", "petition"} & own_sheet(owner.user, sheet.pk, at).may
    done = actions.confirm(sheet_id=sheet.pk, version=version, judgement=judgement(), by=head.user, at=at)
    assert (done.number, done.replaces, done.confirmed_by) == (2, first, head)
    assert done.replace_reason == "Người đánh giá không đồng ý với bản nhập thay: Điểm khác bản đã ký."
    assert own_sheet(owner.user, sheet.pk, at).judged_paper is None
    assert [one for one in verify().problems if one.kind.startswith("appraisals.")] == []


def test_an_entered_judgement_under_petition_or_in_a_closed_period_stands(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    sheet = filed_on_paper(cast, february, at)
    done = judged_on_paper(february, cast.officer_appraised, cast.organisation_officer, at)
    version = sheet_of(february, cast.officer_appraised).version
    given = {"sheet_id": sheet.pk, "version": version, "reason": "Khác.", "by": cast.head.user, "at": at}
    assert "object_judgement" in sheet_to_evaluate(cast.head.user, sheet.pk, at).view.may
    for until in (None, at + timedelta(days=9)):
        with outside_actions():
            closed = {"state": "closed", "closed_at": at, "closed_by": cast.organisation_officer.user}
            Cycle.objects.filter(pk=february.pk).update(**closed)
            Sheet.objects.filter(pk=sheet.pk).update(extended_until=until)
        with pytest.raises(Conflict, match="khóa"):
            actions.object_to_judgement(**(given | {"at": at + timedelta(minutes=1)}))
        assert "object_judgement" not in sheet_to_evaluate(cast.head.user, sheet.pk, at).view.may
    with outside_actions():
        Cycle.objects.filter(pk=february.pk).update(state="open", closed_at=None, closed_by=None)
    actions.petition(confirmation_id=done.pk, text="Đề nghị xem lại", by=cast.officer_appraised.user, at=at)
    with pytest.raises(Conflict, match="kiến nghị"):
        actions.object_to_judgement(**given)
    assert "object_judgement" not in sheet_to_evaluate(cast.head.user, sheet.pk, at).view.may


def test_a_judgement_objected_to_holds_nowhere_and_stops_the_closing(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    """Also during an extension: once the period is closed, one person would replace the result."""
    owner, officer = cast.officer_appraised, cast.organisation_officer.user
    sheet = filed_on_paper(cast, february, at)
    done = judged_on_paper(february, owner, cast.organisation_officer, at)
    actions.extend(sheet_id=sheet.pk, reason="Ốm", until=at + timedelta(days=9), by=officer, at=at)

    def used() -> list[bool]:
        march = Cycle(kind="month", year=2026, number=3)
        below = subordinates_of(sheet_of(february, cast.head)) or []
        assert count_under(february, done.rulebook_hash) == len(confirmed_under(february, done.rulebook_hash))
        return [
            gather([owner.pk], Period(kind="quarter", year=2026, number=1))[owner.pk].parts[1].score is not None,
            {"id": owner.code, "score": done.score} in below,
            owner.pk in last_months([owner.pk], march),
            confirmed_under(february, done.rulebook_hash) == [done],
            year_draft(owner.user, owner.pk, 2026, at).months[1].score is not None,
        ]

    def stops() -> str:
        with pytest.raises(Refused) as caught:
            actions.close_cycle(cycle_id=february.pk, by=officer, at=at)
        return caught.value.problems.get(f"sheet-{sheet.pk}", "")

    assert used() == [True] * 5
    assert stops() == ""
    followed = progress(officer, february.pk, at)
    stopped = followed.sums.stops
    version = sheet_of(february, owner).version
    actions.object_to_judgement(sheet_id=sheet.pk, version=version, reason="Khác.", by=cast.head.user, at=at)
    assert used() == [False] * 5
    followed = progress(officer, february.pk, at)
    assert (followed.sums.stops, followed.sums.running) == (stopped + 1, 0)
    assert "Lê Minh Đức xác nhận" in " ".join(name for unit in followed.units for name in unit.named)
    (row,) = [one for one in evaluation_table(cast.head.user, february.pk, at).rows if one.sheet.pk == sheet.pk]
    assert (row.anew, row.confirmation, row.judged_score) == (True, None, None)
    assert "không đồng ý với kết quả nhập thay, chờ Lê Minh Đức" in stops()
    actions.confirm(
        sheet_id=sheet.pk, version=version + 1, judgement=judgement(), by=cast.head.user, at=at
    )
    assert used()[0]
    assert stops() == ""


def test_what_the_evaluator_was_typing_is_kept_until_the_period_is_closed(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    head, sheet = cast.head.user, filed_on_paper(cast, february, at)
    actions.open_for_review(sheet_id=sheet.pk, by=head, at=at)
    actions.save_draft(sheet_id=sheet.pk, document=judgement(comment="Đang soạn dở"), by=head, at=at)
    judged_on_paper(february, cast.officer_appraised, cast.organisation_officer, at)
    assert "Bản nháp đang soạn được giữ." in Notice.objects.get(kind="sheet.judgement_entered").text
    version = sheet_of(february, cast.officer_appraised).version
    actions.object_to_judgement(sheet_id=sheet.pk, version=version, reason="Khác.", by=head, at=at)
    assert sheet_to_evaluate(head, sheet.pk, at).view.document == judgement(comment="Đang soạn dở")
    actions.confirm(sheet_id=sheet.pk, version=version + 1, judgement=judgement(), by=head, at=at)
    assert not Draft.objects.filter(sheet=sheet).exists()
    second = submitted(february, cast.colleague, at)
    actions.save_draft(sheet_id=second.pk, document=judgement(), by=head, at=at)
    judged_on_paper(february, cast.colleague, cast.organisation_officer, at, paper=Paper(at.date(), "16/BG"))
    for one in february.sheets.filter(state=rules.DRAFTING):
        exempted(one, cast.organisation_officer, at)
    assert Draft.objects.filter(sheet=second).exists()
    actions.close_cycle(cycle_id=february.pk, by=cast.organisation_officer.user, at=at)
    assert not Draft.objects.filter(sheet=second).exists()


def test_after_closing_the_evaluator_is_told_of_the_two_who_replace(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = filed_on_paper(cast, february, at)
    actions.save_draft(sheet_id=sheet.pk, document=judgement(), by=cast.head.user, at=at)
    with outside_actions():
        closed = {"state": "closed", "closed_at": at, "closed_by": cast.organisation_officer.user}
        Cycle.objects.filter(pk=february.pk).update(**closed)
        Sheet.objects.filter(pk=sheet.pk).update(extended_until=at + timedelta(days=9))
    judged_on_paper(february, cast.officer_appraised, cast.organisation_officer, at)
    text = Notice.objects.get(kind="sheet.judgement_entered").text
    assert "báo cán bộ tổ chức đề nghị mở lại phiếu" in text
    assert "Không đồng ý" not in text
    assert not Draft.objects.filter(sheet=sheet).exists()


def test_a_sheet_under_a_scheme(cast: Cast, at: datetime) -> None:
    from tests.integration.appraisals.test_scheme_sheets import OWN

    bound(cast, *HA_NOI)
    month = opened_period(cast)
    give_role(cast.office_head, cast.ward, Role.Kind.ENTERER)
    document = {"fields": OWN, "strengths": "", "shortcomings": ""}
    sheet = entered(month, cast.colleague, cast.office_head, at, document=document)
    assert own_sheet(cast.colleague.user, sheet.pk, at).paper is not None
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=at)
    plain = {"fields": {}, "reasons": {}, "decisions": {}, "comment": "Nhất trí."}
    done = judged_on_paper(month, cast.colleague, cast.organisation_officer, at, judgement=plain)
    assert (done.confirmed_by, done.entered_by) == (sheet.evaluator, cast.office_head)
    bill = explanation(cast.colleague.user, sheet.pk, at=at)
    assert bill.paper is not None
    assert bill.judged_paper is not None
