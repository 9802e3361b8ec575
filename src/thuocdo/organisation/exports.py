"""The lists of people and units as they stand, in the words that their imports read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Asked, Filtering, Scope
from thuocdo.intake.written import day_text
from thuocdo.kernel.periods import Span
from thuocdo.kernel.text import skeleton
from thuocdo.organisation.access import day_of
from thuocdo.organisation.directory import ACCOUNT_STATES, asked_people
from thuocdo.organisation.imports_plan import lookup
from thuocdo.organisation.imports_units_plan import Below
from thuocdo.organisation.models import Employment, Person, Unit, UnitLink
from thuocdo.organisation.rules import last_day

LEADERSHIP = {"head": "người đứng đầu", "deputy": "cấp phó", "none": ""}
KINDS = {"civil_servant": "công chức", "cadre": "cán bộ", "public_employee": "viên chức", "contract_worker": "hợp đồng"}
PEOPLE_COLUMNS = ("code", "name", "unit", "kind", "position", "leadership", "group", "start", "last", "username")


def _posts(scope: Scope, at: datetime) -> tuple[dict[int, str], list[Employment]]:
    """Unit codes by key, and the posts in those units that have not ended, by unit and name; of the people asked for
    alone where the scope was narrowed."""
    going_on = Q(end__isnull=True) | Q(end__gt=day_of(at))
    if scope.data.asked is not None:
        going_on &= Q(person__in=asked_people(*scope.data.asked))
    units = {u.pk: u.code for u in scope.data.units.values()}
    posts = lookup(Employment.objects.filter(going_on).select_related("person__user"), "unit_id", units)
    return units, sorted(posts, key=lambda p: (units[p.unit_id], p.person.sort_key, p.person.code, p.start))


def people_part(scope: Scope, asked: Asked, at: datetime) -> tuple[Scope, Asked]:
    """The posts of those whom the page shows so filtered."""
    typed, account = asked.get("tim", ""), asked.get("tai-khoan", "")
    words = {"tim": typed, "tai-khoan": ACCOUNT_STATES.get(account, "") if account else ""}
    return replace(scope, data=replace(scope.data, asked=(typed, account))), words


BY_NAME = Filtering({"tim": "Tên, mã có"}, people_part)
BY_ACCOUNT = Filtering({"tim": "Tên, mã có", "tai-khoan": "Tài khoản"}, people_part)


def people_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Posts in the scope's units that have not ended, by unit and name. Few queries, whatever their number."""
    units, posts = _posts(scope, at)
    for post in posts:
        user = post.person.user
        yield (
            post.person.code, post.person.full_name, units[post.unit_id], KINDS[post.kind], post.position,
            LEADERSHIP[post.leadership], post.task_group, day_text(post.start), day_text(last_day(post.end)),
            user.username if user else "",
        )  # fmt: skip


def account_rows(scope: Scope, at: datetime) -> Iterable[Sequence[str]]:
    """Accounts of the people of the scope, by unit and name; nothing secret. Few queries."""
    units, posts = _posts(scope, at)
    for (code, unit), person in {(p.person.code, units[p.unit_id]): p.person for p in posts}.items():
        user = person.user
        state = "chưa có tài khoản"
        if user is not None:
            waits = "đang dùng" if user.has_usable_password() else "chờ đặt mật khẩu"
            state = waits if user.is_active else "đã dừng"
        yield code, person.full_name, unit, user.username if user else "", state


def unit_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """Units under the root that have not ended, by code, with the day from which they stand where they stand now."""
    below: Below = scope.data
    day = day_of(at)
    units = {u.pk: u for u in below.known.values()}
    held: dict[tuple[int, str], UnitLink] = {
        (link.child_id, link.tree): link
        for link in below.links
        if Span(link.start, link.end).holds(day)
    }
    inside = [units[pk] for pk in below.inside if not (end := units[pk].end) or end > day]
    for unit in sorted(inside, key=lambda u: u.code):
        links = [held.get((unit.pk, tree)) for tree in (UnitLink.Tree.STRUCTURE, UnitLink.Tree.MANAGEMENT)]
        parent, manager = (units[link.parent_id].code if link else "" for link in links)
        since = max([unit.start, *(link.start for link in links if link)])
        yield (
            unit.code, unit.name, Unit.Kind(unit.kind).label, "" if unit.pk == below.root.pk else parent, manager,
            str(unit.order), day_text(since), day_text(last_day(unit.end)),
        )  # fmt: skip


def similar_codes(texts: Sequence[str]) -> Mapping[str, str]:
    """For texts that look like an existing staff code, unit code or user name: which one, in words. Three queries."""
    looks = {text: skeleton(text) for text in texts}
    codes = {look.upper() for look in looks.values()}
    people = {p.code: f"mã cán bộ “{p.code}”" for p in lookup(Person.objects.all(), "code", codes)}
    units = {u.code: f"mã đơn vị “{u.code}”" for u in lookup(Unit.objects.all(), "code", codes)}
    users = {u.username: f"tài khoản “{u.username}”" for u in lookup(User.objects.all(), "username", looks.values())}
    found = {}
    for text, look in looks.items():
        existing = people.get(look.upper()) or units.get(look.upper()) or users.get(look)
        if existing is not None and look not in (text, text.casefold()):
            found[text] = f"Trông giống {existing} đang có; hãy gõ lại bằng chữ không dấu trên bàn phím."
    return found
