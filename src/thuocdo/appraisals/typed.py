"""Reading what people typed into a sheet. Every problem is collected and named by field; nothing is
clamped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.engine import Rulebook
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean, clean_lines
from thuocdo.kernel.typed import format_points, parse_points

LONG_TEXT = 4000
SHORT_TEXT = 1000
MAX_COUNT = 9999
NUMBERS = {
    "completed": "Số lượng hoàn thành",
    "quality_met": "Số lượng đạt chất lượng",
    "on_time": "Số lượng đúng hạn",
}
COUNTS = {
    "quality_errors": "Số lần không đạt chất lượng",
    "late": "Số lần chậm",
    "late_excused": "Số lần chậm được xác nhận nguyên nhân khách quan",
}


class Problems(dict[str, str]):
    """Field to sentence, in the order found."""

    def points(self, field: str, value: object, *, maximum: int | None = None, label: str) -> int | None:
        """What was typed in hundredths, or None with the problem noted."""
        try:
            return parse_points(_text(value), maximum, label=label)
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


def _text(value: object) -> str:
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


def step_of(book: Rulebook) -> int | None:
    """The step of the general points in hundredths, once an overlay settled it."""
    for point in book.open_points:
        if point.joint == "mark_step" and point.settled is not None:
            step = point.readings[point.index_of(point.settled.reading)].spec.step
            return None if step is None else int(step * 100)
    return None


def read_marks(
    book: Rulebook, raw: Mapping[str, Any], problems: Problems, *, complete: bool
) -> dict[str, int]:
    """Marks of the general criteria in hundredths. `complete`: an empty or missing mark is a problem."""
    step = step_of(book)
    marks: dict[str, int] = {}
    known = {c.slug: c for c in book.criteria}
    for slug in sorted(set(raw) - set(known)):
        problems[f"marks.{slug}"] = f"Tiêu chí “{slug}” không có trong bộ quy tắc; hãy tải lại trang."
    for slug, criterion in known.items():
        field, typed, label = f"marks.{slug}", _text(raw.get(slug, "")), f"{criterion.code} {criterion.label}"
        if typed.strip() == "":
            if complete:
                problems[field] = (
                    f"{label}: chưa chấm. Hãy nhập điểm từ 0 đến {format_points(int(criterion.max * 100))}."
                )
            continue
        value = problems.points(field, typed, maximum=int(criterion.max * 100), label=label)
        if value is not None and step and value % step:
            problems[field] = (
                f"{label}: điểm phải là bội số của {format_points(step)} theo quy chế của đơn vị."
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


@dataclass(frozen=True)
class Line:
    """One product as judged: quantities in hundredths, occurrences whole, and the evaluator's note."""

    completed: int | None
    quality_met: int | None
    on_time: int | None
    quality_errors: int
    late: int
    late_excused: int
    note: str = ""

    def numbers(self) -> tuple[int | None, ...]:
        return (
            self.completed,
            self.quality_met,
            self.on_time,
            self.quality_errors,
            self.late,
            self.late_excused,
        )


def read_line(code: str, raw: Mapping[str, Any], base: Line, problems: Problems) -> Line:
    """A judged product; what is absent or empty stays as reported. A difference needs a note."""
    before, field = len(problems), f"tasks.{code}"
    only(raw, (*NUMBERS, *COUNTS, "note"), problems)
    values: dict[str, int | None] = {}
    for name, label in {**NUMBERS, **COUNTS}.items():
        typed = raw.get(name, "")
        if typed is None or _text(typed).strip() == "":
            values[name] = getattr(base, name)
        elif name in NUMBERS:
            values[name] = problems.points(f"{field}.{name}", typed, label=f"{code}: {label.lower()}")
        else:
            values[name] = problems.count(f"{field}.{name}", typed, label=f"{code}: {label.lower()}")
    note = problems.text(f"{field}.note", raw.get("note", ""), most=SHORT_TEXT, label=f"{code}: lý do")
    if len(problems) > before:
        return base
    line = Line(
        values["completed"],
        values["quality_met"],
        values["on_time"],
        values["quality_errors"] or 0,
        values["late"] or 0,
        values["late_excused"] or 0,
        note,
    )
    _check_line(code, line, base, problems)
    return line


def _check_line(code: str, line: Line, base: Line, problems: Problems) -> None:
    field = f"tasks.{code}"
    for name in ("quality_met", "on_time"):
        part = getattr(line, name)
        if part is not None and (line.completed is None or part > line.completed):
            problems[f"{field}.{name}"] = (
                f"{code}: {NUMBERS[name].lower()} không được lớn hơn số lượng hoàn thành."
            )
    if line.late_excused > line.late:
        problems[f"{field}.late_excused"] = (
            f"{code}: số lần chậm được xác nhận khách quan không được lớn hơn số lần chậm."
        )
    changed = line.numbers() != base.numbers()
    if (changed or line.late_excused) and not line.note:
        problems[f"{field}.note"] = (
            f"{code}: hãy ghi lý do, vì nhận định khác với báo cáo của người được đánh giá hoặc "
            "có xác nhận nguyên nhân khách quan."
        )


