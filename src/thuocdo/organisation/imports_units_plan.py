"""What importing a list of units would do. Everything is read in sets; nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from thuocdo.intake.specs import CHANGED, CREATED, UNCHANGED, Effect, Plan, Problem, Row, Scope
from thuocdo.kernel.periods import Span
from thuocdo.organisation.models import Employment, Unit, UnitLink
from thuocdo.organisation.rules import MAX_DEPTH, end_from_last_day, last_day

MOST_HINTS = 100
Tree = UnitLink.Tree
TITLES = {Tree.STRUCTURE: "Mã đơn vị cấp trên", Tree.MANAGEMENT: "Mã cơ quan quản lý công chức"}
KEYS = {Tree.STRUCTURE: "parent", Tree.MANAGEMENT: "manager"}
WORDS = {Tree.STRUCTURE: "Đơn vị cấp trên", Tree.MANAGEMENT: "Cơ quan quản lý công chức"}


@dataclass(frozen=True)
class Below:
    """The root of an import, every unit of the installation by code in capitals, and the ids below the
    root.
    """

    root: Unit
    known: dict[str, Unit]
    inside: set[int]
    links: list[UnitLink]


def tree_below(root: Unit, day: date) -> Below:
    """Units under the root on that day or by a link that begins later. Two queries."""
    links = list(UnitLink.objects.order_by("start", "pk"))
    under: dict[int, list[int]] = {}
    for link in links:
        if link.tree == Tree.STRUCTURE and (link.end is None or link.end > day):
            under.setdefault(link.parent_id, []).append(link.child_id)
    inside, queue = set(), [root.pk]
    while queue:
        here = queue.pop()
        if here not in inside:
            inside.add(here)
            queue.extend(under.get(here, ()))
    return Below(root, {u.code.upper(): u for u in Unit.objects.all()}, inside, links)


@dataclass
class Place:
    """Where a unit of the file belongs in one tree from `start`: a new link, or a stored one put right.

    `ends` is the link that ends on that day; `above` None only ends it. `unit` is the unit above where it is
    stored already.
    """

    tree: str
    above: str | None
    start: date
    unit: Unit | None = None
    mends: UnitLink | None = None
    ends: UnitLink | None = None


@dataclass
class UnitEntry:
    """One unit of the file: the stored unit (None: new), what it will hold, and its new places."""

    row: Row
    code: str
    stored: Unit | None
    values: dict[str, Any]
    places: list[Place] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the unit's own columns differ from what is stored."""
        return self.stored is None or any(getattr(self.stored, k) != v for k, v in self.values.items())


@dataclass(frozen=True)
class Held:
    """One link of a child in one tree after the import: span and the code above."""

    span: Span
    above: str


