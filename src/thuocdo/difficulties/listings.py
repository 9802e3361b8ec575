"""Difficulties of an officer's units as XLSX. Each is answered on its page, with the article beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.difficulties import rules
from thuocdo.difficulties.queries import Filters, officer_list
from thuocdo.intake.specs import Asked, Filtering, Listing, Scope
from thuocdo.organisation.scopes import own_scope


def difficulties_scope(by: User | None, at: datetime, code: str) -> Scope:
    """Those of the officer's units."""
    own = own_scope(by, at, code)
    return replace(own, data=(own.data, Filters()))


def difficulties_part(scope: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """Those that the page shows so filtered."""
    user, filters = scope.data[0], Filters.of(asked)
    found = officer_list(user, at, filters, 1)
    holders = {unit.pk: unit.name for unit in found.holders.units}
    words = {
        "tim": filters.typed, "bo": dict(found.rulebooks).get(filters.rulebook, filters.rulebook),
        "dieu": dict(found.articles).get(filters.article, filters.article),
        "tinh-trang": rules.MACHINE.states.get(filters.state, ""),
        "noi-giu": holders.get(filters.holder, str(filters.holder)) if filters.holder else "",
    }  # fmt: skip
    return replace(scope, data=(user, filters)), words


def difficulty_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Waiting first, oldest first; the author is named, as on the officer's page."""
    user, filters = scope.data
    page = officer_list(user, at, filters, 1).page
    for number in range(1, page.pages + 1):
        for one in officer_list(user, at, filters, number).page.lines if number > 1 else page.lines:
            author = getattr(one.author, "person", None)
            yield (
                str(one.pk), f"{one.raised_at:%d/%m/%Y}", author.full_name if author else one.author.display_name,
                one.unit.name, one.holder.name, one.article_words, one.text, one.proposal, one.get_state_display(),
                one.answer,
            )  # fmt: skip


DIFFICULTIES = Listing(
    "difficulties", "Vướng mắc của các đơn vị phụ trách",
    (("Số", 8), ("Nêu ngày", 14), ("Người nêu", 28), ("Đơn vị", 34), ("Nơi giữ", 34), ("Điều", 40), ("Vướng mắc", 60),
     ("Đề xuất", 40), ("Trạng thái", 24), ("Trả lời", 60)), difficulties_scope,
    difficulty_rows,
    filtering=Filtering({"tim": "Nội dung có", "bo": "Bộ quy tắc", "dieu": "Điều", "tinh-trang": "Tình trạng",
                         "noi-giu": "Nơi đang giữ"}, difficulties_part),
)  # fmt: skip
