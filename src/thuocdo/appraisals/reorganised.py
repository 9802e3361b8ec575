"""Open sheets follow a reorganisation: the sheet keeps its history and its old unit; who evaluates is read again from
the rulebook's table on the date, unless the officer chose that the old evaluator finishes (NĐ 335 does not say)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from thuocdo.appraisals import facts, rules
from thuocdo.appraisals.models import Sheet
from thuocdo.cycles.models import Member
from thuocdo.cycles.population import procedure_table
from thuocdo.cycles.rules import Evaluator, Seat, evaluator_for
from thuocdo.cycles.scheme_rule import chosen_table
from thuocdo.cycles.structure import Structure, structure_on
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.periods import period_span
from thuocdo.organisation.changes.followers import Change, Counted
from thuocdo.organisation.changes.ledger import Ledger
from thuocdo.organisation.models import Employment, Reorganisation
from thuocdo.organisation.queries import descendants, on_day


class Sheets:
    """Follower of `organisation.changes`."""

    def concerned(self, change: Change) -> Counted:
        """The sheets that are not confirmed."""
        return {"sheets": _unresolved(change)}

    def foresee(self, change: Change, counts: Mapping[str, int]) -> tuple[list[str], bool]:
        """How many sheets are not confirmed, by period; the officer must choose who finishes them."""
        count = counts["sheets"]
        if not count:
            return [], False
        return [f"{count} phiếu chưa xác nhận thuộc các đơn vị này; phiếu và lịch sử của phiếu được giữ nguyên, chỉ "
                "người đánh giá có thể thay đổi."], True

    def follow(self, change: Change, ledger: Ledger) -> int:
        """Hand the sheets over by the table of the date; returns how many changed hands."""
        sheets = [s for s in _unresolved(change).select_related("member", "cycle") if not _stays(s, change)]
        if not sheets:
            return 0
        structure = structure_on(change.start, max(change.start, localdate(change.at)))
        posts = _posts(sheets, change)
        groups: dict[_Hands, list[Sheet]] = defaultdict(list)
        for sheet in sheets:
            post = posts.get(sheet.person_id)
            found = evaluator_of_post(sheet.member, post, structure) if post is not None else None
            if found is not None and found.person is not None and not found.problem:
                hands = _Hands(found.person, found.unit, found.rating_unit, found.cite[:300])
                if hands != _Hands.of(sheet):
                    groups[hands].append(sheet)
        for hands, members in groups.items():
            _hand_over(hands, members, change, ledger)
        return sum(len(members) for members in groups.values())


@dataclass(frozen=True)
class _Hands:
    """Who evaluates and rates, and the article."""

    person: int
    unit: int | None
    rating: int | None
    cite: str

    @classmethod
    def of(cls, sheet: Sheet) -> "_Hands":
        member = sheet.member
        return cls(sheet.evaluator_id, member.evaluator_unit_id, member.rating_unit_id, member.evaluator_cite)


def _unresolved(change: Change) -> QuerySet[Sheet]:
    units = set(change.ended) | descendants(change.moved, change.start)
    touched = Q(member__unit_id__in=units) | Q(member__evaluator_unit_id__in=set(change.ended))
    return Sheet.objects.filter(touched).exclude(state__in=rules.RESOLVED).order_by("pk")


def _stays(sheet: Sheet, change: Change) -> bool:
    """The old evaluator finishes: only for periods that began before the date."""
    begun = period_span(sheet.cycle.kind, sheet.cycle.year, sheet.cycle.number).start < change.start
    return begun and change.month_rule == Reorganisation.MonthRule.OLD


def _posts(sheets: list[Sheet], change: Change) -> dict[int, Employment]:
    """The post of each person on the date that goes on from the post of the sheet, else a post held then."""
    rows = Employment.objects.filter(on_day(change.start), person_id__in={s.person_id for s in sheets})
    held = {p.pk: p for p in rows.select_related("unit").order_by("start", "pk")}
    found = {p.person_id: p for p in held.values()}
    for sheet in sheets:
        following = change.posts.get(sheet.member.employment_id)
        if following in held:
            found[sheet.person_id] = held[following]
    return found


def evaluator_of_post(member: Member, post: Employment, structure: Structure) -> Evaluator:
    """Who evaluates the holder of the post by the table of the member's rule, on the days of the structure."""
    agency = structure.tree.agency(post.unit_id)
    managing = structure.managing(agency) if agency is not None else None
    seat = Seat(post.pk, post.person_id, post.unit_id, post.unit.kind, post.leadership, agency, managing)
    book = facts.pinned_book(member)
    table = chosen_table(book, member.rule_decided_by) if isinstance(book, SchemeBook) else procedure_table(book)
    return evaluator_for(seat, table, structure.heads, structure.names)


def _hand_over(hands: _Hands, sheets: list[Sheet], change: Change, ledger: Ledger) -> None:
    ledger.set(
        [s.member for s in sheets], evaluator_id=hands.person, evaluator_unit_id=hands.unit,
        rating_unit_id=hands.rating, evaluator_cite=hands.cite,
    )
    by_version: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        by_version[sheet.version].append(sheet)
    for version, members in by_version.items():
        ledger.set(members, evaluator_id=hands.person, version=version + 1, changed_by_id=change.by.pk,
                   changed_at=change.at)
