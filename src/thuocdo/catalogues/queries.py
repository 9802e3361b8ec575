"""Reads of catalogues in force and of what differs between versions, with the access check in them; the number of
queries does not depend on the rows. What is being prepared: `queries_drafts`."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.catalogues import access, rules
from thuocdo.catalogues.access import Reach
from thuocdo.catalogues.models import Catalogue, CatalogueLine
from thuocdo.catalogues.stored import entry_of, line_of, way_of
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.choosing import NO_UNITS, UnitChoice, choice
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.organisation.successors import predecessors
from thuocdo.work.models import Product, Task

State = Catalogue.State


@dataclass(frozen=True)
class InForce:
    """The catalogue of one agency on a day, for its page; `lines` pairs products with their derivations."""

    agency: Unit | None
    agencies: UnitChoice
    on: date
    version: Catalogue | None
    lines: list[tuple[Product, str, bool]]
    versions: list[Catalogue]
    preparing: Catalogue | None
    officer: bool
    approves: bool
    before: tuple[Unit, ...] = ()
    """Agencies that ended when this one began: an officer may draft from their catalogue while there is none here."""


def in_force(user: User, agency_id: int | None, on: date, typed: str, at: datetime, agency_typed: str = "") -> InForce:
    """The products in force on `on` (whole or searched by folded name and code); agencies to choose from are those
    found by `agency_typed`. Raises NotYours."""
    mine = access.reach(user, day_of(at))
    every = access.agencies(mine.reads)
    agency = every.filter(pk=agency_id).first() if agency_id else _first(every, mine)
    if agency is None and agency_id:
        raise NotYours()
    if agency is None:
        return InForce(None, NO_UNITS, on, None, [], [], None, officer=False, approves=False)
    rows = list(Catalogue.objects.filter(agency=agency).exclude(state=State.DROPPED).order_by("-start", "-pk"))
    approved = [row for row in rows if row.state == State.APPROVED]
    version = next((r for r in approved if r.start and r.start <= on and (r.end is None or r.end > on)), None)
    officer, approves = agency.pk in mine.officer, agency.pk in mine.approves
    preparing = next((r for r in rows if r.state in (State.DRAFTING, State.SUBMITTED)), None)
    shown = preparing if preparing is not None and sees_draft(preparing, mine) else None
    lines = _products(agency, on, version, typed)
    before = predecessors(agency) if officer and not rows and not lines else ()
    others = choice(every.exclude(pk=agency.pk), agency_typed)
    agencies = replace(others, units=(agency, *others.units), chosen=agency.pk)
    return InForce(agency, agencies, on, version, lines, approved, shown, officer, approves, tuple(before))


def _first(agencies: QuerySet[Unit], mine: Reach) -> Unit | None:
    """The agency where the user serves; else the first that the user may read."""
    own = {mine.agency[u] for u in mine.serves if u in mine.agency}
    return agencies.filter(pk__in=own).first() or agencies.first()


def sees_draft(row: Catalogue, mine: Reach) -> bool:
    """Whether somebody of this reach may look at a catalogue in preparation."""
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
        if row.agency_id not in mine.reads or (row.state != State.APPROVED and not sees_draft(row, mine)):
            raise NotYours()
    lines: dict[int, list[rules.Entry]] = {before.pk: [], after.pk: []}
    for line in CatalogueLine.objects.filter(catalogue_id__in=rows).order_by("code"):
        lines[line.catalogue_id].append(entry_of(line))
    found = rules.differences(lines[before.pk], lines[after.pk])
    return Compared(before, after, found, dict(Counter(one.kind for one in found)))
