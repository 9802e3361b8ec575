"""Opinions: prepared by the head on a desktop, answered about three people on a phone, read beside the sheet."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories.schemes import filed
from tests.integration.opinions.conftest import World, answered, made_world
from tests.journeys.people import may_sign_in
from tests.journeys.steps import follow, open_page, press, says
from thuocdo.opinions.models import OpinionRound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    made = made_world()
    may_sign_in()
    filed(made.cycle, made.cast.officer_appraised, {"marks.total": "82"})
    return made


@pytest.mark.long(11)
def test_opinions_from_the_list_to_the_judging_page(visitors: Any, world: World) -> None:
    cast = world.cast
    head, giver = visitors(phone=False), visitors(phone=True)
    head.sign_in(cast.head.user.username)  # type: ignore[union-attr]
    open_page(head, "/y-kien/")
    head.page.get_by_label("Người của đơn vị").select_option(label=cast.economy.name)
    press(head, "Tiếp tục")
    says(head, "Quy định áp dụng yêu cầu lấy ý kiến", "Đồng nghiệp chấm điểm")
    about = [world.member(one).pk for one in (cast.officer_appraised, cast.colleague, cast.task_giver)]
    for box in head.page.locator("input[name=subjects]").all():
        box.set_checked(int(str(box.get_attribute("value"))) in about)
    head.page.locator("#maximum-1").fill("100")
    head.page.locator("#threshold").fill("3")
    head.page.locator("#closes_on").fill(f"{timezone.localdate() + timedelta(days=2):%d/%m/%Y}")
    head.picture("opinions-new")
    press(head, "Lập đợt, rồi chọn bên được hỏi")
    head.page.get_by_label(cast.on_maternity.full_name).uncheck()
    press(head, "Thêm bên được hỏi")
    head.picture("opinions-prepared")
    press(head, "Gửi 9 phiếu")
    says(head, "Đã trả lời 0/4 người")

    one = OpinionRound.objects.get()
    giver.sign_in(cast.deputy.user.username)  # type: ignore[union-attr]
    open_page(giver, "/")
    follow(giver, "Cho ý kiến về 3 người")
    before = giver.clicks
    for person in (cast.officer_appraised, cast.task_giver):
        giver.page.get_by_label(f"điểm) {person.full_name}").fill("85,5")
    giver.page.get_by_label(f"Ngoài lĩnh vực của tôi: {cast.colleague.full_name}").check()
    giver.picture("opinions-answer-phone")
    press(giver, "Xem lại trước khi gửi")
    says(giver, "85,5", "Ngoài lĩnh vực của tôi")
    giver.picture("opinions-review-phone")
    press(giver, "Gửi ý kiến")
    says(giver, "Đã gửi ý kiến")
    assert giver.clicks - before <= 4, "three people within four taps beside the marks"
    for rater in (cast.officer_appraised, cast.colleague, cast.task_giver):
        answered(one, rater, at=timezone.now())

    open_page(head, f"/y-kien/{one.pk}/")
    press(head, "Kết thúc đợt")
    says(head, "Số phiếu")
    head.picture("opinions-closed")
    open_page(head, f"/danh-gia/phieu/{cast.officer_appraised.sheets.get().pk}/")
    head.page.get_by_text("trung bình").wait_for()
    head.accessible()
    says(head, "Ý kiến nhiều phía", "phát ra")
    head.picture("opinions-beside")
