"""The lines of a plan as they come from a page or from a file (XLSX or CSV): old unit to new unit, and who goes
where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thuocdo.intake import cells
from thuocdo.intake.decoding import plain_sheet
from thuocdo.intake.reading import read_rows
from thuocdo.intake.specs import Column
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.models import Employment, Unit

MOST_BYTES = 10_000_000
YES = {"có": "yes", "x": "yes", "không": "no"}
KINDS = {label: value for value, label in Unit.Kind.choices}
LEADERSHIPS = {label: value for value, label in Employment.Leadership.choices}


@dataclass(frozen=True)
class SuccessionLine:
    """One line: codes of the old and the new unit; name and kind for a unit that is new."""

    old: str
    code: str
    name: str = ""
    kind: str = ""
    parent: str = ""
    managed: str = ""
    records: bool = False


@dataclass(frozen=True)
class PlacementLine:
    """One line: the person by staff code, the old unit, the new one, and what the post becomes."""

    person: str
    old: str
    code: str
    position: str = ""
    leadership: str = ""


SUCCESSIONS = (
    Column("old", "Mã đơn vị cũ", cells.text(40), "Mã của đơn vị trước khi sắp xếp.", "P1-UB", needed=True),
    Column("code", "Mã đơn vị mới", cells.text(40), "Mã mới, hoặc mã của đơn vị đã có.", "P9-UB", needed=True),
    Column("name", "Tên đơn vị mới", cells.text(200), "Ghi cho đơn vị mới.", "Ủy ban nhân dân phường Chín"),
    Column("kind", "Loại", cells.choice(KINDS), "Ghi cho đơn vị mới.", "cơ quan sử dụng"),
    Column("parent", "Thuộc về mã", cells.text(40), "Để trống nếu theo đơn vị cấp trên cũ.", "TP"),
    Column("managed", "Mã cơ quan quản lý công chức", cells.text(40), "Để trống nếu như cũ.", "TP"),
    Column("records", "Tiếp nhận hồ sơ", cells.choice(YES), "“có” ở một dòng của đơn vị bị chia.", "có"),
)
PLACEMENTS = (
    Column("person", "Mã cán bộ", cells.code, "Mã cán bộ.", "CC001", needed=True),
    Column("old", "Mã đơn vị cũ", cells.text(40), "Mã của đơn vị trước khi sắp xếp.", "P1-UB", needed=True),
    Column("code", "Mã đơn vị mới", cells.text(40), "Đơn vị người này về.", "P9-UB", needed=True),
    Column("position", "Chức vụ", cells.text(160), "Để trống nếu giữ chức vụ cũ.", "Phó Chủ tịch"),
    Column("leadership", "Vai trò", cells.choice(LEADERSHIPS), "Để trống nếu giữ vai trò cũ.", "cấp phó"),
)


def read_successions(content: bytes) -> list[SuccessionLine]:
    """The lines of a file. Raises Refusal with the first problem and its row."""
    return [
        SuccessionLine(v["old"], v["code"], v["name"], v["kind"], v["parent"], v["managed"], v["records"] == "yes")
        for v in _values(content, SUCCESSIONS)
    ]


def read_placements(content: bytes) -> list[PlacementLine]:
    """The lines of a file. Raises Refusal with the first problem and its row."""
    return [PlacementLine(**{key: v[key] for key in ("person", "old", "code", "position", "leadership")})
            for v in _values(content, PLACEMENTS)]


def _values(content: bytes, columns: Sequence[Column]) -> list[dict[str, Any]]:
    if len(content) > MOST_BYTES:
        raise Refusal("file.large", "Tệp lớn hơn 10 MB. Hãy chia thành nhiều tệp.", field="file")
    reading = read_rows(plain_sheet(content), columns)
    if reading.problems:
        first = reading.problems[0]
        more = f" (và {len(reading.problems) - 1} vấn đề khác)" if len(reading.problems) > 1 else ""
        raise Refusal("file.problem", f"Dòng {first.row}: {first.message}{more}", field="file")
    return [dict(row.values) for row in reading.rows]
