"""The Party organisations, members and committees of the ward as XLSX. Who is a member of what is invented."""

from datetime import date

from thuocdo.demo.plan import Plan
from thuocdo.demo.posts import holders
from thuocdo.demo.units import START, WARD
from thuocdo.demo.xlsx import File, table
from thuocdo.intake.written import day_text

ROOT = "HK-DB"
CELLS = {
    "HK-CB-DU": ("Chi bộ cơ quan Đảng ủy", "HK-DU", ("du", "duvp", "duxd", "dukt", "hd")),
    "HK-CB-VP": ("Chi bộ Văn phòng HĐND và UBND", "HK-VP", ("ub", "vp")),
    "HK-CB-KT": ("Chi bộ Phòng Kinh tế, Hạ tầng và Đô thị", "HK-KT", ("kt",)),
    "HK-CB-VX": ("Chi bộ Phòng Văn hóa – Xã hội", "HK-VX", ("vx", "tt")),
    "HK-CB-HC": ("Chi bộ Trung tâm Phục vụ hành chính công", "HK-HC", ("hc", "tn", "sh")),
    "HK-CB-MT": ("Chi bộ Mặt trận Tổ quốc", "HK-MT", ("mt",)),
}
SEATS = {
    ROOT: (("du.h", "secretary"), ("du.d1", "deputy"), ("ub.h", "deputy"), ("hd.h", "standing"), ("duxd.h", "standing"),
           ("dukt.h", "standing"), ("mt.h", "standing")),
    "HK-CB-DU": (("duvp.h", "secretary"), ("duxd.d1", "deputy"), ("dukt.d1", "member")),
    "HK-CB-VP": (("vp.h", "secretary"), ("vp.d1", "deputy"), ("vp.d2", "member")),
    "HK-CB-KT": (("kt.h", "secretary"), ("kt.d1", "deputy"), ("kt.1", "member")),
    "HK-CB-VX": (("vx.h", "secretary"), ("vx.d1", "deputy")),
    "HK-CB-HC": (("hc.h", "secretary"), ("hc.d1", "deputy"), ("tn.h", "member")),
    "HK-CB-MT": (("mt.h", "secretary"), ("mt.d1", "deputy")),
}  # fmt: skip
ROLES = {"secretary": "bí thư", "deputy": "phó bí thư", "standing": "ủy viên ban thường vụ", "member": "cấp ủy viên"}
NEW, TEMPORARY = "vp.4", "duxd.3"
OUTSIDE = frozenset({"kt.4", "tn.2", "vx.3", "sh.2", "vp.c1", "vp.c2", "hc.c1", "tt.2", "tt.c1"})
"""No members."""
ORGANISATIONS_HEADER = ("Mã tổ chức đảng", "Tên tổ chức đảng", "Loại", "Mã tổ chức đảng cấp trên", "Mã đơn vị",
                        "Từ ngày", "Đến ngày")  # fmt: skip
MEMBERS_HEADER = ("Mã cán bộ", "Mã tổ chức đảng", "Ngày kết nạp", "Từ ngày", "Đến ngày")
SEATS_HEADER = ("Mã cán bộ", "Mã tổ chức đảng", "Chức vụ", "Từ ngày", "Đến ngày")
STANDINGS_HEADER = ("Mã cán bộ", "Tình trạng", "Từ ngày", "Đến ngày")


def party_files(plan: Plan) -> list[File]:
    """The four lists in the order in which they are brought in."""
    return [
        File(
            "party-organisations",
            "to-chuc-dang.xlsx",
            WARD,
            table(ORGANISATIONS_HEADER, _organisations(), sheet="Tổ chức đảng"),
        ),
        File("party-members", "dang-vien.xlsx", WARD, table(MEMBERS_HEADER, _members(plan), sheet="Đảng viên")),
        File("party-seats", "cap-uy-vien.xlsx", WARD, table(SEATS_HEADER, _seats(), sheet="Cấp ủy viên")),
        File(
            "party-standings", "tinh-trang-dang.xlsx", WARD, table(STANDINGS_HEADER, _standings(), sheet="Tình trạng")
        ),
    ]


def _organisations() -> list[tuple[str, ...]]:
    since = day_text(START)
    root = (ROOT, "Đảng bộ phường Hoàn Kiếm", "đảng bộ cấp trên trực tiếp của tổ chức cơ sở đảng", "", WARD, since, "")
    return [root, *((code, name, "chi bộ cơ sở", ROOT, unit, since, "") for code, (name, unit, _) in CELLS.items())]


def _members(plan: Plan) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for code, (_, _, prefixes) in CELLS.items():
        for number, (slot, holder) in enumerate(holders().items()):
            if slot.partition(".")[0] not in prefixes or slot in OUTSIDE:
                continue
            admitted = date(2004 + number % 18, 1 + number % 12, 3)
            if slot == NEW:
                admitted = date(year_of(plan), 9, 3)
            rows.append((holder.code, code, day_text(admitted), day_text(max(START, admitted)), ""))
    return rows


def _seats() -> list[tuple[str, ...]]:
    return [
        (holders()[slot].code, code, ROLES[role], day_text(START), "")
        for code, seats in SEATS.items()
        for slot, role in seats
    ]


def _standings() -> list[tuple[str, ...]]:
    return [(holders()[TEMPORARY].code, "sinh hoạt đảng tạm thời ở nơi khác", day_text(START), "")]


def year_of(plan: Plan) -> int:
    """The year of the round: that of the last month."""
    return plan.months[2].first.year
