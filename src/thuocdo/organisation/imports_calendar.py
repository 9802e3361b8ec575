"""The days that units fixed in their working calendars, as XLSX: unit, day, off or worked, name, document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.calendars.models import CalendarDay
from thuocdo.calendars.queries import FIRST_YEAR, LAST_YEAR, workdays_along
from thuocdo.intake import cells
from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec, Undo
from thuocdo.intake.written import day_text
from thuocdo.kernel.workdays import Workdays, named_day
from thuocdo.organisation.access import day_of
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.holding import hold, units_of
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import forest

KINDS = {str(label): value for value, label in CalendarDay.Kind.choices}
COLUMNS = (
    Column("unit", "Mã đơn vị", cells.code, "Đơn vị này và mọi đơn vị bên dưới.", "PHUONG", needed=True),
    Column("day", "Ngày", cells.day, "Ngày nghỉ hoặc ngày làm bù.", "22/08/2026", needed=True),
    Column(
        "kind",
        "Nghỉ hay làm việc",
        cells.choice(KINDS),
        f"Hãy ghi: {', '.join(KINDS)}.",
        "nghỉ",
        needed=True,
        width=22,
    ),
    Column("reason", "Tên ngày, lý do", cells.text(200), "Ví dụ Nghỉ bù Quốc khánh.", "Nghỉ bù", needed=True, width=40),
    Column("decision", "Văn bản", cells.text(120), "Số văn bản, nếu có.", "Số 15/TB-UBND", width=30),
)
FIELDS = {"kind": "Nghỉ hay làm việc", "reason": "Tên ngày, lý do", "decision": "Văn bản"}
Work = tuple[list[CalendarDay], list[CalendarDay]]


@dataclass(frozen=True)
class Where:
    """The units of the scope by code, and the day on which the tree is read."""

    units: Mapping[str, Unit]
    on: date


def calendar_scope(by: User | None, at: datetime, code: str) -> Scope:
    """One of the officer's units and what is below (any unit at set-up). Raises NotYours."""
    found = officer_scope(by, at, code)
    return Scope(found.chain, found.name, Where(found.data.units, day_of(at)))


def plan_days(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a list of days; a constant number of queries."""
    plan: Plan[Work] = Plan([], [], ([], []))
    units = {row.values["unit"]: scope.data.units.get(row.values["unit"]) for row in rows}
    ids = {unit.pk for unit in units.values() if unit is not None}
    stored = {(row.unit, row.day): row for row in lookup(CalendarDay.objects.all(), "unit", ids)}
    calendars = _calendars(scope, ids, rows)
    off = {row.values["day"] for row in rows if row.values["kind"] == CalendarDay.Kind.OFF}
    seen: dict[tuple[int, date], int] = {}
    for row in rows:
        unit, day = units[row.values["unit"]], row.values["day"]
        wrong = _problem(row, unit, seen)
        if wrong is not None or unit is None:
            plan.problems += [wrong] if wrong is not None else []
            continue
        seen[unit.pk, day] = row.number
        known = stored.get((unit.pk, day))
        worked = row.values["kind"] == CalendarDay.Kind.WORKING and day not in off
        if worked and known is None and calendars[unit.pk].works(day):
            message = f"{named_day(day).capitalize()} đã là ngày làm việc; không cần ghi. Hãy xóa dòng này."
            plan.problems.append(Problem(row.number, "Ngày", row.texts["day"], message))
            continue
        _compare(plan, row, unit, known)
    return plan


def _calendars(scope: Scope, units: Iterable[int], rows: Sequence[Row]) -> dict[int, Workdays]:
    years = {row.values["day"].year for row in rows}
    if not years:
        return {}
    tree = forest(scope.data.on)
    return workdays_along({unit: list(tree.path(unit)) for unit in units}, years)


def _problem(row: Row, unit: Unit | None, seen: Mapping[tuple[int, date], int]) -> Problem | None:
    code, day = row.values["unit"], row.values["day"]
    if unit is None:
        message = f"Không có mã đơn vị “{code}” trong phạm vi ông/bà phụ trách. Hãy sửa mã."
        return Problem(row.number, "Mã đơn vị", code, message)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"Hãy ghi ngày từ năm {FIRST_YEAR} đến {LAST_YEAR}."
        return Problem(row.number, "Ngày", row.texts["day"], message)
    if (unit.pk, day) in seen:
        message = f"Ngày này của {unit.name} đã có ở dòng {seen[unit.pk, day]}. Hãy xóa một dòng."
        return Problem(row.number, "Ngày", row.texts["day"], message)
    return None


def _compare(plan: Plan[Work], row: Row, unit: Unit, known: CalendarDay | None) -> None:
    values = {name: row.values[name] for name in FIELDS}
    label = f"{unit.name}, {named_day(row.values['day'])}: {CalendarDay.Kind(values['kind']).label}"
    if known is None:
        plan.work[0].append(CalendarDay(unit=unit.pk, day=row.values["day"], **values))
        plan.effects.append(Effect(row.number, CREATED, f"{label}, {values['reason']}"))
        return
    words = [
        f"{title}: {_shown(name, getattr(known, name))} → {_shown(name, values[name])}"
        for name, title in FIELDS.items()
        if getattr(known, name) != values[name]
    ]
    if not words:
        plan.effects.append(Effect(row.number, UNCHANGED, label))
        return
    for name, value in values.items():
        setattr(known, name, value)
    plan.work[1].append(known)
    plan.effects.append(Effect(row.number, CHANGED, f"{label}; {'; '.join(words)}"))


def _shown(name: str, value: str) -> str:
    return str(CalendarDay.Kind(value).label) if name == "kind" else value or "trống"


def write_days(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Two statements, whatever the number of rows."""
    new, changed = plan.work
    for row in (*new, *changed):
        row.set_by, row.set_at = by, at
    CalendarDay.objects.bulk_create(new, batch_size=500)
    CalendarDay.objects.bulk_update(changed, [*FIELDS, "set_by", "set_at"], batch_size=500)
    return [*new, *changed]


def day_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """The days that the units of the scope fixed themselves, by unit and day."""
    units = {unit.pk: unit.code for unit in scope.data.units.values()}
    days = lookup(CalendarDay.objects.all(), "unit", units)
    for row in sorted(days, key=lambda one: (units[one.unit], one.day)):
        yield units[row.unit], day_text(row.day), str(row.get_kind_display()), row.reason, row.decision


def remove_days(scope: Scope, keys: Sequence[tuple[str, ...]], by: User | None, at: datetime) -> list[Model]:
    """The days that an import added go out of the units' calendars again, as on the page of a calendar."""
    named = {(code, text) for code, text in keys}
    units = {unit.pk: unit.code for unit in scope.data.units.values()}
    gone = [
        row
        for row in lookup(CalendarDay.objects.all(), "unit", units)
        if (units[row.unit], day_text(row.day)) in named
    ]
    CalendarDay.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return list(gone)


CALENDAR = Spec(
    kind="calendar",
    title="Lịch làm việc: ngày nghỉ, ngày làm bù",
    about="Các ngày mà đơn vị tự ghi vào lịch. Ngày không có trong tệp được giữ nguyên; bỏ ngày ở trang Lịch làm việc.",
    columns=COLUMNS,
    scope=calendar_scope,
    plan=plan_days,
    write=write_days,
    hold=lambda keys: hold(CalendarDay.objects.all(), "unit", units_of({key[0] for key in keys})),
    order=5,
    export=day_rows,
    keys=("unit", "day"),
    similar=similar_codes,
    undo=Undo(lambda scope, keys: {}, remove_days, deletes=True),
)
