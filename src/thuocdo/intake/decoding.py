"""An uploaded file as a sheet in Unicode, and what had to be converted for it: shown first, kept when confirmed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from thuocdo.intake.csvfile import WINDOWS, read_csv
from thuocdo.intake.fonts import Place, old_fonts
from thuocdo.intake.workbook import Cell, Sheet, cell_name, raw_cells, sheet_from
from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.legacy import Encoding, fits, guess, in_old_bytes, to_unicode
from thuocdo.kernel.text import clean

MOST_SAMPLES = 20
BY_FONT = "tên phông chữ của ô"
BY_BYTES = "dạng chữ"


@dataclass(frozen=True)
class Sample:
    """One cell before and after: its place as Excel names it."""

    place: str
    before: str
    after: str


@dataclass
class Conversion:
    """What was converted: encodings with how they were recognised, number of cells, at most 20 samples.

    `share` of `words` (in hundred) were Vietnamese after the conversion; 100 where the font says it.
    """

    how: dict[str, int] = field(default_factory=dict)
    cells: int = 0
    share: int = 100
    words: int = 0
    samples: list[Sample] = field(default_factory=list)

    def note(self, place: Place, before: str, after: str, how: str) -> None:
        """Count one converted cell."""
        self.how[how] = self.how.get(how, 0) + 1
        self.cells += 1
        if len(self.samples) < MOST_SAMPLES and all(s.before != before for s in self.samples):
            self.samples.append(Sample(cell_name(place), before[:200], after[:200]))


@dataclass(frozen=True)
class Opened:
    """A sheet in Unicode, what was converted for it (None: nothing), and how many cells were only tidied."""

    sheet: Sheet
    conversion: Conversion | None
    tidied: int


def open_file(content: bytes, file_name: str) -> Opened:
    """An XLSX, or a CSV by its name. Raises Refusal for the whole file (HeaderMissing with its rows)."""
    conversion = Conversion()
    if file_name.casefold().endswith((".csv", ".txt")):
        cells: list[list[Cell]] = _csv(content, conversion)
    else:
        cells = raw_cells(content)
        _convert(cells, old_fonts(content), conversion)
    return Opened(sheet_from(cells), conversion if conversion.cells else None, _tidied(cells))


def plain_sheet(content: bytes) -> Sheet:
    """The first sheet of an XLSX, or a CSV, for a place where nobody looks at conversions. Raises Refusal at `file` for
    the whole file, also for one in an old encoding, whose texts a person must see converted first.
    """
    is_book = content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    try:
        opened = open_file(content, "x.xlsx" if is_book else "x.csv")
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field="file") from refusal
    if opened.conversion is not None:
        raise Refusal(
            "file.old_font",
            f"Tệp có chữ ở bảng mã cũ ({'; '.join(opened.conversion.how)}) nên chưa nhận. Hãy chuyển tệp sang Unicode "
            "rồi tải lên lại.",
            field="file",
        )
    return opened.sheet


def _csv(content: bytes, conversion: Conversion) -> list[list[Cell]]:
    found = read_csv(content)
    cells: list[list[Cell]] = [list(row) for row in found.cells]
    if found.before is not None:
        for r, (row, shown) in enumerate(zip(found.cells, found.before, strict=False)):
            for c, (after, before) in enumerate(zip(row, shown, strict=False)):
                if not after.isascii():
                    conversion.note((r, c), before, after, f"{WINDOWS}, theo {BY_BYTES}")
    elif found.old is not None:
        everywhere = {(r, c): found.old.encoding for r, row in enumerate(cells) for c, _ in enumerate(row)}
        _apply(cells, everywhere, conversion, BY_BYTES)
    else:
        _convert(cells, {}, conversion)
    conversion.share, conversion.words = min(conversion.share, found.share), conversion.words + found.words
    return cells


def _convert(cells: list[list[Cell]], fonts: Mapping[Place, Encoding], conversion: Conversion) -> None:
    """Cells in an old font by its name; in other columns by the look of their words, column by column."""
    _apply(cells, fonts, conversion, BY_FONT)
    columns: dict[int, list[tuple[int, str]]] = {}
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            if isinstance(cell, str) and (r, c) not in fonts and in_old_bytes(cell):
                columns.setdefault(c, []).append((r, cell))
    suspected: dict[Place, Encoding] = {}
    for c, found in columns.items():
        best = guess(text for _, text in found)
        if best is not None:
            conversion.share = min(conversion.share, best.share)
            conversion.words += best.words
            suspected |= {(r, c): best.encoding for r, _ in found}
    _apply(cells, suspected, conversion, BY_BYTES)


def _apply(cells: list[list[Cell]], places: Mapping[Place, Encoding], conversion: Conversion, how: str) -> None:
    for (r, c), encoding in sorted(places.items()):
        cell = cells[r][c] if r < len(cells) and c < len(cells[r]) else None
        if not isinstance(cell, str):
            continue
        capitals = encoding is Encoding.TCVN3_CAPITALS and cell != cell.upper()
        if (in_old_bytes(cell) and fits(cell, encoding)) or (capitals and cell.isascii()):
            after = to_unicode(cell, encoding)
            if not (capitals and cell.isascii()):
                conversion.note((r, c), cell, after, f"{encoding.label}, theo {how}")
            cells[r][c] = after


def _tidied(cells: Sequence[Sequence[Cell]]) -> int:
    """Cells whose text is not the normal form: decomposed letters, a look-alike Đ, hidden signs."""
    texts = Counter(c for row in cells for c in row if isinstance(c, str) and not c.isascii())
    return sum(times for text, times in texts.items() if clean(text) != " ".join(text.split()))
