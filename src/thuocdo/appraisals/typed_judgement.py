"""Reading the evaluator's judgement: products, leadership factors, decisions on open points, comment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.appraisals.typed import (
    LONG_TEXT,
    SHORT_TEXT,
    Problems,
    mapping,
    only,
    read_marks,
    typed_text,
)
from thuocdo.engine import Rulebook
from thuocdo.engine.each import each_problem
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean
from thuocdo.kernel.typed import parse_each
from thuocdo.work.rules import EACH, doubts

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


@dataclass(frozen=True)
class Line:
    """One product as judged: quantities in hundredths, occurrences whole, and the evaluator's note; `title` only names
    it in messages."""

    completed: int | None
    quality_met: int | None
    on_time: int | None
    quality_errors: int
    late: int
    late_excused: int
    quality_errors_each: tuple[int, ...] = ()
    late_each: tuple[int, ...] = ()
    one_piece: bool = False
    note: str = ""
    title: str = ""

    def numbers(self) -> tuple[object, ...]:
        return (
            self.completed,
            self.quality_met,
            self.on_time,
            self.quality_errors,
            self.late,
            self.late_excused,
            self.quality_errors_each,
            self.late_each,
        )


def read_line(code: str, raw: Mapping[str, Any], base: Line, problems: Problems, *, apart: bool = True) -> Line:
    """A judged product; what is absent or empty stays as reported. A difference needs a note. `apart`: the rulebook
    takes from single products, so it must be clear from which."""
    before, field, named = len(problems), f"tasks.{code}", base.title or code
    only(raw, (*NUMBERS, *COUNTS, *EACH, "note"), problems)
    values: dict[str, int | None] = {}
    for name, label in {**NUMBERS, **COUNTS}.items():
        typed = raw.get(name, "")
        if typed is None or typed_text(typed).strip() == "":
            values[name] = getattr(base, name)
        elif name in NUMBERS:
            values[name] = problems.points(f"{field}.{name}", typed, label=f"{named}: {label.lower()}")
        else:
            values[name] = problems.count(f"{field}.{name}", typed, label=f"{named}: {label.lower()}")
    each = {name: _each(name, raw, base, problems, f"{field}.{name}", named) for name in EACH}
    note = problems.text(f"{field}.note", raw.get("note", ""), most=SHORT_TEXT, label=f"{named}: lý do")
    if len(problems) > before:
        return base
    line = Line(
        values["completed"],
        values["quality_met"],
        values["on_time"],
        values["quality_errors"] or 0,
        values["late"] or 0,
        values["late_excused"] or 0,
        each["quality_errors_each"],
        each["late_each"],
        base.one_piece,
        note,
        base.title,
    )
    _check_line(code, line, base, problems)
    if apart:
        _check_each(code, line, problems)
    return line


def _each(
    name: str, raw: Mapping[str, Any], base: Line, problems: Problems, field: str, named: str
) -> tuple[int, ...]:
    """What is judged of single products; what was not sent stays as reported, an empty field says nothing of them."""
    typed = raw.get(name)
    if typed is None:
        kept: tuple[int, ...] = getattr(base, name)
        return kept
    try:
        return parse_each(typed_text(typed), label=f"{named}: {EACH[name].lower()}")
    except Refusal as refusal:
        problems[field] = refusal.message
        return ()


def _check_line(code: str, line: Line, base: Line, problems: Problems) -> None:
    field, named = f"tasks.{code}", base.title or code
    for name in ("quality_met", "on_time"):
        part = getattr(line, name)
        if part is not None and (line.completed is None or part > line.completed):
            problems[f"{field}.{name}"] = (
                f"{named}: {NUMBERS[name].lower()} không được lớn hơn số lượng hoàn thành."
            )
    if line.late_excused > line.late:
        problems[f"{field}.late_excused"] = (
            f"{named}: số lần chậm được xác nhận khách quan không được lớn hơn số lần chậm."
        )
    if line.numbers() != base.numbers() and not line.note:
        problems[f"{field}.note"] = (
            f"{named}: hãy ghi lý do, vì nhận định khác với báo cáo của người được đánh giá hoặc "
            "với số lần chậm đã được xác nhận nguyên nhân khách quan."
        )


def _check_each(code: str, line: Line, problems: Problems) -> None:
    field, named, completed = f"tasks.{code}", line.title or code, line.completed
    for counts, doubt in doubts(line).items():
        problems.setdefault(f"{field}.{counts}", f"{named}: {doubt}")
    for counts, said, times in (
        ("quality_met", "quality_errors_each", line.quality_errors),
        ("on_time", "late_each", line.late - line.late_excused),
    ):
        counted, each = getattr(line, counts), getattr(line, said)
        if completed is None or counted is None or counted > completed or times < 0:
            continue
        problem = each_problem(each, counted, completed, times, one_piece=line.one_piece) if each else ""
        if problem:
            problems[f"{field}.{said}"] = f"{named}: {EACH[said].lower()}: {problem}. Hãy sửa cho khớp."


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
    recorded: Collection[str] = (),
) -> tuple[Judgement, Problems]:
    """The judgement document over the `base` lines. `recorded` points were decided for the whole kind.

    `leader`: the three factors belong to it. `marks`: it holds the marks too (stand-in). `complete`: what a
    confirmation needs must be there (comment, factors, marks).
    """
    problems = Problems()
    only(
        document, ("tasks", "marks", "leadership_factors", "factor_reasons", "decisions", "comment"), problems
    )
    apart = book.takes_from_products
    raw_tasks = mapping(document.get("tasks", {}), problems, "tasks")
    for code in sorted(set(raw_tasks) - set(base)):
        problems[f"tasks.{code}"] = f"Công việc “{code}” không có trong phiếu này; hãy tải lại trang."
    tasks = {
        code: read_line(code, mapping(raw_tasks.get(code, {}), problems, f"tasks.{code}"), line, problems, apart=apart)
        for code, line in base.items()
    }
    raw_marks = mapping(document.get("marks", {}), problems, "marks")
    if raw_marks and not marks:
        problems["marks"] = (
            "Điểm tiêu chí chung do người được đánh giá tự chấm; nếu không đồng ý, hãy trả lại phiếu kèm "
            "lý do."
        )
    decisions = _read_decisions(book, document, problems, recorded)
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
        typed = typed_text(raw.get(slug) if raw.get(slug) is not None else "").strip()
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
    book: Rulebook, document: Mapping[str, Any], problems: Problems, recorded: Collection[str]
) -> dict[str, tuple[str, str]]:
    raw = mapping(document.get("decisions", {}), problems, "decisions")
    points = {p.id: p for p in book.open_points}
    found: dict[str, tuple[str, str]] = {}
    for point, given in raw.items():
        field = f"decisions.{point}"
        decision = mapping(given, problems, field)
        reading = clean(typed_text(decision.get("reading") or ""))
        reason = problems.text(
            f"{field}.reason", decision.get("reason", ""), most=SHORT_TEXT, label="Lý do quyết định"
        )
        if reading == "" and reason == "":
            continue
        if point not in points:
            problems[field] = f"Bộ quy tắc không có điểm còn để ngỏ “{point}”; hãy tải lại trang."
        elif point in recorded:
            problems[field] = (
                "Điểm này đã được quyết định chung tại Quy định áp dụng; không quyết định riêng cho một phiếu."
            )
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
