"""Files of the tests of this room, made by script: exports taken apart and written again, and files in old fonts."""

import io
from collections.abc import Callable, Sequence
from datetime import date

import xlsxwriter
from python_calamine import CalamineWorkbook

SMALL = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
TCVN3_BYTES = bytes.fromhex(
    "B5B6B7B8B9A8BBBCBDBEC6A9C7C8C9CACBAECCCECFD0D1AAD2D3D4D5D6D7D8DCDDDEDFE1E2E3E4ABE5E6E7E8E9ACEAEBECEDEE"
    "EFF1F2F3F4ADF5F6F7F8F9FAFBFCFDFE"
).decode("latin-1")
VNI_WORDS = """aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä ñ eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò
oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù î"""
VNI_TEXTS = VNI_WORDS.split()
TCVN3 = str.maketrans(
    {**dict(zip(SMALL, TCVN3_BYTES, strict=True)), **dict(zip("ĂÂÊÔƠƯĐ", map(chr, range(0xA1, 0xA8)), strict=True))}
)
_VNI = dict(zip(SMALL, VNI_TEXTS, strict=True))
VNI = str.maketrans(_VNI | {small.upper(): typed.upper() for small, typed in _VNI.items()})


def cells_of(content: bytes) -> list[list[str]]:
    """The first sheet's cells as texts."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [[str(c) for c in row] for row in book.get_sheet_by_index(0).to_python()]


def written(rows: Sequence[Sequence[object]], font: Callable[[int, int], str] | None = None) -> bytes:
    """An XLSX with these cells, each in the font that `font(row, column)` names."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        formats = {}
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                name = font(r, c) if font else "Arial"
                style = formats.setdefault(name, book.add_format({"font_name": name}))
                if isinstance(cell, date):
                    sheet.write_datetime(r, c, cell, day)
                elif isinstance(cell, str):
                    sheet.write_string(r, c, cell, style)
                else:
                    sheet.write(r, c, cell, style)
    return out.getvalue()
