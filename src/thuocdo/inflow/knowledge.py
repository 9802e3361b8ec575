"""Everything that a delivery is judged against, read in sets: the number of queries does not grow with the items."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from thuocdo.inflow.models import Source, SourceItem
from thuocdo.inflow.payloads import Offer
from thuocdo.intake.specs import Scope
from thuocdo.kernel.periods import Span, last_of_month, month_span
from thuocdo.kernel.text import fold
from thuocdo.organisation.access import day_of
from thuocdo.organisation.holding import hold
from thuocdo.organisation.imports_plan import Reach, lookup
from thuocdo.organisation.models import Employment, Person, PersonMerge, Unit
from thuocdo.organisation.people_reach import posts_by_code
from thuocdo.organisation.queries import forest
from thuocdo.organisation.rules import Forest
from thuocdo.work.closed import PersonMonth, closed_months, hold_months
from thuocdo.work.models import CauseClaim, Clarification, Evidence, Product, Task

MONTHS_AWAY = 13
Twin = tuple[int, date, str, date]
"""Person, month, folded name and deadline of a task."""


@dataclass
class Knowledge:
    """People of the source's units by staff code, catalogue products, items and tasks known already."""

    source: Source
    chain: str
    today: date
    units: dict[int, Unit]
    posts: dict[str, list[Employment]]
    products: dict[tuple[int, str], list[Product]]
    items: dict[str, SourceItem]
    months: Mapping[date, Forest]
    closed: dict[PersonMonth, str]
    proved: set[int]
    merged: Mapping[str, str]
    twins: Mapping[Twin, str]

    def post(self, code: str, month: date, task: Task | None = None) -> Employment | None:
        """The last post of a month within the source's units: under the code with which a merged one goes on, where
        that has one; of a task that stands under the merged code, under this."""
        goes_on = self.merged.get(code)
        stays = goes_on is None or (task is not None and task.person.code == code)
        codes = (code,) if goes_on is None else (code, goes_on) if stays else (goes_on, code)
        span = month_span(month.year, month.month)
        for one in codes:
            held = [p for p in self.posts.get(one, ()) if span.overlaps(Span(p.start, p.end))]
            if held:
                return held[-1]
        return None

    def twin(self, post: Employment, month: date, title: str, due_date: str) -> str:
        """What another source brought already for this person: the same work, by its name and deadline."""
        return self.twins.get((post.person_id, month, fold(title), date.fromisoformat(due_date)), "")

    def agency(self, post: Employment, month: date) -> int | None:
        """The employing agency of the post in that month."""
        return self.months[month].agency(post.unit_id) if month in self.months else None

    def product(self, agency_id: int, code: str, month: date) -> Product | None:
        """The catalogue product of that agency in force in the month."""
        span = month_span(month.year, month.month)
        found = [p for p in self.products.get((agency_id, code), ()) if span.overlaps(Span(p.start, p.end))]
        return max(found, key=lambda p: p.start) if found else None


def person_code(source: Source, offer: Offer, item: SourceItem | None) -> str:
    """The staff code that an offer means: chosen for this item, mapped for the source, or written itself."""
    chosen = item.choices.get("person") if item else None
    written = str(offer.content["person"])
    return str(chosen or source.people.get(written) or written).upper()


def product_code(source: Source, offer: Offer, item: SourceItem | None) -> str:
    """The catalogue code that an offer means; empty for work outside the catalogue."""
    chosen = item.choices.get("product") if item else None
    written = str(offer.content["product"])
    if chosen is not None:
        return str(chosen).upper()
    if not written:
        return source.default_product.upper()
    return str(source.products.get(written, written)).upper()


def month_for(source: Source, offer: Offer, item: SourceItem | None) -> date | None:
    """The month of an offer: chosen, written, or that of the deadline where the officer said so."""
    chosen = (item.choices.get("month") if item else None) or offer.content["month"]
    if chosen:
        return date(int(chosen[:4]), int(chosen[5:7]), 1)
    if source.month_rule == Source.MonthRule.DUE and not offer.content["recurring"]:
        return date.fromisoformat(offer.content["due_date"]).replace(day=1)
    return None


def is_near(month: date, today: date) -> bool:
    """Whether a month lies within the reach of a delivery."""
    return abs((month.year - today.year) * 12 + month.month - today.month) <= MONTHS_AWAY


