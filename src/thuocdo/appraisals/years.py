"""The year's sheet (Mẫu 02) as a draft: twelve months with a score or the reason why there is none."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.utils.timezone import localdate, now

from thuocdo.accounts.models import User
from thuocdo.appraisals import rules
from thuocdo.appraisals.access import headed_units, officer_or_inspector, sent_along
from thuocdo.appraisals.capacity import kept_of_old_units, of_record, still_heads
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import BEING_MADE, Confirmation, Sheet, sheet_made
from thuocdo.appraisals.table import Points, points
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.changes.clashes import identities
from thuocdo.organisation.models import Person, Role
from thuocdo.organisation.queries import units_where_any
from thuocdo.organisation.successors import keeper_of, keepers
from thuocdo.rulesets.versions import pinned_book

PROVISIONAL = "tạm tính"
_NO_SCORE = {
    "needs_decision": "đã xác nhận, còn điểm luật để ngỏ cần quyết định",
    "not_rated": "không chấm điểm kỳ này",
}


@dataclass(frozen=True)
class MonthRow:
    """One month: the confirmed score in force, or why there is none."""

    month: int
    score: Points | None
    note: str
    sheet_id: int | None
    corrected: bool


@dataclass(frozen=True)
class YearDraft:
    """Mẫu 02 so far. `mean` runs over the confirmed months only and is provisional; there is no level in a
    draft. `others`: other rules by which some of the months are judged; then there is neither a mean nor the form,
    which are those of NĐ 335 (Điều 17 khoản 3). `unread`: months whose pinned rulebook is neither installed nor kept;
    by what rule they are judged is then not known, so there is no mean and no form either."""

    person: Person
    year: int
    position: str
    unit: str
    months: tuple[MonthRow, ...]
    mean: Points | None
    mean_label: str
    others: tuple[str, ...] = ()
    unread: tuple[int, ...] = ()

    @property
    def missing(self) -> tuple[MonthRow, ...]:
        return tuple(m for m in self.months if m.score is None)

    @property
    def has_sheets(self) -> bool:
        """Whether any month has a sheet: without one there is no Mẫu 02 to print."""
        return any(m.sheet_id is not None for m in self.months)

    @property
    def name(self) -> str:
        """What its page is called, as `year_name` calls it."""
        return _named(self.year, form=self.is_form)

    @property
    def is_form(self) -> bool:
        """Whether the year goes by Mẫu 02 and has one to print."""
        return self.has_sheets and not self.others and not self.unread

    @property
    def unread_words(self) -> str:
        """Which months' rules are missing, as a sentence; empty where none is."""
        return (
            f"Bản bộ quy tắc được chốt cho {_months(self.unread)} không còn trên hệ thống nên chưa biết các tháng này "
            "có theo NĐ 335/2025 không. Hãy báo người vận hành cài lại đúng phiên bản bộ quy tắc của kỳ."
            if self.unread
            else ""
        )


def year_draft(user: User, person_id: int, year: int, at: datetime | None = None) -> YearDraft:
    """The year of one person, for the person, an evaluator of that year in the post still, officers and inspectors.
    Raises NotYours. Months at another agency are there for who may read them: after a received hand-over."""
    person, members, read = year_seen(user, person_id, year, at or now())
    results = {
        c.sheet_id: c
        for c in in_force(
            Confirmation.objects.filter(
                sheet__person__in=identities(person.pk), sheet__cycle__kind=Cycle.Kind.MONTH, sheet__cycle__year=year
            )
        )
    }
    rows = tuple(_month(n, [m for m in members if m.cycle.number == n], results, read) for n in range(1, 13))
    scores = [row.score.value for row in rows if row.score is not None]
    others, unread = _rules([m for m in members if m.pk in read and m.standing == Member.Standing.IN])
    mean = Points(sum(scores, Fraction(0)) / len(scores)) if scores and not others and not unread else None
    last = members[-1] if members else None
    return YearDraft(
        person,
        year,
        last.position if last else "",
        last.unit.name if last else "",
        rows,
        mean,
        _label(len(scores), others, unread),
        others,
        unread,
    )


def year_name(year: int, months: Collection[Member]) -> str:
    """What the page of a year is called by the rules of its months: a form to draft have those of NĐ 335 alone."""
    return _named(year, form=bool(months) and not any(_rules(months)))


def _named(year: int, *, form: bool) -> str:
    return f"Phiếu xếp loại năm {year} (dự thảo)" if form else f"Điểm các tháng năm {year}"


def own_years(sheets: Collection[Sheet]) -> list[tuple[int, str]]:
    """The years of somebody's sheets, read with cycle and member, the newest first, each as its page is called."""
    months: dict[int, list[Member]] = {sheet.cycle.year: [] for sheet in sheets}
    for sheet in sheets:
        if sheet.cycle.kind == Cycle.Kind.MONTH:
            months[sheet.cycle.year].append(sheet.member)
    return [(year, year_name(year, months[year])) for year in sorted(months, reverse=True)]


