"""The list of units as XLSX: places, agencies and component units, where each belongs and who manages its
civil servants. The unit code is the identity.
"""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import KEPT_ADDED, Column, Scope, Spec
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import chain_of, day_of
from thuocdo.organisation.exports import similar_codes, unit_rows
from thuocdo.organisation.holding import hold_units
from thuocdo.organisation.imports_units_plan import plan_units, tree_below
from thuocdo.organisation.imports_units_write import write_units
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import officer_units

COLUMNS = (
    Column("code", "Mã đơn vị", cells.code, "Hãy ghi mã riêng của mỗi đơn vị, không dùng lại.", "UBND-VP",
           needed=True),
    Column("name", "Tên đơn vị", cells.text(200), "Hãy ghi tên đầy đủ của đơn vị.",
           "Văn phòng HĐND và UBND phường", needed=True, width=40),
    Column("kind", "Loại", cells.choice({kind.label: kind.value for kind in Unit.Kind}),
           "Hãy ghi: địa bàn, cơ quan sử dụng hoặc đơn vị trực tiếp sử dụng.", "cơ quan sử dụng", needed=True,
           width=26),
    Column("parent", "Mã đơn vị cấp trên", cells.code,
           "Mã đơn vị mà đơn vị này thuộc về, có sẵn hoặc ở dòng khác của tệp. Chỉ để trống ở dòng của chính "
           "đơn vị phụ trách.", "UBND"),
    Column("manager", "Mã cơ quan quản lý công chức", cells.code,
           "Cơ quan mà người đứng đầu đánh giá người đứng đầu đơn vị này; để trống nếu theo đơn vị cấp trên.",
           "UBND", width=30),
    Column("order", "Thứ tự", cells.count, "Số nguyên để sắp xếp danh sách; để trống là 0.", "3", default=0),
    Column("start", "Từ ngày", cells.day,
           "Ngày đơn vị bắt đầu; với đơn vị đã có, ngày chuyển về đơn vị cấp trên mới.", "01/07/2025",
           needed=True),
    Column("last", "Đến ngày", cells.day, "Ngày hoạt động cuối cùng; để trống nếu đang hoạt động.",
           "31/12/2026", default=None),
)


def unit_scope(by: User | None, at: datetime, code: str) -> Scope:
    """One of the officer's units with everything below it, now or to come. Raises NotYours."""
    root = Unit.objects.filter(code=code).first()
    day = day_of(at)
    if root is None or (by is not None and root.pk not in officer_units(by, day)):
        raise NotYours("Không tìm thấy đơn vị này trong phạm vi ông/bà phụ trách.")
    return Scope(chain_of(root, day), root.name, tree_below(root, day))


UNITS = Spec(
    kind="units",
    title="Danh sách đơn vị",
    about="Mỗi dòng là một đơn vị thuộc đơn vị ông/bà phụ trách. Đơn vị cấp trên có thể ở dòng bất kỳ của "
          "cùng tệp.",
    columns=COLUMNS,
    scope=unit_scope,
    plan=plan_units,
    write=write_units,
    hold=hold_units,
    order=0,
    export=unit_rows,
    keys=("code",),
    similar=similar_codes,
    undo=KEPT_ADDED,
)
