"""What the officers typed for a regulation, read into choices; whatever is wrong names its field and the article."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.exact import ExactError, parse_user_decimal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import parse_points
from thuocdo.rulesets.choices import Item, Kind, Table, figure

Typed = Mapping[str, str]
HEADER = {
    "title": ("Tên quy chế", 200), "number": ("Số, ký hiệu", 60), "issuer": ("Cơ quan ban hành", 160),
    "by": ("Người có thẩm quyền ban hành", 160), "issued": ("Ngày ban hành", 10),
    "reason": ("Căn cứ, lý do ban hành", 500), "month": ("Áp dụng từ tháng", 7),
    "past_reason": ("Lý do áp dụng từ tháng đã qua", 400),
}  # fmt: skip
OPTIONAL = {"number", "issued", "past_reason"}
ARTICLE = re.compile(r"điều (\d{1,3})(?:[ ,]+khoản (\d{1,2}))?(?:[ ,]+điểm ([a-zđ]))?", re.IGNORECASE)
MONTH = re.compile(r"(0?[1-9]|1[0-2])/(20\d\d)", re.ASCII)
DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(20\d\d)", re.ASCII)
MOST_WORDS = 1000
STRICTER = "Quy chế của đơn vị chỉ được siết chặt hơn, không được nới"


@dataclass(frozen=True)
class Fault:
    """What keeps the text from being proposed. `blank`: nothing was typed there yet."""

    field: str
    message: str
    blank: bool = False


@dataclass(frozen=True)
class Choice:
    """One thing that the regulation decides: `value` for the overlay, `words` for people."""

    item: Item
    value: Any
    words: str
    article: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """Everything read from what was typed. `header` holds clean text; `month` None where it is not readable."""

    header: Mapping[str, str]
    kinds: tuple[str, ...]
    month: date | None
    issued: date | None
    choices: tuple[Choice, ...]
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Faults of what was typed, apart from what is still blank."""
        return tuple(f for f in self.faults if not f.blank)


def read_typed(typed: Typed, items: Sequence[Item], kinds: Sequence[str]) -> Reading:
    """The choices and every fault, in the order of the page. `kinds` are the kinds of people that may be ticked."""
    header = {name: clean(typed.get(name, "")) for name in HEADER}
    faults = list(_header_faults(header))
    month, issued = month_of(header["month"]), day_of_text(header["issued"])
    ticked = tuple(kind for kind in kinds if f"kind-{kind}" in typed)
    if kinds and not ticked:
        faults.append(Fault(f"kind-{kinds[0]}", "Đối tượng áp dụng: chưa chọn. Hãy chọn ít nhất một đối tượng.", True))
    choices: list[Choice] = []
    for item in items:
        choice, found = _choice(item, typed)
        faults += found
        choices += [choice] if choice else []
    if not choices and not any(f.field.startswith(get_args(Kind)) for f in faults):
        faults.append(Fault("", "Quy chế chưa quyết định nội dung nào. Hãy chọn ít nhất một nội dung.", True))
    faults += _sum_faults(items, typed)
    return Reading(header, ticked, month, issued, tuple(choices), tuple(faults))


def _header_faults(header: Typed) -> Iterator[Fault]:
    for name, (label, most) in HEADER.items():
        text = header[name]
        if not text and name not in OPTIONAL:
            yield Fault(name, f"{label}: chưa nhập. Hãy nhập nội dung.", True)
        if len(text) > most:
            yield Fault(name, f"{label}: dài {len(text)} ký tự. Hãy rút gọn còn tối đa {most} ký tự.")
    if header["month"] and month_of(header["month"]) is None:
        yield Fault(
            "month", f"Áp dụng từ tháng: “{header['month'][:20]}” không đọc được. Hãy chọn tháng trong danh sách."
        )
    if header["issued"] and day_of_text(header["issued"]) is None:
        yield Fault("issued", f"Ngày ban hành: “{header['issued'][:20]}” không phải ngày. Hãy ghi như 15/12/2026.")


def month_of(text: str) -> date | None:
    """The first day of the month written as 01/2027."""
    match = MONTH.fullmatch(text)
    return date(int(match[2]), int(match[1]), 1) if match else None


