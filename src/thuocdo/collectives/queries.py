"""Reads on units as subjects. Each checks access; what a user may not see is answered with NotYours."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from thuocdo.accounts.models import User
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.facts import outcome_of, shown
from thuocdo.collectives import rules
from thuocdo.collectives.access import Reach, may_open_round, reach, round_to_view
from thuocdo.collectives.choosing import Option, options
from thuocdo.collectives.drafts import Working, working
from thuocdo.collectives.models import UnitHold, UnitReopening, UnitResult, UnitRound, UnitSheet, UnitSubmission
from thuocdo.collectives.sheets import Form, Part, book_of, form_of, read_authority, read_self, show_as_decided
from thuocdo.collectives.standing import Bar, Standing, bars, in_force, levels_below, rated_below, standings
from thuocdo.engine import OpenQuestion, Outcome, Period, parse_frozen
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.exact import parse_fraction
from thuocdo.kernel.once import once
from thuocdo.kernel.text import asked_words, search_words
from thuocdo.kernel.typed import format_points
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Employment, Unit, UnitLink
from thuocdo.organisation.queries import ancestors, descendants, on_day

MOST, SHOWN = 60, 50


def state_words(sheet: UnitSheet) -> str:
    """Where a sheet stands, in words."""
    return rules.MACHINE.states[sheet.state]


@dataclass(frozen=True)
class Desk:
    """The first page: sheets of the own units, rounds of the authority, units for which a round may be opened."""

    own: tuple[UnitSheet, ...]
    rounds: tuple[UnitRound, ...]
    may_open: bool


def desk(user: User, on: date) -> Desk:
    """For everybody. Eight queries."""
    found = reach(user, on)
    sheets = UnitSheet.objects.select_related("unit", "authority", "round", "writer").order_by("-round__year", "-pk")
    own = own_sheets(sheets, found)[:MOST]
    seen = found.prepares | found.inspected
    rounds = UnitRound.objects.filter(authority__in=seen).select_related("authority").order_by("-year", "-pk")
    return Desk(tuple(one for one in own if found.writes(one)), tuple(rounds[:MOST]), bool(may_open_round(user, on)))


def own_sheets(sheets: Any, found: Reach) -> Any:
    """Of these sheets, those of units that the user heads, looks after or writes for; `Reach.writes` decides."""
    return sheets.filter(Q(unit__in=found.took_over | found.looked_after) | Q(writer__user_id=found.user.pk))


@dataclass(frozen=True)
class Opening:
    """What the form for a new round offers: authorities, the units to choose from, the rules by kind of unit.

    `left_out`: units of the tree that are not shown, to be looked for by name."""

    authorities: UnitChoice
    authority: Unit
    units: tuple[Unit, ...]
    left_out: int
    rules: tuple[tuple[str, str, tuple[Option, ...]], ...]


def opening(
    user: User, authority_id: int, kind: str, year: int, number: int, on: date, words: str = "",
    chosen: Collection[int] = (), typed: str = "",
) -> Opening:  # fmt: skip
    """For officers and heads; authority 0: the first one. The units are those of the same tree: the chosen ones, then
    those of the authority itself, then others, or those whose name or code has all `words`; authorities
    to choose from are those found by `typed`. Raises NotYours."""
    allowed = may_open_round(user, on)
    every = Unit.objects.filter(on_day(on), pk__in=allowed).order_by("order", "code")
    authority = (every.filter(pk=authority_id) if authority_id else every).first()
    if authority is None:
        raise NotYours()
    units, left_out = _rateable(authority, words, chosen, on)
    one = UnitRound(authority=authority, kind=kind, year=year, number=number)
    kinds = UnitSheet.SubjectKind
    offered = tuple((k, kinds(k).label, tuple(found)) for k, found in options(authority, one, on).items())
    return Opening(choice(every, typed, authority.pk), authority, units, left_out, offered)


def _rateable(authority: Unit, words: str, chosen: Collection[int], on: date) -> tuple[tuple[Unit, ...], int]:
    """Units to show, chosen ones first, and how many others fit."""
    top = ancestors(authority, on)[-1]
    own = UnitLink.objects.filter(on_day(on), parent=authority, child=OuterRef("pk"))
    units = Unit.objects.filter(on_day(on), pk__in=descendants(top, on)).exclude(pk=authority.pk)
    units = units.exclude(kind=Unit.Kind.PLACE).annotate(own=Exists(own)).order_by("-own", "order", "code")
    others, asked = units.exclude(pk__in=chosen), asked_words(words)
    if asked:
        named = others.values_list("pk", "name", "code")
        fitting = [pk for pk, name, code in named if all(word in search_words(name, code) for word in asked)]
        fits, first = len(fitting), list(units.filter(pk__in=fitting[:SHOWN]))
    else:
        fits, first = others.order_by().count(), list(others[:SHOWN])
    taken = list(units.filter(pk__in=chosen)) if chosen else []
    return (*taken, *first), max(fits - SHOWN, 0)


@dataclass(frozen=True)
class Line:
    """A unit of the comparison table. `flags` say what to look at first, in words; they score nothing."""

    standing: Standing
    own_level: str
    level: str
    score: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """All units of a round on one page, exceptions first, with the places of each quota."""

    round: UnitRound
    label: str
    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    timings: tuple[str, ...]
    decided: int
    may_rate: bool
    may_close: bool
    may_draft: bool


def table(user: User, round_id: int, on: date) -> Table:
    """The comparison of a round for the authority's people and its inspectors. Raises NotYours. Constant queries."""
    one, found = round_to_view(round_id, user, on)
    rows = standings(one)
    counted = tuple(bars(one, rows))
    lines = [_line(row, counted) for row in rows]
    lines.sort(key=lambda line: not line.flags)
    books = {row.sheet.rulebook_hash: book_of(row.sheet) for row in rows}
    timings = dict.fromkeys(t.label for book in books.values() for t in book.book.timings)
    decided = sum(row.sheet.state == rules.DECIDED for row in rows)
    may = found.rates_in(one.authority_id)
    open_ = one.state == UnitRound.State.OPEN
    return Table(one, one.label, tuple(lines), counted, tuple(timings), decided, may and open_,
                 may and open_ and decided == len(rows), one.authority_id in found.prepares)  # fmt: skip


