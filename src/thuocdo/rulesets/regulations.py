"""Reads of units' regulations: who sees which, and what stands on their pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from thuocdo.accounts.models import User
from thuocdo.accounts.queries import names_of
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import sentence
from thuocdo.audit.queries import events_of
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import ancestors, main_post, officer_units
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.drafting import Draft, draft_of
from thuocdo.rulesets.models import Regulation, RegulationNumber
from thuocdo.rulesets.regulation_authority import approvers, involved, units_decided
from thuocdo.rulesets.regulation_overlay import draft_key
from thuocdo.rulesets.regulation_words import Difference, difference

State = Regulation.State


@dataclass(frozen=True)
class Row:
    """One version on the list. `standing` says in words whether it holds, will hold or held."""

    regulation: Regulation
    book: str
    standing: str
    look: str


@dataclass(frozen=True)
class Shelf:
    """The page of regulations: by unit, the units for which one may be begun, and what waits for approval."""

    units: list[tuple[Unit, list[Row]]]
    choices: UnitChoice
    waiting: list[Row]


@dataclass(frozen=True)
class Step:
    """One event of a regulation in words."""

    event: Event
    words: str
    who: str


@dataclass(frozen=True)
class Numbered:
    """The number and day of a regulation as known now; `reason`, `who` and `at` where recorded after the approval."""

    number: str
    issued: date | None
    reason: str = ""
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class View:
    """The page of one version: the draft read under its parent, the differences, its history, and who may act."""

    regulation: Regulation
    draft: Draft
    difference: Difference
    steps: list[Step]
    approvers: list[User]
    edits: bool
    decides: bool
    withdraws: bool
    try_key: str
    numbered: Numbered | None = None
    numbers: bool = False


def shelf(user: User, on: date, typed: str = "", chosen: int = 0) -> Shelf:
    """Regulations of the officer's units and of those for which the user may approve. Constant queries."""
    mine, decided = officer_units(user, on), units_decided(user, on)
    rows = _rows().filter(unit_id__in=mine | decided).exclude(state=State.DROPPED)
    rows = rows.order_by("unit__order", "unit__code", "rulebook", "-number")
    titles = {book.key: book.short_title for book in catalogue.books()}
    listed = list(rows)
    holding = _holding(listed, on)
    units: dict[int, tuple[Unit, list[Row]]] = {}
    for one in listed:
        row = _row(one, titles.get(one.rulebook, one.rulebook), holding, on)
        units.setdefault(one.unit_id, (one.unit, []))[1].append(row)
    waiting = [
        row
        for _, found in units.values()
        for row in found
        if row.regulation.state == State.PROPOSED
        and row.regulation.unit_id in decided
        and user.pk not in involved(row.regulation)
    ]
    return Shelf(list(units.values()), choice(Unit.objects.filter(pk__in=mine), typed, chosen), waiting)


def _rows() -> QuerySet[Regulation]:
    return Regulation.objects.select_related("unit", "text", "changed_by", "proposed_by", "text__approved_by")


def _holding(rows: Iterable[Regulation], on: date) -> set[int]:
    """The approved version that holds on the day, for each unit and rulebook."""
    newest: dict[tuple[int, str], Regulation] = {}
    for row in rows:
        if row.state == State.APPROVED and row.text.start <= on:
            last = newest.get((row.unit_id, row.rulebook))
            if last is None or last.text.start <= row.text.start:
                newest[row.unit_id, row.rulebook] = row
    return {row.pk for row in newest.values()}


def _row(one: Regulation, book: str, holding: set[int], on: date) -> Row:
    if one.state != State.APPROVED:
        return Row(one, book, str(one.get_state_display()), "tag-wait" if one.state == State.PROPOSED else "")
    if one.pk in holding:
        return Row(one, book, "đang áp dụng", "tag-ok")
    if one.text.start > on:
        return Row(one, book, f"áp dụng từ tháng {one.text.start:%m/%Y}", "tag-info")
    return Row(one, book, "đã được thay", "")


