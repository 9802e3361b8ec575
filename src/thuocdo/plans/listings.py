"""Weeks of a unit as XLSX: everybody's plan, and how many units have theirs. Each plan is its owner's to change."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.intake.specs import Listing, Scope
from thuocdo.intake.written import day_text
from thuocdo.kernel.errors import NotYours
from thuocdo.organisation.access import chain_of, chain_of_user, day_of
from thuocdo.plans.imports import DAYS
from thuocdo.plans.queries_units import unit_week, units_to_read

Rows = Iterable[Sequence[str]]
_CODE = re.compile(r"([0-9]{1,15})-([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)


def _monday(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise NotYours() from error
    if found.weekday():
        raise NotYours()
    return found


def unit_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The week of a unit, written key-yyyy-mm-dd, for whoever may read it. Raises NotYours."""
    asked = _CODE.fullmatch(code)
    if by is None or asked is None:
        raise NotYours()
    found = unit_week(by, int(asked[1]), _monday(asked[2]), day_of(at))
    return Scope(chain_of(found.unit, day_of(at)), found.unit.name, found)


def unit_rows(scope: Scope, at: datetime) -> Rows:
    """Every row of everybody's week; somebody without a plan has one line that says so."""
    for one in scope.data.people:
        grade = one.grade.words if one.grade else ""
        who = (one.post.person.code, one.post.person.full_name)
        if not one.items:
            yield *who, "", "vắng cả tuần" if one.away else "chưa có kế hoạch ở đơn vị này", "", "", "", "", grade
        for row in one.items:
            day = DAYS[row.day - 1] if row.day else "cả tuần"
            state = row.get_state_display()
            yield *who, day, row.text, day_text(row.due_date), row.expected, state, row.note, grade


def units_scope(by: User | None, at: datetime, code: str) -> Scope:
    """The units whose weeks the user reads, in the week that begins on that Monday. Raises NotYours."""
    if by is None:
        raise NotYours()
    week = _monday(code)
    return Scope(chain_of_user(by, day_of(at)), f"Tuần từ {week:%d/%m/%Y}", (by, week))


def units_rows(scope: Scope, at: datetime) -> Rows:
    """Unit by unit: people, people without a plan, whether plans are asked for."""
    user, week = scope.data
    for one in units_to_read(user, week, day_of(at)).lines:
        yield one.unit.code, one.unit.name, str(one.people), str(one.without), "có" if one.required else ""


LISTINGS = (
    Listing("unit-week", "Kế hoạch tuần của đơn vị",
            (("Mã cán bộ", 16), ("Họ và tên", 28), ("Ngày", 14), ("Việc", 60), ("Hạn", 14), ("Sản phẩm dự kiến", 34),
             ("Kết quả", 20), ("Ghi chú", 34), ("Mức tuần", 16)), unit_scope, unit_rows),
    Listing("units-week", "Kế hoạch tuần theo đơn vị",
            (("Mã đơn vị", 16), ("Đơn vị", 40), ("Số người", 10), ("Chưa có kế hoạch", 14), ("Bắt buộc", 10)),
            units_scope, units_rows),
)  # fmt: skip
