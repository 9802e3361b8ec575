"""What an officer writes about a source: read into values, or refused with the field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from thuocdo.inflow import rules
from thuocdo.inflow.hosts import checked_url
from thuocdo.inflow.models import Source
from thuocdo.kernel.errors import Reading, Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import format_points, parse_points, text_from
from thuocdo.organisation.access import staff_code

MOST_MAPPED = 5000
COLUMNS = {
    "external_id": "Mã ở nguồn (số văn bản)",
    "title": "Tên việc (trích yếu)",
    "person": "Người xử lý (mã)",
    "due_date": "Hạn",
    "month": "Tháng",
    "product": "Mã sản phẩm",
    "coefficient": "Hệ số quy đổi",
    "quantity": "Số lượng giao",
    "done_on": "Ngày hoàn thành",
    "evidence": "Kết quả (số văn bản, minh chứng)",
    "completed": "Số lượng hoàn thành",
    "quality_met": "Số lượng đạt chất lượng",
    "on_time": "Số lượng đúng hạn",
    "assigned_by": "Người giao",
}
NEEDED = ("external_id", "title", "person", "due_date")


@dataclass(frozen=True)
class Settings:
    """Everything of a source that its officer decides."""

    name: str
    month_rule: str = Source.MonthRule.DUE
    completion: str = Source.Completion.NOTE
    default_product: str = ""
    default_coefficient: int | None = None
    silent_days: int | None = None
    people: dict[str, str] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    url: str = ""
    username: str = ""
    write_back: bool = False


def settings_from(typed: Mapping[str, str]) -> Settings:
    """The settings as typed. Raises Several with every field that cannot be read."""
    coefficient = clean(typed.get("default_coefficient", ""))
    product = clean(typed.get("default_product", ""))
    read = Reading()
    found = Settings(
        name=read(text_from, typed.get("name", ""), "Tên nguồn", most=120, field="name"),
        month_rule=read(_one_of, typed, "month_rule", Source.MonthRule.values, "Khi không có tháng"),
        completion=read(_one_of, typed, "completion", Source.Completion.values, "Khi nguồn báo xong"),
        default_product=read(_code, product, "default_product") if product else "",
        default_coefficient=read(_coefficient, coefficient) if coefficient else None,
        silent_days=read(_days, clean(typed.get("silent_days", ""))),
        people=read(mapping_from, typed.get("people", ""), "people"),
        products=read(mapping_from, typed.get("products", ""), "products"),
        columns={k: title for k in COLUMNS if (title := clean(typed.get(f"column-{k}", "")))},
        url=typed.get("url", "").strip(),
        username=typed.get("username", ""),
        write_back=typed.get("write_back") == "1",
    )
    read.done()
    return found


def check_new(kind: str, typed: Mapping[str, str], token_days: int) -> None:
    """What only a new source of this kind is asked. Raises Several with every field that cannot be taken."""
    read = Reading()
    if kind == Source.Kind.REST:
        read(check_days, token_days)
    if kind == Source.Kind.CALDAV:
        read(checked_url, typed.get("url", "").strip())
        read(text_from, typed.get("username", ""), "Tài khoản", most=120, field="username")
    read.done()


def check_kind(kind: str) -> None:
    """Raises Refusal with the field where no kind of source is named."""
    if kind not in Source.Kind.values:
        raise Refusal("source.kind", "Loại nguồn: chưa chọn. Hãy chọn một loại.", field="kind")


def check_days(days: int) -> None:
    """Raises Refusal with the field for a token that would hold too long or not at all."""
    if not 1 <= days <= rules.TOKEN_DAYS:
        raise Refusal("token.days", f"Thời hạn mã: từ 1 đến {rules.TOKEN_DAYS} ngày.", field="token_days")


def typed_from(source: Source) -> dict[str, str]:
    """The settings of a source as they are typed."""
    texts = {
        "name": source.name, "month_rule": source.month_rule, "completion": source.completion,
        "default_product": source.default_product, "url": source.url, "username": source.username,
        "default_coefficient": format_points(source.default_coefficient) if source.default_coefficient else "",
        "silent_days": str(source.silent_days or ""), "write_back": "1" if source.write_back else "",
        "people": _lines(source.people), "products": _lines(source.products),
    }  # fmt: skip
    return texts | {f"column-{k}": source.columns.get(k, "") for k in COLUMNS}


def _lines(mapping: Mapping[str, str]) -> str:
    return "\n".join(f"{outside} = {code}" for outside, code in sorted(mapping.items()))


def _one_of(typed: Mapping[str, str], name: str, options: list[str], label: str) -> str:
    value = typed.get(name, "")
    if value not in options:
        raise Refusal("choice.missing", f"{label}: chưa chọn. Hãy chọn một mục.", field=name)
    return value


def _code(text: str, name: str) -> str:
    try:
        return staff_code(text, "Mã")
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=name) from refusal


def coefficient_from(text: str, name: str) -> int:
    """A coefficient above 0 in hundredths. Raises Refusal with the field."""
    try:
        value = parse_points(text, label="Hệ số quy đổi")
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=name) from refusal
    if value == 0:
        raise Refusal("task.coefficient", "Hệ số quy đổi phải lớn hơn 0.", field=name)
    return value


def _coefficient(text: str) -> int:
    return coefficient_from(text, "default_coefficient")


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= rules.MOST_SILENT_DAYS and len(text) < 4):
        raise Refusal(
            "source.silent",
            f"Số ngày im lặng: ghi số nguyên từ 1 đến {rules.MOST_SILENT_DAYS}, hoặc để trống.",
            field="silent_days",
        )
    return int(text)


def mapping_from(text: str, name: str) -> dict[str, str]:
    """Lines `ở nguồn = mã ở đây`. Raises Refusal naming the line."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not clean(line):
            continue
        outside, _, code = (clean(part) for part in line.rpartition("="))
        if not outside or not code or len(outside) > 200:
            raise Refusal("mapping.line", f"Dòng {number}: hãy ghi “mã ở nguồn = mã ở đây”.", field=name)
        if outside in found:
            raise Refusal("mapping.twice", f"Dòng {number}: “{outside[:60]}” đã có ở trên.", field=name)
        found[outside] = _code(code, name)
    if len(found) > MOST_MAPPED:
        raise Refusal("mapping.long", f"Bảng quy đổi có {len(found)} dòng; tối đa {MOST_MAPPED}.", field=name)
    return found
