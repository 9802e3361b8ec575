"""The lists from which many assessments are verified or decided together, with the access check in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.conclusions import access, many, places, sheets
from thuocdo.conclusions.models import Assessment, QuotaRaising
from thuocdo.conclusions.queries import OFFERED, round_of
from thuocdo.engine.outcome import QuotaCell
from thuocdo.engine.schemes.schema import RaisedLine
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.rounds import books
from thuocdo.rounds.models import Round

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """One that waits. `why`: it cannot go with the others; `seat`: the number of its group among the bars."""

    one: Assessment
    form: sheets.Form
    why: str
    seat: int

    @property
    def kind(self) -> str:
        return books.LABELS[self.one.kind]

    @property
    def rule(self) -> str:
        return "Không xếp loại" if self.one.rule_kind == "not_rated" else self.form.label(self.one.rule_level)

    @property
    def levels(self) -> list[tuple[str, str]]:
        """Those that may be chosen: not above the rule's; none of who is not rated."""
        if self.one.rule_kind == "not_rated":
            return []
        codes = list(self.form.levels)
        first = codes.index(self.one.rule_level) if self.one.rule_level in codes else 0
        return [(code, self.form.levels[code]) for code in codes[first:]]


@dataclass(frozen=True)
class Bar:
    """The places of one level in one group: `others` are decided elsewhere, `most` the fixed point (None: open)."""

    seat: int
    group: str
    level: str
    label: str
    cell: QuotaCell
    others: int
    most: int | None


@dataclass(frozen=True)
class Raisable:
    """A higher line that a body may decide on for those who are counted with one of them (`like`)."""

    like: int
    whose: str
    line: RaisedLine


@dataclass(frozen=True)
class Together:
    """`groups` to choose from; of the group asked for: `raised`, the decisions in force, and `raisable`, what a body
    could decide where none is."""

    round: Round
    lines: Sequence[Line]
    total: int
    groups: Sequence[str]
    bars: Sequence[Bar]
    raised: Sequence[QuotaRaising] = ()
    raisable: Sequence[Raisable] = ()


def to_verify(user: User, round_id: int, typed: str, at: datetime) -> Together:
    """Self-ratings that wait for the user. Raises NotYours."""
    on = day_of(at)
    round_ = round_of(user, round_id, on, access.looked_after(user, on))
    rows = _asked(many.for_verifier(user, on, round_), typed)
    return _listed(round_, rows, user, (), "")


def to_decide(user: User, round_id: int, typed: str, group: str, chosen: Mapping[int, str], at: datetime) -> Together:
    """What waits for the user's decision; `chosen`: levels of the form as it stands, by which the places are counted.
    Raises NotYours."""
    on = day_of(at)
    round_ = round_of(user, round_id, on, access.looked_after(user, on))
    mine = many.for_decider(user, on, round_)
    rows = many.marked(_asked(mine, typed), user)
    if group:
        rows = rows.filter(group=group)
    groups = list(mine.exclude(group="").order_by("group").values_list("group", flat=True).distinct()[:OFFERED])
    found = _listed(round_, rows, user, groups, group)
    return _with_bars(found, group, chosen)


def _asked(rows: QuerySet[Assessment], typed: str) -> QuerySet[Assessment]:
    return rows.filter(search_key__contains=fold(typed)) if typed else rows


def _listed(round_: Round, rows: QuerySet[Assessment], user: User, groups: Sequence[str], group: str) -> Together:
    whole = rows.select_related("unit", "person", "competence")
    page = whole.order_by("kind", "group", "-score_shown", "search_key", "pk")[:SHOWN]
    forms: dict[tuple[str, str, str], sheets.Form] = {}
    seats: dict[places.Key, int] = {}
    lines = []
    for one in page:
        one.round = round_
        form = sheets.counting_form(one, forms)
        seat = seats.setdefault(places.key_of(one, form), len(seats) + 1)
        # What the rule gave of a self-rating keeps nobody from the verification, which says itself what is missing.
        why = many.apart(one, user) if one.state == Assessment.State.DECIDE else ""
        lines.append(Line(one, form, why, seat))
    total = len(lines) if len(lines) < SHOWN else rows.count()
    return Together(round_, lines, total, groups, ())


def _with_bars(found: Together, group: str, chosen: Mapping[int, str]) -> Together:
    """With the places of every group on the page. Two queries."""
    named = {places.key_of(line.one, line.form): line for line in found.lines if line.one.group}
    if not named:
        return found
    groups = {name for name, *_ in named}
    raised, held = places.raised_of(found.round, groups), places.held(found.round, groups)
    bars = []
    here = {row.one.pk for row in found.lines}
    for (name, *_), line in named.items():
        rows = [places.chosen_of(row, chosen[row.key]) if row.key in chosen else row for row in held.get(name, ())]
        labels = {rule.id: rule for rule in (line.form.scheme.quotas if line.form.scheme else ())}
        others = [row for row in places.alike(line.one, line.form, rows) if row.decided and row.key not in here]
        for cell in places.cells(line.one, line.form, rows, raised):
            rule = labels.get(cell.quota)
            if rule is not None:
                taken = len({row.person or row.key for row in others if row.level == rule.level})
                bars.append(
                    Bar(line.seat, name, rule.level, line.form.label(rule.level), cell, taken, cell.stable_places)
                )
    return replace(found, bars=bars, **_raisings(named.values(), raised) if group else {})


def _raisings(named: Iterable[Line], raised: Mapping[places.Key, QuotaRaising]) -> dict[str, Any]:
    """`raised` and `raisable` of a page, each once."""
    here: dict[int, QuotaRaising] = {}
    open_ = []
    for line in named:
        found = places.raising_for(line.one, line.form, raised)
        if found is not None:
            here[found.pk] = found
            continue
        body = line.one.competence.body if line.one.competence else ""
        open_ += [Raisable(line.one.pk, f"{line.kind}, {body}", rule) for rule in places.raisable(line.form)[:1]]
    return {"raised": list(here.values()), "raisable": open_}
