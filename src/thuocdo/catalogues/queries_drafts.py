"""Reads of what is being prepared (inventories, the draft catalogue, proposals), with the access check in them; the
number of queries does not depend on the rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from thuocdo.accounts.models import User
from thuocdo.catalogues import access, rules
from thuocdo.catalogues.access import Reach
from thuocdo.catalogues.models import Catalogue, CatalogueLine, Inventory, InventoryLine, Proposal
from thuocdo.catalogues.queries import sees_draft
from thuocdo.catalogues.stored import line_of, way_of
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Unit
from thuocdo.work.models import Task

State = Catalogue.State


@dataclass(frozen=True)
class Inventories:
    """The units whose inventory the user keeps, and every inventory the user may see, newest first."""

    units: UnitChoice
    rows: list[Inventory]


def inventories(user: User, at: datetime, typed: str = "", chosen: int = 0, *, most: int = 200) -> Inventories:
    """Inventories of the user's units and, for officers, those sent by the units of their agencies."""
    mine = access.reach(user, day_of(at))
    units = Unit.objects.filter(pk__in=mine.drafts & mine.agency.keys())
    sent = Q(agency__in=mine.officer) & ~Q(state=Inventory.State.DRAFTING)
    rows = Inventory.objects.filter(Q(unit__in=mine.drafts | mine.serves) | sent)
    counted = rows.annotate(kept=Count("lines", filter=Q(lines__state=InventoryLine.State.KEPT)))
    newest = counted.select_related("unit").order_by("-begun_at", "-pk")[:most]
    return Inventories(choice(units, typed, chosen), list(newest))


@dataclass(frozen=True)
class InventoryView:
    """One inventory with its lines by state, the suggested duplicates, and what the user may do."""

    row: Inventory
    kept: list[InventoryLine]
    joined: list[InventoryLine]
    dropped: list[InventoryLine]
    alike: dict[int, str]
    keeps: bool
    serves: bool
    officer: bool


def inventory_view(user: User, inventory_id: int, at: datetime) -> InventoryView:
    """For the people of the unit; for officers of the agency once it is sent. Raises NotYours."""
    mine = access.reach(user, day_of(at))
    row = Inventory.objects.select_related("unit", "agency").filter(pk=inventory_id).first()
    if row is None:
        raise NotYours()
    keeps, officer = row.unit_id in mine.drafts, row.agency_id in mine.officer
    serves = row.unit_id in mine.serves
    if not (keeps or serves or (officer and row.state != Inventory.State.DRAFTING)):
        raise NotYours()
    lines: dict[str, list[InventoryLine]] = {"kept": [], "joined": [], "dropped": []}
    related = row.lines.select_related("joined_into", "taken_into", "proposed_by")
    for line in related.order_by("-occurrences", "name", "pk"):
        lines[line.state].append(line)
    alike = rules.alike([(line.pk, line.name) for line in lines["kept"]])
    return InventoryView(row, lines["kept"], lines["joined"], lines["dropped"], alike, keeps, serves, officer)


@dataclass(frozen=True)
class DraftView:
    """A version in preparation (or approved) with the coefficient of each line or what keeps it open."""

    row: Catalogue
    lines: list[tuple[CatalogueLine, rules.Derived]]
    problems: list[str]
    officer: bool
    approves: bool
    own: bool
    waiting: int
    proposals: list[Proposal]
    last: tuple[int, date] | None


def draft_view(user: User, catalogue_id: int, at: datetime) -> DraftView:
    """For officers of the agency, and for the authority once submitted. Raises NotYours."""
    mine = access.reach(user, day_of(at))
    row = _draft(mine, catalogue_id)
    lines = list(row.lines.select_related("proposal").order_by("code"))
    facts = [line_of(line) for line in lines]
    derived = rules.derive_all(facts, way_of(row))
    problems = rules.problems(facts, way_of(row)) if row.state == State.DRAFTING else []
    waiting = _waiting(row.agency_id).count()
    proposals = Proposal.objects.filter(agency=row.agency_id, state=Proposal.State.WAITING)
    return DraftView(
        row,
        list(zip(lines, derived, strict=True)),
        problems,
        officer=row.agency_id in mine.officer,
        approves=row.agency_id in mine.approves,
        own=user.pk in (row.begun_by_id, row.submitted_by_id),
        waiting=waiting,
        proposals=list(proposals.select_related("author").order_by("pk")[:50]),
        last=(row.last_id, row.last_start) if row.last_id else None,
    )