def day_of_text(text: str) -> date | None:
    """The day written as 15/12/2026."""
    match = DAY.fullmatch(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def _choice(item: Item, typed: Typed) -> tuple[Choice | None, list[Fault]]:
    """The choice for one item, if anything was chosen, and what is wrong with it."""
    text = typed.get(item.name, "").strip()
    if not text or item.settled:
        return None, []
    try:
        value, words = _value(item, text)
    except Refusal as refusal:
        return None, [Fault(item.name, refusal.message)]
    article, reason = clean(typed.get(f"{item.name}-article", "")), clean(typed.get(f"{item.name}-reason", ""))
    if item.kind in ("fill", "parts"):
        reason = reason or clean(typed.get("reason", ""))
    faults = []
    if ARTICLE.fullmatch(article) is None:
        what = "chưa ghi" if not article else f"“{article[:40]}” không đọc được"
        faults.append(
            Fault(
                f"{item.name}-article",
                f"Điều khoản của quy chế: {what}. Hãy ghi như “Điều 5 khoản 1”.",
                blank=not article,
            )
        )
    if not reason:
        what = f"Lý do của “{item.label[:120]}”"
        faults.append(Fault(f"{item.name}-reason", f"{what}: chưa ghi. Hãy nêu vì sao đơn vị quy định như vậy.", True))
    elif len(reason) > 500:
        faults.append(
            Fault(f"{item.name}-reason", f"Lý do: dài {len(reason)} ký tự. Hãy rút gọn còn tối đa 500 ký tự.")
        )
    return Choice(item, value, words, article, reason), faults


@dataclass(frozen=True)
class Sum:
    """What the parts of a group add up to as typed; `open` parts are not filled yet."""

    table: Table
    last: Item
    total: Decimal
    open: int

    @property
    def begun(self) -> bool:
        """Whether something was typed that does not add up yet."""
        return self.total > self.table.fixed and self.total != self.table.limit

    @property
    def words(self) -> str:
        """The sum for people, with what is left."""
        return f"{self.table.label}: {sum_words(self.total, self.table.limit)}"


def sums_of(items: Sequence[Item], typed: Typed) -> list[Sum]:
    """The sum of each group whose parts are filled one by one."""
    found: dict[str, Sum] = {}
    for item in items:
        if item.table is not None:
            before = found.get(item.table.key, Sum(item.table, item, item.table.fixed, 0))
            value = _points_or_none(typed.get(item.name, ""))
            found[item.table.key] = Sum(
                item.table, item, before.total + (value or Decimal(0)), before.open + (value is None)
            )
    return list(found.values())


def _points_or_none(text: str) -> Decimal | None:
    try:
        return Decimal(parse_points(text)) / 100
    except Refusal:
        return None  # a figure in the making; the fault beside its field says what is wrong


def sum_words(total: Decimal, limit: Decimal | None) -> str:
    """“đang cộng 20 trên 30 điểm, còn 10”."""
    if limit is None:
        return f"đang cộng {figure(total)} điểm"
    left = limit - total
    words = "vừa đủ" if left == 0 else f"còn {figure(left)}" if left > 0 else f"thừa {figure(-left)}"
    return f"đang cộng {figure(total)} trên {figure(limit)} điểm, {words}"


def _sum_faults(items: Sequence[Item], typed: Typed) -> Iterator[Fault]:
    for one in sums_of(items, typed):
        limit = one.table.limit
        if limit is not None and (one.total > limit or (one.open == 0 and one.total != limit)):
            yield Fault(
                one.last.name,
                f"{one.words} ({one.last.articles}). Hãy sửa để các phần cộng lại đúng {figure(limit)} điểm.",
            )


def _value(item: Item, text: str) -> tuple[Any, str]:
    """The value for the overlay and its words. Raises Refusal with the parent's article."""
    if item.kind == "settle":
        option = item.option(text)
        if option is None:
            raise _refused(item, "cách hiểu này không có trong danh sách", "Hãy chọn một cách hiểu đã nêu")
        return option.id, option.label
    if item.kind == "say":
        if len(text) > MOST_WORDS:
            raise _refused(item, f"dài {len(text)} ký tự", f"Hãy rút gọn còn tối đa {MOST_WORDS} ký tự")
        return clean(text), clean(text)
    if item.kind == "parts":
        return _parts(item, text)
    if item.kind == "fill":
        return _filled(item, text)
    return _stricter(item, text)


def _stricter(item: Item, text: str) -> tuple[Decimal, str]:
    value = Decimal(parse_points(text, label="Số liệu")) / 100
    assert item.limit is not None
    if value == item.limit:
        raise _refused(item, f"{figure(value)}{item.unit} bằng mức đang có", "Để trống nếu giữ nguyên")
    if item.kind == "lower" and value > item.limit:
        raise _refused(item, f"{figure(value)}{item.unit} cao hơn {item.limit_words} của quy định cấp trên", STRICTER)
    if item.kind == "raise" and value < item.limit:
        raise _refused(item, f"{figure(value)}{item.unit} thấp hơn {item.limit_words} của quy định cấp trên", STRICTER)
    return value, f"{figure(value)}{item.unit} (quy định cấp trên: {item.limit_words})"


def _filled(item: Item, text: str) -> tuple[Any, str]:
    if item.options:
        option = item.option(text)
        if option is None:
            raise _refused(item, "giá trị này không có trong danh sách", "Hãy chọn trong danh sách")
        return option.id, option.label
    try:
        value = parse_user_decimal(text)
    except ExactError as error:
        raise _refused(item, str(error), "Hãy nhập số, ví dụ 30 hoặc 7,5") from None
    whole = int(value) if value == value.to_integral_value() else value
    return whole, f"{figure(value)}{item.unit}"


def _parts(item: Item, text: str) -> tuple[list[dict[str, Any]], str]:
    """Lines such as “Chấp hành kỷ luật: 5”, whose maxima must add up to the group's."""
    rows: list[dict[str, Any]] = []
    for line in filter(None, (clean(line) for line in text.splitlines())):
        label, found, points = line.rpartition(":")
        if not found or not clean(label):
            raise _refused(item, f"dòng “{line[:40]}” chưa đúng cách ghi", "Mỗi dòng ghi: Tên phần: điểm tối đa")
        maximum = Decimal(parse_points(points, label=f"Điểm tối đa của “{clean(label)[:40]}”")) / 100
        rows.append({"slug": f"p{len(rows) + 1:02d}", "label": clean(label), "max": maximum})
    total = sum((row["max"] for row in rows), Decimal(0))
    if item.limit is not None and total != item.limit:
        raise _refused(
            item, f"các phần cộng lại được {figure(total)} điểm, khác {item.limit_words} của nhóm", "Hãy sửa cho khớp"
        )
    return rows, "; ".join(f"{row['label']}: tối đa {figure(row['max'])} điểm" for row in rows)


def _refused(item: Item, problem: str, remedy: str) -> Refusal:
    cite = f" ({item.articles})" if item.articles else ""
    label = item.label if len(item.label) <= 60 else item.label[:60].rsplit(" ", 1)[0] + "…"
    return Refusal("regulation.value", f"{label}: {problem}{cite}. {remedy}.")
