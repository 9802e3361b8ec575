"""Facts that a rulebook does not know are refused, with the key and what to do."""

from __future__ import annotations

from fractions import Fraction

from thuocdo.engine.errors import CaseError
from thuocdo.engine.facts import Period, SubjectFacts
from thuocdo.engine.plan import ROLES, Plan
from thuocdo.engine.rulebook import Rulebook
from thuocdo.kernel.exact import exact_vi


def check_subject(plan: Plan, subject: SubjectFacts, period: Period) -> None:
    """Refuse facts that this rulebook does not know."""
    book = plan.rulebook
    where = f"subjects[{subject.id}]"
    known = {item.slug for item in book.criteria}
    for slug in subject.marks or {}:
        if slug not in known:
            raise CaseError(
                file="",
                key=f"{where}.marks.{slug}",
                problem="không có tiêu chí này trong bộ quy tắc",
                remedy=f"Các tiêu chí: {', '.join(sorted(known))}.",
            )
    for slug in subject.leadership_factors:
        if slug not in plan.factor_slugs:
            raise CaseError(
                file="",
                key=f"{where}.leadership_factors.{slug}",
                problem="không có yếu tố này",
                remedy=f"Các yếu tố: {', '.join(plan.factor_slugs)}.",
            )
    if ROLES.index(subject.leadership) not in plan.factor_roles and (
        subject.leadership_factors or subject.subordinates is not None
    ):
        raise CaseError(
            file="",
            key=f"{where}.leadership",
            problem="người không giữ chức vụ lãnh đạo không có leadership_factors hoặc subordinates",
            remedy="Sửa leadership hoặc bỏ các khóa đó.",
        )
    _check_decisions(book, subject, where)
    _check_rollup(plan, subject, period, where)


def _check_decisions(book: Rulebook, subject: SubjectFacts, where: str) -> None:
    for point_id, decision in subject.decisions.items():
        point = next((point for point in book.open_points if point.id == point_id), None)
        if point is None:
            raise CaseError(
                file="",
                key=f"{where}.decisions.{point_id}",
                problem="không có điểm mở này",
                remedy=f"Các điểm mở: {', '.join(p.id for p in book.open_points)}.",
            )
        if point.settled is not None:
            raise CaseError(
                file="",
                key=f"{where}.decisions.{point_id}",
                problem="điểm này đã được quyết định chung trong "
                f"{book.overlay_titles[point.settled.overlay]}",
                remedy="Bỏ quyết định riêng này.",
            )
        if decision.reading not in [reading.id for reading in point.readings]:
            raise CaseError(
                file="",
                key=f"{where}.decisions.{point_id}.reading",
                problem=f"không có cách hiểu “{decision.reading}”",
                remedy=f"Chọn một trong: {', '.join(r.id for r in point.readings)}.",
            )


def _check_rollup(plan: Plan, subject: SubjectFacts, period: Period, where: str) -> None:
    if subject.is_rollup and period.kind == "month":
        raise CaseError(
            file="",
            key=f"{where}.months",
            problem="kỳ tháng không tổng hợp từ điểm các tháng",
            remedy="Ghi marks và products, hoặc đổi period.",
        )
    if period.kind in ("half_year", "year") and (subject.products is not None or subject.marks is not None):
        raise CaseError(
            file="",
            key=f"{where}.products",
            problem=f"kỳ {period.label_kind} tổng hợp từ điểm các tháng",
            remedy="Ghi months thay cho marks và products.",
        )
    if subject.quarters is not None and period.kind == "quarter":
        raise CaseError(
            file="",
            key=f"{where}.quarters",
            problem="kỳ quý không tổng hợp từ điểm quý",
            remedy="Ghi months, hoặc marks và products.",
        )
    if subject.year is not None and period.kind != "year":
        raise CaseError(
            file="",
            key=f"{where}.year",
            problem="dữ kiện năm chỉ dùng cho kỳ năm",
            remedy="Bỏ nhóm khóa này hoặc đổi period.",
        )
    _check_months_worked(subject, where)
    level = subject.year.organisation_level if subject.year else None
    if level is not None and level not in plan.codes:
        raise CaseError(
            file="",
            key=f"{where}.year.organisation_level",
            problem=f"không có mức “{level}”",
            remedy=f"Chọn một trong: {', '.join(plan.codes)}.",
        )
    most = Fraction(plan.total_max, 100)
    for part in (*(subject.months or ()), *(subject.quarters or ())):
        if part.score is not None and part.score > most:
            raise CaseError(
                file="",
                key=f"{where}.months",
                problem=f"có điểm lớn hơn {exact_vi(most)}",
                remedy="Kiểm tra lại điểm các kỳ.",
            )
    inside = set(period.months)
    for month in subject.months or ():
        if month.month not in inside:
            raise CaseError(
                file="",
                key=f"{where}.months",
                problem=f"tháng {month.month} không thuộc {period.label}",
                remedy="Chỉ ghi các tháng trong kỳ.",
            )
    quarters = {(month - 1) // 3 + 1 for month in inside}
    for quarter in subject.quarters or ():
        if quarter.quarter not in quarters:
            raise CaseError(
                file="",
                key=f"{where}.quarters",
                problem=f"quý {quarter.quarter} không thuộc {period.label}",
                remedy="Chỉ ghi các quý trong kỳ.",
            )


def _check_months_worked(subject: SubjectFacts, where: str) -> None:
    """Who joins or leaves inside a month works less than that month, so less than one may be lacking."""
    worked = subject.year.months_worked if subject.year else None
    if worked is None:
        return
    scored = sum(part.score is not None for part in subject.months or ())
    if scored - worked >= 1:
        raise CaseError(
            file="",
            key=f"{where}.year.months_worked",
            problem=f"ghi {exact_vi(Fraction(worked))} tháng làm việc nhưng có điểm của {scored} tháng",
            remedy="Sửa số tháng làm việc, hoặc ghi not_scored cho tháng không làm việc.",
        )
