"""Re-add rendered “Vì sao?” pages, line by line, to their totals. Standard library only; shares no code with us.

Usage: python scripts/readd_why.py PAGE.html [PAGE.html ...]

It reads what a person reads: the texts of the table cells. The attributes beside them (data-num, data-den) must
say the same number. Everything is an exact fraction and nothing is tolerated:

    criteria -> general points; what is left of the quantity after deductions x coefficient -> each product's cells;
    product columns -> sums; sums -> ratios; ratios and leadership factors -> mean; x 70 -> result;
    general points + result -> total; total -> band.

Exit codes: 0 all pages add up, 1 something does not, 2 no page given.
"""

import re
import sys
from dataclasses import dataclass, field
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

WEIGHT, GENERAL_MOST = Fraction(70), Fraction(30)
DEDUCTION = Fraction(1, 4)
BANDS = (
    (Fraction(90), "Hoàn thành xuất sắc nhiệm vụ"),
    (Fraction(70), "Hoàn thành tốt nhiệm vụ"),
    (Fraction(50), "Hoàn thành nhiệm vụ"),
    (Fraction(0), "Không hoàn thành nhiệm vụ"),
)
COLUMNS = ("quantity", "quality", "progress")
LEADERSHIP = (Fraction(1), Fraction(1, 2))
ROUND = "Làm tròn thành"
CAP_RATIO, CAP_RESULT = "Chặn ở 100%.", "Chặn ở 70 điểm."
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect"}
NUMBER = re.compile(r"-?\d+(?:,\d+|/\d+)?")


@dataclass
class Figure:
    """One number of the page: where it belongs, the text, the attributes, and the decimal shown beside it."""

    finding: str
    role: str
    attributes: Fraction
    text: str = ""
    decimal: str = ""


@dataclass
class Row:
    """One row of a table: its text, its figures, the lines of its list."""

    text: str = ""
    figures: list[Figure] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Rows of all tables, and the headline figures (label and value) on top of the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Row] = []
        self.headline: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self._row: Row | None = None
        self._figure: Figure | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        told = {name: value or "" for name, value in attrs}
        self._open.append((tag, told.get("class", "")))
        if tag == "tr":
            self._row = Row()
            self.rows.append(self._row)
        elif tag == "li" and self._row is not None:
            self._row.items.append("")
        elif tag == "dt" and self._inside("dl", "figures"):
            self.headline.append(("", ""))
        elif tag == "span" and told.get("class") == "figure" and self._row is not None:
            value = Fraction(int(told["data-num"]), int(told["data-den"]))
            self._figure = Figure(told["data-finding"], told["data-role"], value)
            self._row.figures.append(self._figure)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "tr":
            self._row = self._figure = None

    def handle_data(self, data: str) -> None:
        if self._row is not None:
            self._row.text += data
            if self._inside("li", ""):
                self._row.items[-1] += data
            self._number(data)
        elif self._inside("dl", "figures") and self._open and self.headline:
            label, value = self.headline[-1]
            here = self._open[-1][0]
            self.headline[-1] = (label + data, value) if here == "dt" else (label, value + data)

    def _number(self, data: str) -> None:
        tag, style = self._open[-1] if self._open else ("", "")
        if self._figure is not None and tag == "span" and style == "figure":
            self._figure.text += data
        elif self._figure is not None and tag == "span" and style == "meta" and data.strip().startswith("≈"):
            self._figure.decimal = data.strip().removeprefix("≈").strip()

    def _inside(self, tag: str, style: str) -> bool:
        return any(t == tag and style in s for t, s in self._open)


def number(text: str) -> Fraction | None:
    """A number as people read it: 4,5 or 26/15; None for anything else."""
    plain = text.strip()
    return Fraction(plain.replace(",", ".")) if NUMBER.fullmatch(plain) else None


def cut(value: Fraction) -> str:
    """The decimal people read: exact up to 8 places, otherwise cut after 4 with an ellipsis."""
    ends = 10**8 % value.denominator == 0
    places = 8 if ends else 4
    whole, part = divmod(abs(value.numerator) * 10**places // value.denominator, 10**places)
    digits = f"{part:0{places}d}"
    digits = digits.rstrip("0") if ends else digits
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}" + (f",{digits}" if digits else "") + ("" if ends else "…")


