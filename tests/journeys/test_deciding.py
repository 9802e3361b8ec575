"""The chain of a conclusion: self-rating on a phone, verified and decided in lists, read by the person."""

from typing import Any

import pytest

from tests.factories import conclusions as world
from tests.factories.conclusions import DAY, OWN
from tests.factories.rounds import AT, Ward
from tests.journeys.people import may_sign_in
from tests.journeys.steps import follow, open_page, press, says
from thuocdo.conclusions.models import Assessment
from thuocdo.rounds import actions as rounds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ward() -> Ward:
    made = world.decided_ward()
    work = made.subject("civil_servant", "Ngô Chánh Văn Phòng")
    rounds.take_steps(round_id=made.round.pk, steps=[("rate_work", work.pk)], on=DAY, place="",
                      number="1", body="Ủy ban", levels={work.pk: "good"}, by=made.user("officer"), at=AT)  # fmt: skip
    may_sign_in()
    return made


@pytest.mark.long(12)
def test_from_the_self_rating_to_the_conclusion(visitors: Any, ward: Ward) -> None:
    own, officer, chair = visitors(phone=True), visitors(), visitors()
    one = ward.subject("party_member", "Ngô Chánh Văn Phòng")
    own.sign_in(ward.user("chief").username)
    open_page(own, f"/ket-luan/doi-tuong/{one.pk}/")
    for name, value in (OWN | {"marks.results": "50", "led.above": "0"}).items():
        own.page.locator(f"[name='fields.{name}']").fill(value)
    own.page.get_by_label("Ưu điểm, kết quả nổi bật").fill("Hoàn thành kế hoạch")
    own.page.get_by_label("Hạn chế, khuyết điểm và nguyên nhân").fill("Chậm báo cáo")
    own.page.get_by_label("Hoàn thành tốt nhiệm vụ").check()
    own.picture("conclusion-own-phone")
    press(own, "Nộp phần tự xếp loại")
    says(own, "Chờ thẩm định")

    officer.sign_in(ward.user("officer").username)
    open_page(officer, f"/ket-luan/dot/{ward.round.pk}/")
    follow(officer, "Thẩm định nhiều hồ sơ")
    officer.page.get_by_label("Nhận xét thẩm định chung").fill("Đúng thực tế")
    officer.page.get_by_label("Nhóm có vị trí").fill("Chánh văn phòng")
    officer.picture("conclusion-verify-many")
    press(officer, "Ghi thẩm định những hồ sơ đã chọn")
    says(officer, "Còn thiếu dữ kiện: Đơn vị, lĩnh vực phụ trách")
    open_page(officer, f"/ket-luan/doi-tuong/{one.pk}/")
    officer.page.locator("[name='fields.related.units.good']").fill("1")
    officer.page.get_by_label("Nhận xét thẩm định").fill("Đúng thực tế")
    officer.page.locator("[name=group]").fill("Chánh văn phòng")
    press(officer, "Ghi thẩm định và đề xuất")

    chair.sign_in(ward.user("chair").username)
    open_page(chair, "/")
    follow(chair, "1 hồ sơ chờ quyết định")
    follow(chair, "Quyết định nhiều hồ sơ")
    says(chair, "Chánh văn phòng: 0/0", "Hoàn thành tốt nhiệm vụ")
    chair.page.get_by_label("Mức của Ngô Chánh Văn Phòng").select_option(label="Hoàn thành nhiệm vụ")
    chair.page.get_by_label("Số quyết định").fill("15-QĐ/ĐU")
    chair.page.get_by_label("Ngày quyết định").fill("01/12/2025")
    press(chair, "Ghi quyết định những hồ sơ đã chọn")
    says(chair, "Hãy ghi lý do chọn mức thấp hơn")
    chair.picture("conclusion-decide-many")
    chair.page.get_by_label("Lý do về Ngô Chánh Văn Phòng").fill("Chưa gương mẫu")
    press(chair, "Ghi quyết định những hồ sơ đã chọn")
    says(chair, "Đã ghi quyết định về 1 hồ sơ")

    open_page(own, f"/ket-luan/doi-tuong/{one.pk}/")
    says(own, "Hoàn thành nhiệm vụ", "15-QĐ/ĐU", "Chưa gương mẫu", "Mức theo quy tắc: Hoàn thành tốt nhiệm vụ")
    own.picture("conclusion-read-phone")
    assert Assessment.objects.get().level == "complete"
