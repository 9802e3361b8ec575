"""The list of Party organisations as XLSX: what each is, beside which unit, directly under which other one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model, Q

from thuocdo.accounts.models import User
from thuocdo.intake import cells
from thuocdo.intake.specs import (
    CHANGED,
    CREATED,
    KEPT_ADDED,
    UNCHANGED,
    Column,
    Effect,
    Plan,
    Problem,
    Row,
    Scope,
    Spec,
)
from thuocdo.intake.written import day_text
from thuocdo.kernel.periods import Span
from thuocdo.organisation.access import day_of
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.holding import hold
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_plan import dates, lookup
from thuocdo.organisation.rules import end_from_last_day, last_day
from thuocdo.records.party.imports_people import organisations_in
from thuocdo.records.party.models import CELLS, PartyLink, PartyOrganisation

HEAD_HINT = "Ghi đúng như văn bản của tổ chức đảng; bỏ cột này thì giữ như đang có."
COLUMNS = (
    Column("code", "Mã tổ chức đảng", cells.code, "Hãy ghi mã riêng của tổ chức đảng.", "CB-VP", needed=True),
    Column("name", "Tên tổ chức đảng", cells.text(200), "Hãy ghi tên đầy đủ.", "Chi bộ Văn phòng", needed=True,
           width=40),
    Column(
        "kind", "Loại", cells.choice({label: value for value, label in PartyOrganisation.Kind.choices}),
        f"Hãy ghi: {', '.join(PartyOrganisation.Kind.labels)}.", "chi bộ trực thuộc", needed=True, width=34,
    ),
    Column("parent", "Mã tổ chức đảng cấp trên", cells.code,
           "Có sẵn hoặc ở dòng khác của tệp; để trống ở tổ chức đảng cao nhất.", "DB-PHUONG", width=26),
    Column("unit", "Mã đơn vị", cells.code, "Đơn vị mà tổ chức đảng này ở bên cạnh.", "UBND-VP", needed=True),
    Column("start", "Từ ngày", cells.day,
           "Ngày thành lập; với tổ chức đã có, ngày chuyển về tổ chức đảng cấp trên mới.", "01/07/2025", needed=True),
    Column("last", "Đến ngày", cells.day, "Ngày hoạt động cuối cùng; để trống nếu đang hoạt động.", "31/12/2026",
           default=None),
    Column("paper_above", "Dòng trên bên trái văn bản", cells.text(160), HEAD_HINT, "ĐẢNG BỘ THÀNH PHỐ", width=30),
    Column("paper_name", "Tên ghi trên văn bản", cells.text(160), f"{HEAD_HINT} Trống là tên tổ chức đảng.",
           "CHI BỘ VĂN PHÒNG", width=30),
    Column("heading", "Tiêu đề bên phải văn bản", cells.text(160), f"{HEAD_HINT} Trống là tiêu đề của cấp trên.", "",
           width=36),
)  # fmt: skip
HEAD = ("paper_above", "paper_name", "heading")
"""What papers say at their head (`letterheads`): kept as it is where the file has no such column."""


@dataclass
class Work:
    """What is written, in this order; `links` names the child and the parent by code."""

    new: list[PartyOrganisation] = field(default_factory=list)
    changed: list[PartyOrganisation] = field(default_factory=list)
    ended: list[PartyLink] = field(default_factory=list)
    links: list[tuple[str, str, Row]] = field(default_factory=list)
    known: dict[str, PartyOrganisation] = field(default_factory=dict)


@dataclass
class _Planner:
    scope: Scope
    plan: Plan[Work]
    inside: frozenset[int]
    links: dict[int, PartyLink]
    parents: dict[str, str]

    def problem(self, row: Row, key: str, words: str) -> None:
        column = next(one for one in COLUMNS if one.key == key)
        self.plan.problems.append(Problem(row.number, column.title, row.texts.get(key, ""), words))

    def wrong(self, row: Row, kinds: dict[str, str]) -> bool:
        """Whether a row was refused: unit, dates, the organisation above."""
        values, before = row.values, len(self.plan.problems)
        stored = self.plan.work.known.get(values["code"])
        unit = self.scope.data.units.get(values["unit"])
        if unit is None or (stored is not None and stored.pk not in self.inside):
            self.problem(row, "unit", f"Không có đơn vị “{values['unit']}” trong phạm vi ông/bà phụ trách. Hãy sửa mã.")
        end = end_from_last_day(values["last"])
        if end is not None and end <= values["start"]:
            self.problem(row, "last", "Đến ngày trước Từ ngày. Hãy sửa lại một trong hai ngày.")
        parent = values["parent"]
        if parent and parent not in kinds:
            self.problem(row, "parent", f"Không có tổ chức đảng “{parent}”. Hãy sửa mã, hoặc thêm dòng của tổ chức đó.")
        elif parent and kinds[parent] in CELLS:
            self.problem(row, "parent", "Chi bộ không có tổ chức đảng trực thuộc. Hãy ghi mã của đảng bộ.")
        elif self._ring(values["code"]):
            self.problem(row, "parent", "Các tổ chức đảng thuộc lẫn nhau thành vòng. Hãy sửa cấp trên.")
        elif stored is not None:
            self._dates(row, stored)
        return len(self.plan.problems) > before

    def _ring(self, code: str) -> bool:
        seen, here = {code}, self.parents.get(code, "")
        while here and here not in seen:
            seen.add(here)
            here = self.parents.get(here, "")
        return here == code

    def _dates(self, row: Row, stored: PartyOrganisation) -> None:
        link = self.links.get(stored.pk)
        if link is None:
            return
        since, moves = link.start, link.parent.code != row.values["parent"]
        if moves and not row.values["parent"]:
            self.problem(row, "parent", f"“{stored.name}” đang thuộc “{link.parent.name}”. Hãy ghi tổ chức cấp trên.")
        elif moves and row.values["start"] <= since:
            self.problem(row, "start", f"Ngày chuyển phải sau ngày về cấp trên hiện nay ({since:%d/%m/%Y}).")
        elif not moves and row.values["start"] != since:
            self.problem(row, "start", f"Cấp trên không đổi thì giữ nguyên Từ ngày {since:%d/%m/%Y}.")

    def take(self, row: Row) -> None:
        """The effect of a row that is right."""
        values, work = row.values, self.plan.work
        unit, end = self.scope.data.units[values["unit"]], end_from_last_day(values["last"])
        label = f"{values['name']} ({values['code']})"
        head = {name: values[name] for name in HEAD if name in row.texts}
        stored = work.known.get(values["code"])
        if stored is None:
            fresh = PartyOrganisation(
                code=values["code"], name=values["name"], kind=values["kind"], unit=unit, start=values["start"],
                end=end, **head,
            )  # fmt: skip
            work.new.append(fresh)
            if values["parent"]:
                work.links.append((values["code"], values["parent"], row))
            self.plan.effects.append(Effect(row.number, CREATED, f"{label} {dates(Span(fresh.start, end))}"))
            return
        link = self.links.get(stored.pk)
        moved = bool(values["parent"]) and (link is None or link.parent.code != values["parent"])
        after = {"name": values["name"], "kind": values["kind"], "unit_id": unit.pk, "end": end} | head
        changed = any(getattr(stored, name) != value for name, value in after.items())
        if moved and link is not None:
            link.end = values["start"]
            work.ended.append(link)
        if moved:
            work.links.append((values["code"], values["parent"], row))
        if changed:
            for name, value in after.items():
                setattr(stored, name, value)
            work.changed.append(stored)
        self.plan.effects.append(Effect(row.number, CHANGED if changed or moved else UNCHANGED, label))


def plan_organisations(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems of a list of Party organisations. Three queries."""
    named = {row.values["code"] for row in rows} | {row.values["parent"] for row in rows if row.values["parent"]}
    work = Work(known={one.code: one for one in lookup(PartyOrganisation.objects.all(), "code", named)})
    going_on = PartyLink.objects.filter(end__isnull=True).select_related("child", "parent")
    links = {link.child_id: link for link in going_on}
    parents = {link.child.code: link.parent.code for link in links.values()}
    parents |= {row.values["code"]: row.values["parent"] for row in rows}
    kinds = {code: one.kind for code, one in work.known.items()} | {r.values["code"]: r.values["kind"] for r in rows}
    inside = frozenset(organisations_in(scope).values_list("pk", flat=True))
    planner = _Planner(scope, Plan([], [], work), inside, links, parents)
    seen: set[str] = set()
    for row in rows:
        if row.values["code"] in seen:
            planner.problem(row, "code", "Mã này đã ở một dòng trên. Hãy xóa dòng trùng.")
        elif not planner.wrong(row, kinds):
            planner.take(row)
        seen.add(row.values["code"])
    return planner.plan


