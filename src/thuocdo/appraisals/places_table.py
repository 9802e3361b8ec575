"""The officer's view of quotas in a cycle: what each text says and leaves open, what is frozen, what is taken."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from thuocdo.accounts.models import User
from thuocdo.appraisals import facts
from thuocdo.appraisals.level_counts import quotas_for, taken_in
from thuocdo.appraisals.models import Confirmation, LevelDecision, QuotaPlaces, Sheet
from thuocdo.appraisals.places import WORDS
from thuocdo.appraisals.progress import cycle_to_follow
from thuocdo.appraisals.rules import EXEMPTED
from thuocdo.appraisals.shapes import shape_with
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Citation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import SchemeQuota
from thuocdo.rulesets import versions

PAGE = 40


@dataclass(frozen=True)
class Quota:
    """A quota of a rulebook in this cycle. `key` names its rounding in `freeze_places`; `rounding` is settled by the
    text (in words), or empty where the agency chooses; `chosen` and `reason` are its choice so far."""

    key: str
    book: str
    rule: SchemeQuota
    level: str
    cite: tuple[Citation, ...]
    rounding: str
    chosen: str
    reason: str


@dataclass(frozen=True)
class PlacesRow:
    """Places of one scope with the live count, and what may still be recorded for it."""

    places: QuotaPlaces
    level: str
    taken: int
    may_raise: str
    asks_share: bool

    @property
    def full(self) -> bool:
        return self.places.places is not None and self.taken >= self.places.places


@dataclass(frozen=True)
class PlacesTable:
    """All quotas of the cycle and one page of their scopes; `results` of `sheets` people have a result so far."""

    cycle: Cycle
    quotas: tuple[Quota, ...]
    rows: tuple[PlacesRow, ...]
    results: int
    sheets: int
    decided: bool
    onward: int | None

    @property
    def frozen(self) -> bool:
        return bool(self.rows)

    @property
    def chooses(self) -> bool:
        return any(not quota.rounding for quota in self.quotas)

    @property
    def reason(self) -> str:
        return next((quota.reason for quota in self.quotas if quota.reason), "")


def has_quotas(cycle: Cycle) -> bool:
    """Whether some rulebook of the cycle has a quota on levels. Two queries; none where no scheme is pinned."""
    return bool(_ruled(cycle))


def places_table(user: User, cycle_id: int, at: datetime, after: int = 0) -> PlacesTable:
    """For officers and inspectors of the cycle; scopes follow the key `after`. Constant queries. Raises NotYours."""
    cycle = cycle_to_follow(user, cycle_id, at)
    ruled = _ruled(cycle)
    onwards = QuotaPlaces.objects.filter(cycle=cycle, pk__gt=after).select_related("agency").order_by("pk")
    rows = list(onwards[: PAGE + 1])
    first = {(r.rulebook_hash, r.quota): r for r in reversed(rows)}
    counts = taken_in(cycle) if rows else {}
    found = []
    for row in rows[:PAGE]:
        named = ruled.get((row.rulebook_hash, row.quota))
        if named is not None:
            book, rule = named
            taken = sum(n for key, n in counts.items() if key.counts_in(row))
            raised = rule.raised.label if rule.raised is not None else ""
            level = shape_with(book).label(row.level)
            found.append(PlacesRow(row, level, taken, raised, rule.percent_fact is not None))
    sheets = Sheet.objects.filter(cycle=cycle).exclude(state=EXEMPTED).count()
    results = Confirmation.objects.filter(sheet__cycle=cycle, replaced_by=None).count()
    decided = LevelDecision.objects.filter(sheet__cycle=cycle).exists()
    onward = rows[PAGE - 1].pk if len(rows) > PAGE else None
    quotas = tuple(_quota(key, book, rule, first.get(key)) for key, (book, rule) in ruled.items())
    return PlacesTable(cycle, quotas, tuple(found), results, sheets, decided, onward)


Ruled = dict[tuple[str, str], tuple[SchemeBook, SchemeQuota]]


def _ruled(cycle: Cycle) -> Ruled:
    schemes = [pin["hash"] for pin in cycle.pins if isinstance(versions.pinned_of(pin), SchemeBook)]
    if not schemes:
        return {}
    inside = Member.objects.filter(cycle=cycle, standing=Member.Standing.IN, rulebook_hash__in=schemes)
    firsts = inside.values("rulebook_hash", "kind", "leadership").annotate(first=Min("pk")).order_by().values("first")
    known: dict[tuple[str, str, str], tuple[SchemeQuota, ...]] = {}
    found: Ruled = {}
    for one in Member.objects.filter(pk__in=firsts).order_by("pk"):
        for rule in quotas_for(cycle, one, known):
            book = facts.pinned_book(one)
            assert isinstance(book, SchemeBook), "only schemes have quotas here"
            found.setdefault((one.rulebook_hash, rule.id), (book, rule))
    return found


def _quota(key: tuple[str, str], book: SchemeBook, rule: SchemeQuota, row: QuotaPlaces | None) -> Quota:
    rounding = WORDS[rule.rounding] if rule.rounding != "open" else ""
    chosen, reason = (row.rounding, row.rounding_reason) if row is not None else ("", "")
    level, cite = shape_with(book).label(rule.level), tuple(book.cite(rule.cite))
    return Quota(".".join(key), book.short_title, rule, level, cite, rounding, chosen, reason)
