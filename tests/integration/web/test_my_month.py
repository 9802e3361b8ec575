"""The employee's pages: forms that lose nothing, running score, receipt, bill, petition, year."""

import re
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, build_cast
from tests.clients import page_of
from tests.factories import months
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Draft, Petition, Sheet, Submission
from thuocdo.cycles.models import Cycle
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db
AT = months.OPENED + timedelta(hours=2)
CLOCKED = ("access", "home.views", "my_month.views", "my_month.filing")


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast with two tasks for the officer; the pages' clock stands two hours after the opening."""
    for module in CLOCKED:
        monkeypatch.setattr(f"thuocdo.web.{module}.now", lambda: AT)
    made = build_cast()
    months.make_task(made.officer_appraised, made.economy, 1, reported=False)
    months.make_task(made.officer_appraised, made.economy, 2)
    months.make_task(made.colleague, made.economy, 1)
    return made


@pytest.fixture
def cycle(cast: Cast) -> Cycle:
    return months.open_month(cast.ward, cast.organisation_officer)


@pytest.fixture
def sheet(cast: Cast, cycle: Cycle) -> Sheet:
    return months.sheet_of(cycle, cast.officer_appraised)


@pytest.fixture
def me(cast: Cast, client: Client) -> Client:
    client.force_login(cast.officer_appraised.user)
    return client


def form(sheet: Sheet, **changed: str) -> dict[str, str]:
    """The form as a browser sends it: all marks typed, nothing typed for the tasks."""
    fields = {f"mark:{slug}": text for slug, text in months.marks().items()}
    fields |= {
        "version": str(sheet.version),
        "strengths": "Đúng hạn.",
        "shortcomings": "Chưa chủ động.",
        "do": "save",
    }
    for task in Task.objects.filter(person=sheet.person):
        fields |= {f"task:{task.pk}:{k}": v for k, v in shown(task).items()}
    return fields | changed


def shown(task: Task) -> dict[str, str]:
    if task.completed is None:
        return {
            "version": str(task.version),
            "completed": "",
            "quality_met": "",
            "on_time": "",
            "quality_errors": "0",
            "late": "0",
            "cause": "",
            "evidence": "",
        }
    return {
        "version": str(task.version),
        "completed": "4",
        "quality_met": "4",
        "on_time": "4",
        "quality_errors": "0",
        "late": "0",
        "cause": "",
        "evidence": task.evidence,
    }


def unreported(sheet: Sheet) -> Task:
    return Task.objects.get(person=sheet.person, completed=None)


def test_the_month_is_filled_in_but_no_mark_is(me: Client, sheet: Sheet) -> None:
    page = page_of(me.get(f"/phieu/{sheet.pk}/"))
    assert "Báo cáo số 1" in page
    assert "thứ Sáu, 20/02/2026" in page
    assert "Phụ lục II, Mẫu số 01" in page
    assert re.findall(r'name="mark:[a-z_]+" value="([^"]*)"', page) == [""] * 10


def test_a_stranger_and_a_colleague_get_the_same_nothing(cast: Cast, client: Client, sheet: Sheet) -> None:
    for person in (cast.colleague, cast.stranger, cast.head):
        client.force_login(person.user)
        for tail in ("", "vi-sao/", "bien-nhan/", "kien-nghi/", "xem-lai/"):
            assert client.get(f"/phieu/{sheet.pk}/{tail}").status_code == 404
        for tail in ("luu/", "rut-lai/", "xem-lai/", f"viec/{unreported(sheet).pk}/", ""):
            assert client.post(f"/phieu/{sheet.pk}/{tail}", form(sheet)).status_code == 404
    assert not Draft.objects.exists()


def test_one_tap_reports_a_task_in_full_and_moves_the_score(me: Client, sheet: Sheet) -> None:
    task = unreported(sheet)
    answer = me.post(f"/phieu/{sheet.pk}/viec/{task.pk}/", form(sheet, whole="1"), headers={"HX-Request": "true"})
    task.refresh_from_db()
    assert (task.completed, task.quality_met, task.on_time) == (400, 400, 400)
    page = page_of(answer)
    assert "tính vào số lượng 8" in page
    assert 'id="dang-tinh" hx-swap-oob' in page
    assert "99" in page[page.index("tong-tam-tinh") :]


