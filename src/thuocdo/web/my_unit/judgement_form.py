"""The judgement form: what was reported beside what is judged, field by field, named as in the document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thuocdo.appraisals.facts import hundredths, line_of
from thuocdo.engine import Citation, Outcome, Rulebook
from thuocdo.kernel.exact import decimal_vi
from thuocdo.kernel.typed import format_each
from thuocdo.web.rules.reader import deduction_words
from thuocdo.work.rules import EACH, doubts, may_need_each

_MEASURES = (
    ("completed", "Hoàn thành"),
    ("quality_met", "Đạt chất lượng"),
    ("on_time", "Đúng hạn"),
    ("quality_errors", "Lần không đạt chất lượng"),
    ("late", "Lần chậm"),
    ("late_excused", "Chậm do khách quan, được xác nhận"),
)


@dataclass(frozen=True)
class Cell:
    """One measure of one product: the input's name, the reported value and the value in the input."""

    field: str
    label: str
    reported: str
    value: str


@dataclass(frozen=True)
class ProductRow:
    """One product under judgement."""

    code: str
    name: str
    assigned: str
    coefficient: str
    due: date | None
    outside_plan: bool
    handed_back: bool
    unreported: bool
    cause: str
    evidence: str
    cells: tuple[Cell, ...]
    each: tuple[Cell, ...]
    remarks: tuple[str, ...]
    note_field: str
    note: str


@dataclass(frozen=True)
class MarkRow:
    """One general criterion; `field` is empty where the mark is only shown."""

    group: str
    code: str
    label: str
    maximum: str
    field: str
    value: str


