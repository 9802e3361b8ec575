"""The one form in which a task comes in, whatever the door: exact, closed, and refused rather than guessed."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from thuocdo.kernel.text import clean

MOST_ITEMS = 1000
_DECIMAL = r"^[0-9]{1,7}(\.[0-9]{1,2})?$"
_MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"


def _plain(text: str) -> str:
    """One clean line. ValueError for control signs and broken characters, which no database should meet."""
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c not in "\t\r\n" for c in text):
        raise ValueError("control")
    return clean(text)


def _line(most: int, least: int = 0) -> Any:
    return Annotated[str, StringConstraints(max_length=most), AfterValidator(_plain), Field(min_length=least)]


Amount = Annotated[str, StringConstraints(pattern=_DECIMAL), Field(description="Số thập phân, viết bằng chuỗi")]
Day = Annotated[date, Field(strict=False)]
ExternalId = _line(200, 1)


Each = Annotated[list[Annotated[int, Field(ge=0, le=999)]], Field(max_length=999)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ResultIn(_Closed):
    """What the source says was done. Parts are not more than what was completed."""

    completed: Amount
    quality_met: Amount
    on_time: Amount
    quality_errors: Annotated[int, Field(ge=0, le=999)] = 0
    late: Annotated[int, Field(ge=0, le=999)] = 0
    quality_errors_each: Each | None = None
    late_each: Each | None = None
    cause: _line(500) = ""  # type: ignore[valid-type]
    evidence: _line(300) = ""  # type: ignore[valid-type]


class TaskContent(_Closed):
    """A task as its source describes it. `person` and `product` are codes, never names."""

    title: _line(1000, 1)  # type: ignore[valid-type]
    person: _line(200, 1)  # type: ignore[valid-type]
    due_date: Day
    month: Annotated[str, StringConstraints(pattern=_MONTH)] | None = None
    product: _line(100) = ""  # type: ignore[valid-type]
    coefficient: Amount | None = None
    quantity: Amount | None = None
    start_date: Day | None = None
    outside_plan: bool = False
    nature: Annotated[str, StringConstraints(pattern=r"^(regular|ad_hoc)$")] = "regular"
    is_key: bool = False
    is_new: bool = False
    is_hard: bool = False
    assigned_by: _line(120) = ""  # type: ignore[valid-type]
    expected: _line(300) = ""  # type: ignore[valid-type]
    document: _line(100) = ""  # type: ignore[valid-type]
    done_on: Day | None = None
    progress: Annotated[int, Field(ge=0, le=100)] | None = None
    recurring: bool = False
    result: ResultIn | None = None


class TaskIn(TaskContent):
    """One task of a REST delivery; `updated_at` orders the versions of the same task."""

    updated_at: Annotated[AwareDatetime, Field(strict=False)]
    external_id: ExternalId = ""  # type: ignore[valid-type]


@dataclass(frozen=True)
class Offer:
    """One task as offered by a source. `content` is `TaskContent` as plain JSON values."""

    external_id: str
    content: Mapping[str, Any]
    changed_at: datetime | None = None
    place: str = ""

    @property
    def text(self) -> str:
        """Canonical JSON of the content."""
        return json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the content: the same text twice is the same offer."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Unusable:
    """An item that does not have the form. `code` is stable, `message` Vietnamese, `part` the field meant."""

    external_id: str
    code: str
    message: str
    part: str = ""
    line: int = 0


def offer_from(raw: object, *, external_id: str | None = None) -> Offer | Unusable:
    """A REST item as an offer, or why it cannot be read. An id in the address must agree with the one inside."""
    name = raw.get("external_id", "") if isinstance(raw, dict) else ""
    shown = external_id or (name if isinstance(name, str) else "")
    if not isinstance(raw, dict):
        return Unusable(shown[:200], "not_an_object", "Mỗi công việc phải là một đối tượng JSON.")
    try:
        read = TaskIn.model_validate(raw)
        inside = read.external_id or external_id or ""
        if external_id is not None and inside != external_id:
            return Unusable(external_id[:200], "external_id", "Mã trong nội dung khác mã trên địa chỉ.", "external_id")
        if not inside:
            return Unusable(
                "", "missing", "external_id: còn thiếu. Hãy ghi mã của công việc ở hệ thống nguồn.", "external_id"
            )
        return Offer(inside, content_of(read), read.updated_at)
    except ValidationError as error:
        return unusable(shown[:200], error)


def content_of(read: TaskContent) -> dict[str, Any]:
    """The content as plain JSON values, without what is about the delivery."""
    return read.model_dump(mode="json", exclude={"updated_at", "external_id"})


_WORDS = {
    "missing": "còn thiếu. Hãy ghi đủ",
    "extra_forbidden": "không có trường này trong giao thức. Hãy bỏ đi",
    "string_type": "phải là chuỗi ký tự",
    "string_pattern_mismatch": "không đúng cách viết. Số viết bằng chuỗi, dấu chấm, tối đa hai chữ số thập phân, "
    'không âm (ví dụ "1.5"); tháng viết 2026-03',
    "string_too_long": "dài quá mức cho phép",
    "string_too_short": "để trống. Hãy ghi nội dung",
    "too_short": "để trống. Hãy ghi nội dung",
    "value_error": "có ký tự điều khiển hoặc ký tự hỏng",
    "int_type": "phải là số nguyên",
    "bool_type": "phải là true hoặc false",
    "timezone_aware": "phải kèm múi giờ, ví dụ 2026-03-05T09:00:00+07:00",
}


def unusable(external_id: str, error: ValidationError) -> Unusable:
    """The first problem of a validation in Vietnamese."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])[:80]
    kind = str(first["type"])
    if kind.startswith(("date", "datetime")):
        words = "không phải ngày giờ viết theo ISO, ví dụ 2026-03-25 hoặc 2026-03-05T09:00:00+07:00"
    else:
        words = _WORDS.get(kind, "có giá trị không dùng được")
    return Unusable(external_id, kind, f"{place}: {words}.", place)


def read_back(text: str) -> dict[str, Any]:
    """The content of a stored item."""
    found: dict[str, Any] = json.loads(text)
    return found
