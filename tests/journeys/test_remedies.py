"""From a draft sent too late for the meeting to what was remedied: next month's plan, next year's report, the share.

Through the pages, in the rounds of two years; what others' journeys show is not shown again."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.factories import rounds as world
from tests.factories.rounds import AT, Ward
from tests.journeys import yearly
from tests.journeys.conftest import Clock
from tests.journeys.steps import says, unfold
from tests.journeys.yearly import Story, fill, push
from thuocdo.reviews.models import Remedy, ReviewMeeting
from thuocdo.reviews.owners import owner_of
from thuocdo.reviews.remedied import remedied
from thuocdo.rounds import actions as rounds

pytestmark = pytest.mark.django_db(transaction=True)
DEFECT, MEASURE = "Giải ngân chậm", "Họp tiến độ hằng tuần"
NEXT_MONTH, NEXT_YEAR = datetime(2026, 1, 5, 2, tzinfo=timezone.utc), datetime(2026, 12, 1, 2, tzinfo=timezone.utc)


@pytest.fixture
def ward() -> Ward:
    return world.open_ward()


def next_round(ward: Ward) -> None:
    """The round of the year after, opened: how that is done has a journey of its own."""
    world.plan(ward, year=2026, rating_date=NEXT_YEAR.date() + timedelta(days=19), at=NEXT_YEAR)
    ward.round = rounds.open_round(round_id=ward.round.pk, version=1, by=ward.user("officer"), at=NEXT_YEAR)


@pytest.mark.long(11)
def test_three_working_days_then_a_remedy_that_comes_back(visitors: Any, ward: Ward, clock: Clock) -> None:
    story = Story(visitors, ward, clock, AT)
    officer, vice = story.window("officer"), story.window("vice", phone=True)
    one = ward.subject("party_member", "Lê Phó Một")
    yearly.write_report(vice, one, "Hoàn thành kế hoạch", DEFECT)

    officer.go(f"/kiem-diem/{ward.round.pk}/hoi-nghi/")
    officer.page.locator(f"input[name=subject][value='{one.pk}']").check()
    fill(officer, on="03/12/2025", half_days="2", place="Hội trường")
    push(officer, "Triệu tập", exact=True)
    says(officer, "gửi chưa đủ 03 ngày làm việc", "họp sớm nhất ngày 04/12/2025", "Mục 2 Hướng dẫn 43")
    assert officer.page.locator("#place").input_value() == "Hội trường", "what was typed is kept"
    assert not ReviewMeeting.objects.exists()
    fill(officer, on="04/12/2025")
    push(officer, "Triệu tập", exact=True)
    assert ReviewMeeting.objects.get().on.isoformat() == "2025-12-04"

    officer.go(f"/kiem-diem/ban/{one.pk}/khac-phuc/")
    unfold(officer, "Thêm biện pháp")
    officer.page.locator("textarea[name=measure]").fill(MEASURE)
    officer.page.locator("select[name=person]").select_option(str(ward.people["vice"].pk))
    officer.page.locator("input[name=due]").fill("31/03/2026")
    push(officer, "Ghi biện pháp")
    says(officer, "Đã khắc phục 0/1", MEASURE, "chưa khắc phục", "hạn 31/03/2026")

    clock.set(NEXT_MONTH)
    vice = story.window("vice", phone=True)
    vice.go("/ke-hoach/")
    says(vice, "Khắc phục sau kiểm điểm, chưa có trong tuần", MEASURE)
    vice.page.locator("input[name=remedy]").check()
    push(vice, "Đưa vào tuần")
    says(vice, f"Khắc phục: {MEASURE}")
    remedy = Remedy.objects.get()
    for name, state, words in (("vice", "claimed", "Đã họp đủ"), ("officer", "fixed", "Đúng")):
        who = story.window(name)
        who.go(f"/kiem-diem/ban/{one.pk}/khac-phuc/")
        unfold(who, "Ghi tiến độ")
        who.page.locator(f"#state-{remedy.pk}").select_option(state)
        who.page.locator(f"#degree-{remedy.pk}").fill(words)
        push(who, "Ghi tiến độ")
    says(officer, "Đã khắc phục 1/1", "Kế hoạch tuần 05/01/2026")

    clock.set(NEXT_YEAR)
    next_round(ward)
    again = ward.subject("party_member", "Lê Phó Một")
    vice = story.window("vice", phone=True)
    yearly.write_report(vice, again, "Hoàn thành kế hoạch năm sau", "Chậm báo cáo")
    vice.go(f"/kiem-diem/ban/{again.pk}/")
    vice.accessible()
    says(vice, DEFECT, MEASURE, "đã khắc phục")
    vice.go(f"/kiem-diem/ban/{again.pk}/khac-phuc/")
    vice.accessible()
    says(vice, "Kiểm điểm năm 2025 chỉ ra", "Đã khắc phục 1/1", "Đã khắc phục 0/1")
    counted = remedied([owner_of(again)], 2025)[owner_of(again), 2025]
    assert (counted.fixed, counted.total) == (1, 1)
