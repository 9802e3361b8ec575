"""What the head of the rating unit decides: levels proposed by the evaluators, the places, what waits."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.appraisals.level_counts import holds
from thuocdo.appraisals.levels import Bar, LevelRow, bars_of, level_rows
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, QuotaPlaces, Sheet
from thuocdo.appraisals.published import standing_published
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import NotYours

PAGE = 50


@dataclass(frozen=True)
class Deciding:
    """One page of proposals of a cycle, undecided ones first; `waiting` counts all undecided ones, `anew` those on
    results that do not hold while they are judged anew."""

    cycle: Cycle
    label: str
    bars: tuple[Bar, ...]
    rows: tuple[LevelRow, ...]
    waiting: int
    total: int
    page: int
    anew: int = 0

    @property
    def onward(self) -> int | None:
        return self.page + 1 if self.page * PAGE < self.total else None


@dataclass(frozen=True)
class CycleToDecide:
    """A cycle with proposals addressed to the user, and how many are not decided."""

    cycle: Cycle
    label: str
    waiting: int
    total: int


def undecided(proposals: QuerySet[LevelProposal]) -> QuerySet[LevelProposal]:
    """Those without a decision on the result in force; once that is published, nothing is left to decide."""
    made = LevelDecision.objects.filter(sheet=OuterRef("sheet"), confirmation__replaced_by__isnull=True)
    return proposals.filter(~Exists(made)).exclude(standing_published())


def addressed_to(user: User, headed: set[int] | frozenset[int]) -> QuerySet[LevelProposal]:
    """Proposals that the head of these units decides; never about the own sheet, nor on what is judged anew."""
    return _sent_to(user, headed).exclude(sheet__state=Sheet.State.UNDER_REVIEW)


def _sent_to(user: User, headed: set[int] | frozenset[int]) -> QuerySet[LevelProposal]:
    return LevelProposal.objects.filter(sheet__member__rating_unit__in=headed).exclude(sheet__person__user_id=user.pk)


def cycles_to_decide(user: User, at: datetime) -> list[CycleToDecide]:
    """Cycles with proposals addressed to the user, newest first. Two queries."""
    mine = addressed_to(user, headed_units(user, localdate(at)))
    open_ones = Q(pk__in=undecided(mine).values("pk"))
    counts = mine.values("sheet__cycle").annotate(n=Count("pk"), left=Count("pk", filter=open_ones)).order_by()
    found = {row["sheet__cycle"]: row for row in counts}
    cycles = Cycle.objects.filter(pk__in=found).select_related("root").order_by("-year", "-number", "pk")
    return [CycleToDecide(c, c.label, found[c.pk]["left"], found[c.pk]["n"]) for c in cycles]


def deciding(user: User, cycle_id: int, at: datetime, page: int = 1) -> Deciding:
    """For the head of the rating unit. Constant queries. Raises NotYours where nothing is addressed to the user."""
    headed = headed_units(user, localdate(at))
    mine = addressed_to(user, headed).filter(sheet__cycle=cycle_id)
    sent = _sent_to(user, headed).filter(sheet__cycle=cycle_id)
    open_ones = set(undecided(mine).values_list("sheet_id", flat=True))
    unit = "sheet__member__evaluator_unit"
    ordered = sent.order_by(f"{unit}__order", f"{unit}_id", "sheet__person__sort_key", "pk")
    every = list(ordered.values_list("sheet_id", "sheet__state"))
    held = [sheet for sheet, state in every if state != Sheet.State.UNDER_REVIEW]
    anew = len(every) - len(held)
    sheets = sorted(held, key=lambda one: one not in open_ones)
    if not sheets and not anew:
        raise NotYours()
    shown = sheets[(page - 1) * PAGE : page * PAGE]
    related = ("cycle__root", "person", "member__unit", "member__agency", "member__evaluator_unit", "evaluator")
    found = Sheet.objects.select_related(*related).in_bulk(shown)
    results = {c.sheet_id: c for c in Confirmation.objects.filter(sheet__in=shown, replaced_by=None)}
    cycle = Cycle.objects.select_related("root").get(pk=cycle_id)
    pairs = [(found[one], results[one]) for one in shown if one in results]
    made = {row.sheet.pk: row for row in level_rows(pairs, cycle)}
    rows = tuple(made[one] for one in shown if one in made)
    places = QuotaPlaces.objects.filter(cycle=cycle).select_related("agency").order_by("pk")
    here = [p for p in places if any(holds(p, row.sheet.member) for row in rows)]
    bars = bars_of(cycle, here, [row.sheet for row in rows[:1]])
    return Deciding(cycle, cycle.label, bars, rows, len(open_ones), len(sheets), page, anew)
