"""The product's own actions over one month leave a record that verifies, results included."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.cast import Cast
from tests.factories.months import confirmed, exempted, judgement, make_task, open_month, opened, submitted
from tests.guards import outside_actions
from thuocdo.appraisals import actions
from thuocdo.appraisals.counts.models import SheetCount
from thuocdo.appraisals.models import Confirmation, Submission
from thuocdo.audit import append_only, heads
from thuocdo.audit.report import Report
from thuocdo.audit.verify import verify
from thuocdo.cli.main import run
from thuocdo.cli.verifying import confirmations
from thuocdo.cycles.models import Cycle

BY_FACTORIES = {"inserted"}
"""Units, people and tasks of the cast are written by factories, hence without events."""


@pytest.fixture
def month(cast: Cast, at: datetime, settings: Any, tmp_path: Path) -> Cycle:
    """February: returned and filed again, confirmed, petitioned, corrected, exempted, closed."""
    settings.HEADS_DIR = tmp_path
    for person in (cast.officer_appraised, cast.colleague):
        make_task(person, cast.economy, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    officer = cast.organisation_officer.user
    back = opened(cycle, cast.colleague, at)
    actions.return_for_revision(
        sheet_id=back.pk, version=back.version, reason="Thiếu minh chứng", by=back.evaluator.user, at=at
    )
    submitted(cycle, cast.colleague, at)
    first = confirmed(cycle, cast.officer_appraised, at)
    actions.open_for_review(sheet_id=back.pk, by=back.evaluator.user, at=at)
    back.refresh_from_db()
    actions.confirm(
        sheet_id=back.pk, version=back.version, judgement=judgement(), by=back.evaluator.user, at=at
    )
    for sheet in cycle.sheets.filter(state="drafting"):
        exempted(sheet, cast.organisation_officer, at)
    actions.close_cycle(cycle_id=cycle.pk, by=officer, at=at)
    petition = actions.petition(
        confirmation_id=first.pk, text="Xin xem lại", by=cast.officer_appraised.user, at=at
    )
    actions.correct(
        petition_id=petition.pk,
        answer="Đúng",
        judgement=judgement(comment="Sửa"),
        by=cast.chairman.user,
        at=at,
    )
    return cycle


def serious(report: Report) -> list[str]:
    return [problem.message for problem in report.problems if problem.code not in BY_FACTORIES]


def test_the_record_of_a_month_verifies_and_its_results_are_computed_again(
    month: Cycle, at: datetime
) -> None:
    report = verify(heads.export(at=at), rerate=[confirmations()])
    assert serious(report) == []
    rooms = {problem.kind.split(".")[0] for problem in report.problems}
    assert rooms <= {"accounts", "organisation", "records", "rulesets", "work"}
    assert report.rerated == Confirmation.objects.count() == 3


def test_a_result_rewritten_with_all_its_hashes_is_found_by_rating_again(month: Cycle, at: datetime) -> None:
    result = Confirmation.objects.order_by("pk")[0]
    with outside_actions():
        append_only.release(connection, "appraisals_submission")
        document = Submission.objects.get(pk=result.submission_id)
        document.document = document.document.replace('"completed":"4"', '"completed":"1"')
        document.save()
        append_only.protect(connection, "appraisals_submission")
    codes = {problem.code for problem in verify(rerate=[confirmations()]).problems} - BY_FACTORIES
    assert "changed" in codes
    assert codes & {"rerate_differs", "rerate_failed"}


def test_the_command_reports_problems(month: Cycle, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify"]) == 1
    printed = capsys.readouterr().out
    assert "có trong bảng nhưng không sự kiện nào ghi lại." in printed
    assert "Chưa neo" in printed
    assert "tính lại 3 kết quả đã xác nhận" in printed
    assert "Số phiếu đếm sẵn" not in printed


def test_the_command_compares_the_kept_counts(month: Cycle, capsys: pytest.CaptureFixture[str]) -> None:
    with outside_actions():
        row = SheetCount.objects.filter(cycle=month).order_by("pk")[0]
        SheetCount.objects.filter(pk=row.pk).update(number=row.number + 1)
    assert run(["verify", "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    (found,) = [one for one in problems if one["code"] == "counts_differ"]
    assert (found["kind"], found["key"]) == ("cycles.cycle", str(month.pk))
