"""Which rulebooks are in force for somebody, and their articles and open points in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from thuocdo.accounts.models import User
from thuocdo.engine import Rulebook
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.loader import load_book
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.errors import Forbidden, NotYours
from thuocdo.organisation.models import Employment
from thuocdo.organisation.queries import on_day, roots_for_officer
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.queries import every_rule
from thuocdo.rulesets.rules import KIND_NAMES

Book = Rulebook | SchemeBook


@dataclass(frozen=True)
class Article:
    """One article to choose: its reference, and the words by which people know it."""

    ref: str
    words: str
    about: str


@dataclass(frozen=True)
class InForce:
    """A rulebook with its overlays that is in force for somebody."""

    key: str
    overlays: tuple[str, ...]
    title: str


def open_book(key: str, overlays: Sequence[str] = ()) -> Book:
    """A rulebook of either shape. Raises NotYours where there is none."""
    try:
        return load_book(key, tuple(overlays), catalogue.roots())
    except RulebookError as error:
        raise NotYours("Không có bộ quy tắc hoặc quy chế bổ sung này. Hãy chọn trong danh sách.") from error


def short_title(key: str) -> str:
    """How people call a rulebook; the key itself where it is no longer installed."""
    try:
        return open_book(key).short_title
    except NotYours:
        return key


def articles(book: Book) -> list[Article]:
    """Every article of the book's own tables, in their order."""
    return [Article(f"{i.id}/{a.ref}", f"{a.text} {i.name}", a.about) for i in book.instruments for a in i.articles]


def points(book: Book) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Open points by id: the question, and references of the articles that leave it open."""
    if isinstance(book, Rulebook):
        return {p.id: (p.question_vi, tuple(c.key for c in p.cite)) for p in book.open_points}
    return {p.id: (p.question, tuple(p.cite)) for p in book.open_points}


def in_force_for(user: User, on: date) -> list[InForce]:
    """The rulebooks by which the user is rated, and for officers those of their units. At most six queries."""
    posts = Employment.objects.filter(on_day(on), person__user_id=user.pk).order_by("pk")
    asked = dict.fromkeys(posts.values_list("unit_id", "kind"))
    asked |= {(unit.pk, kind): None for unit in roots_for_officer(user, on) for kind in KIND_NAMES}
    found: dict[tuple[str, tuple[str, ...]], InForce] = {}
    for chosen in every_rule(list(asked), on).values():
        for choice in chosen.values():
            if choice.rulebook is not None:
                key = (choice.rulebook, tuple(choice.overlays))
                found[key] = InForce(*key, choice.title or choice.rulebook)
    return list(found.values())


def is_in_force(chosen: Sequence[InForce], book: Book, on: date) -> bool:
    """Whether the rulebook is among the chosen ones.

    A rulebook that units do not choose for their people (Party, confidence votes, collectives, pay by the State)
    counts while it is in force.
    """
    if any(found.key == book.key for found in chosen):
        return True
    return not _chosen_by_units(book) and book.since <= on and (book.until is None or on < book.until)


def require_in_force(user: User, book: Book, on: date) -> None:
    """Raises Forbidden where the rulebook does not bind the user, naming those that do."""
    chosen = in_force_for(user, on)
    if is_in_force(chosen, book, on):
        return
    own = "; ".join(found.title for found in chosen) or "chưa ghi nhận bộ quy tắc nào"
    raise Forbidden(
        f"“{book.title}” hiện không áp dụng cho ông/bà, nên chưa nêu vướng mắc về bộ quy tắc này được. "
        f"Đang áp dụng cho ông/bà: {own}. Nếu ghi nhận này chưa đúng, hãy báo cán bộ tổ chức."
    )


def _chosen_by_units(book: Book) -> bool:
    """Whether bindings of units say for whom the rulebook holds."""
    if isinstance(book, Rulebook):
        return True
    if book.book.procedure_kind in ("party", "confidence_vote"):
        return False
    if book.book.procedure_kind == "pay":
        return bool(book.book.place)
    return any(kind in KIND_NAMES for scheme in book.schemes for kind in scheme.subject_kinds)