class UnitPlanner:
    """Builds the plan row by row; the stored tree was read beforehand."""

    def __init__(self, scope: Scope, rows: Sequence[Row]) -> None:
        self.below: Below = scope.data
        self.rows = rows
        self.entries: dict[str, UnitEntry] = {}
        self.problems: list[Problem] = []
        self.codes = {u.pk: code for code, u in self.below.known.items()}
        self.root = self.below.root.code.upper()
        self.links: dict[tuple[str, int], list[UnitLink]] = {}
        for link in self.below.links:
            self.links.setdefault((link.tree, link.child_id), []).append(link)

    def problem(self, row: Row, key: str, title: str, message: str) -> None:
        self.problems.append(Problem(row.number, title, row.texts.get(key, ""), message))

    def run(self) -> Plan[list[UnitEntry]]:
        for row in self.rows:
            self._enter(row)
        for entry in self.entries.values():
            self._structure(entry)
            self._management(entry)
        for tree in Tree:
            self._check_loops(tree)
        self._check_endings()
        return Plan([self._effect(e) for e in self.entries.values()], self.problems,
                    list(self.entries.values()))

    def _enter(self, row: Row) -> None:
        code, stored = row.values["code"], self.below.known.get(row.values["code"])
        twin = self.entries.get(code)
        if twin is not None:
            self.problem(row, "code", "Mã đơn vị", f"Mã {code} trùng với dòng {twin.row.number}. Hãy xóa một "
                                                   "dòng, hoặc sửa mã nếu là đơn vị khác.")
            return
        if stored is not None and stored.pk not in self.below.inside:
            self.problem(row, "code", "Mã đơn vị", f"Mã {code} đã dùng cho một đơn vị ngoài phạm vi ông/bà "
                                                   "phụ trách. Hãy dùng mã khác.")
            return
        values = {k: row.values[k] for k in ("name", "kind", "order")
                  if stored is None or k in row.texts}
        start, end = row.values["start"], end_from_last_day(row.values["last"])
        if stored is None:
            values["start"] = start
        elif start < stored.start:
            self.problem(row, "start", "Từ ngày", f"{stored.name} bắt đầu từ {stored.start:%d/%m/%Y}. Hãy ghi "
                                                  "ngày đó hoặc ngày muộn hơn.")
        if stored is None or "last" in row.texts:
            values["end"] = end
            if end is not None and end <= start:
                self.problem(row, "last", "Đến ngày", "Đến ngày trước Từ ngày. Hãy sửa lại một trong hai "
                                                      "ngày.")
        self.entries[code] = UnitEntry(row, code, stored, values)

    def _structure(self, entry: UnitEntry) -> None:
        row, code = entry.row, entry.row.values["parent"]
        if entry.code == self.root:
            self._root(entry)
        elif not code:
            if "parent" in row.texts or entry.stored is None:
                self.problem(row, "parent", TITLES[Tree.STRUCTURE],
                             "Chưa ghi đơn vị cấp trên. Hãy ghi mã đơn vị mà đơn vị này thuộc về.")
        elif code not in self.entries and not self._inside(code):
            self.problem(row, "parent", TITLES[Tree.STRUCTURE],
                         f"Không có đơn vị mã “{code}” trong phạm vi ông/bà phụ trách hoặc trong tệp."
                         f"{self._near(code)} Hãy sửa mã, hoặc thêm dòng cho đơn vị đó.")
        else:
            self._place(entry, Tree.STRUCTURE, code)

    def _root(self, entry: UnitEntry) -> None:
        code = entry.row.values["parent"]
        held = self._held(Tree.STRUCTURE, entry, entry.row.values["start"])
        if code and (held is None or self.codes[held.parent_id] != code):
            self.problem(entry.row, "parent", TITLES[Tree.STRUCTURE],
                         "Đây là đơn vị ông/bà phụ trách; nơi nó thuộc về do người quản trị cài đặt ghi. Hãy "
                         "để trống ô này.")
        assert entry.stored is not None, "the root is stored"
        if entry.values.pop("end", entry.stored.end) != entry.stored.end:
            self.problem(entry.row, "last", "Đến ngày",
                         "Đây là đơn vị ông/bà phụ trách; việc kết thúc do người quản trị cài đặt ghi. Hãy để "
                         "trống ô này.")

    def _management(self, entry: UnitEntry) -> None:
        row, code = entry.row, entry.row.values["manager"]
        if "manager" not in row.texts:
            return
        if code and code not in self.entries and code not in self.below.known:
            self.problem(row, "manager", TITLES[Tree.MANAGEMENT],
                         f"Không có đơn vị mã “{code}”.{self._near(code)} Hãy sửa mã, hoặc thêm dòng cho cơ "
                         "quan đó.")
        elif code and self._kind(code) != Unit.Kind.AGENCY:
            self.problem(row, "manager", TITLES[Tree.MANAGEMENT],
                         f"“{code}” không phải là cơ quan, nên không quản lý công chức. Hãy ghi mã một cơ "
                         "quan.")
        else:
            self._place(entry, Tree.MANAGEMENT, code)

    def _inside(self, code: str) -> bool:
        unit = self.below.known.get(code)
        return unit is not None and unit.pk in self.below.inside

    def _kind(self, code: str) -> str:
        entry = self.entries.get(code)
        kind = entry.values.get("kind") if entry else None
        return str(kind or self.below.known[code].kind)

    def _near(self, code: str) -> str:
        if len(self.problems) > MOST_HINTS:
            return ""
        inside = [c for c, u in self.below.known.items() if u.pk in self.below.inside]
        near = get_close_matches(code, [*inside, *self.entries], n=1)
        return f" Có phải “{near[0]}”?" if near else ""

    def _held(self, tree: str, entry: UnitEntry, on: date) -> UnitLink | None:
        links = self.links.get((tree, entry.stored.pk), []) if entry.stored else []
        return next((link for link in links if Span(link.start, link.end).holds(on)), None)

    def _place(self, entry: UnitEntry, tree: str, code: str) -> None:
        """A new place from the row's day; the one before ends there, one of the same day is put right."""
        row, start = entry.row, entry.row.values["start"]
        held = self._held(tree, entry, start)
        above = self.codes[held.parent_id] if held else ""
        if above == code:
            return
        links = self.links.get((tree, entry.stored.pk), []) if entry.stored else []
        later = next((link for link in links if link.start > start), None)
        if later is not None:
            self.problem(row, "start", "Từ ngày", f"Đã ghi {WORDS[Tree(tree)].lower()} khác từ "
                         f"{later.start:%d/%m/%Y}. Hãy ghi ngày muộn hơn.")
        elif held is not None and held.start == start and not code:
            self.problem(row, KEYS[Tree(tree)], TITLES[Tree(tree)],
                         "Không bỏ trống từ chính ngày bắt đầu được. Hãy ghi mã đúng, hoặc ghi Từ ngày muộn "
                         "hơn.")
        elif held is not None and held.start == start:
            entry.places.append(Place(tree, code, start, self.below.known.get(code), mends=held))
        else:
            entry.places.append(Place(tree, code or None, start, self.below.known.get(code), ends=held))

    def _check_loops(self, tree: str) -> None:
        """No unit above itself, on the day its new place begins or in the end."""
        held = self._after(tree)
        for entry in self.entries.values():
            placed = [p for p in entry.places if p.tree == tree and p.above]
            for place in placed:
                message = next((m for on in (place.start, date.max) if (m := _walk(held, entry.code, on))),
                               "")
                if message:
                    self.problem(entry.row, KEYS[Tree(tree)], TITLES[Tree(tree)], message)

    def _after(self, tree: str) -> dict[str, list[Held]]:
        """Every link of one tree as it would be after the import, by child code."""
        replaced = {p.mends.pk for e in self.entries.values() for p in e.places if p.mends}
        ended = {p.ends.pk: p.start for e in self.entries.values() for p in e.places if p.ends}
        held: dict[str, list[Held]] = {}
        for link in self.below.links:
            if link.tree == tree and link.pk not in replaced:
                span = Span(link.start, ended.get(link.pk, link.end))
                held.setdefault(self.codes[link.child_id], []).append(Held(span, self.codes[link.parent_id]))
        for entry in self.entries.values():
            for place in entry.places:
                if place.tree == tree and place.above:
                    end = place.mends.end if place.mends else None
                    held.setdefault(entry.code, []).append(Held(Span(place.start, end), place.above))
        return held

    def _check_endings(self) -> None:
        """A unit does not end while people of it or units below it go on."""
        ending = {e.stored.pk: e for e in self.entries.values()
                  if e.stored and e.values.get("end") and e.values["end"] != e.stored.end}
        serving = Employment.objects.filter(unit__in=ending).values_list("unit_id", "end")
        people = [u for u, end in serving if end is None or end > ending[u].values["end"]]
        for unit in sorted(set(people)):
            self.problem(ending[unit].row, "last", "Đến ngày",
                         f"Còn {people.count(unit)} vị trí công tác sau ngày này. Hãy ghi Đến ngày cho các vị "
                         "trí đó trước.")
        after = self._after(Tree.STRUCTURE)
        under: dict[str, set[str]] = {}
        for code, links in after.items():
            for link in links:
                under.setdefault(link.above, set()).add(code)
        for entry in (e for e in self.entries.values() if e.values.get("end")):
            end = entry.values["end"]
            left = [c for c in under.get(entry.code, ())
                    if self._end(c, end) and _at(after[c], end) == entry.code]
            if left:
                self.problem(entry.row, "last", "Đến ngày", f"Đơn vị {', '.join(sorted(left)[:5])} còn thuộc "
                             "về đơn vị này sau ngày đó. Hãy chuyển hoặc kết thúc các đơn vị ấy trước.")

    def _end(self, code: str, day: date) -> bool:
        """Whether the unit goes on after that day."""
        entry, unit = self.entries.get(code), self.below.known.get(code)
        end = entry.values["end"] if entry and "end" in entry.values else (unit.end if unit else None)
        return end is None or end > day

    def _effect(self, entry: UnitEntry) -> Effect:
        name = entry.values.get("name") or (entry.stored.name if entry.stored else "")
        who = f"{name} ({entry.code})"
        places = [f"{WORDS[Tree(p.tree)]}: {self._before(p)}{p.above or 'không ghi'}, từ {p.start:%d/%m/%Y}"
                  for p in entry.places]
        if entry.stored is None:
            kind = Unit.Kind(entry.values["kind"]).label
            return Effect(entry.row.number, CREATED, "; ".join([f"đơn vị mới: {who}, {kind}", *places]))
        texts = [*_changes(entry.stored, entry.values), *places]
        text = f"{who}: {'; '.join(texts)}" if texts else who
        return Effect(entry.row.number, CHANGED if texts else UNCHANGED, text)

    def _before(self, place: Place) -> str:
        link = place.mends or place.ends
        return f"{self.codes[link.parent_id]} → " if link else ""


