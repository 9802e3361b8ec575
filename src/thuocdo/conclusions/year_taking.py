"""Levels of the year that the month side decided, beside the rating steps of civil servants and the like in a round:
which may be taken into it, which are in it, and where the two differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.appraisals.year_levels import YearLevel, year_levels
from thuocdo.decisions.models import Decision, DecisionLine
from thuocdo.engine.schemes.graph import Node
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import PersonMerge
from thuocdo.rounds import books, gate, links
from thuocdo.rounds.access import Eyes, eyes_of, round_seen
from thuocdo.rounds.levels import levels_for
from thuocdo.rounds.models import Round, RoundSubject, StepDone

PAGE = 50
STATES = {
    "new": "đưa vào được",
    "same": "đã ở trong đợt",
    "changed": "mức năm đã thay",
    "other": "bước đã ghi khác mức năm",
    "none": "chưa đưa vào được",
}


@dataclass(frozen=True)
class Offer:
    """The level of a person's year beside the step of the round (`node`; None where the order has none). `why`: what
    stands in the way; `paper`: number and day of the issued document that holds the result, where there is one."""

    subject: RoundSubject
    node: Node | None
    state: str
    year: YearLevel | None = None
    step: StepDone | None = None
    was: str = ""
    why: str = ""
    paper: tuple[str, date] | None = None

    @property
    def words(self) -> str:
        return STATES[self.state]

    @property
    def taken(self) -> gate.Taken:
        """The step as it would be told."""
        assert self.year is not None, "an offer that may be taken has a level"
        number, on = self.paper or ("", self.year.on)
        return gate.Taken(on, number=number, level=self.year.level, source=gate.YEAR_LEVEL, source_key=self.year.source)


def theirs(
    round_: Round, user: User, on: date, eyes: Eyes | None = None, typed: str = ""
) -> QuerySet[RoundSubject]:
    """Civil servants and the like of the units the user looks after as officer, by name; `typed`: only people beside
    the Party organisations whose name has it. Raises NotYours."""
    units = (eyes or eyes_of(user, on)).officer
    if not units:
        raise NotYours()
    rows = RoundSubject.objects.filter(round=round_, kind__in=links.STAFF, standing="in", person__isnull=False)
    if typed:
        rows = rows.filter(organisation__search_key__contains=fold(typed))
    return rows.filter(unit__in=units).select_related("person", "unit").order_by("search_key", "pk")


def offers(round_: Round, subjects: Sequence[RoundSubject], user: User) -> list[Offer]:
    """One for each subject. A constant number of queries."""
    graph = books.rules_of(round_).graph
    people = {one.person_id for one in subjects if one.person_id}
    merged = dict(
        PersonMerge.objects.filter(kept__in=people, approved_at__isnull=False).values_list("dropped_id", "kept_id")
    )
    found: dict[tuple[int, str], list[YearLevel]] = {}
    for row in year_levels({*people, *merged}, (round_.year, round_.year)):
        found.setdefault((merged.get(row.person, row.person), row.kind), []).append(row)
    done: dict[int, StepDone] = {}
    for step in StepDone.objects.filter(subject__in=subjects, step="rating", undoes=None, undone=None):
        done[step.subject_id] = step
    papers = _papers({row.confirmation for rows in found.values() for row in rows})
    made = []
    for one in subjects:
        node = next((n for n in graph.steps_of(one.kind, one.role) if n.step == "rating"), None)
        rows = found.get((one.person_id or 0, one.kind), [])
        made.append(_offer(round_, one, node, rows, done.get(one.pk), papers, user))
    return made


def _papers(keys: Collection[int]) -> Mapping[int, tuple[str, date]]:
    """Of these results number and day of the last issued document that holds each. One query."""
    lines = DecisionLine.objects.filter(confirmation__in=keys, decision__state=Decision.State.ISSUED)
    rows = lines.order_by("decision__signed_on", "pk").values_list(
        "confirmation_id", "decision__number", "decision__symbol", "decision__signed_on"
    )
    return {key: (f"{number}/{symbol}" if symbol else number, on) for key, number, symbol, on in rows if on}


def _offer(
    round_: Round,
    one: RoundSubject,
    node: Node | None,
    rows: Sequence[YearLevel],
    step: StepDone | None,
    papers: Mapping[int, tuple[str, date]],
    user: User,
) -> Offer:
    known = levels_for(round_, one)
    was = known.get(step.level, step.level) if step is not None else ""
    row = rows[0] if len(rows) == 1 else None
    why = _why(one, node, rows, known, user)
    ours = step is not None and step.source == gate.YEAR_LEVEL
    if why:
        gone = ours and row is not None and row.waits and step is not None and step.source_key != row.source
        return Offer(one, node, "changed" if gone else "none", row, step, was, why)
    assert row is not None, "one level without anything in the way"
    state = "new"
    if step is not None:
        alike = step.source_key == row.source if ours else step.level == row.level
        state = "same" if alike else "changed" if ours else "other"
    return Offer(one, node, state, row, step, was, paper=papers.get(row.confirmation))


def _why(
    one: RoundSubject, node: Node | None, rows: Sequence[YearLevel], known: Mapping[str, str], user: User
) -> str:
    if node is None:
        return "Quy trình của đợt không có bước xếp loại cho đối tượng này."
    if not rows:
        return "Không có phiếu năm đã xác nhận."
    if len(rows) > 1:
        return (
            f"Có {len(rows)} phiếu năm đã xác nhận ({'; '.join(row.label or row.waits for row in rows)}). Hãy ghi mức "
            "được chọn ở Việc của tôi trong đợt, kèm số văn bản."
        )
    if rows[0].waits:
        return f"{rows[0].waits[:1].upper()}{rows[0].waits[1:]}."
    if rows[0].level not in known:
        return f"Mức “{rows[0].label}” không có trong quy định xếp loại của đợt cho đối tượng này."
    if one.person is not None and one.person.user_id == user.pk:
        return "Là của chính ông/bà, nên cán bộ tổ chức khác đưa vào."
    return ""


@dataclass(frozen=True)
class Page:
    """One page of offers; `done` of `total` have their step already."""

    round: Round
    offers: list[Offer]
    total: int
    done: int
    number: int
    pages: int


def page(user: User, round_id: int, number: int, at: datetime, typed: str = "") -> Page:
    """For the officer; `typed` as in `theirs`. Constant queries. Raises NotYours."""
    on = day_of(at)
    eyes = eyes_of(user, on)
    round_ = round_seen(user, round_id, on, eyes)
    rows = theirs(round_, user, on, eyes, typed)
    total = rows.count()
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    shown = list(rows[(number - 1) * PAGE : number * PAGE])
    rated = StepDone.objects.filter(subject__in=rows.order_by(), step="rating", undoes=None, undone=None)
    return Page(round_, offers(round_, shown, user), total, rated.count(), number, pages)
