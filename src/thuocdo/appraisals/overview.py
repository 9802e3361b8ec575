"""Lists across sheets: the evaluator's cycles and table."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.capacity import evaluated_by
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.table import Row, rows_of
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
        CycleToEvaluate(c, c.label, c.total, c.waiting, c.confirmed)
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
        sheets[0].cycle.label,
        tuple(rows_of(sheets, at)),
        tuple((state, words, count[state]) for state, words in rules.MACHINE.states.items() if count[state]),
    )
