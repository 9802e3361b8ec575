"""Taking back what a file settled in an inbox: the items wait again, the tasks that came of them are withdrawn."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.inflow.access import source_of_handler
from thuocdo.inflow.models import SourceItem
from thuocdo.intake.specs import Held, Rewind, Scope
from thuocdo.work.imports import may_not_go, withdraw_added
from thuocdo.work.models import Task

Before = Mapping[str, Held | None]
PUT_BACK = ["state", "problem_code", "problem", "withdrawing", "choices", "applied", "task", "received_at",
            "applied_at", "version"]  # fmt: skip
MERGED = (
    "việc ở đây đã ghi theo nguồn hoặc đã thu hồi theo nguồn, bảng không đưa lại đúng như cũ được; hãy sửa trên trang "
    "của việc ấy"
)


def _rows(scope: Scope, keys: frozenset[str]) -> dict[str, SourceItem]:
    wanted = [int(key) for key in keys if key.isdigit()]
    rows = SourceItem.objects.filter(source=scope.data.source, pk__in=wanted).select_related("task")
    return {str(row.pk): row for row in rows.order_by("pk")}


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    return {key: _held(item) for key, item in _rows(scope, keys).items()}


def _held(item: SourceItem) -> Held:
    task = item.task
    told = {"Trạng thái": str(item.get_state_display()), "Mã công việc ở đây": task.code if task else ""}
    state = {
        "state": item.state, "problem_code": item.problem_code, "problem": item.problem,
        "withdrawing": item.withdrawing, "choices": item.choices, "applied": item.applied,
        "received_at": item.received_at.isoformat(),
        "applied_at": item.applied_at.isoformat() if item.applied_at else None, "version": item.version,
        "task": task.pk if task else None, "task_version": task.version if task else None,
    }  # fmt: skip
    return Held(f"{item.external_id}: {item.title}", told, state)


def _made(item: SourceItem, before: Held) -> Task | None:
    """The task that came of the item when it was settled."""
    return item.task if before.state["task"] is None else None


def _stops(scope: Scope, before: Before) -> dict[str, str]:
    found, made = {}, {}
    rows = _rows(scope, frozenset(before))
    for key, held in before.items():
        item = rows[key]
        assert held is not None, "an inbox adds nothing by file"
        if task := _made(item, held):
            made[task.code] = key
        elif item.task is not None and item.task.version != held.state["task_version"]:
            found[key] = MERGED
    for (code,), why in may_not_go(scope, [(code,) for code in made]).items():
        found[made[code]] = f"công việc {code}: {why}"
    return found


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """The source, as deliveries and the pages of its inbox lock it, then the tasks."""
    source_of_handler(scope.data.user, scope.data.source.pk, scope.data.at, lock=True)
    tasks = [item.task_id for item in _rows(scope, keys).values() if item.task_id is not None]
    list(Task.objects.select_for_update(of=("self",)).filter(pk__in=tasks).order_by("pk").values_list("pk"))


def _restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
    rows, codes = _rows(scope, frozenset(before)), []
    for key, held in before.items():
        assert held is not None, "an inbox adds nothing by file"
        item, state = rows[key], held.state
        if task := _made(item, held):
            codes.append((task.code,))
        for name in ("state", "problem_code", "problem", "withdrawing", "choices", "applied"):
            setattr(item, name, state[name])
        item.task_id = state["task"]
        item.received_at = datetime.fromisoformat(state["received_at"])
        item.applied_at = datetime.fromisoformat(state["applied_at"]) if state["applied_at"] else None
        item.version += 1
    bulk.update(list(rows.values()), PUT_BACK)
    return [*rows.values(), *withdraw_added(scope, codes, by, at)], []


INBOX_BACK = Rewind(_stand, _stops, _lock, _restore)