@dataclass(frozen=True)
class FactorChoice:
    """One of the two values a leadership factor may take, with the article's description."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class FactorRow:
    """One leadership factor (Điều 15 khoản 3). `derived`: follows from the subordinates unless chosen."""

    field: str
    reason_field: str
    label: str
    choices: tuple[FactorChoice, ...]
    derived: bool
    unchosen: bool
    reason: str
    cite: tuple[Citation, ...]


@dataclass(frozen=True)
class ReadingRow:
    """One reading of an open point, and what it would give."""

    id: str
    label: str
    source: str
    gives: str
    chosen: bool


@dataclass(frozen=True)
class QuestionRow:
    """One point that the law leaves open."""

    field: str
    question: str
    cite: tuple[Citation, ...]
    readings: tuple[ReadingRow, ...]
    reason_field: str
    reason: str
    answered: str = ""

    @property
    def chosen(self) -> bool:
        return any(reading.chosen for reading in self.readings)


@dataclass(frozen=True)
class JudgementForm:
    """Everything the form shows, typed text first, reported values where nothing was typed."""

    products: tuple[ProductRow, ...]
    marks: tuple[MarkRow, ...]
    factors: tuple[FactorRow, ...]
    questions: tuple[QuestionRow, ...]
    comment: str
    deductions: str


def form_of(
    book: Rulebook,
    document: Mapping[str, Any],
    outcome: Outcome | None,
    typed: Mapping[str, Any],
    *,
    leader: bool,
    with_marks: bool,
) -> JudgementForm:
    """The form over a stored `document` (the owner's, or bare tasks for a stand-in) and what was typed."""
    missing = outcome.missing if outcome else ()
    return JudgementForm(
        tuple(
            _product(entry, document, typed, book.takes_from_products, missing)
            for entry in document["subject"].get("products", ())
        ),
        _marks(book, document["subject"].get("marks", {}), typed, with_marks),
        _factors(book, typed) if leader else (),
        tuple(question_row(q, typed) for q in outcome.open_points) if outcome else (),
        str(typed.get("comment", "")),
        deduction_words(book),
    )


def _product(
    entry: Mapping[str, Any], document: Mapping[str, Any], typed: Mapping[str, Any], apart: bool, missing: Sequence[str]
) -> ProductRow:
    code = entry["id"]
    said, report = typed.get("tasks", {}).get(code, {}), document.get("reports", {}).get(code, {})
    return ProductRow(
        code,
        entry.get("name", code),
        _vi(entry["assigned"]),
        _vi(entry["coefficient"]),
        date.fromisoformat(report["due"]) if report.get("due") else None,
        bool(entry.get("outside_plan")),
        bool(entry.get("handed_back")),
        code in document.get("unreported", ()),
        report.get("cause", ""),
        report.get("evidence", ""),
        tuple(
            Cell(
                f"tasks.{code}.{name}",
                label,
                _vi(entry.get(name, "")),
                str(said.get(name, _vi(entry.get(name, "")))),
            )
            for name, label in _MEASURES
        ),
        _each(entry, code, said, missing) if apart else (),
        tuple(doubts(line_of(entry)).values()) if apart else (),
        f"tasks.{code}.note",
        str(said.get("note", "")),
    )


def _each(
    entry: Mapping[str, Any], code: str, said: Mapping[str, Any], missing: Sequence[str]
) -> tuple[Cell, ...]:
    """What is said of single products, where it can matter and any had an occurrence, or the result waits for it."""
    line = line_of(entry)
    matters = may_need_each(line, hundredths(entry["assigned"]), line.one_piece)
    happened = any(str(said.get(n, entry.get(n, 0))).strip() not in ("", "0") for n in ("quality_errors", "late"))
    named = any(f"products[{code}].{name}" in missing or entry.get(name) or said.get(name) for name in EACH)
    if not (matters and happened) and not named:
        return ()
    reported = {name: format_each(entry.get(name, ())) for name in EACH}
    return tuple(
        Cell(f"tasks.{code}.{name}", label, reported[name], str(said.get(name, reported[name])))
        for name, label in EACH.items()
    )


def _marks(
    book: Rulebook, marks: Mapping[str, Any], typed: Mapping[str, Any], with_marks: bool
) -> tuple[MarkRow, ...]:
    said = typed.get("marks", {})
    return tuple(
        MarkRow(
            f"{group.code}. {group.label}",
            item.code,
            item.label,
            _vi(item.max),
            f"marks.{item.slug}" if with_marks else "",
            str(said.get(item.slug, "")) if with_marks else _vi(marks.get(item.slug, "")),
        )
        for group in book.criteria_groups
        for item in group.criteria
    )


def _factors(book: Rulebook, typed: Mapping[str, Any]) -> tuple[FactorRow, ...]:
    rule = book.book.factors
    if rule is None:
        return ()
    said, why = typed.get("leadership_factors", {}), typed.get("factor_reasons", {})
    rows = []
    for item in rule.items:
        chosen = str(said.get(item.slug, ""))
        values = [str(int(value)) for value in sorted(rule.allowed, reverse=True)]
        choices = tuple(
            FactorChoice(value, words, value == chosen)
            for value, words in zip(values, (item.high, item.low), strict=True)
        )
        rows.append(
            FactorRow(
                f"leadership_factors.{item.slug}",
                f"factor_reasons.{item.slug}",
                f"{item.symbol}) {item.label}",
                choices,
                item.derived is not None,
                chosen == "",
                str(why.get(item.slug, "")),
                book.cite(item.cite),
            )
        )
    return tuple(rows)


def question_row(question: Any, typed: Mapping[str, Any]) -> QuestionRow:
    """One open point with its readings and what was chosen so far."""
    said = typed.get("decisions", {}).get(question.id, {})
    readings = tuple(
        ReadingRow(r.id, r.label_vi, r.source, _gives(r), r.id == said.get("reading"))
        for r in question.readings
    )
    return QuestionRow(
        f"decisions.{question.id}",
        question.question_vi,
        question.cite,
        readings,
        f"decisions.{question.id}.reason",
        str(said.get("reason", "")),
    )


def _gives(reading: Any) -> str:
    """What a reading would give, in words."""
    if reading.score is not None:
        band = f", {reading.band_label_vi}" if reading.band_label_vi else ""
        return f"cho {decimal_vi(reading.score)} điểm{band}" + (
            " (còn tùy điểm khác)" if reading.depends else ""
        )
    words = {
        "not_rated": "không chấm điểm kỳ này",
        "needs_decision": "vẫn còn điểm cần quyết định",
        "refused": "không áp dụng được với số liệu này",
    }
    return reading.note_vi or words.get(reading.outcome, "")


def _vi(value: Any) -> str:
    return str(value).replace(".", ",")
