"""Is this safe to read as XLSX? Decided from the bytes alone, before any reader touches them.

An XLSX is a ZIP of XML parts. Refused: other formats, a part that grows beyond bounds or lies about its size,
declarations that could expand or reach out (DOCTYPE, ENTITY), a cell far outside the sheet (readers
allocate the whole rectangle), and few long texts repeated in very many cells.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from thuocdo.kernel.errors import Refusal

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 150
MOST_PARTS = 500
MOST_COLUMNS = 60
MOST_ROWS = 100_000
MOST_TEXT = 256 * 1024 * 1024
_CHUNK = 1 << 20
_OVERLAP = 1 << 10
_SAVE_AS = "Hãy mở tệp bằng Excel hoặc LibreOffice, chọn Lưu thành (Save As) dạng .xlsx rồi tải lên lại."
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FILLED = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,9})[\"'][^<>/]*>")
_SHARED_REF = re.compile(rb"<(?:\w+:)?c\s[^<>]*\bt\s*=\s*[\"']s[\"'][^<>/]*>\s*<(?:\w+:)?v>([0-9]+)<")
_SHARED = re.compile(rb"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)


def refuse(code: str, message: str) -> Refusal:
    """A refusal of the whole file."""
    return Refusal(f"file.{code}", message)


@dataclass
class _Extent:
    """How far the filled cells of the widest sheet reach, and how many cells point to shared texts."""

    rows: int = 0
    columns: int = 0
    shared_cells: int = 0


def check_archive(content: bytes) -> None:
    """Raises Refusal (Vietnamese, with the remedy) unless the bytes are a bounded, plain XLSX."""
    _check_format(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive)
            _check_parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise refuse("broken", f"Tệp bị hỏng hoặc được khóa bằng mật khẩu nên không đọc được. "
                               f"{_SAVE_AS}") from error


def _check_format(content: bytes) -> None:
    if not content:
        raise refuse("empty", "Tệp rỗng (0 byte). Hãy chọn lại tệp có dữ liệu rồi tải lên.")
    if len(content) > MOST_BYTES:
        raise refuse("large", f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy chia thành nhiều tệp nhỏ "
                              f"hơn.")
    if content.startswith(b"PK\x03\x04"):
        return
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse("old", f"Đây là tệp Excel đời cũ (.xls) hoặc tệp đặt mật khẩu, không phải .xlsx. "
                            f"{_SAVE_AS}")
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")):
        raise refuse("html", f"Đây là trang web hoặc tệp XML đổi đuôi, không phải tệp .xlsx. {_SAVE_AS}")
    if b"\x00" not in content[:2000] and any(mark in head for mark in (b",", b";", b"\t")):
        raise refuse("csv", f"Đây là tệp văn bản (CSV) đổi đuôi, không phải tệp .xlsx. {_SAVE_AS}")
    raise refuse("format", f"Đây không phải tệp .xlsx. {_SAVE_AS}")


def _check_directory(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [p.filename for p in parts]
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        raise refuse("ods", f"Đây là tệp OpenDocument (.ods), không phải .xlsx. {_SAVE_AS}")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise refuse("format", f"Đây là tệp nén nhưng không phải bảng tính .xlsx. {_SAVE_AS}")
    if len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise refuse("parts", f"Tệp có cấu trúc bất thường nên không đọc. {_SAVE_AS}")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refuse("macro", f"Tệp có macro. Hãy bỏ macro. {_SAVE_AS}")
    unpacked = sum(p.file_size for p in parts)
    worst = max(p.file_size / max(p.compress_size, 1) for p in parts if p.file_size)
    if unpacked > MOST_UNPACKED or (unpacked > 50 * 1024 * 1024 and worst > MOST_RATIO):
        raise refuse(
            "bomb", "Tệp khi giải nén quá lớn nên không đọc, để bảo vệ hệ thống. Hãy sao chép các ô dữ liệu "
                    "sang tệp "
            "mẫu mới rồi tải lên lại.",
        )


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Pieces of a part with a tail of the piece before, and where in the piece new text begins.

    Reading to the end checks the declared size and the checksum.
    """
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            yield tail + piece, len(tail)
            tail = (tail + piece)[-_OVERLAP:]


def _check_parts(archive: zipfile.ZipFile) -> None:
    extent = _Extent()
    sheets = []
    for part in archive.infolist():
        if part.flag_bits & 1:
            raise RuntimeError("encrypted")
        is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
        is_text = part.filename.lower().endswith((".xml", ".rels"))
        for text, fresh in _chunks(archive, part):
            if is_text and _DECLARATION.search(text):
                raise refuse("declaration", f"Tệp chứa khai báo không được phép (DOCTYPE). {_SAVE_AS}")
            if is_sheet:
                _measure(text, fresh, extent)
        if is_sheet:
            sheets.append(part)
    _check_shared(archive, sheets, extent)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _measure(text: bytes, fresh: int, extent: _Extent) -> None:
    for found in _FILLED.finditer(text):
        if found.end() <= fresh:
            continue
        extent.rows = max(extent.rows, int(found[2]))
        if len(found[1]) > 1:
            extent.columns = max(extent.columns, _column_number(found[1]))
    extent.shared_cells += text.count(b't="s"', max(fresh - 4, 0)) + text.count(b"t='s'", max(fresh - 4, 0))
    if extent.columns > MOST_COLUMNS:
        raise refuse("wide", f"Có ô dữ liệu ở ngoài {MOST_COLUMNS} cột đầu. Hãy xóa các cột thừa bên phải "
                             f"bảng.")
    if extent.rows > MOST_ROWS + 1:
        raise refuse(
            "long",
            f"Có dữ liệu ở dòng {extent.rows}; mỗi tệp nhận tối đa {MOST_ROWS:,} dòng. ".replace(",", ".")
            + "Hãy chia thành nhiều tệp, hoặc xóa các dòng thừa ở cuối bảng.",
        )


def _check_shared(archive: zipfile.ZipFile, sheets: list[zipfile.ZipInfo], extent: _Extent) -> None:
    """Shared texts times the cells that show them: measured exactly only where it could be too much."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    part = archive.getinfo("xl/sharedStrings.xml")
    if part.file_size * extent.shared_cells <= MOST_TEXT:
        return
    lengths = [len(found[1]) for found in _SHARED.finditer(archive.read(part))]
    if max(lengths, default=0) * extent.shared_cells <= MOST_TEXT:
        return
    total = 0
    for sheet in sheets:
        for text, fresh in _chunks(archive, sheet):
            for found in _SHARED_REF.finditer(text):
                index = int(found[1])
                if found.end() > fresh and index < len(lengths):
                    total += lengths[index]
            if total > MOST_TEXT:
                raise refuse("bomb", "Tệp lặp lại các ô chữ rất dài nên không đọc, để bảo vệ hệ thống. "
                             "Hãy rút gọn nội dung các ô rồi tải lên lại.")
