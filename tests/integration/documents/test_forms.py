"""Forms from the sheets of a real month: contents, access, stand-ins, corrections, open points, the year."""

import io
from dataclasses import replace
from datetime import datetime

import pypdf
import pytest

from tests.cast import Cast
from tests.factories.months import (
    confirmed,
    judgement,
    leader_judgement,
    make_task,
    marks,
    open_month,
    opened,
    sheet_of,
    submitted,
)
from tests.unit.documents.samples import CRITERIA, MAU_01, MAU_02
from thuocdo.appraisals import actions
from thuocdo.cycles.models import Cycle
from thuocdo.documents.forms import mau_01, mau_02
from thuocdo.documents.render import to_docx, to_pdf
from thuocdo.kernel.errors import NotYours, Refusal


@pytest.fixture
def february(cast: Cast) -> Cycle:
    for person in (cast.officer_appraised, cast.colleague, cast.head, cast.team_member):
        for number in (1, 2):
            make_task(person, cast.economy, number, giver=cast.task_giver.user)
    return open_month(cast.ward, cast.organisation_officer)


@pytest.fixture
def at() -> datetime:
    from tests.factories.months import SUBMIT_BY

    return SUBMIT_BY.replace(hour=10)


def test_wording_is_the_annex_and_numbers_are_the_frozen_ones(cast: Cast, february: Cycle, at: datetime) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    form = mau_01(cast.officer_appraised.user, result.sheet_id)
    for name in ("number", "title", "marks_heading", "columns", "column_numbers", "summary_heading", "signatures"):
        assert getattr(form, name) == getattr(MAU_01, name)
    assert [(r.kind, r.number, r.label, r.maximum) for r in form.rows] == [row[:4] for row in CRITERIA]
    assert [line.label for line in form.points + form.comments] == [
        line.label for line in MAU_01.points + MAU_01.comments]
    assert (form.head.national_name, form.head.motto) == (MAU_01.head.national_name, MAU_01.head.motto)
    assert [(line.label, line.value) for line in form.identity] == [
        ("Họ và tên", "Nguyễn Thị Hồng Ngọc"), ("Chức vụ, chức danh", "Chuyên viên"),
        ("Đơn vị công tác", "Phòng Kinh tế, Hạ tầng và Đô thị")]
    assert form.under_title == "(Kỳ theo dõi, đánh giá: tháng 2 năm 2026)"
    assert [row.mark for row in form.rows] == [
        "9", "4", "5", "10", *["2,5"] * 4, "10", *["2,5"] * 4, "29"]
    assert [line.value for line in form.points] == ["29", "70", "99"]
    assert [line.value for line in form.comments] == [
        "Hoàn thành đúng hạn.", "Cần chủ động hơn.", "Nhất trí với phần tự đánh giá."]
    assert form.reference == "mau-01_KT003_2026-02"
    notes = "\n".join(form.notes)
    for part in (f"Số phiếu {result.sheet_id}", result.rulebook_hash, result.submission.digest, "chưa phải xếp loại"):
        assert part in notes


def test_rendered_forms_carry_the_contents(cast: Cast, february: Cycle, at: datetime) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    form = mau_01(cast.officer_appraised.user, result.sheet_id)
    text = " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(to_pdf(form))).pages).split())
    assert "Họ và tên: Nguyễn Thị Hồng Ngọc" in text
    assert "3. Tổng điểm theo dõi, đánh giá công chức: 99" in text
    assert to_docx(form)[:2] == b"PK"


def test_only_those_who_may_see_the_sheet_print_it(cast: Cast, february: Cycle, at: datetime) -> None:
    result = confirmed(february, cast.officer_appraised, at)
    for allowed in (cast.officer_appraised, cast.head, cast.organisation_officer):
        assert mau_01(allowed.user, result.sheet_id).reference == "mau-01_KT003_2026-02"
        assert mau_02(allowed.user, cast.officer_appraised.pk, 2026, at).reference == "mau-02_KT003_2026"
    for other in (cast.colleague, cast.stranger):
        with pytest.raises(NotYours):
            mau_01(other.user, result.sheet_id)
        with pytest.raises(NotYours):
            mau_02(other.user, cast.officer_appraised.pk, 2026, at)


