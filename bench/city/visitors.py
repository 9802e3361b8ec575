"""Who opens which page of the generated city: one account for each post, and every list it reaches. Of the pages that
the tests know (`tests/pages.py`) those not among these are asked for by one visitor each."""

from dataclasses import dataclass
from importlib import import_module
from string import Formatter

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.urls import resolve

from bench.city.people import START
from tests.pages import ONE_SHEET, PAGES
from thuocdo.accounts.models import User
from thuocdo.appraisals.models import Sheet
from thuocdo.audit import bulk
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.models import Employment, Role, Unit
from thuocdo.work.models import Task

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
OFFICE, INSPECTOR, CHIEF, HEADING, STAFF = (
    "chủ tịch, cán bộ tổ chức thành phố", "người kiểm tra thành phố", "thủ trưởng cơ quan", "trưởng đơn vị",
    "chuyên viên",
)  # fmt: skip
LOOKS = {
    "officer": OFFICE, "inspector": INSPECTOR, "authority": CHIEF, "chief": CHIEF, "head": HEADING, "own": STAFF,
    "staff": STAFF, "drafting": STAFF,
}  # fmt: skip
"""Who of the city stands for whom of `tests/pages.py`; whom it has not, looks at nothing."""
NOTHING_THERE = {
    "review_sheet": "the specialist has filed", "rulebook_what_if": "the closed month holds no filed facts",
    "task_change": "no head has given the task", "plan_grading": "no week is graded",
}  # fmt: skip


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
        OFFICE: (_role("officer", CITY), CITY, CITY_OFFICER),
        "cán bộ tổ chức cơ quan": (_role("officer", AGENCY), AGENCY, EVERYBODY + FOLLOWING + OFFICER),
        INSPECTOR: (_role("inspector", CITY), CITY, EVERYBODY + FOLLOWING + PERIOD),
        "người kiểm tra cơ quan": (_role("inspector", AGENCY), AGENCY, EVERYBODY + FOLLOWING),
        CHIEF: (_head(AGENCY), AGENCY, (*EVERYBODY, *HEAD, "/kien-nghi/")),
        HEADING: (_head(COMPONENT), COMPONENT, EVERYBODY + HEAD),
        STAFF: (_staff(), COMPONENT, EVERYBODY),
    }
    found = []
    for who, (account, unit, pages) in people.items():
        paths = [page.format(cycle=cycle, closed=closed, unit=units[unit]) for page in dict.fromkeys(pages)]
        found += [Visit(who, account, path) for path in paths]
    return found + _further(found, {who: account for who, (account, *_) in people.items()})


def missing(found: list[Visit]) -> list[str]:
    """Names of the pages that the tests know and nobody asks for here: what they are about is not in this city."""
    return sorted(set(PAGES) - ONE_SHEET - _names(found))


def _names(found: list[Visit]) -> set[str]:
    return {str(resolve(visit.path.partition("?")[0]).url_name) for visit in found}


def _further(found: list[Visit], accounts: dict[str, int]) -> list[Visit]:
    """The pages of the tests that are not among those found, as far as the city has what they are about."""
    known, ids, further = _names(found), _ids(accounts[STAFF]), []
    for name, (who, address) in PAGES.items():
        needed = {field for _, field, *_ in Formatter().parse(address) if field}
        if name not in known | ONE_SHEET | NOTHING_THERE.keys() and who in LOOKS and needed <= ids.keys():
            further.append(Visit(LOOKS[who], accounts[LOOKS[who]], address.format(**ids)))
    return further


def _ids(account: int) -> dict[str, object]:
    """What an address names, where the city has it: the person is the specialist."""
    last, first = Cycle.objects.order_by("-number")[0], Cycle.objects.order_by("number")[0]
    units = dict(Unit.objects.values_list("code", "pk").filter(code__in=[CITY, AGENCY, COMPONENT]))
    person = User.objects.values_list("person", flat=True).get(pk=account)
    rows = {
        "own": Sheet.objects.filter(cycle=first, person=person),
        "drafting": Sheet.objects.filter(cycle=last, person=person),
        "member": Member.objects.filter(cycle=last, person=person), "task": Task.objects.filter(person=person),
    }  # fmt: skip
    found = {name: row.order_by("pk").values_list("pk", flat=True).first() for name, row in rows.items()}
    return {
        "cycle": last.pk, "closed": first.pk, "digest": last.pins[0]["hash"], "root": units[CITY],
        "agency": units[AGENCY], "unit": units[COMPONENT], "reorganised": units[COMPONENT], "week": "2026-03-16",
        "plan_month": "thang=3&nam=2026",
        "person": person, "moving": person,
        **{name: pk for name, pk in found.items() if pk is not None},
    }  # fmt: skip


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
