"""The posts of the ward and who fills them. A slot names a post, never a person."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from thuocdo.demo.names import full_name

SEED = 335_2025
CADRE, CIVIL_SERVANT = "cadre", "civil_servant"
PUBLIC_EMPLOYEE, CONTRACT_WORKER = "public_employee", "contract_worker"


@dataclass(frozen=True)
class Post:
    """One post: unit code, title, legal kind, leadership and the group of similar tasks."""

    slot: str
    unit: str
    title: str
    kind: str = CIVIL_SERVANT
    leadership: str = "none"
    group: str = ""


@dataclass(frozen=True)
class Holder:
    """The person who fills a post."""

    post: Post
    code: str
    name: str


def _staff(prefix: str, unit: str, group: str, *titles: str) -> list[Post]:
    return [Post(f"{prefix}{n}", unit, title, group=group) for n, title in enumerate(titles, 1)]


def _leaders(prefix: str, unit: str, head: str, *deputies: str, kind: str = CIVIL_SERVANT) -> list[Post]:
    posts = [Post(f"{prefix}.h", unit, head, kind, "head", "Lãnh đạo, quản lý")]
    posts += [Post(f"{prefix}.d{n}", unit, title, kind, "deputy", "Lãnh đạo, quản lý")
              for n, title in enumerate(deputies, 1)]
    return posts


POSTS: tuple[Post, ...] = (
    Post("tu.h", "HN-TU", "Người đứng đầu (nhân vật giả định)", CADRE, "head"),
    Post("ubtp.h", "HN-UB", "Người đứng đầu (nhân vật giả định)", CADRE, "head"),
    *_leaders("du", "HK-DU", "Bí thư Đảng ủy phường", "Phó Bí thư Thường trực Đảng ủy", kind=CADRE),
    *_leaders("duvp", "HK-DU-VP", "Chánh Văn phòng Đảng ủy", "Phó Chánh Văn phòng Đảng ủy"),
    *_staff("duvp.", "HK-DU-VP", "Tham mưu tổng hợp", "Chuyên viên tổng hợp", "Chuyên viên văn thư, lưu trữ",
            "Chuyên viên tài chính Đảng"),
    *_leaders("duxd", "HK-DU-XD", "Trưởng Ban Xây dựng Đảng", "Phó Trưởng Ban Xây dựng Đảng"),
    *_staff("duxd.", "HK-DU-XD", "Tham mưu công tác Đảng", "Chuyên viên tổ chức Đảng",
            "Chuyên viên tuyên giáo", "Chuyên viên dân vận"),
    Post("dukt.h", "HK-DU-KT", "Chủ nhiệm Ủy ban Kiểm tra Đảng ủy", CADRE, "head"),
    Post("dukt.d1", "HK-DU-KT", "Phó Chủ nhiệm Ủy ban Kiểm tra Đảng ủy", leadership="deputy",
         group="Lãnh đạo, quản lý"),
    *_staff("dukt.", "HK-DU-KT", "Tham mưu công tác Đảng", "Chuyên viên kiểm tra, giám sát",
            "Chuyên viên kiểm tra, giám sát"),
    *_leaders("hd", "HK-HD", "Chủ tịch HĐND phường", "Phó Chủ tịch HĐND phường", kind=CADRE),
    *_leaders("ub", "HK-UB", "Chủ tịch UBND phường", "Phó Chủ tịch UBND phường", "Phó Chủ tịch UBND phường",
              kind=CADRE),
    *_leaders("vp", "HK-VP", "Chánh Văn phòng HĐND và UBND", "Phó Chánh Văn phòng", "Phó Chánh Văn phòng"),
    *_staff("vp.", "HK-VP", "Tham mưu tổng hợp", "Chuyên viên tổng hợp", "Chuyên viên tư pháp – hộ tịch",
            "Kế toán", "Chuyên viên giúp việc HĐND", "Chuyên viên văn thư, lưu trữ"),
    Post("vp.c1", "HK-VP", "Nhân viên lái xe", CONTRACT_WORKER),
    Post("vp.c2", "HK-VP", "Nhân viên bảo vệ", CONTRACT_WORKER),
    *_leaders("kt", "HK-KT", "Trưởng phòng", "Phó Trưởng phòng", "Phó Trưởng phòng"),
    *_staff("kt.", "HK-KT", "Quản lý đô thị, kinh tế", "Chuyên viên địa chính", "Chuyên viên xây dựng",
            "Chuyên viên tài chính – kế hoạch", "Chuyên viên môi trường", "Chuyên viên quản lý chợ, dịch vụ"),
    *_leaders("vx", "HK-VX", "Trưởng phòng", "Phó Trưởng phòng"),
    *_staff("vx.", "HK-VX", "Văn hóa, xã hội, nội vụ", "Chuyên viên tổ chức, nội vụ",
            "Chuyên viên lao động, người có công", "Chuyên viên giáo dục", "Chuyên viên văn hóa, du lịch",
            "Chuyên viên bảo trợ xã hội"),
    *_leaders("hc", "HK-HC", "Giám đốc Trung tâm", "Phó Giám đốc Trung tâm"),
    *_leaders("tn", "HK-HC-TN", "Tổ trưởng", "Tổ phó"),
    *_staff("tn.", "HK-HC-TN", "Tiếp nhận và trả kết quả", "Chuyên viên tiếp nhận hồ sơ",
            "Chuyên viên tiếp nhận hồ sơ", "Chuyên viên trả kết quả"),
    *_leaders("sh", "HK-HC-SH", "Tổ trưởng"),
    *_staff("sh.", "HK-HC-SH", "Tiếp nhận và trả kết quả", "Chuyên viên số hóa hồ sơ",
            "Chuyên viên hướng dẫn dịch vụ công"),
    Post("hc.c1", "HK-HC", "Nhân viên hướng dẫn", CONTRACT_WORKER),
    Post("tt.h", "HK-TT", "Giám đốc Trung tâm", PUBLIC_EMPLOYEE, "head"),
    Post("tt.1", "HK-TT", "Viên chức văn hóa cơ sở", PUBLIC_EMPLOYEE),
    Post("tt.2", "HK-TT", "Viên chức thông tin, truyền thanh", PUBLIC_EMPLOYEE),
    *_leaders("mt", "HK-MT", "Chủ tịch Ủy ban MTTQ Việt Nam phường",
              "Phó Chủ tịch Ủy ban MTTQ Việt Nam phường", kind=CADRE),
    *_staff("mt.", "HK-MT", "Tham mưu công tác Mặt trận", "Chuyên viên công tác Mặt trận",
            "Chuyên viên phong trào"),
    # Last, so that everybody keeps the staff code and the name they have.
    Post("tt.c1", "HK-TT", "Nhân viên kỹ thuật âm thanh, ánh sáng", CONTRACT_WORKER),
)
SAME_NAME = ("tn.2", "kt.4")
WOMEN = {"vp.2", "vx.3"}


@lru_cache(maxsize=1)
def holders() -> dict[str, Holder]:
    """Slot -> person: the same people on every machine. Two of them share their full name on purpose."""
    rng = Random(SEED)
    people: dict[str, Holder] = {}
    used: set[str] = set()
    for number, post in enumerate(POSTS, 1):
        name = full_name(rng, "f" if post.slot in WOMEN else "")
        while name in used:
            name = full_name(rng, "f" if post.slot in WOMEN else "")
        used.add(name)
        people[post.slot] = Holder(post, f"HK{number:03d}", name)
    first, second = SAME_NAME
    people[second] = Holder(people[second].post, people[second].code, people[first].name)
    return people


def civil_servants() -> list[Post]:
    """The posts that the decree covers."""
    return [post for post in POSTS if post.kind == CIVIL_SERVANT]
