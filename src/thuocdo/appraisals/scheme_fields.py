"""The fields of a scheme's sheet: which of them the owner fills, which only the rater, and reading what was typed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from thuocdo.appraisals.typed import Problems
from thuocdo.cycles.models import Cycle, Member
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import Refusal
from thuocdo.rulesets.fields import FieldGroup, FieldSpec, all_fields, read
from thuocdo.rulesets.scheme_fields import levels_of, scheme_fields

OWN = ("marks", "grades", "tasks", "led", "defects", "time", "absences", "facts", "months", "quarters")


@dataclass(frozen=True)
class Asked:
    """What a sheet asks: the owner's groups and the rater's own; `needed` are marks and grades that must be there."""

    scheme: Scheme
    own: tuple[FieldGroup, ...]
    head: tuple[FieldGroup, ...]
    needed: frozenset[str]

    @property
    def groups(self) -> tuple[FieldGroup, ...]:
        return (*self.own, *self.head)

    def spec(self, name: str) -> FieldSpec | None:
        """The field with this name."""
        return next((s for s in all_fields(self.groups) if s.name == name), None)


def asked_of(book: SchemeBook, member: Member, cycle: Cycle) -> Asked:
    """The fields for the person's kind, role and period. Refuses where the rulebook has no scheme for them."""
    role, period = cast(Role, member.leadership), cast(PeriodKind, cycle.kind)
    scheme = book.scheme_for(member.kind, role, period)
    if scheme is None:
        raise Refusal("sheet.no_scheme", f"{book.title} không có khung cho vị trí và kỳ của phiếu này.")
    groups = scheme_fields(scheme, role, period, levels_of(scheme))
    own = tuple(part for group in groups if (part := _only(group, True)).fields)
    head = tuple(part for group in groups if (part := _only(group, False)).fields)
    bonus = {g.slug for g in (scheme.score.groups if scheme.score else ()) if g.bonus}
    optional = {p.slug for g in (scheme.score.groups if scheme.score else ()) if g.bonus for p in g.parts} | bonus
    needed = {s.name for s in all_fields(own) if s.name.startswith("grades.")}
    needed |= {
        s.name for s in all_fields(own) if s.name.startswith("marks.") and s.name.removeprefix("marks.") not in optional
    }
    return Asked(scheme, own, head, frozenset(needed))


def _only(group: FieldGroup, own: bool) -> FieldGroup:
    return FieldGroup(group.title, tuple(f for f in group.fields if is_own(f) is own), group.note)


def is_own(spec: FieldSpec) -> bool:
    """Whether the owner fills it: marks, grades, counts and figures; cases that fix a level are for the rater."""
    return spec.name.partition(".")[0] in OWN and spec.kind != "check"


@dataclass(frozen=True)
class Read:
    """Fields read: exact values for the engine, and each as one canonical text (decimal comma)."""

    values: dict[str, object]
    texts: dict[str, str]


def read_fields(
    groups: tuple[FieldGroup, ...], raw: Mapping[str, Any], problems: Problems, *, needed: Collection[str] = ()
) -> Read:
    """Every field that was typed. Unknown names, unreadable values and empty `needed` ones become problems."""
    known = {spec.name: spec for spec in all_fields(groups)}
    for name in sorted(set(raw) - set(known)):
        problems[f"fields.{name}"[:70]] = f"Ô “{name[:60]}” không có trong phiếu; hãy tải lại trang rồi nhập lại."
    typed = {name: raw[name] if isinstance(raw[name], str) else "?" for name in raw if name in known}
    found = read(groups, typed)
    names = {spec.id: spec.name for spec in known.values()}
    for field, message in found.problems.items():
        problems[f"fields.{names[field]}"] = message
    for name in sorted(needed):
        if not typed.get(name, "").strip():
            problems[f"fields.{name}"] = f"{known[name].label}: chưa chấm. {_how(known[name])}"
    return Read(found.values, {name: text_of(value) for name, value in found.values.items()})


def _how(spec: FieldSpec) -> str:
    if spec.kind == "select":
        return "Hãy chọn một mức."
    return f"Hãy nhập điểm từ 0 đến {text_of(spec.most)}." if spec.most is not None else "Hãy nhập điểm."


def text_of(value: object) -> str:
    """One text for a value, as people type it.

    >>> text_of(Decimal("4.50")), text_of(Decimal("20")), text_of(True), text_of(date(2026, 5, 1)), text_of("good")
    ('4,5', '20', '1', '01/05/2026', 'good')
    """
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
    return str(value)
