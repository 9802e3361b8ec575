"""Taking back an import of units' tasks: judgements and reports as they stood, added tasks gone again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Model
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.collectives import rules
from thuocdo.collectives.models import UnitRound, UnitSheet, UnitSubmission, UnitTask
from thuocdo.intake.specs import Column, Held, Rewind, Scope

Before = Mapping[str, Held | None]
TEXTS = ("title", "given_by", "document", "above_claimed", "evidence", "note", "judged", "done", "late", "failing",
         "above", "judged_note")  # fmt: skip
DATES = ("due", "done_on")
FILED = "Bản nộp gần nhất của phiếu"


def _sheets(scope: Scope) -> dict[int, UnitSheet]:
    """Those of the list, as they stand now."""
    keys = [sheet.pk for sheet in scope.data.sheets.values()]
    return {row.pk: row for row in UnitSheet.objects.filter(pk__in=keys).select_related("round", "unit")}


def _filed(scope: Scope) -> dict[int, tuple[int, str]]:
    """The last filing of each sheet of the list: its number, and in words. One query."""
    keys = [sheet.pk for sheet in scope.data.sheets.values()]
    rows = UnitSubmission.objects.filter(sheet__in=keys).order_by("number").defer("document")
    return {
        row.sheet_id: (row.number, f"lần {row.number}, {row.get_part_display()}, ngày {localdate(row.at):%d/%m/%Y}")
        for row in rows
    }


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """All sheets of the list in their order, as a new row names its unit alone."""
    keys_of = [sheet.pk for sheet in scope.data.sheets.values()]
    rows = UnitSheet.objects.select_for_update(of=("self",)).filter(pk__in=keys_of)
    list(rows.order_by("pk").values_list("pk"))


def tasks_back(
    columns: Sequence[Column], texts: Callable[[str, UnitTask], Mapping[str, str]], own: Sequence[str],
    takes: Sequence[str], gives: Sequence[str],
) -> Rewind:  # fmt: skip
    """`own`: the fields that the list writes, in sheets that stand in `takes`; it adds tasks in those in `gives`. A
    task stays whose sheet was filed or proposed since, which names it: the last filing is told beside what the list
    writes. Steps that file nothing keep no row, while the sheet takes it."""

    def stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
        sheets, filed, found = _sheets(scope), _filed(scope), {}
        for code, task in scope.data.by_code().items():
            shown = texts(code, task)
            state = {name: getattr(task, name) for name in TEXTS}
            state |= {name: (day := getattr(task, name)) and day.isoformat() for name in DATES}
            told = {column.title: shown[column.key] for column in columns if column.key in own}
            state["filed"], told[FILED] = filed.get(task.sheet_id, (0, "chưa có"))
            found[code] = Held(f"{sheets[task.sheet_id].unit.name}: {task.title} ({code})", told, state)
        return found

    def stops(scope: Scope, before: Before) -> dict[str, str]:
        sheets, found, tasks = _sheets(scope), {}, scope.data.by_code()
        for key, held in before.items():
            sheet = sheets[tasks[key].sheet_id]
            if sheet.round.state != UnitRound.State.OPEN:
                found[key] = f"kỳ {sheet.round.label} đã khóa"
            elif sheet.state not in (gives if held is None else takes):
                found[key] = f"phiếu {rules.MACHINE.states[sheet.state]}"
        return found

    def restore(scope: Scope, before: Before, by: User | None, at: datetime) -> tuple[list[Model], list[Model]]:
        tasks = {code: task for code, task in scope.data.by_code().items() if code in before}
        back, gone = [], []
        for code, task in tasks.items():
            held = before[code]
            if held is None:
                gone.append(task)
                continue
            for name in own:
                value = held.state[name]
                setattr(task, name, date.fromisoformat(value) if name in DATES and value else value)
            back.append(task)
        UnitTask.objects.bulk_update(back, own, batch_size=200)
        UnitTask.objects.filter(pk__in=[task.pk for task in gone]).delete()
        return [*back], [*gone]

    return Rewind(stand, stops, _lock, restore)
