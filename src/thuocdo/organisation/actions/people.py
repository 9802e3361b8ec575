"""People, their posts (vị trí công tác) and roles, one at a time. Lists come in through
`organisation.imports`.
"""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.periods import Span
from thuocdo.kernel.text import fold, sort_key
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import (
    chain_of,
    dates_or_refuse,
    day_of,
    living_or_refuse,
    require_officer,
    staff_code,
    unit_or_refuse,
)
from thuocdo.organisation.models import Employment, Person, Role, Unit
from thuocdo.organisation.own_case import refuse_own
from thuocdo.organisation.queries import officer_units

OWN_ROLE = "Ông/bà không tự giao vai trò cho chính mình"


def new_person(code: str, full_name: str) -> Person:
    """An unsaved person with the keys for sorting and searching. Both texts are already checked."""
    return Person(code=code, full_name=full_name, sort_key=sort_key(full_name)[:600],
                  search_key=fold(full_name)[:120])


def _named(typed: str, full_name: str) -> Person:
    """An unsaved person under a free staff code. Raises Refusal, Conflict."""
    try:
        code = staff_code(typed)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field="code") from refusal
    if Person.objects.filter(code=code).exists():
        raise Conflict(f"Mã cán bộ “{code}” đã có. Mỗi mã chỉ thuộc về một người; hãy kiểm tra lại.")
    return new_person(code, text_from(full_name, "Họ và tên", most=120, field="full_name"))


@action
def create_person(*, by: User | None, at: datetime, unit_id: int, code: str, full_name: str) -> Person:
    """A new person, entered by the officer of `unit_id` where the first post will be.

    Raises NotYours, Refusal, Conflict (the staff code is taken).
    """
    require_officer(by, [unit_id], at)
    unit = unit_or_refuse(unit_id)
    person = _named(code, full_name)
    person.save()
    record(chain=chain_of(unit, day_of(at)), code="person.created", by=by, at=at, objects=[person])
    return person


def _locked_person(person_id: int) -> Person:
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise NotYours()
    return person


def _require_reach(by: User | None, person: Person, at: datetime) -> None:
    """The person serves, served or will serve in the officer's units, or has no post anywhere yet."""
    if by is None:
        return
    posts = Employment.objects.filter(person=person)
    if posts.exists() and not posts.filter(unit_id__in=officer_units(by, day_of(at))).exists():
        raise NotYours()


def hold_unit(unit_id: int) -> Unit | None:
    """Of two who become head of a unit at once the second sees the first, and who comes after a reorganisation sees
    that the unit has ended. After the person, before a post."""
    return Unit.objects.select_for_update(no_key=True).filter(pk=unit_id).first()


def _held_unit(unit_id: int) -> Unit:
    unit = hold_unit(unit_id)
    if unit is None:
        raise NotYours()
    return unit


def _refuse_second_head(unit: Unit, span: Span, person_id: int) -> None:
    others = Employment.objects.filter(unit=unit, leadership=Employment.Leadership.HEAD)
    for other in others.exclude(person_id=person_id):
        if span.overlaps(Span(other.start, other.end)):
            raise Conflict(
                f"{unit.name} đã có người đứng đầu trong thời gian này. Hãy ghi ngày kết thúc của người đó "
                f"trước."
            )


def _begin(
    person: Person, unit: Unit, start: date, end: date | None, *, kind: str, position: str, leadership: str,
    task_group: str,
) -> Employment:
    """Check and write one post in a unit that is held. Raises Refusal (the unit has ended), Conflict (overlap, second
    head)."""
    dates_or_refuse(start, end)
    living_or_refuse(unit, start)
    if kind not in Employment.Kind.values or leadership not in Employment.Leadership.values:
        raise Refusal("employment.kind", "Đối tượng hoặc vai trò không có trong danh mục. Hãy chọn lại.", field="kind")
    span = Span(start, end)
    for post in Employment.objects.filter(person=person, unit=unit):
        if span.overlaps(Span(post.start, post.end)):
            raise Conflict(f"{person.full_name} đã có vị trí tại {unit.name} trong thời gian này. Hãy sửa ngày.")
    if leadership == Employment.Leadership.HEAD:
        _refuse_second_head(unit, span, person.pk)
    return Employment.objects.create(
        person=person, unit=unit, kind=kind, leadership=leadership, start=start, end=end,
        position=text_from(position, "Chức vụ", most=160, field="position"),
        task_group=text_from(task_group, "Nhóm nhiệm vụ", most=80, needed=False, field="task_group"),
    )


