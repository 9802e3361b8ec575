"""Every read of difficulties, with the access check in it. What a user may not see is answered with NotYours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Case, Count, Model, QuerySet, When
from django.utils.timezone import localdate

from thuocdo.accounts.models import User
from thuocdo.difficulties import access, rules
from thuocdo.difficulties.books import Article, articles, open_book, short_title
from thuocdo.difficulties.models import AcceptedReading, Difficulty, DifficultyStep
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.text import fold
from thuocdo.organisation.choosing import UnitChoice, choice
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units

PAGE = 25
OFFERED = 100
_WAITING_FIRST = Case(When(state=rules.WAITING, then=0), default=1)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Paged(Generic[M]):
    """One page of a list; `number` counts from 1."""

    lines: Sequence[M]
    total: int
    number: int
    pages: int


def paged(rows: QuerySet[M], number: int, size: int = PAGE, total: int | None = None) -> Paged[M]:
    """One page of a query, the nearest one that exists. Two queries, or one if it is known how many there are."""
    total = rows.count() if total is None else total
    pages = max(1, -(-total // size))
    number = min(max(number, 1), pages)
    return Paged(list(rows[(number - 1) * size : number * size]), total, number, pages)


def published_readings_of(rulebook_key: str) -> dict[str, list[AcceptedReading]]:
    """Accepted readings that stand for a rulebook, by article reference, newest first. For all. One query."""
    found: dict[str, list[AcceptedReading]] = {}
    rows = AcceptedReading.objects.filter(rulebook=rulebook_key, ended_at=None)
    for reading in rows.select_related("unit", "published_by").order_by("-start", "-pk"):
        found.setdefault(reading.article, []).append(reading)
    return found


def published_page(typed: str, number: int) -> Paged[AcceptedReading]:
    """Accepted readings that stand, newest first, searched by words with or without marks. For all. Two queries."""
    rows = AcceptedReading.objects.filter(ended_at=None, search_key__contains=fold(typed))
    return paged(rows.select_related("unit", "published_by").order_by("-start", "-pk"), number)


def own_difficulties(user: User, number: int) -> Paged[Difficulty]:
    """What the user raised, newest first. Two queries."""
    rows = Difficulty.objects.filter(author=user).select_related("holder", "merged_into__holder")
    return paged(rows.order_by("-raised_at", "-pk"), number)


@dataclass(frozen=True)
class View:
    """A difficulty as its reader may see it.

    `own`: the reader raised it; `officer`: the reader sees the officers' page. Without either, only readings are
    shown. `answered` is the difficulty whose answer counts: itself, or the one it was merged into.
    """

    row: Difficulty
    own: bool
    officer: bool
    answered: Difficulty
    readings: list[AcceptedReading]
    steps: list[DifficultyStep]
    may: frozenset[str]


def view(user: User, difficulty_id: int, at: datetime) -> View:
    """One difficulty: for its author, for the officers who handle it, and for all once a reading was published.

    Raises NotYours. At most six queries.
    """
    row = _fetch(difficulty_id)
    units = officer_units(user, localdate(at))
    own = row.author_id == user.pk
    officer = Difficulty.objects.filter(access.handled_in(units), pk=row.pk).exists() if units else False
    answered = row.merged_into or row
    readings = list(
        AcceptedReading.objects.filter(difficulty__in={row.pk, answered.pk})
        .select_related("unit", "published_by")
        .order_by("-published_at", "-pk")
    )
    if not own and not officer and not any(r.ended_at is None and r.difficulty_id == row.pk for r in readings):
        raise NotYours()
    may = rules.steps(row.state, author=own, holder=False, sender=False)
    steps = list(_steps(row)) if own or officer else []
    return View(row, own, officer, answered, readings, steps, may)


def _fetch(difficulty_id: int) -> Difficulty:
    related = (
        "unit",
        "holder",
        "author__person",
        "answered_by",
        "sheet__cycle",
        "merged_into__answered_by",
        "merged_into__holder",
    )
    row = Difficulty.objects.select_related(*related).filter(pk=difficulty_id).first()
    if row is None:
        raise NotYours()
    return row


def _steps(row: Difficulty) -> QuerySet[DifficultyStep]:
    return row.steps.select_related("by", "from_unit", "to_unit").order_by("pk")


@dataclass(frozen=True)
class Handling:
    """A difficulty for the officers who handle it: its history, duplicates, and what may be done now.

    `offered` are others of the same rulebook that it may be merged into; `above` has it next when sent up;
    `look` whether the officer may open the author's sheet.
    """

    row: Difficulty
    own: bool
    holds: bool
    may: frozenset[str]
    steps: list[DifficultyStep]
    merged: list[Difficulty]
    readings: list[AcceptedReading]
    offered: list[Difficulty]
    articles: list[Article]
    above: Unit | None
    look: bool


def handling(user: User, difficulty_id: int, at: datetime) -> Handling:
    """One difficulty for an officer of a unit where it is, was, or was raised. Raises NotYours."""
    on = localdate(at)
    row = _fetch(difficulty_id)
    units = officer_units(user, on)
    seen = Difficulty.objects.filter(access.handled_in(units))
    if not seen.filter(pk=row.pk).exists():
        raise NotYours()
    own, holds = row.author_id == user.pk, row.holder_id in units
    may = rules.steps(row.state, author=own, holder=holds, sender=access.sender_of(row) in units)
    offered = seen.filter(rulebook=row.rulebook).exclude(pk=row.pk)
    offered = offered.exclude(state__in=(rules.MERGED, rules.WITHDRAWN)).order_by("-pk")
    return Handling(
        row,
        own,
        holds,
        may,
        list(_steps(row)),
        list(row.merged.select_related("author__person", "unit").order_by("pk")),
        list(row.readings.select_related("unit", "published_by").order_by("-pk")),
        _nearest(row, list(offered[:OFFERED])) if "merge" in may else [],
        articles(open_book(row.rulebook, row.overlays)) if "publish" in may else [],
        access.unit_above(row, on) if "send_up" in may else None,
        row.sheet is not None and row.sheet.cycle.root_id in units,
    )


def _nearest(row: Difficulty, others: list[Difficulty]) -> list[Difficulty]:
    """Those about the same article first."""
    return sorted(others, key=lambda d: (d.article != row.article, -d.pk))


@dataclass(frozen=True)
class Filters:
    """What the officer asked for; empty: all."""

    typed: str = ""
    rulebook: str = ""
    article: str = ""
    state: str = ""
    holder: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filters":
        """From what the page was asked, by the names in its address."""
        holder = asked.get("noi-giu", "")
        known = holder.isascii() and holder.isdigit() and len(holder) < 16
        typed, book, article, state = (asked.get(name, "") for name in ("tim", "bo", "dieu", "tinh-trang"))
        return cls(typed, book, article, state, int(holder) if known else 0)


@dataclass(frozen=True)
class OfficerList:
    """The officer's list: one page, the counts by state, and what can be chosen in the filters."""

    page: Paged[Difficulty]
    counts: list[tuple[str, str, int]]
    rulebooks: list[tuple[str, str]]
    articles: list[tuple[str, str]]
    holders: UnitChoice
    total: int


