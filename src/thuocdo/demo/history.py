"""The three months as they were lived: two brought to their close, one in mid-flight."""

from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from thuocdo.appraisals import actions
from thuocdo.cycles.models import Member
from thuocdo.demo import deeds, words
from thuocdo.demo import situations as s
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.posts import SEED, holders
from thuocdo.demo.timeline import VIETNAM, Timeline, moment, working_day_before
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.organisation.models import Employment

OFFICE_DAY = timedelta(hours=8, minutes=30)
STAFF, DEPUTY, COMPONENT_LEAD, AGENCY_LEAD = range(4)


def rank(slot: str) -> int:
    """Whose sheet is confirmed first: a head's result rests on those of the people below."""
    post = holders()[slot].post
    if post.leadership == "none":
        return STAFF
    if post.leadership == "deputy":
        return DEPUTY
    return COMPONENT_LEAD if post.unit.count("-") == 2 and post.unit.startswith("HK-HC-") else AGENCY_LEAD


def rated_slots(world: World, month: DemoMonth) -> list[str]:
    """Slots that can have a sheet in the month: not the person whose two posts wait for a choice."""
    slots = [w.slot for w in world.plan.work if w.month.index == month.index]
    return [slot for slot in slots if not (slot == s.MOVER_NOW and month.index == 2)]


def open_month(
    world: World, month: DemoMonth, submit_by: datetime, confirm_by: datetime, at: datetime
) -> None:
    """The officer opens the month; the earlier mover's post is chosen with the reason."""
    choices = {}
    if month.index == 1:
        mover = world.people[s.MOVER_BEFORE]
        post = Employment.objects.filter(person=mover).order_by("start").last()
        assert post is not None
        choices[mover.pk] = {"employment": post.pk, "reason": words.MOVER_REASON}
    actions.open_cycle(by=world.officer, at=at, root_id=world.ward.pk, kind="month", year=month.first.year,
                       number=month.first.month, submit_by=submit_by, confirm_by=confirm_by, choices=choices)


def schedule_reports(timeline: Timeline, world: World, month: DemoMonth) -> None:
    """On the last days of the month everybody with an account reports; in the open month not all have."""
    todo = []
    for slot in [w.slot for w in world.plan.work if w.month.index == month.index]:
        if slot == s.NO_ACCOUNT or (month.index == 2 and open_state(slot) == "untouched"):
            continue
        lines = world.work(slot, month).lines
        if month.index == 2 and open_state(slot) == "drafting":
            lines = lines[:2]
        todo += [partial(deeds.report, world, line) for line in lines]
    last = opening_day(world) if month.index == 2 else month.after
    timeline.spread(moment(working_day_before(last, 1), 8), todo, within=OFFICE_DAY)


def schedule_closed(timeline: Timeline, world: World, month: DemoMonth) -> None:
    """A month from opening to close, with its petitions."""
    def on(number: int, hour: int) -> datetime:
        """The working day of that number in the next month."""
        return moment(add_working_days(month.after - timedelta(days=1), number), hour)

    timeline.add(on(1, 8), partial(open_month, world, month, on(5, 17), on(9, 17)))
    slots = rated_slots(world, month)
    late = [s.EXTENDED] if month.index == 1 else []
    returned = [s.RETURNED[0]] if month.index == 1 else []
    prompt = [slot for slot in slots if slot not in (s.NO_ACCOUNT, *late)]
    timeline.spread(on(2, 8), [partial(deeds.submit, world, x, month) for x in prompt], within=OFFICE_DAY)
    for slot in returned:
        timeline.add(on(4, 8), partial(deeds.give_back, world, slot, month))
        timeline.add(on(4, 15), partial(deeds.submit, world, slot, month))
    for slot in late:
        timeline.add(on(3, 9), partial(_extend, world, slot, month, on(7, 17)))
        timeline.add(on(6, 10), partial(deeds.submit, world, slot, month))
    timeline.add(on(5, 9), partial(deeds.stand_in, world, s.NO_ACCOUNT, month))
    for who, day in ((STAFF, 7), (DEPUTY, 8), (COMPONENT_LEAD, 9), (AGENCY_LEAD, 10)):
        ready = [slot for slot in slots if rank(slot) == who and slot != s.NO_ACCOUNT]
        timeline.spread(on(day, 8), [partial(deeds.confirm, world, x, month) for x in ready],
                        within=OFFICE_DAY)
    timeline.add(on(11, 16), lambda at: actions.close_cycle(by=world.officer, at=at,
                                                            cycle_id=world.cycle(month).pk))
    _petitions(timeline, world, month, on(12, 9))


