"""A person's week: adding, changing, dropping, reporting, carrying over, and answering on a campaign."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import ancestors
from thuocdo.plans import rules
from thuocdo.plans.actions.steps import (
    chain_for,
    checked,
    made,
    own_item,
    planner,
    require_version,
    week_rows,
)
from thuocdo.plans.models import CampaignAnswer, CampaignCriterion, WeekItem
from thuocdo.plans.rules import ItemData, Reported
from thuocdo.work.closed import require_open
from thuocdo.work.models import Task

State = WeekItem.State
Wanted = list[tuple[ItemData, Mapping[str, Any]]]


def _recorded(rows: Sequence[WeekItem], code: str, unit: Unit, by: User, at: datetime) -> list[WeekItem]:
    if not rows:
        nothing_changed()
        return []
    record(chain=chain_for(unit, at), code=code, by=by, at=at, objects=rows, data={"items": len(rows)})
    return list(rows)


@action
def add_items(*, by: User, at: datetime, week: date, items: Sequence[ItemData]) -> list[WeekItem]:
    """Put rows into the own plan of a week; a row the week already has is not added again.

    Returns the rows added. Raises NotYours, Refusal (text, day, too many, no post), Conflict (closed month).
    """
    person, unit = planner(by, week)
    rows = made(person, unit, week, [(checked(one, person), {}) for one in items])
    return _recorded(rows, "plan.items_added", unit, by, at)


@action
def change_item(*, by: User, at: datetime, item_id: int, version: int, data: ItemData) -> WeekItem:
    """The owner corrects a row. Raises NotYours, Refusal, Conflict."""
    row = own_item(by, item_id, version)
    _require_kept(row)
    for name, value in checked(data, row.person).__dict__.items():
        setattr(row, name, value)
    return _saved(row, "plan.item_changed", by, at)


@action
def drop_item(*, by: User, at: datetime, item_id: int, version: int) -> WeekItem:
    """The owner takes a row out of the plan. Raises NotYours, Conflict. Twice changes nothing."""
    gone = WeekItem.objects.filter(pk=item_id, person__user_id=by.pk, state=State.DROPPED).first()
    if gone is not None:
        nothing_changed()
        return gone
    row = own_item(by, item_id, version)
    row.state = State.DROPPED
    return _saved(row, "plan.item_dropped", by, at)


def _require_kept(row: WeekItem) -> None:
    if row.state == State.DROPPED:
        raise Conflict("Việc này đã bỏ khỏi kế hoạch. Hãy thêm lại nếu cần.")


def _saved(row: WeekItem, code: str, by: User, at: datetime) -> WeekItem:
    row.version += 1
    row.save()
    record(chain=chain_for(row.unit, at), code=code, by=by, at=at, objects=[row])
    return row


@action
def report_items(*, by: User, at: datetime, week: date, reports: Sequence[Reported]) -> list[WeekItem]:
    """The owner says how the rows of a week went. Rows reported as they stand are left alone.

    Raises NotYours, Refused with the field of every wrong row, Conflict.
    """
    person, unit = planner(by, week)
    rows = {row.pk: row for row in week_rows(person, week)}
    problems: dict[str, str] = {}
    changed = []
    for one in reports:
        row = rows.get(one.item_id)
        if row is None:
            raise NotYours()
        if one.state not in rules.REPORTED or len(one.note.strip()) > 300:
            problems[f"note-{row.pk}"] = f"“{row.text}”: hãy chọn kết quả trong danh sách; ghi chú tối đa 300 ký tự."
            continue
        note = text_from(one.note, "Ghi chú kết quả", most=300, needed=False)
        if (row.state, row.note) != (one.state, note):
            require_version(row.version, one.version, row.text)
            row.state, row.note = State(one.state), note
            row.version += 1
            changed.append(row)
    if problems:
        raise rules.Refused(problems)
    for row in changed:
        row.save()
    return _recorded(changed, "plan.items_reported", unit, by, at)


@action
def take_tasks(*, by: User, at: datetime, week: date, task_ids: Sequence[int]) -> list[WeekItem]:
    """Put tasks given for the month into the own week, each once. Raises NotYours, Refusal, Conflict."""
    person, unit = planner(by, week)
    tasks = Task.objects.filter(pk__in=task_ids, person=person, state=Task.State.ACTIVE).select_related("given_by")
    found = {task.pk: task for task in tasks}
    if set(task_ids) - found.keys():
        raise NotYours()
    there = {row.task_id for row in week_rows(person, week)}
    wanted: Wanted = [(_item_of(found[pk]), {}) for pk in dict.fromkeys(task_ids) if pk not in there]
    return _recorded(made(person, unit, week, wanted), "plan.tasks_taken", unit, by, at)


def _item_of(task: Task) -> ItemData:
    return ItemData(
        text=task.title, due_date=task.due_date, expected=task.expected, task_id=task.pk, nature=task.nature,
        is_key=task.is_key, is_new=task.is_new, is_hard=task.is_hard,
        assigned_by=(task.assigned_by or task.given_by.display_name)[:120],
    )  # fmt: skip


@action
def carry_over(*, by: User, at: datetime, week: date, item_ids: Sequence[int]) -> list[WeekItem]:
    """Copy chosen rows of an earlier week into this one, each at most once, however often it is pressed.

    Raises NotYours, Refusal (a row of this or a later week), Conflict.
    """
    person, unit = planner(by, week)
    found = {row.pk: row for row in WeekItem.objects.filter(pk__in=item_ids, person=person)}
    if set(item_ids) - found.keys():
        raise NotYours()
    if any(row.week >= week or row.state == State.DROPPED for row in found.values()):
        raise Refusal("plan.carry", "Chỉ chép được việc của tuần trước, chưa bỏ. Hãy tải lại trang rồi chọn lại.")
    carried = WeekItem.objects.filter(carried_from__in=found).exclude(state=State.DROPPED)
    done = set(carried.values_list("carried_from_id", flat=True))
    left = [found[pk] for pk in dict.fromkeys(item_ids) if pk not in done]
    wanted: Wanted = [(_copy_of(row), {"carried_from": row}) for row in left]
    return _recorded(made(person, unit, week, wanted), "plan.carried_over", unit, by, at)


def _copy_of(row: WeekItem) -> ItemData:
    return ItemData(
        text=row.text, day=row.day, nature=row.nature, is_key=row.is_key, is_new=row.is_new, is_hard=row.is_hard,
        due_date=row.due_date, expected=row.expected, assigned_by=row.assigned_by, task_id=row.task_id,
    )  # fmt: skip


@action
def answer_campaign(
    *, by: User, at: datetime, week: date, answers: Mapping[int, tuple[str, int]]
) -> list[CampaignAnswer]:
    """Answer on criteria of the campaigns that bind one's unit in the week. An empty text leaves it unanswered.

    `answers` maps the criterion's id to the text and the version seen (0 for none yet). No points come of it.
    Raises NotYours, Refused, Conflict.
    """
    person, unit = planner(by, week)
    path = [one.pk for one in ancestors(unit, week)]
    asked = CampaignCriterion.objects.filter(
        pk__in=answers, campaign__unit_id__in=path, campaign__start__lt=week + rules.WEEK, campaign__end__gt=week
    )
    criteria = {one.pk: one for one in asked}
    if set(answers) - criteria.keys():
        raise NotYours()
    rows = _answered(person, week, criteria, answers, at)
    if not rows:
        nothing_changed()
        return []
    record(chain=chain_for(unit, at), code="campaign.answered", by=by, at=at, objects=rows, data={"answers": len(rows)})
    return rows


def _answered(
    person: Person,
    week: date,
    criteria: Mapping[int, CampaignCriterion],
    answers: Mapping[int, tuple[str, int]],
    at: datetime,
) -> list[CampaignAnswer]:
    there = {
        one.criterion_id: one for one in CampaignAnswer.objects.filter(person=person, week=week, criterion__in=criteria)
    }
    problems: dict[str, str] = {}
    rows = []
    for pk, (typed, version) in answers.items():
        try:
            text = text_from(typed, criteria[pk].text, most=500, needed=False)
        except Refusal as refusal:
            problems[f"answer-{pk}"] = refusal.message
            continue
        row = there.get(pk)
        if (row.text if row else "") == text:
            continue
        require_version(row.version if row else 0, version, criteria[pk].text)
        row = row or CampaignAnswer(criterion=criteria[pk], person=person, week=week, version=0)
        row.text, row.answered_at, row.version = text, at, row.version + 1
        rows.append(row)
    if problems:
        raise rules.Refused(problems)
    for row in rows:
        require_open(person.pk, rules.month_of_week(week))
        row.save()
    return rows
