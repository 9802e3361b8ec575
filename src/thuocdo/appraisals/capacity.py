"""In which capacity somebody handles a sheet: as its evaluator, or as delegate in the evaluator's name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Value

from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.organisation.compiled import asked_for
from thuocdo.organisation.duties.queries import delegated_to, mandates
from thuocdo.organisation.ended import headed_until
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    Employment,
    Person,
    Reorganisation,
    Succession,
    UnitLink,
)
from thuocdo.organisation.queries import head_ids, last_heads, on_day

_LAST_DAY = Q(start__lt=F("unit__end")) & (Q(end=None) | Q(end__gte=F("unit__end")))
_CHOSEN_OLD = Q(plan__state=Reorganisation.State.APPLIED, plan__month_rule=Reorganisation.MonthRule.OLD)


@dataclass(frozen=True)
class Capacity:
    """Who acts, and for whom where it is a delegate. `behalf` is what the event says (empty for the evaluator)."""

    person: Person
    for_whom: Person | None = None

    @property
    def behalf(self) -> str:
        return str(self.for_whom.user_id or "") if self.for_whom else ""


def of_record(user: User, on: date, prefix: str = "") -> Q:
    """Sheets of which the user is evaluator of record and handles as one on that day (`still_heads`). No query."""
    unit = f"{prefix}member__evaluator_unit"
    old = finished_by_old_heads(on)
    heads = Q(**{f"{unit}__isnull": True})
    for units in (*_headed(user, on_day(on)), *_headed(user, Q(unit__in=old) & _LAST_DAY)):
        heads |= Q(**{f"{unit}__in": units})
    return Q(**{f"{prefix}evaluator__user_id": user.pk}) & heads


def finished_by_old_heads(on: date) -> QuerySet[Any, Any]:
    """Query of the units given up until that day whose officer chose that the old evaluator finishes."""
    return Succession.objects.filter(_CHOSEN_OLD, old__end=F("plan__start"), old__end__lte=on).values("old")


def _headed(user: User, holds: Q) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """Queries of the units that the user heads by rows of which `holds` is true: as acting head, and by the post."""
    acting = ActingHead.objects.filter(holds)
    posts = Employment.objects.filter(holds, leadership=Employment.Leadership.HEAD, person__user_id=user.pk)
    by_post = posts.exclude(unit__in=acting.values("unit"))
    return acting.filter(person__user_id=user.pk).values("unit"), by_post.values("unit")


def kept_of_old_units(user: User, on: date, prefix: str = "") -> Q:
    """Sheets of closed periods whose evaluating unit was given up, open to read: for the head of the unit that keeps
    its files, and for the evaluator who was its last head while serving in that unit. No query."""
    unit = f"{prefix}member__evaluator_unit__in"
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.SUCCESSION)
    found = Q(pk__in=[])
    for units in _headed(user, on_day(on)):
        found |= Q(**{unit: links.filter(parent__in=units).values("child")})
    serves = Employment.objects.filter(on_day(on), person__user_id=user.pk).values("unit")
    given_up = links.filter(parent__in=serves).values("child")
    for units in _headed(user, Q(unit__in=given_up) & _LAST_DAY):
        found |= Q(**{f"{prefix}evaluator__user_id": user.pk, unit: units})
    return found & Q(**{f"{prefix}cycle__state": Cycle.State.CLOSED})


def old_units(user: User, on: date) -> list[int]:
    """Units given up whose files are kept where the user serves or acts for the head: those of `kept_of_old_units` are
    among them. Asked first, for a city's sheets are else read one by one. One query."""
    serves = Employment.objects.filter(on_day(on), person__user_id=user.pk).order_by().values("unit")
    acts = ActingHead.objects.filter(on_day(on), person__user_id=user.pk).order_by().values("unit")
    links = UnitLink.objects.filter(on_day(on), tree=UnitLink.Tree.SUCCESSION, parent__in=serves.union(acts))
    return list(links.values_list("child", flat=True))


def evaluated_by(user: User, on: date, prefix: str = "") -> Q:
    """Sheets the user evaluates on that day, as evaluator of record who still heads the unit that evaluates, or in the
    name of one. `prefix` leads to them."""
    found = of_record(user, on, prefix)
    for one in mandates(user, on):
        covered = Q(**{f"{prefix}member__unit_id__in": one.units}) | Q(**{f"{prefix}person_id__in": one.people})
        names = Q(**{f"{prefix}evaluator_id": one.giver, f"{prefix}member__evaluator_unit_id": one.unit})
        found |= names & covered & ~Q(**{f"{prefix}person_id": one.delegate})
    return found


def evaluated_in(user: User, on: date, cycle_id: int) -> Q:
    """`evaluated_by` of the sheets of one cycle. One query that is planned once for a connection, whose answer is the
    keys; for who has a delegation the condition itself, with what asks in whose name."""
    rows = asked_for(_own_and_given(on), user.pk, cycle_id)
    if any(given for _, given in rows):
        return evaluated_by(user, on) & Q(cycle=cycle_id)
    return Q(pk__in=[pk for pk, _ in rows])


