"""The evaluator's pages: the table, many at once, one sheet, returning, conflicts, standing in, petitions."""

import re
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.clients import signed_in
from tests.factories import months
from tests.guards import outside_actions
from tests.integration.web.office import MOST_QUERIES, counted, form_of, item_of, ready_cast, set_clock, text_of
from tests.unit.engine.support import copy_of_rulebooks
from thuocdo.appraisals import actions, table_pages
from thuocdo.appraisals.models import Confirmation, Draft, Petition
from thuocdo.appraisals.overview import evaluation_table as whole_table
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Person
from thuocdo.rulesets import catalogue
from thuocdo.work.actions.proving import add_evidence
from thuocdo.work.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch, at: datetime) -> Cast:
    set_clock(monkeypatch, at)
    return ready_cast()


@pytest.fixture
def february(cast: Cast) -> Cycle:
    return months.open_month(cast.ward, cast.organisation_officer)


def test_table_flags_first_filters_by_state_and_stays_within_the_budget(
    cast: Cast, february: Cycle, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    months.make_task(cast.colleague, cast.economy, 3, late=1, cause="Mất điện")
    months.submitted(february, cast.colleague, at)
    months.submitted(february, cast.officer_appraised, at)
    head = signed_in(cast.head)
    path = reverse("evaluate_table", args=[february.pk])
    page = text_of(head.get(path))
    assert page.index(cast.colleague.full_name) < page.index(cast.officer_appraised.full_name)
    assert "Chậm 1 lần" in page
    assert "Nêu nguyên nhân khách quan" in page
    only = text_of(head.get(f"{path}?trang-thai=drafting"))
    assert cast.colleague.full_name not in only
    assert cast.deputy.full_name in only
    whole = counted(head, path)
    assert whole <= MOST_QUERIES
    rows = whole_table(cast.head.user, february.pk, at).rows
    monkeypatch.setattr(table_pages, "PAGE", 2)
    shown = [head.get(f"{path}?trang={number}").content.decode() for number in range(1, len(rows) // 2 + 2)]
    order = [int(pk) for part in shown for pk in re.findall(r'data-row="(\d+)"', part)][: len(rows)]
    assert order == [row.sheet.pk for row in rows]
    assert f"Tất cả ({len(rows)})" in shown[-1]
    assert 'trang-thai=drafting&amp;trang=2"' in head.get(f"{path}?trang-thai=drafting&trang=x").content.decode()
    assert counted(head, path) <= whole
    assert counted(head, reverse("evaluate_cycles")) <= MOST_QUERIES
    assert cast.colleague.full_name not in text_of(signed_in(cast.head_elsewhere).get(path))
    assert signed_in(cast.deputy).get(path).status_code == 404


def test_many_at_once_confirms_exactly_what_the_summary_showed(cast: Cast, february: Cycle, at: datetime) -> None:
    plain = months.submitted(february, cast.officer_appraised, at)
    months.make_task(cast.colleague, cast.economy, 3, late=1)
    flagged = months.submitted(february, cast.colleague, at)
    head, path = signed_in(cast.head), reverse("evaluate_confirm_many", args=[february.pk])
    row = item_of(head, february.pk, plain.pk)
    ticked = {"item": [row, f"{flagged.pk}:{flagged.version}"], "comment": "Đồng ý"}
    summary = head.post(path, ticked)
    assert "Sẽ xác nhận 1 phiếu" in text_of(summary)
    assert "1 phiếu đã chọn không có trong trang này" in text_of(summary)
    assert Confirmation.objects.count() == 0
    empty = head.post(path, {"item": row, "comment": "", "final": "1"})
    assert empty.status_code == 400
    assert "Ý kiến nhận xét" in text_of(empty)
    fields = {"item": row, "comment": "Đồng ý", "final": "1"}
    assert head.post(path, fields).status_code == 302
    assert months.sheet_of(february, cast.officer_appraised).state == "confirmed"
    assert months.sheet_of(february, cast.colleague).state == "submitted"
    assert head.post(path, fields).status_code == 302
    assert Confirmation.objects.count() == 1


def test_looking_does_not_open_and_opening_ends_the_withdrawal(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.submitted(february, cast.officer_appraised, at)
    head, path = signed_in(cast.head), reverse("evaluate_sheet", args=[sheet.pk])
    page = head.get(path)
    assert "Mở phiếu để đánh giá" in text_of(page)
    assert "99" in text_of(page)
    assert months.sheet_of(february, cast.officer_appraised).state == "submitted"
    head.post(reverse("evaluate_open", args=[sheet.pk]))
    assert months.sheet_of(february, cast.officer_appraised).state == "under_review"
    assert "tự báo: 4" in text_of(head.get(path))
    assert signed_in(cast.deputy).get(path).status_code == 404


def test_judging_previews_refuses_with_the_text_kept_and_confirms(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.opened(february, cast.officer_appraised, at)
    head, path = signed_in(cast.head), reverse("evaluate_sheet", args=[sheet.pk])
    confirm = reverse("evaluate_confirm", args=[sheet.pk])
    fields = form_of(head.get(path), confirm)
    code = f"202602-{cast.officer_appraised.code}-01"
    changed = fields | {f"tasks.{code}.quality_met": "2", "comment": "Một báo cáo phải làm lại"}
    refused = head.post(confirm, changed)
    assert refused.status_code == 400
    assert "hãy ghi lý do" in text_of(refused)
    assert form_of(refused, confirm) == changed
    tried = head.post(
        reverse("evaluate_try", args=[sheet.pk]),
        changed | {f"tasks.{code}.note": "Phải sửa hai lần"},
        headers={"HX-Request": "true"},
    )
    assert "Tổng điểm theo đánh giá" in text_of(tried)
    assert "Điều 14" in text_of(tried)
    assert Draft.objects.count() == 0
    saved = head.post(reverse("evaluate_save", args=[sheet.pk]), changed, headers={"HX-Request": "true"})
    assert "Đã lưu nháp" in text_of(saved)
    assert form_of(head.get(path), confirm) == changed
    assert head.post(confirm, changed | {f"tasks.{code}.note": "Phải sửa hai lần"}).status_code == 302
    # 4 of 16 converted units fail: quality 12/16, so (1 + 3/4 + 1)/3 * 70 + 29
    assert Confirmation.objects.get().score == "559/6"
    assert "93,1666…" in text_of(head.get(path))


def test_judging_asks_which_products_and_takes_from_those(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.opened(february, cast.officer_appraised, at)
    head, confirm = signed_in(cast.head), reverse("evaluate_confirm", args=[sheet.pk])
    page = head.get(reverse("evaluate_sheet", args=[sheet.pk]))
    assert "25% điểm của chính sản phẩm đó, không trừ cả dòng" in text_of(page)
    task = f"tasks.202602-{cast.officer_appraised.code}-01"
    typed = {f"{task}.quality_errors": "5", f"{task}.note": "Theo sổ", "comment": "Đã xem"}
    refused = head.post(confirm, form_of(page, confirm) | typed)
    assert refused.status_code == 400
    assert form_of(refused, confirm)[f"{task}.quality_errors_each"] == ""
    said = form_of(refused, confirm) | {f"{task}.quality_errors_each": "1; 1; 3"}
    assert head.post(confirm, said).status_code == 302
    # 1,25 products of coefficient 2 of 16 converted units fail
    assert Fraction(Confirmation.objects.get().score) == 29 + 70 * (2 + Fraction(27, 32)) / 3


def test_a_period_pinned_before_takes_from_the_line_on_every_page(
    cast: Cast, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The month keeps the rulebook of its opening: nobody is asked which product, on the own page or the head's."""
    root = copy_of_rulebooks(tmp_path)
    results = root / "state/nd-335-2025/results.toml"
    results.write_text(results.read_text(encoding="utf-8").replace('per = "product"\n', ""), encoding="utf-8")
    with monkeypatch.context() as before:
        before.setattr(catalogue, "default_roots", lambda: (root,))
        cycle = months.open_month(cast.ward, cast.organisation_officer)
    sheet = months.sheet_of(cycle, cast.officer_appraised)
    task = Task.objects.filter(person=cast.officer_appraised).earliest("pk")
    with outside_actions():
        Task.objects.filter(pk=task.pk).update(late=2, on_time=300, quality_errors=3)
    own = signed_in(cast.officer_appraised).get(reverse("own_sheet", args=[sheet.pk])).content.decode()
    for words in ("late_each", "phải làm rõ", "Chưa tính được kết quả"):
        assert words not in own
    sheet = months.opened(cycle, cast.officer_appraised, at)
    head, confirm = signed_in(cast.head), reverse("evaluate_confirm", args=[sheet.pk])
    page = head.get(reverse("evaluate_sheet", args=[sheet.pk]))
    assert "25% điểm của cả dòng" in text_of(page) or "không trừ cả dòng" not in text_of(page)
    assert not [name for name in form_of(page, confirm) if name.endswith("_each")]
    assert head.post(confirm, form_of(page, confirm) | {"comment": "Đã xem"}).status_code == 302
    # a quarter of the line for each of 3 faults, half of the 3 on time for 2 late ones, beside another task of 4
    quality, on_time = Fraction(1, 4) * 4 + 4, Fraction(1, 2) * 3 + 4
    assert Fraction(Confirmation.objects.get().score) == 29 + 70 * (1 + quality / 8 + on_time / 8) / 3
    why = text_of(head.get(reverse("look", args=[sheet.pk])))
    assert "25% điểm của cả dòng" in why


def test_a_confirmation_is_bound_to_what_the_page_showed(cast: Cast, february: Cycle, at: datetime) -> None:
    """Evidence that comes after the page was opened moves no version, but it was not seen."""
    sheet = months.opened(february, cast.officer_appraised, at)
    head, path = signed_in(cast.head), reverse("evaluate_sheet", args=[sheet.pk])
    confirm = reverse("evaluate_confirm", args=[sheet.pk])
    fields = form_of(head.get(path), confirm) | {"comment": "Đã xem minh chứng"}
    task = Task.objects.filter(person=cast.officer_appraised).earliest("pk")
    owner = cast.officer_appraised.user
    add_evidence(task_id=task.pk, kind="document", text="12/BC-KT", by=owner, at=at)
    refused = head.post(confirm, fields)
    assert refused.status_code == 409
    assert "đã thay đổi sau khi ông/bà mở trang" in text_of(refused)
    again = form_of(refused, confirm)
    assert again["comment"] == "Đã xem minh chứng"
    assert again["seen"] != fields["seen"]
    assert head.post(confirm, fields | {"seen": ""}).status_code == 409
    assert not Confirmation.objects.exists()
    assert head.post(confirm, again).status_code == 302
    assert head.post(confirm, again).status_code == 302, "twice has one effect"
    assert Confirmation.objects.count() == 1


def test_a_row_is_confirmed_only_as_it_was_shown(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.submitted(february, cast.officer_appraised, at)
    head, path = signed_in(cast.head), reverse("evaluate_confirm_many", args=[february.pk])
    row = item_of(head, february.pk, sheet.pk)
    with outside_actions():
        Person.objects.filter(pk=cast.officer_appraised.pk).update(full_name="Tên Khác Rồi")
    sent = {"comment": "Đồng ý", "final": "1"}
    for forged in (row, f"{sheet.pk}:{sheet.version}", f"{sheet.pk}:{sheet.version}:{'0' * 32}"):
        assert head.post(path, sent | {"item": forged}).status_code == 400, forged
    assert not Confirmation.objects.exists()
    assert head.post(path, sent | {"item": item_of(head, february.pk, sheet.pk)}).status_code == 302


def test_the_table_shows_volumes_beside_others_and_judges_nothing(cast: Cast, february: Cycle, at: datetime) -> None:
    """16 units in February, 2 in each earlier month: eight times the median; a colleague's 16 beside 32: half. Both
    are shown, and their sheets are opened before they are confirmed."""
    for month in (10, 11, 12):
        past = date(2025, month, 1)
        few = dict.fromkeys(("assigned", "completed", "quality_met", "on_time"), 100)
        months.make_task(cast.officer_appraised, cast.economy, 1, month=past, **few)
        for number in range(1, 5):
            months.make_task(cast.colleague, cast.economy, number, month=past)
    sheet = months.submitted(february, cast.officer_appraised, at)
    months.submitted(february, cast.colleague, at)
    head = signed_in(cast.head)
    page = text_of(head.get(reverse("evaluate_table", args=[february.pk])))
    assert "3 tháng trước: trung vị" in page
    assert "bằng 8 lần trung vị 3 tháng trước" in page
    assert "bằng 0,5 lần trung vị 3 tháng trước" in page
    assert "không phải kết luận" in page
    with pytest.raises(AssertionError, match="no box"):
        item_of(head, february.pk, sheet.pk)
    assert head.get(reverse("evaluate_sheet", args=[sheet.pk])).status_code == 200


def test_abuse_10_the_head_sees_what_changed_since_the_version_before(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    first = months.submitted(february, cast.officer_appraised, at)
    head, path = signed_in(cast.head), reverse("evaluate_sheet", args=[first.pk])
    row = item_of(head, february.pk, first.pk)
    assert "So với bản nộp trước" not in text_of(head.get(path))
    actions.withdraw(sheet_id=first.pk, version=first.version, by=cast.officer_appraised.user, at=at)
    months.submitted(february, cast.officer_appraised, at, strengths="Bản khác.", marks=months.marks(discipline="4,5"))
    stale = head.post(
        reverse("evaluate_confirm_many", args=[february.pk]), {"item": row, "comment": "Tốt", "final": "1"}
    )
    assert stale.status_code in (400, 409)
    page = text_of(head.get(path))
    assert "So với bản nộp trước" in page
    assert "2 chỗ khác" in page
    assert re.search(r"Ưu điểm .*? Bản khác\.", page)
    assert re.search(r"Điểm tự chấm: .*? 4,5", page)


def test_return_needs_a_reason_and_a_stale_tab_is_told(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.opened(february, cast.officer_appraised, at)
    head = signed_in(cast.head)
    page = head.get(reverse("evaluate_sheet", args=[sheet.pk]))
    fields = form_of(page, reverse("evaluate_confirm", args=[sheet.pk])) | {"comment": "Nhận xét đã gõ"}
    back = reverse("evaluate_return", args=[sheet.pk])
    assert head.post(back, {"version": sheet.version, "reason": ""}).status_code == 400
    assert head.post(back, {"version": sheet.version, "reason": "Thiếu minh chứng"}).status_code == 302
    stale = head.post(reverse("evaluate_confirm", args=[sheet.pk]), fields)
    assert stale.status_code == 409
    assert "Lê Minh Đức" in text_of(stale)
    assert "trả lại để bổ sung" in text_of(stale)
    assert "Nhận xét đã gõ" in text_of(stale)
    assert Confirmation.objects.count() == 0


def test_stand_in_only_after_the_officer_allowed_it(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.sheet_of(february, cast.officer_appraised)
    head, path = signed_in(cast.head), reverse("evaluate_stand_in", args=[sheet.pk])
    assert "Lập và xác nhận kết quả" not in text_of(head.get(path))
    actions.allow_stand_in(sheet_id=sheet.pk, reason="Ốm dài ngày", by=cast.organisation_officer.user, at=at)
    page = head.get(path)
    assert "không có tự chấm" in text_of(page)
    fields = form_of(page, path) | {"comment": "Lập theo hồ sơ"}
    missing = head.post(path, fields)
    assert missing.status_code == 400
    assert "chưa chấm" in text_of(missing)
    done = fields | {f"marks.{slug}": mark for slug, mark in months.marks().items()}
    assert head.post(path, done).status_code == 302
    assert Confirmation.objects.get().score == "99/1"


def test_leader_factors_show_the_article_and_ask_for_a_reason(cast: Cast, february: Cycle, at: datetime) -> None:
    sheet = months.opened(february, cast.head, at)
    chairman, path = signed_in(cast.chairman), reverse("evaluate_sheet", args=[sheet.pk])
    page = text_of(chairman.get(path))
    assert "Giữ được môi trường làm việc đoàn kết, hợp tác" in page
    assert "công chức thuộc phạm vi phụ trách" in page
    confirm = reverse("evaluate_confirm", args=[sheet.pk])
    fields = form_of(chairman.get(path), confirm) | {
        "comment": "Tốt",
        "leadership_factors.unit_results": "100",
        "leadership_factors.organising": "50",
        "leadership_factors.solidarity": "100",
    }
    refused = chairman.post(confirm, fields)
    assert "hãy ghi lý do chọn 50%" in text_of(refused)
    fields["factor_reasons.organising"] = "Chậm kế hoạch quý"
    assert chairman.post(confirm, fields).status_code == 302


def test_petition_is_upheld_with_reasons_or_corrected_by_a_new_version(
    cast: Cast, february: Cycle, at: datetime
) -> None:
    for person, text in ((cast.officer_appraised, "Xem lại số lượng"), (cast.colleague, "Xem lại tiến độ")):
        result = months.confirmed(february, person, at)
        actions.petition(confirmation_id=result.pk, text=text, by=person.user, at=at)
    first, second = Petition.objects.order_by("pk")
    chairman = signed_in(cast.chairman)
    listed = text_of(chairman.get(reverse("petitions_to_answer")))
    assert "hết thứ Hai, 16/03/2026 còn 11 ngày" in listed
    assert signed_in(cast.head_elsewhere).get(reverse("answer_petition", args=[first.pk])).status_code == 404
    keep = reverse("petition_uphold", args=[first.pk])
    assert chairman.post(keep, {"reasons": ""}).status_code == 400
    assert chairman.post(keep, {"reasons": "Số liệu đúng hồ sơ"}).status_code == 302
    again = chairman.post(keep, {"reasons": "Ý khác"})
    assert again.status_code == 409
    path, correct = (
        reverse("answer_petition", args=[second.pk]),
        reverse("petition_correct", args=[second.pk]),
    )
    fields = form_of(chairman.get(path), correct)
    code = f"202602-{cast.colleague.code}-02"
    assert fields[f"tasks.{code}.completed"] == "4"
    fields |= {
        f"tasks.{code}.on_time": "3",
        f"tasks.{code}.note": "Một bản nộp muộn",
        "answer": "Chấp nhận một phần",
        "comment": "Sửa theo hồ sơ",
    }
    assert chairman.post(correct, fields).status_code == 302
    assert list(Confirmation.objects.filter(subject=cast.colleague).values_list("number", flat=True)) == [
        1,
        2,
    ]
    page = text_of(chairman.get(path))
    assert "Kết quả cũ, đã được thay và được giữ lại" in page
    assert "Kết quả mới, đang có hiệu lực" in page
    assert "Chấp nhận một phần" in page
    assert counted(chairman, reverse("petitions_to_answer")) <= MOST_QUERIES
