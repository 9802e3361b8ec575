"""The yearly review of the criteria set: the year's difficulties by article beside the year's figures."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.timezone import localdate, make_aware

from thuocdo.accounts.models import User
from thuocdo.appraisals.in_force import in_force
from thuocdo.appraisals.models import DECIDED, Confirmation, Petition, Sheet, SheetCount
from thuocdo.cycles.models import Cycle
from thuocdo.difficulties import access, rules
from thuocdo.difficulties.books import Book, articles, open_book, short_title
from thuocdo.difficulties.models import Difficulty
from thuocdo.difficulties.queries import Paged, paged
from thuocdo.kernel.errors import NotYours
from thuocdo.kernel.periods import period_label
from thuocdo.organisation.models import Role
from thuocdo.organisation.queries import units_where_any

PAGE = 50
NO_LEVEL = "Không có mức"
_PETITIONS = {
    Petition.State.CORRECTED: "Kiến nghị: kết quả được sửa bằng kết quả mới",
    Petition.State.UPHELD: "Kiến nghị: giữ nguyên kết quả",
    Petition.State.RECEIVED: "Kiến nghị: đang giải quyết",
}
FIRST_YEAR, LAST_YEAR = 2018, 2100
UNREAD = (rules.MERGED, rules.WITHDRAWN)
Period = tuple[str, int]
"""Kind and number of a period of the year."""


@dataclass(frozen=True)
class Figures:
    """The year in numbers as they may be printed: levels by period; `small` says that something was withheld."""

    bands: tuple[str, ...]
    rows: tuple[tuple[str, rules.PrintedRow], ...]
    totals: tuple[tuple[str, str], ...]
    small: bool


@dataclass(frozen=True)
class ArticleRow:
    """How many difficulties the year brought on one article, and what became of them."""

    rulebook: str
    words: str
    states: tuple[tuple[str, int], ...]
    total: int

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """The states in words."""
        return tuple((rules.MACHINE.states[state], n) for state, n in self.states)


@dataclass(frozen=True)
class Review:
    """The review page: counts by article, the difficulties themselves, the figures."""

    year: int
    articles: tuple[ArticleRow, ...]
    page: Paged[Difficulty]
    figures: Figures
    raised: int
    years: tuple[int, ...]


def review(user: User, year: int, number: int, at: datetime) -> Review:
    """The year as the user's units saw it. For officers and inspectors. Constant queries. Raises NotYours."""
    units = _scope(user, year, at)
    places = access.places_of(units)
    rows = _of_year(places, year)
    counted = tuple(_by_article(rows))
    shown = sum(n for row in counted for state, n in row.states if state not in UNREAD)
    cycles = list(Cycle.objects.filter(root__in=units).values_list("pk", "kind", "year", "number"))
    return Review(
        year,
        counted,
        paged(_listed(rows), number, PAGE, shown),
        _figures({pk: (kind, number) for pk, kind, of, number in cycles if of == year}, year),
        sum(row.total for row in counted),
        _years(places, {localdate(at).year, *(of for _, _, of, _ in cycles)}),
    )


def listed(user: User, year: int, at: datetime) -> list[Difficulty]:
    """Every difficulty of the year for the file, without who raised it. Raises NotYours."""
    return list(_listed(_of_year(access.places_of(_scope(user, year, at)), year)))


def _scope(user: User, year: int, at: datetime) -> set[int]:
    units = units_where_any(user, (Role.Kind.OFFICER, Role.Kind.INSPECTOR), localdate(at))
    if not units or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotYours()
    return units


def _of_year(places: set[int], year: int) -> QuerySet[Difficulty]:
    span = (make_aware(datetime(y, 1, 1)) for y in (year, year + 1))  # noqa: DTZ001
    first, after = span
    return Difficulty.objects.filter(access.handled_in(places), raised_at__gte=first, raised_at__lt=after)


def _listed(rows: QuerySet[Difficulty]) -> QuerySet[Difficulty]:
    """By article; a merged one is counted with the one that is answered, a withdrawn one not read out."""
    kept = rows.exclude(state__in=UNREAD).annotate(duplicates=Count("merged"))
    kept = kept.select_related("holder", "answered_by").prefetch_related("readings")
    return kept.order_by("rulebook", "article", "raised_at", "pk")