@action
def hire(
    *, by: User | None, at: datetime, unit_id: int, code: str, full_name: str, kind: str, position: str, start: date,
    leadership: str = Employment.Leadership.NONE, task_group: str = "",
) -> Person:
    """A new person and the first post as one act: both are written, or nothing is.

    Raises NotYours, Refusal, Conflict (the staff code is taken, second head).
    """
    require_officer(by, [unit_id], at)
    unit = _held_unit(unit_id)
    person = _named(code, full_name)
    person.save()
    post = _begin(person, unit, start, None, kind=kind, position=position, leadership=leadership, task_group=task_group)
    record(chain=chain_of(unit, day_of(at)), code="person.created", by=by, at=at, objects=[person, post])
    return person


@action
def employ(
    *, by: User | None, at: datetime, person_id: int, unit_id: int, kind: str, position: str, start: date,
    leadership: str = Employment.Leadership.NONE, task_group: str = "", end: date | None = None,
) -> Employment:
    """A post from `start` until before `end`. Raises NotYours, Refusal, Conflict (overlap, second head)."""
    require_officer(by, [unit_id], at)
    person, unit = _locked_person(person_id), _held_unit(unit_id)
    _require_reach(by, person, at)
    post = _begin(person, unit, start, end, kind=kind, position=position, leadership=leadership, task_group=task_group)
    record(chain=chain_of(unit, day_of(at)), code="employment.begun", by=by, at=at, objects=[post])
    return post


@action
def end_employment(*, by: User | None, at: datetime, employment_id: int, end: date) -> Employment:
    """The post ends before `end`. Raises NotYours, Refusal, Conflict (another end is recorded)."""
    post = (
        Employment.objects.select_for_update(of=("self",))
        .select_related("unit")
        .filter(pk=employment_id)
        .first()
    )
    if post is None:
        raise NotYours()
    require_officer(by, [post.unit_id], at)
    dates_or_refuse(post.start, end)
    if post.end == end:
        nothing_changed()
        return post
    if post.end is not None and post.end <= day_of(at):
        raise Conflict("Vị trí công tác này đã kết thúc; ngày đã qua không sửa được tại đây.")
    post.end = end
    post.save(update_fields=["end"])
    record(chain=chain_of(post.unit, day_of(at)), code="employment.ended", by=by, at=at, objects=[post])
    return post


@action
def give_role(
    *, by: User | None, at: datetime, person_id: int, unit_id: int, kind: str, start: date,
    end: date | None = None,
) -> Role:
    """A role over the unit and what is below it. The same role again changes nothing.

    Raises NotYours, Refusal, Forbidden: nobody gives a role to the self.
    """
    require_officer(by, [unit_id], at)
    person, unit = _locked_person(person_id), _held_unit(unit_id)
    _require_reach(by, person, at)
    refuse_own(person, unit, by, at, what=OWN_ROLE)
    dates_or_refuse(start, end)
    living_or_refuse(unit, start)
    if kind not in Role.Kind.values:
        raise Refusal("role.kind", "Vai trò không có trong danh mục. Hãy chọn lại.")
    span = Span(start, end)
    for role in Role.objects.filter(person=person, unit=unit, kind=kind):
        if span.overlaps(Span(role.start, role.end)):
            nothing_changed()
            return role
    role = Role.objects.create(person=person, unit=unit, kind=kind, start=start, end=end, given_by=by)
    record(chain=chain_of(unit, day_of(at)), code="role.given", by=by, at=at, objects=[role])
    return role


@action
def end_role(*, by: User | None, at: datetime, role_id: int, end: date) -> Role:
    """The role ends before `end`. Raises NotYours, Refusal, Conflict, Forbidden for prolonging an own role."""
    role = Role.objects.select_for_update(of=("self",)).select_related("unit", "person").filter(pk=role_id).first()
    if role is None:
        raise NotYours()
    require_officer(by, [role.unit_id], at)
    dates_or_refuse(role.start, end)
    if role.end == end:
        nothing_changed()
        return role
    if role.end is not None and role.end <= day_of(at):
        raise Conflict("Vai trò này đã kết thúc trước đó.")
    if role.end is not None and role.end < end:
        refuse_own(role.person, role.unit, by, at, what=OWN_ROLE)
    role.end = end
    role.save(update_fields=["end"])
    record(chain=chain_of(role.unit, day_of(at)), code="role.ended", by=by, at=at, objects=[role])
    return role
