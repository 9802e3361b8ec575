"""Whether the facts of a subject fit its scheme: what does not is refused with what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from thuocdo.engine.errors import CaseError, together
from thuocdo.engine.facts import MonthScore, Period, SubjectFacts
from thuocdo.engine.schemes.plan import ROLES, GroupPlan, SchemePlan, Slot
from thuocdo.kernel.exact import scaled
from thuocdo.kernel.typed import format_points

PARTS = {"months": "tháng", "quarters": "quý"}
PEOPLE_ONLY = ("products", "leadership_factors", "subordinates", "year")


def fault(subject: SubjectFacts, key: str, problem: str, remedy: str) -> CaseError:
    """An error at a key of one subject."""
    return CaseError(file="", key=f"subjects[{subject.id}].{key}", problem=problem, remedy=remedy)


def check_fits(plan: SchemePlan, subject: SubjectFacts, period: Period) -> None:
    """Raises `CaseError` with everything that does not fit."""
    found = [*faults_of(plan, subject, period)]
    if found:
        raise together(found)


def faults_of(plan: SchemePlan, subject: SubjectFacts, period: Period) -> Iterator[CaseError]:
    """What of these facts does not fit the scheme, in the order of the format."""
    for key in PEOPLE_ONLY:
        if getattr(subject, key):
            yield fault(
                subject,
                key,
                f"khung “{plan.scheme.label}” không dùng dữ kiện này",
                "Xóa khóa này; kỷ luật ghi ở disciplines, các dữ kiện khác ghi ở facts.",
            )
    held = [group for group in plan.groups if ROLES.index(subject.leadership) in group.roles]
    by_members = ROLES.index(subject.leadership) in plan.mean_roles
    if by_members and subject.marks:
        yield fault(
            subject,
            "marks",
            "điểm của đối tượng này là trung bình các phiếu của tập thể lãnh đạo",
            "Ghi từng phiếu ở member_marks.",
        )
    if not by_members and subject.member_marks:
        yield fault(subject, "member_marks", "khung này không lấy trung bình các phiếu", "Ghi điểm ở marks.")
    yield from _check_marks(plan, subject, "marks", held, subject.marks or {})
    for sheet in subject.member_marks or ():
        yield from _check_marks(plan, subject, f"member_marks[{sheet.marker}]", held, sheet.marks)
    yield from _known(plan, subject, "deductions", subject.deductions or {}, [group.spec.slug for group in held])
    criteria = [item.slug for item in plan.scheme.grades.criteria] if plan.scheme.grades else []
    yield from _known(plan, subject, "grades", subject.grades or {}, criteria)
    yield from _check_facts(plan, subject)
    yield from _check_related(plan, subject)
    yield from _check_parts(plan, subject, period)
    yield from _check_decisions(plan, subject)


def _known(
    plan: SchemePlan, subject: SubjectFacts, key: str, given: Collection[str], known: Collection[str]
) -> Iterator[CaseError]:
    for name in given:
        if name not in known:
            listed = f"Các khóa nhận được: {', '.join(known)}." if known else f"Xóa khóa này: khung không dùng {key}."
            problem = f"khung “{plan.scheme.label}” của {plan.book.short_title} không có khóa này"
            yield fault(subject, f"{key}.{name}", problem, listed)


def _check_marks(
    plan: SchemePlan, subject: SubjectFacts, key: str, groups: list[GroupPlan], marks: Mapping[str, Decimal]
) -> Iterator[CaseError]:
    slots = [slot.slug for group in groups for slot in group.slots]
    unfilled = _unfilled(groups)
    yield from _known(plan, subject, key, [name for name in marks if name not in unfilled], slots)
    for name in marks:
        if name in unfilled:
            part, whole = unfilled[name]
            yield fault(
                subject,
                f"{key}.{name}",
                f"văn bản để ngỏ điểm tối đa của “{part}” nên chưa chấm riêng được",
                f"Chấm chung ở {key}.{whole}, hoặc dùng quy chế bổ sung đã điền điểm tối đa các phần (overlay).",
            )
    for group in groups:
        over = [
            error
            for slot in group.slots
            if slot.slug in marks
            for error in _check_mark(subject, key, group, slot, marks[slot.slug])
        ]
        yield from over
        total = sum(scaled(marks[slot.slug]) for slot in group.slots if slot.slug in marks)
        if not over and not group.percent and group.most is not None and total > group.most:
            yield fault(
                subject,
                key,
                f"cộng các phần của “{group.spec.label}” được {format_points(total)}, quá tối đa "
                f"{format_points(group.most)} điểm",
                "Sửa điểm các phần.",
            )


def _unfilled(groups: list[GroupPlan]) -> dict[str, tuple[str, str]]:
    """Parts whose maximum the text leaves open, by slug: label and the group that is marked as a whole."""
    return {
        part.slug: (part.label, group.spec.slug)
        for group in groups
        for part in group.spec.parts
        if group.slots and part.slug not in {slot.slug for slot in group.slots}
    }


def _check_mark(subject: SubjectFacts, key: str, group: GroupPlan, slot: Slot, mark: Decimal) -> Iterator[CaseError]:
    most = slot.most
    if group.percent is None:
        return
    if group.percent:
        most = None if group.spec.percent_cap is not None else 10_000
    if most is not None and scaled(mark) > most:
        unit = "%" if group.percent else " điểm"
        yield fault(
            subject,
            f"{key}.{slot.slug}",
            f"{format_points(scaled(mark))}{unit} lớn hơn tối đa {format_points(most)}{unit} của “{slot.label}”",
            f"Chấm từ 0 đến {format_points(most)}.",
        )


def _check_facts(plan: SchemePlan, subject: SubjectFacts) -> Iterator[CaseError]:
    kinds = {fact.id: fact.kind for fact in plan.scheme.facts}
    given = subject.facts or {}
    yield from _known(plan, subject, "facts", given, list(kinds))
    for name, value in given.items():
        if name not in kinds:
            continue
        if isinstance(value, bool) != (kinds[name] == "flag"):
            wanted = "true hoặc false" if kinds[name] == "flag" else "một số"
            yield fault(subject, f"facts.{name}", f"phải là {wanted}", "Sửa giá trị.")
        elif kinds[name] == "count" and value != int(value):
            yield fault(subject, f"facts.{name}", "phải là số nguyên", "Sửa giá trị.")
    for fact in plan.scheme.facts:
        if fact.of_kind is not None and fact.id in given:
            yield fault(
                subject,
                f"facts.{fact.id}",
                f"“{fact.label}” suy từ loại đối tượng (kind = {fact.of_kind}), không ghi",
                "Xóa dữ kiện này, hoặc sửa kind.",
            )
        if fact.given_by and getattr(subject, fact.given_by) is not None and given.get(fact.id) is False:
            yield fault(
                subject,
                f"facts.{fact.id}",
                f"ghi là không có, nhưng tệp có mục {fact.given_by}",
                f"Xóa mục {fact.given_by}, hoặc ghi true.",
            )
        told = next(iter((subject.related or {}).get(fact.unrated or "", ())), None)
        stated = given.get(fact.id)
        if told is not None and told.id is None and stated is not None and stated != (told.not_rated is True):
            said = "không xếp loại" if told.not_rated else f"mức “{told.level}”"
            yield fault(
                subject,
                f"facts.{fact.id}",
                f"ghi là {'có' if stated else 'không'}, nhưng related.{fact.unrated} ghi {said}",
                f"Xóa dữ kiện này (suy từ related.{fact.unrated}), hoặc sửa related.{fact.unrated}.",
            )


def _check_related(plan: SchemePlan, subject: SubjectFacts) -> Iterator[CaseError]:
    relations = {relation.id: relation for relation in plan.scheme.relations if relation.asked_of(subject.kind)}
    given = subject.related or {}
    yield from _known(plan, subject, "related", given, list(relations))
    for name, items in given.items():
        if name in relations and len(items) > 1 and not relations[name].many:
            yield fault(
                subject,
                f"related.{name}",
                f"“{relations[name].label}” chỉ có một, tệp ghi {len(items)}",
                "Giữ một đối tượng.",
            )


def _check_parts(plan: SchemePlan, subject: SubjectFacts, period: Period) -> Iterator[CaseError]:
    if not subject.is_rollup:
        return
    key = "months" if subject.months is not None else "quarters"
    rule = plan.rollup.spec if plan.rollup else None
    if rule is None or rule.parts != key or period.kind not in rule.periods:
        yield fault(
            subject,
            key,
            f"khung “{plan.scheme.label}” không tổng hợp điểm các {PARTS[key]} thành điểm {period.label}",
            "Ghi điểm của kỳ ở marks." if plan.groups else "Xóa khóa này.",
        )
        return
    inside = {*period.months} if key == "months" else {(month - 1) // 3 + 1 for month in period.months}
    for number in _numbers(subject):
        if number not in inside:
            yield fault(subject, key, f"kỳ {number} không nằm trong {period.label}", "Xóa kỳ đó.")


def _numbers(subject: SubjectFacts) -> Iterator[int]:
    for part in subject.months or subject.quarters or ():
        yield part.month if isinstance(part, MonthScore) else part.quarter


def _check_decisions(plan: SchemePlan, subject: SubjectFacts) -> Iterator[CaseError]:
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
        if name not in allowed and settled is not None:
            yield fault(
                subject,
                f"decisions.{name}",
                f"điểm này đã được quyết định tại {plan.book.overlay_titles.get(settled.overlay, settled.by)}",
                "Xóa quyết định riêng này.",
            )
        elif name not in allowed:
            yield from _known(plan, subject, "decisions", [name], list(allowed))
        elif decision.reading not in allowed[name]:
            listed = ", ".join(allowed[name]) or "không có cách hiểu nào được liệt kê; cơ quan ghi vào quy chế"
            yield fault(
                subject, f"decisions.{name}.reading", f"“{decision.reading}” không nhận được", f"Chọn: {listed}."
            )
