"""What a head sees when levels are proposed: the places with their live count, and the confirmed sheets."""

from dataclasses import dataclass
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.level_counts import holds, scheme_of, taken
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, QuotaPlaces
from thuocdo.appraisals.overview import Table, evaluation_table
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.table import Points, Row
from thuocdo.cycles.models import Cycle
from thuocdo.engine.schemes.book import SchemeBook


@dataclass(frozen=True)
class Bar:
    """Places of one scope: `xuất sắc 7/8`. `left` is None where a figure is open."""

    places: QuotaPlaces
    level: str
    taken: int

    @property
    def left(self) -> int | None:
        return None if self.places.places is None else self.places.places - self.taken


@dataclass(frozen=True)
class LevelRow:
    """One confirmed sheet: the level by the rule, what may be proposed, what was proposed and decided."""

    row: Row
    level: str
    options: tuple[tuple[str, str], ...]
    proposal: LevelProposal | None
    decision: LevelDecision | None
    decided: str

    @property
    def score(self) -> Points | None:
        return self.row.judged_score

    @property
    def version(self) -> int:
        return self.proposal.version if self.proposal else 0

    @property
    def proposed(self) -> str:
        return self.proposal.level if self.proposal else ""

    @property
    def reason(self) -> str:
        return self.proposal.reason if self.proposal else ""


@dataclass(frozen=True)
class LevelTable:
    """All of one evaluator in one cycle. `waiting` sheets under schemes have no result yet."""

    table: Table
    bars: tuple[Bar, ...]
    rows: tuple[LevelRow, ...]
    waiting: int


def level_table(user: User, cycle_id: int, at: datetime) -> LevelTable:
    """The evaluator's own sheets under rulebooks of schemes, best score first. Constant queries but one for each
    scope of places. Raises NotYours."""
    table = evaluation_table(user, cycle_id, at)
    mine = [r for r in table.rows if isinstance(shape_of(r.sheet.member).book, SchemeBook)]
    ids = [r.sheet.pk for r in mine]
    proposals = {p.sheet_id: p for p in LevelProposal.objects.filter(sheet__in=ids)}
    decisions = {d.sheet_id: d for d in LevelDecision.objects.filter(sheet__in=ids).order_by("number")}
    places = [
        p
        for p in QuotaPlaces.objects.filter(cycle=table.cycle).select_related("agency").order_by("pk")
        if any(holds(p, r.sheet.member) for r in mine)
    ]
    rows = [_row(r, r.confirmation, table.cycle, proposals, decisions) for r in mine if r.confirmation is not None]
    known = [row for row in rows if row is not None]
    known.sort(key=lambda one: (-(one.score.value if one.score else 0), one.row.sheet.person.sort_key))
    shape = shape_of(mine[0].sheet.member) if mine else None
    bars = tuple(Bar(p, shape.label(p.level), taken(p)) for p in places) if shape else ()
    return LevelTable(
        table, bars, tuple(known), sum(r.confirmation is None and r.sheet.state != rules.EXEMPTED for r in mine)
    )


def proposes_levels(table: Table) -> bool:
    """Whether the page of levels has anything to show: some sheet stands under a rulebook with a quota."""
    return any(
        (scheme := scheme_of(book, r.sheet.member, table.cycle)) is not None and bool(scheme.quotas)
        for r in table.rows
        if isinstance(book := shape_of(r.sheet.member).book, SchemeBook)
    )


def _row(
    row: Row,
    result: Confirmation,
    cycle: Cycle,
    proposals: dict[int, LevelProposal],
    decisions: dict[int, LevelDecision],
) -> LevelRow | None:
    shape = shape_of(row.sheet.member)
    assert isinstance(shape.book, SchemeBook), "the rows were chosen by their shape"
    scheme = scheme_of(shape.book, row.sheet.member, cycle)
    codes = [level.code for level in scheme.levels] if scheme else []
    if result.band not in codes:
        return None
    options = tuple((code, shape.label(code)) for code in codes[codes.index(result.band) :])
    decision = decisions.get(row.sheet.pk)
    decided = shape.label(decision.level) if decision else ""
    return LevelRow(row, shape.label(result.band), options, proposals.get(row.sheet.pk), decision, decided)
