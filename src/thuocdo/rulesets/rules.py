"""Pure rules: whom a rulebook covers by law, whom only by a choice, and the sentence that says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from thuocdo.engine import Rulebook

KIND_NAMES = {
    "cadre": "cán bộ",
    "civil_servant": "công chức",
    "public_employee": "viên chức",
    "contract_worker": "người lao động hợp đồng",
}


@dataclass(frozen=True)
class RuleChoice:
    """Which rule applies to one kind of people in one unit; `rulebook` None says that none does, and why."""

    rulebook: str | None
    overlays: tuple[str, ...]
    hash: str | None
    title: str | None
    sentence: str
    cite: str
    binding: int | None


def in_force(book: Rulebook, on: date) -> bool:
    """Whether the rulebook holds on that day (half-open)."""
    return book.since <= on and (book.until is None or on < book.until)


def covers(book: Rulebook, kind: str) -> bool:
    """Whether the rulebook covers the kind, by law or where the authority chose so."""
    return kind in book.book.subject_kinds or any(o.kind == kind for o in book.book.optional_kinds)


def _cite(book: Rulebook, refs: Iterable[str]) -> str:
    return "; ".join(c.text() for c in book.cite(tuple(refs)))


def applies(book: Rulebook, *, since: date | None, decided_by: str, binding: int | None) -> RuleChoice:
    """The rulebook applies, by law or as decided."""
    extra = "".join(f"; quy chế bổ sung: {title}" for title in book.overlay_titles.values())
    how = f"theo quyết định của {decided_by}, từ {since:%d/%m/%Y}" if since else "áp dụng trực tiếp theo luật"
    return RuleChoice(book.key, book.overlays, book.hash, book.title, f"{book.title}, {how}{extra}.",
                      book.short_title, binding)


def missing(books: Iterable[Rulebook], kind: str, on: date) -> RuleChoice:
    """No rule: says which rulebook could be chosen, or that none is here for this kind of people."""
    name = KIND_NAMES[kind]
    for book in books:
        for option in book.book.optional_kinds:
            if option.kind == kind and in_force(book, on):
                cite = _cite(book, option.cite)
                return RuleChoice(
                    None, (), None, None,
                    f"Chưa chọn quy định đánh giá {name}. Cấp có thẩm quyền có thể quyết định áp dụng "
                    f"{book.short_title} ({cite}); khi có quyết định, ghi tại trang Quy định áp "
                    f"dụng.", cite, None,
                )
    return RuleChoice(
        None, (), None, None,
        f"Chưa có bộ quy tắc đánh giá {name} trong phần mềm, nên không tự xếp theo quy định dành cho đối "
        f"tượng "
        "khác. Khi có quy định, ghi tại trang Quy định áp dụng.", "", None,
    )


def by_law(books: Iterable[Rulebook], kind: str, on: date) -> Rulebook | None:
    """The one rulebook in force that covers the kind without anybody choosing."""
    found = [b for b in books if kind in b.book.subject_kinds and in_force(b, on)]
    return found[0] if len(found) == 1 else None
