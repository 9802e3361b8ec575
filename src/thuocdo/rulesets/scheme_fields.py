"""What a scheme asks for, as the fields of a sheet; and what was read, in the sections of the case format."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from thuocdo.engine.acts import ABOUT, AGENCIES
from thuocdo.engine.outline_words import DISCIPLINARY_FORMS
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.schema import Condition, Scheme
from thuocdo.rulesets import fact_words as names
from thuocdo.rulesets.choices import figure
from thuocdo.rulesets.fact_words import COMMON_LEVELS, first_upper
from thuocdo.rulesets.fields import FieldGroup, FieldSpec, Kind

DISCIPLINES = 2
NOT_RATED = "not_rated"
"""Beside the levels of a related subject: that it is decided to have none."""
NO_PRODUCTS = "products.none"
"""The field that says that there was nothing to do; never together with a product."""
ROLES: tuple[Role, ...] = ("none", "head", "deputy")
SECTIONS = {
    "tasks": "Nhiệm vụ",
    "led": "Nhiệm vụ của lĩnh vực, đơn vị trực tiếp phụ trách",
    "defects": "Khuyết điểm của kỳ trước",
    "votes": "Phiếu",
    "time": "Thời gian",
}
WHOLE = {"tasks", "led", "defects", "votes"}
SIDES = (("administrative", "chính quyền"), ("party", "đảng"))
SAME_ACT = (("HV1", "cùng hành vi với quyết định 1"),)
LAST_YEAR = Decimal(2100)


def scheme_fields(
    scheme: Scheme, role: Role, period: PeriodKind, levels: tuple[tuple[str, str], ...], kind: str = "",
    *, open_bases: bool = False,
) -> tuple[FieldGroup, ...]:
    """The inputs for one subject of this scheme in this role; `levels` are those that related subjects may have.
    `open_bases`: also every figure that may be the base of a share where the text leaves open which.

    What only rules of other roles, or of another kind than `kind`, use is not asked; what is known from the kind never.
    """
    idle = set().union(*(_uses(scheme, other) for other in ROLES))
    known = {fact.id: fact.of_kind for fact in scheme.facts if fact.of_kind is not None}
    scheme = _for_kind(scheme, known, kind)
    tests = tuple(conditions_of(scheme, role))
    measures = set(measures_of(scheme, tests, role))
    idle = (idle - _uses(scheme, role)) | {f"facts.{name}" for name in known}
    measures |= _bases(tests) if open_bases else set()
    groups = [
        *_marks(scheme, role, period),
        *_grades(scheme),
        *_sections(measures),
        *_facts(scheme, idle),
        *_related(scheme, levels, idle, kind),
        *_absences(tests),
        *_disciplines(scheme, tests),
    ]
    return tuple(group for group in groups if group.fields)


def _for_kind(scheme: Scheme, known: Mapping[str, str], kind: str) -> Scheme:
    """Without the rules by which nobody is rated who is of another kind."""
    kept = tuple(
        rule
        for rule in scheme.not_rated
        if not any(isinstance(t, schema.FlagTest) and known.get(t.fact, kind) != kind for t in rule.when)
    )
    return scheme if len(kept) == len(scheme.not_rated) else scheme.model_copy(update={"not_rated": kept})


def conditions_of(scheme: Scheme, role: Role) -> Iterator[Condition]:
    """Every condition of a scheme that can decide about this role, those inside others among them."""
    triggers = [trigger for trigger in scheme.triggers if role in trigger.roles]
    heads = [level.when for level in scheme.levels]
    heads += [trigger.when for trigger in triggers]
    heads += [limit.when for limit in scheme.limits if role in limit.roles]
    heads += [tests for rule in scheme.not_rated for tests in (rule.when, rule.unless)]
    heads += [trigger.mitigation.when for trigger in triggers if trigger.mitigation]
    for tests in heads:
        yield from _inside(tests)


def _uses(scheme: Scheme, role: Role) -> set[str]:
    """The facts and related subjects, by their field, on which something can hang for this role."""
    tests = tuple(conditions_of(scheme, role))
    found = {f"facts.{test.fact}" for test in tests if isinstance(test, schema.FlagTest)}
    found |= {f"related.{test.relation}" for test in tests if isinstance(test, schema.LevelsTest)}
    found |= {f"related.{limit.at_most_of}" for limit in scheme.limits if limit.at_most_of and role in limit.roles}
    return found | set(measures_of(scheme, tests, role))


def _inside(tests: tuple[Condition, ...]) -> Iterator[Condition]:
    for test in tests:
        yield test
        if isinstance(test, schema.AnyTest | schema.AllTest | schema.ChosenTest):
            yield from _inside(test.conditions)


def measures_of(scheme: Scheme, tests: tuple[Condition, ...], role: Role) -> Iterator[str]:
    """Every measure that one of the conditions or a scale of the scheme asks for in this role."""
    for test in tests:
        if isinstance(test, schema.ShareTest):
            yield from (*test.part, *(test.of if test.of != "open" else ()))
        elif isinstance(test, schema.NumberTest | schema.AbsenceTest) and test.of:
            yield test.of
    for group in scheme.score.groups if scheme.score else ():
        if group.scale and role in group.roles:
            yield from (*group.scale.part, *group.scale.of)


def _bases(tests: tuple[Condition, ...]) -> set[str]:
    """Figures of the section that the part of a share stands in, where its base is open."""
    shares = (test for test in tests if isinstance(test, schema.ShareTest) and test.of == "open")
    sections = {test.part[0].partition(".")[0] for test in shares}
    return {name for name in names.MEASURES if name.partition(".")[0] in sections}


def _marks(scheme: Scheme, role: Role, period: PeriodKind) -> Iterator[FieldGroup]:
    rollup = scheme.rollup
    if rollup and period in rollup.periods:
        yield FieldGroup(rollup.label, tuple(_parts(rollup.parts)), "Chỉ những kỳ có ghi mới được tính trung bình.")
        return
    if scheme.score is None:
        return
    marked = [g for g in scheme.score.groups if role in g.roles and g.scale is None]
    fields = tuple(field for group in marked for field in _group(group))
    yield FieldGroup(scheme.score.label, fields, "Để trống chỗ chưa chấm: kết quả sẽ ghi còn thiếu gì.")
    taken = tuple(FieldSpec(f"deductions.{g.slug}", f"Điểm bị trừ: {g.label}") for g in marked if g.overflow)
    yield FieldGroup("Điểm trừ", taken)


def _group(group: schema.Group) -> Iterator[FieldSpec]:
    parts = group.parts if group.parts and all(part.max != "open" for part in group.parts) else ()
    for item in parts or (group,):
        most = None if item.max == "open" or group.input != "points" else Decimal(item.max)
        unit = "theo phần trăm của mức tối đa; " if group.input == "percent" else ""
        hint = unit + (names.LEFT_OPEN if item.max == "open" else f"tối đa {figure(Decimal(item.max))} điểm")
        label = f"{group.label}: {item.label}" if parts else item.label
        yield FieldSpec(f"marks.{item.slug}", label, hint=hint, most=most, heading=group.label if parts else "")


def _parts(parts: str) -> Iterator[FieldSpec]:
    count, label = (12, "Tháng") if parts == "months" else (4, "Quý")
    for number in range(1, count + 1):
        yield FieldSpec(f"{parts}.{number}", f"{label} {number}", hint="điểm")


def _grades(scheme: Scheme) -> Iterator[FieldGroup]:
    if scheme.grades:
        options = tuple((code, label) for code, label in names.GRADES.items())
        fields = (FieldSpec(f"grades.{c.slug}", c.label, "select", options=options) for c in scheme.grades.criteria)
        yield FieldGroup(scheme.grades.label, tuple(fields))


def _sections(measures: set[str]) -> Iterator[FieldGroup]:
    for section, title in SECTIONS.items():
        asked = [name for name in names.MEASURES if name in measures and name.startswith(f"{section}.")]
        kind: Kind = "count" if section in WHOLE else "number"
        fields = (FieldSpec(name, first_upper(f"số {names.MEASURES[name]}"), kind) for name in asked)
        yield FieldGroup(title, tuple(fields))


def _facts(scheme: Scheme, idle: Collection[str]) -> Iterator[FieldGroup]:
    asked = [fact for fact in scheme.facts if f"facts.{fact.id}" not in idle]
    flags = [f for f in asked if f.kind == "flag"]
    stated = tuple(FieldSpec(f"facts.{f.id}", f.label, "check") for f in flags if f.trigger is None)
    weighed = tuple(FieldSpec(f"facts.{f.id}", f.label, "check") for f in flags if f.trigger is not None)
    numbers = tuple(FieldSpec(f"facts.{f.id}", f.label) for f in asked if f.kind != "flag")
    yield FieldGroup("Số liệu riêng", numbers)
    yield FieldGroup("Trường hợp nào có thì đánh dấu", stated)
    note = "Mỗi tình tiết chỉ được xem xét cho trường hợp ghi ở đầu dòng."
    yield FieldGroup("Tình tiết của từng trường hợp (nếu có)", weighed, note, optional=True)


def _related(
    scheme: Scheme, levels: tuple[tuple[str, str], ...], idle: Collection[str], kind: str
) -> Iterator[FieldGroup]:
    mine = [relation for relation in scheme.relations if not kind or relation.asked_of(kind)]
    asked = [relation for relation in mine if f"related.{relation.id}" not in idle]
    levels = (*levels, (NOT_RATED, "không xếp loại"))
    single = tuple(FieldSpec(f"related.{r.id}", r.label, "select", options=levels) for r in asked if not r.many)
    yield FieldGroup("Mức xếp loại của đối tượng liên quan", single)
    for relation in asked:
        if relation.many:
            fields = (FieldSpec(f"related.{relation.id}.{code}", first_upper(label), "count") for code, label in levels)
            yield FieldGroup(f"{relation.label}: số đối tượng ở mỗi mức", tuple(fields))


def _absences(tests: tuple[Condition, ...]) -> Iterator[FieldGroup]:
    asked = {reason for test in tests if isinstance(test, schema.AbsenceTest) for reason in test.reasons}
    fields = tuple(
        FieldSpec(f"absences.{code}", first_upper(label), hint="số ngày", most=Decimal(366))
        for code, label in names.REASONS.items()
        if code in asked
    )
    yield FieldGroup("Số ngày nghỉ", fields)


def _disciplines(scheme: Scheme, tests: tuple[Condition, ...]) -> Iterator[FieldGroup]:
    asked = [test for test in tests if isinstance(test, schema.DisciplineTest)]
    if not asked:
        return
    dating, acts = {rule.id for rule in scheme.dating}, any(test.act for test in asked)
    yield from decision_fields(
        same="one_year_only" in dating or acts, year=acts, place="former_agency" in dating,
        used=bool(dating & {"already_used", "one_year_only"}),
    )  # fmt: skip


def decision_fields(*, same: bool, year: bool, place: bool, used: bool) -> Iterator[FieldGroup]:
    """Disciplinary decisions. Asked only where a rule reads it: whether two are on the `same` act, the `year` and the
    `place` of the act, the year in which it was `used` already."""
    forms = tuple(DISCIPLINARY_FORMS.items())
    for number in range(1, DISCIPLINES + 1):
        at = f"disciplines.{number}"
        fields = [
            FieldSpec(f"{at}.form", "Hình thức", "select", options=forms),
            FieldSpec(f"{at}.side", "Kỷ luật về", "select", options=SIDES),
            FieldSpec(f"{at}.about", "Nội dung vi phạm", "select", options=tuple(ABOUT.items())),
            FieldSpec(f"{at}.effective_date", "Ngày có hiệu lực", "day", "ngày/tháng/năm"),
        ]
        if number > 1 and same:
            fields.append(FieldSpec(f"{at}.act", "Về hành vi nào", "select", "để trống: hành vi khác", SAME_ACT))
        if year:
            hint = "để trống: trong năm nay"
            fields.append(FieldSpec(f"{at}.act_year", "Năm xảy ra hành vi", "count", hint, most=LAST_YEAR))
        if place:
            hint = "để trống: nơi đang công tác"
            fields.append(FieldSpec(f"{at}.act_agency", "Nơi xảy ra hành vi", "select", hint, tuple(AGENCIES.items())))
        if used:
            label, hint = "Hành vi đã tính vào kết quả của năm", "để trống: chưa tính"
            fields.append(FieldSpec(f"{at}.used_in_year", label, "count", hint, most=LAST_YEAR))
        yield FieldGroup(f"Kỷ luật, quyết định {number} (nếu có)", tuple(fields), optional=True)


def levels_of(scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """Levels that a related subject may have: those of the scheme and the common ones."""
    own = {level.code: level.label for level in scheme.levels}
    return tuple({**COMMON_LEVELS, **own}.items())


def subject_of(values: Mapping[str, object]) -> dict[str, object]:
    """Field names of the form as the sections of the case format."""
    found: dict[str, object] = {}
    lists: dict[str, dict[str, dict[str, object]]] = {}
    for name, value in values.items():
        section, _, rest = name.partition(".")
        first, _, last = rest.partition(".")
        if section == "related":
            _relate(found, first, last, value)
        elif name == NO_PRODUCTS:
            lists.setdefault("products", {})
        elif section in ("products", "disciplines"):
            lists.setdefault(section, {}).setdefault(first, {})[last] = value
        elif section in ("months", "quarters"):
            part = {section.removesuffix("s"): int(first), "score": str(value)}
            _list(found, section).append(part)
        elif section == "absences":
            _list(found, section).append({"reason": first, "days": value})
        else:
            _table(found, section)[rest] = int(str(value)) if section == "leadership_factors" else value
    return found | {section: _numbered(section, items) for section, items in lists.items()}


def _numbered(section: str, items: Mapping[str, Mapping[str, object]]) -> list[dict[str, object]]:
    key, prefix = ("id", "SP") if section == "products" else ("act", "HV")
    return [{key: f"{prefix}{number}", **item} for number, item in items.items()]


def _relate(found: dict[str, object], relation: str, level: str, value: object) -> None:
    """One related subject at a level, or a count of subjects at a level."""
    related = _table(found, "related")
    if not level:
        related[relation] = _at(str(value))
        return
    counted = related.setdefault(relation, [])
    assert isinstance(counted, list)
    counted += [_at(level)] * min(int(str(value)), 500)


def _at(level: str) -> dict[str, object]:
    return {"not_rated": True} if level == NOT_RATED else {"level": level}


def _table(found: dict[str, object], section: str) -> dict[str, object]:
    table = found.setdefault(section, {})
    assert isinstance(table, dict)
    return table


def _list(found: dict[str, object], section: str) -> list[object]:
    items = found.setdefault(section, [])
    assert isinstance(items, list)
    return items
