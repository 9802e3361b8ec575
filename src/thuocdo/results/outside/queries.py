"""Reads of results from outside: who enters, who confirms, who only reads."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from thuocdo.accounts.models import User
from thuocdo.appraisals.access import headed_units
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.models import Employment, Person
from thuocdo.organisation.queries import forest, officer_units, on_day
from thuocdo.results.access import memberships, reached
from thuocdo.results.keeping import reading_units
from thuocdo.results.outside.models import OutsideResult
from thuocdo.work.storage import stored

State = OutsideResult.State
PAGE = 50


@dataclass(frozen=True)
class Lot:
    """What waits together: the row to open, whose (the first), how many, who entered it."""

    first: OutsideResult
    number: int


@dataclass(frozen=True)
class Desk:
    """`waiting` lots, then every row newest first, a page of them; `enters` for an organisation officer."""

    waiting: tuple[Lot, ...]
    rows: tuple[OutsideResult, ...]
    page: int
    pages: int
    enters: bool


@dataclass(frozen=True)
class Shown:
    """One lot: its rows, a page of them; who may do what with it, and whether a row may be corrected."""

    row: OutsideResult
    rows: tuple[OutsideResult, ...]
    number: int
    page: int
    pages: int
    own: bool
    may_confirm: bool
    may_withdraw: bool
    may_correct: bool


def agency_of(person: Person, units: frozenset[int] | set[int], on: date) -> int | None:
    """The agency among these units in which the person serves on that day. One query beside the tree's."""
    tree = forest(on)
    posts = Employment.objects.filter(on_day(on), person=person).order_by("pk").values_list("unit_id", flat=True)
    found = [tree.agency(unit) for unit in posts]
    return next((key for key in found if key is not None and key in units), None)


def in_charge(user: User, on: date) -> set[int]:
    """Agencies whose results from outside the user confirms: as organisation officer or as head."""
    return set(officer_units(user, on)) | set(headed_units(user, on))


def desk(user: User, on: date, page: int = 1) -> Desk:
    """The page of an agency. Raises NotYours for whoever is neither officer nor head nor reads as inspector."""
    officer = set(officer_units(user, on))
    units = officer | set(headed_units(user, on)) | reading_units(user, on)
    if not units:
        raise NotYours()
    rows = OutsideResult.objects.filter(agency__in=units).exclude(person__user_id=user.pk)
    lots = rows.filter(state=State.WAITING).values("lot").annotate(first=Min("pk"), number=Count("pk"))
    found = {lot["first"]: lot["number"] for lot in lots.order_by("first")[:PAGE]}
    firsts = OutsideResult.objects.filter(pk__in=found).select_related("person", "agency", "entered_by")
    waiting = tuple(Lot(row, found[row.pk]) for row in firsts.order_by("pk"))
    closed = rows.exclude(state=State.WAITING)
    pages = max(1, -(-closed.count() // PAGE))
    page = min(max(page, 1), pages)
    shown = closed.select_related("person", "agency").order_by("-pk")[(page - 1) * PAGE : page * PAGE]
    return Desk(waiting, tuple(shown), page, pages, bool(officer))


def shown(user: User, result_id: int, on: date, page: int = 1) -> Shown:
    """A result with those of its lot that the user reads. Raises NotYours."""
    related = ("person", "agency", "entered_by", "closed_by")
    row = OutsideResult.objects.select_related(*related).filter(pk=result_id).first()
    if row is None:
        raise NotYours()
    own, near = row.person.user_id == user.pk, row.agency_id in in_charge(user, on)
    if not (own or near or row.agency_id in reading_units(user, on) or _reads_year(user, row, on)):
        raise NotYours()
    lot = OutsideResult.objects.filter(lot=row.lot).select_related("person")
    whole = near and not own
    rows = lot if whole else lot.filter(person=row.person_id)
    number = rows.count()
    pages = max(1, -(-number // PAGE))
    page = min(max(page, 1), pages)
    waits, entered = row.state == State.WAITING, row.entered_by_id == user.pk
    concerned = lot.filter(person__user_id=user.pk).exists()
    return Shown(
        row, tuple(rows.order_by("pk")[(page - 1) * PAGE : page * PAGE]), number, page, pages, own,
        may_confirm=waits and whole and not entered and not concerned,
        may_withdraw=waits and entered,
        may_correct=row.state == State.CONFIRMED and not own and row.agency_id in officer_units(user, on),
    )  # fmt: skip


def _reads_year(user: User, row: OutsideResult, on: date) -> bool:
    """Whether the user reads the person's year at that agency, as evaluator or as who rates."""
    if row.state != State.CONFIRMED:
        return False
    seen = reached(user, row.person, memberships(row.person_id, row.year), on)
    return any(m.agency_id == row.agency_id for m in seen)


def scan(user: User, result_id: int, on: date) -> tuple[OutsideResult, bytes]:
    """The paper as PDF, for whoever reads the result. Raises NotYours, also where none was kept."""
    row = shown(user, result_id, on).row
    if not row.sha256:
        raise NotYours()
    return row, stored(row.sha256)