def _line(row: Standing, counted: tuple[Bar, ...]) -> Line:
    own = str(row.own.get("level", ""))
    flags = [f"Đang xác minh {hold.get_kind_display()}" for hold in row.holds]
    if row.waits_for_decision and row.sheet.state == rules.PROPOSED:
        flags.append("Văn bản để ngỏ: cấp có thẩm quyền phải quyết định")
    if row.level and own and row.level != own:
        flags.append("Mức khác mức đơn vị tự đề xuất")
    if any(bar.over and bar.quota.level == row.level for bar in counted):
        flags.append("Vượt tỷ lệ của mức này")
    if row.result is not None and row.sheet.state != rules.DECIDED:
        flags.append("Đang xem xét lại kết quả đã quyết định")
    return Line(row, row.label(own), row.label(row.level), score_of(row.proposed or row.own), tuple(flags))


def score_of(document: Mapping[str, Any]) -> str:
    """The score of a filed part as pages show it; empty where it has none."""
    exact = str(document.get("outcome", {}).get("score", ""))
    return format_points(shown(parse_fraction(exact)) or 0) if exact else ""


@dataclass(frozen=True)
class View:
    """One sheet for a reader: the form, what was filed, what the reader may do. `again`: the authority's part over
    just what the unit filed last, where the proposal came back; `working`: the drafts of whose turn it is."""

    sheet: UnitSheet
    label: str
    form: Form
    own: Mapping[str, Any]
    proposed: Mapping[str, Any]
    again: Mapping[str, Any]
    working: Working
    proposed_by: UnitSubmission | None
    result: UnitResult | None
    results: tuple[UnitResult, ...]
    holds: tuple[UnitHold, ...]
    start: Mapping[str, str]
    lower: tuple[str, ...]
    people: tuple[Employment, ...]
    questions: tuple[OpenQuestion, ...]
    writes: bool
    rates: bool
    decides: bool
    heads: bool
    reopenings: tuple[UnitReopening, ...]
    user_id: int


