"""Who decides for whom as XLSX: rows are added and ended as on the page, which explains them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Model

from thuocdo.accounts.models import User
from thuocdo.conclusions.competence_steps import ROLES, end_after, one_body, replaced, repointed
from thuocdo.conclusions.competences_back import COMPETENCES_BACK
from thuocdo.conclusions.models import Competence
from thuocdo.conclusions.queries import competence_lines
from thuocdo.intake import cells
from thuocdo.intake.matching import STANDING, differences, matched
from thuocdo.intake.specs import CREATED, UNCHANGED, Column, Effect, Plan, Problem, Row, Scope, Spec
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import Conflict, Refusal
from thuocdo.organisation.access import chain_of_user, day_of
from thuocdo.organisation.models import Role, Unit
from thuocdo.organisation.queries import units_where
from thuocdo.organisation.rules import last_day
from thuocdo.organisation.scopes import signed_in
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.books import LABELS

T = TypeVar("T")
EVERY_KIND = "mọi loại"
PARTY_KINDS = {"": EVERY_KIND, **{value: str(label) for value, label in PartyOrganisation.Kind.choices}}


def _words(named: Mapping[str, str]) -> cells.Reader:
    return cells.choice({words: value for value, words in named.items()})


COLUMNS = (
    Column("number", "Số", cells.text(15), "Số phần mềm đặt; dòng mới thì để trống.", "", width=10),
    Column("unit", "Mã đơn vị", cells.code, "Dòng dùng cho đơn vị này và các đơn vị bên dưới.", "UBND", needed=True),
    Column("name", "Đơn vị", cells.text(200), STANDING, "UBND phường", width=34),
    Column("kind", "Loại đối tượng", _words(LABELS), f"Hãy ghi: {'; '.join(LABELS.values())}.", "đảng viên",
           needed=True, width=28),
    Column("role", "Vai trò", _words(ROLES), f"Hãy ghi: {'; '.join(ROLES.values())}.", ROLES[""], width=24),
    Column("party_kind", "Loại tổ chức đảng", _words(PARTY_KINDS), f"Hãy ghi: {'; '.join(PARTY_KINDS.values())}.",
           EVERY_KIND, width=28),
    Column("body", "Cấp quyết định", cells.text(200), "Hãy ghi tên cấp quyết định.",
           "Ban Thường vụ Đảng ủy phường", needed=True, width=40),
    Column("party", "Mã tổ chức đảng quyết định", cells.code,
           "Khi cấp quyết định là cấp ủy dùng phần mềm này. Cấp ở ngoài thì để trống cả hai mã.", "DB-P1"),
    Column("body_unit", "Mã đơn vị quyết định", cells.code, "Khi lãnh đạo của đơn vị này quyết định.", "UBND"),
    Column("verifier", "Cơ quan thẩm định", cells.text(200), "Hãy ghi cơ quan thẩm định.", "Ban Xây dựng Đảng",
           needed=True, width=40),
    Column("basis", "Văn bản", cells.text(300), "Hãy ghi số, ngày, điều khoản của văn bản phân cấp.",
           "Quy định 05-QĐ/ĐU ngày 01/07/2025", needed=True, width=40),
    Column("start", "Từ ngày", cells.day, "Hãy ghi ngày bắt đầu.", "01/07/2025", needed=True),
    Column("last", "Ngày cuối", cells.day, "Ngày cuối cùng dòng này được dùng; để trống nếu chưa có.", "31/12/2026",
           default=None),
)  # fmt: skip
TITLES = {column.key: column.title for column in COLUMNS}
Place = tuple[int, str, str, str]


@dataclass
class Work:
    """Rows to write, new and ended, and what stood in the units of the file when it was planned."""

    units: set[int] = field(default_factory=set)
    stood: set[tuple[int, date | None]] = field(default_factory=set)
    new: list[Competence] = field(default_factory=list)
    ended: dict[int, Competence] = field(default_factory=dict)


@dataclass(frozen=True)
class Mine:
    """Who asks and when."""

    user: User
    at: datetime


def competences_scope(by: User | None, at: datetime, code: str) -> Scope:
    """Everything that the user sees on the page; the code is not read. Raises NotYours."""
    user = signed_in(by)
    return Scope(chain_of_user(user, day_of(at)), "Phân cấp xếp loại", Mine(user, at))


def _standing(row: Competence) -> dict[str, str]:
    return {
        "unit": row.unit.code.upper(), "name": row.unit.name, "kind": LABELS[row.kind], "role": ROLES[row.role],
        "party_kind": PARTY_KINDS[row.party_kind], "body": row.body,
        "party": row.party.code.upper() if row.party else "",
        "body_unit": row.body_unit.code.upper() if row.body_unit else "",
        "verifier": row.verifier, "basis": row.basis, "start": day_text(row.start),
    }  # fmt: skip


def competence_rows(scope: Scope, at: datetime, month: str) -> Iterable[Sequence[str]]:
    """As on the page."""
    for row in competence_lines(scope.data.user, day_of(at)):
        yield str(row.pk), *_standing(row).values(), day_text(last_day(row.end))


class _Planner:
    """Builds the plan row by row; what stands was read beforehand, in sets."""

    def __init__(self, mine: Mine, rows: Sequence[Row]) -> None:
        self.mine, on = mine, day_of(mine.at)
        officer = units_where(mine.user, Role.Kind.OFFICER, on)
        self.units = {one.code.upper(): one for one in Unit.objects.filter(pk__in=officer)}
        parties = PartyOrganisation.objects.filter(unit__in=officer, end=None)
        self.parties = {one.code.upper(): one for one in parties}
        named = {self.units[row.values["unit"]].pk for row in rows if row.values["unit"] in self.units}
        self.known = {str(row.pk): row for row in competence_lines(mine.user, on)}
        self.plan: Plan[Work] = Plan([], [], Work(named))
        self.alike: dict[Place, list[Competence]] = {}
        by_key = {row.pk: row for row in self.known.values()}
        for row in Competence.objects.filter(unit__in=named).select_related("unit", "party", "body_unit"):
            one = by_key.get(row.pk, row)
            self.plan.work.stood.add((one.pk, one.end))
            self.alike.setdefault(_place(one), []).append(one)

    def run(self, rows: Sequence[Row]) -> Plan[Work]:
        matching = matched(self.plan, rows, COLUMNS, self.known, _standing, new=True)
        fresh = []
        for row, one in matching:  # what ends makes room for what begins
            if one is None:
                fresh.append(row)
            else:
                self.tried(row, one)
        for row in sorted(fresh, key=lambda row: row.values["start"]):
            self.tried(row, None)
        self.plan.effects.sort(key=lambda effect: effect.row)
        return self.plan

    def tried(self, row: Row, one: Competence | None) -> None:
        try:
            self.begun(row) if one is None else self.ended(row, one)
        except Refusal as refusal:
            key = refusal.field or ("start" if one is None else "last")
            self.plan.problems.append(Problem(row.number, TITLES[key], row.texts.get(key, ""), refusal.message))

    def ended(self, row: Row, one: Competence) -> None:
        """A row that stands may get its last day, once. Raises Refusal."""
        standing = _standing(one)
        for key in ("role", "party_kind", "party", "body_unit"):
            if key in row.texts and not row.texts[key] and standing[key]:
                raise Refusal("cell", f"{TITLES[key]} không sửa ở đây. Hãy ghi như cũ (“{standing[key]}”).", field=key)
        before = {"last": day_text(last_day(one.end))}
        after = {"last": day_text(row.values["last"]) if "last" in row.texts else before["last"]}
        if after != before:
            if one.end is not None:
                raise Refusal("cell", f"Đã ghi ngày cuối ({before['last']}) thì không sửa. Hãy ghi như cũ.")
            if one.unit.code.upper() not in self.units:
                raise Refusal("cell", "Đơn vị này không trong phạm vi ông/bà phụ trách. Hãy để trống ô này.")
            one.end = end_after(one, row.values["last"], "last")
            self.plan.work.ended[one.pk] = one
        differences(self.plan, row, _label(one), COLUMNS, before, after)

    def begun(self, row: Row) -> None:
        """A new row, and the one that it replaces. Raises Refusal, Conflict as the page does."""
        given = row.values
        unit = self._found(self.units, given["unit"], "unit", "đơn vị")
        party = self._found(self.parties, given["party"], "party", "tổ chức đảng") if given["party"] else None
        body = self._found(self.units, given["body_unit"], "body_unit", "đơn vị") if given["body_unit"] else None
        one_body(party, body)
        one = Competence(
            unit=unit, kind=given["kind"], role=given["role"], party_kind=given["party_kind"], body=given["body"],
            party=party, body_unit=body, verifier=given["verifier"], basis=given["basis"], start=given["start"],
            recorded_by=self.mine.user, recorded_at=self.mine.at,
        )  # fmt: skip
        if given["last"] is not None:
            one.end = end_after(one, given["last"], "last")
        alike = self.alike.setdefault(_place(one), [])
        if any(_standing(there) == _standing(one) and there.end == one.end for there in alike):
            self.plan.effects.append(Effect(row.number, UNCHANGED, f"{_label(one)} (đã có)"))
            return
        before, said = replaced(alike, one.start), ""
        if before is not None:
            before.end = one.start
            said = f" (dòng đang dùng, {before.body}, hết ngày {day_text(last_day(before.end))})"
            if before.pk:
                self.plan.work.ended[before.pk] = before
        alike.append(one)
        self.plan.work.new.append(one)
        self.plan.effects.append(Effect(row.number, CREATED, f"{_label(one)}{said}"))

    def _found(self, known: Mapping[str, T], code: str, field: str, what: str) -> T:
        if code not in known:
            words = f"Không có {what} mã “{code}” trong phạm vi ông/bà phụ trách. Hãy sửa mã."
            raise Refusal("cell", words, field=field)
        return known[code]


def _place(one: Competence) -> Place:
    return one.unit_id, one.kind, one.role, one.party_kind


def _label(one: Competence) -> str:
    role = f", {ROLES[one.role]}" if one.role else ""
    return f"{one.unit.name}, {LABELS[one.kind]}{role}: {one.body}, từ {day_text(one.start)}"


def plan_competences(scope: Scope, rows: Sequence[Row]) -> Plan[Work]:
    """Effects and problems, in as many queries for any number of rows."""
    return _Planner(scope.data, rows).run(rows)


def write_competences(plan: Plan[Work], by: User | None, at: datetime) -> list[Model]:
    """The rows, and the assessments that point to another body since. Raises Conflict: somebody wrote meanwhile."""
    work = plan.work
    units = work.units | {row.unit_id for row in work.ended.values()}
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk").values_list("pk"))
    now = set(Competence.objects.filter(unit__in=work.units).values_list("pk", "end"))
    if now != work.stood:
        raise Conflict("Có người vừa ghi phân cấp ở đơn vị có trong tệp này. Hãy tải tệp lên lại để xem trước.")
    ended = list(work.ended.values())
    Competence.objects.bulk_update(ended, ["end"], batch_size=500)
    for one in work.new:
        one.save(force_insert=True)
    touched = repointed([(one.unit, one.kind) for one in (*ended, *work.new)], at)
    return [*work.new, *ended, *touched]


COMPETENCES = Spec(
    kind="competences",
    title="Phân cấp xếp loại",
    about="Dòng không có số là dòng mới theo một văn bản; dòng như vậy đang dùng thì hết vào hôm trước. Dòng đang có "
    "chỉ ghi được Ngày cuối, một lần. Dòng bị xóa khỏi tệp thì giữ nguyên.",
    columns=COLUMNS,
    scope=competences_scope,
    plan=plan_competences,
    write=write_competences,
    export=competence_rows,
    keys=("number",),
    personal=True,
    rewind=COMPETENCES_BACK,
)
