"""Writes what was decided, in a few statements whatever the number of items (steps of the actions on deliveries)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from thuocdo.audit import bulk
from thuocdo.inflow import planning
from thuocdo.inflow.models import DeliveryDay, Source, SourceItem
from thuocdo.inflow.payloads import MOST_ITEMS
from thuocdo.inflow.planning import CREATED, Decision
from thuocdo.inflow.rules import PROGRESS, month_from
from thuocdo.inflow.values import REPORTED
from thuocdo.notices.actions import notify_each
from thuocdo.organisation.access import day_of
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH
from thuocdo.work.steps import figures

MOST_REFUSALS = MOST_ITEMS
"""As many as one call may bring: of no item refused is only the number kept."""
WITHDRAWN_BY = "Nguồn “{}” thu hồi."
MOVED_FROM = "Nguồn “{}” đã chuyển công việc của ông/bà cho người khác."
MOVED_TO = "Nguồn “{}” đã chuyển cho ông/bà một công việc của người khác."
MOVED_MONTH = "Nguồn “{}” đã chuyển một công việc của ông/bà sang tháng khác."
ITEM_FIELDS = ["title", "payload", "digest", "changed_at", "place", "state", "problem_code", "problem", "withdrawing",
               "applied", "task", "received_at", "applied_at", "version"]  # fmt: skip
TASK_FIELDS = ["person", "agency", "unit", "month", "product", "title", "coefficient", "assigned", "due_date",
               "start_date",
               "outside_plan", "nature", "is_key", "is_new", "is_hard", "assigned_by", "expected", "completed",
               "quality_met", "on_time", "quality_errors", "late", "quality_errors_each", "late_each", "cause",
               "evidence", "reported_at", "state",
               "answer", "version"]  # fmt: skip


def write(source: Source, decisions: Sequence[Decision], at: datetime) -> list[Model]:
    """Tasks and items of one delivery; the doers of what is taken back are told. Returns every row written."""
    stored = [d for d in decisions if d.state]
    made = _new_tasks(source, [d for d in stored if d.outcome == CREATED], at)
    left = _leaving(stored)
    changed = [t for d in stored if (t := _changed_task(source, d, at)) is not None]
    Task.objects.bulk_create(made.values(), batch_size=500)
    bulk.update(changed, TASK_FIELDS)
    new: list[SourceItem] = []
    old: list[SourceItem] = []
    for decision in stored:
        item = _item(source, decision, made.get(decision.external_id), at)
        (old if item.pk else new).append(item)
    SourceItem.objects.bulk_create(new, batch_size=500)
    bulk.update(old, ITEM_FIELDS)
    _tell_withdrawn(source, changed, at)
    _tell_moved(source, left, at)
    return [*made.values(), *changed, *new, *old]


def _new_tasks(source: Source, decisions: Sequence[Decision], at: datetime) -> dict[str, Task]:
    """Unsaved tasks by external id, each under the next free code of the source."""
    codes = _codes(source, len(decisions))
    found = {}
    for code, one in zip(codes, decisions, strict=True):
        task = Task(code=code, origin=Task.Origin.IMPORTED, given_by_id=source.created_by_id, given_at=at)
        _set(task, one, one.values, at)
        found[one.external_id] = task
    return found


def _codes(source: Source, count: int) -> list[str]:
    if not count:
        return []
    first = SourceItem.objects.filter(source=source, task__isnull=False).count() + 1
    while True:
        codes = [f"N{source.pk}-{n:05d}" for n in range(first, first + count)]
        if not Task.objects.filter(code__in=codes).exists():
            return codes
        first += count


def _changed_task(source: Source, decision: Decision, at: datetime) -> Task | None:
    task = decision.item.task if decision.item else None
    if task is None:
        return None
    if decision.outcome == planning.WITHDRAWN:
        if task.state == Task.State.WITHDRAWN:
            return None
        task.state, task.answer = Task.State.WITHDRAWN, WITHDRAWN_BY.format(source.name)
    elif decision.outcome == planning.UPDATED:
        _set(task, decision, decision.write, at)
        if task.state == Task.State.WITHDRAWN:
            task.answer = ""
        task.state = Task.State.ACTIVE
    else:
        return None
    task.version += 1
    return task


def _tell_withdrawn(source: Source, changed: Sequence[Task], at: datetime) -> None:
    pages = [(t.person.user_id, f"/cong-viec/{t.pk}/") for t in changed if t.state == Task.State.WITHDRAWN]
    text = f"Nguồn “{source.name}” đã thu hồi một công việc của ông/bà."
    notify_each(pages=pages, kind="task.withdrawn", text=text, at=at)


def _leaving(decisions: Sequence[Decision]) -> list[tuple[Task, int | None, bool]]:
    """Tasks that this delivery moves, read before they are written: account of the doer then, and whether another's."""
    return [
        (d.item.task, d.item.task.person.user_id, "person" in d.write)
        for d in decisions
        if d.outcome == planning.UPDATED and d.item and d.item.task and {"person", "month"} & set(d.write)
    ]


