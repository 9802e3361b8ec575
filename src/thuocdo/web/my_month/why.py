"""“Vì sao?”: the engine's findings laid out so that anybody can add them up again with a pocket calculator.

Every number is a `Figure`: the text people read, and the same number as num and den for a script.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from thuocdo.appraisals.explaining import Explanation
from thuocdo.engine import Finding, OpenQuestion, Rulebook
from thuocdo.engine.rulebook import Citation
from thuocdo.kernel.exact import decimal_vi, exact_vi
from thuocdo.web.rules.reader import deduction_words

_EXACT = re.compile(r"(?P<num>-?[0-9]+)(?:/(?P<den>[0-9]+)|,(?P<part>[0-9]+))?", re.ASCII)
_SETTLED = ("settled_by_overlay", "settled_by_decision")


@dataclass(frozen=True)
class Figure:
    """One number on the page: exact text, decimal where that differs, and its role in the addition."""

    finding: str
    role: str
    num: int
    den: int
    text: str
    decimal: str


@dataclass(frozen=True)
class Line:
    """One finding as a row."""

    id: str
    title: str
    sentence: str
    figure: Figure | None
    cite: tuple[Citation, ...]
    effect: str
    maximum: str = ""


@dataclass(frozen=True)
class ProductLine:
    """One product: its share of the common denominator and of each ratio's numerator."""

    id: str
    title: str
    sentence: str
    cells: tuple[Figure, ...]
    steps: tuple[tuple[str, str], ...]
    deducted: bool
    note: str
    conversion: str = ""


@dataclass(frozen=True)
class Ratio:
    """numerator / denominator = ratio, as three figures."""

    line: Line
    numerator: Figure | None
    denominator: Figure | None
    note: str = ""


@dataclass(frozen=True)
class Why:
    """The page: general criteria, products, ratios, total, points of law."""

    criteria: tuple[Line, ...]
    general: Line | None
    product_columns: tuple[str, ...]
    products: tuple[ProductLine, ...]
    product_sums: tuple[Figure, ...]
    ratios: tuple[Ratio, ...]
    mean: Line | None
    results: Line | None
    addition: tuple[tuple[Line, Figure], ...]
    total: Line | None
    band: Line | None
    settled: tuple[Line, ...]
    agreeing: tuple[Line, ...]
    questions: tuple[OpenQuestion, ...]
    others: tuple[Line, ...]
    deductions: str


def figure(finding: str, role: str, value: Fraction) -> Figure:
    """A number as people read it and as a script reads it."""
    text, decimal = exact_vi(value), decimal_vi(value)
    return Figure(finding, role, value.numerator, value.denominator, text, "" if decimal == text else decimal)


def parse_exact(text: str) -> Fraction | None:
    """The number behind an exact text of the engine ("4,5", "26/15"); None for words.

    >>> parse_exact("4,5"), parse_exact("26/15"), parse_exact("chưa báo cáo")
    (Fraction(9, 2), Fraction(26, 15), None)
    """
    match = _EXACT.fullmatch(text)
    if match is None:
        return None
    if match["den"]:
        return Fraction(int(match["num"]), int(match["den"]))
    return Fraction(text.replace(",", "."))


