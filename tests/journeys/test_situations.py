"""Somebody was ill, somebody moved, somebody has two posts: the head is shown the dates and the law, and answers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import months
from tests.factories.people import add_post
from tests.guards import outside_actions
from tests.journeys.conftest import Visitor
from tests.journeys.steps import follow, open_page, press, says
from tests.journeys.test_flows import cast as cast
from thuocdo.appraisals import actions
from thuocdo.appraisals.models import Sheet, SituationAnswer
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Person
from thuocdo.records.models import Absence

pytestmark = pytest.mark.django_db(transaction=True)


def situated(cast: Cast) -> tuple[Cycle, tuple[Sheet, ...]]:
    """February with three sheets filed: after a week of illness, of the mover, and of somebody with two posts."""
    add_post(cast.task_giver, cast.culture, "Phụ trách kế toán", start=date(2026, 1, 1))
    with outside_actions():
        Absence.objects.create(
            person=cast.officer_appraised, kind="sick_leave", start=date(2026, 2, 2), end=date(2026, 2, 7)
        )
    people = (cast.officer_appraised, cast.mover, cast.task_giver)
    for person in people:
        months.make_task(person, cast.economy, 1)
    at = timezone.now()
    month = actions.open_cycle(
        root_id=cast.ward.pk, kind="month", year=2026, number=2, by=cast.organisation_officer.user, at=at,
        submit_by=at + timedelta(days=3), confirm_by=at + timedelta(days=6),
        choices={p.pk: chosen(p, cast) for p in people[1:]},
    )  # fmt: skip
    return month, tuple(months.submitted(month, person, at) for person in people)


def chosen(person: Person, cast: Cast) -> dict[str, Any]:
    """What the officer decided when the month was opened: the post in the head's unit."""
    return {"employment": person.employments.get(unit=cast.economy).pk, "reason": "Phần lớn tháng ở đơn vị này."}


@pytest.mark.parametrize("on_phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.long(27)
def test_absence_mover_and_two_posts_are_answered_by_the_head(visitors: Any, cast: Cast, on_phone: bool) -> None:
    month, sheets = situated(cast)
    size = "phone" if on_phone else "desktop"
    head: Visitor = visitors(phone=on_phone)
    head.sign_in(cast.head.user.username)
    open_page(head, f"/danh-gia/{month.pk}/")
    head.picture(f"situations-table-{size}")
    laws = ("Điều 11 khoản 2", "Điều 19 khoản 1", "Điều 10")
    for sheet, law in zip(sheets, laws, strict=True):
        open_page(head, f"/danh-gia/{month.pk}/")
        assert not head.page.locator(f"#sheet-{sheet.pk}").count(), "it has to be opened"
        follow(head, sheet.person.full_name)
        says(head, "Trường hợp riêng trong kỳ", law)
        press(head, "Mở phiếu để đánh giá")
        press(head, "Ghi trả lời")
        says(head, "chưa nhập")
        head.page.get_by_label("Trả lời", exact=True).fill("Tính việc giao trong thời gian có mặt.")
        press(head, "Ghi trả lời")
        says(head, "chưa nhập")
        assert head.page.get_by_label("Trả lời", exact=True).input_value() == "Tính việc giao trong thời gian có mặt."
        head.page.get_by_label("Lý do", exact=True).first.fill(f"Theo phân công tháng của {sheet.person.full_name}.")
        press(head, "Ghi trả lời")
        says(head, "đã trả lời", f"Theo phân công tháng của {sheet.person.full_name}.")
    head.picture(f"situations-answered-{size}")
    assert SituationAnswer.objects.filter(sheet__in=sheets).count() == 3
    head.page.get_by_label("Ý kiến nhận xét").first.fill("Nhất trí.")
    press(head, "Xác nhận kết quả")
    assert Sheet.objects.get(pk=sheets[-1].pk).state == "confirmed"
    me: Visitor = visitors(phone=on_phone)
    me.sign_in(cast.task_giver.user.username)
    open_page(me, f"/phieu/{sheets[-1].pk}/vi-sao/")
    says(me, f"{cast.head.full_name} trả lời", "Tính việc giao trong thời gian có mặt.")
    me.picture(f"situations-why-{size}")
