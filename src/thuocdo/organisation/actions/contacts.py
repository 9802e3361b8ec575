"""Whom the people of a unit call: recorded by its officer, from a day on; the one before ends by itself."""

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, nothing_changed, record
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import chain_of, dates_or_refuse, day_of, require_officer, unit_or_refuse
from thuocdo.organisation.models import Contact, Unit

_PHONE = re.compile(r"[0-9+(][0-9 ().+-]{2,}(?: máy lẻ [0-9]{1,6})?")
_SAID = ("name", "role", "phone", "email")


def _said(name: str, role: str, phone: str, email: str) -> dict[str, str]:
    """The texts of a contact, checked. Raises Refusal with the field."""
    number = text_from(phone, "Điện thoại", most=40, needed=False, field="phone")
    address = text_from(email, "Thư điện tử", most=120, needed=False, field="email")
    if not number and not address:
        raise Refusal(
            "contact.unreachable", "Chưa có cách liên hệ. Hãy nhập điện thoại hoặc thư điện tử của cơ quan.",
            field="phone",
        )
    if number and _PHONE.fullmatch(number) is None:
        raise Refusal(
            "contact.phone", "Điện thoại: chỉ nhập chữ số, ví dụ 024 3825 3536 hoặc 024 3825 3536 máy lẻ 12.",
            field="phone",
        )
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Refusal(
                "contact.email", "Thư điện tử: địa chỉ chưa đúng. Hãy nhập dạng ten@coquan.gov.vn.", field="email"
            ) from None
    return {
        "name": text_from(name, "Họ và tên", most=120, field="name"),
        "role": text_from(role, "Chức danh, bộ phận", most=160, field="role"),
        "phone": number, "email": address,
    }


@action
def set_contact(
    *, by: User | None, at: datetime, unit_id: int, name: str, role: str, phone: str, email: str, start: date,
) -> Contact:
    """Whom to call from `start` on; who was called until then ends. The same day again mends what was written.

    Raises NotYours, Refusal (nothing to reach them by, or unusable), Conflict (a later one is recorded).
    """
    require_officer(by, [unit_id], at)
    unit, said = unit_or_refuse(unit_id), _said(name, role, phone, email)
    if start < unit.start or (unit.end is not None and start >= unit.end):
        raise Refusal(
            "contact.start", "Từ ngày: đơn vị không hoạt động vào ngày này. Hãy chọn ngày khác.", field="start"
        )
    Unit.objects.select_for_update().get(pk=unit.pk)
    last = Contact.objects.filter(unit=unit).order_by("-start").first()
    if last is not None and last.start > start:
        raise Conflict(f"Đã ghi người liên hệ từ ngày {last.start:%d/%m/%Y}. Hãy chọn ngày ấy hoặc ngày sau đó.")
    if last is not None and last.start == start:
        if last.end is None and all(getattr(last, field) == said[field] for field in _SAID):
            nothing_changed()
            return last
        for field in _SAID:
            setattr(last, field, said[field])
        last.end, last.recorded_by = None, by
        last.save()
        written = [last]
    else:
        written = [Contact.objects.create(unit=unit, start=start, recorded_by=by, **said)]
        if last is not None and (last.end is None or last.end > start):
            last.end = start
            last.save(update_fields=["end"])
            written.append(last)
    record(chain=chain_of(unit, day_of(at)), code="contact.set", by=by, at=at, objects=written)
    return written[0]


@action
def end_contact(*, by: User | None, at: datetime, contact_id: int, end: date) -> None:
    """Nobody of the unit itself is called from `end` on: the one of the unit above stands in.

    Raises NotYours, Refusal (not after the first day), Conflict (over already).
    """
    row = Contact.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=contact_id).first()
    if row is None:
        raise NotYours()
    require_officer(by, [row.unit_id], at)
    dates_or_refuse(row.start, end)
    if row.end is not None and row.end <= end:
        raise Conflict("Người liên hệ này đã có ngày kết thúc sớm hơn. Hãy tải lại trang để xem.")
    row.end = end
    row.save(update_fields=["end"])
    record(chain=chain_of(row.unit, day_of(at)), code="contact.ended", by=by, at=at, objects=[row])