def _draft(mine: Reach, catalogue_id: int) -> Any:
    """The version, with id and start of the latest other approved one. Raises NotYours."""
    others = Catalogue.objects.filter(agency=OuterRef("agency"), state=State.APPROVED).exclude(pk=OuterRef("pk"))
    last = others.order_by("-start")
    rows = Catalogue.objects.select_related("agency", "begun_by", "submitted_by", "approved_by").annotate(
        last_id=Subquery(last.values("pk")[:1]), last_start=Subquery(last.values("start")[:1])
    )
    row = rows.filter(pk=catalogue_id).exclude(state=State.DROPPED).first()
    open_to_all = row is not None and row.state == State.APPROVED and row.agency_id in mine.reads
    if row is None or not (open_to_all or sees_draft(row, mine)):
        raise NotYours()
    return row


def draft_line(
    user: User, catalogue_id: int, line_id: int | None, at: datetime
) -> tuple[Catalogue, CatalogueLine | None]:
    """A line of a draft for the officer who changes it; no line where `line_id` is None. Raises NotYours."""
    mine = access.reach(user, day_of(at))
    row = _draft(mine, catalogue_id)
    line = row.lines.filter(pk=line_id).first() if line_id is not None else None
    if row.agency_id not in mine.officer or (line_id is not None and line is None):
        raise NotYours()
    return row, line


def _waiting(agency_id: int) -> QuerySet[InventoryLine]:
    """Kept lines of sent inventories with which nothing was done."""
    return InventoryLine.objects.filter(
        inventory__agency=agency_id,
        inventory__state=Inventory.State.SENT,
        state=InventoryLine.State.KEPT,
        taken_into=None,
        set_aside="",
    )


@dataclass(frozen=True)
class Beside:
    """Lines of the units with the same folded name, side by side; `known` the line of the draft with that name."""

    name: str
    lines: list[InventoryLine]
    known: CatalogueLine | None


@dataclass(frozen=True)
class MergeView:
    """The units' lines that wait for the officer, those of several units (or known in the draft) first."""

    row: Catalogue
    found: list[Beside]
    lines: list[CatalogueLine]


def merge_view(user: User, catalogue_id: int, at: datetime) -> MergeView:
    """What the units sent beside the draft. Raises NotYours."""
    row, _ = draft_line(user, catalogue_id, None, at)
    lines = list(row.lines.order_by("code"))
    known = {fold(line.name): line for line in lines}
    groups: dict[str, list[InventoryLine]] = {}
    waiting = _waiting(row.agency_id).select_related("inventory__unit")
    for line in waiting.order_by("-occurrences", "pk"):
        groups.setdefault(line.search_key, []).append(line)
    found = [Beside(members[0].name, members, known.get(key)) for key, members in groups.items()]
    return MergeView(row, sorted(found, key=lambda b: (b.known is None, -len(b.lines))), lines)


@dataclass(frozen=True)
class Proposals:
    """The user's own proposals, and for officers those that wait."""

    mine: list[Proposal]
    waiting: list[Proposal]
    agencies: UnitChoice


def proposals(user: User, at: datetime, typed: str = "", chosen: int = 0, *, most: int = 100) -> Proposals:
    """Newest first; officers see those of their agencies that nobody has answered."""
    found = access.reach(user, day_of(at))
    rows = Proposal.objects.select_related("agency", "author").order_by("-proposed_at", "-pk")
    waiting = rows.filter(agency__in=found.officer, state__in=(Proposal.State.WAITING, Proposal.State.DRAFTED))
    return Proposals(list(rows.filter(author=user)[:most]), list(waiting[:most]),
                     choice(access.agencies(found.reads), typed, chosen))


@dataclass(frozen=True)
class ProposalView:
    """One proposal, and for the officer the draft into which it can be taken."""

    row: Proposal
    own: bool
    officer: bool
    draft: Catalogue | None


def proposal_view(user: User, proposal_id: int, at: datetime) -> ProposalView:
    """For the author and the officers of the agency. Raises NotYours."""
    mine = access.reach(user, day_of(at))
    rows = Proposal.objects.select_related("agency", "author", "task", "answered_by")
    row = rows.filter(pk=proposal_id).first()
    if row is None or (row.author_id != user.pk and row.agency_id not in mine.officer):
        raise NotYours()
    officer = row.agency_id in mine.officer
    draft = Catalogue.objects.filter(agency=row.agency_id, state=State.DRAFTING).first() if officer else None
    return ProposalView(row, row.author_id == user.pk, officer, draft)


def own_task(user: User, task_id: int | None) -> Task | None:
    """The own task that a proposal is made from; None for anything else."""
    return Task.objects.filter(pk=task_id, person__user_id=user.pk).first() if task_id else None
