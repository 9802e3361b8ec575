"""Steps of who decides for whom, shared by the page's actions and by the list in Excel."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from thuocdo.conclusions.competences import resolved
from thuocdo.conclusions.models import Assessment, Competence
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import descendants

ROLES = {"": "mọi vai trò", "head": "người đứng đầu", "deputy": "cấp phó", "none": "không đứng đầu, không là cấp phó"}


def replaced(alike: Iterable[Competence], start: date) -> Competence | None:
    """Of the rows of one unit, kind, role and kind of Party organisation the one that ends where another begins.

    Raises Conflict: such a row begins on that day or later.
    """
    rows = list(alike)
    later = min((row.start for row in rows if row.start >= start), default=None)
    if later is not None:
        raise Conflict(f"Đã có dòng phân cấp như vậy từ ngày {later:%d/%m/%Y}. Hãy chọn ngày sau đó.")
    return next((row for row in rows if row.end is None or row.end > start), None)


def end_after(row: Competence, last: date, field: str) -> date:
    """The day from which a row holds no more. Raises Refusal."""
    if last < row.start:
        raise Refusal("competence.last", "Ngày cuối trước ngày bắt đầu. Hãy sửa ngày.", field=field)
    return last + timedelta(days=1)


def one_body(party: object, body_unit: object) -> None:
    """Raises Refusal where both are named."""
    if party and body_unit:
        raise Refusal("competence.bodies", "Hãy chọn một: cấp ủy hoặc lãnh đạo đơn vị.", field="party")


def repointed(places: Iterable[tuple[Unit, str]], at: datetime) -> list[Assessment]:
    """Assessments of these units and below, of these kinds, that are not decided point to the body that holds now."""
    on = day_of(at)
    kinds: dict[str, set[int]] = {}
    for unit, kind in places:
        kinds.setdefault(kind, set()).add(unit.pk)
    below = Q(pk__in=())
    for kind, units in kinds.items():
        below |= Q(kind=kind, unit__in=descendants(units, on))
    waiting = list(Assessment.objects.filter(below).exclude(state="decided").select_related("party").order_by("pk"))
    now = resolved(waiting, on)
    moved = [one for one in waiting if one.competence != now.get(one.pk)]
    for one in moved:
        one.competence = now.get(one.pk)
    Assessment.objects.bulk_update(moved, ["competence"], batch_size=500)
    return moved
