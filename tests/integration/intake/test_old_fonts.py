"""Abuse 34: files in TCVN3 and VNI, by the font of the cells or by the look of words: shown, confirmed, never raw."""

import io
import json
import time
import zipfile

import pytest

from tests.integration.intake.files import TCVN3, VNI, written
from tests.integration.organisation.ward import HEADER, person_row
from thuocdo.intake.actions import apply_import, confirm_conversion, preview_import
from thuocdo.intake.decoding import open_file
from thuocdo.intake.documents import stored_conversion, stored_problems
from thuocdo.intake.fonts import old_fonts
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.kernel.legacy import Encoding
from thuocdo.organisation.models import Person

pytestmark = pytest.mark.django_db
NAMES = ["Nguyễn Thị Ngọc Ánh", "Trần Đức Hưởng", "Đặng Quỳnh Như", "Lê Tú", "Phạm Vĩnh Thuỵ"]


def rows_of(table=None):
    rows = [HEADER, *(person_row(f"CC{i}", name) for i, name in enumerate(NAMES))]
    old = [[str(c).translate(table) if table else c for c in row] for row in rows]
    return rows, old


def preview(ward, at, content, name="cu.xlsx"):
    return preview_import(by=ward.officer, at=at, kind="people", scope="P1", file_name=name, content=content)


@pytest.mark.parametrize(("table", "font"), [(TCVN3, ".VnTime"), (VNI, "VNI-Times"), (TCVN3, "Arial"), (VNI, "Arial")])
def test_an_old_file_waits_converted_and_is_never_stored_raw(ward, at, table, font):
    rows, old = rows_of(table)
    if table is TCVN3:  # capitals with tones have no byte: they are typed in a font of capitals
        old = [[c.replace("Á", "¸") for c in row] for row in old]
        rows = [[str(c).replace("Ánh", "ánh") for c in row] for row in rows]
    batch = preview(ward, at, written(old, lambda r, c: font))
    assert batch.state == "converted"
    found = stored_conversion(batch)
    assert found.samples[0].after != found.samples[0].before
    assert len(found.samples) <= 20
    assert (found.words == 0) == (font != "Arial")
    assert found.share >= 80
    assert old[1][1] not in batch.rows
    assert rows[1][1] in batch.rows
    with pytest.raises(Refusal):
        apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    with pytest.raises(NotYours):
        confirm_conversion(by=ward.stranger, at=at, batch_id=batch.pk)
    confirm_conversion(by=ward.officer, at=at, batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == "ready", stored_problems(batch)
    assert "conversion" not in json.loads(batch.problems)
    apply_import(by=ward.officer, at=at, batch_id=batch.pk)
    assert Person.objects.get(code="CC4").full_name == "Phạm Vĩnh Thuỵ"
    with pytest.raises(Conflict):
        confirm_conversion(by=ward.officer, at=at, batch_id=batch.pk)


def test_the_font_of_capitals_and_unicode_left_in_an_old_font():
    cells = [["Hä vµ tªn", "Đơn vị"], ["nguyÔn v¨n ¸nh", "Phòng Nội vụ"], ["lª tó", "Hà"]]
    fonts = {(1, 0): ".VnTimeH", (2, 0): ".VnTime", (0, 0): ".VnTime", (1, 1): ".VnTime", (2, 1): ".VnTime"}
    content = written(cells, lambda r, c: fonts.get((r, c), "Arial"))
    assert old_fonts(content)[1, 0] is Encoding.TCVN3_CAPITALS
    opened = open_file(content, "a.xlsx")
    assert opened.sheet.header == ("Họ và tên", "Đơn vị")
    assert [texts for _, texts in opened.sheet.rows] == [("NGUYỄN VĂN ÁNH", "Phòng Nội vụ"), ("lê tú", "Hà")]
    assert opened.conversion.cells == 3


def test_fonts_of_rich_text_count_too():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written([["Hä vµ tªn"]]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/sharedStrings.xml":
                rich = '<r><rPr><rFont val=".VnTime"/></rPr><t>Hä vµ tªn</t></r>'
                text = text.replace("<t>Hä vµ tªn</t>".encode(), rich.encode())
            new.writestr(name, text)
    assert old_fonts(out.getvalue()) == {(0, 0): Encoding.TCVN3}


@pytest.mark.parametrize(("encoded", "share"), [
    (lambda t: t.translate(TCVN3).encode("latin-1", "replace"), 80), (lambda t: t.translate(VNI).encode("latin-1"), 80),
])
def test_a_csv_in_an_old_encoding_shows_how_sure_it_is(encoded, share):
    text = "Mã;Họ và tên\nCC1;Nguyễn Thị Ngọc\nCC2;Trần Đức Hưởng\nCC3;Đặng Quỳnh Như\n"
    opened = open_file(encoded(text), "cu.csv")
    assert opened.sheet.rows[2][1] == ("CC3", "Đặng Quỳnh Như")
    assert opened.conversion.share >= share
    assert opened.conversion.words > 5


def test_a_csv_of_windows_utf_8_and_utf_16():
    text = "Mã,Họ và tên\r\nCC1,Nguyễn Thị Ngọc\r\n"
    for content in (text.encode("utf-8-sig"), text.encode("utf-8"), text.replace(",", "\t").encode("utf-16")):
        opened = open_file(content, "a.csv")
        assert (opened.conversion, opened.sheet.rows[0][1]) == (None, ("CC1", "Nguyễn Thị Ngọc"))
    windows = "M\u0061\u0303,Ho\u0323 va\u0300 t\u00ean\r\nCC1,Nguy\u00ea\u0303n Thi\u0323 Ngo\u0323c\r\n"
    opened = open_file(windows.encode("cp1258"), "a.csv")
    assert opened.sheet.rows[0][1] == ("CC1", "Nguyễn Thị Ngọc")
    assert opened.conversion is not None


@pytest.mark.parametrize("content", [
    b"", b"\x00\x01\x02", b"PK\x03\x04aaaa", "Größe;Łódź".encode("cp1250"), b'a,"b\n', b"\xff\xfe\x00",
    b"a," * 200 + b"\n",
    b'"' + b"x" * 3_000_000, b"PK\x03\x04" + b"\x00" * 100_000, b"," * 2_000_000,
])
def test_hostile_files_are_refused_at_once(content):
    """Abuse 25, 26 for CSV: whatever the bytes are, refused, and nothing in them makes the reader run away."""
    began = time.process_time()
    with pytest.raises(Refusal):
        open_file(content, "x.csv")
    assert time.process_time() - began < 10
