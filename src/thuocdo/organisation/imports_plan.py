"""What importing a list of people would do. Everything is read in sets; nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from thuocdo.accounts.models import User
from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Effect, Plan, Problem, Row, Scope
from thuocdo.kernel.periods import Span
from thuocdo.kernel.spelling import match_key
from thuocdo.kernel.text import fold
from thuocdo.organisation.models import Employment, Person, PersonMerge, Role, Unit
from thuocdo.organisation.rules import end_from_last_day, last_day

LOOKUP = 10_000
MOST_NAMESAKES = 100
"""Notes about people of the same name: more than a page shows help nobody."""
OWN_ROLE = "Ông/bà không tự giao vai trò cho chính mình. Hãy để trống ô này và đề nghị cán bộ tổ chức khác giao."
FIELDS = {"kind": "kind", "position": "position", "leadership": "leadership", "group": "task_group"}
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Reach:
    """The units an import may touch, by code in capitals; who imports, the own staff code, and the day. `asked`: what
    the page of the people was asked, where those alone go out."""

    units: dict[str, Unit]
    own: str = field(default="", kw_only=True)
    today: date = field(default=date.max, kw_only=True)
    asked: tuple[str, str] | None = field(default=None, kw_only=True)


@dataclass
class NewPost:
    """A post of the file that is not in the database yet, or the one it changes (`post`)."""

    row: Row
    unit: Unit
    span: Span
    post: Employment | None

    def value(self, key: str) -> Any:
        """What the post will hold: a column that the file leaves out keeps what is stored."""
        if self.post is not None and key not in self.row.texts:
            return getattr(self.post, FIELDS[key])
        return self.row.values[key]


@dataclass
class Entry:
    """One staff code of the file: the person (None: new), the account, the posts, the roles."""

    code: str
    name: str
    first_row: int
    person: Person | None
    username: str = ""
    rename: str = ""
    new_user: bool = False
    posts: list[NewPost] = field(default_factory=list)
    roles: list[tuple[str, Unit, Span]] = field(default_factory=list)


def lookup(rows: QuerySet[M], name: str, values: Iterable[Any]) -> list[M]:
    """Rows whose `name` is among the values, in few queries whatever their number."""
    wanted = sorted(set(values))
    found: list[M] = []
    for begin in range(0, len(wanted), LOOKUP):
        found.extend(rows.filter(**{f"{name}__in": wanted[begin:begin + LOOKUP]}))
    return found


class PeoplePlanner:
    """Builds the plan row by row; the stored state was read beforehand."""

    def __init__(self, scope: Scope, rows: Sequence[Row]) -> None:
        self.units: dict[str, Unit] = scope.data.units
        self.own: str = scope.data.own
        self.reach_ids = {u.pk for u in self.units.values()}
        self.rows = rows
        self.entries: dict[str, Entry] = {}
        self.effects: list[Effect] = []
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.people = {p.code: p for p in lookup(
            Person.objects.select_related("user"), "code", (r.values["code"] for r in rows))}
        self.merged = self._merged()
        self.people |= {kept.code: kept for kept in self.merged.values()}
        ids = [p.pk for p in [*self.people.values(), *self.merged.values()]]
        self.posts: dict[int, list[Employment]] = {}
        for post in lookup(Employment.objects.select_related("unit"), "person_id", ids):
            self.posts.setdefault(post.person_id, []).append(post)
        self.roles: dict[tuple[int, int, str], list[Span]] = {}
        for role in lookup(Role.objects.all(), "person_id", ids):
            self.roles.setdefault((role.person_id, role.unit_id, role.kind), []).append(
                Span(role.start, role.end)
            )
        names = (r.values["username"] for r in rows if r.values["username"])
        self.users = {u.username: u for u in lookup(User.objects.all(), "username", names)}
        self.names_taken: dict[str, str] = {}
        self.namesakes = self._namesakes()

    def _merged(self) -> dict[str, Person]:
        """Codes of the file that were merged into another one, with the person who goes on. One query."""
        merges = PersonMerge.objects.filter(approved_at__isnull=False).select_related("dropped", "kept__user")
        return {m.dropped.code: m.kept for m in lookup(merges, "dropped_id", (p.pk for p in self.people.values()))}

    def _namesakes(self) -> dict[str, list[Person]]:
        """People with a post in the units, by folded name, for the names of codes that are new. One query."""
        names = {fold(r.values["name"])[:120] for r in self.rows if r.values["code"] not in self.people}
        posts = Employment.objects.filter(unit__in=self.reach_ids, person=OuterRef("pk"))
        found: dict[str, list[Person]] = {}
        for person in lookup(Person.objects.filter(Exists(posts)).order_by("code"), "search_key", names):
            found.setdefault(person.search_key, []).append(person)
        return found

    def problem(self, row: Row, column: str, message: str) -> None:
        self.problems.append(Problem(row.number, column, row.texts.get(column_key(column), ""), message))

    def run(self) -> Plan[list[Entry]]:
        for row in self.rows:
            self._row(row)
        self._check_overlaps()
        self._check_heads()
        return Plan(self.effects, self.problems, list(self.entries.values()), warnings=self.warnings)

    def _row(self, row: Row) -> None:
        unit = self._unit(row, "Mã đơn vị", row.values["unit"])
        span = Span(row.values["start"], end_from_last_day(row.values["last"]))
        if span.end is not None and span.end <= span.start:
            self.problem(row, "Đến ngày", "Đến ngày trước Từ ngày. Hãy sửa lại một trong hai ngày.")
            return
        entry = self._entry(row)
        if unit is None or entry is None:
            return
        if unit.end is not None and unit.end <= span.start:
            self.problem(row, "Từ ngày", f"{unit.name} đã kết thúc ngày {last_day(unit.end):%d/%m/%Y}. Hãy "
                                         f"ghi mã "
                         "đơn vị mới, hoặc sửa ngày.")
            return
        twin = next((p for p in entry.posts if p.unit.pk == unit.pk and p.span.start == span.start), None)
        if twin is not None:
            self.problem(row, "Mã cán bộ", f"Mã {entry.code} trùng với dòng {twin.row.number} (cùng đơn vị, "
                                           f"cùng ngày "
                         "bắt đầu). Hãy xóa một dòng, hoặc sửa mã nếu là người khác.")
            return
        post = next((p for p in self._stored(entry) if p.unit_id == unit.pk and p.start == span.start), None)
        if post is not None and "last" not in row.texts:
            span = Span(post.start, post.end)
        entry.posts.append(NewPost(row, unit, span, post))
        new_roles = self._roles(row, entry, unit, span)
        self._effect(row, entry, entry.posts[-1], new_roles)

    def _stored(self, entry: Entry) -> list[Employment]:
        return self.posts.get(entry.person.pk, []) if entry.person else []

    def _unit(self, row: Row, column: str, code: str) -> Unit | None:
        unit = self.units.get(code)
        if unit is None:
            near = get_close_matches(code, self.units, n=1)
            hint = f" Có phải “{self.units[near[0]].code}” ({self.units[near[0]].name})?" if near else ""
            self.problem(row, column, f"Không có đơn vị mã “{code}” trong phạm vi ông/bà phụ trách.{hint} "
                                      f"Hãy sửa mã, "
                         "hoặc đề nghị lập đơn vị trước.")
        return unit

    def _entry(self, row: Row) -> Entry | None:
        typed, name = row.values["code"], row.values["name"]
        kept = self.merged.get(typed)
        code, name = (kept.code, kept.full_name) if kept is not None else (typed, name)
        entry = self.entries.get(code)
        if entry is None:
            entry = self._new_entry(row, code, name)
            if entry is None:
                return None
            self.entries[code] = entry
        elif match_key(entry.name) != match_key(name):
            self.problem(row, "Họ và tên", f"Mã {code} đã ghi ở dòng {entry.first_row} với tên "
                                           f"“{entry.name}”. Mỗi mã "
                         "là một người: hãy sửa tên cho khớp, hoặc sửa mã nếu là người khác.")
            return None
        return entry if self._account(row, entry) else None

    def _new_entry(self, row: Row, code: str, name: str) -> Entry | None:
        person = self.people.get(code)
        entry = Entry(code, name, row.number, person)
        same = self.namesakes.get(fold(name)[:120], []) if person is None else []
        zeros = self._with_zeros(code, same)
        if zeros:
            self.problem(row, "Mã cán bộ", f"Mã {code} có lẽ đã mất số 0 ở đầu khi qua Excel: đang có {name} mã "
                         f"{zeros}. Hãy ghi lại mã, để ô ở dạng chữ (Text). Nếu là hai người, hãy ghi cả dòng của mã "
                         f"{zeros} trong tệp này.")
            return None
        if same and len(self.warnings) < MOST_NAMESAKES:
            who = "; ".join(f"{one.full_name} ({one.code})" for one in same[:5])
            note = f"Mã mới {code}; trong phạm vi đã có người cùng họ tên: {who}. Nếu là cùng một người, hãy ghi mã ấy."
            self.warnings.append(Problem(row.number, "Họ và tên", name, note))
        if person is not None and person.full_name != name and match_key(person.full_name) == match_key(name):
            note = (f"Khác “{person.full_name}” đang có chỉ ở cách đặt dấu; người được nhận theo mã {code}, "
                    "họ tên đang có được giữ.")
            self.warnings.append(Problem(row.number, "Họ và tên", name, note))
        elif person is not None and person.full_name != name:
            posts = self._stored(entry)
            if posts and not any(p.unit_id in self.reach_ids for p in posts):
                self.problem(row, "Họ và tên", f"Mã {code} thuộc về một người ở đơn vị khác có họ tên khác. "
                                               f"Hãy kiểm "
                             "tra lại mã và họ tên.")
                return None
            entry.rename = name
        return entry

    def _with_zeros(self, code: str, same: Sequence[Person]) -> str:
        """The namesake's code that this one is without its zeros in front; none where the file has that one too, as a
        column of numbers would have lost them there."""
        longer = [one.code for one in same if len(one.code) > len(code) and one.code not in self.people]
        return next((one for one in longer if code.isdigit() and one.lstrip("0") == code.lstrip("0")), "")

    def _account(self, row: Row, entry: Entry) -> bool:
        username = row.values["username"]
        if not username or username == entry.username:
            return True
        if entry.username:
            self.problem(row, "Tài khoản", f"Mã {entry.code} đã ghi tài khoản “{entry.username}” ở dòng "
                         f"{entry.first_row}. Hãy ghi cùng một tên đăng nhập.")
            return False
        owned = entry.person.user if entry.person else None
        if owned is not None and owned.username != username:
            self.problem(row, "Tài khoản", f"Người này đã có tài khoản “{owned.username}”. Hãy ghi tên đó "
                                           f"hoặc để "
                         "trống.")
            return False
        taken = self.names_taken.get(username) or (username in self.users and owned is None)
        if taken:
            self.problem(row, "Tài khoản", f"Tên đăng nhập “{username}” đã có người dùng. Hãy chọn tên khác.")
            return False
        self.names_taken[username] = entry.code
        entry.username, entry.new_user = username, owned is None
        return True

    def _roles(self, row: Row, entry: Entry, unit: Unit, span: Span) -> list[str]:
        """Roles of this row that are not held yet, in words."""
        words: list[str] = []
        if not row.values["roles"]:
            return words
        code = row.values["role_unit"]
        over = self._unit(row, "Phạm vi vai trò", code) if code else unit
        if over is None:
            return words
        for kind in row.values["roles"]:
            held = self.roles.get((entry.person.pk, over.pk, kind), []) if entry.person else []
            wanted = [s for k, u, s in entry.roles if (k, u.pk) == (kind, over.pk)]
            if not any(span.overlaps(s) for s in [*held, *wanted]):
                if entry.code == self.own:
                    self.problem(row, "Vai trò hệ thống", OWN_ROLE)
                entry.roles.append((kind, over, span))
                words.append(f"{Role.Kind(kind).label} của {over.name}")
        return words

    def _effect(self, row: Row, entry: Entry, new: NewPost, roles: list[str]) -> None:
        texts = [f"thêm vai trò {w}" for w in roles]
        if row.number == entry.first_row or new.row.values["username"]:
            texts += [f"lập tài khoản {entry.username}"] if entry.new_user else []
        if entry.rename and entry.person and row.number == entry.first_row:
            texts.append(f"Họ và tên: {entry.person.full_name} → {entry.rename}")
        if new.post is None:
            who = "người mới" if entry.person is None and row.number == entry.first_row else "vị trí mới"
            where = f"{row.values['position']}, {new.unit.name}, {dates(new.span)}"
            first = f"{who}: {entry.name} ({entry.code}), {where}"
            self.effects.append(Effect(row.number, CREATED, self._said(row, entry, "; ".join([first, *texts]))))
            return
        texts = [*changes(new), *texts]
        outcome = CHANGED if texts else UNCHANGED
        who = f"{entry.name} ({entry.code})"
        said = f"{who}: {'; '.join(texts)}" if texts else who
        self.effects.append(Effect(row.number, outcome, self._said(row, entry, said)))

    def _said(self, row: Row, entry: Entry, text: str) -> str:
        """What a row does, after the warning that its code goes on under another one."""
        typed = row.values["code"]
        return f"Lưu ý: mã {typed} đã gộp vào {entry.code}. {text}" if typed in self.merged else text

    def _check_overlaps(self) -> None:
        """One person holds one post at a time in one unit, the stored posts included."""
        for entry in self.entries.values():
            by_unit: dict[int, list[Held]] = {}
            changed = {p.post.pk for p in entry.posts if p.post}
            for new in entry.posts:
                by_unit.setdefault(new.unit.pk, []).append(Held(new.span, new))
            for post in self._stored(entry):
                if post.unit_id in by_unit and post.pk not in changed:
                    by_unit[post.unit_id].append(Held(Span(post.start, post.end)))
            for items in by_unit.values():
                for one, other in collisions(items):
                    self.problem(one.item.row, "Từ ngày", overlap_message(entry.code, one.item, other))

    def _check_heads(self) -> None:
        """One head at a time in one unit, the stored heads included."""
        by_unit: dict[int, list[Held]] = {}
        changed: set[int] = set()
        for entry in self.entries.values():
            for new in entry.posts:
                changed |= {new.post.pk} if new.post else set()
                if new.value("leadership") == Employment.Leadership.HEAD:
                    by_unit.setdefault(new.unit.pk, []).append(Held(new.span, new, entry.code))
        stored = Employment.objects.filter(leadership=Employment.Leadership.HEAD).select_related("person")
        for post in lookup(stored, "unit_id", by_unit):
            if post.pk not in changed:
                by_unit[post.unit_id].append(Held(Span(post.start, post.end), None, post.person.code))
        for items in by_unit.values():
            for one, other in collisions(items):
                if one.who != other.who:
                    self.problem(one.item.row, "Vai trò", f"{one.item.unit.name} đã có người đứng đầu khác "
                                                          f"(mã "
                                 f"{other.who}) trong thời gian này. Hãy ghi Đến ngày cho người trước, hoặc "
                                 f"sửa cột "
                                 "Vai trò.")


class Held(NamedTuple):
    """A stretch of time that something holds; `item` is what the file says, None for what is stored
    already.
    """

    span: Span
    item: Any = None
    who: str = ""


def collisions(items: Iterable[Held]) -> list[tuple[Held, Held]]:
    """Pairs (a row of the file, what it collides with), found in one pass over the dates."""
    pairs: list[tuple[Held, Held]] = []
    reaching: Held | None = None
    for held in sorted(items, key=lambda h: (h.span.start, h.item is not None)):
        if reaching is not None and held.span.overlaps(reaching.span):
            first, second = (held, reaching) if held.item is not None else (reaching, held)
            if first.item is not None:
                pairs.append((first, second))
        if reaching is None or _later(held.span.end, reaching.span.end):
            reaching = held
    return pairs


def _later(one: date | None, other: date | None) -> bool:
    return other is not None and (one is None or one > other)


def overlap_message(code: str, new: NewPost, other: Held) -> str:
    """Why two posts of one person in one unit cannot stand together."""
    where = f"dòng {other.item.row.number}" if other.item else "dữ liệu đang có"
    return (f"Mã {code} đã có vị trí tại {new.unit.name} {dates(other.span)} ({where}), trùng thời gian với "
            f"dòng này. "
            "Hãy xóa dòng trùng, ghi Đến ngày cho vị trí trước, hoặc ghi đúng Từ ngày của vị trí cần sửa.")


def dates(span: Span) -> str:
    """A span in words, with the last day people see."""
    end = last_day(span.end)
    return f"từ {span.start:%d/%m/%Y}" + (f" đến {end:%d/%m/%Y}" if end else "")


def changes(new: NewPost) -> list[str]:
    """What a row changes in the stored post, in words."""
    post = new.post
    assert post is not None
    group = new.value("group")
    pairs = [
        ("Đối tượng", post.get_kind_display(), Employment.Kind(new.value("kind")).label),
        ("Chức vụ", post.position, new.value("position")),
        ("Vai trò", post.get_leadership_display(), Employment.Leadership(new.value("leadership")).label),
        ("Nhóm nhiệm vụ", post.task_group or "trống", group or "trống"),
        ("Thời gian", dates(Span(post.start, post.end)), dates(new.span)),
    ]
    return [f"{label}: {old} → {now}" for label, old, now in pairs if old != now]


_KEYS = {"Mã cán bộ": "code", "Họ và tên": "name", "Mã đơn vị": "unit", "Vai trò": "leadership", "Từ "
    "ngày": "start",
         "Đến ngày": "last", "Tài khoản": "username", "Vai trò hệ thống": "roles", "Phạm vi vai trò": "role_unit"}


def column_key(title: str) -> str:
    """Key of a column from its title."""
    return _KEYS[title]


def plan_people(scope: Scope, rows: Sequence[Row]) -> Plan[list[Entry]]:
    """Effects and problems of a list of people."""
    return PeoplePlanner(scope, rows).run()
