"""The week's levels of a unit's people as XLSX or as a pasted block. They score nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import Column, Held, Plan, Problem, Rewind, Row, Scope, Spec
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import ancestors, units_headed
from thuocdo.plans import rules
from thuocdo.plans.access import graded_by, grading_of, posts_of_unit
from thuocdo.plans.models import WeekGrade, WeekGrading

COLUMNS = (
    Column("code", "Mã cán bộ", cells.code, "Mã người được xếp.", "CC001", needed=True),
    Column("name", "Họ và tên", cells.text(120), STANDING, "Nguyễn Văn An", width=30),
    Column("level", "Mức", cells.text(60), "Một trong các mức đơn vị đã quy định; để trống thì chưa xếp.", "Tốt"),
    Column("reason", "Lý do", cells.text(300), "Mức thấp nhất phải có lý do.", "", width=40),
)
KEPT = ("grading_id", "level", "words", "reason", "given_by_id", "version")
_CODE = re.compile(r"([0-9]{1,15})-([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)


@dataclass(frozen=True)
class UnitOfWeek:
    """Who is graded in which week, by staff code, with the levels and the grades so far."""

    unit: Unit
    week: date
    grading: WeekGrading
    people: Mapping[str, Employment]

    def grades(self) -> dict[int, WeekGrade]:
        """The grades that there are, by person. One query."""
        return {row.person_id: row for row in WeekGrade.objects.filter(unit=self.unit, week=self.week)}


@dataclass
class Work:
    """Grades to write: new ones have version 0."""

    rows: list[WeekGrade] = field(default_factory=list)


def grades_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A unit that the user leads and that asks for levels, in a week that has begun: `key-yyyy-mm-dd`.
    Raises NotYours."""
    found = _CODE.fullmatch(code)
    try:
        week = date.fromisoformat(found[2]) if found else None
    except ValueError as error:
        raise NotYours() from error
    if by is None or found is None or week is None or week.weekday() or week > day_of(at):
        raise NotYours()
    led = units_headed(by, day_of(at))
    unit = Unit.objects.filter(pk=int(found[1]), pk__in=led).first()
    path = ancestors(unit, week) if unit is not None else []
    grading = grading_of(path, week)
    if unit is None or grading is None:
        raise NotYours()
    people = graded_by(by, unit.pk, posts_of_unit(unit.pk, week), week, day_of(at), led=led, path=path)
    posts = {post.person.code: post for post in people}
    name = f"Xếp loại tuần từ {week:%d/%m/%Y}: {unit.name}"
    return Scope(chain_of(unit, day_of(at)), name, UnitOfWeek(unit, week, grading, posts))


def grade_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Everybody who serves in the unit in the week, in name order, whose week the user grades."""
    here: UnitOfWeek = scope.data
    grades = here.grades()
    for code, post in here.people.items():
        grade = grades.get(post.person_id)
        yield code, post.person.full_name, grade.words if grade else "", grade.reason if grade else ""


def plan_grades(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """The levels given anew; an empty cell leaves a grade as it is. One query."""
    here: UnitOfWeek = scope.data
    plan: Plan[Work] = Plan([], [], Work())
    grades = here.grades()
    levels = {word.casefold(): n for n, word in enumerate(here.grading.levels)}
    for row, post in matched(plan, rows, COLUMNS, here.people, lambda p: {"name": p.person.full_name}):
        assert post is not None, "only rows with a known code are matched here"
        grade = grades.get(post.person_id)
        old = {"level": grade.words if grade else "", "reason": grade.reason if grade else ""}
        typed = {key: row.texts.get(key) or old[key] for key in old}
        level = levels.get(typed["level"].casefold(), grade.level if grade else -1)
        known = typed["level"] == old["level"] or typed["level"].casefold() in levels
        problem = None if typed == old else (
            rules.grade_problem(level, here.grading.levels, typed["reason"]) if known
            else f"không có mức “{typed['level']}”. Hãy ghi một trong: {', '.join(here.grading.levels)}."
        )  # fmt: skip
        if problem is not None:
            column = "Lý do" if known and level >= 0 else "Mức"
            plan.problems.append(Problem(row.number, column, typed["level"], f"{post.person.full_name}: {problem}"))
        elif differences(plan, row, post.person.full_name, COLUMNS, old, typed):
            grade = grade or WeekGrade(person=post.person, unit=here.unit, week=here.week, version=0)
            grade.grading, grade.level, grade.words = here.grading, level, here.grading.levels[level]
            grade.reason = typed["reason"]
            plan.work.rows.append(grade)
    return plan


def write_grades(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Every grade given. Raises Conflict where somebody gave or changed one meanwhile."""
    if by is None:
        raise Refusal("grading.by", "Xếp loại tuần cần một tài khoản đứng tên người xếp.")
    rows = plan.work.rows
    held = WeekGrade.objects.select_for_update().filter(pk__in=[row.pk for row in rows if row.pk]).order_by("pk")
    versions = dict(held.values_list("pk", "version"))
    if any(versions.get(row.pk, 0) != row.version for row in rows):
        raise Conflict("Có mức tuần vừa được người khác sửa. Hãy dán hoặc tải lên lại để xem trước.")
    for row in rows:
        row.account_id, row.given_by = row.person.user_id, by
        row.given_at, row.version = at, row.version + 1
        row.save()
    return list(rows)


def _stand(scope: Scope, keys: frozenset[str]) -> dict[str, Held]:
    """Everybody of the week; who has no level holds an empty state."""
    here: UnitOfWeek = scope.data
    grades, found = here.grades(), {}
    for code, post in here.people.items():
        grade = grades.get(post.person_id)
        told = {"Mức": grade.words if grade else "", "Lý do": grade.reason if grade else ""}
        state = {name: getattr(grade, name) for name in KEPT} | {"at": grade.given_at.isoformat()} if grade else {}
        found[code] = Held(post.person.full_name, told, state)
    return found


def _lock(scope: Scope, keys: frozenset[str]) -> None:
    """The unit, as on the page."""
    Unit.objects.select_for_update().get(pk=scope.data.unit.pk)


def _restore(
    scope: Scope, before: Mapping[str, Held | None], by: User | None, at: datetime
) -> tuple[list[Model], list[Model]]:
    """Levels as they stood and by whom they were given; who had none has none."""
    here: UnitOfWeek = scope.data
    grades, back, gone = here.grades(), [], []
    for code, held in before.items():
        assert held is not None, "a file adds nobody to the week"
        grade, state = grades[here.people[code].person_id], held.state
        if not state:
            gone.append(grade)
            continue
        version = grade.version + 1
        for name in KEPT:
            setattr(grade, name, state[name])
        grade.given_at, grade.version = datetime.fromisoformat(state["at"]), version
        grade.save()
        back.append(grade)
    WeekGrade.objects.filter(pk__in=[grade.pk for grade in gone]).delete()
    return [*back], [*gone]


GRADES = Spec(
    kind="grades",
    title="Mức tuần",
    about="Mỗi dòng là một người. Mức tuần là thông tin cạnh phiếu tháng, không vào điểm.",
    columns=COLUMNS,
    scope=grades_scope,
    plan=plan_grades,
    write=write_grades,
    export=grade_rows,
    keys=("code",),
    personal=True,
    rewind=Rewind(_stand, lambda scope, before: {}, _lock, _restore),
)
