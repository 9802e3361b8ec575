"""A week planned on a phone, seen and graded by the head; every page on the way is checked with axe-core."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.journeys.people import cast_with_passwords
from tests.journeys.steps import follow, open_page, press, says
from thuocdo.plans import actions
from thuocdo.plans.models import WeekGrade, WeekItem
from thuocdo.plans.rules import WEEK, ItemData, monday_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    made = cast_with_passwords()
    at = timezone.now()
    this = monday_of(timezone.localdate())
    owner = made.officer_appraised
    months.make_task(owner, made.economy, 1, month=timezone.localdate().replace(day=1), giver=made.task_giver.user)
    actions.add_items(by=owner.user, at=at, week=this - WEEK, items=[ItemData(text="Rà soát hồ sơ tồn")])
    by: dict[str, Any] = {"by": made.organisation_officer.user, "at": at, "unit_id": made.economy.pk}
    since = this - 4 * WEEK
    decided: dict[str, Any] = {"start": since, "end": None, "decided_by": "Trưởng phòng", "decision": "Thông báo 5"}
    actions.set_plan_setting(**by, **decided, required=True, published=True)
    actions.set_week_grading(**by, **decided, levels=["Tốt", "Đạt", "Chưa đạt"])
    actions.begin_campaign(
        **by, name="Phòng, chống dịch", start=since, end=this + 4 * WEEK, decision_number="1/QĐ",
        decision_date=since - timedelta(days=1), decided_by="Chủ tịch", criteria="Trực chốt theo phân công",
    )  # fmt: skip
    return made


@pytest.mark.long(17)
def test_a_week_planned_on_a_phone_and_graded_by_the_head(visitors: Any, cast: Cast) -> None:
    me, head = visitors(phone=True), visitors(phone=False)
    me.sign_in(cast.officer_appraised.user.username)
    open_page(me, "/ke-hoach/")
    says(me, "chưa có kế hoạch")
    me.page.get_by_label("Việc mới").fill("Soạn báo cáo quý")
    with me.page.expect_navigation():
        me.page.keyboard.press("Enter")
    me.accessible()
    says(me, "Đã thêm", "Soạn báo cáo quý")
    follow(me, "Chép tuần trước")
    press(me, "Chép việc đã chọn")
    follow(me, "Dán nhiều việc")
    me.page.get_by_label("Mỗi việc một dòng").fill("Họp giao ban\t31/02/2026")
    press(me, "Xem trước")
    says(me, "không có ngày 31/02/2026")
    me.page.get_by_label("Mỗi việc một dòng").fill("Họp giao ban")
    press(me, "Đọc lại")
    press(me, "Lưu vào tuần")
    me.page.locator("input[name=task]").first.check()
    press(me, "Đưa vào tuần")
    says(me, "4 việc trong tuần")
    me.page.get_by_label("Kết quả: Soạn báo cáo quý").select_option("done")
    press(me, "Lưu kết quả")
    me.page.get_by_label("Trực chốt").fill("Một ca")
    press(me, "Lưu báo cáo theo đợt")
    me.picture("plan-week-phone")
    follow(me, "Soạn báo cáo quý")
    press(me, "Lưu", exact=True)
    follow(me, "Xem cả tháng")
    me.picture("plan-month-phone")
    for name in ("plan_recurring", "plan_recurring_week", "plan_recurring_month"):
        open_page(me, reverse(name))
    assert WeekItem.objects.filter(state="done", text="Soạn báo cáo quý").count() == 1

    head.sign_in(cast.head.user.username)
    open_page(head, "/ke-hoach/don-vi/")
    follow(head, cast.economy.name)
    says(head, "người chưa có kế hoạch tuần", "Một ca")
    head.picture("plan-unit-desktop")
    follow(head, "Xếp loại tuần")
    level = head.page.get_by_label(f"Mức của {cast.officer_appraised.full_name}")
    level.focus()
    head.page.keyboard.type("Chưa đạt")
    press(head, "Lưu mức tuần")
    says(head, "phải kèm lý do")
    head.page.get_by_label(f"Lý do của {cast.officer_appraised.full_name}").fill("Trễ báo cáo")
    head.picture("plan-grading-desktop")
    press(head, "Lưu mức tuần")
    says(head, "Chưa đạt", "Trễ báo cáo")
    assert WeekGrade.objects.get().words == "Chưa đạt"
    follow(head, "Quy định của đơn vị")
    head.picture("plan-settings-desktop")
    open_page(me, "/ke-hoach/")
    says(me, "Trễ báo cáo", "không cộng vào điểm")
    assert me.weigh("/ke-hoach/").total < 100_000
    assert head.weigh(reverse("plan_unit", args=[cast.economy.pk])).total < 100_000
