"""Which version of a result a page was asked for (`?ban=1`)."""

from django.http import HttpRequest

from thuocdo.kernel.errors import NotYours


def version_asked(request: HttpRequest) -> int | None:
    """The number of the result; None for the result in force. Raises NotYours for anything but a number."""
    text = request.GET.get("ban", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise NotYours("Không có bản kết quả này. Hãy chọn trong danh sách các bản.")
    return int(text)
