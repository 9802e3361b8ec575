"""What a rulebook of converted products asks for, as the fields of a fictional sheet."""

from collections.abc import Iterator

from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.kernel.exact import decimal_vi
from thuocdo.rulesets.fields import FieldGroup, FieldSpec, Kind

LINES = 4
COLUMNS: tuple[tuple[str, str, Kind], ...] = (
    ("coefficient", "Hệ số quy đổi", "number"),
    ("assigned", "Số lượng được giao", "number"),
    ("completed", "Số lượng hoàn thành", "number"),
    ("quality_met", "Số lượng đạt chất lượng", "number"),
    ("on_time", "Số lượng đúng hạn", "number"),
    ("quality_errors", "Số lần lỗi chất lượng", "count"),
    ("late", "Số lần chậm", "count"),
    ("late_excused", "Số lần chậm do khách quan", "count"),
)
YEAR = (
    ("year.maternity_leave", "Nghỉ thai sản"),
    ("year.sick_leave", "Nghỉ ốm theo quy định"),
    ("year.unpaid_leave", "Nghỉ không hưởng lương"),
    ("year.degradation_concluded", "Đã có kết luận về suy thoái"),
    ("year.unit_involved_in_corruption", "Đơn vị liên quan tham ô, tham nhũng, lãng phí (người lãnh đạo)"),
)


def points_fields(book: Rulebook, role: Role, period: PeriodKind) -> tuple[FieldGroup, ...]:
    """The inputs for one person in this role and period: marks, products and factors, or the months of a roll-up."""
    groups = _scored(book, role) if period == "month" else _rolled(book, role, period)
    return tuple(group for group in groups if group.fields)


def _scored(book: Rulebook, role: Role) -> Iterator[FieldGroup]:
    for group in book.criteria_groups:
        fields = (
            FieldSpec(f"marks.{c.slug}", f"{c.code} {c.label}", hint=f"tối đa {decimal_vi(c.max)} điểm", most=c.max)
            for c in group.criteria
        )
        yield FieldGroup(f"{group.code}. {group.label}", tuple(fields))
    for number in range(1, LINES + 1):
        fields = (FieldSpec(f"products.{number}.{key}", label, kind) for key, label, kind in COLUMNS)
        yield FieldGroup(f"Sản phẩm, công việc {number}" + ("" if number == 1 else " (nếu có)"), tuple(fields))
    factors = book.book.factors
    if factors and role in factors.roles:
        options = tuple((decimal_vi(value), f"{decimal_vi(value)}%") for value in factors.allowed)
        fields = (FieldSpec(f"leadership_factors.{f.slug}", f.label, "select", options=options) for f in factors.items)
        yield FieldGroup(factors.label, tuple(fields))


def _rolled(book: Rulebook, role: Role, period: PeriodKind) -> Iterator[FieldGroup]:
    months = {"quarter": 3, "half_year": 6}.get(period, 12)
    fields = (FieldSpec(f"months.{n}", f"Tháng {n}", hint="điểm") for n in range(1, months + 1))
    yield FieldGroup("Điểm các tháng", tuple(fields), "Kỳ bắt đầu từ tháng 1.")
    if period != "year":
        return
    yield FieldGroup("Thời gian", (FieldSpec("year.months_worked", "Số tháng làm việc thực tế", hint="0 đến 12"),))
    flags = tuple(
        FieldSpec(name, label, "check")
        for name, label in YEAR
        if role != "none" or name != "year.unit_involved_in_corruption"
    )
    yield FieldGroup("Trường hợp nào có thì đánh dấu", flags)
    if role == "head":
        levels = tuple((band.code, band.label) for band in book.bands)
        field = FieldSpec("year.organisation_level", "Mức xếp loại của đơn vị đứng đầu", "select", options=levels)
        yield FieldGroup("Đơn vị", (field,))
