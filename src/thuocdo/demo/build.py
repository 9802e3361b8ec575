"""Build the demonstration: set-up, imports and three lived months, all through the product's own actions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from thuocdo.accounts.models import User
from thuocdo.demo import setup
from thuocdo.demo import situations as s
from thuocdo.demo.approved import schedule_catalogue
from thuocdo.demo.asked import schedule_opinions
from thuocdo.demo.december import schedule_december
from thuocdo.demo.decided import schedule_decided
from thuocdo.demo.difficulties import schedule_difficulties
from thuocdo.demo.files_out import absences_file, people_file, tasks_file, units_file
from thuocdo.demo.history import schedule_closed, schedule_open, schedule_reports
from thuocdo.demo.importing import import_file
from thuocdo.demo.party import schedule_round
from thuocdo.demo.party_files import party_files
from thuocdo.demo.plan import Plan, make_plan
from thuocdo.demo.rated_units import schedule_units
from thuocdo.demo.reviewed import schedule_reviews
from thuocdo.demo.service_unit import schedule_service
from thuocdo.demo.state import BEGUN, FINISHED
from thuocdo.demo.timeline import VIETNAM, Timeline, moment
from thuocdo.demo.units import WARD
from thuocdo.demo.voted import schedule_ballot
from thuocdo.demo.weeks import schedule_weeks
from thuocdo.demo.world import World
from thuocdo.demo.xlsx import File
from thuocdo.kernel.periods import months_later, period_label
from thuocdo.organisation.models import Unit

Say = Callable[[str, Callable[[], object]], None]


def build_demo(*, at: datetime, say: Say) -> Plan:
    """Fill an empty database with the demonstration as of `at`, by the plan returned. `say(label, work)` shows
    progress."""
    plan = make_plan(at.astimezone(VIETNAM).date())
    begun = moment(plan.months[0].first - timedelta(days=3), 8)
    with quick_writes():
        setup.mark(by=None, at=begun, code=BEGUN)
        say("Đang lập cây đơn vị của Hà Nội…", partial(_set_up, begun))
        officer = User.objects.get(username=s.USERNAMES[s.OFFICER])
        say("Đang nhập đơn vị và danh sách người từ tệp Excel…", partial(_people, plan, officer, begun))
        world = World.read(plan, at, Unit.objects.get(code=WARD))
        timeline = schedule(world)
        for first in (*(month.first for month in plan.months), plan.months[2].after):
            until = min(at, moment(months_later(first, 1), 0))
            label = period_label("month", first.year, first.month).lower()
            say(f"Đang ghi những việc diễn ra trong {label}…", partial(timeline.run, until))
        setup.mark(by=None, at=at, code=FINISHED)
    return plan


def _set_up(at: datetime) -> None:
    setup.make_units(at)
    setup.make_rules(at)
    setup.make_city_heads(at)
    setup.make_officer(at)


def _people(plan: Plan, officer: User, at: datetime) -> None:
    for file in (units_file(), people_file(plan), absences_file(plan), *party_files(plan)):
        import_file(file, by=officer, at=at)
    setup.set_demo_passwords(by=None, at=at)


def schedule(world: World) -> Timeline:
    """All three months: tasks come in on the third day, everything else follows in order of time."""
    timeline = Timeline()
    for month in world.plan.months:
        file = tasks_file(world.plan.work, month)
        timeline.add(moment(month.day(3), 8), partial(_tasks, world, file))
        schedule_reports(timeline, world, month)
        (schedule_open if month.index == 2 else schedule_closed)(timeline, world, month)
    schedule_difficulties(timeline, world, world.plan.months[0])
    schedule_catalogue(timeline, world, world.plan.months[0])
    schedule_weeks(timeline, world)
    schedule_units(timeline, world, world.plan.months)
    schedule_service(timeline, world, *world.plan.months[1:])
    schedule_opinions(timeline, world, world.plan.months[1], world.plan.months[2])
    schedule_round(timeline, world)
    schedule_reviews(timeline, world)
    schedule_december(timeline, world)
    schedule_decided(timeline, world)
    schedule_ballot(timeline, world)
    return timeline


def _tasks(world: World, file: File, at: datetime) -> None:
    import_file(file, by=world.officer, at=at)


@contextmanager
def quick_writes() -> Iterator[None]:
    """On the embedded database, do not wait for the disk while data are made that can be made again."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
