"""The agency's dated choice of how work that is hard to count converts. The law leaves it open."""

from datetime import date, datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import require_officer
from thuocdo.organisation.models import Unit
from thuocdo.organisation.queries import on_day
from thuocdo.work.models import Product, UncountableChoice

Way = UncountableChoice.Way


@action
def choose_conversion(
    *, by: User, at: datetime, agency_id: int, way: str, text: str, decided_by: str, decided_on: date,
    start: date, product_id: int | None = None, hours: int | None = None,
) -> UncountableChoice:
    """The officer enters what the agency decided, in force from the first day of a month; the choice before
    ends there. `hours` of one standard unit in hundredths.

    Raises NotYours, Refusal.
    """
    require_officer(by, [agency_id], at)
    agency = Unit.objects.select_for_update().filter(pk=agency_id, kind=Unit.Kind.AGENCY).first()
    if agency is None:
        raise NotYours()
    _check(way, product_id, hours, start)
    product = None
    if way == Way.PRODUCT and product_id is not None:
        product = Product.objects.filter(on_day(start), pk=product_id, agency=agency).first()
        if product is None:
            raise NotYours("Không tìm thấy sản phẩm này trong danh mục của cơ quan vào ngày bắt đầu.")
    last = UncountableChoice.objects.select_for_update().filter(agency=agency, end__isnull=True).first()
    if last is not None:
        if start <= last.start:
            raise Refusal(
                "uncountable.start",
                f"Lựa chọn trước áp dụng từ {last.start:%d/%m/%Y}; lựa chọn mới phải bắt đầu sau ngày đó.",
                field="start",
            )
        last.end = start
        last.save()
    choice = UncountableChoice.objects.create(
        agency=agency, way=way, product=product, hours=hours if way == Way.HOURS else None,
        text=text_from(text, "Nội dung, căn cứ", most=300, field="text"),
        decided_by=text_from(decided_by, "Ai quyết định", most=160, field="decided_by"),
        decided_on=decided_on, start=start, entered_by=by, entered_at=at,
    )  # fmt: skip
    changed = [choice] if last is None else [choice, last]
    record(chain=agency.code, code="uncountable.chosen", by=by, at=at, objects=changed)
    return choice


def _check(way: str, product_id: int | None, hours: int | None, start: date) -> None:
    if way not in Way.values:
        raise Refusal("uncountable.way", "Hãy chọn một cách quy đổi.", field="way")
    if way == Way.PRODUCT and product_id is None:
        raise Refusal("uncountable.product", "Hãy chọn sản phẩm trong danh mục.", field="product")
    if way == Way.HOURS and (hours is None or hours <= 0):
        raise Refusal("uncountable.hours", "Hãy ghi số giờ của một đơn vị chuẩn, lớn hơn 0.", field="hours")
    if start.day != 1:
        raise Refusal("uncountable.month", "Ngày bắt đầu phải là ngày đầu tháng.", field="start")
