"""A remedy taken into the own week: the line of the plan and its link to the remedy are one write."""

from collections.abc import Sequence
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import NotYours
from thuocdo.plans.actions.steps import chain_for, checked, made, planner
from thuocdo.plans.models import WeekItem
from thuocdo.plans.rules import ItemData
from thuocdo.reviews.models import Remedy
from thuocdo.reviews.planned.models import RemedyWork
from thuocdo.reviews.planned.queries import to_take

LONGEST = 300


@action
def take_remedies(*, week: date, remedy_ids: Sequence[int], by: User, at: datetime) -> list[WeekItem]:
    """Put the own open remedies into the own week, each once. Raises NotYours, Refusal, Conflict in a closed month."""
    person, unit = planner(by, week)
    mine = {one.pk: one for one in Remedy.objects.filter(pk__in=remedy_ids, person=person)}
    if set(remedy_ids) - mine.keys():
        raise NotYours()
    wanted = list(to_take(by, week).filter(pk__in=remedy_ids))
    rows = made(person, unit, week, [(checked(_line(one), person), {}) for one in wanted])
    by_text = {row.text: row for row in rows}
    links = [
        RemedyWork(remedy=one, item=by_text.pop(text))
        for one in wanted
        if (text := checked(_line(one), person).text) in by_text
    ]
    if not rows:
        nothing_changed()
        return []
    links = RemedyWork.objects.bulk_create(links)
    data = {"items": len(rows)}
    record(chain=chain_for(unit, at), code="plan.remedies_taken", by=by, at=at, objects=[*rows, *links], data=data)
    return rows


def _line(one: Remedy) -> ItemData:
    text = f"Khắc phục: {one.measure}"
    return ItemData(
        text=text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…",
        due_date=one.due,
        assigned_by=f"Kiểm điểm năm {one.defect.year}",
    )
