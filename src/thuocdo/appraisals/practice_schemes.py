"""Practice under a scheme: the form, the rules and the explanation of the rulebook that binds the visitor's own unit.

Which one binds is read; the sheet itself is invented, held in memory for one request, and nothing of it is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from thuocdo.accounts.models import User
from thuocdo.appraisals import practice, rules
from thuocdo.appraisals.explaining import Explanation
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.sheets import SheetView
from thuocdo.appraisals.table import points
from thuocdo.cycles.models import Cycle
from thuocdo.engine import Outcome
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.organisation.queries import main_post
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.catalogue import SPANS
from thuocdo.rulesets.queries import every_rule


@dataclass(frozen=True)
class Exercise:
    """One sheet to practise: in which kind of period, under which rulebook, as whom."""

    period: str
    book: SchemeBook
    kind: str
    leadership: str
    position: str

    @property
    def title(self) -> str:
        """The rulebook with what the unit laid upon it."""
        return " + ".join((self.book.short_title, *self.book.overlay_titles.values()))


def exercises(user: User, on: date) -> dict[str, Exercise]:
    """By kind of period the sheets that schemes ask of the visitor on that day; empty without a post and where the
    months are those of NĐ 335. At most four queries."""
    post = main_post(user, on)
    if post is None:
        return {}
    chosen = every_rule([(post.unit_id, post.kind)], on)
    found: dict[str, Exercise] = {}
    for period in Cycle.Kind.values:
        rule = chosen[SPANS[period]][post.unit_id, post.kind]
        book = catalogue.load_any(rule.rulebook, rule.overlays) if rule.rulebook is not None else None
        role = cast(Role, post.leadership)
        if isinstance(book, SchemeBook) and book.scheme_for(post.kind, role, cast(PeriodKind, period)):
            found[period] = Exercise(period, book, post.kind, post.leadership, post.position)
    return found


def view_of(exercise: Exercise, document: Mapping[str, Any], at: datetime) -> SheetView:
    """The invented sheet as the pages of a real one read it; nothing is filled in from anybody's records."""
    sheet = practice.sheet_in(
        practice.period(at, exercise.period), 1, "Nguyễn Văn Tập (tập làm)", exercise.position, state=rules.DRAFTING,
        at=at, under=exercise.book, kind=exercise.kind, leadership=exercise.leadership,
    )  # fmt: skip
    return SheetView(
        sheet=sheet, label=sheet.cycle.label, shape=SchemeShape(exercise.book), own=None, judged=None,
        document=dict(document), tasks=(), filed=(), confirmations=(), remarks=(), petitions=(), leader=False,
        may=frozenset({"submit"}),
    )  # fmt: skip


def rated(view: SheetView, document: Mapping[str, Any]) -> Outcome:
    """What the engine says of the practised document so far; what cannot be read counts as missing."""
    return view.shape.preview(view.sheet, document)


def explained(view: SheetView, document: Mapping[str, Any]) -> Explanation:
    """“Vì sao?” of the practised self-assessment."""
    outcome, shape = rated(view, document), view.shape
    return Explanation(
        view.sheet, view.label, "Bài tập làm: phần tự đánh giá, không được tính", None, outcome,
        points(outcome.score), shape.label(outcome.band or outcome.level), shape.groups(outcome, {}),
        outcome.open_points, "", shape.book, (), shape.caution,
    )  # fmt: skip
