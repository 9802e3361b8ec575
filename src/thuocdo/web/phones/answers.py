"""Answers to scripts: JSON, refusals included; and files to keep."""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.web.my_unit.replies import status_of


def to_script(view: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """What the view returns as JSON; a refusal as `error` with its status."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return JsonResponse(view(request, *args, **kwargs))
        except Refusal as refusal:
            status = 404 if isinstance(refusal, NotYours) else status_of(refusal)
            return JsonResponse({"error": refusal.message}, status=status)

    return answered


def to_keep(content: Any, name: str) -> HttpResponse:
    """A JSON file."""
    return as_file(json.dumps(content, ensure_ascii=False, separators=(",", ":")), name, "application/json")


def as_file(text: str, name: str, media: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{media}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
