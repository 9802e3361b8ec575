"""Filters every template may use: Vietnamese numbers, dates and state names."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django import template
from django.db.models import Model
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from thuocdo.intake.written import day_text
from thuocdo.kernel.exact import decimal_vi, exact_vi
from thuocdo.kernel.typed import format_points
from thuocdo.rulesets.rules import KIND_NAMES
from thuocdo.web.access import now
from thuocdo.web.unsent import kept_for, milliseconds

register = template.Library()

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
CONFIDENCE = {
    "H": "đã đọc trong toàn văn và có nguồn khác khớp",
    "M": "một nguồn tốt, hoặc bản chép có chỗ khó đọc",
    "L": "nguồn yếu hoặc theo thông lệ địa phương",
    "I": "suy luận; chỉ áp dụng khi cơ quan đã chấp nhận",
}
_STATE_LOOKS = {
    "drafting": "",
    "submitted": "tag-info",
    "under_review": "tag-info",
    "returned": "tag-stop",
    "confirmed": "tag-ok",
    "exempted": "",
    "open": "tag-info",
    "closed": "",
    "received": "tag-wait",
    "upheld": "tag-ok",
    "corrected": "tag-ok",
    "active": "",
    "withdrawn": "tag-stop",
    "waiting": "tag-wait",
    "answered": "tag-ok",
    "published": "tag-ok",
    "merged": "",
}


_KEYS = re.compile(r" \((?:khóa [^()]*|[a-z]+(?:_[a-z]+)+)\)")


@register.filter
def no_keys(sentence: str) -> str:
    """A sentence of the engine without the keys of files of facts that it names in brackets for their authors.

    >>> no_keys("Chưa đủ dữ kiện: điểm “Kỷ luật” (khóa marks.discipline, products).")
    'Chưa đủ dữ kiện: điểm “Kỷ luật”.'
    >>> no_keys("cần nêu: ngày xếp loại (rating_date). Có thể là (1) Điều 5 (khoản a)")
    'cần nêu: ngày xếp loại. Có thể là (1) Điều 5 (khoản a)'
    """
    return _KEYS.sub("", sentence)


@register.filter
def hundredths(value: int | None) -> str:
    """An integer count of hundredths as a Vietnamese decimal; nothing for None.

    >>> hundredths(450), hundredths(None)
    ('4,5', '')
    """
    return "" if value is None else format_points(value)


@register.filter
def exact(value: Fraction) -> str:
    """A fraction: a decimal where it ends, else numerator/denominator."""
    return exact_vi(value)


@register.filter
def points(value: Fraction | Decimal | int) -> str:
    """A number as a decimal with a comma, cut (never rounded up), with an ellipsis where cut."""
    return decimal_vi(value)


@register.filter
def times(value: Fraction) -> str:
    """How many times: cut to two places after the comma, never rounded up."""
    return decimal_vi(Fraction(value * 100 // 1, 100))


@register.filter
def day(value: date | None) -> str:
    """A date as 30/10/2026; nothing for None."""
    return day_text(value)


@register.filter
def weekday(value: date) -> str:
    """A date with its weekday: thứ Sáu, 30/10/2026."""
    return f"{_WEEKDAYS[value.weekday()]}, {value:%d/%m/%Y}"


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in Vietnamese time: thứ Sáu, 30/10/2026, 17:00; nothing for None."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{weekday(local.date())}, {local:%H:%M}"


@register.filter
def due(value: date | datetime) -> str:
    """A deadline: a moment with its time, a day with its weekday."""
    return moment(value) if isinstance(value, datetime) else f"hết {weekday(value)}"


@register.filter
def clock(value: datetime) -> str:
    """Only the time of day in Viet Nam: 17:00:05."""
    return f"{timezone.localtime(value):%H:%M:%S}"


@register.simple_tag
def state_tag(state: str, label: str) -> SafeString:
    """A status tag: the word says it, the sign and colour only help."""
    return format_html('<span class="tag {}">{}</span>', _STATE_LOOKS.get(state, ""), label)


@register.filter
def item(sequence: Sequence[object], index: int) -> object:
    """The element at a position."""
    return sequence[index]


@register.filter
def newest(rows: Iterable[Model]) -> Model | None:
    """The row written last, or nothing."""
    return max(rows, key=lambda row: row.pk, default=None)


@register.filter
def get(mapping: dict[object, object], key: object) -> object:
    """The value under a key, or an empty text."""
    return mapping.get(key, "")


@register.filter
def named(names: dict[str, str], key: str) -> str:
    """What a key is called; the key itself where nothing is known by it."""
    return names.get(key, key)


@register.filter
def confidence_words(code: str) -> str:
    """What the confidence mark of a citation means."""
    return CONFIDENCE[code]


@register.filter
def kind_name(kind: str) -> str:
    """A kind of people in words."""
    return KIND_NAMES[kind]


@register.simple_tag(takes_context=True)
def keep_typed(context: Context, *parts: object) -> SafeString:
    """Inside a form: what is typed into it is kept on the server until it is sent, under the name of this place."""
    request, place = context["request"], "/".join(map(str, parts))
    typed, at = kept_for(request, place)
    return format_html(
        '<input type="hidden" name="typed_place" value="{}" data-keep-typed="{}" data-unsent="{}" data-unsent-at="{}">',
        place, request.user.pk, typed, at,
    )  # fmt: skip


@register.simple_tag
def server_now() -> int:
    """The server's clock in milliseconds: the script goes by no other."""
    return milliseconds(now())
