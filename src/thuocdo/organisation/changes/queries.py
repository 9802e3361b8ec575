"""Reads of reorganisations, departures and merges, for the officers of the units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.actions.reorganising import change_of
from thuocdo.organisation.changes.followers import Counted, foresee
from thuocdo.organisation.changes.mapping import PlacementLine, SuccessionLine
from thuocdo.organisation.changes.planning import Outline, Post
from thuocdo.organisation.changes.reading import living, read_facts
from thuocdo.organisation.models import (
    ActingHead,
    Delegation,
    Departure,
    DeputyField,
    Employment,
    PersonMerge,
    Placement,
    Reorganisation,
    Role,
    Succession,
)
from thuocdo.organisation.queries import officer_units, people_for_officer

SHOWN, ASKED, NAMED = 100, 50, 10


def plans_of(user: User, at: datetime, *, most: int | None = 50) -> list[Reorganisation]:
    """Plans of the officer's units, the newest first. Two queries."""
    units = officer_units(user, localdate(at))
    rows = Reorganisation.objects.filter(root_id__in=units).select_related("root")
    return list(rows.order_by("-start", "-pk")[:most])


@dataclass(frozen=True)
class PlanView:
    """One plan before or after applying: lines, what is unclear, whom to place, and what else it touches."""

    plan: Reorganisation
    rows: list[Succession]
    placements: list[PlacementLine]
    problems: list[str]
    more_problems: int
    to_place: list[tuple[Post, list[tuple[str, str]]]]
    more_to_place: int
    posts: int
    ended: int
    made: int
    sentences: list[str]
    asks_month_rule: bool

    @property
    def placed(self) -> int:
        return len(self.placements)

    @property
    def ready(self) -> bool:
        """Whether the button to apply is offered."""
        return not self.problems and not self.to_place and not (self.asks_month_rule and not self.plan.month_rule)


def plan_view(user: User, plan_id: int, at: datetime) -> PlanView:
    """A plan with its preview. Constant queries. Raises NotYours."""
    plan = Reorganisation.objects.select_related("root", "applied_by").filter(pk=plan_id).first()
    if plan is None or plan.root_id not in officer_units(user, localdate(at)):
        raise NotYours()
    rows = list(Succession.objects.filter(plan=plan).select_related("old").order_by("pk"))
    placed = list(_placed(plan))
    lines = [_placement_line(row) for row in placed]
    if plan.state != Reorganisation.State.DRAFT:
        return PlanView(plan, rows, lines, [], 0, [], 0, 0, 0, 0, [], False)
    facts = read_facts(plan, rows, placed)
    worked, change = facts.outline, change_of(facts, user, at)
    counts, said, asks = foresee(change, _duties(plan, worked.ended))
    names = facts.place.names
    known = {code: names[pk] for code, pk in facts.place.ids.items()} | {c: r.name for c, r in worked.made.items()}
    to_place = [(post, [(code, known[code]) for code in worked.targets[post.unit]])
                for post in worked.to_place[:ASKED]]
    return PlanView(
        plan, rows, lines, worked.problems[:SHOWN], max(0, len(worked.problems) - SHOWN), to_place,
        max(0, len(worked.to_place) - ASKED), len(worked.wishes), len(worked.ended), len(worked.made),
        [*_duties_said(counts), *_headless_said(worked), *said], asks,
    )


def _placed(plan: Reorganisation) -> QuerySet[Placement]:
    rows = Placement.objects.filter(plan=plan).select_related("employment__person", "employment__unit")
    return rows.order_by("pk")


def _placement_line(row: Placement) -> PlacementLine:
    post = row.employment
    return PlacementLine(post.person.code, post.unit.code, row.code, row.position, row.leadership)


def _mine(user: User, plan_id: int, at: datetime) -> Reorganisation:
    plan = Reorganisation.objects.filter(pk=plan_id, root_id__in=officer_units(user, localdate(at))).first()
    if plan is None:
        raise NotYours()
    return plan


def lines_of(user: User, plan_id: int, at: datetime) -> dict[int, SuccessionLine]:
    """All lines of a plan by their id, as they were typed. Raises NotYours."""
    rows = Succession.objects.filter(plan=_mine(user, plan_id, at)).select_related("old").order_by("pk")
    return {r.pk: SuccessionLine(r.old.code, r.code, r.name, r.kind, r.parent_code, r.managed_code, r.records)
            for r in rows}


def placements_of(user: User, plan_id: int, at: datetime, chosen: Mapping[int, str]) -> list[PlacementLine]:
    """The placements of a plan as lines; `chosen` (post to code of the new unit) adds to them and comes first.

    Raises NotYours.
    """
    plan = _mine(user, plan_id, at)
    olds = Succession.objects.filter(plan=plan).values("old_id")
    posts = Employment.objects.filter(pk__in=chosen, unit__in=olds).select_related("person", "unit")
    found = [_placement_line(row) for row in _placed(plan).exclude(employment_id__in=chosen)]
    return found + [PlacementLine(p.person.code, p.unit.code, chosen[p.pk]) for p in posts.order_by("pk")]


def _duties(plan: Reorganisation, ended: set[int]) -> Counted:
    """What else is recorded about the units that end."""
    alive = living(plan.start)
    kinds: dict[str, type[Model]] = {
        "roles": Role, "acting": ActingHead, "fields": DeputyField, "delegations": Delegation,
    }  # fmt: skip
    return {name: model._default_manager.filter(alive, unit_id__in=ended) for name, model in kinds.items()}


def _duties_said(counts: Mapping[str, int]) -> list[str]:
    roles, duties, given = counts["roles"], counts["acting"] + counts["fields"], counts["delegations"]
    found = []
    if roles:
        found.append(f"{roles} vai trò (cán bộ tổ chức, người giao việc, người kiểm tra) chuyển sang đơn vị kế tiếp; ở "
                     "đơn vị bị chia thì sang đơn vị tiếp nhận hồ sơ.")
    if duties or given:
        found.append(f"{duties} ghi nhận phụ trách, lĩnh vực và {given} ủy quyền hết hiệu lực, trừ khi đơn vị chỉ đổi "
                     "tên (ủy quyền luôn cần văn bản mới).")
    return found


def _headless_said(worked: Outline) -> list[str]:
    """New units that will have nobody to evaluate their people; the posts still to place may bring one."""
    if worked.to_place or not worked.headless:
        return []
    names = [f"{worked.made[code].name} ({code})" for code in worked.headless]
    more = f" và {len(names) - NAMED} đơn vị nữa" if len(names) > NAMED else ""
    return [f"Chưa có người đứng đầu: {', '.join(names[:NAMED])}{more}. Hãy bố trí người đứng đầu ở phần bố trí, hoặc "
            "ghi người phụ trách ngay sau khi áp dụng; chưa có thì phiếu của đơn vị chưa có người đánh giá."]


def merges_of(user: User, at: datetime, *, most: int | None = 50) -> list[PersonMerge]:
    """Merges of codes within the officer's reach, the newest first."""
    people = people_for_officer(user, localdate(at)).order_by()
    rows = PersonMerge.objects.filter(kept__in=people.values("pk")).select_related(
        "kept", "dropped", "proposed_by", "approved_by")
    return list(rows.order_by("-proposed_at", "-pk")[:most])


def departures_of(person_id: int) -> list[Departure]:
    """Departures recorded for a person whose page asked for the access."""
    return list(Departure.objects.filter(person_id=person_id, undone_at=None).order_by("-recorded_at"))
