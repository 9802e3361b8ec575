"""A unit's own regulation in a real browser: drafted, refused with the article, approved by another person, used."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.journeys.conftest import Visitor
from tests.journeys.people import cast_with_passwords, month_open
from tests.journeys.steps import follow, open_page, press, says
from thuocdo.cycles.models import Cycle
from thuocdo.rulesets.models import RegulationText

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/to-chuc/quy-che/"


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Cast:
    settings.HEADS_DIR = tmp_path / "heads"
    made = cast_with_passwords()
    return made


def draft(officer: Visitor) -> None:
    """Two decisions, the second looser than the law."""
    open_page(officer, LIST)
    officer.picture("regulation-empty")
    officer.page.get_by_label("Đơn vị ban hành").select_option(label="Phường Bồ Đề")
    officer.page.get_by_label("Bổ sung cho bộ quy tắc").select_option("state/nd-335-2025")
    press(officer, "Bắt đầu soạn")
    page = officer.page
    page.get_by_label("Người có thẩm quyền ban hành").fill("Chủ tịch UBND phường")
    page.get_by_label("Căn cứ, lý do ban hành").fill("Điều 26 khoản 1 Nghị định 335/2025/NĐ-CP")
    page.get_by_label("Áp dụng từ tháng", exact=True).select_option(f"{timezone.localdate():%m/%Y}")
    page.get_by_label("Không làm tròn: so ngưỡng").check()
    page.locator('[id="settle-rounding-reason"]').fill("Theo đúng câu chữ.")
    page.get_by_label("Không chấm điểm kỳ này").check()
    page.locator('[id="settle-empty_denominator-reason"]').fill("Không có gì để chấm.")
    page.locator('[id="lower-excellent"]').fill("25")
    page.locator('[id="lower-excellent-reason"]').fill("Giữ chất lượng.")
    state = page.locator("#tinh-trang")
    state.get_by_text("Đã quyết định 2 điểm để ngỏ").wait_for()
    state.get_by_text("25% cao hơn 20%").wait_for(state="attached")
    state.locator("summary").click()
    state.get_by_text("25% cao hơn 20%").wait_for()


def opened_with_it(cast: Cast) -> Cycle:
    """This month, opened after the approval; nobody was given anything to do."""
    at = timezone.now()
    month = timezone.localdate(at).replace(day=1)
    return month_open(cast, at, year=month.year, number=month.month)  # fmt: skip


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.long(14)
def test_from_draft_to_the_reason_on_the_sheet(visitors: Any, cast: Cast, on_phone: bool) -> None:
    size = "phone" if on_phone else "desktop"
    officer, chairman, employee = (visitors(phone=on_phone) for _ in range(3))
    officer.sign_in(cast.organisation_officer.user.username)
    draft(officer)
    press(officer, "Lưu và trình phê duyệt")
    says(officer, "25% cao hơn 20% của quy định cấp trên", "Điều 20 khoản 5 điểm a", "Nội dung đã nhập vẫn còn nguyên")
    officer.picture(f"regulation-refused-{size}")
    assert officer.page.locator('[id="lower-excellent"]').input_value() == "25"
    officer.page.locator('[id="lower-excellent"]').fill("15")
    press(officer, "Lưu và trình phê duyệt")
    says(officer, "Đã trình", "Nguyễn Hữu Thắng", "Không làm tròn")
    officer.picture(f"regulation-proposed-{size}")

    chairman.sign_in(cast.chairman.user.username)
    open_page(chairman, LIST)
    says(chairman, "Chờ ông/bà phê duyệt")
    chairman.picture(f"regulation-list-{size}")
    follow(chairman, "Bản số 1")
    chairman.picture(f"regulation-review-{size}")
    press(chairman, "Phê duyệt")
    says(chairman, "Đã phê duyệt", RegulationText.objects.get().key)
    chairman.picture(f"regulation-approved-{size}")
    follow(chairman, "Đọc quy tắc khi có quy chế này")
    says(chairman, "Theo đúng câu chữ.")

    cycle, at = opened_with_it(cast), timezone.now()
    result = months.confirmed(cycle, cast.colleague, at)
    employee.sign_in(cast.colleague.user.username)
    open_page(employee, f"/phieu/{result.sheet_id}/vi-sao/")
    says(employee, "Quy chế đánh giá, xếp loại của Phường Bồ Đề chọn: Không chấm điểm kỳ này", "Chủ tịch UBND phường")
    employee.picture(f"regulation-why-{size}")