def _at(links: Sequence[Held], on: date) -> str | None:
    return next((h.above for h in reversed(links) if h.span.holds(on)), None)


def _walk(held: dict[str, list[Held]], code: str, on: date) -> str:
    """Why the way up from a unit is impossible on a day; empty where it is fine."""
    path, here = [code], _at(held.get(code, ()), on)
    while here is not None:
        path.append(here)
        if here == code:
            return f"Các đơn vị thuộc về nhau thành vòng: {' → '.join(path)}. Hãy sửa mã đơn vị cấp trên."
        if len(path) > MAX_DEPTH:
            return f"Quá {MAX_DEPTH} cấp đơn vị, hoặc bên trên thành vòng. Hãy kiểm tra lại các mã cấp trên."
        here = _at(held.get(here, ()), on)
    return ""


def _changes(unit: Unit, values: dict[str, Any]) -> list[str]:
    """What a row changes in the stored unit's own columns, in words."""
    def shown(key: str, value: Any) -> str:
        if key == "kind":
            return str(Unit.Kind(value).label)
        day = last_day(value) if key == "end" else None
        return (f"{day:%d/%m/%Y}" if day else "không ghi") if key == "end" else str(value)

    titles = {"name": "Tên đơn vị", "kind": "Loại", "order": "Thứ tự", "end": "Đến ngày"}
    return [f"{titles[k]}: {shown(k, getattr(unit, k))} → {shown(k, v)}"
            for k, v in values.items() if getattr(unit, k) != v]


def plan_units(scope: Scope, rows: Sequence[Row]) -> Plan[list[UnitEntry]]:
    """Effects and problems of a list of units."""
    return UnitPlanner(scope, rows).run()