def officer_list(user: User, at: datetime, filters: Filters, number: int, typed: str = "") -> OfficerList:
    """Difficulties that the officer's units have, had, or raised: waiting first, oldest first. Constant queries. Units
    to choose from are those found by `typed`."""
    mine = Difficulty.objects.filter(access.handled_in(access.places_of(officer_units(user, localdate(at)))))
    chosen = _filtered(mine, filters)
    counted = dict(chosen.order_by().values_list("state").annotate(n=Count("pk")))
    total = sum(counted.values())
    if filters.state in rules.MACHINE.states:
        chosen, total = chosen.filter(state=filters.state), counted.get(filters.state, 0)
    rows = chosen.select_related("holder", "unit", "author__person").annotate(duplicates=Count("merged"))
    choices = list(
        mine.order_by("rulebook", "article_words").values_list("rulebook", "article", "article_words").distinct()
    )
    return OfficerList(
        paged(rows.order_by(_WAITING_FIRST, "raised_at", "pk"), number, total=total),
        [(state, words, counted.get(state, 0)) for state, words in rules.MACHINE.states.items()],
        [(key, short_title(key)) for key in sorted({book for book, _, _ in choices})],
        [(ref, words) for book, ref, words in choices if ref and book == (filters.rulebook or book)],
        choice(Unit.objects.filter(pk__in=mine.order_by().values("holder_id")), typed, filters.holder),
        sum(counted.values()),
    )


def _filtered(rows: QuerySet[Difficulty], filters: Filters) -> QuerySet[Difficulty]:
    for name, value in (("rulebook", filters.rulebook), ("article", filters.article), ("holder", filters.holder)):
        if value:
            rows = rows.filter(**{name: value})
    return rows.filter(search_key__contains=fold(filters.typed)) if filters.typed else rows
