"""Evidence: names, links and files judged by their content alone."""

import io
import zipfile

import pytest

from thuocdo.kernel.errors import Refusal
from thuocdo.work.evidence import MOST_BYTES, Upload, check_file, checked_link, shown_name

PDF = b"%PDF-1.7\n%%EOF"


def office(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("Báo cáo quý I.PDF", PDF, "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.docx", office("[Content_Types].xml", "word/document.xml"), "wordprocessingml.document"),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml.sheet"),
        (
            "in.xlsx",
            office("[Content_Types].xml", "xl/workbook.xml", "xl/printerSettings/printerSettings1.bin",
                   "xl/customProperty1.bin"),
            "spreadsheetml.sheet",
        ),
    ],
)
def test_content_that_is_what_it_says(name: str, content: bytes, media: str) -> None:
    assert check_file(Upload(name, content)).endswith(media)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>", "lie"),
        ("a.pdf", b"\n" + PDF, "lie"),
        ("a.png", PDF, "lie"),
        ("a.docx", PDF, "lie"),
        ("a.docx", office("[Content_Types].xml", "xl/workbook.xml"), "lie"),
        ("a.docx", b"<!-- -->" + office("[Content_Types].xml", "word/document.xml"), "lie"),
        ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        ("a.docx", office("[Content_Types].xml", "word/document.xml", "word/embeddings/oleObject1.bin"), "macros"),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml", "xl/activeX/activeX1.bin"), "macros"),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml", "xl/printerSettings1.bin/a.bin"), "macros"),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml", "xl/printerSettings1.bin.exe"), "macros"),
        ("a.xlsm", office("[Content_Types].xml", "xl/workbook.xml"), "type"),
        ("a.html", b"<html>", "type"),
        ("a.svg", b"<svg/>", "type"),
        ("a.exe\u202efdp.", PDF, "type"),
        ("a", PDF, "type"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + b"0" * MOST_BYTES, "large"),
    ],
)
def test_abuse_31_file_type_lies_are_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_file(Upload(name, content))
    assert refused.value.code == f"evidence.{code}"
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("a\x00.pdf", "a.pdf"),
        ("bao\r\ncao.pdf", "baocao.pdf"),
        ("cao\u202efdp.exe", "caofdp.exe"),
        ('a"; filename="b.pdf', "a; filename=b.pdf"),
        ("..", "tep"),
        ("", "tep"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
    ],
)
def test_abuse_30_malicious_names_are_shown_harmless(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_a_very_long_name_keeps_its_ending() -> None:
    shown = shown_name("Báo cáo " * 60 + ".pdf")
    assert len(shown) <= 120
    assert shown.endswith(".pdf")
    assert len(shown_name("x" * 400)) == 120


@pytest.mark.parametrize("link", ["https://vanban.example.vn/12?x=1#a", "http://10.0.0.1:8080/a"])
def test_links_are_kept_as_typed(link: str) -> None:
    assert checked_link(f" {link} ") == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.vn/x", "//a.vn/x", "a.vn",
        "https://", "https://a vn/x", "http://user:secret@a.vn/", "http://[::1", "", "https://a.vn/" + "x" * 500,
    ],
)  # fmt: skip
def test_links_are_web_addresses_only(link: str) -> None:
    with pytest.raises(Refusal):
        checked_link(link)
