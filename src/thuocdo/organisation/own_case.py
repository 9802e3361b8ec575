"""Nobody handles the own case: what an officer may not decide about the self, and who can do it instead."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import Forbidden
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Person, Role, Unit
from thuocdo.organisation.queries import ancestors, on_day

NAMED = 3


def is_own(person: Person, by: User | None) -> bool:
    """Whether the person is the acting user; the operator at set-up (`by=None`) is nobody here."""
    return by is not None and person.user_id == by.pk


def refuse_own(person: Person, unit: Unit, by: User | None, at: datetime, *, what: str) -> None:
    """Raises Forbidden where the person is the acting user, naming who else can do it. `what` opens the
    sentence."""
    if by is not None and is_own(person, by):
        raise Forbidden(f"{what}. {whom_to_ask(unit, by, at)}")


def other_officers(unit: Unit, user: User, at: datetime) -> list[Role]:
    """Organisation officers of the unit or of one above it who can sign in, nearest first, without the user.
    Four queries."""
    on = day_of(at)
    path = [u.pk for u in ancestors(unit, on)]
    roles = Role.objects.filter(
        on_day(on), kind=Role.Kind.OFFICER, unit_id__in=path, person__user__is_active=True
    ).exclude(person__user_id=user.pk)
    found = roles.select_related("person__user", "unit")
    return sorted(found, key=lambda r: (path.index(r.unit_id), r.person.sort_key))


def whom_to_ask(unit: Unit, user: User, at: datetime) -> str:
    """The other officers by name; where there is none, how there comes to be one."""
    found = other_officers(unit, user, at)
    if found:
        names = ", ".join(f"{role.person.full_name} ({role.unit.name})" for role in found[:NAMED])
        return f"Hãy đề nghị cán bộ tổ chức khác của đơn vị hoặc của đơn vị cấp trên: {names}."
    return (
        f"Hiện chưa có cán bộ tổ chức nào khác của “{unit.name}” hoặc của đơn vị cấp trên. Hãy đề nghị lãnh đạo "
        "đơn vị giao thêm một người làm cán bộ tổ chức; vai trò được ghi ở trang của người ấy (Người và vị trí "
        "công tác)."
    )