@dataclass(frozen=True)
class Judgement:
    """The evaluator's part, read. `factors` and `decisions` are as the case format wants them, without
    names."""

    tasks: dict[str, Line]
    marks: dict[str, int] | None
    factors: dict[str, int]
    factor_reasons: dict[str, str]
    decisions: dict[str, tuple[str, str]]
    comment: str


def read_judgement(
    book: Rulebook,
    document: Mapping[str, Any],
    base: Mapping[str, Line],
    *,
    leader: bool,
    marks: bool,
    complete: bool,
) -> tuple[Judgement, Problems]:
    """The judgement document over the `base` lines.

    `leader`: the three factors belong to it. `marks`: it holds the marks too (stand-in). `complete`: what a
    confirmation needs must be there (comment, factors, marks).
    """
    problems = Problems()
    only(
        document, ("tasks", "marks", "leadership_factors", "factor_reasons", "decisions", "comment"), problems
    )
    raw_tasks = mapping(document.get("tasks", {}), problems, "tasks")
    for code in sorted(set(raw_tasks) - set(base)):
        problems[f"tasks.{code}"] = f"Công việc “{code}” không có trong phiếu này; hãy tải lại trang."
    tasks = {
        code: read_line(code, mapping(raw_tasks.get(code, {}), problems, f"tasks.{code}"), line, problems)
        for code, line in base.items()
    }
    raw_marks = mapping(document.get("marks", {}), problems, "marks")
    if raw_marks and not marks:
        problems["marks"] = (
            "Điểm tiêu chí chung do người được đánh giá tự chấm; nếu không đồng ý, hãy trả lại phiếu kèm "
            "lý do."
        )
    decisions = _read_decisions(book, document, problems)
    needed = complete and not any(p.joint == "missing_factor" and p.id in decisions for p in book.open_points)
    factors, reasons = _read_factors(
        book, document, problems, leader=leader, complete=complete, needed=needed
    )
    comment = problems.text(
        "comment", document.get("comment", ""), most=LONG_TEXT, label="Ý kiến nhận xét", needed=complete
    )
    return Judgement(
        tasks,
        read_marks(book, raw_marks, problems, complete=complete) if marks else None,
        factors,
        reasons,
        decisions,
        comment,
    ), problems


def _read_factors(
    book: Rulebook,
    document: Mapping[str, Any],
    problems: Problems,
    *,
    leader: bool,
    complete: bool,
    needed: bool,
) -> tuple[dict[str, int], dict[str, str]]:
    raw = mapping(document.get("leadership_factors", {}), problems, "leadership_factors")
    why = mapping(document.get("factor_reasons", {}), problems, "factor_reasons")
    rule = book.book.factors
    known = {item.slug: item for item in rule.items} if rule is not None and leader else {}
    for slug in sorted((set(raw) | set(why)) - set(known)):
        problems[f"leadership_factors.{slug}"] = "Yếu tố này không áp dụng cho phiếu này; hãy tải lại trang."
    allowed = [int(value) for value in rule.allowed] if rule is not None else []
    factors: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for slug, item in known.items():
        field, label = f"leadership_factors.{slug}", f"{item.symbol}) {item.label}"
        reason = problems.text(
            f"factor_reasons.{slug}", why.get(slug, ""), most=SHORT_TEXT, label=f"Lý do của {label}"
        )
        reasons |= {slug: reason} if reason else {}
        typed = _text(raw.get(slug) if raw.get(slug) is not None else "").strip()
        if typed == "":
            if needed and item.derived is None:
                problems[field] = f"{label}: hãy chọn {' hoặc '.join(f'{a}%' for a in allowed)}."
            continue
        if typed not in {str(a) for a in allowed}:
            problems[field] = f"{label}: chỉ nhận {' hoặc '.join(f'{a}%' for a in allowed)}."
            continue
        factors[slug] = int(typed)
        if complete and factors[slug] != max(allowed) and not reason:
            problems[f"factor_reasons.{slug}"] = f"{label}: hãy ghi lý do chọn {typed}%."
    return factors, reasons


def _read_decisions(
    book: Rulebook, document: Mapping[str, Any], problems: Problems
) -> dict[str, tuple[str, str]]:
    raw = mapping(document.get("decisions", {}), problems, "decisions")
    points = {p.id: p for p in book.open_points}
    found: dict[str, tuple[str, str]] = {}
    for point, given in raw.items():
        field = f"decisions.{point}"
        decision = mapping(given, problems, field)
        reading = clean(_text(decision.get("reading") or ""))
        reason = problems.text(
            f"{field}.reason", decision.get("reason", ""), most=SHORT_TEXT, label="Lý do quyết định"
        )
        if reading == "" and reason == "":
            continue
        if point not in points:
            problems[field] = f"Bộ quy tắc không có điểm còn để ngỏ “{point}”; hãy tải lại trang."
        elif points[point].settled is not None:
            problems[field] = (
                "Điểm này đã được quy chế của đơn vị quyết định chung; không quyết định riêng cho một phiếu."
            )
        elif reading not in {r.id for r in points[point].readings}:
            problems[f"{field}.reading"] = "Hãy chọn một trong các cách hiểu được nêu."
        elif not reason:
            problems[f"{field}.reason"] = "Hãy ghi lý do quyết định điểm luật còn để ngỏ này."
        else:
            found[point] = (reading, reason)
    return found
