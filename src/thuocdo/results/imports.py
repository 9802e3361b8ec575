"""What went to the national database as XLSX: the office fills in the day and the reference, row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.cycles.models import Cycle
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import Column, Plan, Problem, Row, Scope, Spec
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.organisation.access import day_of
from thuocdo.organisation.queries import officer_units
from thuocdo.organisation.scopes import own_scope
from thuocdo.results.models import SyncMark
from thuocdo.results.syncing import Pending, Transfer, marks_of, waiting

COLUMNS = (
    Column("key", "Số", cells.text(40), "Giữ như trong tệp đã xuất.", "K12-D34", needed=True, width=12),
    Column("period", "Kỳ", cells.text(60), STANDING, "tháng 3/2026"),
    Column("unit", "Đơn vị", cells.text(200), STANDING, "Phòng Kinh tế", width=40),
    Column("results", "Số kết quả", cells.text(12), STANDING, "12"),
    Column("due", "Hạn cập nhật", cells.day, STANDING, "05/04/2026", default=None),
    Column("done_on", "Ngày đã cập nhật", cells.day, "Để trống nếu chưa cập nhật.", "03/04/2026", default=None),
    Column("reference", "Mã hoặc căn cứ", cells.text(200), "Phải ghi khi đã cập nhật.", "GD-2026-04-03", width=34),
)


@dataclass
class Work:
    """What to mark: each line as it was shown, and how it was transferred."""

    transfers: list[tuple[Pending, Transfer]] = field(default_factory=list)


def sync_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The results that wait in an organisation officer's units; the code is not read. Raises NotYours."""
    own = own_scope(by, at, code)
    if not officer_units(own.data, day_of(at)):
        raise NotYours()
    return Scope(own.chain, "Cập nhật Cơ sở dữ liệu quốc gia", (own.data, day_of(at)))


def _key(one: Pending) -> str:
    return f"K{one.cycle.pk}-D{one.unit.pk}"


def _texts(one: Pending) -> dict[str, str]:
    return {
        "key": _key(one), "period": one.label, "unit": one.unit.name, "results": str(one.results),
        "due": day_text(one.due), "done_on": "", "reference": "",
    }  # fmt: skip


def sync_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """What no mark covers, the oldest first; the last two columns are to be filled in."""
    return [tuple(_texts(one).values()) for one in waiting(*scope.data)]


def _standing(one: Pending) -> dict[str, str]:
    return {key: text for key, text in _texts(one).items() if key in ("period", "unit", "results", "due")}


def plan_sync(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """The lines with a day and a reference are marked; the others stay."""
    user, today = scope.data
    plan: Plan[Work] = Plan([], [], Work())
    known = {_key(one): one for one in waiting(user, today)}
    for row, one in matched(plan, rows, COLUMNS, known, _standing):
        assert one is not None, "only rows with a known key are matched here"
        done, words = row.values["done_on"], row.values["reference"]
        problem = _wrong(done, words, today)
        if problem is not None:
            plan.problems.append(Problem(row.number, problem[0], row.texts.get("done_on", ""), problem[1]))
            continue
        typed = {"done_on": day_text(done), "reference": words}
        if differences(plan, row, f"{one.unit.name}, {one.label}", COLUMNS, _texts(one), typed):
            plan.work.transfers.append((one, Transfer(done, words)))
    return plan


def _wrong(done: date | None, words: str, today: date) -> tuple[str, str] | None:
    if done is None and words:
        return "Ngày đã cập nhật", "Ngày đã cập nhật: ô để trống. Hãy ghi ngày, hoặc xóa mã ở cột bên."
    if done is not None and not words:
        return "Mã hoặc căn cứ", "Mã hoặc căn cứ: ô để trống. Hãy ghi mã giao dịch hoặc số văn bản."
    if done is not None and done > today:
        return "Ngày đã cập nhật", "Ngày đã cập nhật: chưa đến ngày này. Hãy ghi ngày đã cập nhật."
    return None


def write_sync(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """One mark for each line, over what was shown. Raises Conflict where other results came meanwhile."""
    if by is None:
        raise Refusal("sync.by", "Ghi nhận cập nhật cần một tài khoản đứng tên.")
    shown = {(one.cycle.pk, one.unit.pk): one for one, _ in plan.work.transfers}
    cycles = Cycle.objects.select_for_update().filter(pk__in={cycle for cycle, _ in shown})
    list(cycles.order_by("pk").values_list("pk"))
    marks = marks_of(dict(zip(shown, (how for _, how in plan.work.transfers), strict=True)), by, at)
    found = {(mark.cycle_id, mark.unit_id): mark.results for mark in marks}
    for place, one in shown.items():
        if found.get(place) != one.results:
            raise Conflict(f"Kết quả của {one.unit.name} vừa thay đổi. Hãy tải tệp lên lại để xem trước.")
    return list(SyncMark.objects.bulk_create(marks))


SYNCED = Spec(
    kind="sync",
    title="Cập nhật Cơ sở dữ liệu quốc gia",
    about="Mỗi dòng là kết quả của một đơn vị trong một kỳ chưa ghi nhận đã cập nhật. Phần mềm không tự gửi gì.",
    columns=COLUMNS,
    scope=sync_scope,
    plan=plan_sync,
    write=write_sync,
    export=sync_rows,
    keys=("key",),
    personal=True,
    stays="Ghi nhận đã cập nhật không hoàn tác được: kết quả đã chuyển sang Cơ sở dữ liệu quốc gia, ghi nhận chỉ thêm, "
    "không sửa, không xóa.",
)