def _tell_moved(source: Source, left: Sequence[tuple[Task, int | None, bool]], at: datetime) -> None:
    """Who had the task and who has it now; of a new month the doer. Who has it no longer cannot open it."""
    pages: dict[str, list[tuple[int | None, str]]] = {}
    for task, before, anothers in left:
        here = f"/cong-viec/{task.pk}/"
        if anothers:
            pages.setdefault(MOVED_FROM, []).append((before, "/cong-viec/"))
        pages.setdefault(MOVED_TO if anothers else MOVED_MONTH, []).append((task.person.user_id, here))
    for text, told in pages.items():
        notify_each(pages=told, kind="task.moved", text=text.format(source.name), at=at)


def _set(task: Task, decision: Decision, values: Any, at: datetime) -> None:
    """Puts the values on the task; the target says which rows the codes mean."""
    target, before = decision.target, figures(task)
    assert target is not None
    for name, value in values.items():
        if name in ("person", "month"):
            task.person, task.agency_id, task.unit_id = target.post.person, target.agency_id, target.post.unit_id
            task.month = month_from(decision.values["month"])
        elif name == "product":
            task.product = target.product
        elif name in ("due_date", "start_date"):
            setattr(task, name, date.fromisoformat(value) if value else None)
        else:
            setattr(task, name, value)
    if REPORTED & set(values) and (task.reported_at is None or figures(task) != before):
        task.reported_at = at if task.completed is not None else None
    if set(PROGRESS) & set(values):
        for name in EACH:
            if not decision.values.get(name):  # what was said of other figures, unless the source says it again
                setattr(task, name, "")


def _item(source: Source, decision: Decision, task: Task | None, at: datetime) -> SourceItem:
    offer = decision.offer
    item = decision.item or SourceItem(source=source, external_id=decision.external_id, version=0)
    if offer is not None:
        item.title, item.payload, item.digest = str(offer.content["title"])[:200], offer.text, offer.digest
        item.place = offer.place or item.place
        item.received_at = at
        item.changed_at = offer.changed_at or item.changed_at
    applied = decision.state == SourceItem.State.APPLIED
    if applied:
        item.applied, item.applied_at = {**item.applied, **decision.values}, at
    item.task = task or item.task
    item.state, item.withdrawing = decision.state, decision.withdrawing
    waits = decision.state in (SourceItem.State.WAITING, SourceItem.State.CONFLICT)
    told = waits or decision.outcome == planning.REFUSED  # withdrawn in a closed month: why the task still counts
    item.problem_code, item.problem = (decision.code, decision.message[:600]) if told else ("", "")
    item.version += 1
    return item


def note_delivery(source: Source, decisions: Iterable[Decision], at: datetime, failure: str = "") -> None:
    """Adds a delivery to the day's line of the source; the last refusal of each item stands there with its sentence."""
    found = list(decisions)
    line, _ = DeliveryDay.objects.get_or_create(source=source, day=day_of(at), defaults={"first_at": at, "last_at": at})
    counts = dict(line.counts)
    for one in found:
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
    refused = [
        [d.external_id, d.code, d.message[:300]] for d in found if d.outcome in (planning.REFUSED, planning.STALE)
    ]
    again = {name for name, _, _ in refused}
    refused += [one for one in line.refusals if one[0] not in again]
    line.counts, line.refusals = counts, refused[:MOST_REFUSALS]
    if not failure:
        line.last_at, line.times = at, line.times + 1
    line.failure = failure[:500]
    line.save()
