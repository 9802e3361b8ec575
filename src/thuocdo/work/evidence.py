"""What may be evidence (pure): names, links, and files whose content is what they claim to be."""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from thuocdo.kernel.errors import Refusal
from thuocdo.kernel.text import clean

MOST_BYTES = 10 * 1024 * 1024
MOST_EVIDENCE = 20
MOST_PARTS = 5000
SCANS = ("application/pdf", "image/png", "image/jpeg")
_ALLOWED = "PDF, ảnh PNG hoặc JPEG, Word (.docx), Excel (.xlsx), PowerPoint (.pptx)"
_SETTINGS = re.compile(r"(printersettings|customproperty)[0-9]*\.bin")
"""Binary parts that Office writes into ordinary files; all other ones hold macros, controls or embedded files."""
_OFFICE = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}
_SIGNATURES = {
    "pdf": (b"%PDF-", "application/pdf"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
}


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name that the sender gave, and its bytes."""

    name: str
    content: bytes


def shown_name(name: str) -> str:
    """The last part of a sender's file name, without control, direction and invisible characters.

    >>> shown_name("../../etc/bao cao.pdf"), shown_name("a\\u202efdp.exe")
    ('bao cao.pdf', 'afdp.exe')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*')
    found = clean(kept).strip(". ")
    if len(found) > 120:
        stem, dot, end = found.rpartition(".")
        found = f"{stem[: 119 - len(end)]}{dot}{end}" if dot and len(end) < 10 else found[:120]
    return found or "tep"


def check_file(upload: Upload) -> str:
    """The media type that the content shows. Raises Refusal: empty, too large, other type, macros, a lie."""
    if not upload.content:
        raise _refuse("empty", "Tệp rỗng. Hãy chọn lại tệp.")
    if len(upload.content) > MOST_BYTES:
        raise _refuse("large", f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy nén ảnh hoặc chia nhỏ tệp.")
    ending = PurePosixPath(shown_name(upload.name).lower()).suffix.lstrip(".")
    if ending in _SIGNATURES:
        begins, media = _SIGNATURES[ending]
        if not upload.content.startswith(begins):
            raise _lie(ending)
        return media
    if ending in _OFFICE:
        return _office(ending, upload.content)
    raise _refuse("type", f"Không nhận dạng tệp này. Nhận: {_ALLOWED}. Hãy lưu lại thành PDF rồi tải lên.")


def check_scan(upload: Upload | None) -> tuple[Upload, str]:
    """A scan of a signed paper and its media type: PDF or a picture. Raises Refusal (`file`)."""
    if upload is None:
        raise Refusal("scan.missing", "Chưa có bản chụp đã ký. Hãy chọn tệp PDF hoặc ảnh.", field="file")
    media = check_file(upload)
    if media not in SCANS:
        raise Refusal("scan.type", "Bản chụp phải là PDF hoặc ảnh PNG, JPEG. Hãy quét lại.", field="file")
    return upload, media


def _office(ending: str, content: bytes) -> str:
    part, media = _OFFICE[ending]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise _lie(ending) from error
    if not content.startswith(b"PK\x03\x04") or part not in names or "[Content_Types].xml" not in names:
        raise _lie(ending)
    if len(names) > MOST_PARTS or any(_is_active(name.lower()) for name in names):
        raise _refuse("macros", "Tệp có macro hoặc thành phần nhúng. Hãy lưu lại thành PDF rồi tải lên.")
    return media


def _is_active(name: str) -> bool:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return last.endswith((".bin", ".exe", ".js")) and _SETTINGS.fullmatch(last) is None


def _lie(ending: str) -> Refusal:
    return _refuse(
        "lie", f"Nội dung tệp không phải là .{ending} như tên tệp. Hãy mở tệp và lưu lại đúng định dạng."
    )


def _refuse(code: str, message: str) -> Refusal:
    return Refusal(f"evidence.{code}", message, field="file")


def checked_link(typed: str) -> str:
    """A web address as typed. Raises Refusal for anything but http and https with a host."""
    text = clean(typed)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        parts, host = None, None
    if parts is None or parts.scheme not in ("http", "https") or not host or " " in text or parts.username:
        raise Refusal(
            "evidence.link", "Đường dẫn phải bắt đầu bằng http:// hoặc https:// và có tên máy chủ, ví dụ "
            "https://vanban.example.vn/123.", field="text",
        )  # fmt: skip
    if len(text) > 500:
        raise Refusal("evidence.link", "Đường dẫn dài quá 500 ký tự. Hãy dùng đường dẫn ngắn hơn.", field="text")
    return text
