"""What the progress page lists: counts per unit as filters, and the sheets or people behind a count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.appraisals import queries
from thuocdo.appraisals.actions.closing import OWN_SHEET
from thuocdo.appraisals.followed import LATE, PETITION
from thuocdo.appraisals.progress import Progress, UnitProgress
from thuocdo.appraisals.sheets import SheetView
from thuocdo.cycles.models import Cycle, Member
from thuocdo.cycles.population import scope_for
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.own_case import is_own, refuse_own
from thuocdo.organisation.queries import looks_after
from thuocdo.rulesets.queries import rules_for

COLUMNS = {
    "drafting": ("đang lập", ("drafting",)),
    "submitted": ("đã nộp", ("submitted", "under_review")),
    "returned": ("trả lại", ("returned",)),
    "confirmed": ("xác nhận", ("confirmed",)),
    "exempted": ("miễn", ("exempted",)),
}
OUTSIDE = "ngoai-ky"


@dataclass(frozen=True)
class Cell:
    """One count: the state it filters by, its column, and how many."""

    state: str
    label: str
    count: int


@dataclass(frozen=True)
class Row:
    """One unit or agency, or the whole period."""

    progress: UnitProgress
    cells: tuple[Cell, ...]

    @property
    def counted(self) -> SafeString:
        """The counts as cells of a table."""
        return SafeString("".join(f"<td>{cell.count or ''}</td>" for cell in self.cells))

    @property
    def linked(self) -> SafeString:
        """The same, each leading to the sheets that it counts."""
        link, unit = '<a href="?don-vi={}&amp;trang-thai={}#phieu">{}</a>', self.progress.unit.pk
        links = (format_html(link, unit, cell.state, cell.count) if cell.count else "" for cell in self.cells)
        return format_html_join("", "<td>{}</td>", ((one,) for one in links))


def lines(found: Progress, table: Iterable[Row], *, reminding: bool) -> list[tuple[SafeString, str, SafeString]]:
    """The rows as HTML, which 156 agencies cost a template more than all the rest of the page: up to the button that
    reminds, the key of the unit for which it stands there (`reminding`: who looks may remind those who act next), and
    what follows it. Numbers are written as they are, words escaped."""
    return [_line(row, found, reminding) for row in table]


def _line(row: Row, found: Progress, reminding: bool) -> tuple[SafeString, str, SafeString]:
    one, key = row.progress, row.progress.unit.pk
    depth = f' class="in-{one.depth}"' if one.depth else ""
    scope = "co-quan" if found.by_agency else "don-vi"
    name = f'<a href="?{scope}={key}#phieu">{escape(one.unit.name)}</a>'
    counts = row.counted if found.by_agency else row.linked
    places = f'<td data-label="Suất">{escape("; ".join(one.places))}</td>' if found.has_places else ""
    made, issued = one.papers["made"], one.papers["issued"]
    papers = f'<td data-label="Văn bản">{issued}/{made} đã ban hành</td>' if made else "<td></td>"
    before = (
        f'<tr><th scope="row"{depth} id="u{key}">{name}</th><td>{one.total}</td>{counts}{places}{papers}'
        f"<td>{_standing(one)}"
    )
    after = "</span></td></tr>" if one.stops else "</td></tr>"
    return SafeString(before), SafeString(key) if one.stops and reminding else "", SafeString(after)


def _standing(one: UnitProgress) -> str:
    """What stops the unit and who acts next (left open for the button), what is still under way, or that it is done."""
    if one.stops:
        tag = "tag-stop" if one.late else "tag-wait"
        return f'<span><span class="tag {tag}">{escape(one.reason)}</span>'
    if one.running:
        return f'<span class="tag tag-wait">{one.running} phiếu gia hạn, có lý do</span>'
    if one.undecided:
        return f'<span class="tag tag-wait">{one.undecided} mức đã đề xuất, chưa quyết định</span>'
    return '<span class="tag tag-ok">xong</span>'


@dataclass(frozen=True)
class Outside:
    """Somebody outside the period. `needs_rule`: no rule covers them yet, so letting them in would be
    refused."""

    member: Member
    needs_rule: bool
    own: bool


@dataclass(frozen=True)
class Asked:
    """What the address asks for: an agency (`co-quan`), a unit (`don-vi`), a state (`trang-thai`), and the key after
    which the page begins (`sau`)."""

    agency: int | None
    unit: int | None
    state: str
    after: int | None

    @property
    def filtered(self) -> bool:
        return bool(self.unit or self.state)


def asked(query: QueryDict) -> Asked:
    """Raises NotYours for a key that is none."""
    return Asked(
        _key(query, "co-quan"), _key(query, "don-vi"), query.get("trang-thai", ""), _key(query, "sau")
    )


def _key(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise NotYours()
    return int(text)


def cells(row: UnitProgress) -> tuple[Cell, ...]:
    """The counts of a row in the order of the columns."""
    states = [
        Cell(state, label, sum(row.counts[one] for one in inside)) for state, (label, inside) in COLUMNS.items()
    ]
    return (*states, Cell(LATE, "quá hạn", row.late), Cell(PETITION, "kiến nghị", row.petitions))


def tabled(found: Progress) -> list[Row]:
    """One row per unit."""
    return [Row(row, cells(row)) for row in found.units]


def outside(rows: Iterable[Member], cycle: Cycle, user: User, at: datetime, *, ask: bool) -> list[Outside]:
    """Who is outside; where they are treated (`ask`) also whether a rule covers them now: one may have been recorded
    since the opening. Two more queries then."""
    members = list(rows)
    uncovered = [m for m in members if ask and m.standing == Member.Standing.NO_RULE]
    missing: set[int] = set()
    if uncovered:
        day = scope_for(cycle.root, cycle.kind, cycle.year, cycle.number, at).last_day
        rules = rules_for({(m.unit_id, m.kind) for m in uncovered}, day, cycle.kind)
        missing = {m.pk for m in uncovered if rules[m.unit_id, m.kind].rulebook is None}
    return [Outside(m, m.pk in missing, is_own(m.person, user)) for m in members]


def by_reason(rows: Iterable[Outside]) -> list[tuple[str, list[Outside]]]:
    """The same by why they are outside, as the first of each comes: one article may leave out everybody of a kind."""
    found: dict[str, list[Outside]] = {}
    for row in rows:
        found.setdefault(row.member.reason, []).append(row)
    return list(found.items())


def exceptions_of(user: User, sheet_id: int, at: datetime) -> SheetView:
    """A sheet for the officer of its period. Raises NotYours, Forbidden for the officer's own sheet."""
    view = queries.sheet_to_view(user, sheet_id, at)
    if not looks_after(user, view.sheet.cycle.root_id, localdate(at)):
        raise NotYours()
    refuse_own(view.sheet.person, view.sheet.cycle.root, user, at, what=OWN_SHEET)
    return view
