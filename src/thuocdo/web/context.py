"""What every page shows around its content: who is signed in, where they can go, how much is unread."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from thuocdo.accounts.permissions import Permission
from thuocdo.organisation.contacts import Call, introduction
from thuocdo.web.access import allowed, today, user_of
from thuocdo.web.handbook.places import Place as HelpPlace
from thuocdo.web.handbook.places import place_of

_INSPECTED = frozenset({Permission.MANAGE_CYCLES, Permission.INSPECT})
_PLACES: tuple[tuple[frozenset[Permission], str, str], ...] = (
    (frozenset({Permission.SIGNED_IN}), "/", "Việc cần làm"),
    (frozenset({Permission.OWN_SHEET}), "/cong-viec/", "Việc của tôi"),
    (frozenset({Permission.OWN_SHEET}), "/phieu/", "Phiếu của tôi"),
    (frozenset({Permission.SIGNED_IN}), "/ket-qua/", "Kết quả"),
    (frozenset({Permission.EVALUATE}) | _INSPECTED, "/lanh-dao/", "Toàn đơn vị"),
    (_INSPECTED, "/kiem-tra/", "Kiểm tra"),
    (frozenset({Permission.OWN_SHEET}), "/ke-hoach/", "Kế hoạch"),
    (frozenset({Permission.ASSIGN_TASKS}), "/giao-viec/", "Giao việc"),
    (frozenset({Permission.ASSIGN_TASKS, Permission.MANAGE_PEOPLE}), "/viec-den/", "Việc đến"),
    (frozenset({Permission.EVALUATE}), "/danh-gia/", "Đánh giá"),
    (frozenset({Permission.SIGNED_IN}), "/y-kien/", "Lấy ý kiến"),
    (frozenset({Permission.SIGNED_IN}), "/danh-muc/", "Danh mục"),
    (frozenset({Permission.ANSWER_PETITIONS}), "/kien-nghi/", "Kiến nghị"),
    (frozenset({Permission.MANAGE_PEOPLE}), "/to-chuc/nguoi/", "Người và đơn vị"),
    (frozenset({Permission.MANAGE_PEOPLE}), "/to-chuc/co-cau/", "Cơ cấu đơn vị"),
    (frozenset({Permission.MANAGE_PEOPLE}), "/to-chuc/nhap-du-lieu/", "Nhập dữ liệu"),
    (frozenset({Permission.MANAGE_PEOPLE}), "/to-chuc/nguon-viec/", "Nguồn việc"),
    (frozenset({Permission.MANAGE_PEOPLE}), "/to-chuc/tai-khoan/", "Tài khoản"),
    (frozenset({Permission.MANAGE_PEOPLE}), "/to-chuc/viec-kho-luong-hoa/", "Việc khó lượng hóa"),
    (_INSPECTED, "/to-chuc/ky/", "Kỳ đánh giá"),
    (frozenset({Permission.ENTER_PAPER}), "/nhap-thay/", "Nhập bản giấy"),
    (frozenset({Permission.SIGNED_IN}), "/quyet-dinh/", "Công bố, văn bản"),
    (frozenset({Permission.SIGNED_IN}), "/tap-the/", "Đánh giá tập thể"),
    (frozenset({Permission.SIGNED_IN}), "/to-chuc/lich/", "Lịch làm việc"),
    (frozenset({Permission.MANAGE_CYCLES}), "/to-chuc/quy-dinh-ap-dung/", "Quy định áp dụng"),
    (frozenset({Permission.MANAGE_CYCLES}), "/to-chuc/vuong-mac/", "Vướng mắc"),
    (frozenset({Permission.MANAGE_CYCLES, Permission.EVALUATE}), "/to-chuc/quy-che/", "Quy chế"),
)


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    path: str
    label: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """The frame of a page. `nav` holds only what this user can do, `help` is the handbook about this page, `call`
    whom the user calls."""

    signed_in: bool
    name: str
    unit: str
    unread: int
    nav: tuple[Place, ...]
    help: HelpPlace
    call: Call | None = None


def navigation(permissions: frozenset[Permission], path: str) -> tuple[Place, ...]:
    """The places open to somebody with these permissions; the one being shown is marked."""
    return tuple(
        Place(to, label, path == to if to == "/" else path.startswith(to))
        for any_of, to, label in _PLACES
        if any_of & permissions
    )


def _frame(request: HttpRequest) -> Frame:
    user = getattr(request, "user", None)
    match = request.resolver_match
    help_place = place_of(match.url_name if match else None)
    if user is None or not user.is_authenticated:
        return Frame(signed_in=False, name="", unit="", unread=0, nav=(), help=help_place)
    me = user_of(request)
    known = introduction(me, today())
    return Frame(
        signed_in=True,
        name=me.display_name,
        unit=f"{known.post.position}, {known.post.unit.name}" if known.post else "",
        unread=known.unread,
        nav=navigation(allowed(request), request.path),
        help=help_place,
        call=known.call,
    )


def page(request: HttpRequest) -> dict[str, object]:
    """Context processor: `page`, read only by full pages (fragments never pay for it)."""
    return {"page": SimpleLazyObject(lambda: _frame(request))}