def _extend(world: World, slot: str, month: DemoMonth, until: datetime, at: datetime) -> None:
    actions.extend(by=world.officer, at=at, sheet_id=world.sheet(slot, month).pk,
                   reason=words.EXTENSION_REASON, until=until)


def _petitions(timeline: Timeline, world: World, month: DemoMonth, at: datetime) -> None:
    if month.index == 0:
        for slot, kind in ((s.PETITION_CORRECTED, "corrected"), (s.PETITION_UPHELD, "upheld")):
            timeline.add(at, partial(deeds.petition, world, slot, month, kind))
            timeline.add(moment(add_working_days(at.date(), 4), 15),
                         partial(deeds.answer, world, slot, month, kind))
    else:
        late = moment(working_day_before(world.start.astimezone(VIETNAM).date(), 2), 9)
        timeline.add(max(at, late), partial(deeds.petition, world, s.PETITION_PENDING, month, "pending"))


def open_state(slot: str) -> str:
    """How far a sheet of the open month has come when the demonstration starts."""
    if slot in (s.NO_ACCOUNT, s.MISSING_SHEET, s.MOVER_NOW):
        return "untouched"
    if slot == s.CIVIL_SERVANT:
        return "drafting"
    if slot in s.RETURNED:
        return "returned"
    if slot in s.UNDER_REVIEW:
        return "under_review"
    if slot in (s.EMPTY_DENOMINATOR, s.EXCUSED_CAUSE, s.QUALITY_ERROR, s.SICK_PART, s.HANDED_BACK,
                s.ABOVE_HUNDRED):
        return "submitted"
    draw = Random(f"{SEED}:open:{slot}").randrange(100)
    if rank(slot) == STAFF:
        return "confirmed" if draw < 40 else "submitted" if draw < 80 else "drafting"
    return "submitted" if draw < 45 else "drafting" if draw < 80 else "untouched"


def opening_day(world: World) -> date:
    """The open month was opened three working days before the demonstration starts."""
    return working_day_before(world.start.astimezone(VIETNAM).date(), 3)


def schedule_open(timeline: Timeline, world: World, month: DemoMonth) -> None:
    """The month in mid-flight; its deadlines lie a few working days after the start."""
    opened = moment(opening_day(world), 8)
    day = world.start.astimezone(VIETNAM).date()
    deadline = moment(add_working_days(day, 3), 17)
    timeline.add(opened, partial(open_month, world, month, deadline, moment(add_working_days(day, 7), 17)))
    states = {slot: open_state(slot) for slot in rated_slots(world, month)}
    filed = [slot for slot, state in states.items() if state not in ("untouched", "drafting")]
    timeline.spread(opened + timedelta(hours=1), [partial(deeds.submit, world, x, month) for x in filed],
                    within=timedelta(hours=8))
    steps = {"under_review": deeds.open_sheet, "returned": deeds.give_back, "confirmed": deeds.confirm}
    todo = [partial(steps[state], world, slot, month) for slot, state in states.items() if state in steps]
    timeline.spread(moment(working_day_before(day, 2), 8), todo, within=OFFICE_DAY)


def not_rated(world: World, month: DemoMonth) -> list[Member]:
    """Members of a month without a sheet."""
    return list(Member.objects.filter(cycle=world.cycle(month)).exclude(standing=Member.Standing.IN))
