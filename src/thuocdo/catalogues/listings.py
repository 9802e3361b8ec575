"""What differs between two versions of a catalogue, as XLSX."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.catalogues.queries import compare
from thuocdo.intake.specs import Listing, Scope, key_from
from thuocdo.kernel.errors import NotYours

Rows = Iterable[Sequence[str]]


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
    Listing("catalogue-compare", "Khác nhau giữa hai bản danh mục",
            (("Mã", 16), ("Tên", 60), ("Khác nhau", 14), ("Cụ thể", 60)), compare_scope, compare_rows),
)  # fmt: skip