def _by_article(rows: QuerySet[Difficulty]) -> Iterator[ArticleRow]:
    fields = ("rulebook", "article", "article_words", "state")
    found: dict[tuple[str, str], Counter[str]] = {}
    for book, ref, words, state, n in rows.order_by().values_list(*fields).annotate(n=Count("pk")):
        found.setdefault((book, ref or words), Counter())[state] += n
    names = {key: {a.ref: a.words for a in articles(book)} for key, book in _books({k for k, _ in found}).items()}
    for (book, ref), states in sorted(found.items(), key=lambda pair: (pair[0][0], -pair[1].total(), pair[0][1])):
        cells = tuple((state, states[state]) for state in rules.MACHINE.states)
        yield ArticleRow(short_title(book), names.get(book, {}).get(ref, ref), cells, states.total())


def _figures(cycles: Mapping[int, Period], year: int) -> Figures:
    """From the counts of sheets; one result of each group says of which rulebook they are. Four queries."""
    rated = SheetCount.objects.filter(cycle__in=cycles).exclude(Q(rulebook_hash="") | Q(state=Sheet.State.UNDER_REVIEW))
    groups = rated.order_by().values_list("cycle", "rulebook_hash", "band")
    found = list(groups.annotate(n=Sum("number"), one=Max("last_result")))
    named = Confirmation.objects.filter(pk__in=[one for *_, one in found]).values_list("rulebook_hash", "rulebook")
    rulebooks = dict(named)
    counted = [(*cycles[cycle], rulebooks[digest], band, n) for cycle, digest, band, n, _ in found]
    decided = in_force(Confirmation.objects.filter(DECIDED, sheet__cycle__in=cycles)).count()
    labels = _labels({(book, band) for _, _, book, band, _ in counted})
    by_period: dict[Period, Counter[str]] = {}
    for kind, number, book, band, n in counted:
        by_period.setdefault((kind, number), Counter())[labels[book, band]] += n
    bands = tuple(dict.fromkeys(labels[key] for key in sorted(labels, key=lambda k: _place(*k))))
    rows = tuple(
        (period_label(kind, year, number), rules.printed_row([by_period[kind, number][b] for b in bands]))
        for kind, number in sorted(by_period)
    )
    totals = tuple(_totals(cycles, sum(row[-1] for row in counted), decided, [row for _, row in rows]))
    withheld = {rules.HIDDEN, rules.WITHHELD, f"dưới {rules.FEW}"}
    small = any(withheld & {*row.cells, row.total} for _, row in rows) or any(n in withheld for _, n in totals)
    return Figures(bands, rows, totals, small)


def _totals(
    cycles: Collection[int], total: int, decided: int, rows: Sequence[rules.PrintedRow]
) -> Iterator[tuple[str, str]]:
    petitions = Petition.objects.filter(sheet__cycle__in=cycles)
    states = dict(petitions.order_by().values_list("state").annotate(n=Count("pk")))
    yield "Kết quả đã xác nhận, đang có hiệu lực", rules.printed_sum(rows, total)
    yield "Kết quả có điểm luật để ngỏ do người có thẩm quyền quyết định", rules.printed(decided)
    printed = rules.printed_row([states.get(state, 0) for state in _PETITIONS])
    yield "Kiến nghị về kết quả", printed.total
    yield from zip(_PETITIONS.values(), printed.cells, strict=True)


def _books(keys: set[str]) -> dict[str, Book]:
    found = {}
    for key in keys:
        try:
            found[key] = open_book(key)
        except NotYours:
            continue  # a rulebook that is no longer installed: its level codes are shown as they are
    return found


def _labels(used: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    books = _books({book for book, _ in used})
    names = {key: _levels(book) for key, book in books.items()}
    return {(book, band): names.get(book, {}).get(band, band) if band else NO_LEVEL for book, band in used}


def _levels(book: Book) -> dict[str, str]:
    """Level codes of a rulebook with their names, best first."""
    if hasattr(book, "bands"):
        return {band.code: band.label for band in book.bands}
    return {level.code: level.label for scheme in book.schemes for level in scheme.levels}


def _place(book: str, band: str) -> tuple[int, str]:
    """Best level first, no level last."""
    order = ("excellent", "good", "complete", "limited", "incomplete", "")
    return (order.index(band) if band in order else len(order) - 1, book)


def _years(places: set[int], known: set[int]) -> tuple[int, ...]:
    """Years that can be reviewed: those known (with periods, the present one) or with difficulties; newest first."""
    seen = Difficulty.objects.filter(access.handled_in(places)).dates("raised_at", "year")
    return tuple(sorted({*known, *(day.year for day in seen)}, reverse=True))
