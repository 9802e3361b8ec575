"""Lists across sheets: the evaluator's cycles and table."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules, table_pages
from thuocdo.appraisals.capacity import evaluated_by, evaluated_in, kept_of_old_units, old_units
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.table import Row, rows_of
from thuocdo.appraisals.table_pages import WHOLE, Part
from thuocdo.cycles.models import Cycle
from thuocdo.kernel.errors import NotYours


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
    """Newest period first, with what the user evaluates in the name of somebody else. Two queries, and what asks
    in whose name."""
    mine = Sheet.objects.filter(evaluated_by(user, localdate(at or now())))
    counts: dict[int, Counter[str]] = {}
    alike = mine.values_list("cycle", "state", "stand_in_allowed").order_by()
    for cycle, state, stand_in, number in alike.annotate(n=Count("pk")):
        found = counts.setdefault(cycle, Counter())
        found["total"] += number
        if state in rules.WITH_EVALUATOR or (state in rules.WITH_OWNER and stand_in):
            found["waiting"] += number
        if state == rules.CONFIRMED:
            found["confirmed"] += number
    cycles = Cycle.objects.filter(pk__in=counts).select_related("root")
    return [
        CycleToEvaluate(one, one.label, *(counts[one.pk][name] for name in ("total", "waiting", "confirmed")))
        for one in cycles.order_by("-year", "-number", "root__order", "pk")
    ]


def kept_cycles(user: User, at: datetime) -> list[tuple[Cycle, int]]:
    """Closed periods of units given up that the user goes on reading, newest first, with how many sheets. One
    query, two where a unit was given up."""
    units = old_units(user, localdate(at))
    if not units:
        return []
    kept = kept_of_old_units(user, localdate(at), "sheets__") & Q(sheets__member__evaluator_unit__in=units)
    found = Cycle.objects.filter(kept).select_related("root").annotate(number_kept=Count("sheets", filter=kept))
    return [(cycle, cycle.number_kept) for cycle in found.order_by("-year", "-number", "root__order", "pk")]


@dataclass(frozen=True)
class Table:
    """The evaluator's table of one cycle: rows with flags first, then by name, all of them or one page (`number` of
    `pages`) of those in a state; `sheets` are all sheets and `states` counts them by state."""

    cycle: Cycle
    label: str
    rows: tuple[Row, ...]
    states: tuple[tuple[str, str, int], ...]
    sheets: tuple[Sheet, ...]
    number: int = 1
    pages: int = 1
    kept: tuple[Sheet, ...] = ()
    """Read-only: those of a unit given up (`kept_of_old_units`)."""

    @property
    def plain(self) -> tuple[Row, ...]:
        """Rows that may be confirmed together."""
        return tuple(r for r in self.rows if r.may_confirm_plainly)


def evaluation_table(user: User, cycle_id: int, at: datetime, *, state: str = "", number: int | None = None) -> Table:
    """All sheets the user evaluates in a cycle, or page `number` of those in a state (the last where there are fewer).
    Constant queries. Raises NotYours where there is none."""
    mine = Sheet.objects.filter(evaluated_in(user, localdate(at), cycle_id))
    related = ("cycle__root", "person", "member")
    sheets = list(mine.select_related(*related))  # no row names a unit
    kept: tuple[Sheet, ...] = ()
    if not sheets or sheets[0].cycle.state == Cycle.State.CLOSED:
        units = old_units(user, localdate(at))
        old = Sheet.objects.filter(
            kept_of_old_units(user, localdate(at)), cycle=cycle_id, member__evaluator_unit__in=units
        )
        known = old.select_related(*related, "member__unit").order_by("person__sort_key", "pk") if units else ()
        kept = tuple(s for s in known if s not in sheets)
    if not (sheets or kept):
        raise NotYours()
    cycle = [*sheets, *kept][0].cycle
    count = Counter(s.state for s in sheets)
    asked = [s for s in sheets if state in ("", s.state)]
    pages = 1 if number is None else max(1, -(-len(asked) // table_pages.PAGE))
    number = min(max(number or 1, 1), pages)
    part = Part((number - 1) * table_pages.PAGE, table_pages.PAGE) if pages > 1 else WHOLE
    return Table(
        cycle,
        cycle.label,
        tuple(rows_of(asked, at, part)),
        tuple((name, words, count[name]) for name, words in rules.MACHINE.states.items() if count[name]),
        tuple(sheets),
        number,
        pages,
        kept,
    )
