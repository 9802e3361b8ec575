"""A month under a scheme: opened, filled in, judged, explained, rated again bit for bit."""

from collections.abc import Collection
from datetime import date

import pytest

from tests.cast import Cast
from tests.factories.months import OPENED, sheet_of
from tests.factories.schemes import FIELDS, HA_NOI, bound, filed, judged, opened_period, under_review
from tests.guards import outside_actions
from thuocdo.appraisals import actions, unit_levels
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import ProposedResult
from thuocdo.appraisals.queries import (
    evaluation_table,
    explanation,
    own_sheet,
    preview,
    rate_document,
    sheet_to_evaluate,
)
from thuocdo.calendars.actions import set_day
from thuocdo.cycles.models import Cycle, Member, Run
from thuocdo.decisions.working import work_once
from thuocdo.records.models import Absence

MARKS = {"marks.discipline": "18", "marks.quantity": "24", "marks.quality": "24,5", "marks.progress": "20"}
OWN = MARKS | {"marks.bonus": "5"} | FIELDS


@pytest.fixture
def month(cast: Cast) -> Cycle:
    bound(cast, *HA_NOI)
    return opened_period(cast)


def test_the_evaluator_is_the_choice_of_the_agency_and_said_so(cast: Cast, month: Cycle) -> None:
    staff = Member.objects.get(cycle=month, person=cast.colleague)
    assert staff.evaluator_id == cast.head.pk
    assert staff.evaluator_cite.startswith("lựa chọn của cơ quan khi quyết định áp dụng")
    assert "Chủ tịch Ủy ban nhân dân phường" in staff.evaluator_cite
    assert Member.objects.get(cycle=month, person=cast.team_member).evaluator_id == cast.team_head.pk
    assert Member.objects.get(cycle=month, person=cast.team_head).evaluator_id == cast.head.pk


def test_what_is_typed_is_scored_and_what_is_missing_named(cast: Cast, month: Cycle) -> None:
    sheet = sheet_of(month, cast.colleague)
    outcome = preview(cast.colleague.user, sheet.pk, {"fields": OWN})
    assert (str(outcome.score), outcome.level) == ("183/2", "excellent")
    with pytest.raises(Refused) as refused:
        filed(month, cast.colleague, {**OWN, "marks.discipline": "21", "marks.quality": "", "marks.nothing": "1"})
    assert set(refused.value.problems) == {"fields.marks.discipline", "fields.marks.quality", "fields.marks.nothing"}
    assert "không quá 20" in refused.value.problems["fields.marks.discipline"]


def test_the_rater_starts_from_the_owners_marks_and_says_why_they_differ(cast: Cast, month: Cycle) -> None:
    sheet = under_review(month, cast.colleague, OWN)
    with pytest.raises(Refused) as refused:
        judged(sheet, fields={"marks.quantity": "20"})
    assert set(refused.value.problems) == {"reasons.marks.quantity"}
    done = judged(sheet, fields={"marks.quantity": "20"}, reasons={"marks.quantity": "Thiếu 2 báo cáo"})
    assert (done.band, done.score, done.outcome_kind) == ("good", "175/2", "rated")
    bill = explanation(cast.colleague.user, sheet.pk)
    assert bill.band_label == "Hoàn thành tốt nhiệm vụ"
    lines = {line.id: line for group in bill.groups for line in group.lines}
    assert lines["score.quantity"].note == "Thiếu 2 báo cáo"
    assert "1841" in bill.caution


def test_a_run_proposes_what_the_page_of_each_sheet_computes(cast: Cast, month: Cycle) -> None:
    sick = OWN | {"absences.sick": "11", "time.worked_days": "4"}
    typed = {cast.colleague: OWN, cast.team_member: sick}
    for person, fields in typed.items():
        filed(month, person, fields)
    run = actions.start_rating(cycle_id=month.pk, by=cast.organisation_officer.user, at=OPENED)
    while work_once():
        pass
    run.refresh_from_db()
    assert (run.state, run.created, run.failed) == (Run.State.DONE, 2, 0)
    assert run.created + run.skipped == run.total
    kinds = []
    for row in ProposedResult.objects.select_related("sheet__person").order_by("outcome_kind"):
        outcome = preview(row.sheet.person.user, row.sheet_id, {"fields": typed[row.sheet.person]})
        assert (row.outcome_kind, row.band) == (outcome.kind, outcome.level or "")
        assert row.score == ("" if outcome.score is None else f"{outcome.score.numerator}/{outcome.score.denominator}")
        assert row.open_points == " ".join(question.id for question in outcome.open_points)
        kinds.append(row.outcome_kind)
    assert kinds == ["needs_decision", "rated"]


def test_results_are_rated_again_bit_for_bit(cast: Cast, month: Cycle) -> None:
    done = judged(under_review(month, cast.colleague, OWN))
    assert rate_document(done).to_json() == done.outcome


