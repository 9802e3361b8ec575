"""Where a text lets the level of one procedure stand for another of the same person. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.engine.outcome import Effect, Finding, Outcome
from thuocdo.engine.rulebook import Citation
from thuocdo.engine.scheme_facts import Headcount
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.plan import LEVEL_ORDER
from thuocdo.engine.schemes.reviewing import holds
from thuocdo.engine.schemes.schema import Stage
from thuocdo.engine.schemes.wording import LEVEL_WORDS


@dataclass(frozen=True)
class ReuseRule:
    """The level of `first` is that of `then` where at least so many percent of the staff are Party members."""

    id: str
    label: str
    first: Stage
    then: Stage
    at_least: Fraction
    cite: tuple[Citation, ...]

    def enough(self, members: int, staff: int) -> bool:
        """Compared exactly; nobody is no share.

        >>> from thuocdo.engine import load_book
        >>> book = load_book("party/qd-366-2025", ["overlays/vi-du-dung-lai-muc"])
        >>> rule = reuse_of(book, "party_member", date(2025, 12, 20))
        >>> [rule.enough(*pair) for pair in ((4, 5), (799, 1000), (0, 0))]
        [True, False, False]
        """
        return staff > 0 and 100 * members * self.at_least.denominator >= staff * self.at_least.numerator

    @property
    def bound(self) -> str:
        """As people read it: percents where they are whole, else a part of the whole."""
        return f"{self.at_least}%" if self.at_least.denominator == 1 else str(self.at_least / 100)


def reuse_of(book: SchemeBook, kind: str, on: date) -> ReuseRule | None:
    """The rule that gives such a subject its level on that day; None where no text has one.

    >>> from thuocdo.engine import load_book
    >>> reuse_of(load_book("party/qd-366-2025"), "party_member", date(2025, 12, 20))
    """
    stages = {stage.id: stage for stage in book.book.stages}
    for one in book.book.reuses:
        then = stages[one.then]
        if holds(one, on) and kind in then.subjects:
            return ReuseRule(one.id, one.label, stages[one.first], then, one.at_least, book.cite(one.cite))
    return None


STATED = ("work", "member")
"""Relations under which a file states the level of the other procedure without its subject."""


def reuse_findings(
    books: Mapping[str, SchemeBook], case: Case, outcomes: Mapping[str, Outcome]
) -> tuple[Finding, ...]:
    """For each subject of the file to whom such a rule of one of its books speaks: the share of the agency's staff
    (`headcounts` with `members`), and the level that is used again. Never above the rule; no outcome changes by it."""
    on = case.rating_date or case.period.end
    counted = {one.agency: one for one in case.headcounts if one.group is None and one.members is not None}
    found = []
    for book in dict.fromkeys(books.values()):
        rules = {kind: reuse_of(book, kind, on) for kind in {one.kind for one in case.subjects}}
        for one in case.subjects:
            rule = rules[one.kind]
            if rule is not None:
                found.append(_finding(rule, one, case, counted, outcomes))
    return tuple(found)


def _finding(
    rule: ReuseRule,
    one: SubjectFacts,
    case: Case,
    counted: Mapping[str, Headcount],
    outcomes: Mapping[str, Outcome],
) -> Finding:
    agency, again = _other(rule, one, case, outcomes)
    known, own = counted.get(agency or ""), _level(outcomes.get(one.id))
    inputs = [("Mức theo quy tắc", own or "chưa có"), ("Mức để dùng lại", again or "chưa có")]
    if known is None or known.members is None:
        missing = f"headcounts: members, staff của “{agency}”" if agency else "agency"
        words = f"chưa ghi nơi để đếm, hoặc số đảng viên trên tổng số người của nơi ấy ({missing})"
        return _said(rule, one, words, None, inputs, "missing")
    inputs = [("Số đảng viên", str(known.members)), ("Tổng số người", str(known.staff)), *inputs]
    value = Fraction(100 * known.members, known.staff) if known.staff else None
    share = f"{known.members}/{known.staff} người của “{agency}” là đảng viên"
    if not rule.enough(known.members, known.staff):
        return _said(rule, one, f"{share}, chưa đủ {rule.bound}: không dùng lại", value, inputs, "not_met")
    if not again:
        return _said(rule, one, f"{share}, từ {rule.bound}; chưa có mức để dùng lại", value, inputs, "missing")
    stands = max(again, own, key=LEVEL_ORDER.index) if {again, own} <= set(LEVEL_ORDER) else again
    words = f"{share}, từ {rule.bound}: dùng lại mức “{LEVEL_WORDS.get(again, again)}”"
    if stands != again:
        words += f"; quy tắc cho “{LEVEL_WORDS.get(own, own)}”, mức dùng lại không cao hơn quy tắc"
    return _said(rule, one, words, value, [*inputs, ("Mức áp dụng", stands)], "met")


def _other(
    rule: ReuseRule, one: SubjectFacts, case: Case, outcomes: Mapping[str, Outcome]
) -> tuple[str | None, str]:
    """The agency where the share is counted, and the level of the other procedure of the same person, empty where
    there is none or more than one."""
    theirs = [
        other
        for other in case.subjects
        if one.person is not None and other.person == one.person and other.kind in rule.first.subjects
    ]
    if len(theirs) == 1:
        return theirs[0].agency or one.agency, _level(outcomes.get(theirs[0].id))
    given = [] if theirs else [item for name in STATED for item in (one.related or {}).get(name, ())]
    if len(given) != 1:
        return one.agency, ""
    return one.agency, given[0].level or _level(outcomes.get(given[0].id or ""))


def _level(outcome: Outcome | None) -> str:
    return (outcome.level or "") if outcome is not None else ""


def _said(
    rule: ReuseRule,
    one: SubjectFacts,
    words: str,
    value: Fraction | None,
    inputs: Sequence[tuple[str, str]],
    effect: Effect,
) -> Finding:
    name = f"reuse.{rule.id}.{one.id}"
    return Finding(
        name, "reuse", rule.label, f"{one.id}: {words}.", tuple(inputs), value, "%", rule.cite, effect
    )
