"""Reorganisations and merges of codes as XLSX: each is agreed to on its page."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.intake.specs import Listing, Scope
from thuocdo.intake.written import day_text, moment_text
from thuocdo.organisation.changes.queries import merges_of, plans_of
from thuocdo.organisation.scopes import own_scope

Rows = Iterable[Sequence[str]]


def plan_rows(scope: Scope, at: datetime) -> Rows:
    """Plans of the officer's units, the newest first."""
    for one in plans_of(scope.data, at, most=None):
        decision = f"{one.decision} ngày {day_text(one.decided_on)}"
        applied = moment_text(one.applied_at)
        yield one.title, one.root.name, decision, day_text(one.start), one.get_state_display(), applied


def merge_rows(scope: Scope, at: datetime) -> Rows:
    """Merges of codes within the officer's reach, the newest first."""
    for one in merges_of(scope.data, at, most=None):
        state = "đã gộp" if one.approved_at else "đã rút" if one.withdrawn_at else "chờ duyệt"
        yield (
            one.kept.code, one.kept.full_name, one.dropped.code, one.dropped.full_name, one.reason,
            one.proposed_by.display_name, moment_text(one.proposed_at),
            one.approved_by.display_name if one.approved_by else "", moment_text(one.approved_at), state,
        )  # fmt: skip


LISTINGS = (
    Listing("reorganisations", "Phương án sắp xếp đơn vị",
            (("Phương án", 50), ("Phạm vi", 40), ("Văn bản", 34), ("Hiệu lực từ", 14), ("Trạng thái", 18),
             ("Áp dụng lúc", 20)), own_scope, plan_rows),
    Listing("person-merges", "Gộp hai mã của một người",
            (("Mã giữ lại", 16), ("Họ và tên", 28), ("Mã bỏ", 16), ("Họ và tên ở mã bỏ", 28), ("Lý do", 40),
             ("Người đề nghị", 26), ("Đề nghị lúc", 18), ("Người duyệt", 26), ("Duyệt lúc", 18), ("Trạng thái", 16)),
            own_scope, merge_rows),
)  # fmt: skip
