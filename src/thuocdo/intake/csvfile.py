"""A CSV as rows of texts, with the encoding that its bytes tell: UTF-8, UTF-16, Windows-1258, TCVN3 or VNI."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass

from thuocdo.intake.archive import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, refuse
from thuocdo.kernel.legacy import LEAST_SHARE, Guess, guess
from thuocdo.kernel.spelling import is_syllable

_SAVE = "Hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx rồi tải lên lại."
_WORD = re.compile(r"[^\W\d_]+")
WINDOWS = "Windows-1258 (CSV của Windows tiếng Việt)"


@dataclass(frozen=True)
class CsvTexts:
    """Rows of cells. `before` holds them as the bytes look in Windows-1252 where the file is not in Unicode; `old`
    is the encoding to convert from where the texts are not converted yet.
    """

    cells: list[list[str]]
    before: list[list[str]] | None = None
    old: Guess | None = None
    share: int = 100
    words: int = 0


def read_csv(content: bytes) -> CsvTexts:
    """Cells of a CSV with commas, semicolons or tabs. Raises Refusal for the whole file."""
    if not content:
        raise refuse("empty", "Tệp rỗng (0 byte). Hãy chọn lại tệp có dữ liệu rồi tải lên.")
    if len(content) > MOST_BYTES:
        raise refuse("large", f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy chia thành nhiều tệp nhỏ hơn.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return CsvTexts(_rows(_decoded(content, "utf-16")))
    if b"\x00" in content or content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refuse("format", f"Đây không phải tệp CSV. {_SAVE}")
    try:
        return CsvTexts(_rows(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return _old(content)


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse("encoding", f"Tệp CSV hỏng bảng mã. {_SAVE}") from error


def _old(content: bytes) -> CsvTexts:
    shown = content.decode("cp1252", "replace").replace("\ufffd", " ")
    raw = _rows(content.decode("latin-1"))
    found = guess(cell for row in raw for cell in row)
    windows = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
    words = [w for w in _WORD.findall(windows) if not w.isascii()]
    share = sum(map(is_syllable, words)) * 100 // len(words) if words else 0
    if share >= LEAST_SHARE and share >= (found.share if found else 0):
        return CsvTexts(_rows(windows), _rows(shown), None, share, len(words))
    if found is not None:
        return CsvTexts(raw, None, found, found.share, found.words)
    raise refuse("encoding", f"Không nhận ra bảng mã của tệp CSV (UTF-8, TCVN3, VNI, Windows-1258). {_SAVE}")


def _rows(text: str) -> list[list[str]]:
    mark = max(",;\t", key=text.split("\n", 1)[0].count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            rows.append(row)
            if len(row) > MOST_COLUMNS or len(rows) > MOST_ROWS + 1:
                raise refuse("long", f"Tệp quá {MOST_COLUMNS} cột hoặc quá {MOST_ROWS} dòng. Hãy chia nhỏ tệp.")
    except csv.Error as error:
        raise refuse("broken", f"Tệp CSV hỏng (dấu nháy không khớp hoặc ô quá dài). {_SAVE}") from error
    return rows


