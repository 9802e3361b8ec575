"""Who belongs to a period and who evaluates whom: pure decisions by the rulebook's own table (NĐ 335: Điều
10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from thuocdo.kernel.periods import Span

AGENCY_HEAD = "agency_head"
AGENCY_STAFF = "agency_member"
COMPONENT_STAFF = "component_member"
MANAGING_HEAD = "managing_agency_head"
USING_HEAD = "agency_head"
COMPONENT_HEAD = "component_head"

ACTING_GOES_UP = (
    "quy định không nêu trường hợp chính người này đang phụ trách hoặc vừa đứng đầu nơi đánh giá; vì không ai tự đánh "
    "giá mình, phiếu chuyển lên như của người đứng đầu"
)

AWAY_WORDS = {
    "maternity": "nghỉ thai sản",
    "sick_leave": "nghỉ ốm theo chế độ",
    "unpaid_leave": "nghỉ không hưởng lương",
    "study": "đi học tập trung",
    "secondment": "biệt phái",
}


@dataclass(frozen=True)
class TableRow:
    """One row of the rulebook's table: who evaluates in the period, who rates the year, and the article."""

    subject: str
    evaluates: str
    rates: str
    cite: str


@dataclass(frozen=True)
class Seat:
    """Where a person serves. `agency` is the nearest agency at or above `unit`, `managing` the unit
    managing it."""

    employment: int
    person: int
    unit: int
    unit_kind: str
    leadership: str
    agency: int | None
    managing: int | None


@dataclass(frozen=True)
class Evaluator:
    """The evaluator of a seat, or the `problem` that keeps it from being known (then `person` is None)."""

    person: int | None
    unit: int | None
    rating_unit: int | None
    cite: str
    problem: str = ""


def subject_of(seat: Seat) -> str:
    """The row of the table that a seat falls under.

    >>> subject_of(Seat(1, 1, 10, "component", "head", 5, None)) == AGENCY_STAFF
    True
    """
    if seat.unit_kind == "agency":
        return AGENCY_HEAD if seat.leadership == "head" else AGENCY_STAFF
    return AGENCY_STAFF if seat.leadership == "head" else COMPONENT_STAFF


def authority_unit(authority: str, seat: Seat) -> int | None:
    """The unit whose head is the `authority` named in the table, seen from `seat`; None where not
    recorded."""
    if authority == MANAGING_HEAD:
        return seat.managing
    if authority == USING_HEAD:
        return seat.agency
    if authority == COMPONENT_HEAD:
        return seat.unit
    raise ValueError(f"the procedure table names an unknown authority: {authority}")


def evaluator_for(
    seat: Seat, table: Sequence[TableRow], heads: Mapping[int, Sequence[int]], names: Mapping[int, str]
) -> Evaluator:
    """Who evaluates the holder of `seat`. `heads` maps unit to the people heading it, `names` unit to name.

    Nobody evaluates themselves: who acts as head of the unit that evaluates the own post is evaluated as its head
    is, and `cite` says that the table does not name acting heads. Where no single head is
    recorded, `problem` says what to record.
    """
    subject = subject_of(seat)
    row = next((r for r in table if r.subject == subject), None)
    if row is None:
        return Evaluator(
            None,
            None,
            None,
            "",
            "Bộ quy tắc không nêu ai đánh giá người giữ vị trí này; hãy kiểm tra bộ quy tắc áp dụng.",
        )
    unit, rating = authority_unit(row.evaluates, seat), authority_unit(row.rates, seat)
    if seat.agency is None:
        return Evaluator(
            None,
            None,
            None,
            row.cite,
            f"Đơn vị “{names[seat.unit]}” không thuộc cơ quan nào; hãy ghi "
            "nhận cơ quan sử dụng công chức của đơn vị này.",
        )
    if unit is None:
        return Evaluator(
            None,
            None,
            rating,
            row.cite,
            f"Chưa ghi nhận cơ quan quản lý công chức của "
            f"“{names[seat.agency]}”, nên chưa biết ai đánh giá người đứng đầu; hãy ghi ở cột “Mã cơ quan quản lý "
            "công chức” của Danh sách đơn vị (trang Nhập dữ liệu).",
        )
    found = tuple(heads.get(unit, ()))
    if set(found) == {seat.person} and seat.leadership != "head":
        above = evaluator_for(replace(seat, leadership="head"), table, heads, names)
        return replace(above, cite=f"{above.cite}; {ACTING_GOES_UP}" if above.cite else "")
    problem = _head_problem(found, seat.person, names[unit])
    return Evaluator(None if problem else found[0], unit, rating, row.cite, problem)


