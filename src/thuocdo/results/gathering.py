"""The parts of roll-ups of many people in a constant number of queries: who has which score, and why some have none."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import DateField, OuterRef, Subquery, Value

from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import BEING_MADE, Confirmation, Remark, Sheet, sheet_made
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine import Period
from thuocdo.kernel.exact import parse_fraction
from thuocdo.organisation.changes.clashes import whose_codes
from thuocdo.organisation.models import Employment
from thuocdo.organisation.successors import keeper_of, keepers
from thuocdo.records.models import Absence
from thuocdo.results import rules
from thuocdo.results.keeping import one_keeper, received_by
from thuocdo.results.models import OutsideResult
from thuocdo.results.outside.standing import standing, words_of
from thuocdo.results.rules import Part

MIXED = "Trong kỳ này có cả kết quả tháng và kết quả quý; Nghị định chưa quy định cách tổng hợp lẫn hai loại."
BY_QUARTER = "Cơ quan đánh giá theo quý: điểm quý là kết quả đã xác nhận của chính kỳ quý, không tổng hợp từ tháng."
RULES_DIFFER = "Trong kỳ này người này có kết quả theo các quy định khác nhau ({}); không tính trung bình lẫn nhau."


@dataclass(frozen=True)
class Gathered:
    """One person's parts of a period. `unit` is month or quarter; `last` the latest membership (rule, unit, authority).

    `conflict` says in words why no mean can be made of these parts, whoever decides; `moved`: between agencies.
    """

    person: int
    unit: str
    parts: tuple[Part, ...]
    last: Member | None
    conflict: str
    moved: bool = False

    @property
    def scored(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.score is not None)


@dataclass(frozen=True)
class _Away:
    """One absence: kind and days, `end` exclusive."""

    kind: str
    start: date
    end: date | None


_OUTSIDE = "outside result"


@dataclass
class _Held:
    """What the tables hold about one person in the period."""

    members: dict[tuple[str, int], list[Member]] = field(default_factory=lambda: defaultdict(list))
    posts: list[tuple[date, date | None]] = field(default_factory=list)
    absences: list[_Away] = field(default_factory=list)
    outside: list[OutsideResult] = field(default_factory=list)


def gather(people: Iterable[int], period: Period) -> dict[int, Gathered]:
    """The parts of each person, months or quarters. At most six queries, whoever many they are, and two
    more where anybody moved between agencies."""
    wanted = sorted(set(people))
    known_as = whose_codes(wanted)
    held: dict[int, _Held] = {pk: _Held() for pk in wanted}
    members, reasons = _members(known_as, period)
    for member in members:
        held[known_as[member.person_id]].members[member.cycle.kind, member.cycle.number].append(member)
    given_elsewhere = _read_posts_and_absences(known_as, period, held)
    numbers = {"month": period.months, "quarter": rules.quarters_of(period)}
    for row in standing(given_elsewhere, period.year):
        if row.number in numbers[row.kind]:
            held[known_as[row.person_id]].outside.append(row)
    results = _results(known_as, period)
    found = {pk: _gathered(pk, one, period, results, reasons) for pk, one in held.items()}
    return _handed_over(found, held, known_as, period.year)


def _handed_over(
    found: dict[int, Gathered], held: Mapping[int, _Held], known_as: Mapping[int, int], year: int
) -> dict[int, Gathered]:
    """What another agency confirmed counts where the latest one has received it. Two queries, where anybody moved."""
    moved = [pk for pk, one in held.items() if not one_keeper([m for rows in one.members.values() for m in rows])]
    if not moved:
        return found
    kept = keepers()
    received = received_by([code for code, pk in known_as.items() if pk in moved], year, kept)
    for pk in moved:
        here = found[pk]
        if here.last is None or here.last.agency_id is None:
            continue
        home = keeper_of(here.last.agency_id, kept)
        names = {m.agency_id: m.agency.name for rows in held[pk].members.values() for m in rows if m.agency}
        parts = tuple(
            part if part.agency is None or keeper_of(part.agency, kept) == home
            else _sent(part, names[part.agency], received.get(home, set()))
            for part in here.parts
        )  # fmt: skip
        found[pk] = replace(here, parts=parts, moved=True)
    return found


def _sent(part: Part, agency: str, received: Collection[int]) -> Part:
    """A part of another agency as the latest one has it. What was corrected after sending waits to be sent again."""
    if part.score is None:
        return part
    if part.confirmation in received:
        return replace(part, sent_by=agency)
    return replace(part, score=None, confirmation=None, reason=rules.NOT_YET, words=rules.NOT_SENT.format(agency))


def _read_posts_and_absences(known_as: Mapping[int, int], period: Period, held: Mapping[int, _Held]) -> set[int]:
    """Fill in when each person served and was away, the absences in the order of recording. Returns who has a result
    from outside in the year. One query."""
    rows = Employment.objects.filter(person__in=known_as, start__lte=period.end)
    away = Absence.objects.filter(person__in=known_as, start__lte=period.end)
    served = rows.values_list(Value(""), "pk", "person_id", "start", "end")
    day = Value(period.end, DateField())
    given = OutsideResult.objects.filter(
        person__in=known_as, year=period.year, state=OutsideResult.State.CONFIRMED
    ).values_list(Value(_OUTSIDE), "pk", "person_id", day, day)
    given_elsewhere = set()
    for kind, _, person, start, end in sorted(
        served.union(away.values_list("kind", "pk", "person_id", "start", "end"), given, all=True), key=itemgetter(1)
    ):
        one = held[known_as[person]]
        if kind == _OUTSIDE:
            given_elsewhere.add(person)
        elif kind:
            one.absences.append(_Away(kind, start, end))
        else:
            one.posts.append((start, end))
    return given_elsewhere


def _members(people: Iterable[int], period: Period) -> tuple[list[Member], dict[int, str]]:
    """The memberships of the period, and why sheets are exempted: sheet to reason. One query."""
    why = Remark.objects.filter(kind=Remark.Kind.EXEMPTION, sheet__member=OuterRef("pk")).order_by("-pk")
    rows = Member.objects.filter(person__in=people, cycle__year=period.year).exclude(cycle__kind=Cycle.Kind.YEAR)
    rows = rows.select_related("cycle__root", "unit", "agency", "evaluator_unit", "rating_unit", "person", "sheet")
    numbers = {"month": period.months, "quarter": rules.quarters_of(period)}
    ordered = rows.order_by("cycle__kind", "cycle__number", "pk")
    found: list[Any] = list(ordered.annotate(exempted_because=Subquery(why.values("reason")[:1])))
    inside = [one for one in found if one.cycle.number in numbers[one.cycle.kind]]
    return inside, {one.sheet.pk: one.exempted_because for one in inside if one.exempted_because is not None}


def _results(people: Iterable[int], period: Period) -> dict[int, Confirmation]:
    rows = in_force(Confirmation.objects.filter(sheet__person__in=people, sheet__cycle__year=period.year))
    rows = rows.defer("outcome", "comment")
    return {one.sheet_id: one for one in rows}


def _gathered(
    person: int, held: _Held, period: Period, results: Mapping[int, Confirmation], reasons: Mapping[int, str]
) -> Gathered:
    kinds = {kind for kind, _ in held.members} | {row.kind for row in held.outside}
    by_quarter = kinds == {Cycle.Kind.QUARTER} and period.kind != "quarter"
    unit = "quarter" if by_quarter else "month"
    numbers = rules.quarters_of(period) if by_quarter else period.months
    parts = tuple(_part(n, unit, held, period, results, reasons) for n in numbers)
    inside = [m for group in held.members.values() for m in group if m.standing == Member.Standing.IN]
    last = max(inside, key=lambda m: (m.cycle.number, m.pk), default=None)
    home = last.agency_id if last else None
    parts = tuple(_with_outside(p, unit, held.outside, home) for p in parts) if held.outside else parts
    if len(kinds) > 1:
        conflict = MIXED
    elif period.kind == "quarter" and kinds == {Cycle.Kind.QUARTER}:
        conflict = BY_QUARTER
    else:
        books = sorted({m.rulebook for m in inside if m.cycle.kind == unit})
        conflict = RULES_DIFFER.format(", ".join(books)) if len(books) > 1 else ""
    conflict = conflict or next((part.conflict for part in parts if part.conflict), "")
    return Gathered(person, unit, parts, last, conflict)


def _with_outside(part: Part, unit: str, rows: Sequence[OutsideResult], home: int | None) -> Part:
    """The part with what came from outside for it, where the agency of the latest period received that. Beside a result
    or an open sheet of here it is a conflict, or waits."""
    mine = [row for row in rows if (row.kind, row.number) == (unit, part.number)]
    if not mine:
        return part
    kept = keepers() if any(row.agency_id != home for row in mine) and home is not None else {}
    there = [row for row in mine if home is None or keeper_of(row.agency_id, kept) == keeper_of(home, kept)]
    if part.score is not None:
        words = rules.BOTH.format(rules.PARTS[unit], part.number)
        return replace(part, conflict=part.conflict or f"{words}; cấp có thẩm quyền cần thống nhất một kết quả trước.")
    if part.sheet is not None and part.reason == rules.NOT_YET:
        return part
    if not there:
        return Part(part.number, words=rules.HELD_THERE.format(mine[0].agency.name))
    row = there[-1]
    return Part(part.number, row.exact_score, None, None, "", words_of(row), sent_by=row.place, outside=row.pk)


def _part(
    number: int, unit: str, held: _Held, period: Period, results: Mapping[int, Confirmation], reasons: Mapping[int, str]
) -> Part:
    members = held.members.get((unit, number), [])
    inside = [m for m in members if m.standing == Member.Standing.IN]
    sheets = {s.pk: m for m in inside if (s := sheet_made(m)) is not None}
    scored = [results[pk] for pk in sheets if pk in results and results[pk].score]
    if len(scored) > 1:
        words = f"{rules.PARTS[unit]} {number} có {len(scored)} kết quả đã xác nhận ở các kỳ khác nhau"
        return Part(number, words=words, conflict=f"{words}; cấp có thẩm quyền cần thống nhất một kết quả trước.")
    if scored:
        result = scored[0]
        words = "đã sửa bằng kết quả mới" if result.number > 1 else ""
        of = sheets[result.sheet_id]
        score = parse_fraction(result.score)
        return Part(number, score, result.pk, result.sheet_id, "", words, agency=of.agency_id, member=of.pk)
    part = Part(number, sheet=next(reversed(sheets), None))
    if members:
        of = (inside or members)[-1]
        part = replace(part, agency=of.agency_id, member=of.pk)
    reason, words = _why(number, unit, members, held, period, results, reasons)
    first = min((n for kind, n in held.members if kind == unit), default=number)
    if not members and number < first:
        return replace(part, reason=reason, words=f"{words}; {rules.NOT_CAME}", before=True)
    return replace(part, reason=reason, words=words)


def _why(
    number: int,
    unit: str,
    members: Sequence[Member],
    held: _Held,
    period: Period,
    results: Mapping[int, Confirmation],
    reasons: Mapping[int, str],
) -> tuple[str, str]:
    """The reason of the case format, and the words for people."""
    start, end = _range(number, unit, period)
    absent = next((a for a in held.absences if a.start <= start and (a.end is None or a.end >= end)), None)
    leave = absent.kind if absent is not None and absent.kind in rules.OWN_REASON else "other"
    inside = [m for m in members if m.standing == Member.Standing.IN]
    if not members:
        if not any(first < end and (last is None or last > start) for first, last in held.posts):
            return "not_employed", "không công tác tại cơ quan này"
        return rules.NOT_YET, "chưa mở kỳ"
    if not inside:
        last = members[-1]
        away = last.standing == Member.Standing.AWAY
        return (leave, last.reason) if away else (rules.NOT_YET, last.reason)
    sheet = sheet_made(inside[-1])
    if sheet is None:
        return rules.NOT_YET, BEING_MADE
    if sheet.state == Sheet.State.EXEMPTED:
        return leave, f"miễn lập phiếu: {reasons.get(sheet.pk, 'có quyết định miễn')}"
    result = results.get(sheet.pk)
    if result is None:
        return rules.NOT_YET, f"chưa xác nhận ({sheet.get_state_display()})"
    if result.outcome_kind == "not_rated":
        return leave, "đã xác nhận: không chấm điểm kỳ này"
    return rules.NOT_YET, "đã xác nhận, còn điểm luật để ngỏ cần quyết định"


def _range(number: int, unit: str, period: Period) -> tuple[Any, Any]:
    if unit == "month":
        return rules.month_range(period.year, number)
    return rules.month_range(period.year, 3 * number - 2)[0], rules.month_range(period.year, 3 * number)[1]
