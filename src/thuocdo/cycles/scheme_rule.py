"""What a rulebook of schemes leaves unsaid about sheets of people: who evaluates whom is then the agency's choice."""

from typing import cast

from thuocdo.cycles.rules import (
    AGENCY_HEAD,
    AGENCY_STAFF,
    COMPONENT_HEAD,
    COMPONENT_STAFF,
    MANAGING_HEAD,
    USING_HEAD,
    TableRow,
)
from thuocdo.engine.schema import PeriodKind, Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets.rules import KIND_NAMES

PERIODS = {"month": "tháng", "quarter": "quý", "year": "năm"}
CHOICE = (
    "lựa chọn của cơ quan khi quyết định áp dụng {book} ({by}): người đứng đầu đơn vị đánh giá người của đơn vị, "
    "người đứng đầu cấp trên đánh giá người đứng đầu"
)


def chosen_table(book: SchemeBook, decided_by: str) -> tuple[TableRow, ...]:
    """Who evaluates under a rulebook that names no evaluator by post: the choice that goes with the binding, said
    as such in each member's row. It is no law.
    """
    cite = CHOICE.format(book=book.short_title, by=decided_by)
    return (
        TableRow(AGENCY_HEAD, MANAGING_HEAD, MANAGING_HEAD, cite),
        TableRow(AGENCY_STAFF, USING_HEAD, USING_HEAD, cite),
        TableRow(COMPONENT_STAFF, COMPONENT_HEAD, USING_HEAD, cite),
    )


def not_for(book: SchemeBook, kind: str, leadership: str, period: str) -> str:
    """Why the rulebook rates no such person in such a period; empty where it does."""
    if book.scheme_for(kind, cast(Role, leadership), cast(PeriodKind, period)) is not None:
        return ""
    role = cast(Role, leadership)
    has = [name for other, name in PERIODS.items() if book.scheme_for(kind, role, cast(PeriodKind, other))]
    if has:
        return f"{book.title} xếp loại theo {', '.join(has)}, không có kỳ {PERIODS[period]}. Hãy mở kỳ {has[0]}."
    roles = {"none": "người không giữ chức vụ", "head": "người đứng đầu", "deputy": "cấp phó"}
    return (
        f"{book.title} không có khung cho {KIND_NAMES.get(kind, kind)}, {roles[leadership]}, kỳ {PERIODS[period]}. "
        "Hãy kiểm tra quy định áp dụng của đơn vị."
    )
