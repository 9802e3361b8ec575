"""Lists of published results and of an office's papers that go out as XLSX: facts that no file changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.decisions.office import office
from thuocdo.decisions.queries import published_list
from thuocdo.decisions.replacing import reopenings
from thuocdo.intake.specs import Listing, Scope, key_from
from thuocdo.intake.written import moment_text
from thuocdo.organisation.access import day_of
from thuocdo.organisation.scopes import own_scope, signed_in

Rows = Iterable[Sequence[str]]


def published_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A published list for whoever may read it. Raises NotYours."""
    found = published_list(signed_in(by), key_from(code), day_of(at))
    return Scope(found.publication.cycle.root.code, f"{found.publication.unit.name}, {found.label}", found.lines)


def published_rows(scope: Scope, at: datetime) -> Rows:
    """The lines of the page: no text of opinions, no staff code."""
    for one in scope.data:
        line = one.line
        notes = (line.note, "thay kết quả đã công bố trước" if one.renews else "", one.since)
        yield line.name, line.position, line.unit, line.score, line.level, "; ".join(filter(None, notes))


def office_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The publication of a period, for its officers and inspectors. Raises NotYours."""
    found = office(signed_in(by), key_from(code), day_of(at))
    return Scope(found.cycle.root.code, found.label, found.rows)


def office_rows(scope: Scope, at: datetime) -> Rows:
    """Unit by unit."""
    for row in scope.data:
        told = "; ".join(f"{one.at:%d/%m/%Y}" for one in row.publications)
        papers = "; ".join(f"{p.get_kind_display()} {p.number}: {p.get_state_display()}" for p in row.papers)
        yield (
            row.unit.code, row.unit.name, str(row.results), str(row.waiting), told, str(row.receipts),
            "có" if row.filed else "", papers, row.stops,
        )  # fmt: skip


def reopening_rows(scope: Scope, at: datetime) -> Rows:
    """Those of the page, running ones first."""
    for one in reopenings(scope.data, at, most=None):
        yield (
            one.subject.code, one.subject.full_name, one.sheet.member.unit.name, one.cycle.label,
            one.get_state_display(), one.proposed_by.full_name, moment_text(one.proposed_at),
            one.agreed_by.full_name if one.agreed_by else "", moment_text(one.agreed_at), moment_text(one.ended_at),
        )  # fmt: skip


LISTINGS = (
    Listing("reopenings", "Phiếu mở lại để thay kết quả",
            (("Mã cán bộ", 16), ("Người được đánh giá", 28), ("Đơn vị", 34), ("Kỳ", 18), ("Tình trạng", 24),
             ("Người đề nghị", 26), ("Đề nghị lúc", 18), ("Người đồng ý", 26), ("Đồng ý lúc", 18),
             ("Khóa lại lúc", 18)), own_scope, reopening_rows),
    Listing("published", "Kết quả đã công bố",
            (("Họ và tên", 28), ("Chức vụ", 28), ("Đơn vị", 34), ("Điểm", 12), ("Mức", 28), ("Ghi chú", 40)),
            published_scope, published_rows),
    Listing("publication", "Công bố và văn bản theo đơn vị",
            (("Mã đơn vị", 16), ("Đơn vị", 40), ("Số kết quả", 12), ("Chưa công bố", 14), ("Công bố ngày", 24),
             ("Đã nhận", 12), ("Đã lưu hồ sơ", 12), ("Văn bản", 50), ("Vì sao chưa công bố được", 60)),
            office_scope, office_rows),
)  # fmt: skip
