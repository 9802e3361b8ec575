"""Steps shared by the actions: the scope check, the audit chain, the form of codes and dates."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from thuocdo.accounts.models import User
from thuocdo.audit.recording import SYSTEM_CHAIN
from thuocdo.kernel.errors import Forbidden, NotYours, Refusal
from thuocdo.kernel.text import clean, disguised
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import agency_of, main_posts, officer_units
from thuocdo.organisation.rules import last_day

_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,38}[A-Za-z0-9])?", re.ASCII)


def day_of(at: datetime) -> date:
    """The day in Viet Nam at that moment."""
    return timezone.localtime(at).date()


def setup_only(by: User | None) -> None:
    """Some facts are set by the operator of the installation alone (`by=None`)."""
    if by is not None:
        raise Forbidden("Việc này do người quản trị cài đặt thực hiện.")


def require_officer(by: User | None, unit_ids: Iterable[int], at: datetime) -> None:
    """The officer of these units on that day, or the operator at set-up (`by=None`). Raises NotYours."""
    if by is not None and not set(unit_ids) <= officer_units(by, day_of(at)):
        raise NotYours("Không tìm thấy đơn vị này trong phạm vi ông/bà phụ trách.")


def unit_or_refuse(unit_id: int) -> Unit:
    """The unit. Raises NotYours."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise NotYours()
    return unit


def living_or_refuse(unit: Unit, start: date) -> None:
    """Nothing new begins in a unit that has ended by then. Raises Refusal."""
    if unit.end is not None and unit.end <= start:
        raise Refusal(
            "unit.ended", f"{unit.name} đã kết thúc ngày {last_day(unit.end):%d/%m/%Y}. Hãy chọn đơn vị mới, hoặc sửa "
            "ngày.", field="start",
        )  # fmt: skip


def chain_of(unit: Unit | None, on: date) -> str:
    """Key of the audit chain: the code of the unit's agency, of the unit itself where it has none."""
    if unit is None:
        return SYSTEM_CHAIN
    if unit.kind == Unit.Kind.AGENCY:
        return unit.code
    agency = agency_of(unit, on)
    return (agency or unit).code


def chain_of_user(user: User, on: date) -> str:
    """Key of the audit chain of somebody's own agency, by the post of that day."""
    post = main_posts(user, on).select_related("unit").first()
    return chain_of(post.unit if post else None, on)


def code_from(typed: str, label: str) -> str:
    """A code as stored: ASCII letters, digits and . _ / - inside, so that no two codes look alike."""
    code = clean(typed)
    if disguised(code):
        raise Refusal(
            "code.disguised", f"{label} “{code[:60]}” có chữ trông như chữ Latinh nhưng thuộc bảng chữ khác. Hãy gõ "
            "lại bằng bàn phím, không dán."
        )
    if _CODE.fullmatch(code) is None:
        raise Refusal(
            "code.unusable",
            f"{label} “{code[:60]}” không dùng được. Hãy dùng tối đa 40 ký tự gồm chữ không dấu, chữ số và "
            f"các "
            "dấu . _ / - ở giữa, ví dụ CC001.",
        )
    return code


def staff_code(typed: str, label: str = "Mã cán bộ") -> str:
    """Staff, task and product codes are kept in capitals: `cc001` and `CC001` are one code."""
    return code_from(typed, label).upper()


def dates_or_refuse(start: date, end: date | None) -> None:
    """Half-open range in order. Raises Refusal."""
    if end is not None and end <= start:
        raise Refusal("dates.order", "Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa lại một trong hai ngày.")
