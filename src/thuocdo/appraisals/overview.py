"""Lists across sheets: the evaluator's cycles and table, and the officer's progress of a period."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.access import officer_or_inspector
from thuocdo.appraisals.actions.closing import who_holds
from thuocdo.appraisals.capacity import evaluated_by
from thuocdo.appraisals.locking import label_of
from thuocdo.appraisals.models import Petition, Sheet
from thuocdo.appraisals.table import Row, rows_of
from thuocdo.cycles.models import Cycle, Member
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Unit


@dataclass(frozen=True)
class CycleToEvaluate:
    """A cycle in which the user evaluates: how many sheets, how many wait for the user, how many are
    confirmed."""

    cycle: Cycle
    label: str
    total: int
    waiting: int
    confirmed: int


def cycles_to_evaluate(user: User, at: datetime | None = None) -> list[CycleToEvaluate]:
    """Newest period first, with what the user evaluates in the name of somebody else."""
    mine = evaluated_by(user, localdate(at or now()), "sheets__")
    cycles = (
        Cycle.objects.filter(mine)
        .select_related("root")
        .annotate(
            total=Count("sheets", filter=mine),
            waiting=Count(
                "sheets",
                filter=mine
                & (
                    Q(sheets__state__in=rules.WITH_EVALUATOR)
                    | Q(sheets__state__in=rules.WITH_OWNER, sheets__stand_in_allowed=True)
                ),
            ),
            confirmed=Count("sheets", filter=mine & Q(sheets__state=rules.CONFIRMED)),
        )
    )
    return [
        CycleToEvaluate(c, label_of(c), c.total, c.waiting, c.confirmed)
        for c in cycles.order_by("-year", "-number", "root__order", "pk")
    ]


@dataclass(frozen=True)
class Table:
    """The evaluator's table of one cycle: rows with flags first, then by name; `states` counts the rows by
    state."""

    cycle: Cycle
    label: str
    rows: tuple[Row, ...]
    states: tuple[tuple[str, str, int], ...]

    @property
    def plain(self) -> tuple[Row, ...]:
        """Rows that may be confirmed together."""
        return tuple(r for r in self.rows if r.may_confirm_plainly)


def evaluation_table(user: User, cycle_id: int, at: datetime) -> Table:
    """All sheets the user evaluates in a cycle. Constant queries. Raises NotYours where there is none."""
    sheets = list(
        Sheet.objects.filter(evaluated_by(user, localdate(at)), cycle=cycle_id).select_related(
            "cycle__root",
            "cycle__closed_by",
            "person",
            "member__unit",
            "member__agency",
            "evaluator",
            "changed_by",
        )
    )
    if not sheets:
        raise NotYours()
    count = Counter(s.state for s in sheets)
    return Table(
        sheets[0].cycle,
        label_of(sheets[0].cycle),
        tuple(rows_of(sheets, at)),
        tuple((state, words, count[state]) for state, words in rules.MACHINE.states.items() if count[state]),
    )


@dataclass(frozen=True)
class UnitProgress:
    """One unit in the officer's table: sheets by state, how many are late, petitions waiting for an
    answer."""

    unit: Unit
    total: int
    counts: dict[str, int]
    late: int
    petitions: int

    @property
    def resolved(self) -> int:
        return sum(self.counts.get(state, 0) for state in rules.RESOLVED)


@dataclass(frozen=True)
class Unresolved:
    """A sheet that is not finished, who must act, and whether it stops the closing now."""

    sheet: Sheet
    who: str
    late: bool
    stops: bool


@dataclass(frozen=True)
class Progress:
    """A period as its officer sees it. `may_close` is true when nothing stops the closing."""

    cycle: Cycle
    label: str
    sheets: tuple[Sheet, ...]
    units: tuple[UnitProgress, ...]
    unresolved: tuple[Unresolved, ...]
    outside: tuple[Member, ...]
    petitions: tuple[Petition, ...]
    total: int
    may_close: bool


def cycle_to_follow(user: User, cycle_id: int, at: datetime) -> Cycle:
    """A cycle for its officers and inspectors. Raises NotYours."""
    cycle = Cycle.objects.select_related("root", "closed_by", "opened_by").filter(pk=cycle_id).first()
    if cycle is None or not officer_or_inspector(user, cycle.root_id, localdate(at)):
        raise NotYours()
    return cycle


def progress(user: User, cycle_id: int, at: datetime) -> Progress:
    """Who is late and what stops the closing. For officers and inspectors. Constant queries. Raises
    NotYours."""
    cycle = cycle_to_follow(user, cycle_id, at)
    sheets = list(
        Sheet.objects.filter(cycle=cycle)
        .select_related("person", "evaluator", "member__unit", "member__agency")
        .order_by("person__sort_key", "person__code")
    )
    petitions = list(
        Petition.objects.filter(sheet__cycle=cycle)
        .select_related("author", "authority", "sheet__member__unit")
        .order_by("answer_by", "pk")
    )
    left = [
        Unresolved(s, who_holds(s), is_late(s, at), rules.unresolved(s.state, s.extended_until, at))
        for s in sheets
        if s.state not in rules.RESOLVED
    ]
    outside = cycle.members.exclude(standing=Member.Standing.IN).select_related(
        "person", "unit", "employment"
    )
    return Progress(
        cycle,
        label_of(cycle),
        tuple(sheets),
        _by_unit(sheets, petitions, at),
        tuple(left),
        tuple(outside.order_by("standing", "person__sort_key", "person__code")),
        tuple(petitions),
        len(sheets),
        cycle.state == Cycle.State.OPEN and not any(u.stops for u in left),
    )


def is_late(sheet: Sheet, at: datetime) -> bool:
    """Whether the owner's part is still missing after its deadline."""
    return sheet.state in rules.WITH_OWNER and at > (sheet.extended_until or sheet.submit_by)


def _by_unit(sheets: list[Sheet], petitions: list[Petition], at: datetime) -> tuple[UnitProgress, ...]:
    groups: dict[int, list[Sheet]] = {}
    units: dict[int, Unit] = {}
    for sheet in sheets:
        unit = sheet.member.unit
        units[unit.pk] = unit
        groups.setdefault(unit.pk, []).append(sheet)
    waiting = Counter(p.sheet.member.unit_id for p in petitions if p.state == Petition.State.RECEIVED)
    rows = [
        UnitProgress(
            units[pk],
            len(found),
            dict(Counter(s.state for s in found)),
            sum(is_late(s, at) for s in found),
            waiting[pk],
        )
        for pk, found in groups.items()
    ]
    return tuple(sorted(rows, key=lambda r: (r.unit.order, r.unit.code)))
