"""What the month's form sends: the self document and one report per task. Text stays as it was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from thuocdo.appraisals.facts import is_unreported
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.typed import format_each, format_points, parse_each, parse_points
from thuocdo.web.forms import Problem
from thuocdo.work.models import Task
from thuocdo.work.rules import EACH, Report

NUMBERS = {"completed": "Hoàn thành", "quality_met": "Đạt chất lượng", "on_time": "Đúng hạn"}
COUNTS = {"quality_errors": "Số lần không đạt", "late": "Số lần chậm"}
TEXTS = {"cause": "Nguyên nhân khách quan", "evidence": "Minh chứng"}
FIELDS = (*NUMBERS, *COUNTS, *EACH, *TEXTS, "handed_back")


def self_document(posted: Mapping[str, str]) -> dict[str, Any]:
    """Marks (`mark:<slug>`) and texts as the actions take them."""
    return {
        "marks": {name.partition(":")[2]: text for name, text in posted.items() if name.startswith("mark:")},
        "strengths": posted.get("strengths", ""),
        "shortcomings": posted.get("shortcomings", ""),
        "unreported_ok": posted.get("unreported_ok") == "1",
    }


def typed_tasks(posted: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Raw text by task id, from fields `task:<id>:<name>`."""
    found: dict[int, dict[str, str]] = {}
    for name, text in posted.items():
        head, _, rest = name.partition(":")
        key, _, field = rest.partition(":")
        if head == "task" and key.isascii() and key.isdigit():
            found.setdefault(int(key), {})[field] = text
    return found


def whole_document(posted: QueryDict, tasks: Iterable[Task]) -> dict[str, Any]:
    """What was typed; task fields are kept only where they differ from the record."""
    raw = typed_tasks(posted)
    waiting = {
        str(t.pk): {k: v for k, v in raw[t.pk].items() if k in FIELDS}
        for t in tasks
        if t.pk in raw and changed(t, raw[t.pk])
    }
    return self_document(posted) | {"tasks": waiting}


def to_report(posted: QueryDict, tasks: Iterable[Task], wish: str, key: str) -> list[tuple[Task, dict[str, str]]]:
    """What is reported, with its fields: the task whose button was pressed, those listed under one press for all, or
    all changed ones before the review."""
    raw = typed_tasks(posted)
    listed = set(posted.getlist("all")) if wish == "all" else set()
    found = []
    for task in tasks:
        fields, own = raw.get(task.pk, {}), str(task.pk)
        differs = bool(fields) and changed(task, fields)
        full = (wish == "whole" and key == own) or (own in listed and is_unreported(task) and not differs)
        if full or (wish == "task" and key == own) or (wish == "review" and differs):
            found.append((task, whole(task, fields) if full else fields))
    return found


def stored_text(task: Task) -> dict[str, str]:
    """A task's report as its fields show it: nothing is filled in before the first report."""
    if task.reported_at is None or task.completed is None:
        return dict.fromkeys(FIELDS, "") | {"quality_errors": "0", "late": "0"}
    numbers = {name: format_points(getattr(task, name) or 0) for name in NUMBERS}
    counts = {name: str(getattr(task, name)) for name in COUNTS}
    texts = {name: getattr(task, name) for name in (*EACH, *TEXTS)}
    return numbers | counts | texts | {"handed_back": "1" if task.handed_back else ""}


def changed(task: Task, raw: Mapping[str, str]) -> bool:
    """Whether what was typed differs from what is on the record."""
    stored = stored_text(task)
    return any(raw.get(name, "").strip() != stored[name] for name in FIELDS)


def whole(task: Task, raw: Mapping[str, str]) -> dict[str, str]:
    """“Done in full, good, on time”: the assigned quantity in all three numbers; texts stay as typed."""
    full = format_points(task.assigned)
    nothing = dict.fromkeys(COUNTS, "0") | dict.fromkeys((*EACH, "handed_back"), "")
    return dict(raw) | dict.fromkeys(NUMBERS, full) | nothing


@dataclass(frozen=True)
class Read:
    """A report that can be sent, or the problems that keep it from being sent."""

    report: Report | None
    problems: tuple[Problem, ...]


def read_report(task: Task, raw: Mapping[str, str]) -> Read:
    """Read one task's fields. A task handed back needs no numbers."""
    problems: list[Problem] = []
    values: dict[str, int] = {}
    back = raw.get("handed_back", "") == "1"
    for name, label in {**NUMBERS, **COUNTS}.items():
        text = raw.get(name, "")
        if text.strip() == "" and (back or name in COUNTS):
            values[name] = 0
            continue
        try:
            values[name] = _number(name, text, f"{task.title}: {label.lower()}")
        except Refusal as refusal:
            problems.append(Problem(refusal.message, field_id(task.pk, name)))
    texts = {name: raw.get(name, "") for name in TEXTS}
    for name, label in EACH.items():
        try:
            texts[name] = format_each(parse_each(raw.get(name, ""), label=f"{task.title}: {label.lower()}"))
        except Refusal as refusal:
            problems.append(Problem(refusal.message, field_id(task.pk, name)))
    if problems:
        return Read(None, tuple(problems))
    said, late = texts["quality_errors_each"], texts["late_each"]
    cause, evidence = texts["cause"], texts["evidence"]
    report = Report(
        handed_back=back, cause=cause, evidence=evidence, quality_errors_each=said, late_each=late, **values
    )
    return Read(report, ())


def unreadable(task: Task, raw: Mapping[str, str]) -> tuple[Problem, ...]:
    """Problems of the numbers typed for a task so far; what is still empty is no problem yet."""
    filled = {name: text for name, text in raw.items() if text.strip()}
    empty = {field_id(task.pk, name) for name in (*NUMBERS, *COUNTS) if name not in filled}
    return tuple(p for p in read_report(task, filled).problems if p.field not in empty) if filled else ()


def _number(name: str, text: str, label: str) -> int:
    value = parse_points(text, label=label)
    if name in NUMBERS:
        return value
    if value % 100:
        raise Refusal("number.whole", f"{label}: hãy nhập số nguyên, ví dụ 0, 1 hoặc 2.")
    return value // 100


def field_id(task_id: int, name: str) -> str:
    """The id of one input of one task."""
    return f"task-{task_id}-{name}"


def field_of(problem_key: str) -> str:
    """The id of the input that a problem of the actions is about: `marks.discipline` -> `mark-discipline`."""
    head, _, rest = problem_key.partition(".")
    return f"mark-{rest}" if head == "marks" and rest else problem_key
