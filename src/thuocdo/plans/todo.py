"""The plan of the week on the to-do list: the own one, and who has none yet in the units one leads, where units ask
for plans."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from thuocdo.accounts.models import User
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.reach import BELOW, root
from thuocdo.organisation.waiting import Asking, Row, Rows, Source, Todo, rows
from thuocdo.plans import access
from thuocdo.plans.models import PlanSetting, WeekItem
from thuocdo.plans.rules import week_to_plan

PLANNING = "planning"


def roots(user: User, on: date) -> list[QuerySet[Any, Any]]:
    """Units that ask for a plan of the week that is due."""
    return [root(PLANNING, BELOW, PlanSetting.objects.filter(on_day(week_to_plan(on)), required=True))]


def _rows(asking: Asking) -> Sequence[Rows]:
    required, week = asking.units(PLANNING), week_to_plan(asking.on)
    if not required:
        return []
    planned = WeekItem.objects.filter(person=OuterRef("person"), week=week).exclude(state=WeekItem.State.DROPPED)
    serving = Employment.objects.filter(access.serving_in_week(week), unit_id__in=required)
    owing = serving.exclude(Exists(planned)).exclude(access.away_in(week))
    own = owing.filter(person__user_id=asking.user.pk)
    led = serving.filter(person__user_id=asking.user.pk).exclude(leadership=Employment.Leadership.NONE)
    below = owing.filter(unit_id__in=led.values("unit_id"))
    people = Count("person", distinct=True)
    return [
        rows(own, "plan.own"),
        rows(below, "plan.unit", key="unit_id", text="unit__name", number=people, grouped=True),
    ]


def _lines(asking: Asking, found: Sequence[Row]) -> Iterable[Todo]:
    week = week_to_plan(asking.on)
    asked, late, words = f"?tuan={week.isoformat()}", asking.on > week, f"tuần từ {week:%d/%m/%Y}"
    if any(row.kind == "plan.own" for row in found):
        yield Todo("plan.own", f"Lập kế hoạch {words}", f"/ke-hoach/{asked}", week, late)
    for row in found:
        if row.kind == "plan.unit":
            text = f"{row.number} người chưa có kế hoạch tuần ({row.text}, {words})"
            yield Todo("plan.unit", text, f"/ke-hoach/don-vi/{row.key}/{asked}", week, late)


SOURCE = Source(frozenset({"plan.own", "plan.unit"}), _rows, _lines)
