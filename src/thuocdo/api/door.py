"""What every call passes: the size of the body, the token, the pace; and how problems are told."""

import json
import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from thuocdo.inflow.models import Source
from thuocdo.inflow.tokens import source_of_token
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal

logger = logging.getLogger("thuocdo.api")
MOST_BYTES = 4 * 1024 * 1024
RATE = "240/min"
View = Callable[..., HttpResponseBase]


def problem(status: int, code: str, message: str) -> JsonResponse:
    """A problem as JSON."""
    answer = JsonResponse({"code": code, "message": message}, status=status, json_dumps_params={"ensure_ascii": False})
    answer.headers["Cache-Control"] = "no-store"
    return answer


class Token(HttpBearer):
    """`Authorization: Bearer td1_…`; nothing else is looked at, cookies least of all."""

    def authenticate(self, request: HttpRequest, token: str) -> Source | None:
        return source_of_token(token, timezone.now())


class Pace(SimpleRateThrottle):
    """So many calls a minute for one token, in each process of the server."""

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"inflow-pace-{source_of(request).pk}"


def source_of(request: HttpRequest) -> Source:
    """The source whose token the call carries."""
    source: Source = request.auth  # type: ignore[attr-defined]
    return source


class ExactParser(Parser):
    """JSON without binary floats and without the same key twice: what is written is what is read."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_unique)


def _no_float(text: str) -> Any:
    raise Refusal("number", f'Số {text[:40]} phải viết bằng chuỗi, dấu chấm, ví dụ "1.5".')


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal("duplicate_key", "Một đối tượng JSON có hai trường cùng tên. Hãy bỏ bớt.")
    return found


def bounded(view: View) -> View:
    """Refuses a body that is too long, or of unknown length, before it is read. No answer is ever stored."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MOST_BYTES:
            return problem(413, "too_large", "Nội dung lớn hơn 4 MB. Hãy chia thành nhiều lần gửi.")
        answer = view(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return checked


def tell_problems(api: NinjaAPI) -> None:
    """Every problem, expected or not, as JSON with a code and a Vietnamese sentence."""
    api.add_exception_handler(AuthenticationError, _unknown_token)
    api.add_exception_handler(Throttled, _too_fast)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(ValidationError, _wrong_form)
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(Exception, _failed)


def _unknown_token(request: HttpRequest, error: Any) -> HttpResponse:
    answer = problem(401, "token", "Mã truy cập không dùng được. Hãy xin cán bộ tổ chức cấp mã mới.")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _too_fast(request: HttpRequest, error: Any) -> HttpResponse:
    answer = problem(429, "too_fast", "Gửi quá nhanh. Hãy chờ rồi gửi tiếp, gộp nhiều việc vào một lần.")
    answer.headers["Retry-After"] = str(int(error.wait or 60) + 1)
    return answer


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, Refusal):
        return _refused(request, cause)
    return problem(400, "json", "Không đọc được nội dung JSON. Hãy gửi JSON hợp lệ bằng UTF-8.")


def _wrong_form(request: HttpRequest, error: Any) -> HttpResponse:
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"][1:])[:80] or "nội dung"
    if first["type"] == "too_long":
        return problem(413, "too_many", "Mỗi lần gửi tối đa 1000 mục. Hãy chia thành nhiều lần gửi.")
    return problem(422, "form", f"{place}: không đúng dạng. Hãy xem mô tả ở /api/v1/openapi.json.")


def _refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    kinds: tuple[tuple[type[Refusal], int], ...] = ((NotYours, 404), (Forbidden, 403), (Conflict, 409), (Refusal, 422))
    return problem(next(s for kind, s in kinds if isinstance(refusal, kind)), refusal.code, refusal.message)


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    reference = secrets.token_hex(4).upper()
    logger.error("failure %s at %s", reference, request.path, exc_info=error)
    return problem(500, "failure", f"Lỗi của chương trình, mã tra cứu {reference}. Hãy báo người quản trị.")