def _head_problem(found: Sequence[int], person: int, unit: str) -> str:
    if not found:
        return f"Chưa ghi nhận người đứng đầu của “{unit}”; hãy ghi nhận người đứng đầu hoặc người phụ trách."
    if len(set(found)) > 1:
        return f"“{unit}” đang ghi nhận {len(set(found))} người đứng đầu; hãy sửa để còn một người."
    if found[0] == person:
        return (
            f"Người này đang đứng đầu “{unit}” là nơi đánh giá vị trí này, và không ai tự đánh giá mình; "
            "hãy ghi nhận người có thẩm quyền khác."
        )
    return ""


def away_all(span: Span, served: Span, absences: Sequence[tuple[str, Span]]) -> str | None:
    """The kind of absence that begins an absence over every day served in the period, or None.

    >>> from datetime import date
    >>> month = Span(date(2026, 3, 1), date(2026, 4, 1))
    >>> away_all(month, Span(date(2020, 1, 1)), [("maternity", Span(date(2026, 1, 5)))])
    'maternity'
    """
    start, end = common(span, served)
    first: str | None = None
    for kind, absence in sorted(absences, key=lambda item: item[1].start):
        if absence.start <= start and (absence.end is None or absence.end > start):
            first = first or kind
            start = end if absence.end is None else min(absence.end, end)
    return first if start >= end else None


def common(span: Span, served: Span) -> tuple[date, date]:
    """First day and day after the last day of the overlap of a bounded period with a time of service."""
    if span.end is None:
        raise ValueError("a period has an end")
    return max(span.start, served.start), span.end if served.end is None else min(span.end, served.end)


def away_reason(kind: str) -> str:
    """Why somebody away for the whole period is left out, and what the officer may do."""
    return (
        f"Vắng cả kỳ ({AWAY_WORDS[kind]}). Quy định áp dụng không nêu cách tính điểm của kỳ vắng toàn bộ; "
        "nếu có căn cứ, cán bộ tổ chức đưa vào kỳ kèm lý do."
    )


def post_words(position: str, unit: str, served: Span, period: Span) -> str:
    """A post with the days in the period on which it begins or ends, which tell two of one name apart.

    >>> from datetime import date
    >>> month = Span(date(2026, 3, 1), date(2026, 4, 1))
    >>> post_words("Chuyên viên", "Phòng Kinh tế", Span(date(2020, 1, 1), date(2026, 3, 11)), month)
    'Chuyên viên, Phòng Kinh tế, đến hết 10/03/2026'
    """
    words = f"{position}, {unit}"
    if served.start > period.start:
        words += f", từ {served.start:%d/%m/%Y}"
    if served.end is not None and period.end is not None and served.end < period.end:
        words += f", đến hết {served.end - timedelta(days=1):%d/%m/%Y}"
    return words


def choice_reason(posts: Sequence[str]) -> str:
    """Why somebody with several posts in the period waits for a choice."""
    return (
        f"Có {len(posts)} vị trí công tác trong kỳ ({'; '.join(posts)}). Quy định áp dụng không nêu lập "
        f"phiếu theo "
        "vị trí nào; cán bộ tổ chức chọn, kèm lý do."
    )[:1000]
