"""Trying rules out: a fictional sheet, rated by one or two rulebooks; nothing is stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from thuocdo.engine import Case, parse_case
from thuocdo.engine.errors import CaseError
from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.rulesets import catalogue, stored
from thuocdo.rulesets.fields import FieldGroup, Typed, all_fields
from thuocdo.rulesets.scheme_fields import NO_PRODUCTS, levels_of, scheme_fields, subject_of
from thuocdo.web.rules import rows as names
from thuocdo.web.rules.fields_points import points_fields
from thuocdo.web.rules.library import subject_kinds
from thuocdo.web.rules.results import Result, rate, result_of
from thuocdo.web.rules.toml_text import toml_of

ID = "GIA-DINH"
BY, REASON = "Giả định", "Tính thử"
BOTH = "Đã đánh dấu không được giao việc nào nhưng lại ghi sản phẩm. Hãy bỏ dấu hoặc bỏ sản phẩm."
NUMBERS = {"month": 12, "quarter": 4, "half_year": 2, "year": 1}
POINT_PERIODS: tuple[PeriodKind, ...] = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True)
class Whom:
    """Who is tried: kind, role and period, which is the `number`-th of its kind in the year (a year: always 1)."""

    kind: str
    role: Role
    period: PeriodKind
    year: int
    number: int = 1


@dataclass(frozen=True)
class Side:
    """One rulebook of a try-out with the inputs it asks for; `why_not` says why it asks for none."""

    book: catalogue.Book
    name: str
    scheme: Scheme | None
    groups: tuple[FieldGroup, ...]
    why_not: str = ""


@dataclass(frozen=True)
class Tried:
    """What one rulebook makes of the sheet: a result, or the refusal of the facts."""

    side: Side
    result: Result | None
    refusal: str = ""


def side_of(book: catalogue.Book, name: str, whom: Whom) -> Side:
    """What a rulebook asks for about such a subject."""
    if isinstance(book, Rulebook):
        kinds = (*book.book.subject_kinds, *(optional.kind for optional in book.book.optional_kinds))
        if whom.kind in kinds:
            return Side(book, name, None, points_fields(book, whom.role, whom.period, whom.number))
        return Side(book, name, None, (), _not_for(book, whom))
    scheme = book.scheme_for(whom.kind, whom.role, whom.period)
    if scheme is None:
        return Side(book, name, None, (), _not_for(book, whom))
    levels = levels_of(scheme)
    groups = scheme_fields(scheme, whom.role, whom.period, levels, whom.kind, open_bases=True)
    return Side(book, name, scheme, groups)


def _not_for(book: catalogue.Book, whom: Whom) -> str:
    who = f"{names.SUBJECTS[whom.kind]}, {names.ROLES[whom.role]}, kỳ {names.PERIODS[whom.period]}"
    return f"{book.short_title} không có khung cho {who}. Hãy chọn đối tượng, vai trò hoặc kỳ khác."


def first_whom(books: Sequence[catalogue.Book], today: date) -> Whom:
    """Somebody whom the first rulebook rates, and the second one too where there is such a one."""
    found = list(_rated_by(books[0], _year(books[0], today)))
    both = (whom for whom in found if all(not side_of(book, "", whom).why_not for book in books[1:]))
    return next(both, found[0])


def _year(book: catalogue.Book, today: date) -> int:
    """A year in which the rulebook holds: this one, else its last or first whole one."""
    last = 9999 if book.until is None else book.until.year if book.until.month > 1 else book.until.year - 1
    first = book.since.year if book.since.month == 1 else book.since.year + 1
    return max(book.since.year, min(max(today.year, first), last))


def _rated_by(book: catalogue.Book, year: int) -> Iterator[Whom]:
    if isinstance(book, Rulebook):
        for period in POINT_PERIODS:
            yield Whom(book.book.subject_kinds[0], "none", period, year)
        return
    for scheme in book.schemes:
        for period in scheme.periods:
            for kind in scheme.subject_kinds:
                yield Whom(kind, scheme.roles[0], period, year)
    if not book.schemes:
        yield Whom(next(iter(subject_kinds(book)), "civil_servant"), "none", "year", year)


def case_of(side: Side, whom: Whom, typed: Typed, decisions: Mapping[str, str]) -> dict[str, object]:
    """The typed facts that one rulebook asks for, as a case file."""
    subject: dict[str, object] = {"id": ID, "kind": whom.kind}
    if whom.role != "none":
        subject["leadership"] = whom.role
    wanted = {spec.name for spec in all_fields(side.groups)}
    subject |= subject_of({name: value for name, value in typed.values.items() if name in wanted})
    if side.scheme is None and "disciplines" in subject:  # a fact of the year in that shape of a rulebook
        year = subject.setdefault("year", {})
        assert isinstance(year, dict)
        year["disciplines"] = subject.pop("disciplines")
    if decisions:
        made = {"by": BY, "reason": REASON}
        subject["decisions"] = {point: {"reading": reading, **made} for point, reading in decisions.items()}
    period: dict[str, object] = {"kind": whom.period, "year": whom.year}
    if whom.period != "year":
        period["number"] = whom.number
    case: dict[str, object] = {"title": f"Tính thử theo {side.book.short_title}", "rulebook": side.book.key}
    overlays = [str(overlay) for overlay in side.book.overlays if not stored.is_stored(str(overlay))]
    if overlays:
        case["overlays"] = overlays
    return {**case, "period": period, "subjects": [subject]}


def text_of(side: Side, whom: Whom, typed: Typed, decisions: Mapping[str, str]) -> str:
    """The case file of one side as TOML."""
    return toml_of(case_of(side, whom, typed, decisions))


def tried(side: Side, whom: Whom, typed: Typed, decisions: Mapping[str, str]) -> Tried:
    """Rate the sheet by one rulebook: by the same text that is offered for download."""
    if side.why_not:
        return Tried(side, None, side.why_not)
    products = {name for name in typed.values if name.startswith("products.")}
    if NO_PRODUCTS in products and len(products) > 1:
        typed.problems.setdefault("f-products-none", BOTH)
        return Tried(side, None, BOTH)
    known = {point.id for point in side.book.open_points} | _asked(side.scheme)
    chosen = {point: reading for point, reading in decisions.items() if point in known}
    try:
        case: Case = parse_case(text_of(side, whom, typed, chosen).encode(), name="phiếu giả định")
        result = rate(side.book, case)
    except CaseError as error:
        field = next((spec for spec in all_fields(side.groups) if spec.name == _key(error.key)), None)
        if field is not None:
            typed.problems.setdefault(field.id, f"{field.label}: {error.problem}. {error.remedy}")
        where = f"{field.label}: " if field else ""
        return Tried(side, None, f"{where}{error.problem}. {error.remedy}")
    return Tried(side, result_of(side.book, result.outcomes[ID]))


def _asked(scheme: Scheme | None) -> set[str]:
    """What else a scheme may ask the authority: its gap, triggers that are weighed, limits that choose."""
    if scheme is None:
        return set()
    triggers = {rule.id for rule in scheme.triggers if rule.discretion or rule.mitigation}
    return {scheme.gap.id if scheme.gap else "gap", *triggers, *(rule.id for rule in scheme.limits if rule.chooses)}


def _key(key: str) -> str:
    """The field that a key of the case format belongs to."""
    return key.partition("].")[2] or key