def test_nothing_is_printed_before_confirming(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = submitted(february, cast.officer_appraised, at)
    with pytest.raises(Refusal, match="chưa được xác nhận"):
        mau_01(cast.officer_appraised.user, sheet.pk)


def test_a_stand_in_prints_no_self_marks(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = sheet_of(february, cast.colleague)
    late = at.replace(hour=18)
    actions.allow_stand_in(sheet_id=sheet.pk, reason="Ốm dài ngày", by=cast.organisation_officer.user, at=late)
    actions.stand_in(sheet_id=sheet.pk, version=sheet_of(february, cast.colleague).version,
                     judgement=judgement(marks=marks()), by=cast.head.user, at=late)
    form = mau_01(cast.colleague.user, sheet.pk)
    assert {row.mark for row in form.rows} == {""}
    assert [line.value for line in form.points] == ["29", "70", "99"]
    assert any("không có phần tự chấm" in note for note in form.notes)


def test_the_result_in_force_is_printed_after_a_correction(cast: Cast, february: Cycle, at: datetime) -> None:
    wrong = {"202602-KT003-01": {"quality_met": "2", "note": "Sai số liệu"}}
    result = confirmed(february, cast.officer_appraised, at, judgement(tasks=wrong))
    before = mau_01(cast.officer_appraised.user, result.sheet_id)
    row = actions.petition(confirmation_id=result.pk, text="Xem lại", by=cast.officer_appraised.user, at=at)
    actions.correct(petition_id=row.pk, answer="Báo cáo đạt.", judgement=judgement(), by=cast.chairman.user, at=at)
    after = mau_01(cast.officer_appraised.user, result.sheet_id)
    assert before.points[2].value != after.points[2].value == "99"
    assert any("thay cho kết quả lần 1" in note for note in after.notes)
    assert after.rows == before.rows


def test_where_a_decision_is_needed_the_total_line_says_so(cast: Cast, february: Cycle, at: datetime) -> None:
    result = confirmed(february, cast.chairman, at, leader_judgement())
    assert result.outcome_kind == "needs_decision"
    form = mau_01(cast.chairman.user, result.sheet_id)
    assert form.points[0].value == "29"
    assert form.points[2].value.startswith("chưa có điểm, chờ cấp có thẩm quyền quyết định")


def test_the_year_is_a_draft_that_names_what_is_missing(cast: Cast, february: Cycle, at: datetime) -> None:
    confirmed(february, cast.officer_appraised, at)
    form = mau_02(cast.officer_appraised.user, cast.officer_appraised.pk, 2026, at)
    for name in ("number", "title", "under_title", "columns", "signatures", "self_boxes", "decision_boxes",
                 "months_heading", "self_heading", "decision_heading", "remedy_heading"):
        assert getattr(form, name) == getattr(MAU_02, name)
    assert form.remark == "BẢN NHÁP – chưa đủ các tháng: 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12"
    assert [row.score for row in form.months] == ["", "99", *[""] * 10]
    assert (form.mean.month, form.mean.score, form.remedy) == ("Tổng điểm trung bình cả năm", "", "")
    assert len(pypdf.PdfReader(io.BytesIO(to_pdf(form))).pages) <= 2
    for length in (1, 2):
        longer = replace(form, months=tuple(replace(row, note=f"{row.note} dài" * length) for row in form.months))
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(to_pdf(longer))).pages]
        (signed,) = [text for text in pages if MAU_02.remedy_heading[:20] in text]
        assert "CẤP CÓ THẨM QUYỀN XẾP LOẠI" in signed, "the heading of the last section stands with its signature"


def test_a_year_without_sheets_is_refused(cast: Cast, february: Cycle, at: datetime) -> None:
    with pytest.raises(Refusal, match="Năm 2027 chưa có phiếu"):
        mau_02(cast.officer_appraised.user, cast.officer_appraised.pk, 2027, at)


def test_an_opened_sheet_is_not_yet_on_paper(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = opened(february, cast.officer_appraised, at)
    with pytest.raises(Refusal) as refused:
        mau_01(cast.head.user, sheet.pk)
    assert refused.value.code == "form.not_confirmed"
