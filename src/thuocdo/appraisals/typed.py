"""Reading what people typed into a sheet. Every problem is collected and named by field; nothing is
clamped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any

from thuocdo.engine import Rulebook
from thuocdo.engine.rulebook import PointOfLaw
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.kernel.typed import format_points, parse_points

LONG_TEXT = 4000
SHORT_TEXT = 1000
MAX_COUNT = 9999


class Problems(dict[str, str]):
    """Field to sentence, in the order found."""

    def points(self, field: str, value: object, *, maximum: int | None = None, label: str) -> int | None:
        """What was typed in hundredths, or None with the problem noted."""
        try:
            return parse_points(typed_text(value), maximum, label=label)
        except Refusal as refusal:
            self[field] = refusal.message
            return None

    def count(self, field: str, value: object, *, label: str) -> int | None:
        """A whole number of occurrences, or None with the problem noted."""
        hundredths = self.points(field, value, maximum=MAX_COUNT * 100, label=label)
        if hundredths is not None and hundredths % 100:
            self[field] = f"{label}: hãy nhập số nguyên, ví dụ 0, 1 hoặc 2."
            return None
        return None if hundredths is None else hundredths // 100

    def text(self, field: str, value: object, *, most: int, label: str, needed: bool = False) -> str:
        """Text in one normal form; too long or missing where needed is a problem."""
        if not isinstance(value, str):
            self[field] = f"{label}: chỉ nhận văn bản."
            return ""
        found = clean_lines(value)
        if len(found) > most:
            self[field] = f"{label}: dài {len(found)} ký tự, chỉ được tối đa {most}. Hãy rút gọn."
        elif needed and not found:
            self[field] = f"{label}: chưa ghi. Hãy ghi nội dung này."
        return found


def typed_text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else "?"


def mapping(value: object, problems: Problems, field: str) -> dict[str, Any]:
    """A group of keys, or an empty one with the problem noted."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return dict(value)
    problems[field] = f"“{field}” gửi lên sai dạng; hãy tải lại trang rồi nhập lại."
    return {}


def only(document: Mapping[str, Any], known: Iterable[str], problems: Problems) -> None:
    """Note the keys that the document may not have."""
    for key in sorted(set(document) - set(known)):
        problems[str(key)[:60]] = (
            f"Mục “{str(key)[:60]}” không có trong phiếu; hãy tải lại trang rồi nhập lại."
        )


@dataclass(frozen=True)
class Step:
    """The step of the general points in hundredths. `settled` by a regulation: `source` names its article
    and `by` its author. Otherwise the decree names no step: marks off `hundredths` wait for a decision."""

    hundredths: int
    settled: bool
    source: str
    by: str

    @property
    def text(self) -> str:
        return format_points(self.hundredths)


def mark_step(book: Rulebook) -> Step | None:
    """The rulebook's rule about steps; None where its law leaves nothing open there."""
    point = next((p for p in book.open_points if p.joint == "mark_step"), None)
    if point is None:
        return None
    if point.settled is None:
        return Step(lcm(*_steps(point)), False, "; ".join(c.text() for c in point.cite), "")
    step = point.readings[point.index_of(point.settled.reading)].spec.step
    source = "; ".join(c.text() for c in point.settled.cite)
    return Step(int(step * 100), True, source, point.settled.by) if step else None


def _steps(point: PointOfLaw) -> list[int]:
    return [int(reading.spec.step * 100) for reading in point.readings if reading.spec.step]


def read_marks(
    book: Rulebook, raw: Mapping[str, Any], problems: Problems, *, complete: bool
) -> dict[str, int]:
    """Marks of the general criteria in hundredths. `complete`: an empty or missing mark is a problem."""
    step = mark_step(book)
    marks: dict[str, int] = {}
    known = {c.slug: c for c in book.criteria}
    for slug in sorted(set(raw) - set(known)):
        problems[f"marks.{slug}"] = f"Tiêu chí “{slug}” không có trong bộ quy tắc; hãy tải lại trang."
    for slug, criterion in known.items():
        field, typed, label = (
            f"marks.{slug}",
            typed_text(raw.get(slug, "")),
            f"{criterion.code} {criterion.label}",
        )
        if typed.strip() == "":
            if complete:
                problems[field] = (
                    f"{label}: chưa chấm. Hãy nhập điểm từ 0 đến {format_points(int(criterion.max * 100))}."
                )
            continue
        value = problems.points(field, typed, maximum=int(criterion.max * 100), label=label)
        if value is not None and step and step.settled and value % step.hundredths:
            problems[field] = (
                f"{label}: “{format_points(value)}” không theo bước {step.text} điểm mà {step.source} quy "
                f"định. Hãy nhập bội số của {step.text}."
            )
        elif value is not None:
            marks[slug] = value
    return marks


@dataclass(frozen=True)
class SelfDocument:
    """The owner's part, read: marks in hundredths, texts, and whether unreported work counts as not done."""

    marks: dict[str, int]
    strengths: str
    shortcomings: str
    unreported_ok: bool


def read_self(
    book: Rulebook, document: Mapping[str, Any], *, complete: bool
) -> tuple[SelfDocument, Problems]:
    """The self document; `complete` asks for every mark (submit), otherwise it may be partial (draft,
    preview)."""
    problems = Problems()
    only(document, ("marks", "strengths", "shortcomings", "unreported_ok"), problems)
    raw = mapping(document.get("marks", {}), problems, "marks")
    accepted = document.get("unreported_ok", False)
    if not isinstance(accepted, bool):
        problems["unreported_ok"] = "Ô xác nhận công việc chưa báo cáo gửi lên sai dạng; hãy tải lại trang."
    return SelfDocument(
        read_marks(book, raw, problems, complete=complete),
        problems.text("strengths", document.get("strengths", ""), most=LONG_TEXT, label="Ưu điểm"),
        problems.text(
            "shortcomings", document.get("shortcomings", ""), most=LONG_TEXT, label="Hạn chế, khuyết điểm"
        ),
        accepted is True,
    ), problems