@lru_cache(maxsize=8)
def _own_and_given(on: date) -> Callable[[int, int], Sequence[QuerySet[Any, Any]]]:
    """What `asked_for` writes once a day: sheets of record in a cycle, and delegations to the user (1)."""

    def parts(user: int, cycle: int) -> Sequence[QuerySet[Any, Any]]:
        kind = IntegerField()
        own = Sheet.objects.filter(of_record(User(pk=user), on), cycle=cycle).annotate(given=Value(0, kind))
        held = delegated_to(user, on, Delegation.Act.EVALUATE).annotate(given=Value(1, kind))
        return [one.order_by().values_list("pk", "given") for one in (own, held)]

    return parts


def capacity(sheet: Sheet, user: User, on: date) -> Capacity:
    """In which capacity the user evaluates this sheet on that day. Raises NotYours.

    That the evaluator of record still heads the unit is asked by `require_capacity` and by `evaluated_by`.
    """
    if sheet.evaluator.user_id is not None and sheet.evaluator.user_id == user.pk:
        return Capacity(sheet.evaluator)
    for one in mandates(user, on):
        same = (sheet.evaluator_id, sheet.member.evaluator_unit_id) == (one.giver, one.unit)
        if same and one.covers(sheet.person_id, sheet.member.unit_id):
            return Capacity(Person.objects.get(pk=one.delegate), sheet.evaluator)
    raise NotYours()


def require_capacity(sheet: Sheet, user: User, on: date, *, heads: bool = False) -> Capacity:
    """As `capacity`. `heads`: the caller has read that the evaluator of record heads the evaluating unit that day
    (`by_evaluator`). Raises Forbidden when the evaluator of record has left the post since."""
    found = capacity(sheet, user, on)
    unit = sheet.member.evaluator_unit
    if unit is None or heads or still_heads(sheet, on):
        return found
    left = headed_until(sheet.evaluator_id, unit.pk, on)
    since = f"Từ ngày {left:%d/%m/%Y}" if left else "Hiện"
    who = "ông/bà" if found.for_whom is None else found.for_whom.full_name
    raise Forbidden(
        f"{since} {who} không còn là người đứng đầu “{unit.name}”, nên ông/bà không xử lý phiếu này được nữa. "
        f"Hãy báo cán bộ tổ chức của đơn vị để ghi nhận người đánh giá mới của phiếu."
    )


def still_heads(sheet: Sheet, on: date) -> bool:
    """Whether the evaluator of record heads the evaluating unit on that day, or finishes what it left; where no unit
    is recorded, yes. Who headed it before neither decides nor reads any more (abuse case 4)."""
    unit = sheet.member.evaluator_unit_id
    return unit is None or sheet.evaluator_id in head_ids(unit, on) or finishes_old_unit(sheet, on)


def evaluator_gone(on: date) -> Q:
    """Sheets of which nobody `still_heads`, the few that this can be true of asked first: whose evaluator's time as
    holder or acting head has ended, or in whose post somebody else acts. No query."""
    acts = ActingHead.objects.filter(on_day(on))
    posts = Employment.objects.filter(leadership=Employment.Leadership.HEAD)
    some = posts.filter(Q(end__lte=on) | Q(unit__in=acts.values("unit"))).order_by().values("person")
    former = some.union(ActingHead.objects.filter(end__lte=on).order_by().values("person"))
    old = Q(member__evaluator_unit__in=finished_by_old_heads(on)) & by_evaluator(_LAST_DAY)
    handled = Q(member__evaluator_unit=None) | by_evaluator(on_day(on)) | old
    return Q(evaluator__in=former) & ~handled


def by_evaluator(holds: Q) -> Q:
    """Sheets whose evaluator heads the evaluating unit by a row of which `holds` is true, as `head_ids` says."""
    mine = {"person": OuterRef("evaluator")}
    acting = ActingHead.objects.filter(holds, unit=OuterRef("member__evaluator_unit"))
    posts = Employment.objects.filter(
        holds, unit=OuterRef("member__evaluator_unit"), leadership=Employment.Leadership.HEAD, **mine
    )
    return Q(Exists(acting.filter(**mine))) | Q(Exists(posts), ~Exists(acting))


def finishes_old_unit(sheet: Sheet, on: date) -> bool:
    """Whether the evaluating unit was given up in a reorganisation whose officer chose that the old evaluator finishes
    what is not confirmed, and this evaluator headed it on its last day."""
    unit = sheet.member.evaluator_unit
    if unit is None or unit.end is None or unit.end > on:
        return False
    chosen = Succession.objects.filter(_CHOSEN_OLD, old=unit, plan__start=unit.end)
    return chosen.exists() and sheet.evaluator_id in last_heads(unit)