def test_a_month_of_sickness_lets_the_authority_choose_below_b(cast: Cast, month: Cycle) -> None:
    with outside_actions():
        Absence.objects.create(person=cast.colleague, kind="sick_leave", start="2026-02-02", end="2026-02-24")
    view = own_sheet(cast.colleague.user, sheet_of(month, cast.colleague).pk)
    assert view.document["fields"] == {
        "absences.sick": "11", "absences.maternity": "0", "time.working_days": "15", "time.worked_days": "4",
    }  # fmt: skip
    own = OWN | view.document["fields"]
    sheet = under_review(month, cast.colleague, own)
    asked = sheet_to_evaluate(cast.head.user, sheet.pk)
    assert "Cần người đánh giá quyết định" in asked.flags
    decision = {"absence_half": {"reading": "complete", "reason": "Nghỉ ốm dài ngày, việc còn lại hoàn thành"}}
    done = judged(sheet, decisions=decision)
    assert (done.band, done.outcome_kind) == ("complete", "rated")


def test_days_that_differ_from_the_records_are_shown_to_the_rater(cast: Cast, month: Cycle) -> None:
    with outside_actions():
        Absence.objects.create(person=cast.colleague, kind="sick_leave", start="2026-02-09", end="2026-02-11")
    filed(month, cast.colleague, OWN)
    row = next(r for r in evaluation_table(cast.head.user, month.pk, OPENED).rows if r.sheet.person == cast.colleague)
    assert row.flags == ("Hồ sơ vắng ghi nghỉ ốm theo chế độ 2 ngày làm việc, phiếu ghi 0",)
    assert row.band_label == "Hoàn thành xuất sắc nhiệm vụ"


def test_working_days_are_those_of_the_units_own_calendar(cast: Cast, month: Cycle) -> None:
    with outside_actions():
        Absence.objects.create(person=cast.colleague, kind="sick_leave", start="2026-02-09", end="2026-02-15")
    how = {"decision": "Số 9/TB", "by": cast.organisation_officer.user, "at": OPENED}
    set_day(unit_id=cast.ward.pk, day=date(2026, 2, 10), kind="off", reason="Nghỉ theo thông báo", **how)
    set_day(unit_id=cast.ward.pk, day=date(2026, 2, 14), kind="working", reason="Làm bù", **how)
    set_day(unit_id=cast.ward.pk, day=date(2026, 2, 28), kind="working", reason="Làm bù", **how)
    fields = own_sheet(cast.colleague.user, sheet_of(month, cast.colleague).pk).document["fields"]
    days = (fields["absences.sick"], fields["time.working_days"], fields["time.worked_days"])
    assert days == ("5", "16", "11")
    filed(month, cast.colleague, OWN)
    row = next(r for r in evaluation_table(cast.head.user, month.pk, OPENED).rows if r.sheet.person == cast.colleague)
    assert row.flags == ("Hồ sơ vắng ghi nghỉ ốm theo chế độ 5 ngày làm việc, phiếu ghi 0",)


def test_sheets_without_flags_are_confirmed_together(cast: Cast, month: Cycle) -> None:
    sheet = filed(month, cast.colleague, OWN)
    items = [(sheet.pk, sheet.version)]
    (done,) = actions.confirm_many(items=items, comment="Nhất trí", by=cast.head.user, at=OPENED)
    assert done.band == "excellent"


def test_a_head_may_not_be_above_the_unit_whose_level_is_asked(cast: Cast, month: Cycle) -> None:
    sheet = under_review(month, cast.head, OWN)
    unit = {"related.unit": "good"}
    with pytest.raises(Refused) as refused:
        judged(sheet)
    assert any("Đơn vị do người đó đứng đầu" in words for words in refused.value.problems.values())
    done = judged(sheet, fields=unit, reasons={"related.unit": "Kết quả quý của phòng"})
    assert done.band == "good"


def test_the_level_decided_for_the_unit_is_the_ceiling_of_its_head_without_typing(
    cast: Cast, month: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def answer(units: Collection[int], kind: str, year: int, number: int) -> dict[int, str]:
        asked.append((set(units), kind, year, number))
        return {cast.economy.pk: "good"}

    monkeypatch.setattr(unit_levels, "_ANSWERS", [answer])
    sheet = under_review(month, cast.head, OWN)
    assert asked == []  # the owner's part asks nobody
    with pytest.raises(Refused) as refused:
        judged(sheet, fields={"related.unit": "excellent"})
    assert set(refused.value.problems) == {"reasons.related.unit"}
    done = judged(sheet)
    assert asked[-1] == ({cast.economy.pk}, "month", 2026, 2)
    assert done.band == "good"
    assert rate_document(done).to_json() == done.outcome
    staff = judged(under_review(month, cast.colleague, OWN))
    assert staff.band == "excellent"  # the ceiling is that of the head alone