def sheet_to_view(user: User, sheet_id: int, on: date) -> View:
    """A sheet for the unit's own people, the authority's and inspectors. Raises NotYours."""
    sheet = sheet_by_id(sheet_id)
    found = reach(user, on)
    if not found.views(sheet):
        raise NotYours()
    form = form_of(sheet)
    filed = {row.part: row for row in sheet.submissions.select_related("author").order_by("number")}
    own, proposed = (json.loads(filed[part].document) if part in filed else {} for part in UnitSubmission.Part.values)
    proposal = filed.get(UnitSubmission.Part.AUTHORITY)
    results = tuple(sheet.results.select_related("decided_by", "proposed_by").order_by("number"))
    show_as_decided(form, results)
    heads = sheet.unit_id in found.headed
    people = Employment.objects.filter(on_day(on), unit=sheet.unit_id).select_related("person") if heads else ()
    questions: tuple[OpenQuestion, ...] = ()
    if proposed and sheet.state == rules.PROPOSED and found.decides(sheet):
        questions = rated_again(form.book, proposed).open_points
    writes, rates, closed = found.writes(sheet), found.rates(sheet), sheet.round.state == UnitRound.State.CLOSED
    lower = rated_below(sheet, on) if rates else []
    part = UnitSubmission.Part
    drafts = Working()
    if writes and sheet.state in rules.WITH_UNIT:
        drafts = working(sheet, part.SELF, user.pk, filed)
    elif rates and sheet.state == rules.UNDER_REVIEW:
        drafts = working(sheet, part.AUTHORITY, user.pk, filed)
    fresh = part.SELF in filed and proposed.get("over") == filed[part.SELF].number
    return View(
        sheet,
        sheet.round.label,
        form,
        own,
        proposed,
        proposed if fresh else {},
        drafts,
        proposal,
        results[-1] if results else None,
        results,
        tuple(sheet.holds.select_related("begun_by", "ended_by").order_by("pk")) if rates else (),
        _start(form, lower) if rates else {},
        tuple(one.unit.name for one in lower if one.state != rules.DECIDED),
        tuple(people),
        questions,
        writes,
        rates,
        found.decides(sheet),
        heads,
        tuple(sheet.reopenings.select_related("asked_by", "ended_by", "end__by").order_by("pk"))
        if rates and closed else (),
        user.pk,
    )


def sheet_by_id(sheet_id: int) -> UnitSheet:
    """A sheet with its round and units, read once for a page that records who looked and then shows it; the caller
    checks the access. Raises NotYours."""
    rows = UnitSheet.objects.select_related("round", "authority", "unit", "writer").filter(pk=sheet_id)
    row = once((sheet_by_id, sheet_id), rows.first)
    if row is None:
        raise NotYours()
    return row


def _start(form: Form, lower: list[UnitSheet]) -> dict[str, str]:
    """What the results of lower units say already, as the authority's form would have it typed."""
    names = [spec.name for group in form.asked.head for spec in group.fields if spec.name.startswith("related.units.")]
    levels = levels_below(lower) if names else None
    if not levels:
        return {}
    return {name: str(levels.get(name.rpartition(".")[2], 0)) for name in names}


def rated_again(book: SchemeBook, document: Mapping[str, Any]) -> Outcome:
    """The outcome of a frozen document under its frozen rule."""
    return outcome_of(book, parse_frozen(document["subject"]), Period(**document["period"]))


def preview(view: View, document: Mapping[str, Any], *, as_authority: bool) -> Part | None:
    """The result of a part as typed so far; None where the facts contradict each other."""
    try:
        if as_authority:
            return read_authority(view.form, document, view.own, 0, complete=False)
        return read_self(view.form, document, complete=False)
    except Refused:
        return None


def results_of(one: UnitRound) -> list[UnitResult]:
    """The results in force of a round, in rank order of the units; for rooms above, which check the access."""
    rows = in_force().filter(sheet__round=one).select_related("unit", "authority", "sheet")
    return list(rows.order_by("unit__order", "unit__code"))


def levels_in_force(units: Collection[int], kind: str, year: int, number: int) -> dict[int, str]:
    """Codes of the levels in force of some units for a period, for the room below that asks before a head is rated
    (registered with `appraisals.unit_levels`). One query; no access check."""
    rows = in_force().filter(sheet__unit__in=units, sheet__round__kind=kind, sheet__round__year=year)
    rows = rows.filter(sheet__round__number=number).order_by("at", "pk")
    return dict(rows.values_list("sheet__unit", "level"))
