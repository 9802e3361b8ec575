"""Which rule binds whom, and the versions of regulations, as XLSX: each stands by its decision."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.intake.specs import Listing, Scope
from thuocdo.intake.written import day_text
from thuocdo.organisation.access import day_of
from thuocdo.organisation.rules import last_day
from thuocdo.organisation.scopes import own_scope
from thuocdo.rulesets.queries import bindings_page
from thuocdo.rulesets.regulations import shelf

Rows = Iterable[Sequence[str]]


def binding_rows(scope: Scope, at: datetime) -> Rows:
    """Every decision recorded for the officer's units, unit by unit, the newest first. Constant queries."""
    page = bindings_page(scope.data, day_of(at))
    for entry in page.units:
        for one in entry.history:
            row = one.binding
            yield (
                entry.unit.code, entry.unit.name, row.get_subject_kind_display(),
                page.names.get(row.rulebook, row.rulebook) or "chưa có quy định",
                "; ".join(page.names.get(key, key) for key in row.overlays), one.periods, day_text(row.start),
                day_text(last_day(row.end)), row.decided_by, row.reason,
                row.recorded_by.display_name if row.recorded_by else "",
            )  # fmt: skip


def regulation_rows(scope: Scope, at: datetime) -> Rows:
    """Every version in reach, unit by unit. Constant queries."""
    for unit, rows in shelf(scope.data, day_of(at)).units:
        for row in rows:
            one = row.regulation
            yield unit.code, unit.name, row.book, str(one.number), one.get_state_display(), row.standing


_UNIT = (("Mã đơn vị", 16), ("Đơn vị", 40))
LISTINGS = (
    Listing("rule-bindings", "Quy định áp dụng",
            (*_UNIT, ("Đối tượng", 24), ("Bộ quy tắc", 40), ("Quy chế bổ sung", 40), ("Kỳ", 18), ("Từ ngày", 14),
             ("Đến ngày", 14), ("Cấp quyết định", 30), ("Căn cứ, lý do", 50), ("Người ghi", 26)), own_scope,
            binding_rows),
    Listing("regulations", "Quy chế của các đơn vị",
            (*_UNIT, ("Bổ sung cho", 40), ("Bản số", 10), ("Trạng thái", 24), ("Áp dụng", 40)), own_scope,
            regulation_rows),
)  # fmt: skip
