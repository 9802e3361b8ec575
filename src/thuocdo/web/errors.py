"""The pages for refusals and failures: plain words, what to do, nothing lost."""

import logging
import secrets
import sys
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal

logger = logging.getLogger("thuocdo.failures")

_KINDS: tuple[tuple[type[Refusal], int, str, str], ...] = (
    (NotYours, 404, "Không tìm thấy", "Hãy kiểm tra lại địa chỉ, hoặc đi từ trang việc cần làm."),
    (Forbidden, 403, "Không có quyền", "Nếu công việc cần quyền này, hãy liên hệ cán bộ tổ chức của đơn vị."),
    (Conflict, 409, "Nội dung đã thay đổi", "Hãy mở lại trang để xem tình trạng mới nhất rồi làm tiếp."),
    (Refusal, 400, "Chưa thực hiện được", "Hãy quay lại, sửa theo hướng dẫn rồi gửi lại."),
)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page (or, for htmx, the message put on top of the open page) that says no and what to do."""
    status, title, remedy = next((s, t, r) for kind, s, t, r in _KINDS if isinstance(refusal, kind))
    return _answer(request, status, {"title": title, "message": refusal.message, "remedy": remedy})


def session_ended(request: HttpRequest, sign_in: str) -> HttpResponse:
    """Told inside the open page, so that what was typed stays."""
    return _answer(
        request,
        401,
        {
            "title": "Phiên làm việc đã hết",
            "message": "Nội dung đang gõ vẫn còn trên trang này nhưng chưa được lưu.",
            "remedy": "Hãy đăng nhập lại ở thẻ mới, rồi quay về đây làm tiếp.",
            "link": sign_in,
            "link_text": "Mở trang đăng nhập ở thẻ mới",
        },
    )


def only_sent_to(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """An address that only takes forms is opened: after signing in again in the middle of one, or by hand."""
    words = {
        "title": "Địa chỉ này không mở để xem được",
        "message": "Địa chỉ này chỉ nhận biểu mẫu gửi đi. Nếu ông/bà vừa phải đăng nhập lại khi đang gửi thì nội dung "
        "chưa được ghi.",
        "remedy": "Hãy mở lại trang đang làm từ trang việc cần làm, kiểm tra rồi gửi lại.",
    }
    response = _answer(request, refused.status_code, words)
    response.headers["Allow"] = refused.headers["Allow"]
    return response


def _answer(request: HttpRequest, status: int, words: dict[str, str]) -> HttpResponse:
    words = {"link": "", "link_text": "", **words}
    if request.headers.get("HX-Request"):
        response = render(request, "web/_refusal.html", words, status=status)
        response.headers["HX-Retarget"] = "#live-messages"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return render(request, "web/refusal.html", {**words, "back": _back(request)}, status=status)


def _back(request: HttpRequest) -> str:
    """Where the user came from, if that was a page of ours."""
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path or "/" if came.netloc == request.get_host() else "/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that no page of ours sends (unknown host, too much data). Trusts nothing in the request."""
    return render(None, "web/bad_request.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own refusals (for example a host or a form that is not ours)."""
    return refusal_page(request, Forbidden())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such address."""
    return refusal_page(request, NotYours())


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug of ours: logged under a reference number that the page shows. Touches no database."""
    reference = secrets.token_hex(4).upper()
    logger.error("failure %s at %s", reference, request.path, exc_info=sys.exc_info())
    return render(None, "web/failure.html", {"reference": reference}, status=500)
