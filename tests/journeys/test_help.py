"""On a phone: help without signing in, the person to call, the exercise; a paper entered for somebody else."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast, build_cast
from tests.factories.months import marks, sheet_of
from tests.journeys.conftest import Visitor
from tests.journeys.people import may_sign_in, month_open
from tests.journeys.steps import follow, open_page, press, says
from thuocdo.organisation.actions import set_contact

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR, settings.EVIDENCE_DIR = tmp_path / "heads", tmp_path / "evidence"
    made, now = build_cast(), timezone.now()
    may_sign_in()
    set_contact(
        by=None, at=now, unit_id=made.ward.pk, name="Bùi Thị Mai", role="Văn phòng", phone="024 3825 3536 máy lẻ 12",
        email="mai@phuong.gov.vn", start=timezone.localdate(now),
    )
    return made


def fill_marks(who: Visitor) -> None:
    for slug, text in marks().items():
        who.page.locator(f'[name="mark:{slug}"]').fill(text)


def test_help_before_signing_in_and_an_exercise_after(visitors: Any, cast: Cast) -> None:
    who = visitors(phone=True)
    open_page(who, "/dang-nhap/")
    follow(who, "Bắt đầu: Đăng nhập")
    says(who, "liên kết dùng một lần")
    assert who.page.url.endswith("#dang-nhap")
    who.sign_in(cast.officer_appraised.user.username)
    foot = who.page.locator("footer").inner_text()
    assert "Bùi Thị Mai" in foot
    assert who.page.locator('footer a[href="tel:02438253536"]').count() == 1
    follow(who, "Tập làm với ví dụ")
    follow(who, "Bắt đầu lập phiếu tháng")
    says(who, "TẬP LÀM")
    who.picture("practice-form-phone")
    who.tap("button", "Ghi các việc đã đánh dấu")
    who.page.get_by_text("đã ghi", exact=True).nth(2).wait_for()
    fill_marks(who)
    press(who, "Xem lại trước khi nộp")
    says(who, "TẬP LÀM", "Xem lại trước khi nộp")
    press(who, "Nộp phiếu tháng")
    says(who, "TẬP LÀM", "Đã nộp thử", "99")
    who.picture("practice-result-phone")
    open_page(who, "/tap-lam/danh-gia/")
    who.page.get_by_label("Chọn phiếu của Nguyễn Văn Tập").check()
    who.page.get_by_label("Ý kiến nhận xét chung").fill("Nhất trí.")
    press(who, "Xác nhận thử các phiếu đã chọn")
    says(who, "đã xác nhận thử 1 phiếu")
    open_page(who, "/tap-lam/")
    press(who, "Xóa bài tập của tôi")
    says(who, "Đã xóa bài tập")


def test_a_paper_is_entered_and_its_owner_sees_it(visitors: Any, cast: Cast) -> None:
    at = timezone.now()
    month = timezone.localdate(at).replace(day=1)
    cycle = month_open(cast, at, year=month.year, number=month.month)
    officer, owner = visitors(phone=True), visitors(phone=True)
    officer.sign_in(cast.organisation_officer.user.username)
    open_page(officer, "/nhap-thay/?tim=hong+ngoc")
    follow(officer, "Nhập bản giấy của Nguyễn Thị Hồng Ngọc")
    press(officer, "Nhập thay và nộp")
    says(officer, "chỗ cần sửa")
    officer.page.get_by_label("Ngày ký").fill(f"{timezone.localdate(at):%d/%m/%Y}")
    officer.page.set_input_files("#file", {"name": "ky.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"})
    fill_marks(officer)
    officer.picture("paper-form-phone")
    press(officer, "Nhập thay và nộp")
    says(officer, "Đã nhập thay phiếu của Nguyễn Thị Hồng Ngọc")
    owner.sign_in(cast.officer_appraised.user.username)
    open_page(owner, f"/phieu/{sheet_of(cycle, cast.officer_appraised).pk}/")
    says(owner, "nhập thay từ bản giấy", "người nhập: Bùi Thị Mai")
    follow(owner, "Không đồng ý với bản nhập thay")
    owner.page.get_by_label("Nội dung nào khác").fill("Điểm khác bản đã ký.")
    press(owner, "Gửi, lấy lại phiếu")
    says(owner, "đang lập")
