"""The whole demonstration as plain data: who serves where from when, and every person's three months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from thuocdo.demo import situations as s
from thuocdo.demo.months import DemoMonth, demo_months
from thuocdo.demo.posts import CIVIL_SERVANT, Holder, holders
from thuocdo.demo.tasks import PersonMonth, person_month
from thuocdo.demo.units import ORGANS, START


@dataclass(frozen=True)
class Service:
    """One post held by one person; `last` is the last day, None while it runs."""

    holder: Holder
    unit: str
    title: str
    group: str
    start: date
    last: date | None = None


@dataclass(frozen=True)
class Leave:
    """An absence of a kind the decree asks for; `last` is the last day."""

    slot: str
    kind: str
    start: date
    last: date


@dataclass(frozen=True)
class Plan:
    """Everything that is generated, for one start date."""

    months: tuple[DemoMonth, DemoMonth, DemoMonth]
    services: tuple[Service, ...]
    leaves: tuple[Leave, ...]
    work: tuple[PersonMonth, ...]

    def of(self, slot: str, index: int) -> PersonMonth | None:
        """The products and marks of one person in one month."""
        return next((w for w in self.work if w.slot == slot and w.month.index == index), None)


def make_plan(start: date) -> Plan:
    """The plan of a demonstration started on that day. The same day always gives the same plan."""
    months = demo_months(start)
    services = tuple(_services(months))
    leaves = (
        Leave(s.MATERNITY, "maternity", months[0].first - timedelta(days=20),
              months[2].after + timedelta(days=60)),
        Leave(s.SICK_PART, "sick_leave", months[1].day(5), months[1].day(14)),
    )
    return Plan(months, services, leaves, tuple(work_of(months, services)))


def moving_day(slot: str, months: tuple[DemoMonth, ...]) -> date | None:
    """First day in the new post of the two people who move."""
    if slot == s.MOVER_NOW:
        return months[2].first.replace(day=15)
    if slot == s.MOVER_BEFORE:
        return months[1].first.replace(day=16)
    return None


def _services(months: tuple[DemoMonth, ...]) -> list[Service]:
    found = []
    for holder in holders().values():
        post, day = holder.post, moving_day(holder.post.slot, months)
        if day is None:
            found.append(Service(holder, post.unit, post.title, post.group, START))
            continue
        unit, title, group = EARLIER_POSTS[post.slot]
        found.append(Service(holder, unit, title, group, START, day - timedelta(days=1)))
        found.append(Service(holder, post.unit, post.title, post.group, day))
    return found


EARLIER_POSTS = {
    s.MOVER_NOW: ("HK-VX", "Chuyên viên văn hóa, du lịch", "Văn hóa, xã hội, nội vụ"),
    s.MOVER_BEFORE: ("HK-VP", "Kế toán", "Tham mưu tổng hợp"),
}


def agency_code(unit: str) -> str:
    """The employing agency of a unit: a component belongs to the agency above it."""
    spec = next(u for u in ORGANS if u.code == unit)
    return spec.parent if spec.kind == "component" else spec.code


def work_of(months: Sequence[DemoMonth], services: Sequence[Service]) -> list[PersonMonth]:
    """Products and marks of every civil servant in the months; nobody on maternity leave is given any."""
    bands = s.planned_bands()
    found = []
    for month in months:
        for holder in holders().values():
            post = holder.post
            if post.kind != CIVIL_SERVANT or post.slot == s.MATERNITY:
                continue
            held = [x for x in services if x.holder.code == holder.code and x.start < month.after
                    and (x.last is None or x.last >= month.first)]
            band = bands[post.slot][min(month.index, 2)]
            found.append(person_month(post, month, band, agency_code(held[-1].unit)))
    return found
