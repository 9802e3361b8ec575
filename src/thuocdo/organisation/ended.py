"""Why somebody may not do (any more, or not yet) what went with a duty: from the own dated facts alone.

Nothing about anybody else is said beyond the officers of a unit in which the person serves today.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.accounts.permissions import Permission
from thuocdo.organisation.models import ActingHead, Delegation, Employment, Role
from thuocdo.organisation.queries import ancestors, main_post, on_day
from thuocdo.organisation.rules import permissions_from

NAMED = 2


@dataclass(frozen=True)
class Duty:
    """A post, role or delegation that a person had or will have: what it is called, where, since when, until before."""

    name: str
    unit: str
    start: date
    end: date | None


def why_not(user: User, any_of: Collection[Permission], on: date) -> str:
    """Since when the user no longer has a duty that allows this, or from when, and whom to ask; empty for who never
    had one. Four queries, five more for who had one."""
    duties = _duties(user, frozenset(any_of))
    past = max((d for d in duties if d.end and d.end <= on), key=lambda d: (d.end, d.start), default=None)
    coming = min((d for d in duties if d.start > on), key=lambda d: d.start, default=None)
    if coming:
        return (
            f"Ông/bà là {coming.name} “{coming.unit}” từ ngày {coming.start:%d/%m/%Y}; từ ngày ấy mới làm được "
            f"việc này. {_whom(user, coming, on)}"
        )
    if past:
        return (
            f"Từ ngày {past.end:%d/%m/%Y} ông/bà không còn là {past.name} “{past.unit}”, nên không làm việc này được "
            f"nữa. {_whom(user, past, on)}"
        )
    return ""


def headed_until(person_id: int, unit_id: int, on: date) -> date | None:
    """From which day the person no longer heads the unit, by post or as acting head; None who never did."""
    mine = {"person_id": person_id, "unit_id": unit_id, "end__lte": on}
    posts = Employment.objects.filter(leadership=Employment.Leadership.HEAD, **mine).values_list("end")
    ends = posts.union(ActingHead.objects.filter(**mine).values_list("end"))
    return max((end for (end,) in ends if end), default=None)


def _duties(user: User, wanted: frozenset[Permission]) -> list[Duty]:
    def gives(**facts: list[str]) -> bool:
        held: dict[str, list[str]] = {"leaderships": [], "roles": [], "acts": []} | facts
        found = permissions_from(active=True, is_person=False, **held)
        return bool((found - {Permission.SIGNED_IN}) & wanted)

    mine = {"person__user_id": user.pk}
    posts = Employment.objects.filter(**mine).exclude(leadership=Employment.Leadership.NONE).select_related("unit")
    acting = ActingHead.objects.filter(**mine).select_related("unit") if gives(leaderships=["head"]) else ()
    roles = Role.objects.filter(**mine).select_related("unit")
    given = Delegation.objects.filter(delegate__user_id=user.pk).select_related("unit")
    return [
        *(Duty(p.get_leadership_display(), p.unit.name, p.start, p.end)
          for p in posts if gives(leaderships=[p.leadership])),
        *(Duty("người phụ trách", a.unit.name, a.start, a.end) for a in acting),
        *(Duty(r.get_kind_display(), r.unit.name, r.start, r.end) for r in roles if gives(roles=[r.kind])),
        *(Duty("người được người đứng đầu ủy quyền ở", d.unit.name, d.start, d.end)
          for d in given if gives(acts=[d.act])),
    ]  # fmt: skip


def _whom(user: User, duty: Duty, on: date) -> str:
    """The officers of where the user serves today, by name; of another unit only that it has some."""
    post = main_post(user, on)
    path = [unit.pk for unit in ancestors(post.unit, on)] if post else []
    roles = Role.objects.filter(on_day(on), kind=Role.Kind.OFFICER, unit_id__in=path, person__user__is_active=True)
    others = roles.exclude(person__user_id=user.pk).select_related("person")
    found = sorted(others, key=lambda r: (path.index(r.unit_id), r.person.sort_key))
    if not found:
        return f"Nếu chưa đúng, hãy hỏi cán bộ tổ chức của “{duty.unit}”."
    names = ", ".join(dict.fromkeys(role.person.full_name for role in found[:NAMED]))
    return f"Nếu chưa đúng, hãy hỏi cán bộ tổ chức: {names}."