def test_the_running_score_keeps_a_draft_and_says_what_it_cannot_read(me: Client, sheet: Sheet) -> None:
    wrong = {"mark:discipline": "30.5", "mark:task_response": "1.000", "mark:responsibility": "２"}
    page = page_of(me.post(f"/phieu/{sheet.pk}/luu/", form(sheet, **wrong), headers={"HX-Request": "true"}))
    assert "Đã lưu nháp lúc 10:00:00" in page
    assert page.count("chưa tính:") == 3
    assert "lớn hơn mức tối đa 5" in page
    again = page_of(me.get(f"/phieu/{sheet.pk}/"))
    for typed in wrong.values():
        assert f'value="{typed}"' in again, "what was typed is kept as it was typed"


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("4,5", True),
        ("4.5", True),
        (" 5 ", True),
        ("0", True),
        ("-1", False),
        ("5,1", False),
        ("NaN", False),
        ("1.000", False),
        ("４", False),
        ("", False),
        ("4,555", False),
    ],
)
def test_marks_are_accepted_or_refused_never_changed(me: Client, sheet: Sheet, typed: str, accepted: bool) -> None:
    answer = me.post(f"/phieu/{sheet.pk}/", form(sheet, do="review", unreported_ok="1", **{"mark:discipline": typed}))
    assert (answer.status_code == 302) is accepted
    if not accepted:
        page = page_of(answer)
        assert 'href="#mark-discipline"' in page
        assert f'name="mark:discipline" value="{typed}"' in page
        assert 'aria-invalid="true"' in page
        assert "Đúng hạn." in page


def test_without_script_the_review_reports_what_was_typed(me: Client, sheet: Sheet) -> None:
    task = unreported(sheet)
    fields = {
        f"task:{task.pk}:completed": "3",
        f"task:{task.pk}:quality_met": "2,5",
        f"task:{task.pk}:on_time": "3",
        f"task:{task.pk}:late": "2",
        f"task:{task.pk}:cause": "Chờ ý kiến cấp trên",
    }
    answer = me.post(f"/phieu/{sheet.pk}/", form(sheet, do="review", **fields))
    assert answer.headers["Location"] == f"/phieu/{sheet.pk}/xem-lai/"
    task.refresh_from_db()
    assert (task.completed, task.quality_met, task.on_time, task.late) == (300, 250, 300, 2)


def test_a_report_that_does_not_fit_is_refused_beside_its_field(me: Client, sheet: Sheet) -> None:
    task = unreported(sheet)
    fields = {
        f"task:{task.pk}:completed": "3",
        f"task:{task.pk}:quality_met": "4",
        f"task:{task.pk}:on_time": "1",
    }
    answer = me.post(f"/phieu/{sheet.pk}/", form(sheet, do=f"task:{task.pk}", **fields))
    page = page_of(answer)
    assert answer.status_code == 400
    assert f'href="#task-{task.pk}-quality_met"' in page
    assert f'name="task:{task.pk}:quality_met" value="4"' in page
    task.refresh_from_db()
    assert task.completed is None


def test_one_fault_perhaps_typed_twice_is_taken_as_typed_and_said(me: Client, sheet: Sheet) -> None:
    task, path = unreported(sheet), f"/phieu/{sheet.pk}/"
    typed = {"completed": "4", "quality_met": "4", "on_time": "2", "late": "2"}
    fields = {f"task:{task.pk}:{name}": text for name, text in typed.items()}
    assert me.post(path, form(sheet, do=f"task:{task.pk}", **fields)).status_code == 302
    page = page_of(me.get(path))
    assert "người đánh giá sẽ phải làm rõ" in page
    unclear = f'href="{path}#task-{task.pk}-late_each">{task.title}: số lần chậm của từng sản phẩm</a>'
    assert "Chưa tính được kết quả, vì chưa rõ" in page
    assert unclear in page, "beside the total it says of which product what must be said"
    assert "<dd>chưa tính được<small> / 70" in page
    assert "chưa gồm kết quả" in page
    assert unclear in page_of(me.get(f"{path}xem-lai/"))
    assert f'name="task:{task.pk}:late_each"' in page
    version = {f"task:{task.pk}:version": str(task.version + 1), f"task:{task.pk}:late_each": "0"}
    assert me.post(path, form(sheet, do=f"task:{task.pk}", **fields, **version)).status_code == 302
    task.refresh_from_db()
    assert (task.on_time, task.late, task.late_each) == (200, 2, "0")
    clear = page_of(me.get(path))
    assert "người đánh giá sẽ phải làm rõ" not in clear
    assert "Chưa tính được kết quả" not in clear


