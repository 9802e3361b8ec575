"""Reviews of the year in the ward: a superior's prompt to the leadership, an own report begun with a defect named."""

from datetime import datetime
from functools import partial

from thuocdo.demo import situations as s
from thuocdo.demo.party_files import year_of
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.reviews import actions
from thuocdo.reviews.rules import Typed
from thuocdo.rounds.models import Round, RoundSubject

POINTS = (
    "Làm rõ trách nhiệm về các hồ sơ đất đai trả quá hạn trong năm",
    "Nêu giải pháp đẩy nhanh giải ngân vốn sửa chữa vỉa hè",
)


def schedule_reviews(timeline: Timeline, world: World) -> None:
    """After the round is opened: the officer writes down the prompt, the employee begins the own report."""
    day = add_working_days(world.plan.months[2].first, 6)
    timeline.add(moment(day, 10), partial(_prompt, world))
    timeline.add(moment(day, 15), partial(_begin, world))


def _prompt(world: World, at: datetime) -> None:
    one = Round.objects.get(unit=world.ward)
    head = RoundSubject.objects.get(round=one, kind="leader", party=None, person__user=world.user(s.AUTHORITY))
    assert head.collective_id is not None, "a head leads a collective"
    actions.issue_prompt(
        subject_id=head.collective_id, number="07-GY/ĐU", issued_on=at.date(), points=POINTS, half_days=3,
        by=world.officer, at=at,
    )  # fmt: skip


def _begin(world: World, at: datetime) -> None:
    by = world.user(s.CIVIL_SERVANT)
    member = RoundSubject.objects.get(round__unit=world.ward, kind="party_member", person__user=by)
    actions.add_defect(
        subject_id=member.pk, year=year_of(world.plan), text="Có lúc báo cáo tuần gửi chậm",
        cause="Chưa sắp xếp lịch hợp lý", source="self", by=by, at=at,
    )  # fmt: skip
    texts = {"measures": "Lập lịch tuần, gửi báo cáo trước 16 giờ thứ Năm"}
    actions.keep_review(
        subject_id=member.pk, typed=Typed(texts, {}, "", {}, False), own=(), layout="", versions={}, by=by, at=at
    )
