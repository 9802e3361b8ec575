"""Who opens which page of the generated city: one account for each post, and every list it reaches."""

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.city.people import START
from thuocdo.accounts.models import User
from thuocdo.audit import bulk
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Employment, Role, Unit

CITY, AGENCY, COMPONENT = "TP", "CQ000", "CQ000-00"
EVERYBODY = (
    "/", "/lich-su/", "/cong-viec/", "/cong-viec/?thang=3&nam=2026", "/phieu/", "/ket-qua/", "/ke-hoach/",
    "/ke-hoach/thang/", "/ke-hoach/dinh-ky/", "/danh-muc/", "/danh-muc/ra-soat/", "/danh-muc/de-xuat/", "/quyet-dinh/",
    "/tap-the/", "/to-chuc/lich/", "/vuong-mac/", "/quy-tac/",
)  # fmt: skip
HEAD = (
    "/danh-gia/", "/danh-gia/{cycle}/", "/giao-viec/?thang=3&nam=2026", "/ke-hoach/don-vi/",
    "/ke-hoach/don-vi/{unit}/?tuan=2026-03-16", "/lanh-dao/?nam=2026&thang=3", "/viec-den/", "/to-chuc/quy-che/",
    "/bang/judgements/{cycle}/",
)  # fmt: skip
FOLLOWING = (
    "/to-chuc/ky/", "/kiem-tra/", "/kiem-tra/?tim=nguyen", "/lanh-dao/?nam=2026&thang=3",
    "/ket-qua/don-vi/?nam=2026&ky=quarter-1", "/quy-tac/neu-doi/", "/ke-hoach/don-vi/", "/tim/?q=nguyen+van",
)  # fmt: skip
PERIOD = ("/to-chuc/ky/{cycle}/", "/to-chuc/ky/{cycle}/nhat-ky/", "/quyet-dinh/ky/{closed}/")
OFFICER = (
    "/to-chuc/nguoi/", "/to-chuc/nguoi/?tim=nguyen+van+an", "/to-chuc/nguoi/gop-ma/", "/to-chuc/tai-khoan/",
    "/to-chuc/co-cau/", "/to-chuc/co-cau/sap-xep/", "/to-chuc/nhap-du-lieu/", "/to-chuc/nguon-viec/", "/viec-den/",
    "/to-chuc/viec-kho-luong-hoa/", "/to-chuc/quy-dinh-ap-dung/", "/to-chuc/quy-che/", "/to-chuc/vuong-mac/",
    "/quyet-dinh/lua-chon/", "/to-chuc/ky/mo/",
)  # fmt: skip
CITY_OFFICER = (*EVERYBODY, *HEAD, *FOLLOWING, *PERIOD, "/to-chuc/ky/{cycle}/khoa/", *OFFICER)


@dataclass(frozen=True)
class Visit:
    """A page as one visitor asks for it."""

    who: str
    account: int
    path: str


def appoint() -> None:
    """An organisation officer of one agency and two inspectors, as a city has them; once."""
    if Role.objects.filter(unit__code=AGENCY).exists():
        return
    wanted = [("officer", AGENCY, 1), ("inspector", AGENCY, 2), ("inspector", CITY, 3)]
    staff = list(
        Employment.objects.filter(unit__code=COMPONENT, leadership="none", end=None, person__user__isnull=False)
        .order_by("pk")
        .values_list("person_id", flat=True)[:4]
    )
    pattern = bulk.Pattern(Role, ("id", "person_id", "unit_id", "kind"), start=START)
    units = dict(Unit.objects.values_list("code", "pk").filter(code__in=[CITY, AGENCY]))
    keys = bulk.reserve(Role, len(wanted))
    rows = [(key, staff[place], units[code], kind) for key, (kind, code, place) in zip(keys, wanted, strict=True)]
    bulk.insert(Role, [pattern.row(*row) for row in rows])


def visits() -> list[Visit]:
    """Every list page as each kind of visitor reaches it."""
    cycle = Cycle.objects.order_by("-number")[0].pk
    closed = Cycle.objects.order_by("number")[0].pk
    units = dict(Unit.objects.values_list("code", "pk").filter(code__in=[CITY, AGENCY, COMPONENT]))
    people = {
        "chủ tịch, cán bộ tổ chức thành phố": (_role("officer", CITY), CITY, CITY_OFFICER),
        "cán bộ tổ chức cơ quan": (_role("officer", AGENCY), AGENCY, EVERYBODY + FOLLOWING + OFFICER),
        "người kiểm tra thành phố": (_role("inspector", CITY), CITY, EVERYBODY + FOLLOWING + PERIOD),
        "người kiểm tra cơ quan": (_role("inspector", AGENCY), AGENCY, EVERYBODY + FOLLOWING),
        "thủ trưởng cơ quan": (_head(AGENCY), AGENCY, (*EVERYBODY, *HEAD, "/kien-nghi/")),
        "trưởng đơn vị": (_head(COMPONENT), COMPONENT, EVERYBODY + HEAD),
        "chuyên viên": (_staff(), COMPONENT, EVERYBODY),
    }
    found = []
    for who, (account, unit, pages) in people.items():
        paths = [page.format(cycle=cycle, closed=closed, unit=units[unit]) for page in dict.fromkeys(pages)]
        found += [Visit(who, account, path) for path in paths]
    return found


def session(account: int) -> str:
    """Sign an account in; what its cookie holds."""
    user = User.objects.get(pk=account)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "thuocdo.accounts.backends.PasswordBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _role(kind: str, unit: str) -> int:
    return int(User.objects.get(person__roles__kind=kind, person__roles__unit__code=unit).pk)


def _head(unit: str) -> int:
    return int(User.objects.filter(person__employments__unit__code=unit, person__employments__leadership="head")[0].pk)


def _staff() -> int:
    posts = User.objects.filter(person__employments__unit__code=COMPONENT, person__employments__leadership="none")
    return int(posts.filter(person__roles=None).order_by("pk")[5].pk)
