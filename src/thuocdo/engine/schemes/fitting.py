"""Whether the facts of a subject fit its scheme: what does not is refused with what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import MonthScore, Period, SubjectFacts
from thuocdo.engine.schemes.plan import ROLES, GroupPlan, SchemePlan, Slot
from thuocdo.kernel.exact import scaled
from thuocdo.kernel.typed import format_points

PEOPLE_ONLY = ("products", "leadership_factors", "subordinates", "year")


def fault(subject: SubjectFacts, key: str, problem: str, remedy: str) -> CaseError:
    """An error at a key of one subject."""
    return CaseError(file="", key=f"subjects[{subject.id}].{key}", problem=problem, remedy=remedy)


def check_fits(plan: SchemePlan, subject: SubjectFacts, period: Period) -> None:
    """Raises `CaseError`."""
    for key in PEOPLE_ONLY:
        if getattr(subject, key):
            raise fault(
                subject,
                key,
                f"khung “{plan.scheme.label}” không dùng dữ kiện này",
                "Xóa khóa này; kỷ luật ghi ở disciplines, các dữ kiện khác ghi ở facts.",
            )
    held = [group for group in plan.groups if ROLES.index(subject.leadership) in group.roles]
    by_members = ROLES.index(subject.leadership) in plan.mean_roles
    if by_members and subject.marks:
        raise fault(
            subject,
            "marks",
            "điểm của đối tượng này là trung bình các phiếu của tập thể lãnh đạo",
            "Ghi từng phiếu ở member_marks.",
        )
    if not by_members and subject.member_marks:
        raise fault(subject, "member_marks", "khung này không lấy trung bình các phiếu", "Ghi điểm ở marks.")
    _check_marks(plan, subject, "marks", held, subject.marks or {})
    for sheet in subject.member_marks or ():
        _check_marks(plan, subject, f"member_marks[{sheet.marker}]", held, sheet.marks)
    _known(plan, subject, "deductions", subject.deductions or {}, [group.spec.slug for group in held])
    criteria = [item.slug for item in plan.scheme.grades.criteria] if plan.scheme.grades else []
    _known(plan, subject, "grades", subject.grades or {}, criteria)
    _check_facts(plan, subject)
    _check_related(plan, subject)
    _check_parts(plan, subject, period)
    _check_decisions(plan, subject)


def _known(plan: SchemePlan, subject: SubjectFacts, key: str, given: Collection[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "không có khóa nào"
            problem = f"khung “{plan.scheme.label}” của {plan.book.short_title} không có khóa này"
            raise fault(subject, f"{key}.{name}", problem, f"Các khóa nhận được: {listed}.")


def _check_marks(
    plan: SchemePlan, subject: SubjectFacts, key: str, groups: list[GroupPlan], marks: Mapping[str, Decimal]
) -> None:
    slots = [slot.slug for group in groups for slot in group.slots]
    _known(plan, subject, key, marks, slots)
    for group in groups:
        for slot in group.slots:
            if slot.slug in marks:
                _check_mark(subject, key, group, slot, marks[slot.slug])
        total = sum(scaled(marks[slot.slug]) for slot in group.slots if slot.slug in marks)
        if not group.percent and group.most is not None and total > group.most:
            raise fault(
                subject,
                key,
                f"cộng các phần của “{group.spec.label}” được {format_points(total)}, quá tối đa "
                f"{format_points(group.most)} điểm",
                "Sửa điểm các phần.",
            )


def _check_mark(subject: SubjectFacts, key: str, group: GroupPlan, slot: Slot, mark: Decimal) -> None:
    most = slot.most
    if group.percent is None:
        return
    if group.percent:
        most = None if group.spec.percent_cap is not None else 10_000
    if most is not None and scaled(mark) > most:
        unit = "%" if group.percent else " điểm"
        raise fault(
            subject,
            f"{key}.{slot.slug}",
            f"{format_points(scaled(mark))}{unit} lớn hơn tối đa {format_points(most)}{unit} của “{slot.label}”",
            f"Chấm từ 0 đến {format_points(most)}.",
        )


def _check_facts(plan: SchemePlan, subject: SubjectFacts) -> None:
    kinds = {fact.id: fact.kind for fact in plan.scheme.facts}
    given = subject.facts or {}
    _known(plan, subject, "facts", given, list(kinds))
    for name, value in given.items():
        if isinstance(value, bool) != (kinds[name] == "flag"):
            wanted = "true hoặc false" if kinds[name] == "flag" else "một số"
            raise fault(subject, f"facts.{name}", f"phải là {wanted}", "Sửa giá trị.")
        if kinds[name] == "count" and value != int(value):
            raise fault(subject, f"facts.{name}", "phải là số nguyên", "Sửa giá trị.")
    for fact in plan.scheme.facts:
        if fact.of_kind is not None and fact.id in given:
            raise fault(
                subject,
                f"facts.{fact.id}",
                f"“{fact.label}” suy từ loại đối tượng (kind = {fact.of_kind}), không ghi",
                "Xóa dữ kiện này, hoặc sửa kind.",
            )
        if fact.given_by and getattr(subject, fact.given_by) is not None and given.get(fact.id) is False:
            raise fault(
                subject,
                f"facts.{fact.id}",
                f"ghi là không có, nhưng tệp có mục {fact.given_by}",
                f"Xóa mục {fact.given_by}, hoặc ghi true.",
            )


def _check_related(plan: SchemePlan, subject: SubjectFacts) -> None:
    relations = {relation.id: relation for relation in plan.scheme.relations}
    given = subject.related or {}
    _known(plan, subject, "related", given, list(relations))
    for name, items in given.items():
        if len(items) > 1 and not relations[name].many:
            raise fault(
                subject,
                f"related.{name}",
                f"“{relations[name].label}” chỉ có một, tệp ghi {len(items)}",
                "Giữ một đối tượng.",
            )


def _check_parts(plan: SchemePlan, subject: SubjectFacts, period: Period) -> None:
    if not subject.is_rollup:
        return
    key = "months" if subject.months is not None else "quarters"
    rule = plan.rollup.spec if plan.rollup else None
    if rule is None or rule.parts != key or period.kind not in rule.periods:
        raise fault(
            subject,
            key,
            f"khung “{plan.scheme.label}” không tổng hợp điểm từ khóa này trong {period.label}",
            "Ghi điểm của kỳ ở marks." if plan.groups else "Xóa khóa này.",
        )
    inside = {*period.months} if key == "months" else {(month - 1) // 3 + 1 for month in period.months}
    for number in _numbers(subject):
        if number not in inside:
            raise fault(subject, key, f"kỳ {number} không nằm trong {period.label}", "Xóa kỳ đó.")


def _numbers(subject: SubjectFacts) -> Iterator[int]:
    for part in subject.months or subject.quarters or ():
        yield part.month if isinstance(part, MonthScore) else part.quarter


def _check_decisions(plan: SchemePlan, subject: SubjectFacts) -> None:
    allowed: dict[str, list[str]] = defaultdict(list)
    allowed[plan.gap_id] += plan.gap_levels
    for rule in plan.triggers:
        if rule.spec.discretion or rule.mitigation is not None:
            allowed[rule.spec.id] += ["apply", "waive"]
    for limit in plan.limits:
        if limit.spec.chooses:
            allowed[limit.spec.id] += plan.codes
    for point in plan.points:
        allowed[point.id] += [reading.id for reading in point.readings]
    for name, decision in subject.decisions.items():
        settled = plan.book.settled.get(name)
        if settled is not None and name not in allowed:
            raise fault(
                subject,
                f"decisions.{name}",
                f"điểm này đã được quyết định tại {plan.book.overlay_titles.get(settled.overlay, settled.by)}",
                "Xóa quyết định riêng này.",
            )
        _known(plan, subject, "decisions", [name], list(allowed))
        if decision.reading not in allowed[name]:
            listed = ", ".join(allowed[name]) or "không có cách hiểu nào được liệt kê; cơ quan ghi vào quy chế"
            raise fault(
                subject, f"decisions.{name}.reading", f"“{decision.reading}” không nhận được", f"Chọn: {listed}."
            )
