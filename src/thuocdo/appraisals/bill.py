"""Findings grouped as a bill: each line exact and with its article."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.engine import Citation, Finding, Outcome, Rulebook
from thuocdo.kernel.exact import decimal_vi, fraction_text

TITLES = {
    "general": "Tiêu chí chung",
    "products": "Từng sản phẩm, công việc",
    "ratios": "Các tỷ lệ kết quả",
    "leadership": "Kết quả lãnh đạo, quản lý",
    "mean": "Trung bình và điểm kết quả",
    "total": "Tổng điểm",
    "band": "Mức tương ứng",
    "disqualifiers": "Trường hợp xếp thẳng mức",
    "open": "Điểm luật để ngỏ và lựa chọn đã dùng",
}


@dataclass(frozen=True)
class Line:
    """One rule that was tested. `exact` is numerator/denominator, `decimal` the number people read; empty:
    no number."""

    id: str
    title: str
    sentence: str
    inputs: tuple[tuple[str, str], ...]
    exact: str
    decimal: str
    unit: str
    effect: str
    cite: tuple[Citation, ...]
    note: str


@dataclass(frozen=True)
class Group:
    """Lines that belong together, in the order of the calculation."""

    id: str
    title: str
    lines: tuple[Line, ...]

    @property
    def numbered(self) -> bool:
        """Whether any line has a number."""
        return any(line.decimal for line in self.lines)


def laid_out(
    found: Iterable[tuple[str, Finding]], titles: Mapping[str, str], notes: Mapping[str, str]
) -> tuple[Group, ...]:
    """Findings with the key of their group, in the order of `titles`; groups without lines are left out."""
    lines: dict[str, list[Line]] = {key: [] for key in titles}
    for key, finding in found:
        lines[key].append(_line(finding, notes.get(finding.id, "")))
    return tuple(Group(key, titles[key], tuple(rows)) for key, rows in lines.items() if rows)


def grouped(book: Rulebook, outcome: Outcome, document: Mapping[str, Any]) -> tuple[Group, ...]:
    """All findings under NĐ 335, each in one group."""
    ratios = {f"results.{spec.slug}" for spec in book.book.products.ratios} | {"results.denominator"}
    notes = {f.id: _note(f.id, document) for f in outcome.findings}
    return laid_out(((_group(f.id, ratios), f) for f in outcome.findings), TITLES, notes)


def _group(finding: str, ratios: set[str]) -> str:
    if finding in ratios:
        return "ratios"
    heads = {
        "general": "general",
        "product": "products",
        "total": "total",
        "band": "band",
        "disqualifier": "disqualifiers",
    }
    first = finding.split(".")[0]
    if finding.startswith("results.leadership."):
        return "leadership"
    return "mean" if first == "results" else heads.get(first, "open")


def _line(finding: Finding, note: str) -> Line:
    value = finding.value
    return Line(
        finding.id,
        finding.title_vi,
        finding.sentence_vi,
        finding.inputs,
        "" if value is None else fraction_text(value),
        "" if value is None else decimal_vi(value),
        finding.unit,
        finding.effect,
        finding.cite,
        note,
    )


def _note(finding: str, document: Mapping[str, Any]) -> str:
    """The evaluator's words on a product or a factor."""
    if finding.startswith("product."):
        return str(document.get("notes", {}).get(finding.removeprefix("product."), ""))
    return str(document.get("factor_reasons", {}).get(finding.removeprefix("results.leadership."), ""))
