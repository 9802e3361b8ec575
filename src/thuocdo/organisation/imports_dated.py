"""Dated facts over a unit as XLSX: what every such list does (`imports_duties` has the four: roles, acting heads,
fields of deputies, delegations).

A row that names what stands, by all its columns but the last day, may move the last day as its page allows; any other
row is new and passes the checks of its page. What stands twice at a time (`Shape.alone`) is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING
from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.kernel.periods import Span
from thuocdo.kernel.spelling import match_key
from thuocdo.organisation.access import day_of
from thuocdo.organisation.holding import hold
from thuocdo.organisation.imports_plan import Held, collisions, dates, lookup
from thuocdo.organisation.models import ActingHead, Employment, Person, Unit
from thuocdo.organisation.people_reach import people_by_code
from thuocdo.organisation.rules import end_from_last_day, last_day

UNIT = Column("unit", "Mã đơn vị", cells.code, "Đơn vị, trong phạm vi ông/bà phụ trách.", "UBND-VP", needed=True)
PERSON = Column("code", "Mã cán bộ", cells.code, "Hãy ghi mã cán bộ đã có trong danh sách người.", "CC001", needed=True)
NAME = Column("name", "Họ và tên", cells.name, STANDING, "Nguyễn Văn An", width=28)
START = Column("start", "Từ ngày", cells.day, "Hãy ghi ngày bắt đầu.", "01/07/2025", needed=True)
LAST = Column("last", "Đến ngày", cells.day, "Ngày cuối cùng; để trống nếu chưa có.", "31/12/2026", default=None)
OWN = ("Ông/bà không tự ghi, tự kéo dài vai trò, nhiệm vụ của chính mình. Hãy bỏ dòng này và đề nghị cán bộ tổ chức "
       "khác ghi.")  # fmt: skip
FIELD_COLUMNS = {"person": "code", "delegate": "code", "covers": "covers_unit"}
"""Where the refusal of a page belongs in the file, for fields that have no column of their name."""


@dataclass
class Facts:
    """What the checks of a new row ask about: the units in reach, people in reach with all their posts, the day, and
    who heads the units of the file, acting or by the post."""

    units: dict[str, Unit]
    people: dict[str, Person]
    posts: dict[int, list[Employment]]
    own: str
    today: date
    acting: dict[int, list[ActingHead]]
    holders: dict[int, list[Employment]]

    def heads(self, unit: Unit, on: date) -> list[Person]:
        """As `queries.head_ids`: who acts as head on that day, else who holds the post."""
        acting = [a.person for a in self.acting.get(unit.pk, ()) if Span(a.start, a.end).holds(on)]
        posts = [p.person for p in self.holders.get(unit.pk, ()) if Span(p.start, p.end).holds(on)]
        return sorted(set(acting or posts), key=lambda person: person.pk)

    def serving(self, person: Person, on: date) -> list[Employment]:
        """The posts that hold on that day."""
        return [p for p in self.posts.get(person.pk, ()) if Span(p.start, p.end).holds(on)]

    def unit(self, code: str, column: str) -> Unit:
        """A unit in reach. Raises Refusal."""
        if code not in self.units:
            words = f"Không có đơn vị mã “{code}” trong phạm vi ông/bà phụ trách. Hãy sửa mã."
            raise Refusal("cell", words, field=column)
        return self.units[code]

    def person(self, code: str, column: str) -> Person:
        """Somebody in reach. Raises Refusal."""
        if code not in self.people:
            words = f"Không có mã cán bộ “{code}” trong phạm vi ông/bà phụ trách. Hãy sửa mã, hoặc nhập người trước."
            raise Refusal("cell", words, field=column)
        return self.people[code]


@dataclass(frozen=True)
class Shape:
    """One of the lists. `person` is the field that names whose it is, `by` the one that says who wrote it; `values`
    reads a stored row as the columns are read, without name and last day. `alone` are the columns that name what nobody
    has twice at a time, where there are columns `apart` for any one of their codes. `closes(row, end, own, facts)` says
    why its last day may not become this one; `fresh` makes the rows of a new one after the checks of its page (raises
    Refusal)."""

    model: type[Any]
    person: str
    by: str
    related: tuple[str, ...]
    columns: tuple[Column, ...]
    values: Callable[[Any], dict[str, Any]]
    alone: tuple[str, ...]
    closes: Callable[[Any, date | None, bool, Facts], str]
    fresh: Callable[[Facts, Row, Unit, Person, Span], list[Any]]
    many: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that say which row it is."""
        return tuple(c.key for c in self.columns if c.key not in ("name", "last"))

    def whose(self, row: Any) -> Person:
        person: Person = getattr(row, self.person)
        return person