def _rules(members: Collection[Member]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Rules of other shapes than that of NĐ 335, by which these months are judged, and the months whose rules cannot be
    read."""
    pinned: dict[tuple[str, tuple[str, ...], str], list[Member]] = {}
    for one in members:
        pinned.setdefault((one.rulebook, tuple(one.overlays), one.rulebook_hash), []).append(one)
    others: dict[str, None] = {}
    unread: set[int] = set()
    for pin, judged in pinned.items():
        try:
            book = pinned_book(*pin)
        except Refusal:
            unread.update(one.cycle.number for one in judged)
            continue
        if not isinstance(book, Rulebook):
            others[book.short_title] = None
    return tuple(others), tuple(sorted(unread))


def _months(numbers: Collection[int]) -> str:
    return f"tháng {', '.join(map(str, numbers))}"


def _label(scored: int, others: tuple[str, ...], unread: tuple[int, ...]) -> str:
    if unread:
        return f"chưa tính: không có bộ quy tắc của {_months(unread)}"
    if others:
        return f"không tính: có tháng theo {', '.join(others)}; lấy trung bình các tháng là cách của NĐ 335/2025"
    return f"{PROVISIONAL}, trên {scored} tháng đã xác nhận" if scored else "chưa có tháng nào xác nhận"


def year_seen(user: User, person_id: int, year: int, at: datetime) -> tuple[Person, list[Member], set[int]]:
    """The person, the months of the year, and which of them the user reads, for whoever reads any. Raises NotYours."""
    person = Person.objects.filter(pk=person_id).first()
    members = list(
        Member.objects.filter(person__in=identities(person_id), cycle__kind=Cycle.Kind.MONTH, cycle__year=year)
        .select_related("cycle", "unit", "agency", "sheet__evaluator")
        .order_by("cycle__number", "pk")
    )
    read = _read(user, person, members, localdate(at)) if person else set()
    if person is None or not (read or person.user_id == user.pk):
        raise NotYours()
    return person, members, read


def _read(user: User, person: Person, members: list[Member], on: date) -> set[int]:
    """Which of the months the user reads: all of an agency in which the user evaluated the person and heads that unit
    still, or is officer or inspector; what such an agency was sent and has received; and of a unit given up the months
    that its last head finishes."""
    if person.user_id == user.pk:
        return {m.pk for m in members}
    roots = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), on)
    kept = keepers() if len({m.agency_id for m in members}) > 1 else {}
    home = {m.pk: keeper_of(m.agency_id, kept) if m.agency_id else None for m in members}
    sheets = {m.pk: s for m in members if (s := sheet_made(m)) is not None}
    judged = [m for m in members if m.pk in sheets and sheets[m.pk].evaluator.user_id == user.pk]
    headed = headed_units(user, on) if judged else set()
    near = {home[m.pk] for m in members if m.cycle.root_id in roots}
    near |= {home[m.pk] for m in judged if m.evaluator_unit_id in headed}
    read = {m.pk for m in members if home[m.pk] in near}
    read |= kept_months(user, [m for m in judged if m.pk not in read], on)
    others = {sheets[m.pk].pk: m.pk for m in members if m.pk not in read and m.pk in sheets}
    return read | {others[sheet] for sheet in sent_along(user, list(others), on)}


def kept_months(user: User, judged: Collection[Member], on: date) -> set[int]:
    """Those of the months judged by the user, of an agency the user no longer reads as a whole, that stay open to the
    user alone: what `capacity.still_heads` lets an evaluator handle. One query where there are any."""
    handled = of_record(user, on) | kept_of_old_units(user, on)
    sheets = Sheet.objects.filter(handled, member__in=[m.pk for m in judged])
    return set(sheets.values_list("member_id", flat=True)) if judged else set()


def may_see_year_of(sheet: Sheet, user: User, at: datetime) -> bool:
    """Whether by this sheet the user may have the draft of its year: not for who only answers a petition."""
    if sheet.cycle.kind != Cycle.Kind.MONTH:
        return False
    on = localdate(at)
    if user.pk == sheet.person.user_id or (user.pk == sheet.evaluator.user_id and still_heads(sheet, on)):
        return True
    return officer_or_inspector(user, sheet.cycle.root_id, on)


def _month(number: int, members: list[Member], results: dict[int, Confirmation], read: set[int]) -> MonthRow:
    elsewhere = [m for m in members if m.pk not in read]
    members = [m for m in members if m.pk in read]
    if elsewhere and not members:
        place = elsewhere[-1].agency or elsewhere[-1].unit
        return MonthRow(number, None, f"ở {place.name}, kết quả chưa bàn giao cho nơi này", None, False)
    inside = [m for m in members if m.standing == Member.Standing.IN]
    if not members:
        return MonthRow(number, None, "chưa mở kỳ", None, False)
    if not inside:
        return MonthRow(number, None, members[-1].get_standing_display(), None, False)
    sheet = sheet_made(inside[-1])
    if sheet is None:
        return MonthRow(number, None, BEING_MADE, None, False)
    result = results.get(sheet.pk)
    if result is None:
        return MonthRow(
            number,
            None,
            f"chưa xác nhận ({rules.MACHINE.states[sheet.state]})"
            if sheet.state != rules.EXEMPTED
            else rules.MACHINE.states[sheet.state],
            sheet.pk,
            False,
        )
    note = "đã sửa theo kiến nghị" if result.number > 1 else ""
    if not result.score:
        note = _NO_SCORE.get(result.outcome_kind, "không có điểm")
    return MonthRow(number, points(result.score), note, sheet.pk, result.number > 1)