class Bill:
    """One page, re-added. `problems` says what does not add up."""

    def __init__(self, html: str) -> None:
        reader = Reader()
        reader.feed(html)
        self.rows, self.headline = reader.rows, reader.headline
        self.problems: list[str] = []
        self.figures = [figure for row in self.rows for figure in row.figures]

    def check(self) -> list[str]:
        """Every check; the list of problems, empty when all adds up."""
        if not self.figures:
            return ["no figure on the page"]
        for figure in self.figures:
            self._readable(figure)
        self._same("general points", self._one("general_total"), self._sum("criterion"))
        if self._sum("criterion") > GENERAL_MOST:
            self.problems.append("general points: more than 30")
        self._products()
        values = self._ratios()
        if self._one("mean") is not None:
            self._results(values)
        if self._one("total") is not None:
            self._total()
        return self.problems

    def _readable(self, figure: Figure) -> None:
        shown = number(figure.text)
        if shown != figure.attributes:
            self.problems.append(
                f"{figure.finding} {figure.role}: reads {figure.text}, says {figure.attributes}"
            )
        if figure.decimal and figure.decimal != cut(figure.attributes):
            self.problems.append(f"{figure.finding} {figure.role}: decimal {figure.decimal}")

    def _all(self, role: str) -> list[Fraction]:
        return [number(f.text) or Fraction(0) for f in self.figures if f.role == role]

    def _sum(self, role: str) -> Fraction:
        return sum(self._all(role), Fraction(0))

    def _one(self, role: str) -> Fraction | None:
        found = self._all(role)
        if len(found) > 1:
            self.problems.append(f"{role}: {len(found)} times on the page")
        return found[0] if found else None

    def _same(self, what: str, shown: Fraction | None, added: Fraction | None) -> None:
        if shown != added:
            self.problems.append(f"{what}: the page says {shown}, adding gives {added}")

    def _products(self) -> None:
        for row in self.rows:
            if any(f.role == "denominator" for f in row.figures):
                self._product(row)
        if self._one("denominator_total") is None:
            return
        self._same("assigned", self._one("denominator_total"), self._sum("denominator"))
        for name in COLUMNS:
            if self._all(f"sum_{name}"):
                self._same(f"column {name}", self._one(f"sum_{name}"), self._sum(name))

    def _product(self, row: Row) -> None:
        """One product from its own lines: A x K, and quantity x K x what is left for each ratio."""
        cells = {f.role: number(f.text) for f in row.figures}
        name = row.figures[0].finding
        if len(row.figures) != 1 + len(COLUMNS):
            self.problems.append(f"{name}: {len(row.figures)} numbers in the row")
        steps = [tuple(part.strip() for part in item.split(":", 1)) for item in row.items]
        values = {label: number(text) for label, text in steps}
        factor, assigned = values.get("Hệ số quy đổi K"), values.get("Số lượng giao A")
        if factor is None or assigned is None or values.get("A·K") not in (factor * assigned, 0):
            self.problems.append(f"{name}: A·K is not A times K")
            return
        self._same(f"{name} assigned", cells.get("denominator"), values["A·K"])
        quantity, left, shares = Fraction(0), Fraction(0), iter(COLUMNS)
        times, each, whole = Fraction(0), list[int](), False
        for label, text in steps:
            value = number(text)
            if label.startswith("Số lượng ") and label != "Số lượng giao A":
                quantity = left = value or Fraction(0)
                each = []
            elif label.startswith("Số lần trừ"):
                times = value or Fraction(0)
            elif label.startswith("Số lần của từng sản phẩm"):
                each = [int(part) for part in text.split(";")]
            elif label.startswith("Mỗi lần trừ"):
                whole = not text.endswith("sản phẩm đó")
            elif label.startswith("Còn được tính"):
                left = self._left(f"{name} {label}", value, quantity, times, each, whole)
            elif label.startswith("Tính vào"):
                column = next(shares)
                self._same(f"{name} {column}", cells.get(column), factor * left)
                self._same(f"{name} {column} line", value, factor * left)

    def _left(
        self, what: str, shown: Fraction | None, quantity: Fraction, times: Fraction, each: list[int], whole: bool
    ) -> Fraction:
        """What is left of a quantity: a quarter of one product (or of the whole) each time, with or without the floor
        that a product keeps at least nothing."""
        one = quantity if whole or quantity <= 1 else Fraction(1)
        counted = [Fraction(n) for n in each] or [times]
        if sum(counted) != times:
            self.problems.append(f"{what}: {each} are not {times}")
        sizes = [one] * len(counted)
        if not whole and quantity > 1 and len(each) > quantity:
            sizes[-1] = quantity % 1  # the part of a product, said last
        plain = quantity - sum((s * DEDUCTION * n for s, n in zip(sizes, counted, strict=True)), Fraction(0))
        floored = quantity - sum(
            (s * min(Fraction(1), DEDUCTION * n) for s, n in zip(sizes, counted, strict=True)), Fraction(0)
        )
        if shown not in (plain, floored):
            self.problems.append(f"{what}: the page says {shown}, taking off gives {plain} or {floored}")
        return shown or Fraction(0)

    def _ratios(self) -> list[Fraction]:
        """Each ratio from its sums, each leadership factor one of the two the decree knows; the values shown."""
        ratios = [(row, f) for row in self.rows for f in row.figures if f.role == "ratio"]
        plain = [(row, f) for row, f in ratios if not f.finding.startswith("results.leadership.")]
        below = self._one("denominator_total")
        if len(plain) not in (0, len(COLUMNS)):
            self.problems.append(f"{len(plain)} ratios of results")
        for (row, figure), name in zip(plain, COLUMNS, strict=False):
            above = self._one(f"sum_{name}")
            exact = above / below if above is not None and below else None
            if exact is not None and CAP_RATIO in row.text:
                exact = min(exact, Fraction(1))
            self._same(f"ratio {name}", number(figure.text), exact)
        values = [number(f.text) or Fraction(0) for _, f in ratios]
        if any(value not in LEADERSHIP for value in values[len(plain) :]):
            self.problems.append("leadership: a factor is neither 100% nor 50%")
        return values

    def _results(self, values: list[Fraction]) -> None:
        """The mean of all ratios, and seventy points of it."""
        if len(values) not in (3, 6):
            self.problems.append(f"mean: of {len(values)} ratios")
        mean = sum(values, Fraction(0)) / max(len(values), 1)
        self._same("mean", self._one("mean"), mean)
        points = WEIGHT * mean
        held = any(
            CAP_RESULT in row.text
            for row in self.rows
            if any(f.role == "results_points" for f in row.figures)
        )
        self._same("result", self._one("results_points"), min(points, WEIGHT) if held else points)

    def _total(self) -> None:
        parts = (self._one("general_total") or Fraction(0)) + (self._one("results_points") or Fraction(0))
        self._same("parts of the total", self._sum("part_of_total"), parts)
        row = next(row for row in self.rows if any(f.role == "total" for f in row.figures))
        if ROUND in row.text:
            parts = Fraction((parts * 100 * 2 + 1) // 2, 100)
        total = self._one("total")
        self._same("total", total, parts)
        band = next(label for least, label in BANDS if (total or Fraction(0)) >= least)
        shown = {label.strip(): " ".join(value.split()) for label, value in self.headline}
        values = list(shown.values())
        if values[:1] != [cut(total or Fraction(0))]:
            self.problems.append(f"headline: {values[:1]} instead of {cut(total or Fraction(0))}")
        if values[1:2] != [band]:
            self.problems.append(f"band: {values[1:2]} instead of {band}")
        if not any(re.search(rf": {band}(?: \(|\.)", row.text) for row in self.rows):
            self.problems.append(f"band: no line says {band}")


def readd(html: str) -> list[str]:
    """Problems of one rendered page, in words; empty when it adds up."""
    return Bill(html).check()


def main(paths: list[str]) -> int:
    """Re-add the pages in these files and print what does not add up."""
    if not paths:
        print(__doc__)
        return 2
    wrong = 0
    for path in paths:
        problems = readd(Path(path).read_text(encoding="utf-8"))
        wrong += bool(problems)
        for problem in problems:
            print(f"{path}: {problem}")
    print(f"{len(paths)} pages, {wrong} do not add up")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
