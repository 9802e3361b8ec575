"""Who may see a sheet: its owner, its evaluator and delegates while they evaluate, who goes on with the closed months
of a unit given up, officers and inspectors of the cycle's unit, the petition's authority, and the new agency that has
received its result."""

from collections.abc import Callable, Collection
from datetime import date

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.appraisals.capacity import evaluated_by, kept_of_old_units, still_heads
from thuocdo.appraisals.models import Petition, Sheet
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import roles_over, units_where, units_where_any
from thuocdo.organisation.reach import reach_of

Sent = Callable[[User, Collection[int], date], set[int]]
_SENT: list[Sent] = []


def register_sent(answer: Sent) -> None:
    """A room above says which of some sheets the user reads because their results were handed over and received."""
    if answer not in _SENT:
        _SENT.append(answer)


def sent_along(user: User, sheets: Collection[int], on: date) -> set[int]:
    """Those of the sheets that the user reads by a received hand-over of results. One query where there are none."""
    return set().union(*(answer(user, sheets, on) for answer in _SENT)) if sheets else set()


def may_view(sheet: Sheet, user: User, on: date) -> bool:
    """Whether `user` may see this sheet on that day; an inspector also where the role is of a unit inside the period.
    The sheet comes with its people and cycle."""
    if user.pk == sheet.person.user_id or (user.pk == sheet.evaluator.user_id and still_heads(sheet, on)):
        return True
    if officer_or_inspector(user, sheet.cycle.root_id, on) or answers_petition(sheet, user, on):
        return True
    if Sheet.objects.filter(evaluated_by(user, on) | kept_of_old_units(user, on), pk=sheet.pk).exists():
        return True
    if Role.Kind.INSPECTOR in roles_over(user, sheet.member.unit_id, on):
        return True
    return sheet.pk in sent_along(user, [sheet.pk], on)


def viewable(user: User, sheets: Collection[int], on: date) -> set[int]:
    """Those of other people's sheets (ids) that `user` may see on that day, as `may_view` says of one. Constant
    queries."""
    roots = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)
    found = set(Sheet.objects.filter(cycle__root__in=roots, pk__in=sheets).values_list("pk", flat=True))
    rest = set(sheets) - found
    if not rest:
        return found
    petitions = Petition.objects.filter(authority__in=headed_units(user, on), sheet__in=rest)
    inspected = Q(member__unit__in=units_where(user, Role.Kind.INSPECTOR, on))
    seen = evaluated_by(user, on) | kept_of_old_units(user, on) | Q(pk__in=petitions.values("sheet")) | inspected
    found |= set(Sheet.objects.filter(seen, pk__in=rest).values_list("pk", flat=True))
    return found | sent_along(user, rest - found, on)


def officer_or_inspector(user: User, root_id: int, on: date) -> bool:
    """Whether the user is organisation officer or inspector over the unit on that day."""
    return not roles_over(user, root_id, on).isdisjoint((Role.Kind.OFFICER, Role.Kind.INSPECTOR))


def headed_units(user: User, on: date) -> set[int]:
    """Ids of exactly the units whose head the user is on that day (not those below), and of those that ended and whose
    files these keep: petitions, papers and closed months of a merged unit are not left without a head."""
    return set(reach_of(user, on).get("took_over", ()))


def answers_petition(sheet: Sheet, user: User, on: date) -> bool:
    """Whether a petition about the sheet is addressed to a unit that the user heads."""
    return Petition.objects.filter(sheet=sheet, authority__in=headed_units(user, on)).exists()
