"""Steps shared by the actions: take the sheet for this transaction, ask who is acting, move the state."""

from collections.abc import Collection
from datetime import datetime

from django.utils.timezone import localdate, localtime

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.capacity import Capacity, require_capacity
from thuocdo.appraisals.models import Sheet
from thuocdo.audit.only import only
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.queries import looks_after

RELATED = (
    "cycle__root",
    "cycle__closed_by",
    "member__evaluator_unit",
    "member__rating_unit",
    "member__agency",
    "member__unit",
    "person__user",
    "evaluator__user",
    "changed_by",
)


def locked(sheet_id: int) -> Sheet:
    """The sheet, locked until the end of the transaction, read afresh with its cycle. Raises NotYours."""
    held = Sheet.objects.select_for_update(of=("self",)).filter(pk=sheet_id).exists()
    # A second read: the cycle must be seen as it is after the lock was obtained, not before.
    sheet = only(Sheet.objects.select_related(*RELATED).filter(pk=sheet_id)) if held else None
    if sheet is None:
        raise NotYours()
    return sheet


def locked_all(sheet_ids: list[int]) -> dict[int, Sheet]:
    """Several sheets by id, locked in key order."""
    ids = sorted(set(sheet_ids))
    list(Sheet.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    return {s.pk: s for s in Sheet.objects.select_related(*RELATED).filter(pk__in=ids)}


def locked_cycle(cycle_id: int) -> Cycle:
    """The cycle, locked until the end of the transaction. Raises NotYours."""
    if not Cycle.objects.select_for_update(of=("self",)).filter(pk=cycle_id).exists():
        raise NotYours()
    return Cycle.objects.select_related("root", "closed_by").get(pk=cycle_id)


def hold_cycles_of(sheet_ids: Collection[int]) -> None:
    """Keep the cycles of these sheets from being published, closed or opened until the end of the transaction. Called
    before the sheets are locked, as those who lock a cycle go on to its sheets."""
    keys = sorted(set(Sheet.objects.filter(pk__in=sheet_ids).values_list("cycle_id", flat=True)))
    # No key: whoever holds a sheet may still write rows that name its cycle, and so let go of the sheet.
    cycles = Cycle.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys)
    list(cycles.order_by("pk").values_list("pk"))


def standing(sheet: Sheet) -> rules.Standing:
    """What the rules need to know about the sheet, times in local time."""
    cycle = sheet.cycle
    return rules.Standing(
        state=sheet.state,
        version=sheet.version,
        changed_by=sheet.changed_by.display_name,
        changed_at=localtime(sheet.changed_at),
        cycle_label=cycle.label,
        closed_by=cycle.closed_by.display_name if cycle.closed_by else "",
        closed_at=localtime(cycle.closed_at) if cycle.closed_at else None,
        extended_until=localtime(sheet.extended_until) if sheet.extended_until else None,
    )


def require_owner(sheet: Sheet, by: User) -> None:
    """Raises NotYours unless the sheet is the user's own."""
    if sheet.person.user_id is None or sheet.person.user_id != by.pk:
        raise NotYours()


def require_evaluator(sheet: Sheet, by: User, at: datetime) -> Capacity:
    """In which capacity the user evaluates: evaluator of record or delegate. Raises NotYours, Forbidden when the post
    was left since."""
    return require_capacity(sheet, by, localdate(at))


def require_officer(root_id: int, by: User, at: datetime) -> None:
    """Raises NotYours unless the user is organisation officer of the unit or of one above it on that day."""
    if not looks_after(by, root_id, localdate(at)):
        raise NotYours()


def move(sheet: Sheet, name: str, by: User, at: datetime) -> None:
    """Take the named step of the state table and save the sheet. Raises Conflict."""
    sheet.state = Sheet.State(rules.MACHINE.target(name, sheet.state))
    touch(sheet, by, at)


def touch(sheet: Sheet, by: User, at: datetime) -> None:
    """Save a change of the sheet: the version goes up, so that stale tabs are told."""
    sheet.version += 1
    sheet.changed_by, sheet.changed_at = by, at
    sheet.save()
