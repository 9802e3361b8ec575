"""Reads of reorganisations, departures and merges, for the officers of the units."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.actions.reorganising import change_of
from thuocdo.organisation.changes.followers import followers
from thuocdo.organisation.changes.mapping import SuccessionLine
from thuocdo.organisation.changes.planning import Post
from thuocdo.organisation.changes.reading import living, read_facts
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    Departure,
    DeputyField,
    PersonMerge,
    Placement,
    Reorganisation,
    Role,
    Succession,
)
from thuocdo.organisation.queries import officer_units, people_for_officer

SHOWN = 200


def plans_of(user: User, at: datetime) -> list[Reorganisation]:
    """Plans of the officer's units, the newest first. Two queries."""
    units = officer_units(user, localdate(at))
    return list(Reorganisation.objects.filter(root_id__in=units).select_related("root").order_by("-start", "-pk")[:50])


@dataclass(frozen=True)
class PlanView:
    """One plan before or after applying: lines, what is unclear, whom to place, and what else it touches."""

    plan: Reorganisation
    rows: list[Succession]
    problems: list[str]
    to_place: list[Post]
    placed: int
    posts: int
    ended: int
    made: int
    sentences: list[str]
    asks_month_rule: bool
    targets: dict[int, tuple[str, ...]]

    @property
    def ready(self) -> bool:
        """Whether the button to apply is offered."""
        return not self.problems and not self.to_place and not (self.asks_month_rule and not self.plan.month_rule)


def plan_view(user: User, plan_id: int, at: datetime) -> PlanView:
    """A plan with its preview. Constant queries. Raises NotYours."""
    plan = Reorganisation.objects.select_related("root", "applied_by").filter(pk=plan_id).first()
    if plan is None or plan.root_id not in officer_units(user, localdate(at)):
        raise NotYours()
    rows = list(Succession.objects.filter(plan=plan).select_related("old").order_by("pk")[:SHOWN])
    placed = Placement.objects.filter(plan=plan).count()
    if plan.state != Reorganisation.State.DRAFT:
        return PlanView(plan, rows, [], [], placed, 0, 0, 0, [], False, {})
    facts = read_facts(plan)
    worked, change = facts.outline, change_of(facts, user, at)
    sentences, asks = _duties(plan, worked.ended), False
    for follower in followers():
        said, choice = follower.foresee(change)
        sentences, asks = [*sentences, *said], asks or choice
    targets = {post.pk: worked.targets[post.unit] for post in worked.to_place[:SHOWN]}
    return PlanView(
        plan, rows, worked.problems[:SHOWN], worked.to_place[:SHOWN], placed, len(worked.wishes), len(worked.ended),
        len(worked.made), sentences, asks, targets,
    )


def lines_of(user: User, plan_id: int, at: datetime) -> list[SuccessionLine]:
    """All lines of a plan, as they were typed. Raises NotYours."""
    plan = Reorganisation.objects.filter(pk=plan_id, root_id__in=officer_units(user, localdate(at))).first()
    if plan is None:
        raise NotYours()
    rows = Succession.objects.filter(plan=plan).select_related("old").order_by("pk")
    return [SuccessionLine(r.old.code, r.code, r.name, r.kind, r.parent_code, r.managed_code, r.records) for r in rows]


def _duties(plan: Reorganisation, ended: set[int]) -> list[str]:
    """What else is recorded about the units that end."""
    alive = living(plan.start)
    roles = Role.objects.filter(alive, unit_id__in=ended).count()
    duties = sum(m.objects.filter(alive, unit_id__in=ended).count() for m in (ActingHead, DeputyField))
    given = Delegation.objects.filter(alive, unit_id__in=ended).count()
    found = []
    if roles:
        found.append(f"{roles} vai trò (cán bộ tổ chức, người giao việc, người kiểm tra) chuyển sang đơn vị kế tiếp; ở "
                     "đơn vị bị chia thì sang đơn vị tiếp nhận hồ sơ.")
    if duties or given:
        found.append(f"{duties} ghi nhận phụ trách, lĩnh vực và {given} ủy quyền hết hiệu lực, trừ khi đơn vị chỉ đổi "
                     "tên (ủy quyền luôn cần văn bản mới).")
    return found


def merges_of(user: User, at: datetime) -> list[PersonMerge]:
    """Merges of codes within the officer's reach, the newest first."""
    people = people_for_officer(user, localdate(at)).order_by()
    rows = PersonMerge.objects.filter(kept__in=people.values("pk")).select_related(
        "kept", "dropped", "proposed_by", "approved_by")
    return list(rows.order_by("-proposed_at", "-pk")[:50])


def departures_of(person_id: int) -> list[Departure]:
    """Departures recorded for a person whose page asked for the access."""
    return list(Departure.objects.filter(person_id=person_id, undone_at=None).order_by("-recorded_at"))
