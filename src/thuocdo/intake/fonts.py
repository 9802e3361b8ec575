"""Which cells of an XLSX are in an old font (.Vn…, VNI-…). Read only after `check_archive`: no XML parser is used."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from thuocdo.kernel.legacy import Encoding, encoding_of_font

Place = tuple[int, int]
_FONT = re.compile(rb"<(?:\w+:)?font\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?font>)", re.DOTALL)
_NAME = re.compile(rb"<(?:\w+:)?(?:name|rFont)\b[^<>]*?\bval\s*=\s*[\"']([^\"']*)[\"']")
_XF = re.compile(rb"<(?:\w+:)?xf\b([^<>]*)>")
_FONT_ID = re.compile(rb"\bfontId\s*=\s*[\"']([0-9]+)")
_SHARED = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)>(?:\s*<(?:\w+:)?v>([0-9]+)<)?")
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]+)[\"']")
_STYLE = re.compile(rb"\bs\s*=\s*[\"']([0-9]+)")
_IS_SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"']")
_SHEET = re.compile(
    rb"<(?:\w+:)?sheet\b(?![^<>]*\bstate\s*=\s*[\"'](?:hidden|veryHidden))[^<>]*\br:id\s*=\s*[\"']([^\"']+)"
)
_TARGET = rb"<(?:\w+:)?Relationship\b(?=[^<>]*\bId\s*=\s*[\"']%b[\"'])[^<>]*\bTarget\s*=\s*[\"']([^\"']+)"


def old_fonts(content: bytes) -> dict[Place, Encoding]:
    """Encodings by row and column (from 0) of the first sheet's cells that are, or whose text is, in an old font."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = _styles(_part(archive, "xl/styles.xml"))
        shared = _shared(_part(archive, "xl/sharedStrings.xml"))
        if not styles and not shared:
            return {}
        return dict(_cells(_part(archive, _first_sheet(archive)), styles, shared))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.namelist() else b""


def _section(text: bytes, name: bytes) -> bytes:
    found = re.search(rb"<(?:\w+:)?%b\b.*?</(?:\w+:)?%b>" % (name, name), text, re.DOTALL)
    return found[0] if found else b""


def _encoding(described: bytes) -> Encoding | None:
    found = _NAME.search(described)
    return encoding_of_font(found[1].decode("utf-8", "replace")) if found else None


def _styles(text: bytes) -> dict[int, Encoding]:
    """Cell formats in an old font, by their number."""
    fonts = [_encoding(found[1] or b"") for found in _FONT.finditer(_section(text, b"fonts"))]
    styles: dict[int, Encoding] = {}
    if any(fonts):
        for number, found in enumerate(_XF.finditer(_section(text, b"cellXfs"))):
            font = _FONT_ID.search(found[1])
            place = int(font[1]) if font else 0
            encoding = fonts[place] if place < len(fonts) else None
            if encoding:
                styles[number] = encoding
    return styles


def _shared(text: bytes) -> dict[int, Encoding]:
    """Shared texts whose runs name one old font."""
    if b"rFont" not in text:
        return {}
    found: dict[int, Encoding] = {}
    for number, item in enumerate(_SHARED.finditer(text)):
        fonts = {encoding_of_font(n.decode("utf-8", "replace")) for n in _NAME.findall(item[1] or b"")} - {None}
        if len(fonts) == 1:
            found[number] = next(f for f in fonts if f)
    return found


def _first_sheet(archive: zipfile.ZipFile) -> str:
    sheet = _SHEET.search(_part(archive, "xl/workbook.xml"))
    links = _part(archive, "xl/_rels/workbook.xml.rels")
    target = re.search(_TARGET % re.escape(sheet[1]), links) if sheet else None
    name = target[1].decode("utf-8", "replace") if target else "worksheets/sheet1.xml"
    return name.lstrip("/") if name.startswith("/") else f"xl/{name}"


def _cells(
    text: bytes, styles: Mapping[int, Encoding], shared: Mapping[int, Encoding]
) -> Iterator[tuple[Place, Encoding]]:
    for found in _CELL.finditer(text):
        ref, style = _REF.search(found[1]), _STYLE.search(found[1])
        encoding = styles.get(int(style[1])) if style else None
        if encoding is None and found[2] and _IS_SHARED.search(found[1]):
            encoding = shared.get(int(found[2]))
        if ref and encoding:
            yield (int(ref[2]) - 1, _column(ref[1])), encoding


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