def regulation_to_edit(user: User, regulation_id: int, on: date) -> Regulation:
    """A regulation of one of the officer's units. Raises NotYours."""
    row = _rows().filter(pk=regulation_id, unit_id__in=officer_units(user, on)).first()
    if row is None:
        raise NotYours()
    return row


def regulation_to_see(user: User, regulation_id: int, on: date) -> View:
    """One version for its officers and for those who may approve it. Raises NotYours, RulebookError."""
    mine, decided = officer_units(user, on), units_decided(user, on)
    one = _rows().filter(pk=regulation_id, unit_id__in=mine | decided).first()
    if one is None:
        raise NotYours()
    draft, before = draft_of(one), previous(one)
    can = approvers(one.unit, on, without=involved(one)) if one.state == State.PROPOSED else []
    return View(
        regulation=one,
        draft=draft,
        difference=difference(draft.reading.choices, draft_of(before).reading.choices if before else None),
        steps=_steps(one),
        approvers=can,
        edits=one.state == State.DRAFTING and one.unit_id in mine,
        decides=one.state == State.PROPOSED and one.unit_id in decided and user.pk not in involved(one),
        withdraws=one.state == State.PROPOSED and one.proposed_by_id == user.pk,
        try_key=one.text.key if one.state == State.APPROVED else try_key(one, draft, on),
        numbered=number_of(one, draft) if one.state == State.APPROVED else None,
        numbers=one.state == State.APPROVED and one.unit_id in mine,
    )


def number_of(one: Regulation, draft: Draft) -> Numbered | None:
    """What is known of the number: recorded last, else what the draft said; None where nobody knows one. One query."""
    last = one.text.numbers.select_related("recorded_by__person").order_by("-pk").first()
    if last is not None:
        who = last.recorded_by.display_name
        return Numbered(last.number, last.issued, last.reason, who, last.recorded_at)
    header = draft.reading.header["number"]
    return Numbered(header, draft.reading.issued) if header else None


def numbers_by_title(keys: Iterable[str]) -> dict[str, str]:
    """Titles of approved regulations with these keys, each with the number recorded last. One query."""
    rows = RegulationNumber.objects.filter(text__key__in=list(keys)).order_by("pk")
    return dict(rows.values_list("text__title", "number"))


def previous(one: Regulation) -> Regulation | None:
    """The approved version before this one."""
    rows = Regulation.objects.filter(unit=one.unit, rulebook=one.rulebook, number__lt=one.number, state=State.APPROVED)
    return rows.order_by("-number").first()


def try_key(one: Regulation, draft: Draft, on: date) -> str:
    """The key under which the draft, as it is stored now, can be tried."""
    return draft_key(one.pk, draft.overlay(on).digest)


@dataclass(frozen=True)
class Approved:
    """An approved regulation as the pages of rules name it: rulebook, overlays under it and its own, title, start."""

    unit: str
    rulebook: str
    overlays: tuple[str, ...]
    title: str
    start: date


def approved_for(user: User, on: date) -> list[Approved]:
    """Approved regulations of the user's own unit and those above it, and of the units the user is in charge of: the
    version that holds on the day and those to come, by rulebook and unit. Constant queries.
    """
    post = main_post(user, on)
    units = {u.pk for u in ancestors(post.unit_id, on)} if post else set()
    units |= officer_units(user, on) | units_decided(user, on)
    rows = list(_rows().filter(unit_id__in=units, state=State.APPROVED).order_by("rulebook", "unit__order", "number"))
    holding = _holding(rows, on)
    return [
        Approved(one.unit.name, one.rulebook, (*one.base, one.text.key), one.text.title, one.text.start)
        for one in rows
        if one.pk in holding or one.text.start > on
    ]


def names_to_compare(one: Regulation, key: str) -> tuple[str, str]:
    """The rulebook without and with the regulation, as the try-it page names them: key and overlays joined by “+”."""
    return "+".join((one.rulebook, *one.base)), "+".join((one.rulebook, *one.base, key))


def _steps(one: Regulation) -> list[Step]:
    events = list(events_of("rulesets.regulation", one.pk).order_by("-touched__revision")[:50])
    names = names_of({event.actor for event in events})
    return [Step(event, sentence(event), names.get(event.actor, "Hệ thống")) for event in events]
