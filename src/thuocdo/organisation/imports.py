"""The list of people as XLSX: people, their posts, system roles and accounts. The staff code is the
identity.
"""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import KEPT_ADDED, Column, Listing, Scope, Spec
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.exports import (
    BY_ACCOUNT,
    BY_NAME,
    PEOPLE_COLUMNS,
    account_rows,
    people_rows,
    similar_codes,
)
from thuocdo.organisation.holding import hold_posts
from thuocdo.organisation.imports_plan import Reach, plan_people
from thuocdo.organisation.imports_write import write_people
from thuocdo.organisation.models import Person, Unit
from thuocdo.organisation.queries import descendants, officer_units

KINDS = {
    "công chức": "civil_servant",
    "cán bộ": "cadre",
    "viên chức": "public_employee",
    "hợp đồng": "contract_worker",
    "người lao động hợp đồng": "contract_worker",
}
LEADERSHIP = {"người đứng đầu": "head", "cấp phó": "deputy", "không": "none"}
ROLES = {"cán bộ tổ chức": "officer", "người giao việc": "task_giver", "kiểm tra": "inspector",
         "người kiểm tra": "inspector", "người nhập bản giấy": "enterer"}


def username(typed: str, label: str) -> str:
    """A user name, in the stored form."""
    from thuocdo.accounts.rules import username_from

    try:
        return username_from(typed)
    except Refusal as refusal:
        raise Refusal("cell", f"{label}: {refusal.message}") from refusal


COLUMNS = (
    Column(
        "code",
        "Mã cán bộ",
        cells.code,
        "Hãy ghi mã riêng của mỗi người, không dùng lại cho người khác.",
        "CC001",
        needed=True,
    ),
    Column(
        "name",
        "Họ và tên",
        cells.name,
        "Hãy ghi đầy đủ họ và tên có dấu.",
        "Nguyễn Văn An",
        needed=True,
        width=28,
    ),
    Column(
        "unit", "Mã đơn vị", cells.code, "Hãy ghi mã đơn vị nơi người này làm việc.", "UBND-VP", needed=True
    ),
    Column(
        "kind",
        "Đối tượng",
        cells.choice(KINDS),
        "Hãy ghi: cán bộ, công chức, viên chức hoặc hợp đồng.",
        "công chức",
        needed=True,
    ),
    Column(
        "position",
        "Chức vụ",
        cells.text(160),
        "Hãy ghi chức vụ, chức danh hoặc vị trí việc làm.",
        "Chuyên viên",
        needed=True,
        width=28,
    ),
    Column(
        "leadership",
        "Vai trò",
        cells.choice(LEADERSHIP),
        "Người đứng đầu hoặc cấp phó của đơn vị; để trống nếu không giữ chức vụ.",
        "cấp phó",
        default="none",
    ),
    Column(
        "group",
        "Nhóm nhiệm vụ",
        cells.text(80),
        "Nhóm có nhiệm vụ tương đồng, dùng khi tính tỷ lệ; có thể để trống.",
        "Tham mưu tổng hợp",
    ),
    Column("start", "Từ ngày", cells.day, "Hãy ghi ngày bắt đầu giữ vị trí này.", "01/07/2025", needed=True),
    Column(
        "last",
        "Đến ngày",
        cells.day,
        "Ngày cuối cùng giữ vị trí này; để trống nếu đang giữ.",
        "31/12/2026",
        default=None,
    ),
    Column(
        "username", "Tài khoản", username, "Tên đăng nhập, chữ không dấu; để trống nếu chưa cần.", "an.nv"
    ),
    Column(
        "roles",
        "Vai trò hệ thống",
        cells.choices(ROLES),
        "Cán bộ tổ chức, người giao việc hoặc kiểm tra; nhiều vai trò cách nhau bằng dấu chấm phẩy.",
        "cán bộ tổ chức",
        default=(),
    ),
    Column(
        "role_unit",
        "Phạm vi vai trò",
        cells.code,
        "Mã đơn vị mà vai trò hệ thống áp dụng, gồm cả bên dưới; để trống là đơn vị ở cột Mã đơn vị.",
        "PHUONG",
    ),
)


def officer_scope(by: User | None, at: datetime, code: str) -> Scope:
    """Everything below one of the officer's units (any unit at set-up), with the own staff code of who imports: nobody
    writes a role, a duty or an absence of the self. Raises NotYours."""
    unit = Unit.objects.filter(code=code).first()
    day = day_of(at)
    if unit is None or (by is not None and unit.pk not in officer_units(by, day)):
        raise NotYours("Không tìm thấy đơn vị này trong phạm vi ông/bà phụ trách.")
    below = {u.code.upper(): u for u in Unit.objects.filter(pk__in=descendants(unit, day))}
    own = Person.objects.filter(user_id=by.pk).values_list("code", flat=True).first() if by is not None else None
    return Scope(chain_of(unit, day), unit.name, Reach(below, own=own or "", today=day))


ACCOUNTS = Listing(
    kind="accounts",
    title="Tài khoản",
    columns=(("Mã cán bộ", 18), ("Họ và tên", 28), ("Mã đơn vị", 18), ("Tài khoản", 24), ("Trạng thái", 26)),
    scope=officer_scope,
    rows=account_rows,
    office=True,
    filtering=BY_ACCOUNT,
)
PEOPLE = Spec(
    kind="people",
    title="Danh sách người và vị trí công tác",
    about="Mỗi dòng là một người ở một vị trí. Người chuyển đơn vị có nhiều dòng cùng mã, khác thời gian.",
    columns=COLUMNS,
    scope=officer_scope,
    plan=plan_people,
    write=write_people,
    hold=hold_posts,
    order=1,
    export=people_rows,
    keys=("code", "unit", "start"),
    exported=PEOPLE_COLUMNS,
    similar=similar_codes,
    undo=KEPT_ADDED,
    filtering=BY_NAME,
)
