"""A unit as subject: the round opened, the sheet filled on a phone, judged, decided, delivered with receipt."""

from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.conftest import Visitor
from tests.journeys.people import cast_with_passwords
from tests.journeys.place import soon
from tests.journeys.steps import follow, open_page, press, says, to_do, unfold
from thuocdo.collectives.models import UnitSheet
from thuocdo.decisions.models import Decision

pytestmark = pytest.mark.django_db(transaction=True)
RULE = "local/phu-tho-so-tttt-2022|overlays/vi-du-phu-tho-so-tttt"
MARKS = {"advice": "20", "fields": "45", "other_work": "10"}


@pytest.fixture
def cast() -> Cast:
    made = cast_with_passwords()
    return made


@pytest.mark.long(23)
def test_a_unit_from_the_opened_round_to_the_receipt_of_its_decision(visitors: Any, cast: Cast) -> None:
    officer, head, chairman = visitors(), visitors(phone=True), visitors()
    for window, person in ((officer, cast.organisation_officer), (head, cast.head), (chairman, cast.chairman)):
        window.sign_in(person.user.username)  # type: ignore[union-attr]
    opens_the_round(officer, cast)
    fills_the_sheet(head, cast)
    judges(officer)
    decides(chairman)
    paper = writes_the_paper(officer, chairman, cast)
    to_do(head, "1 văn bản gửi đến")
    follow(head, Decision.objects.get().subject)
    head.picture("collectives-paper-phone")
    press(head, "Đã nhận")
    open_page(chairman, paper)
    says(chairman, "Đã gửi", cast.head.full_name)
    chairman.picture("collectives-received")


def opens_the_round(who: Visitor, cast: Cast) -> None:
    """Authority and period, ground and rule, the unit; then one task that the committee gave it."""
    open_page(who, "/tap-the/")
    follow(who, "Mở kỳ đánh giá đơn vị")
    who.page.locator("#authority").select_option(label=cast.committee.name)
    who.page.locator("#year").fill("2022")
    press(who, "Xem bộ quy tắc của kỳ này")
    who.page.locator("#basis").fill("Bộ tiêu chí của Sở")
    who.page.locator("#rule_agency").select_option(RULE)
    who.page.get_by_label(cast.economy.name).select_option("agency")
    who.picture("collectives-opening")
    press(who, "Mở kỳ", exact=True)
    who.picture("collectives-round-new")
    follow(who, cast.economy.name)
    unfold(who, "Ghi nhiệm vụ được giao")
    task = {"title": "Trình đề án chợ", "given_by": "Chủ tịch phường", "document": "12/CV", "due": "31/10/2022"}
    for field, text in task.items():
        who.page.locator(f"#{field}").fill(text)
    press(who, "Ghi nhiệm vụ", exact=True)
    says(who, "Trình đề án chợ", "Chưa hoàn thành")


def fills_the_sheet(who: Visitor, cast: Cast) -> None:
    """Report, bonus points with evidence; marks that survive a closed window; then it is filed."""
    to_do(who, f"Lập phiếu của {cast.economy.name}")
    who.picture("collectives-sheet-empty-phone")
    who.page.get_by_label("Ngày hoàn thành").fill("20/10/2022")
    who.page.get_by_label("Báo cáo", exact=True).fill("Đã trình đúng hạn")
    press(who, "Ghi báo cáo")
    unfold(who, "Đề nghị điểm thưởng")
    for field, text in {"asked": "4,5", "reason": "Sáng kiến số hóa", "evidence": "QĐ 55/QĐ-UBND"}.items():
        who.page.locator(f"#{field}").fill(text)
    press(who, "Đề nghị", exact=True)
    says(who, "4,5 điểm", "QĐ 55/QĐ-UBND")
    for slug, text in MARKS.items():
        who.page.locator(f'[id="fields.marks.{slug}"]').fill(text)
    who.page.locator('[id="evidence.marks.advice"]').fill("Báo cáo 35/BC")
    who.page.locator("#strengths").fill("Hoàn thành kế hoạch năm")
    who.page.locator("#dang-tinh", has_text="Đã lưu nháp lúc").wait_for()
    who.page.wait_for_load_state("networkidle")
    address = who.page.url
    who.page.evaluate("sessionStorage.clear()")
    who.page.goto(address)
    who.accessible()
    assert who.page.locator("#strengths").input_value() == "Hoàn thành kế hoạch năm", "kept by the server"
    assert who.page.locator('[id="evidence.marks.advice"]').input_value() == "Báo cáo 35/BC"
    press(who, "Nộp phiếu của đơn vị")
    says(who, "Hãy chọn mức đề xuất")
    who.picture("collectives-sheet-refused-phone")
    who.page.get_by_label("Hoàn thành tốt nhiệm vụ", exact=True).check()
    press(who, "Nộp phiếu của đơn vị")
    says(who, "Đã nộp phiếu của đơn vị")
    who.picture("collectives-sheet-filed-phone")


def judges(who: Visitor) -> None:
    """The task looked at, three of the points given, the level proposed."""
    sheet = UnitSheet.objects.get()
    open_page(who, f"/tap-the/phieu/{sheet.pk}/")
    press(who, "Mở phiếu để xem xét")
    press(who, "Ghi xem xét")
    bonus = sheet.bonuses.get().pk
    who.page.locator(f"#given-{bonus}").fill("3")
    who.page.locator(f"#ruled_note-{bonus}").fill("Một sáng kiến được công nhận")
    press(who, "Duyệt")
    says(who, "Được duyệt 3 điểm")
    who.page.locator("#comment").fill("Đạt, có minh chứng")
    who.picture("collectives-judging")
    press(who, "Đề xuất mức")
    says(who, "chờ người đứng đầu quyết định")


def decides(who: Visitor) -> None:
    """From the to-do list to the decision and its bill."""
    to_do(who, "1 phiếu của đơn vị chờ quyết định mức")
    who.picture("collectives-round")
    follow(who, "Phòng Kinh tế")
    who.picture("collectives-deciding")
    press(who, "Quyết định", exact=True)
    says(who, "Đã quyết định mức", "78 điểm")
    follow(who, "Vì sao?")
    says(who, "được 3 trên tối đa 10 điểm", "Trình đề án chợ")
    who.picture("collectives-why")


def writes_the_paper(who: Visitor, chairman: Visitor, cast: Cast) -> str:
    """Closed, drafted, numbered; the chairman issues it and has it sent to the unit. The paper's address."""
    open_page(who, f"/tap-the/ky/{UnitSheet.objects.get().round_id}/")
    press(who, "Khóa kỳ")
    press(who, "Soạn dự thảo quyết định")
    for field, text in {"number": "9", "symbol": "QĐ-UBND", "signed_on": soon(0), "place": "Bồ Đề"}.items():
        who.page.locator(f"#{field}").fill(text)
    who.page.locator("#signer").select_option(str(cast.chairman.pk))
    who.page.locator("#recipients").fill("Lưu: VT.")
    who.picture("collectives-draft-paper")
    press(who, "Lưu dự thảo")
    paper = f"/quyet-dinh/van-ban/{Decision.objects.get().pk}/"
    open_page(chairman, paper)
    press(chairman, "Ban hành bản đã lưu")
    unfold(chairman, "Gửi văn bản")
    chairman.page.get_by_label(cast.economy.name).check()
    chairman.picture("collectives-sending")
    press(chairman, "Gửi", exact=True)
    says(chairman, "chưa nhận")
    return paper
