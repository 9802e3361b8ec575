"""The year's round in the ward: planned, opened, first steps recorded."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from thuocdo.demo import situations as s
from thuocdo.demo.party_files import ROOT, year_of
from thuocdo.demo.timeline import Timeline, moment
from thuocdo.demo.world import World
from thuocdo.kernel.workdays import add_working_days
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds import actions
from thuocdo.rounds.models import Round, RoundSubject

OVERLAY = "overlays/vi-du-dang-uy-xa"


def schedule_round(timeline: Timeline, world: World) -> None:
    """The officer plans and opens the round in the third month; a division's collective and its people begin."""
    first = add_working_days(world.plan.months[2].first, 5)
    timeline.add(moment(first, 8), partial(_plan, world))
    timeline.add(moment(first, 9), partial(_open, world))
    timeline.add(moment(add_working_days(first, 2), 16), partial(_begin, world))


def _plan(world: World, at: datetime) -> None:
    year = year_of(world.plan)
    rating, last = date(year, 12, 20), {"review_collective": 5, "review_head": 8, "review_in_cell": 8, "rate_work": 10}
    actions.plan_round(
        organisation_id=PartyOrganisation.objects.get(code=ROOT).pk, year=year, rating_date=rating, overlays=[OVERLAY],
        basis=f"Kế hoạch 21-KH/ĐU ngày {at:%d/%m/%Y} của Đảng ủy phường (ví dụ minh họa)", whom="", leaderships="every",
        seats="leading",
        deadlines={step: date(year, 12, day) for step, day in last.items()} | {"rate_member": rating - timedelta(1)},
        by=world.officer, at=at,
    )  # fmt: skip


def _open(world: World, at: datetime) -> None:
    one = Round.objects.get(unit=world.ward)
    actions.open_round(round_id=one.pk, version=one.version, by=world.officer, at=at)


def _begin(world: World, at: datetime) -> None:
    """In one meeting the leaders of a division, cell and collective first; then its staff get their level."""
    one = Round.objects.get(unit=world.ward)
    of = RoundSubject.objects.filter(round=one, unit__code="HK-KT")
    leaders = of.filter(kind="leader", party__isnull=True)
    steps = [("review_collective", of.get(kind="collective", party__isnull=True).pk)]
    cell = RoundSubject.objects.filter(round=one, kind="party_member", person__in=leaders.values("person"))
    steps += [("review_in_cell", row.pk) for row in cell]
    steps += [("review_head" if row.role == "head" else "review_others", row.pk) for row in leaders]
    staff = of.filter(kind="civil_servant", role="none")
    given: dict[str, Any] = {"on": at.date(), "at": at, "round_id": one.pk}
    actions.take_steps(
        steps=steps, place="Phòng họp tầng 2", number="04-BB/KT", levels={}, by=world.user(s.EVALUATOR), **given
    )
    levels = dict.fromkeys(staff.values_list("pk", flat=True), "good")
    actions.take_steps(
        steps=[("rate_work", pk) for pk in levels],
        place="",
        number="112/QĐ-UBND",
        body="Chủ tịch Ủy ban nhân dân phường",
        levels=levels,
        by=world.officer,
        **given,
    )
