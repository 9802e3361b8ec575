"""Reads a PDF back: pages, fonts, and each piece of text with its place on the page in millimetres."""

import io
import re
from dataclasses import dataclass
from typing import Any

import pypdf

MM = 72 / 25.4
_SPACE = re.compile(r"<([0-9A-Fa-f]{4})>\s*<0020>")


@dataclass(frozen=True)
class Piece:
    """A run of text in millimetres from the page's left and top edge; its size in points."""

    page: int
    text: str
    left: float
    right: float
    top: float
    size: float
    bold: bool


def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All text, white space collapsed."""
    return " ".join(" ".join(page.extract_text() for page in reader(pdf).pages).split())


def pieces(pdf: bytes, *, pages: int | None = None) -> list[Piece]:
    """The runs of text of the first `pages` pages (all of them)."""
    found: list[Piece] = []
    for number, page in enumerate(list(reader(pdf).pages)[:pages]):
        height = float(page.mediabox.height)
        advance = _Advance(page["/Resources"]["/Font"])

        def visit(text: str, cm: Any, tm: Any, font: Any, size: float, *, n: int = number, h: float = height,
                  advance: "_Advance" = advance) -> None:
            line = text.replace("\n", "").strip()
            length = advance.take()
            if line:
                x, y = _place(cm, tm)
                real = size * abs(cm[3] * tm[3])
                right = x + length * real / 1000
                bold = "Bold" in str(font["/BaseFont"])
                found.append(Piece(n, line, x / MM, right / MM, (h - y) / MM, round(real, 1), bold))

        page.extract_text(visitor_text=visit, visitor_operand_before=advance.operation)
    return found


class _Advance:
    """Adds up how far the shown glyphs and their kerning move, in thousandths, since it was last taken.

    typst writes the space at the end of a line too: it is not counted.
    """

    def __init__(self, fonts: Any) -> None:
        self.widths = {name: _widths(font.get_object()) for name, font in fonts.items()}
        self.spaces = {name: _space(font.get_object()) for name, font in fonts.items()}
        self.current, self.space = dict[int, float](), -1
        self.total = self.trailing = 0.0

    def operation(self, operator: bytes, operands: list[Any], cm: Any, tm: Any) -> None:
        if operator == b"Tf":
            self.current, self.space = self.widths[operands[0]], self.spaces[operands[0]]
        shown = operands[0] if operator == b"TJ" else operands if operator == b"Tj" else []
        for item in shown:
            if isinstance(item, int | float):
                self.total -= float(item)
            else:
                raw = item if isinstance(item, bytes) else item.original_bytes
                codes = [high * 256 + low for high, low in zip(raw[::2], raw[1::2], strict=True)]
                self.total += sum(self.current[code] for code in codes)
                self.trailing = self.current[self.space] if codes[-1] == self.space else 0.0

    def take(self) -> float:
        total = self.total - self.trailing
        self.total = self.trailing = 0.0
        return total


def _space(font: Any) -> int:
    found = _SPACE.search(font["/ToUnicode"].get_object().get_data().decode("ascii"))
    return int(found[1], 16) if found else -1


def _widths(font: Any) -> dict[int, float]:
    """Advance of each glyph in thousandths, from the font's own table in the file."""
    array, by_code = list(font["/DescendantFonts"][0].get_object()["/W"]), {}
    while array:
        first, run = int(array.pop(0)), array.pop(0)
        if isinstance(run, list):
            by_code.update({first + i: float(w) for i, w in enumerate(run)})
        else:
            by_code.update(dict.fromkeys(range(first, int(run) + 1), float(array.pop(0))))
    return by_code


def _place(cm: list[float], tm: list[float]) -> tuple[float, float]:
    x, y = tm[4], tm[5]
    return cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]


def fonts(pdf: bytes) -> dict[str, bool]:
    """Base font names without subset prefix, and whether the font is embedded."""
    found: dict[str, bool] = {}
    for page in reader(pdf).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            name = str(inner["/BaseFont"]).removeprefix("/").partition("+")[2]
            found[name] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    return found
