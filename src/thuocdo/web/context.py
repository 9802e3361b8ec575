"""What every page shows around its content: who is signed in, where they can go, how much is unread."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from thuocdo.accounts.permissions import Permission
from thuocdo.organisation.contacts import Call
from thuocdo.web.access import allowed, introduced, user_of
from thuocdo.web.handbook.places import Place as HelpPlace
from thuocdo.web.handbook.places import place_of

_INSPECTED = frozenset({Permission.MANAGE_CYCLES, Permission.INSPECT})
_SIGNED_IN = frozenset({Permission.SIGNED_IN})
_OWN = frozenset({Permission.OWN_SHEET})
_PEOPLE = frozenset({Permission.MANAGE_PEOPLE})
_GIVERS = frozenset({Permission.ASSIGN_TASKS})
_HEADS = frozenset({Permission.EVALUATE})
_CYCLES = frozenset({Permission.MANAGE_CYCLES})
MENU: tuple[tuple[str, tuple[tuple[frozenset[Permission], str, str], ...]], ...] = (
    ("", ((_SIGNED_IN, "/", "Việc cần làm"),)),
    (
        "Của tôi",
        (
            (_OWN, "/cong-viec/", "Việc của tôi"),
            (_OWN, "/ke-hoach/", "Kế hoạch"),
            (_OWN, "/phieu/", "Phiếu của tôi"),
            (_SIGNED_IN, "/ket-qua/", "Kết quả"),
        ),
    ),
    (
        "Đơn vị",
        (
            (_GIVERS, "/giao-viec/", "Giao việc"),
            (_GIVERS | _PEOPLE, "/viec-den/", "Việc đến"),
            (_HEADS, "/danh-gia/", "Đánh giá"),
            (_HEADS | _INSPECTED, "/lanh-dao/", "Toàn đơn vị"),
            (_SIGNED_IN, "/y-kien/", "Lấy ý kiến"),
            (_SIGNED_IN, "/bo-phieu/", "Bỏ phiếu"),
            (_SIGNED_IN, "/tap-the/", "Đánh giá tập thể"),
            (_SIGNED_IN, "/dot-xep-loai/", "Đợt xếp loại"),
            (_SIGNED_IN, "/ket-luan/", "Kết luận"),
            (_SIGNED_IN, "/quyet-dinh/", "Công bố, văn bản"),
            (frozenset({Permission.ANSWER_PETITIONS}), "/kien-nghi/", "Kiến nghị"),
        ),
    ),
    (
        "Tổ chức",
        (
            (_INSPECTED, "/to-chuc/ky/", "Kỳ đánh giá"),
            (_PEOPLE, "/to-chuc/nguoi/", "Người và đơn vị"),
            (_PEOPLE, "/to-chuc/co-cau/", "Cơ cấu đơn vị"),
            (_PEOPLE, "/to-chuc/tai-khoan/", "Tài khoản"),
            (_PEOPLE, "/to-chuc/nhap-du-lieu/", "Nhập dữ liệu"),
            (_PEOPLE, "/to-chuc/nguon-viec/", "Nguồn việc"),
            (frozenset({Permission.ENTER_PAPER}), "/nhap-thay/", "Nhập bản giấy"),
            (_INSPECTED, "/kiem-tra/", "Kiểm tra"),
        ),
    ),
    (
        "Quy định",
        (
            (_SIGNED_IN, "/danh-muc/", "Danh mục"),
            (_SIGNED_IN, "/to-chuc/lich/", "Lịch làm việc"),
            (_CYCLES, "/to-chuc/quy-dinh-ap-dung/", "Quy định áp dụng"),
            (_PEOPLE, "/to-chuc/viec-kho-luong-hoa/", "Việc khó lượng hóa"),
            (_CYCLES, "/to-chuc/vuong-mac/", "Vướng mắc"),
            (_CYCLES | _HEADS, "/to-chuc/quy-che/", "Quy chế"),
        ),
    ),
)


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    path: str
    label: str
    current: bool


@dataclass(frozen=True)
class Group:
    """Places under one word; `label` is empty where a place stands alone."""

    label: str
    places: tuple[Place, ...]

    @property
    def current(self) -> bool:
        """Whether the page being shown is one of them."""
        return any(place.current for place in self.places)


@dataclass(frozen=True)
class Frame:
    """The frame of a page. `nav` holds only what this user can do, `help` is the handbook about this page, `call`
    whom the user calls."""

    signed_in: bool
    name: str
    unit: str
    unread: int
    nav: tuple[Group, ...]
    help: HelpPlace
    call: Call | None = None


def navigation(permissions: frozenset[Permission], path: str) -> tuple[Group, ...]:
    """The places open to somebody with these permissions, grouped; the one being shown is marked."""
    groups = []
    for name, entries in MENU:
        places = tuple(
            Place(to, label, path == to if to == "/" else path.startswith(to))
            for any_of, to, label in entries
            if any_of & permissions
        )
        if places:
            groups.append(Group(name if len(places) > 1 else "", places))
    return tuple(groups)


def _frame(request: HttpRequest) -> Frame:
    user = getattr(request, "user", None)
    match = request.resolver_match
    help_place = place_of(match.url_name if match else None)
    if user is None or not user.is_authenticated:
        return Frame(signed_in=False, name="", unit="", unread=0, nav=(), help=help_place)
    me = user_of(request)
    known = introduced(request)
    return Frame(
        signed_in=True,
        name=me.display_name,
        unit=f"{known.position}, {known.unit}" if known.unit else "",
        unread=known.unread,
        nav=navigation(allowed(request), request.path),
        help=help_place,
        call=known.call,
    )


def page(request: HttpRequest) -> dict[str, object]:
    """Context processor: `page`, read only by full pages (fragments never pay for it)."""
    return {"page": SimpleLazyObject(lambda: _frame(request))}