@dataclass
class Work:
    """What to write, and what stood in the units when it was planned."""

    shape: Shape
    units: set[int]
    stood: set[tuple[int, date | None]]
    new: list[list[Any]] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)


def _stored(shape: Shape, units: Iterable[int]) -> list[Any]:
    rows: QuerySet[Any] = shape.model.objects.select_related("unit", shape.person, *shape.related)
    return lookup(rows.prefetch_related(*shape.many), "unit_id", units)


def _by_unit(rows: QuerySet[Any], units: Iterable[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in lookup(rows, "unit_id", units):
        found.setdefault(row.unit_id, []).append(row)
    return found


def _codes(row: Row) -> Iterable[str]:
    for key in ("code", "covers_person", "people"):
        found = row.values.get(key) or ()
        yield from (found,) if isinstance(found, str) else found


class _Planner:
    """Builds the plan row by row; the stored state was read beforehand, in sets."""

    def __init__(self, shape: Shape, scope: Scope, rows: Sequence[Row]) -> None:
        self.shape, self.rows = shape, rows
        units: dict[str, Unit] = scope.data.units
        people = people_by_code(scope, {code for row in rows for code in _codes(row)})
        posts: dict[int, list[Employment]] = {}
        for post in lookup(Employment.objects.all(), "person_id", (p.pk for p in people.values())):
            posts.setdefault(post.person_id, []).append(post)
        named = {units[code].pk for row in rows if (code := row.values["unit"]) in units}
        acting = _by_unit(ActingHead.objects.select_related("person"), named)
        heads = Employment.objects.filter(leadership=Employment.Leadership.HEAD).select_related("person")
        own, today = scope.data.own, scope.data.today
        self.facts = Facts(units, people, posts, own, today, acting, _by_unit(heads, named))
        stored = _stored(shape, named)
        self.values = {one.pk: shape.values(one) for one in stored}
        self.stored = {self._key(self.values[one.pk]): one for one in stored}
        self.held: dict[tuple[Any, ...], list[Held]] = {}
        for one in stored:
            for held in self._held(self.values[one.pk]):
                held.append(Held(Span(one.start, one.end)))
        work = Work(shape, {one.unit_id for one in stored}, {(one.pk, one.end) for one in stored})
        self.plan: Plan[Work] = Plan([], [], work)
        self.seen: dict[tuple[Any, ...], int] = {}

    def _key(self, values: Any) -> tuple[Any, ...]:
        return tuple(values[name] for name in self.shape.named)

    def _held(self, values: Any) -> list[list[Held]]:
        """What is held beside a row with these values: once for each code of its scope."""
        alone = tuple(values[name] for name in self.shape.alone)
        scope = [(*alone, name, code) for name in self.shape.apart for code in values[name]]
        return [self.held.setdefault(key, []) for key in scope or [alone]]

    def problem(self, row: Row, key: str, words: str) -> None:
        known = {c.key: c.title for c in self.shape.columns}
        key = key if key in known else FIELD_COLUMNS.get(key, "code")
        self.plan.problems.append(Problem(row.number, known[key], row.texts.get(key, ""), words))

    def run(self) -> Plan[Work]:
        for row in self.rows:
            try:
                self._row(row)
            except Refusal as refusal:
                self.problem(row, refusal.field or "code", refusal.message)
        twice = {one.item.number: (one, other) for items in self.held.values() for one, other in collisions(items)}
        for one, other in twice.values():
            where = f"dòng {other.item.number}" if other.item else "dữ liệu đang có"
            words = f"Trùng thời gian với dòng cùng nội dung {dates(other.span)} ({where}). Hãy sửa ngày, hoặc ghi "
            self.problem(one.item, "start", f"{words}Đến ngày của dòng kia trước.")
        return self.plan

    def _row(self, row: Row) -> None:
        unit = self.facts.unit(row.values["unit"], "unit")
        span = Span(row.values["start"], end_from_last_day(row.values["last"]))
        key = self._key(row.values)
        if key in self.seen:
            raise Refusal("cell", f"Trùng với dòng {self.seen[key]}. Hãy xóa một dòng.")
        self.seen[key] = row.number
        same = self.stored.get(key)
        if same is not None and "last" not in row.texts:
            span = Span(same.start, same.end)
        if span.end is not None and span.end <= span.start:
            raise Refusal("cell", "Đến ngày trước Từ ngày. Hãy sửa lại một trong hai ngày.", field="last")
        person = self.shape.whose(same) if same is not None else self.facts.person(row.values["code"], "code")
        self._named(row, person)
        label = f"{person.full_name} ({person.code}), {self._said(row)}, {unit.name} {dates(span)}"
        if same is None:
            self._new(row, unit, person, span, label)
        elif same.end == span.end:
            self.plan.effects.append(Effect(row.number, UNCHANGED, label))
        else:
            self._moved(row, same, span, label)

    def _named(self, row: Row, person: Person) -> None:
        typed = row.values["name"]
        if typed and match_key(typed) != match_key(person.full_name):
            words = f"Mã {person.code} là của {person.full_name}. Hãy sửa mã hoặc họ tên cho khớp."
            raise Refusal("cell", words, field="name")

    def _said(self, row: Row) -> str:
        word = next(key for key in ("kind", "act", "field") if key in row.values)
        return str(row.texts.get(word) or row.values[word])

    def _new(self, row: Row, unit: Unit, person: Person, span: Span, label: str) -> None:
        if person.code == self.facts.own:
            raise Refusal("cell", OWN)
        made = self.shape.fresh(self.facts, row, unit, person, span)
        for held in self._held(row.values):
            held.append(Held(span, row))
        self.plan.work.units.add(unit.pk)
        self.plan.work.new.append(made)
        self.plan.effects.append(Effect(row.number, CREATED, label))

    def _moved(self, row: Row, same: Any, span: Span, label: str) -> None:
        wrong = self.shape.closes(same, span.end, self.shape.whose(same).code == self.facts.own, self.facts)
        if wrong:
            raise Refusal("cell", wrong, field="last")
        before = dates(Span(same.start, same.end))
        for held in self._held(self.values[same.pk]):
            held.remove(Held(Span(same.start, same.end)))
            held.append(Held(span))
        same.end = span.end
        self.plan.work.changed.append(same)
        self.plan.effects.append(Effect(row.number, CHANGED, f"{label} (trước đây {before})"))


def planner(shape: Shape) -> Callable[[Scope, Sequence[Row]], Plan[Work]]:
    """How one of the lists is planned: in as many queries for any number of rows."""

    def plan(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
        return _Planner(shape, scope, rows).run()

    return plan


def write(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """New rows and moved last days, in sets. Raises Conflict where somebody wrote in the units meanwhile."""
    work = plan.work
    model = work.shape.model
    hold(Person.objects.all(), values={getattr(made[0], f"{work.shape.person}_id") for made in work.new})
    hold(Unit.objects.all(), values=work.units)
    now = lookup(model.objects.all(), "unit_id", work.units)
    if any((one.pk, one.end) not in work.stood for one in now):
        raise Conflict("Có người vừa ghi ở đơn vị có trong tệp này. Hãy tải tệp lên lại để xem trước.")
    for made in work.new:
        setattr(made[0], work.shape.by, by)
    model.objects.bulk_create([made[0] for made in work.new], batch_size=500)
    covers = [cover for made in work.new for cover in made[1:]]
    if covers:
        type(covers[0]).objects.bulk_create(covers, batch_size=500)
    model.objects.bulk_update(work.changed, ["end"], batch_size=500)
    return [*(made[0] for made in work.new), *covers, *work.changed]


def _texts(row: Any, values: dict[str, Any]) -> dict[str, str]:
    """The values of a stored row as a person writes them."""
    said = {}
    for key, value in values.items():
        if isinstance(value, date):
            said[key] = day_text(value)
        elif isinstance(value, tuple):
            said[key] = "; ".join(value)
        else:
            said[key] = str(getattr(row, f"get_{key}_display")()) if key in ("kind", "act") else value
    return said


def exporter(shape: Shape) -> Callable[[Scope, datetime, str], Iterable[Sequence[str]]]:
    """The rows over the units of the scope that have not ended, by unit, person and day."""

    def rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
        day = day_of(at)
        found = [one for one in _stored(shape, [u.pk for u in scope.data.units.values()]) if _goes_on(one.end, day)]
        for one in sorted(found, key=lambda one: (one.unit.code, shape.whose(one).code, one.start, one.pk)):
            said = _texts(one, shape.values(one))
            said |= {"name": shape.whose(one).full_name, "last": day_text(last_day(one.end))}
            yield tuple(said[column.key] for column in shape.columns)

    return rows


def _goes_on(end: date | None, day: date) -> bool:
    return end is None or end > day
