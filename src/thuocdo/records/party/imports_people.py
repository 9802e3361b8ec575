"""Who is a member of which cell, who sits on which committee, who is in which standing: three lists of one shape.

A row says a person, what it is about (a cell, a committee, a standing) and from when to when. A row with the same
person, subject and first day is the stored one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Column,
    Effect,
    Plan,
    Problem,
    Row,
    Scope,
    Spec,
    Undo,
)
from thuocdo.intake.written import day_text
from thuocdo.kernel.periods import Span
from thuocdo.organisation.access import day_of
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.holding import hold, hold_people
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import Held, collisions, dates, lookup
from thuocdo.organisation.models import Person
from thuocdo.organisation.people_reach import people_by_code
from thuocdo.organisation.rules import end_from_last_day, last_day
from thuocdo.records.party.models import CommitteeSeat, PartyMembership, PartyOrganisation, PartyStanding

Work = tuple[list[Any], list[Any]]
PERSON = Column("code", "Mã cán bộ", cells.code, "Hãy ghi mã cán bộ đã có trong danh sách người.", "CC001", needed=True)
START = Column("start", "Từ ngày", cells.day, "Hãy ghi ngày bắt đầu.", "01/07/2025", needed=True)
LAST = Column("last", "Đến ngày", cells.day, "Ngày cuối cùng; để trống nếu đang tiếp tục.", "31/12/2026", default=None)


@dataclass(frozen=True)
class Shape:
    """One of the lists. `place` is the field that says what a row is about, `more` the fields that may change.

    `alone`: fields that, with the person, name what nobody has twice at a time. `wrong(row, place)` is the column and
    sentence of what stops a row. `withdraws`: a row may say why the stored one was a mistake.
    """

    model: type[Any]
    place: str
    more: tuple[str, ...]
    alone: tuple[str, ...]
    wrong: Callable[[Row, Any], tuple[str, str] | None]
    withdraws: bool = False

    @property
    def rows(self) -> QuerySet[Any]:
        """Those of the list: what was withdrawn as a mistake is none of them."""
        found: QuerySet[Any] = self.model.objects.all()
        return found.filter(withdrawn_at=None) if self.withdraws else found


def organisations_in(scope: Scope) -> QuerySet[PartyOrganisation]:
    """The Party organisations that stand beside the units of the scope."""
    return PartyOrganisation.objects.filter(unit__in=[unit.pk for unit in scope.data.units.values()])


@dataclass
class _Planner:
    shape: Shape
    scope: Scope
    plan: Plan[Work]
    people: dict[str, Person]
    organisations: dict[str, PartyOrganisation]
    stored: dict[tuple[int, Any, date], Any]
    held: dict[tuple[Any, ...], list[Held]]
    named: set[int] = field(default_factory=set)

    def problem(self, row: Row, column: Column, words: str) -> None:
        self.plan.problems.append(Problem(row.number, column.title, row.texts.get(column.key, ""), words))

    def run(self, rows: Sequence[Row]) -> Plan[Work]:
        for row in rows:
            self._row(row)
        self._overlaps()
        return self.plan

    def _row(self, row: Row) -> None:
        person = self.people.get(row.values["code"])
        if person is None:
            words = f"Không có mã cán bộ “{row.values['code']}” trong phạm vi ông/bà phụ trách. Hãy sửa mã."
            self.problem(row, PERSON, words)
            return
        place: Any = row.values[self.shape.place]
        if self.shape.place == "organisation":
            place = self.organisations.get(place)
            if place is None:
                words = (
                    f"Không có tổ chức đảng “{row.values['organisation']}” trong phạm vi. Hãy sửa mã hoặc nhập trước."
                )
                self.problem(row, ORGANISATION, words)
                return
        span = Span(row.values["start"], end_from_last_day(row.values["last"]))
        if span.end is not None and span.end <= span.start:
            self.problem(row, LAST, "Đến ngày trước Từ ngày. Hãy sửa lại một trong hai ngày.")
            return
        wrong = self.shape.wrong(row, place)
        if wrong is not None:
            self.plan.problems.append(Problem(row.number, wrong[0], row.texts.get("organisation", ""), wrong[1]))
            return
        self._effect(row, person, place, span)

    def _effect(self, row: Row, person: Person, place: Any, span: Span) -> None:
        values = {name: row.values[name] for name in self.shape.more} | {"end": span.end}
        key = (person.pk, getattr(place, "pk", place), span.start)
        label = f"{person.full_name} ({person.code}): {_named(self.shape, place)} {dates(span)}"
        same = self.stored.get(key)
        if self.shape.withdraws and row.values["withdrawn"]:
            self._withdrawn(row, same, label)
            return
        fresh = self.shape.model(person=person, start=span.start, **{self.shape.place: place}, **values)
        alone = (person.pk, *(str(getattr(fresh, name)) for name in self.shape.alone))
        self.held.setdefault(alone, []).append(Held(span, row))
        if same is None:
            self.plan.work[0].append(fresh)
            self.plan.effects.append(Effect(row.number, CREATED, label))
            return
        self.named.add(same.pk)
        if any(getattr(same, name) != value for name, value in values.items()):
            before = dates(Span(same.start, same.end))
            for name, value in values.items():
                setattr(same, name, value)
            self.plan.work[1].append(same)
            self.plan.effects.append(Effect(row.number, CHANGED, f"{label} (trước đây {before})"))
        else:
            self.plan.effects.append(Effect(row.number, UNCHANGED, label))

    def _withdrawn(self, row: Row, same: Any, label: str) -> None:
        if same is None:
            words = "Chưa có tình trạng này từ ngày ấy để rút lại. Hãy để trống ô này, hoặc sửa Từ ngày."
            self.problem(row, WITHDRAWN, words)
            return
        self.named.add(same.pk)
        same.withdrawn_reason = row.values["withdrawn"]
        self.plan.work[1].append(same)
        self.plan.effects.append(Effect(row.number, CHANGED, f"{label}: rút lại vì ghi nhầm"))

    def _overlaps(self) -> None:
        stored: dict[tuple[Any, ...], list[Any]] = {}
        for row in self.stored.values():
            key = (row.person_id, *(str(getattr(row, name)) for name in self.shape.alone))
            stored.setdefault(key, []).append(row)
        for key, items in self.held.items():
            others = [Held(Span(r.start, r.end)) for r in stored.get(key, ()) if r.pk not in self.named]
            for one, other in collisions([*items, *others]):
                where = f"dòng {other.item.number}" if other.item else "dữ liệu đang có"
                words = f"Trùng thời gian {dates(other.span)} ({where}). Hãy sửa ngày hoặc xóa dòng trùng."
                self.problem(one.item, START, words)


def _named(shape: Shape, place: Any) -> str:
    return place.name if isinstance(place, PartyOrganisation) else str(shape.model.Kind(place).label)


def planner(shape: Shape) -> Callable[[Scope, Sequence[Row]], Plan[Work]]:
    """How one of the lists is planned: four queries, whatever the number of rows."""

    def plan(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
        people = people_by_code(scope, (row.values["code"] for row in rows))
        stored = lookup(shape.rows, "person_id", (person.pk for person in people.values()))
        place = f"{shape.place}_id" if shape.place == "organisation" else shape.place
        return _Planner(
            shape, scope, Plan([], [], ([], [])), people,
            {one.code.upper(): one for one in organisations_in(scope)},
            {(row.person_id, getattr(row, place), row.start): row for row in stored}, {},
        ).run(rows)  # fmt: skip

    return plan


def writer(shape: Shape) -> Callable[[Plan[Work], User | None, datetime], list[Model]]:
    """How one of the lists is written: two statements, whatever the number of rows."""

    def write(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
        new, changed = plan.work
        shape.model.objects.bulk_create(new, batch_size=500)
        fields = [*shape.more, "end"]
        if shape.withdraws:
            fields += ["withdrawn_at", "withdrawn_by", "withdrawn_reason"]
            for row in changed:
                if row.withdrawn_reason:
                    row.withdrawn_at, row.withdrawn_by = at, by
        shape.model.objects.bulk_update(changed, fields, batch_size=500)
        return [*new, *changed]

    return write


def remover(shape: Shape) -> Callable[[Scope, Sequence[tuple[str, ...]], User | None, datetime], list[Model]]:
    """How rows that an import added go again: they were never true. Three queries."""

    def remove(scope: Scope, keys: Sequence[tuple[str, ...]], by: User | None, at: datetime) -> list[Model]:
        people = people_by_code(scope, (code for code, _, _ in keys))
        found = lookup(shape.rows, "person_id", (person.pk for person in people.values()))
        codes = {person.pk: code for code, person in people.items()}
        places = {one.pk: one.code for one in organisations_in(scope)} if shape.place == "organisation" else None
        named = set(keys)

        def key(row: Any) -> tuple[str, ...]:
            place = str(row.get_kind_display()) if places is None else places.get(row.organisation_id, "")
            return (codes[row.person_id], place, day_text(row.start))

        gone = [row for row in found if key(row) in named]
        shape.model.objects.filter(pk__in=[row.pk for row in gone]).delete()
        return gone

    return remove


def exporter(shape: Shape, texts: Callable[[Any], Sequence[str]]) -> Callable[..., Iterable[Sequence[str]]]:
    """The rows that go on, of people with a post in the scope, by code and day."""

    def rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
        day = day_of(at)
        going_on = Q(end__isnull=True) | Q(end__gt=day)
        units = [unit.pk for unit in scope.data.units.values()]
        found = shape.rows.filter(going_on, pk__in=_reached(shape, units, day)).select_related("person")
        if shape.place == "organisation":
            found = found.select_related("organisation")
        for row in sorted(found, key=lambda r: (r.person.code, r.start, r.pk)):
            until = day_text(last_day(row.end)), *[""] * shape.withdraws
            yield (row.person.code, *texts(row), day_text(row.start), *until)

    return rows


def _reached(shape: Shape, units: Sequence[int], day: date) -> list[int]:
    posts = Q(person__employments__end__isnull=True) | Q(person__employments__end__gt=day)
    people = shape.model.objects.filter(posts, person__employments__unit__in=units)
    if shape.place == "organisation":
        people = people.filter(organisation__unit__in=units)
    return list(people.values_list("pk", flat=True).distinct())


ORGANISATION = Column(
    "organisation", "Mã tổ chức đảng", cells.code, "Hãy ghi mã tổ chức đảng đã nhập.", "CB-VP", needed=True
)
ADMITTED = Column("admitted", "Ngày kết nạp", cells.day, "Hãy ghi ngày kết nạp vào Đảng.", "03/02/2015", needed=True)
ROLE = Column(
    "role", "Chức vụ", cells.choice({label: value for value, label in CommitteeSeat.Role.choices}),
    f"Hãy ghi: {', '.join(CommitteeSeat.Role.labels)}.", "bí thư", needed=True, width=26,
)  # fmt: skip
KIND = Column(
    "kind", "Tình trạng", cells.choice({label: value for value, label in PartyStanding.Kind.choices}),
    f"Hãy ghi: {', '.join(PartyStanding.Kind.labels)}.", "đình chỉ sinh hoạt đảng", needed=True, width=34,
)  # fmt: skip
WITHDRAWN = Column(
    "withdrawn", "Rút lại vì ghi nhầm: lý do", cells.text(500),
    "Chỉ ghi khi dòng này đã ghi nhầm: tình trạng thôi được tính, lý do được giữ lại.", "Ghi nhầm người", default="",
    width=34,
)  # fmt: skip


def _in_a_cell(row: Row, place: PartyOrganisation) -> tuple[str, str] | None:
    if not place.is_cell:
        return ORGANISATION.title, f"“{place.name}” không phải chi bộ: đảng viên sinh hoạt ở chi bộ. Hãy ghi mã chi bộ."
    if row.values["admitted"] > row.values["start"]:
        return ADMITTED.title, "Ngày kết nạp sau ngày bắt đầu sinh hoạt. Hãy sửa lại một trong hai ngày."
    return None


def _nothing(row: Row, place: Any) -> None:
    return None


MEMBERSHIP = Shape(PartyMembership, "organisation", ("admitted",), (), _in_a_cell)
SEAT = Shape(CommitteeSeat, "organisation", ("role",), ("organisation_id",), _nothing)
STANDING = Shape(PartyStanding, "kind", (), ("kind",), _nothing, withdraws=True)


def _spec(shape: Shape, kind: str, title: str, about: str, columns: tuple[Column, ...], order: int, out: Any) -> Spec:
    return Spec(
        kind=kind,
        title=title,
        about=about,
        columns=columns,
        scope=officer_scope,
        plan=planner(shape),
        write=writer(shape),
        hold=lambda keys: hold(shape.rows, "person_id", hold_people({key[0] for key in keys})),
        order=order,
        export=exporter(shape, out),
        keys=("code", shape.place, "start"),
        similar=similar_codes,
        undo=Undo(lambda scope, keys: {}, remover(shape), deletes=True),
    )


MEMBERS = _spec(
    MEMBERSHIP, "party-members", "Đảng viên",
    "Mỗi dòng là thời gian một đảng viên sinh hoạt ở một chi bộ. Không ghi gì khác về người đó.",
    (PERSON, ORGANISATION, ADMITTED, START, LAST), 6, lambda row: (row.organisation.code, day_text(row.admitted)),
)  # fmt: skip
SEATS = _spec(
    SEAT, "party-seats", "Cấp ủy viên",
    "Mỗi dòng là một người trong một cấp ủy: bí thư, phó bí thư, ủy viên ban thường vụ hoặc cấp ủy viên.",
    (PERSON, ORGANISATION, ROLE, START, LAST), 7,
    lambda row: (row.organisation.code, CommitteeSeat.Role(row.role).label),
)  # fmt: skip
STANDINGS = _spec(
    STANDING, "party-standings", "Tình trạng sinh hoạt đảng",
    "Chỉ ghi tình trạng mà quy định kiểm điểm, xếp loại hỏi đến, và ai là cán bộ chủ chốt; không ghi lý do.",
    (PERSON, KIND, START, LAST, WITHDRAWN), 8, lambda row: (PartyStanding.Kind(row.kind).label,),
)  # fmt: skip
