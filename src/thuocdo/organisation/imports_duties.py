"""Roles, acting heads, fields of deputies and delegations as XLSX: who may what over a unit, from when to when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from thuocdo.intake import cells
from thuocdo.intake.specs import KEPT_ADDED, Column, Row, Spec
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.periods import Span
from thuocdo.organisation.duties import rules
from thuocdo.organisation.exports import similar_codes
from thuocdo.organisation.imports import officer_scope
from thuocdo.organisation.imports_dated import (
    LAST,
    NAME,
    OWN,
    PERSON,
    START,
    UNIT,
    Facts,
    Shape,
    exporter,
    planner,
    write,
)
from thuocdo.organisation.models import ActingHead, Delegation, DelegationCover, DeputyField, Person, Role, Unit


def _words(kinds: Any) -> dict[str, str]:
    return {str(label): value for value, label in kinds.choices}


def _kind(key: str, title: str, kinds: Any, example: str, width: int = 26) -> Column:
    words = _words(kinds)
    return Column(key, title, cells.choice(words), f"Hãy ghi: {', '.join(words)}.", example, needed=True, width=width)


def _codes(typed: str, label: str) -> tuple[str, ...]:
    """Several codes, separated by semicolons, in their order."""
    return tuple(sorted({cells.code(part.strip(), label) for part in typed.split(";") if part.strip()}))


DECISION = Column("decision", "Số, ngày văn bản", cells.text(120), "Văn bản giao.", "15/QĐ-UBND ngày 01/02/2026",
                  needed=True, width=30)  # fmt: skip


def _stays(row: Any, end: date | None, own: bool, facts: Facts) -> str:
    """The rule of the page of duties: they end earlier, never later."""
    if end is None or (row.end is not None and (row.end <= facts.today or row.end < end)):
        return rules.ENDS_EARLIER
    return ""


# Roles
ROLE_COLUMNS = (
    PERSON, NAME, _kind("kind", "Vai trò", Role.Kind, "người giao việc"), UNIT, START, LAST,
)  # fmt: skip


def _role_values(row: Role) -> dict[str, Any]:
    return {"code": row.person.code, "kind": row.kind, "unit": row.unit.code.upper(), "start": row.start}


def _role_closes(row: Role, end: date | None, own: bool, facts: Facts) -> str:
    if row.end is not None and row.end <= facts.today:
        return "Vai trò này đã kết thúc trước đó. Muốn giao lại, hãy ghi một dòng mới với Từ ngày mới."
    if end is None:
        return "Bằng bảng không bỏ được ngày kết thúc đã ghi. Hãy ghi một Đến ngày muộn hơn."
    return OWN if own and row.end is not None and row.end < end else ""


def _new_role(facts: Facts, row: Row, unit: Unit, person: Person, span: Span) -> list[Any]:
    return [Role(person=person, unit=unit, kind=row.values["kind"], start=span.start, end=span.end)]


ROLE = Shape(
    Role, "person", "given_by", (), ROLE_COLUMNS, _role_values, ("code", "kind", "unit"), _role_closes, _new_role
)


# Acting heads
ACTING_COLUMNS = (
    UNIT, PERSON, NAME, _kind("kind", "Hình thức", ActingHead.Kind, "được giao phụ trách"), DECISION, START, LAST,
)  # fmt: skip


def _acting_values(row: ActingHead) -> dict[str, Any]:
    named = {"unit": row.unit.code.upper(), "code": row.person.code, "kind": row.kind}
    return named | {"decision": row.decision, "start": row.start}


def _new_acting(facts: Facts, row: Row, unit: Unit, person: Person, span: Span) -> list[Any]:
    rules.serves(person.full_name, facts.serving(person, span.start))
    kind, decision = row.values["kind"], row.values["decision"]
    return [ActingHead(unit=unit, person=person, kind=kind, decision=decision, start=span.start, end=span.end)]


ACTING = Shape(ActingHead, "person", "recorded_by", (), ACTING_COLUMNS, _acting_values, ("unit",), _stays, _new_acting)


# Fields of deputies
FIELD_COLUMNS = (
    UNIT, PERSON, NAME,
    Column("field", "Lĩnh vực", cells.text(160), "Tên lĩnh vực phụ trách.", "Văn hóa – Xã hội", needed=True, width=30),
    Column("covers_unit", "Đơn vị thuộc lĩnh vực", cells.code, "Mã một đơn vị; hoặc ghi người ở cột bên.", "UBND-VX"),
    Column("covers_person", "Người thuộc lĩnh vực", cells.code, "Mã cán bộ, khi phụ trách riêng một người.", "CC002"),
    DECISION, START, LAST,
)  # fmt: skip


def _field_values(row: DeputyField) -> dict[str, Any]:
    return {
        "unit": row.unit.code.upper(), "code": row.person.code, "field": row.name,
        "covers_unit": row.covers_unit.code.upper() if row.covers_unit else "",
        "covers_person": row.covers_person.code if row.covers_person else "",
        "decision": row.decision, "start": row.start,
    }  # fmt: skip


def _new_field(facts: Facts, row: Row, unit: Unit, person: Person, span: Span) -> list[Any]:
    typed, named = row.values["covers_unit"], row.values["covers_person"]
    covered = facts.unit(typed, "covers_unit") if typed else None
    someone = facts.person(named, "covers_person") if named else None
    posts = [post for post in facts.serving(person, span.start) if post.unit_id == unit.pk]
    rules.field_of(person.full_name, unit.name, [post.leadership for post in posts])
    rules.field_covers(person.pk, covered.pk if covered else None, someone.pk if someone else None)
    return [DeputyField(
        unit=unit, person=person, name=row.values["field"], covers_unit=covered, covers_person=someone,
        decision=row.values["decision"], start=span.start, end=span.end,
    )]  # fmt: skip


FIELD = Shape(
    DeputyField, "person", "recorded_by", ("covers_unit", "covers_person"), FIELD_COLUMNS, _field_values,
    ("unit", "code", "field", "covers_unit", "covers_person"), _stays, _new_field,
)  # fmt: skip


# Delegations
DELEGATION_COLUMNS = (
    UNIT, PERSON, NAME, _kind("act", "Việc được ủy quyền", Delegation.Act, "giao việc", 40),
    Column("units", "Đơn vị thuộc phạm vi", _codes, "Mã các đơn vị, cách nhau bằng dấu chấm phẩy.", "UBND-VP; UBND-KT",
           default=(), width=28),
    Column("people", "Người thuộc phạm vi", _codes, "Mã cán bộ, cách nhau bằng dấu chấm phẩy.", "CC002; CC003",
           default=(), width=28),
    Column("decision", "Số văn bản", cells.text(120), "Số văn bản ủy quyền.", "12/QĐ-KT", needed=True, width=24),
    Column("decided_on", "Ngày văn bản", cells.day, "Ngày ký.", "01/02/2026", needed=True),
    START,
    Column("last", "Đến ngày", cells.day, "Ngày cuối cùng được ủy quyền.", "31/12/2026", needed=True),
)  # fmt: skip


def _delegation_values(row: Delegation) -> dict[str, Any]:
    covers: Sequence[DelegationCover] = list(row.covers.all())
    return {
        "unit": row.unit.code.upper(), "code": row.delegate.code, "act": row.act,
        "units": tuple(sorted(c.unit.code.upper() for c in covers if c.unit)),
        "people": tuple(sorted(c.person.code for c in covers if c.person)),
        "decision": row.decision, "decided_on": row.decided_on, "start": row.start,
    }  # fmt: skip


def _new_delegation(facts: Facts, row: Row, unit: Unit, person: Person, span: Span) -> list[Any]:
    rules.serves(person.full_name, facts.serving(person, span.start))
    heads = {head.pk: head for head in facts.heads(unit, span.start)}
    giver = heads[rules.giver(unit.name, list(heads), person.pk, person.full_name)]
    if giver.code == facts.own:
        raise Refusal("cell", OWN)
    act = row.values["act"]
    units = [facts.unit(code, "units") for code in row.values["units"]]
    people = [facts.person(code, "people") for code in row.values["people"]]
    never = (person.pk, giver.pk)
    rules.delegation_covers(act == Delegation.Act.ASSIGN, [u.pk for u in units], [p.pk for p in people], never)
    if span.end is None:
        raise Refusal("cell", "Ủy quyền phải có ngày kết thúc. Hãy ghi Đến ngày.", field="last")
    made = Delegation(
        unit=unit, giver=giver, delegate=person, act=act, decision=row.values["decision"],
        decided_on=row.values["decided_on"], start=span.start, end=span.end,
    )  # fmt: skip
    covers = [DelegationCover(delegation=made, delegate=person, unit=one) for one in units]
    return [made, *covers, *(DelegationCover(delegation=made, delegate=person, person=one) for one in people)]


DELEGATION = Shape(
    Delegation, "delegate", "recorded_by", (), DELEGATION_COLUMNS, _delegation_values, ("unit", "code", "act"), _stays,
    _new_delegation, many=("covers__unit", "covers__person"), apart=("units", "people"),
)  # fmt: skip


def _spec(shape: Shape, kind: str, title: str, about: str, order: int) -> Spec:
    return Spec(
        kind=kind, title=title, about=about, columns=shape.columns, scope=officer_scope, plan=planner(shape),
        write=write, order=order, export=exporter(shape),
        keys=shape.named, similar=similar_codes, undo=KEPT_ADDED,
    )  # fmt: skip


DUTY_LISTS = (
    _spec(ROLE, "roles", "Vai trò hệ thống",
          "Mỗi dòng là một vai trò của một người ở một đơn vị và các đơn vị bên dưới. Không ai tự giao cho mình.", 20),
    _spec(ACTING, "acting-heads", "Người được giao phụ trách",
          "Mỗi dòng là một người phụ trách hoặc quyền đứng đầu một đơn vị, theo một văn bản.", 21),
    _spec(FIELD, "deputy-fields", "Lĩnh vực của cấp phó",
          "Mỗi dòng là một đơn vị hoặc một người thuộc lĩnh vực một cấp phó phụ trách, theo một văn bản.", 22),
    _spec(DELEGATION, "delegations", "Ủy quyền",
          "Mỗi dòng là một ủy quyền của người đứng đầu đơn vị. Phạm vi đã ghi không sửa bằng bảng: hãy kết thúc và ghi "
          "ủy quyền mới. Cùng người, cùng việc, cùng lúc thì hai ủy quyền không có chung đơn vị hay người nào.", 23),
)  # fmt: skip
