"""The week of a unit: grades by its head, and the record of who looked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.audit.digests import canonical
from thuocdo.audit.models import Event
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean
from thuocdo.organisation.access import chain_of, day_of, unit_or_refuse
from thuocdo.organisation.models import Employment, Unit
from thuocdo.organisation.queries import ancestors, units_headed
from thuocdo.plans import rules
from thuocdo.plans.access import graded_by, grading_of, may_read_unit, posts_of_unit, readable_person
from thuocdo.plans.actions.steps import chain_for, require_version
from thuocdo.plans.models import WeekGrade, WeekGrading
from thuocdo.plans.rules import Graded


@action
def grade_week(*, by: User, at: datetime, unit_id: int, week: date, grades: Sequence[Graded]) -> list[WeekGrade]:
    """A head or deputy of the unit, or of a unit above, grades people's weeks: whose, says `graded_by`.

    Rows that stay as they are are left alone. Raises NotYours, Refusal (no grading asked for, week not begun),
    Refused with the field of every wrong row, Conflict.
    """
    rules.require_monday(week)
    today = day_of(at)
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    led = units_headed(by, today)
    if unit is None or unit_id not in led:
        raise NotYours()
    path = ancestors(unit, week)
    grading = grading_of(path, week)
    if grading is None:
        raise Refusal("grading.none", "Tuần này đơn vị không có quy định xếp loại tuần. Hãy chọn tuần khác.")
    if week > today:
        raise Refusal("grading.early", f"Tuần từ {week:%d/%m/%Y} chưa bắt đầu nên chưa xếp loại được.")
    posts = graded_by(by, unit_id, posts_of_unit(unit_id, week), week, today, led=led, path=path)
    people = {post.person_id: post for post in posts}
    rows = _graded(grading, unit, week, people, grades)
    if not rows:
        nothing_changed()
        return []
    for row in rows:
        row.account_id, row.given_by, row.given_at = row.person.user_id, by, at
        row.save()
    record(chain=chain_for(unit, at), code="week.graded", by=by, at=at, objects=rows, data={"people": len(rows)})
    return rows


def _graded(
    grading: WeekGrading, unit: Unit, week: date, people: Mapping[int, Employment], grades: Sequence[Graded]
) -> list[WeekGrade]:
    """The rows to write, each once; every problem of the table is named together."""
    held = WeekGrade.objects.filter(unit=unit, week=week, person__in=people).select_related("person")
    there = {row.person_id: row for row in held}
    problems: dict[str, str] = {}
    rows = []
    for one in grades:
        post = people.get(one.person_id)
        if post is None:
            raise NotYours()
        problem = rules.grade_problem(one.level, grading.levels, one.reason)
        if problem is not None:
            problems[f"reason-{one.person_id}"] = f"{post.person.full_name}: {problem}"
            continue
        row = there.get(one.person_id)
        if row is not None and (row.level, row.reason) == (one.level, clean(one.reason)):
            continue
        require_version(row.version if row else 0, one.version, post.person.full_name)
        row = row or WeekGrade(person=post.person, unit=unit, week=week, version=0)
        row.grading, row.level, row.words = grading, one.level, grading.levels[one.level]
        row.reason, row.version = clean(one.reason), row.version + 1
        rows.append(row)
    if problems:
        raise rules.Refused(problems)
    return rows


def _looked(chain: str, code: str, by: User, at: datetime, data: dict[str, object], objects: list[Model]) -> None:
    """One event for each viewer, subject and period; looking again adds nothing."""
    known = Event.objects.filter(chain=chain, code=code, actor=str(by.pk), data=canonical(data))
    if known.exists():
        nothing_changed()
        return
    record(chain=chain, code=code, by=by, at=at, objects=objects, data=data)


@action
def record_unit_view(*, by: User, at: datetime, unit_id: int, week: date) -> None:
    """Somebody looked at the plans of a unit's week: once for each viewer, unit and week. Raises NotYours."""
    rules.require_monday(week)
    unit = unit_or_refuse(unit_id)
    if not may_read_unit(by, unit_id, week, day_of(at)):
        raise NotYours()
    data: dict[str, object] = {"unit": unit.code, "week": week.isoformat()}
    _looked(chain_for(unit, at), "plan.unit_viewed", by, at, data, [unit])


@action
def record_person_view(*, by: User, at: datetime, person_id: int, month: date) -> None:
    """Somebody else than the owner looked at a person's month of plans: once for each viewer, person and month.

    Raises NotYours.
    """
    person = readable_person(by, person_id, month, day_of(at)).person
    if person.user_id == by.pk:
        nothing_changed()
        return
    post = Employment.objects.filter(person=person).select_related("unit").order_by("-start", "pk").first()
    chain = chain_of(post.unit if post else None, day_of(at))
    data: dict[str, object] = {"person": person.pk, "month": f"{month:%Y-%m}"}
    _looked(chain, "plan.person_viewed", by, at, data, [person])