def write_organisations(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """Four statements, whatever the number of rows."""
    work = plan.work
    PartyOrganisation.objects.bulk_create(work.new, batch_size=500)
    PartyOrganisation.objects.bulk_update(work.changed, ["name", "kind", "unit", "end", *HEAD], batch_size=500)
    PartyLink.objects.bulk_update(work.ended, ["end"], batch_size=500)
    known = work.known | {one.code: one for one in work.new}
    links = [
        PartyLink(child=known[child], parent=known[parent], start=row.values["start"])
        for child, parent, row in work.links
    ]
    PartyLink.objects.bulk_create(links, batch_size=500)
    return [*work.new, *work.changed, *work.ended, *links]


def organisation_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """The Party organisations of the scope that go on, by code. Two queries."""
    going_on = Q(end__isnull=True) | Q(end__gt=day_of(at))
    found = list(organisations_in(scope).filter(going_on).select_related("unit").order_by("code"))
    open_links = PartyLink.objects.filter(end__isnull=True).select_related("parent")
    links = {link.child_id: link for link in lookup(open_links, "child_id", (one.pk for one in found))}
    for one in found:
        link = links.get(one.pk)
        above, since = (link.parent.code, link.start) if link else ("", one.start)
        kind = PartyOrganisation.Kind(one.kind).label
        head = (getattr(one, name) for name in HEAD)
        yield one.code, one.name, kind, above, one.unit.code, day_text(since), day_text(last_day(one.end)), *head


ORGANISATIONS = Spec(
    kind="party-organisations",
    title="Tổ chức đảng",
    about="Mỗi dòng là một đảng bộ hoặc chi bộ, bên cạnh một đơn vị. Tổ chức cấp trên có thể ở dòng bất kỳ của tệp.",
    columns=COLUMNS,
    scope=officer_scope,
    plan=plan_organisations,
    write=write_organisations,
    hold=lambda keys: hold(PartyOrganisation.objects.all(), "code", {key[0] for key in keys}),
    order=5,
    export=organisation_rows,
    keys=("code",),
    similar=similar_codes,
    undo=KEPT_ADDED,
)
