"""Difficulties with the rules that people in the demonstration raise, and what the officer does about them.

The readings are the ward's own, as its invented regulation has them; the difficulties are invented, too.
"""

from datetime import date, datetime, timedelta
from functools import partial

from thuocdo.demo import situations as s
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.setup import OVERLAY, RULEBOOK
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.units import RULES_FROM
from thuocdo.demo.world import World
from thuocdo.difficulties import actions
from thuocdo.difficulties.models import Difficulty
from thuocdo.difficulties.subjects import Asked

ROUNDING, DOUBLE, SICK = s.CIVIL_SERVANT, s.TASK_GIVER, s.SICK_PART
EXCUSE, WITHDRAWN = s.EXCUSED_CAUSE, s.HANDED_BACK
TEXTS = {
    ROUNDING: (
        "Điểm 89,9917 của tôi hiển thị gần 90. So với mức 90 thì lấy điểm trước hay sau khi làm tròn?",
        "Ghi rõ trong quy chế để mọi người cùng hiểu.",
    ),
    DOUBLE: ("69,995 điểm là dưới 70 hay bằng 70? Nghị định không nói làm tròn.", ""),
    SICK: (
        "Nghỉ ốm nửa tháng thì số lượng công việc giao trong tháng có được giảm theo không, hay vẫn tính trên số đã "
        "giao từ đầu tháng?",
        "Người giao việc rút bớt việc ngay khi có giấy nghỉ ốm.",
    ),
    EXCUSE: (
        "Hệ thống của cơ quan khác ngừng hoạt động thì nguyên nhân khách quan cần minh chứng gì để được xác nhận?",
        "Chấp nhận ảnh chụp màn hình báo lỗi kèm ngày giờ.",
    ),
    WITHDRAWN: ("Việc trả lại có phải lập biên bản không?", ""),
}
ANSWERS = {
    ROUNDING: "So trên điểm chính xác, không làm tròn: quy chế của phường đã chọn như vậy; trang “Vì sao?” in cả phân "
    "số.",
    SICK: "Việc không làm được vì nghỉ ốm thì báo người giao việc để rút hoặc giao người khác; việc đã rút không tính "
    "vào số được giao.",
}
QUESTION = "Điểm sát ngưỡng được so với ngưỡng trước hay sau khi làm tròn?"
READING = "So trên điểm chính xác, không làm tròn; 69,995 chưa phải 70. Theo quy chế của phường (ví dụ minh họa)."


def schedule_difficulties(timeline: Timeline, world: World, month: DemoMonth) -> None:
    """After the first closed month: five raised; one merged, two answered, one of them published, one withdrawn."""
    first = moment(_working_day(month.after, 15), 10)
    asked = Asked(rulebook=RULEBOOK, overlays=(OVERLAY,))
    for hours, (slot, article, point) in enumerate(
        (
            (ROUNDING, "", "rounding"),
            (DOUBLE, "nd-335/17.1", ""),
            (SICK, "nd-335/11.2", ""),
            (WITHDRAWN, "nd-335/18.1", ""),
            (EXCUSE, "nd-335/14.2.c", ""),
        )
    ):
        about = Asked(asked.rulebook, asked.overlays, article, point)
        timeline.add(first + timedelta(hours=hours), partial(_raise, world, slot, about))
    later = first + timedelta(days=1)
    timeline.add(later, partial(_withdraw, world))
    timeline.add(later + timedelta(minutes=10), partial(_merge, world))
    for minutes, slot in ((30, ROUNDING), (50, SICK)):
        timeline.add(later + timedelta(minutes=minutes), partial(_answer, world, slot))
    timeline.add(later + timedelta(hours=2), partial(_publish, world))


def _working_day(first: date, number: int) -> date:
    return DemoMonth(0, first).day(number)


def _row(world: World, slot: str) -> Difficulty:
    return Difficulty.objects.get(author=world.user(slot))


def _raise(world: World, slot: str, asked: Asked, at: datetime) -> None:
    text, proposal = TEXTS[slot]
    actions.raise_difficulty(by=world.user(slot), at=at, asked=asked, text=text, proposal=proposal)


def _withdraw(world: World, at: datetime) -> None:
    row = _row(world, WITHDRAWN)
    actions.withdraw(by=world.user(WITHDRAWN), at=at, difficulty_id=row.pk, version=row.version)


def _merge(world: World, at: datetime) -> None:
    row = _row(world, DOUBLE)
    into = _row(world, ROUNDING).pk
    actions.merge(by=world.officer, at=at, difficulty_id=row.pk, into_id=into, version=row.version)


def _answer(world: World, slot: str, at: datetime) -> None:
    row = _row(world, slot)
    actions.answer(by=world.officer, at=at, difficulty_id=row.pk, version=row.version, answer=ANSWERS[slot])


def _publish(world: World, at: datetime) -> None:
    row = _row(world, ROUNDING)
    actions.publish(
        by=world.officer, at=at, difficulty_id=row.pk, version=row.version, article="nd-335/17.1", question=QUESTION,
        reading=READING, start=RULES_FROM,
    )  # fmt: skip
