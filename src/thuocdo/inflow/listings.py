"""What a source brought, as XLSX: each waiting item with why and what to do. It is answered in the inbox."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.inflow.queries import inbox
from thuocdo.intake.specs import Listing, Scope
from thuocdo.intake.written import moment_text
from thuocdo.kernel.errors import NotYours

_CODE = re.compile(r"([0-9]{1,15})-([a-z]{1,12})", re.ASCII)


def inbox_scope(by: User | None, at: datetime, code: str) -> Scope:
    """One state of a source's inbox, written key-state. Raises NotYours."""
    asked = _CODE.fullmatch(code)
    if by is None or asked is None:
        raise NotYours()
    source = inbox(by, int(asked[1]), asked[2], 1, at).line.source
    return Scope(source.agency.code, source.name, (by, source.pk, asked[2]))


def inbox_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Newest first, as on the pages."""
    user, source_id, state = scope.data
    page = inbox(user, source_id, state, 1, at)
    for number in range(1, page.pages + 1):
        for one in page.items if number == 1 else inbox(user, source_id, state, number, at).items:
            item, content = one.item, one.content
            yield (
                item.external_id, item.title, str(content["person"]), str(content["product"]),
                str(content["due_date"]), item.get_state_display(), item.problem, one.remedy,
                item.task.code if item.task else "", moment_text(item.received_at),
            )  # fmt: skip


INBOX = Listing(
    "inbox", "Việc đến của một nguồn",
    (("Mã ở nguồn", 24), ("Công việc", 50), ("Người (ở nguồn)", 24), ("Sản phẩm (ở nguồn)", 20), ("Hạn", 14),
     ("Trạng thái", 20), ("Vì sao", 60), ("Cần làm gì", 70), ("Mã công việc ở đây", 20), ("Nhận lúc", 18)),
    inbox_scope, inbox_rows,
)  # fmt: skip
