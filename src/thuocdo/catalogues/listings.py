"""Proposals of products and what differs between two versions, as XLSX: each proposal is answered on its page."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.catalogues.queries import compare
from thuocdo.catalogues.queries_drafts import proposals
from thuocdo.intake.specs import Listing, Scope, key_from
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.scopes import own_scope

Rows = Iterable[Sequence[str]]


def proposal_rows(scope: Scope, at: datetime) -> Rows:
    """Each proposal once, what waits for the user first."""
    found = proposals(scope.data, at)
    for one in {row.pk: row for row in (*found.waiting, *found.mine)}.values():
        day = f"{one.proposed_at:%d/%m/%Y}"
        yield one.name, one.agency.name, one.author.display_name, day, one.get_state_display()


def compare_scope(by: User | None, at: datetime, code: str) -> Scope:
    """Two versions of one catalogue, written key-key. Raises NotYours."""
    before, mark, after = code.partition("-")
    if by is None or not mark:
        raise NotYours()
    found = compare(by, key_from(before), key_from(after), at)
    return Scope(found.after.agency.code, found.after.agency.name, found.found)


def compare_rows(scope: Scope, at: datetime) -> Rows:
    """Every product of both versions, by code."""
    for one in scope.data:
        yield one.code, one.name, KINDS[one.kind], "; ".join(one.words)


KINDS = {"new": "mới", "ended": "đưa ra", "changed": "thay đổi", "unchanged": "giữ nguyên"}
LISTINGS = (
    Listing("product-proposals", "Đề xuất bổ sung sản phẩm, công việc",
            (("Tên", 60), ("Cơ quan", 34), ("Người đề xuất", 28), ("Ngày", 14), ("Trạng thái", 28)),
            own_scope, proposal_rows),
    Listing("catalogue-compare", "Khác nhau giữa hai bản danh mục",
            (("Mã", 16), ("Tên", 60), ("Khác nhau", 14), ("Cụ thể", 60)), compare_scope, compare_rows),
)  # fmt: skip
