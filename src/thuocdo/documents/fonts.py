"""The one font of printed forms: Tinos, metric-compatible with Times New Roman, complete for Vietnamese."""

import struct
from functools import lru_cache
from pathlib import Path

import typst

from thuocdo.kernel.errors import Refusal

FAMILY = "Tinos"
STYLES = {("normal", 400), ("normal", 700), ("italic", 400)}
REPLACEMENT = "□"
MISSING = (
    "Máy chủ chưa có phông chữ Tinos nên chưa tạo được bản in PDF. Người quản trị chạy lệnh sau "
    "rồi khởi động lại Thước Đo: sudo apt-get install fonts-croscore"
)


@lru_cache(maxsize=1)
def form_fonts() -> typst.Fonts:
    """Tinos alone, found among the system's fonts; raises `Refusal("font_missing")` if a style is absent."""
    found = [info for info in _system_fonts() if info.family == FAMILY and info.path]
    if STYLES - {(info.style, info.weight) for info in found}:
        raise Refusal("font_missing", MISSING)
    folders = sorted({str(Path(str(info.path)).parent) for info in found})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _system_fonts() -> list[typst.FontInfo]:
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).fonts()


def printable(text: str) -> str:
    """The text with signs that Tinos cannot draw (emoji, Chinese) as □; control signs except line breaks go.

    Raises `Refusal("font_missing")` if the font is absent.
    """
    known = _coverage()
    return "".join(c if c == "\n" or c in known else REPLACEMENT for c in visible(text))


def visible(text: str) -> str:
    """The text without control signs; line breaks stay."""
    return "".join(c for c in text if c == "\n" or c.isprintable())


@lru_cache(maxsize=1)
def _coverage() -> frozenset[str]:
    covered: set[str] | None = None
    for info in form_fonts().fonts():
        if info.family == FAMILY:
            own = letters_of(Path(str(info.path)).read_bytes())
            covered = own if covered is None else covered & own
    return frozenset(covered or ())


def letters_of(font: bytes) -> set[str]:
    """The characters a TrueType font has glyphs for: its Unicode `cmap` table in format 4."""
    tables = {
        font[at : at + 4]: struct.unpack_from(">L", font, at + 8)[0]
        for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    }
    cmap = tables[b"cmap"]
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHL", font, cmap + 4 + 8 * index)
        if (platform, encoding) == (3, 1) and struct.unpack_from(">H", font, cmap + offset)[0] == 4:
            return _format_4(font, cmap + offset)
    raise ValueError("no Unicode cmap of format 4")


def _format_4(font: bytes, at: int) -> set[str]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    letters: set[str] = set()
    for index in range(count):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = code
            if ranges[index]:
                place = ranges_at + 2 * index + ranges[index] + 2 * (code - starts[index])
                glyph = struct.unpack_from(">H", font, place)[0]
                if glyph == 0:
                    continue
            if (glyph + deltas[index]) % 65536:
                letters.add(chr(code))
    return letters
