"""Who handles a difficulty: officers of the unit that has it now; and which unit comes above that one."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q

from thuocdo.accounts.models import User
from thuocdo.difficulties.models import Difficulty, DifficultyStep
from thuocdo.organisation.models import Employment, Role, Unit, UnitLink
from thuocdo.organisation.queries import agency_of, ancestors, descendants, main_post, on_day


def places_of(units: Collection[int]) -> set[int]:
    """Of these units those where some difficulty was raised, is or once was: of a city's 5,930 few, which every further
    condition of a page names. One query."""
    raised, held = (Difficulty.objects.order_by().values_list(name) for name in ("unit", "holder"))
    sent = DifficultyStep.objects.filter(to_unit__isnull=False).order_by().values_list("to_unit")
    return {unit for (unit,) in raised.union(held, sent)} & set(units)


def handled_in(units: Collection[int]) -> Q:
    """Difficulties that officers of these units see: raised there, there now, or once there."""
    once = DifficultyStep.objects.filter(difficulty=OuterRef("pk"), to_unit__in=units)
    return Q(unit__in=units) | Q(holder__in=units) | Q(Exists(once))


def officers_of(unit: Unit | int, on: date) -> list[User]:
    """Accounts of the organisation officers of exactly this unit. One query."""
    return list(
        User.objects.filter(
            is_active=True,
            person__in=Role.objects.filter(on_day(on), kind=Role.Kind.OFFICER, unit=unit).values("person_id"),
        ).order_by("pk")
    )


def _with_officer(units: Collection[int], on: date, but: User | None = None) -> set[int]:
    roles = Role.objects.filter(on_day(on), kind=Role.Kind.OFFICER, unit_id__in=units, person__user__is_active=True)
    if but is not None:
        roles = roles.exclude(person__user_id=but.pk)
    return set(roles.values_list("unit_id", flat=True))


def post_of(user: User, on: date) -> Employment | None:
    """The post from which the user raises a difficulty."""
    return main_post(user, on)


def first_holder(unit: Unit, author: User, on: date) -> Unit | None:
    """The nearest unit upwards with an officer; one with another officer than the author goes first."""
    path = ancestors(unit, on)
    ids = [u.pk for u in path]
    for found in (_with_officer(ids, on, author), _with_officer(ids, on)):
        for one in path:
            if one.pk in found:
                return one
    return None


def unit_above(row: Difficulty, on: date) -> Unit | None:
    """The next unit above the present holder that has an organisation officer; None where there is none.

    Upwards in the structure first, then along the managing agencies (cơ quan quản lý) of the author's agency.
    """
    candidates = list(_candidates(row, on))
    found = _with_officer([u.pk for u in candidates], on)
    return next((u for u in candidates if u.pk in found), None)


def _candidates(row: Difficulty, on: date) -> Iterator[Unit]:
    structure = ancestors(row.holder_id, on)[1:]
    yield from structure
    start = agency_of(row.unit_id, on)
    managing = ancestors(start, on, tree=UnitLink.Tree.MANAGEMENT)[1:] if start else []
    ids = [u.pk for u in managing]
    if row.holder_id in ids:
        managing = managing[ids.index(row.holder_id) + 1 :]
    known = descendants(row.holder_id, on) | {u.pk for u in structure}
    yield from (u for u in managing if u.pk not in known)


def sender_of(row: Difficulty) -> int | None:
    """The unit that sent the difficulty to where it is; None where it was raised there. One query."""
    sent = [s for s in row.steps.order_by("pk") if s.kind in (SENT, TAKEN)]
    stack: list[int] = []
    for step in sent:
        if step.kind == SENT and step.from_unit_id is not None:
            stack.append(step.from_unit_id)
        elif stack:
            stack.pop()
    return stack[-1] if stack else None


SENT, TAKEN = DifficultyStep.Kind.SENT_UP, DifficultyStep.Kind.TAKEN_BACK
