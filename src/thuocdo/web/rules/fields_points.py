"""What a rulebook of converted products asks for, as the fields of a fictional sheet."""

from collections.abc import Iterator

from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.kernel.exact import decimal_vi
from thuocdo.rulesets.fields import FieldGroup, FieldSpec, Kind
from thuocdo.rulesets.scheme_fields import NO_PRODUCTS, decision_fields

LINES = 4
MONTHS = {"quarter": 3, "half_year": 6, "year": 12}
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


def points_fields(book: Rulebook, role: Role, period: PeriodKind, number: int) -> tuple[FieldGroup, ...]:
    """The inputs for one person in this role and the `number`-th such period of a year: marks, products and factors, or
    the months or quarters of a roll-up; a quarter takes either."""
    rolled = _rolled(book, role, period, number) if period != "month" else ()
    scored = _scored(book, role) if period in ("month", "quarter") else ()
    return tuple(group for group in (*rolled, *scored) if group.fields)


def _scored(book: Rulebook, role: Role) -> Iterator[FieldGroup]:
    for group in book.criteria_groups:
        fields = (
            FieldSpec(f"marks.{c.slug}", f"{c.code} {c.label}", hint=f"tối đa {decimal_vi(c.max)} điểm", most=c.max)
            for c in group.criteria
        )
        yield FieldGroup(f"{group.code}. {group.label}", tuple(fields))
    yield FieldGroup("Sản phẩm, công việc", (FieldSpec(NO_PRODUCTS, "Trong kỳ không được giao việc nào", "check"),))
    for number in range(1, LINES + 1):
        fields = (FieldSpec(f"products.{number}.{key}", label, kind) for key, label, kind in COLUMNS)
        yield FieldGroup(f"Sản phẩm, công việc {number}" + ("" if number == 1 else " (nếu có)"), tuple(fields))
    factors = book.book.factors
    if factors and role in factors.roles:
        options = tuple((decimal_vi(value), f"{decimal_vi(value)}%") for value in factors.allowed)
        fields = (FieldSpec(f"leadership_factors.{f.slug}", f.label, "select", options=options) for f in factors.items)
        yield FieldGroup(factors.label, tuple(fields))


def _rolled(book: Rulebook, role: Role, period: PeriodKind, number: int) -> Iterator[FieldGroup]:
    count = MONTHS[period]
    first = (number - 1) * count + 1
    fields = (FieldSpec(f"months.{n}", f"Tháng {n}", hint="điểm") for n in range(first, first + count))
    either = "Hoặc chấm cả quý từ tiêu chí và sản phẩm ở dưới." if period == "quarter" else ""
    yield FieldGroup("Điểm các tháng", tuple(fields), either)
    if period != "quarter":
        quarters = range((first - 1) // 3 + 1, (first + count - 1) // 3 + 1)
        fields = (FieldSpec(f"quarters.{n}", f"Quý {n}", hint="điểm") for n in quarters)
        yield FieldGroup("Điểm các quý", tuple(fields), "Thay cho điểm các tháng, nơi chấm theo quý.")
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
    yield from decision_fields(same=True, year=True, place=True, used=True)
