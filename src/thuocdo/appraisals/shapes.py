"""One port for sheets of either shape of rulebook: what a sheet asks, how it is read, judged, rated and explained.

NĐ 335 (converted products) and schemes (marks, grades, conditions) each implement it; nothing above asks which.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from thuocdo.appraisals import facts
from thuocdo.appraisals.bill import Group
from thuocdo.appraisals.judging import Judged
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.points_shape import PointsShape
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.cycles.models import Member
from thuocdo.engine import Outcome, Rulebook
from thuocdo.kernel.workdays import Workdays
from thuocdo.organisation.models import Person, Unit
from thuocdo.records.models import Absence
from thuocdo.rulesets.catalogue import Book
from thuocdo.work.models import Task

Base = tuple[dict[str, Any], int | None]


class Shape(Protocol):
    """The sheet of one rulebook. Documents are as `thuocdo.appraisals` names them."""

    @property
    def book(self) -> Book: ...
    @property
    def caution(self) -> str:
        """What the result is, and is not."""

    @property
    def tasks_count(self) -> bool:
        """Whether the tasks of the period are what is counted."""

    def leads(self, member: Member) -> bool:
        """Whether the rater judges factors of leadership beside."""

    def self_text(self, sheet: Sheet, document: Mapping[str, Any]) -> str:
        """The owner's document as it would be frozen now. Raises Refused."""

    def preview(self, sheet: Sheet, document: Mapping[str, Any]) -> Outcome:
        """The owner's result if it were filed so; what cannot be read counts as missing."""

    def start(self, sheet: Sheet) -> dict[str, Any]:
        """What an empty form of the owner shows: what the records say already."""

    def typed_again(self, filed: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the owner filed, as it would be typed."""

    def bare(self, sheet: Sheet, tasks: Sequence[Task]) -> dict[str, Any]:
        """What is judged where the owner filed nothing, with the sheet's tasks."""

    def judge(
        self,
        sheet: Sheet,
        document: Mapping[str, Any],
        evaluator: Person,
        *,
        complete: bool,
        stand_in: bool = False,
        base: Base | None = None,
        with_marks: bool | None = None,
        post: Unit | None = None,
    ) -> Judged:
        """Read, apply and rate a judgement; `complete` raises Refused with every problem."""

    def typed_judgement(
        self, document: Mapping[str, Any], *, with_marks: bool, recorded: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A stored judgement as it would be typed."""

    def frozen_flags(self, document: Mapping[str, Any], outcome: Outcome) -> list[str]:
        """What the rater should look at in a frozen document alone."""

    def read_again(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """What `flags` reads of a frozen document."""

    def flags(
        self,
        again: Mapping[str, Any],
        outcome: Outcome,
        history: Sequence[Fraction],
        *,
        tasks_changed: Sequence[str],
        absences: Sequence[Absence],
        calendar: Workdays,
    ) -> list[str]:
        """What else the rater should look at before confirming, beside `frozen_flags`; it scores nothing."""

    def label(self, code: str | None) -> str:
        """The name of a band or level; empty for None."""

    def groups(self, outcome: Outcome, document: Mapping[str, Any]) -> tuple[Group, ...]:
        """The findings as a bill."""


def shape_with(book: Book) -> Shape:
    """The sheet of a rulebook."""
    return PointsShape(book) if isinstance(book, Rulebook) else SchemeShape(book)


def shape_of(member: Member) -> Shape:
    """The sheet of a member, under the pinned rulebook. Refuses a rulebook that has changed since."""
    return shape_with(facts.pinned_book(member))


def judge(sheet: Sheet, document: Mapping[str, Any], evaluator: Person, **how: Any) -> Judged:
    """Read, apply and rate a judgement of a sheet (see `Shape.judge`)."""
    return shape_of(sheet.member).judge(sheet, document, evaluator, **how)
