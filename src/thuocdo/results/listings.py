"""Lists that follow from results and go out as XLSX: roll-ups, follow-ups, hand-overs, refused attempts, the branch."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.appraisals.table import Points
from thuocdo.intake.specs import Listing, Scope
from thuocdo.intake.written import moment_text
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.scopes import own_scope, signed_in
from thuocdo.results import following, handing, refusals
from thuocdo.results.branch import branch
from thuocdo.results.queries import TableRow, unit_table

Rows = Iterable[Sequence[str]]
_PERIOD = re.compile(r"(quarter|half_year|year)-([0-9]{1,2})-([0-9]{4})-([0-9]{1,15})", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})", re.ASCII)


def rollups_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The people of a unit in a period written kind-number-year-unit. Raises NotYours."""
    found = _PERIOD.fullmatch(code)
    if found is None:
        raise NotYours()
    user, asked = signed_in(by), (found[1], int(found[3]), int(found[2]), int(found[4]), day_of(at))
    page = unit_table(user, *asked)
    rows: list[TableRow] = list(page.rows)
    for number in range(2, page.pages + 1):
        rows += unit_table(user, *asked, number).rows
    if page.unit is None:
        raise NotYours()
    return Scope(chain_of(page.unit, day_of(at)), f"{page.unit.name}, {page.label}", rows)


def rollup_rows(scope: Scope, at: datetime) -> Rows:
    """The exact mean now, and the one that was frozen."""
    for row in scope.data:
        person, frozen = row.member.person, row.frozen
        yield (
            person.code, person.full_name, f"{row.scored}/{row.parts}",
            Points(row.score).exact if row.score is not None else "", row.waits,
            Points(frozen.score).exact if frozen else "", frozen.stale if frozen else "",
        )  # fmt: skip


def follow_up_rows(scope: Scope, at: datetime) -> Rows:
    """What was proposed, decided and made known within the user's reach."""
    for one in following.desk(scope.data, day_of(at)).rows:
        signed = f"{one.signed_on:%d/%m/%Y}" if one.signed_on else ""
        yield (
            one.person.code, one.person.full_name, one.unit.name, one.get_kind_display(),
            "; ".join(part["period"] for part in one.basis), one.proposal, one.get_state_display(), one.reason,
            one.number, signed,
        )  # fmt: skip


def handover_rows(scope: Scope, at: datetime) -> Rows:
    """What is still to be sent, then the hand-overs on their way and the latest that are done."""
    found = handing.desk(scope.data, day_of(at))
    for one in found.to_send:
        agencies = (one.from_agency.name, one.to_agency.name)
        many = str(one.results + one.papers)
        yield one.person.code, one.person.full_name, *agencies, str(one.year), "chưa gửi", many, ""
    for row in dict.fromkeys([*found.to_receive, *found.sent, *found.done]):
        sent = moment_text(row.sent_at)
        lines = str(row.number_of_lines)  # type: ignore[attr-defined]
        agencies = (row.from_agency.name, row.to_agency.name)
        yield row.person.code, row.person.full_name, *agencies, str(row.year), row.get_state_display(), lines, sent


def refused_rows(scope: Scope, at: datetime) -> Rows:
    """Attempts of the last days, newest first."""
    found = refusals.refusals(scope.data, day_of(at))
    for one in found.attempts:
        times = [moment_text(moment) for moment in (one.first_at, one.last_at)]
        yield found.names.get(one.user_id, ""), f"{one.day:%d/%m/%Y}", str(one.times), one.last_path, *times


def branch_scope(by: User | None, at: datetime, code: str) -> Scope:
    """A leader's month written yyyy-m. Raises NotYours."""
    found = _MONTH.fullmatch(code)
    if found is None:
        raise NotYours()
    own = own_scope(by, at, "")
    return Scope(own.chain, f"Tháng {found[2]}/{found[1]}", branch(own.data, int(found[1]), int(found[2]), at))


def branch_rows(scope: Scope, at: datetime) -> Rows:
    """Unit by unit; who is outside is split, and levels of small groups are withheld, as on the page."""
    for one in scope.data.units:
        levels = one.levels
        words = "không nêu, vì ít người" if levels is None else "; ".join(f"{n}: {levels[n]}" for n in sorted(levels))
        people = (one.people, one.confirmed, one.waiting, one.exempted, one.away)
        counts = (*people, one.overdue, one.to_settle, one.no_rule, one.petitions)
        yield one.unit.code, one.unit.name, *map(str, counts), words


_PERSON = (("Mã cán bộ", 16), ("Họ và tên", 28))
LISTINGS = (
    Listing("rollups", "Điểm tổng hợp của đơn vị",
            (*_PERSON, ("Số kỳ có điểm", 14), ("Điểm hiện tính", 16), ("Vì sao chưa có", 40), ("Điểm đã chốt", 16),
             ("Thay đổi từ khi chốt", 40)), rollups_scope, rollup_rows),
    Listing("follow-ups", "Khen thưởng, nhắc nhở",
            (*_PERSON, ("Đơn vị", 34), ("Hình thức", 16), ("Căn cứ", 34), ("Lý do đề xuất", 40), ("Trạng thái", 28),
             ("Lý do quyết định", 40), ("Số văn bản", 16), ("Ngày văn bản", 14)), own_scope, follow_up_rows),
    Listing("handovers", "Bàn giao kết quả",
            (*_PERSON, ("Nơi gửi", 34), ("Nơi nhận", 34), ("Năm", 8), ("Trạng thái", 24), ("Số mục", 10),
             ("Gửi lúc", 18)), own_scope, handover_rows),
    Listing("refused", "Lần bị từ chối",
            (("Người", 44), ("Ngày", 14), ("Số lần", 10), ("Địa chỉ gần nhất", 40), ("Lần đầu", 18),
             ("Lần gần nhất", 18)), own_scope, refused_rows),
    Listing("branch", "Tháng của các đơn vị phụ trách",
            (("Mã đơn vị", 16), ("Đơn vị", 40), ("Số người", 10), ("Đã xác nhận", 12), ("Đang chờ", 12),
             ("Được miễn", 12), ("Vắng cả kỳ", 12), ("Quá hạn", 10), ("Ngoài kỳ, chờ xử lý", 12),
             ("Chưa có quy định áp dụng", 14), ("Kiến nghị", 10),
             ("Theo mức; (tương ứng): chưa phải xếp loại", 60)), branch_scope, branch_rows),
)  # fmt: skip