def gather(
    source: Source, offers: Collection[Offer], at: datetime, gone: Collection[str] = (), *, lock: bool = True,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
) -> Knowledge:  # fmt: skip
    """Read what the offers name; unless it is only a look, the months are held and then the tasks of known items.
    `answers`: what is being answered for items, not stored yet.

    At most about 22 queries, and two for each month named.
    """
    today = day_of(at)
    items = _items(source, [*(o.external_id for o in offers), *gone])
    for name, given in (answers or {}).items():
        items[name].choices = {**items[name].choices, **given}
    tree = forest(today)
    inside, above = tree.below([source.agency_id]), tree.agency(source.agency_id)
    read = Unit.objects.in_bulk([*inside, *([above] if above else [])])
    units = {pk: unit for pk, unit in read.items() if pk in inside}
    scope = Scope("", "", Reach({u.code.upper(): u for u in units.values()}))
    known = [(o, items.get(o.external_id)) for o in offers]
    named = {person_code(source, o, i) for o, i in known}
    merged = _merged(named)
    posts = posts_by_code(scope, {*named, *merged.values()})
    codes = {c for o, i in known if (c := product_code(source, o, i))}
    products: dict[tuple[int, str], list[Product]] = {}
    for product in lookup(Product.objects.filter(agency_id__in=units), "code", codes):
        products.setdefault((product.agency_id, product.code), []).append(product)
    months = {m for o, i in known if (m := month_for(source, o, i)) is not None and is_near(m, today)}
    months |= {i.task.month for i in items.values() if i.task is not None}
    people = {p.person_id for held in posts.values() for p in held}
    people |= {i.task.person_id for i in items.values() if i.task is not None}
    asked = [(person, month) for person in people for month in months]
    new = any(i is None or i.task_id is None for _, i in known)
    if lock:
        hold_months(asked)
        _put_tasks(items, Task.objects.select_for_update(of=("self",)).order_by("pk"))
    if lock and new:  # another source that brings the same work at this moment waits, and sees it then
        hold(Person.objects.all(), values=people)
    return Knowledge(
        source=source,
        chain=(read[above] if above else source.agency).code,
        today=today,
        units=units,
        posts=posts,
        products=products,
        items=items,
        months={m: forest(last_of_month(m)) for m in months},
        closed=closed_months(asked),
        proved=_proved([i.task.pk for i in items.values() if i.task is not None]),
        merged=merged,
        twins=_twins(source, people, months) if new else {},
    )


def _merged(codes: Collection[str]) -> dict[str, str]:
    """Of these staff codes those that were merged, each with the one that goes on."""
    rows = PersonMerge.objects.filter(approved_at__isnull=False).select_related("dropped", "kept")
    return {row.dropped.code: row.kept.code for row in lookup(rows, "dropped__code", codes)} if codes else {}


def _twins(source: Source, people: Collection[int], months: Collection[date]) -> dict[Twin, str]:
    """Tasks that other sources brought for these people in these months and that go on."""
    rows = SourceItem.objects.exclude(source=source).filter(task__state=Task.State.ACTIVE, task__month__in=months)
    found = lookup(rows.select_related("source", "task"), "task__person_id", people) if months else []
    return {
        (row.task.person_id, row.task.month, fold(row.task.title), row.task.due_date): (
            f"{row.task.code}, nguồn “{row.source.name}”"
        )
        for row in found
        if row.task is not None
    }


def _proved(numbers: Collection[int]) -> set[int]:
    """The tasks on which proofs, claims of causes or questions hang."""
    hanging = (Exists(kind.objects.filter(task=OuterRef("pk"))) for kind in (Evidence, CauseClaim, Clarification))
    found = Task.objects.filter(reduce(or_, map(Q, hanging)))
    return {task.pk for task in lookup(found, "pk", set(numbers))} if numbers else set()


def _items(source: Source, ids: Collection[str]) -> dict[str, SourceItem]:
    """The stored items with their tasks."""
    items = {i.external_id: i for i in lookup(SourceItem.objects.filter(source=source), "external_id", ids)}
    _put_tasks(items, Task.objects.order_by("pk"))
    return items


def _put_tasks(items: Mapping[str, SourceItem], rows: QuerySet[Task]) -> None:
    """The tasks of the items as they stand; locked rows, so that nobody reports in between."""
    numbers = {i.task_id for i in items.values() if i.task_id is not None}
    tasks = {t.pk: t for t in lookup(rows.select_related("person", "product"), "pk", numbers)}
    for item in items.values():
        if item.task_id is not None:
            item.task = tasks[item.task_id]
