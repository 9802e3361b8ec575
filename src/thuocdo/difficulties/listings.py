"""Difficulties of an officer's units as XLSX. Each is answered on its page, with the article beside it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.difficulties.queries import Filters, officer_list
from thuocdo.intake.specs import Listing, Scope
from thuocdo.organisation.scopes import own_scope


def difficulty_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Waiting first, oldest first; the author is named, as on the officer's page."""
    user: User = scope.data
    page = officer_list(user, at, Filters(), 1).page
    for number in range(1, page.pages + 1):
        for one in officer_list(user, at, Filters(), number).page.lines if number > 1 else page.lines:
            author = getattr(one.author, "person", None)
            yield (
                str(one.pk), f"{one.raised_at:%d/%m/%Y}", author.full_name if author else one.author.display_name,
                one.unit.name, one.holder.name, one.article_words, one.text, one.proposal, one.get_state_display(),
                one.answer,
            )  # fmt: skip


DIFFICULTIES = Listing(
    "difficulties", "Vướng mắc của các đơn vị phụ trách",
    (("Số", 8), ("Nêu ngày", 14), ("Người nêu", 28), ("Đơn vị", 34), ("Nơi giữ", 34), ("Điều", 40), ("Vướng mắc", 60),
     ("Đề xuất", 40), ("Trạng thái", 24), ("Trả lời", 60)), own_scope, difficulty_rows,
)  # fmt: skip
