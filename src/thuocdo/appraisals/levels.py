"""What a head sees when levels are proposed: the places with their live count, and the confirmed sheets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.capacity import evaluated_by
from thuocdo.appraisals.level_counts import holds, scheme_of, taken_in
from thuocdo.appraisals.models import Confirmation, LevelDecision, LevelProposal, QuotaPlaces, Sheet
from thuocdo.appraisals.overview import Table
from thuocdo.appraisals.published import published
from thuocdo.appraisals.shapes import shape_of
from thuocdo.appraisals.table import Points, points
from thuocdo.cycles.models import Cycle
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.errors import NotYours


@dataclass(frozen=True)
class Bar:
    """Places of one scope: `xuất sắc 7/8`. `left` is None where a figure is open; `others` of those taken cannot be
    chosen anew by who looks."""

    places: QuotaPlaces
    level: str
    taken: int
    others: int | None = None

    @property
    def left(self) -> int | None:
        return None if self.places.places is None else self.places.places - self.taken


@dataclass(frozen=True)
class LevelRow:
    """One confirmed sheet: the level by the rule, what may be proposed, what was proposed and decided. `stale`: the
    proposal was made for a result that was replaced since. `seats` are the places in which the member counts.
    `published`: the level stands, no page has fields for it."""

    sheet: Sheet
    score: Points | None
    level: str
    options: tuple[tuple[str, str], ...]
    proposal: LevelProposal | None
    stale: bool
    decision: LevelDecision | None
    decided: str
    number: int
    suggested: str = ""
    published: bool = False
    seats: tuple[int, ...] = ()

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
    """All of one evaluator in one cycle. `waiting` sheets under schemes have no result yet, `anew` are judged anew."""

    cycle: Cycle
    label: str
    bars: tuple[Bar, ...]
    rows: tuple[LevelRow, ...]
    waiting: int
    anew: int = 0


def level_table(user: User, cycle_id: int, at: datetime) -> LevelTable:
    """The sheets that the user evaluates under rulebooks of schemes, best score first. Constant queries.
    Raises NotYours."""
    related = ("cycle__root", "person", "member__unit", "member__agency")
    own = Sheet.objects.filter(evaluated_by(user, localdate(at)), cycle=cycle_id)
    every = list(own.select_related(*related))
    if not every:
        raise NotYours()
    cycle = every[0].cycle
    mine = [s for s in every if isinstance(shape_of(s.member).book, SchemeBook)]
    results = {c.sheet_id: c for c in Confirmation.objects.filter(sheet__in=own.values("pk"), replaced_by=None)}
    anew = {s.pk for s in mine if s.pk in results and s.state == rules.UNDER_REVIEW}
    rows = level_rows([(s, results[s.pk]) for s in mine if s.pk in results and s.pk not in anew], cycle)
    places = QuotaPlaces.objects.filter(cycle=cycle).select_related("agency").order_by("pk")
    bars = bars_of(cycle, [p for p in places if any(holds(p, s.member) for s in mine)], mine[:1])
    bars, rows = _seated(bars, rows)
    waiting = sum(s.pk not in results and s.state != rules.EXEMPTED for s in mine)
    return LevelTable(cycle, cycle.label, bars, rows, waiting, len(anew))


def _seated(bars: Sequence[Bar], rows: Sequence[LevelRow]) -> tuple[tuple[Bar, ...], tuple[LevelRow, ...]]:
    """Which row counts in which places, so that the page can count while levels are chosen."""
    seated = tuple(replace(r, seats=tuple(b.places.pk for b in bars if holds(b.places, r.sheet.member))) for r in rows)
    here = [(row.proposed, row.seats) for row in seated if not (row.decision or row.stale or row.published)]
    known = (replace(b, others=b.taken - sum(level == b.places.level and b.places.pk in seats for level, seats in here))
             for b in bars)
    return tuple(known), seated


def bars_of(cycle: Cycle, places: Sequence[QuotaPlaces], named: Sequence[Sheet]) -> tuple[Bar, ...]:
    """Places with how many are proposed now; one query. `named` is somebody under the same rulebook, for words."""
    if not places or not named:
        return ()
    counts = taken_in(cycle)
    shape = shape_of(named[0].member)
    return tuple(Bar(p, shape.label(p.level), sum(n for k, n in counts.items() if k.counts_in(p))) for p in places)


def level_rows(results: Sequence[tuple[Sheet, Confirmation]], cycle: Cycle) -> tuple[LevelRow, ...]:
    """Rows of confirmed sheets that have a level by the rule, best score first. Three queries."""
    ids = [sheet.pk for sheet, _ in results]
    proposals = {p.sheet_id: p for p in LevelProposal.objects.filter(sheet__in=ids)}
    decisions: dict[int, list[LevelDecision]] = {}
    for one in LevelDecision.objects.filter(sheet__in=ids).select_related("decided_by").order_by("number"):
        decisions.setdefault(one.sheet_id, []).append(one)
    made = [_row(s, c, cycle, proposals.get(s.pk), decisions.get(s.pk, [])) for s, c in results]
    stands = published([result.pk for _, result in results])
    out = {sheet.pk for sheet, result in results if result.pk in stands}
    known = [replace(row, published=row.sheet.pk in out) for row in made if row is not None]
    known.sort(key=lambda one: (-(one.score.value if one.score else 0), one.sheet.person.sort_key))
    return tuple(known)


def proposes_levels(table: Table) -> bool:
    """Whether the page of levels has anything to show: some sheet stands under a rulebook with a quota."""
    return any(
        (scheme := scheme_of(book, sheet.member, table.cycle)) is not None and bool(scheme.quotas)
        for sheet in table.sheets
        if isinstance(book := shape_of(sheet.member).book, SchemeBook)
    )


def _row(
    sheet: Sheet, result: Confirmation, cycle: Cycle, proposal: LevelProposal | None, decisions: list[LevelDecision]
) -> LevelRow | None:
    shape = shape_of(sheet.member)
    scheme = scheme_of(shape.book, sheet.member, cycle) if isinstance(shape.book, SchemeBook) else None
    codes = [level.code for level in scheme.levels] if scheme else []
    if result.band not in codes:
        return None
    options = tuple((code, shape.label(code)) for code in codes[codes.index(result.band) :])
    made = next((d for d in reversed(decisions) if d.confirmation_id == result.pk), None)
    stale = proposal is not None and proposal.at < result.at
    decided = shape.label(made.level) if made else ""
    level, score, number = shape.label(result.band), points(result.score), len(decisions)
    suggested = shape.label(proposal.level) if proposal else ""
    return LevelRow(sheet, score, level, options, proposal, stale, made, decided, number, suggested)
