"""Pure rules: whom a rulebook covers by law, whom only by a choice, and the sentence that says so."""

from dataclasses import dataclass
from datetime import date

from thuocdo.engine import Rulebook, Selection
from thuocdo.engine.rulebook import Identity
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.periods import Span
from thuocdo.kernel.states import Machine, Transition

KIND_NAMES = {
    "cadre": "cán bộ",
    "civil_servant": "công chức",
    "public_employee": "viên chức",
    "contract_worker": "người lao động hợp đồng",
}

OFFICER = "cán bộ tổ chức của đơn vị"
OTHER = "người đứng đầu, hoặc cán bộ tổ chức khác của đơn vị, của cấp trên; không phải người soạn, người trình"
REGULATION = Machine(
    {"drafting": "đang soạn", "proposed": "đã trình", "approved": "đã phê duyệt", "dropped": "đã bỏ"},
    [
        Transition("save", ("drafting",), "drafting", OFFICER, "Lưu bản soạn"),
        Transition("propose", ("drafting",), "proposed", OFFICER, "Trình phê duyệt"),
        Transition("withdraw", ("proposed",), "drafting", "người trình", "Rút lại"),
        Transition("return", ("proposed",), "drafting", OTHER, "Trả lại"),
        Transition("approve", ("proposed",), "approved", OTHER, "Phê duyệt"),
        Transition("drop", ("drafting",), "dropped", OFFICER, "Bỏ bản soạn"),
    ],
)


@dataclass(frozen=True)
class RuleChoice:
    """Which rule applies to one kind of people in one unit; `rulebook` None says that none does, and why.

    `decided_by` and `decision` (who decided, with which reason) are empty where the law itself applies.
    """

    rulebook: str | None
    overlays: tuple[str, ...]
    hash: str | None
    title: str | None
    sentence: str
    cite: str
    binding: int | None
    decided_by: str = ""
    decision: str = ""


def in_force(book: Identity, on: date) -> bool:
    """Whether the rulebook holds on that day (half-open)."""
    return Span(book.since, book.until).holds(on)


def applies(
    book: Rulebook | SchemeBook, *, since: date | None, decided_by: str, decision: str, binding: int | None
) -> RuleChoice:
    """The rulebook applies, by law or as decided."""
    extra = "".join(f"; quy chế bổ sung: {title}" for title in book.overlay_titles.values())
    how = f"theo quyết định của {decided_by}, từ {since:%d/%m/%Y}" if since else "áp dụng trực tiếp theo luật"
    return RuleChoice(book.key, book.overlays, book.hash, book.title, f"{book.title}, {how}{extra}.",
                      book.short_title, binding, decided_by, decision)


def missing(selection: Selection, before: str = "") -> RuleChoice:
    """No rule: says which instrument governs and is missing, and what the authority may choose instead; `before` goes
    ahead of it."""
    choose = " Nếu cấp có thẩm quyền quyết định chọn, ghi tại trang Quy định áp dụng."
    where = choose if selection.by_choice else ""
    cite = f" Căn cứ: {selection.cite}." if selection.cite else ""
    return RuleChoice(None, (), None, None, before + selection.sentence_vi + cite + where, selection.cite, None)
