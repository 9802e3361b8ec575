"""What may be filed with a person's year (pure)."""

from thuocdo.kernel.errors import Refusal
from thuocdo.work.evidence import Upload, check_file, shown_name

MOST_PAPERS = 30
_TAIL = 2048


def checked_pdf(upload: Upload | None) -> str:
    """The name of a whole PDF file. Raises Refusal: none sent, empty, too large, another type, cut off."""
    if upload is None:
        raise Refusal("year_paper.file", "Tệp PDF: chưa chọn. Hãy chọn tệp.", field="file")
    if check_file(upload) != "application/pdf":
        raise Refusal("year_paper.type", "Chỉ nhận tệp PDF. Hãy lưu lại hoặc quét thành PDF.", field="file")
    if b"%%EOF" not in upload.content[-_TAIL:]:
        raise Refusal("year_paper.cut", "Tệp PDF không trọn vẹn (mất phần cuối). Hãy lưu hoặc quét lại.", field="file")
    return shown_name(upload.name)