def explain(bill: Explanation) -> Why | None:
    """Lay the findings of NĐ 335 out by what they do; None under schemes, whose bill is shown by its groups."""
    outcome, book = bill.outcome, bill.rulebook
    if not isinstance(book, Rulebook):
        return None
    notes = {line.id: line.note for group in bill.groups for line in group.lines if line.note}
    by_id = {f.id: f for f in outcome.findings}
    criteria = tuple(
        _line(by_id[f"general.{c.slug}"], "criterion", maximum=exact_vi(Fraction(c.max)))
        for c in book.criteria
        if f"general.{c.slug}" in by_id
    )
    shares = {f"Tính vào {r.label.lower()}": r.slug for r in book.book.products.ratios}
    told = {f"product.{code}": words for code, words in bill.conversions.items()}
    products = tuple(
        _product(f, shares, notes, told.get(f.id, "")) for f in outcome.findings if f.id.startswith("product.")
    )
    ratios = tuple(_ratios(by_id, book, notes))
    known = {
        *(line.id for line in criteria),
        *(line.id for line in products),
        *(r.line.id for r in ratios),
        "general.total",
        "results.denominator",
        "results.mean",
        "results.points",
        "total",
        "band",
    }
    points = [f for f in outcome.findings if f.rule == "open_points"]
    return Why(
        criteria=criteria,
        general=_one(by_id, "general.total", "general_total"),
        product_columns=(
            "Được giao (quy đổi)",
            *(f"Vào {r.label.lower()}" for r in book.book.products.ratios),
        ),
        products=products,
        product_sums=tuple(_sums(by_id, ratios)),
        ratios=ratios,
        mean=_one(by_id, "results.mean", "mean"),
        results=_one(by_id, "results.points", "results_points"),
        addition=tuple(_addition(by_id)),
        total=_one(by_id, "total", "total"),
        band=_one(by_id, "band", "band"),
        settled=tuple(_line(f, "") for f in points if f.effect in _SETTLED),
        agreeing=tuple(_line(f, "") for f in points if f.effect == "readings_agree"),
        questions=outcome.open_points,
        others=tuple(_line(f, "") for f in outcome.findings if f.id not in known and f.rule != "open_points"),
        deductions=deduction_words(book),
    )


def _line(found: Finding, role: str, maximum: str = "") -> Line:
    number = figure(found.id, role, found.value) if found.value is not None and role else None
    return Line(found.id, found.title_vi, found.sentence_vi, number, found.cite, found.effect, maximum)


def _one(by_id: dict[str, Finding], key: str, role: str) -> Line | None:
    return _line(by_id[key], role) if key in by_id else None


def _product(found: Finding, shares: dict[str, str], notes: dict[str, str], conversion: str) -> ProductLine:
    cells = [figure(found.id, "denominator", found.value)] if found.value is not None else []
    for label, text in found.inputs:
        value = parse_exact(text)
        if label in shares and value is not None:
            cells.append(figure(found.id, shares[label], value))
    return ProductLine(
        found.id,
        found.title_vi,
        found.sentence_vi,
        tuple(cells),
        found.inputs,
        found.effect == "deducted",
        notes.get(found.id, ""),
        conversion,
    )


def _ratios(by_id: dict[str, Finding], book: Rulebook, notes: dict[str, str]) -> Iterator[Ratio]:
    for spec in book.book.products.ratios:
        key = f"results.{spec.slug}"
        if key in by_id:
            inputs = dict(by_id[key].inputs)
            above, below = (parse_exact(inputs.get(name, "")) for name in ("Tử số", "Mẫu số"))
            yield Ratio(
                _line(by_id[key], "ratio"),
                figure(key, f"sum_{spec.slug}", above) if above is not None else None,
                figure(key, "sum_denominator", below) if below is not None else None,
            )
    for key, found in by_id.items():
        if key.startswith("results.leadership."):
            yield Ratio(_line(found, "ratio"), None, None, notes.get(key, ""))


def _addition(by_id: dict[str, Finding]) -> Iterator[tuple[Line, Figure]]:
    """The parts of the total, repeated where they are added."""
    for key in ("general.total", "results.points"):
        if key in by_id and by_id[key].value is not None:
            line = _line(by_id[key], "part_of_total")
            if line.figure is not None:
                yield line, line.figure


def _sums(by_id: dict[str, Finding], ratios: tuple[Ratio, ...]) -> Iterator[Figure]:
    below = by_id.get("results.denominator")
    if below is not None and below.value is not None:
        yield figure("results.denominator", "denominator_total", below.value)
        yield from (r.numerator for r in ratios if r.numerator is not None)