def test_work_not_reported_needs_a_word(me: Client, sheet: Sheet) -> None:
    answer = me.post(f"/phieu/{sheet.pk}/", form(sheet, do="review"))
    assert 'href="#unreported_ok"' in page_of(answer)
    answer = me.post(f"/phieu/{sheet.pk}/", form(sheet, do="review", unreported_ok="1"))
    assert answer.status_code == 302


def file_it(me: Client, sheet: Sheet) -> Any:
    me.post(f"/phieu/{sheet.pk}/", form(sheet, do="review", unreported_ok="1"))
    return me.post(f"/phieu/{sheet.pk}/xem-lai/", form(sheet, unreported_ok="1"))


def test_filing_gives_a_receipt_and_can_be_taken_back_until_opened(me: Client, sheet: Sheet) -> None:
    me.post(f"/phieu/{sheet.pk}/", form(sheet, do="review", unreported_ok="1"))
    review = page_of(me.get(f"/phieu/{sheet.pk}/xem-lai/"))
    assert "Nộp phiếu tháng 2/2026" in review
    assert "Lê Minh Đức" in review
    answer = file_it(me, sheet)
    assert answer.headers["Location"] == f"/phieu/{sheet.pk}/bien-nhan/"
    filed = Submission.objects.get(sheet=sheet)
    receipt = page_of(me.get(f"/phieu/{sheet.pk}/bien-nhan/"))
    assert f"2026-T02-{sheet.pk}-1-{filed.digest[:8].upper()}" in receipt
    assert filed.digest in receipt
    assert "thứ Năm, 26/02/2026, 10:00" in receipt
    sheet.refresh_from_db()
    assert "Rút lại phiếu" in page_of(me.get(f"/phieu/{sheet.pk}/"))
    assert me.post(f"/phieu/{sheet.pk}/rut-lai/", {"version": sheet.version}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == "drafting"
    file_it(me, sheet)
    sheet.refresh_from_db()
    actions.open_for_review(sheet_id=sheet.pk, by=sheet.evaluator.user, at=AT)
    assert "Rút lại phiếu" not in page_of(me.get(f"/phieu/{sheet.pk}/"))
    late = me.post(f"/phieu/{sheet.pk}/rut-lai/", {"version": sheet.version})
    assert late.status_code == 409
    assert "Lê Minh Đức" in page_of(late)


def test_a_double_click_files_once(me: Client, sheet: Sheet) -> None:
    first, second = file_it(me, sheet), me.post(f"/phieu/{sheet.pk}/xem-lai/", form(sheet, unreported_ok="1"))
    assert first.headers["Location"] == second.headers["Location"]
    assert Submission.objects.filter(sheet=sheet).count() == 1


def test_a_stale_tab_is_told_and_keeps_what_was_typed(me: Client, sheet: Sheet) -> None:
    file_it(me, sheet)
    answer = me.post(f"/phieu/{sheet.pk}/", form(sheet, strengths="Chữ vừa gõ ở thẻ cũ"))
    page = page_of(answer)
    assert answer.status_code == 409
    assert "Chữ vừa gõ ở thẻ cũ" in page
    assert "đã nộp" in page
    fragment = me.post(f"/phieu/{sheet.pk}/luu/", form(sheet), headers={"HX-Request": "true"})
    assert fragment.status_code == 409
    assert fragment.headers["HX-Retarget"] == "#live-messages"


def test_a_returned_sheet_shows_the_reason_on_top(cast: Cast, cycle: Cycle, client: Client) -> None:
    sheet = months.opened(cycle, cast.colleague, AT)
    actions.return_for_revision(
        sheet_id=sheet.pk, version=sheet.version, reason="Bổ sung số văn bản.", by=sheet.evaluator.user, at=AT
    )
    client.force_login(cast.colleague.user)
    page = page_of(client.get(f"/phieu/{sheet.pk}/"))
    assert page.index("Bổ sung số văn bản.") < page.index("1. Việc được giao trong kỳ")
    assert 'name="mark:political_ethics" value="4"' in page, "what was filed is there to be mended"
    assert "được trả lại" in page_of(client.get("/"))


def test_the_bill_adds_up_and_leads_to_a_petition(cast: Cast, cycle: Cycle, client: Client) -> None:
    months.make_task(cast.colleague, cast.economy, 2, completed=300, quality_met=200, on_time=300, late=1)
    result = months.confirmed(cycle, cast.colleague, AT)
    actions.record_view(sheet_id=result.sheet_id, by=cast.organisation_officer.user, at=AT)
    client.force_login(cast.colleague.user)
    page = page_of(client.get(f"/phieu/{result.sheet_id}/vi-sao/"))
    figures = [
        (f, r, Fraction(int(n), int(d)))
        for f, r, n, d in re.findall(
            r'data-finding="([^"]+)" data-role="([^"]+)" data-num="(-?\d+)" data-den="(\d+)"', page
        )
    ]
    by_role: dict[str, list[Fraction]] = {}
    for _, role, value in figures:
        by_role.setdefault(role, []).append(value)
    assert sum(by_role["criterion"]) == by_role["general_total"][0]
    assert sum(by_role["denominator"]) == by_role["denominator_total"][0]
    for slug, ratio in zip(("quantity", "quality", "progress"), by_role["ratio"], strict=True):
        assert sum(by_role[slug]) == by_role[f"sum_{slug}"][0]
        assert ratio == by_role[f"sum_{slug}"][0] / by_role["denominator_total"][0]
    assert by_role["mean"][0] == sum(by_role["ratio"]) / 3
    assert by_role["results_points"][0] == 70 * by_role["mean"][0]
    total = by_role["general_total"][0] + by_role["results_points"][0]
    assert by_role["total"] == [total] == [sum(by_role["part_of_total"])]
    assert result.score == f"{total.numerator}/{total.denominator}"
    assert "Bùi Thị Mai" in page
    assert "Lê Minh Đức xác nhận" in page
    assert "7 ngày làm việc" in page
    assert "chưa phải xếp loại" in page


def test_a_petition_is_filed_once_and_followed(cast: Cast, cycle: Cycle, client: Client) -> None:
    result = months.confirmed(cycle, cast.colleague, AT)
    client.force_login(cast.colleague.user)
    path = f"/phieu/{result.sheet_id}/kien-nghi/"
    empty = client.post(path, {"confirmation": result.pk, "text": " "})
    assert empty.status_code == 400
    assert 'href="#text"' in page_of(empty)
    assert client.post(path, {"confirmation": result.pk, "text": "Số lượng đúng hạn là 4."}).status_code == 302
    filed = Petition.objects.get()
    page = page_of(client.get(path))
    assert "Số lượng đúng hạn là 4." in page
    assert f"{filed.answer_by:%d/%m/%Y}" in page
    assert '<form method="post" class="panel' not in page


def test_the_year_is_a_draft_that_names_the_missing_months(cast: Cast, cycle: Cycle, client: Client) -> None:
    months.confirmed(cycle, cast.colleague, AT)
    client.force_login(cast.colleague.user)
    page = page_of(client.get("/nam/2026/"))
    assert "dự thảo" in page
    assert "tháng 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12." in page
    assert "99" in page


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_the_same_whatever_its_length(
    cast: Cast, client: Client, django_assert_max_num_queries: Any, number: int
) -> None:
    for month in range(1, number + 1):
        at = datetime(2026, month, 20, 8, 0, tzinfo=months.VIETNAM)
        late = {"submit_by": at + timedelta(days=1), "confirm_by": at + timedelta(days=2)}
        actions.open_cycle(
            root_id=cast.ward.pk,
            kind="month",
            year=2026,
            number=month,
            choices={},
            by=cast.organisation_officer.user,
            at=at,
            **late,
        )
    client.force_login(cast.colleague.user)
    with django_assert_max_num_queries(12):
        assert page_of(client.get("/phieu/")).count("Phiếu tháng") == number
    with django_assert_max_num_queries(15):
        client.get("/")
