"""Every read of the catalogues, with the access check in it; the number of queries does not depend on the rows."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from thuocdo.accounts.models import User
from thuocdo.catalogues import access, rules
from thuocdo.catalogues.access import Reach
from thuocdo.catalogues.models import Catalogue, CatalogueLine, Inventory, InventoryLine, Proposal
from thuocdo.catalogues.stored import entry_of, line_of, way_of
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.work.models import Product, Task

State = Catalogue.State


@dataclass(frozen=True)
class InForce:
    """The catalogue of one agency on a day, for its page; `lines` pairs products with their derivations."""

    agency: Unit | None
    agencies: list[Unit]
    on: date
    version: Catalogue | None
    lines: list[tuple[Product, str, bool]]
    versions: list[Catalogue]
    preparing: Catalogue | None
    officer: bool
    approves: bool


def in_force(user: User, agency_id: int | None, on: date, typed: str, at: datetime) -> InForce:
    """The products in force on `on` (whole or searched by folded name and code). Raises NotYours."""
    mine = access.reach(user, day_of(at))
    agencies = list(access.agencies(mine.reads))
    agency = next((a for a in agencies if a.pk == agency_id), None) if agency_id else _first(agencies, mine)
    if agency is None and (agency_id or agencies):
        raise NotYours()
    if agency is None:
        return InForce(None, [], on, None, [], [], None, officer=False, approves=False)
    rows = list(Catalogue.objects.filter(agency=agency).exclude(state=State.DROPPED).order_by("-start", "-pk"))
    approved = [row for row in rows if row.state == State.APPROVED]
    version = next((r for r in approved if r.start and r.start <= on and (r.end is None or r.end > on)), None)
    officer, approves = agency.pk in mine.officer, agency.pk in mine.approves
    preparing = next((r for r in rows if r.state in (State.DRAFTING, State.SUBMITTED)), None)
    shown = preparing if preparing is not None and _sees_draft(preparing, mine) else None
    lines = _products(agency, on, version, typed)
    return InForce(agency, agencies, on, version, lines, approved, shown, officer, approves)


def _first(agencies: list[Unit], mine: Reach) -> Unit | None:
    """The agency where the user serves; else the first that the user may read."""
    own = {mine.agency[u] for u in mine.serves if u in mine.agency}
    return next((a for a in agencies if a.pk in own), agencies[0] if agencies else None)


def _sees_draft(row: Catalogue, mine: Reach) -> bool:
    return row.agency_id in mine.officer or (row.agency_id in mine.approves and row.state != State.DRAFTING)


def _products(agency: Unit, on: date, version: Catalogue | None, typed: str) -> list[tuple[Product, str, bool]]:
    key = fold(typed)
    products = Product.objects.filter(on_day(on), agency=agency).order_by("code")
    words, standard = _derivations(version)
    return [
        (p, words.get(p.code, ""), p.code == standard)
        for p in products
        if key in fold(p.name) or key in p.code.casefold()
    ]


def _derivations(version: Catalogue | None) -> tuple[dict[str, str], str]:
    """Words of derivation by code, and the code of the standard product, of one approved version. One query."""
    if version is None:
        return {}, ""
    lines = [line_of(line) for line in version.lines.order_by("code")]
    derived = rules.derive_all(lines, way_of(version))
    standard = next((line.code for line in lines if line.standard), "")
    return {line.code: d.words for line, d in zip(lines, derived, strict=True)}, standard


@dataclass(frozen=True)
class Origin:
    """Where the coefficient of a product comes from: the words, and the decision that approved them."""

    words: str
    decision: str


def origins(product_ids: Collection[int], on: date) -> dict[int, Origin]:
    """Origin of the coefficients of these products in the version in force on a day. One query.

    For callers that have checked access to the products (through a task or a catalogue).
    """
    lines = CatalogueLine.objects.filter(
        on_day(on, "catalogue__"), product_id__in=product_ids, catalogue__state=State.APPROVED
    )
    units = Q(standard=True, catalogue__in=lines.values("catalogue"))
    rows = list(CatalogueLine.objects.filter(Q(pk__in=lines.values("pk")) | units).select_related("catalogue"))
    standard = {line.catalogue_id: line_of(line) for line in rows if line.standard}
    asked = set(product_ids)
    return {
        line.product_id: Origin(
            rules.derive(line_of(line), way_of(line.catalogue), standard.get(line.catalogue_id)).words,
            decision_words(line.catalogue),
        )
        for line in rows
        if line.product_id is not None and line.product_id in asked
    }


def decision_words(row: Catalogue) -> str:
    """The decision of an approved version in words."""
    if row.start is None or row.decided_on is None:
        return ""
    decided, start = f"{row.decided_on:%d/%m/%Y}", f"{row.start:%d/%m/%Y}"
    return f"phê duyệt ngày {decided} (quyết định {row.decision_number}), áp dụng từ {start}"


@dataclass(frozen=True)
class ProductView:
    """One product with the origin of its coefficient, and every dated row of its code."""

    product: Product
    origin: Origin | None
    source: str
    history: list[Product]


def product_view(user: User, product_id: int, at: datetime) -> ProductView:
    """For people of the agency and for whoever has or gave a task with it. Raises NotYours."""
    concerned = Task.objects.filter(Q(person__user_id=user.pk) | Q(given_by=user), product=OuterRef("pk"))
    rows = Product.objects.select_related("agency").annotate(concerned=Exists(concerned))
    product = rows.filter(pk=product_id).first()
    if product is None:
        raise NotYours()
    if not product.concerned and product.agency_id not in access.reach(user, day_of(at)).reads:
        raise NotYours()
    on = max(product.start, min(day_of(at), product.end or day_of(at)))
    if product.end is not None and on >= product.end:
        on = product.start
    history = Product.objects.filter(agency=product.agency_id, code=product.code).order_by("-start")
    origin = origins([product.pk], on).get(product.pk)
    ratio = origin is not None and " / " in origin.words
    return ProductView(product, origin, rules.RATIO_SOURCE if ratio else "", list(history))


@dataclass(frozen=True)
class Compared:
    """Two approved versions of one agency and what differs."""

    before: Catalogue
    after: Catalogue
    found: list[rules.Difference]
    counts: dict[str, int]


def compare(user: User, before_id: int, after_id: int, at: datetime) -> Compared:
    """Differences between two versions that the user may see. Raises NotYours."""
    mine = access.reach(user, day_of(at))
    rows = {r.pk: r for r in Catalogue.objects.select_related("agency").filter(pk__in=(before_id, after_id))}
    before, after = rows.get(before_id), rows.get(after_id)
    if before is None or after is None or before.agency_id != after.agency_id:
        raise NotYours()
    for row in (before, after):
        if row.agency_id not in mine.reads or (row.state != State.APPROVED and not _sees_draft(row, mine)):
            raise NotYours()
    lines: dict[int, list[rules.Entry]] = {before.pk: [], after.pk: []}
    for line in CatalogueLine.objects.filter(catalogue_id__in=rows).order_by("code"):
        lines[line.catalogue_id].append(entry_of(line))
    found = rules.differences(lines[before.pk], lines[after.pk])
    return Compared(before, after, found, dict(Counter(one.kind for one in found)))


@dataclass(frozen=True)
class Inventories:
    """The units whose inventory the user keeps, and every inventory the user may see, newest first."""

    units: list[Unit]
    rows: list[Inventory]


def inventories(user: User, at: datetime, *, most: int = 200) -> Inventories:
    """Inventories of the user's units and, for officers, those sent by the units of their agencies."""
    mine = access.reach(user, day_of(at))
    units = Unit.objects.filter(pk__in=mine.drafts & mine.agency.keys()).order_by("order", "code")
    sent = Q(agency__in=mine.officer) & ~Q(state=Inventory.State.DRAFTING)
    rows = Inventory.objects.filter(Q(unit__in=mine.drafts | mine.serves) | sent)
    counted = rows.annotate(kept=Count("lines", filter=Q(lines__state=InventoryLine.State.KEPT)))
    return Inventories(list(units), list(counted.select_related("unit").order_by("-begun_at", "-pk")[:most]))


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
    if row is None or not (open_to_all or _sees_draft(row, mine)):
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
    agencies: list[Unit]


def proposals(user: User, at: datetime) -> Proposals:
    """Newest first; officers see those of their agencies that nobody has answered."""
    found = access.reach(user, day_of(at))
    rows = Proposal.objects.select_related("agency", "author").order_by("-proposed_at", "-pk")
    waiting = rows.filter(agency__in=found.officer, state__in=(Proposal.State.WAITING, Proposal.State.DRAFTED))
    return Proposals(list(rows.filter(author=user)[:100]), list(waiting[:100]), list(access.agencies(found.reads)))


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
