"""The list of absences as XLSX: staff code, kind, first and last day. Nothing else about the person."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Model, Q

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import (
    CHANGED,
    CREATED,
    KEPT_ADDED,
    UNCHANGED,
    Column,
    Effect,
    Plan,
    Problem,
    Row,
    Scope,
    Spec,
)
from thuocdo.intake.written import day_text
from thuocdo.kernel.periods import Span
from thuocdo.organisation.access import day_of
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.holding import Keys, hold, hold_people
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import Held, collisions, dates, lookup
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.people_reach import people_by_code
from thuocdo.organisation.rules import end_from_last_day, last_day
from thuocdo.records.models import Absence

KINDS = {str(label): value for value, label in Absence.Kind.choices}
COLUMNS = (
    Column(
        "code",
        "Mã cán bộ",
        cells.code,
        "Hãy ghi mã cán bộ đã có trong danh sách người.",
        "CC001",
        needed=True,
    ),
    Column(
        "kind",
        "Loại vắng",
        cells.choice(KINDS),
        f"Hãy ghi: {', '.join(KINDS)}.",
        "nghỉ thai sản",
        needed=True,
        width=26,
    ),
    Column("start", "Từ ngày", cells.day, "Hãy ghi ngày đầu tiên vắng.", "01/03/2026", needed=True),
    Column(
        "last",
        "Đến ngày",
        cells.day,
        "Ngày cuối cùng vắng; để trống nếu chưa biết.",
        "31/08/2026",
        default=None,
    ),
)
Work = tuple[list[Absence], list[Absence]]


def plan_absences(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a list of absences."""
    plan: Plan[Work] = Plan([], [], ([], []))
    people = people_by_code(scope, (r.values["code"] for r in rows))
    stored: dict[tuple[int, str], list[Absence]] = {}
    for absence in lookup(Absence.objects.all(), "person_id", (p.pk for p in people.values())):
        stored.setdefault((absence.person_id, absence.kind), []).append(absence)
    by_key: dict[tuple[int, str], list[Held]] = {}
    for row in rows:
        before = len(plan.work[0]) + len(plan.work[1])
        _plan_row(plan, row, people, stored, by_key)
        if row.values["code"] == scope.data.own and len(plan.work[0]) + len(plan.work[1]) > before:
            plan.problems.append(Problem(
                row.number, "Mã cán bộ", row.values["code"], "Ông/bà không tự ghi, sửa thời gian vắng của chính mình. "
                "Hãy bỏ dòng này và đề nghị cán bộ tổ chức khác ghi."))
    _check_overlaps(plan, stored, by_key)
    return plan


def _plan_row(
    plan: Plan[Work], row: Row, people: dict[str, Person], stored: dict[tuple[int, str], list[Absence]],
    by_key: dict[tuple[int, str], list[Held]],
) -> None:
    code, kind = row.values["code"], row.values["kind"]
    span = Span(row.values["start"], end_from_last_day(row.values["last"]))
    person = people.get(code)
    if person is None:
        plan.problems.append(Problem(row.number, "Mã cán bộ", code, f"Không có mã cán bộ “{code}” trong "
                                                                    f"phạm vi ông/bà "
                                     "phụ trách. Hãy sửa mã, hoặc nhập danh sách người trước."))
        return
    if span.end is not None and span.end <= span.start:
        plan.problems.append(Problem(row.number, "Đến ngày", row.texts["last"],
                                     "Đến ngày trước Từ ngày. Hãy sửa lại một trong hai ngày."))
        return
    by_key.setdefault((person.pk, kind), []).append(Held(span, row))
    label = f"{person.full_name} ({code}): {Absence.Kind(kind).label} {dates(span)}"
    same = next((a for a in stored.get((person.pk, kind), ()) if a.start == span.start), None)
    if same is None:
        plan.work[0].append(Absence(person=person, kind=kind, start=span.start, end=span.end))
        plan.effects.append(Effect(row.number, CREATED, label))
    elif same.end != span.end:
        before = dates(Span(same.start, same.end))
        same.end = span.end
        plan.work[1].append(same)
        plan.effects.append(Effect(row.number, CHANGED, f"{label} (trước đây {before})"))
    else:
        plan.effects.append(Effect(row.number, UNCHANGED, label))


def _check_overlaps(
    plan: Plan[Work], stored: dict[tuple[int, str], list[Absence]],
    by_key: dict[tuple[int, str], list[Held]],
) -> None:
    """One absence of a kind at a time, the stored ones included."""
    for key, items in by_key.items():
        starts = {held.span.start for held in items}
        others = [Held(Span(a.start, a.end)) for a in stored.get(key, ()) if a.start not in starts]
        for one, other in collisions([*items, *others]):
            where = f"dòng {other.item.number}" if other.item else "dữ liệu đang có"
            plan.problems.append(Problem(one.item.number, "Từ ngày", one.item.texts["start"],
                                         f"Trùng thời gian với lần vắng cùng loại {dates(other.span)} "
                                         f"({where}). Hãy "
                                         "sửa ngày hoặc xóa dòng trùng."))


def hold_absences(keys: Keys) -> None:
    """The people, then their absences."""
    hold(Absence.objects.all(), "person_id", hold_people({key[0] for key in keys}))


def write_absences(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Two statements, whatever the number of rows."""
    new, changed = plan.work
    Absence.objects.bulk_create(new, batch_size=500)
    Absence.objects.bulk_update(changed, ["end"], batch_size=500)
    return [*new, *changed]


def absence_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Absences of the people with a post in the scope that has not ended, by code and day."""
    going_on = Q(end__isnull=True) | Q(end__gt=day_of(at))
    units = [u.pk for u in scope.data.units.values()]
    people = {p.person_id for p in lookup(Employment.objects.filter(going_on), "unit_id", units)}
    absences = lookup(Absence.objects.select_related("person"), "person_id", people)
    for a in sorted(absences, key=lambda a: (a.person.code, a.start, a.kind)):
        yield a.person.code, Absence.Kind(a.kind).label, day_text(a.start), day_text(last_day(a.end))


ABSENCES = Spec(
    kind="absences",
    title="Thời gian vắng",
    about="Chỉ ghi các loại vắng mà quy định đánh giá cần biết. Không ghi lý do riêng.",
    columns=COLUMNS,
    scope=officer_scope,
    plan=plan_absences,
    write=write_absences,
    hold=hold_absences,
    order=4,
    export=absence_rows,
    keys=("code", "kind", "start"),
    similar=similar_codes,
    undo=KEPT_ADDED,
)
